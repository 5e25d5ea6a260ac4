"""ask: the fewest questions that settle what is open; a session that states facts one by one, and a record of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date

from comity.assess.evaluate import Dates
from comity.assess.interview import Answer, Interview, Prompt, Standing
from comity.assess.profile import subject_of
from comity.assess.profile_edit import closed, listed, mapping, put, scalar, sequence
from comity.assess.residual import Key
from comity.assess.subject import Subject
from comity.assess.values import read_value
from comity.errors import Fault, Faults, FaultyInput
from comity.law.corpus import Corpus
from comity.law.model import Fact
from comity.law.patches import PatchInfo
from comity.source.yaml12 import Map, Node, Seq
from comity.verbs.assess import focus_of
from comity.verbs.record import DISCLAIMER, Json

__all__ = ["Session", "Structure", "node_of", "questions_record"]

_YES, _NO = {"yes", "y", "true"}, {"no", "n", "false"}
_NUMBER = re.compile(r"[+-]?[\d_., ]*\d[\d_., ]*(e[+-]?\d+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Structure:
    """The question which records of a kind there are; uses are those of a system."""

    kind: str
    system: int | None = None


@dataclass(frozen=True)
class _State:
    document: Map
    skipped: frozenset[Key] = frozenset()
    opened: frozenset[str] = frozenset()
    passed: frozenset[Structure] = frozenset()


def node_of(fact: Fact, text: str) -> Node:
    """What was typed as the value of a fact: yes and no, lists with commas, spans with `..`, numbers with spaces."""
    word = text.strip()
    low = word.casefold()
    if fact.type == "bool" and low in _YES | _NO:
        return scalar("true" if low in _YES else "false")
    if fact.type in ("set", "jurisdictions"):
        parts = [part.strip() for part in word.strip("[]").split(",") if part.strip()]
        if low == "none" and "none" not in (fact.codes or ()):
            parts = []
        return sequence(*(scalar(part) for part in parts))
    if ".." in word and fact.type in ("number", "date", "instant"):
        low_end, _, high_end = (part.strip() for part in word.partition(".."))
        ends = {"min": low_end, "max": high_end}
        return mapping({key: scalar(_number(fact, end)) for key, end in ends.items() if end})
    return scalar(_number(fact, word))


def _number(fact: Fact, word: str) -> str:
    if fact.type == "number" and _NUMBER.fullmatch(word):
        return re.sub(r"(?<=\d)[ _,](?=\d{3}(?!\d))", "", word)
    return word


@dataclass
class Session:
    """Questions about one profile. Every answer makes a new state; `back` returns to the one before."""

    corpus: Corpus
    dates: Dates
    document: Map
    markets: list[str] | None = None
    patches: tuple[PatchInfo, ...] = ()
    exact: bool = False
    name: str = "profile"
    _history: list[_State] = field(default_factory=list[_State])
    _standing: Standing | None = None

    def __post_init__(self) -> None:
        self._state = _State(self.document)
        self._interview = Interview(self.corpus, self.dates, self._focus, self.patches, self.exact)

    def _focus(self, subject: Subject) -> frozenset[str]:
        return focus_of(self.corpus, subject, self.dates, self.markets, self.patches)

    @property
    def subject(self) -> Subject:
        return self.standing.evaluation.subject

    @property
    def standing(self) -> Standing:
        """Where the interview stands. Raises FaultyInput for a faulty profile."""
        if self._standing is None:
            self._standing = self._look(self._state)
        return self._standing

    def _look(self, state: _State) -> Standing:
        subject = subject_of(state.document, self.corpus, default_name=self.name)
        return self._interview.standing(subject, state.skipped, state.opened)

    # Questions ----------------------------------------------------------------------------------------------

    @property
    def question(self) -> Structure | Prompt | None:
        """What to ask next: first which records there are, then facts."""
        return self._structure() or self.standing.prompt

    def _structure(self) -> Structure | None:
        subject, law = self.subject, self.standing.evaluation.now.law
        instruments = self.standing.evaluation.instruments
        kinds = {rule.per for rule in law.rules.values() if rule.instrument in instruments}
        for kind in ("model", "system", "use", "incident"):
            if kind == "use":
                systems = self.document.get("systems")
                for number, item in enumerate(systems.items if isinstance(systems, Seq) else ()):
                    asked = Structure(kind, number)
                    bare = isinstance(item, Map) and item.keys() <= {"id", "name"}
                    if bare and asked not in self._state.passed:
                        return asked
                continue
            asked = Structure(kind)
            unspoken = not subject.records[kind] and not subject.complete[kind]
            if unspoken and kind in kinds and asked not in self._state.passed:
                return asked
        return None

    # Answers ------------------------------------------------------------------------------------------------

    def answer(self, question: Structure | Prompt, text: str) -> dict[Answer, str]:
        """Take an answer and return what it settled; raises FaultyInput, and changes nothing, where it cannot be."""
        word = text.strip().casefold()
        if isinstance(question, Structure):
            return self._move(self._named(question, text))
        if question.group is not None:
            if word not in _YES | _NO | {"none", "dk"}:
                raise FaultyInput([_fault("answer with no (none of them is so) or yes (ask me one by one)")])
            if word in _NO | {"none"}:
                return self._move(replace(self._state, document=closed(self.document, question.group.name)))
            return self._move(replace(self._state, opened=self._state.opened | {question.group.name}))
        fact = question.fact
        if fact is None:
            return {}
        value = scalar("unknown") if word == "dk" else node_of(fact, text)
        faults = Faults()
        read_value(fact, value, self.corpus.jurisdictions, faults)
        faults.raise_as(FaultyInput)
        return self._move(
            replace(
                self._state,
                document=put(self.document, self.subject, question.kind, question.record, fact.name, value),
            )
        )

    def _named(self, question: Structure, text: str) -> _State:
        word = text.strip().casefold()
        names = [part.strip() for part in text.split(",") if part.strip()]
        if word in _NO | {"none", "0"}:
            names = []
        elif word in _YES:
            names = [question.kind]
        elif word.isdigit():
            names = [f"{question.kind}-{number + 1}" for number in range(min(int(word), 50))]
        elif word == "dk":
            return self._passed(question)
        document = listed(self.document, question.kind, names, question.system)
        return replace(self._state, document=document, passed=self._state.passed | {question})

    def _passed(self, question: Structure) -> _State:
        return replace(self._state, passed=self._state.passed | {question})

    def skip(self, question: Structure | Prompt) -> None:
        """Leave a question for another time."""
        if isinstance(question, Structure):
            self._move(self._passed(question))
        elif question.group is not None:
            self._move(replace(self._state, opened=self._state.opened | {question.group.name}))
        elif question.fact is not None:
            key = question.fact.name, question.kind, question.record
            self._move(replace(self._state, skipped=self._state.skipped | {key}))

    def back(self) -> bool:
        """Undo the last answer; False where there is none."""
        if not self._history:
            return False
        self._state = self._history.pop()
        self.document, self._standing = self._state.document, None
        return True

    def _move(self, state: _State) -> dict[Answer, str]:
        before = self.standing
        # Records that are named anew can wait for what did not matter before.
        after = self._look(state)
        if after.evaluation.instruments <= before.evaluation.instruments and _shape(after) == _shape(before):
            after.idle |= before.idle
        _ = after.answers
        self._history.append(self._state)
        self._state, self.document, self._standing = state, state.document, after
        return {
            answer: status
            for answer, status in after.answers.items()
            if status != "open" and before.answers.get(answer, "open") == "open"
        }


def _shape(standing: Standing) -> dict[str, int]:
    return {kind: len(records) for kind, records in standing.evaluation.subject.records.items()}


def _fault(message: str) -> Fault:
    return Fault("ask.answer", "", None, None, "", message, "")


# The record -------------------------------------------------------------------------------------------------


def _day(on: date) -> str:
    return on.isoformat()


def _fact_json(fact: Fact, kind: str, record: str, opens: list[str], alone: list[str]) -> Json:
    return {
        "form": "fact",
        "fact": fact.name,
        "group": None,
        "facts": [fact.name],
        "kind": kind,
        "record": record,
        "ask": fact.ask,
        "help": fact.help,
        "type": fact.type,
        "unit": fact.unit,
        "codes": fact.codes,
        "basis": fact.basis,
        "at": list(fact.at),
        "opens": opens,
        "settles": alone,
    }


def _structure_json(kind: str, record: str) -> Json:
    return {
        "form": "records",
        "fact": None,
        "group": None,
        "facts": [],
        "kind": kind,
        "record": record,
        "ask": f"Which {kind}s are there?",
        "help": None,
        "type": None,
        "unit": None,
        "codes": None,
        "basis": "observable",
        "at": [],
        "opens": [],
        "settles": [],
    }


def questions_record(session: Session) -> Json:
    """What could be asked, as JSON (`comity.questions/1`): the best next, all that could matter, what settles alone."""
    standing, question = session.standing, session.question
    found = standing.residual
    facts, records = session.corpus.vocabulary.facts, session.subject.records
    could: list[Json] = []
    by_key: dict[Key, Json] = {}
    for key, targets in found.waiting.items():
        name, kind, record = key
        opens = list(dict.fromkeys(target.rule for target in targets))
        alone = list(dict.fromkeys(target.rule for target in found.alone(key)))
        by_key[key] = _fact_json(facts[name], kind, records[kind][record].name, opens, alone)
        could.append(by_key[key])
    could.sort(
        key=lambda each: (each["basis"] == "judgement", -len(each["settles"]), -len(each["opens"]), each["fact"])
    )
    chosen: Json | None = None
    if isinstance(question, Structure):
        system = "" if question.system is None else records["system"][question.system].name
        chosen = _structure_json(question.kind, system)
    elif question is not None and question.group is not None:
        members = [key[0] for key in found.waiting if key[0] in question.group.facts]
        chosen = {
            **_structure_json(question.kind, ""),
            "form": "group",
            "group": question.group.name,
            "facts": list(dict.fromkeys(members)),
            "ask": f"Is any of this so: {question.group.title}?",
            "type": "bool",
            "opens": list(dict.fromkeys(target.rule for target in question.opens)),
        }
    elif question is not None and question.fact is not None:
        chosen = by_key[question.fact.name, question.kind, question.record]
    dates = session.dates
    return {
        "schema": "comity.questions/1",
        "disclaimer": DISCLAIMER,
        "corpus": {"digest": session.corpus.digest},
        "facts_at": _day(dates.facts_at),
        "law_at": _day(dates.law_at),
        "known_at": _day(dates.known_at),
        "subject": session.subject.name,
        "instruments": sorted(standing.evaluation.instruments),
        "open": standing.waiting,
        "next": chosen,
        "could_matter": could,
        "settle_alone": [each["fact"] for each in could if each["settles"]],
    }
