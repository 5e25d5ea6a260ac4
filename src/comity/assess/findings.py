"""Findings: for every rule about every record, what follows, since or from when, how sure, and what is missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from typing import TYPE_CHECKING

from comity.assess.context import Derivation
from comity.assess.course import course_of
from comity.assess.due import Due, earliest, run_clock
from comity.assess.evaluate import Evaluation
from comity.assess.grounds import atom_facts, facts_of, open_rules, support_of, unless
from comity.assess.penalty import Exposure, exposures
from comity.law.model import Instrument, Param, Rule
from comity.law.participation import held
from comity.logic import ir
from comity.logic.proof import Proof, missing

if TYPE_CHECKING:
    from comity.assess.exact import Exact, Settled

__all__ = ["ORDER", "Finding", "Missing", "findings", "worst"]

# The display words, worst first: what a reader must not overlook comes before what is settled in his favour.
ORDER = ("applies", "disputed", "open", "upcoming", "ended", "not_applicable")
_CERTAINTY = ("settled", "draft", "unverified", "disputed")


@dataclass(frozen=True, slots=True)
class Missing:
    """An open question of fact: which fact of which record."""

    fact: str
    kind: str
    record: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule about one record. Dates are those of the law; see docs/reference/assessment.md for every field."""

    rule: Rule
    instrument: Instrument
    record: int
    artefact: str | None
    instance: str | None
    value: bool | None
    status: str
    time: str
    certainty: str
    in_force: bool
    enforcement: tuple[str, date | None, str | None]
    start: date | None
    until: date | None
    possible_from: date | None
    at: date
    dues: tuple[Due, ...]
    penalties: tuple[Exposure, ...]
    presumed: tuple[str, ...]
    unless: tuple[str, ...]
    judgement: tuple[str, ...]
    readings: tuple[tuple[str, bool, bool | None], ...]
    missing: tuple[Missing, ...]
    derived: tuple[Derivation, ...]
    result: Param | None = None
    bears: bool = True
    settled_by: Settled | None = None

    @property
    def due(self) -> str | None:
        return earliest(self.dues)


def worst(statuses: list[str]) -> str:
    """The first of the display words that occurs."""
    return next((word for word in ORDER if word in statuses), "not_applicable")


def findings(
    evaluation: Evaluation,
    instruments: set[str] | None = None,
    rules: set[str] | None = None,
    exact: Exact | None = None,
) -> list[Finding]:
    """All findings of the subject, or those of some instruments or rules, in the order of the instruments.

    With `exact`, those that Kleene's logic leaves open are put to the solver.
    """
    found: list[Finding] = []
    seen: set[str] = set()
    waiting: set[str] = set()
    for law, part in evaluation.parts:
        if instruments is not None and instruments.isdisjoint(part.instruments):
            continue
        # Rules that only an earlier or later version has are findings too: past or upcoming.
        for rule in part.rules.values():
            if rule.id in seen or rule.kind in ("transition", "recognition"):
                continue
            if instruments is not None and rule.instrument not in instruments:
                continue
            if not law.instruments[rule.instrument].known_by(evaluation.dates.known_at):
                continue
            if rules is not None and rule.id not in rules:
                continue
            seen.add(rule.id)
            for record in range(len(evaluation.subject.records[rule.per])):
                made = _finding(evaluation, rule, law.instruments[rule.instrument], record, exact)
                found.append(made)
                if made.status in ("open", "disputed") and rule.kind != "exemption" and not rule.helper:
                    waiting |= open_rules(evaluation.proof(rule.id, record, made.at))
    return _bearing(found, waiting)


def _bearing(found: list[Finding], waiting: set[str]) -> list[Finding]:
    """Mark the exceptions that change nothing: open ones for which no open answer waits."""
    return [
        replace(f, bears=f.status == "applies" or f.rule.id in waiting)
        if f.rule.kind == "exemption" and f.status != "not_applicable"
        else f
        for f in found
    ]


def _finding(
    evaluation: Evaluation, rule: Rule, instrument: Instrument, record: int, exact: Exact | None = None
) -> Finding:
    now = evaluation.dates.law_at
    course = course_of(evaluation.series(rule.id, record), now)
    settled = None
    if exact is not None and course.status == "open" and exact.settle(rule.id, record, course.at) is not None:
        opened, course = course.at, course_of(exact.series(rule.id, record), now)
        settled = None if course.status == "open" else exact.settled(rule.id, record, course.at, opened)
    there = evaluation.law(course.at)
    if rule.id in there.rules:
        rule, instrument = there.rules[rule.id], there.instruments[rule.instrument]
        proof: Proof | None = evaluation.proof(rule.id, record, course.at)
        if settled is not None and settled.on == course.at:
            proof = settled.proof or proof
    else:
        proof = None
    readings = _readings(evaluation, rule.id, record, course.at, proof, exact) if course.status == "open" else ()
    status = course.status
    if status == "open" and course.value is None and _only_readings(readings):
        status = "disputed"
    support = support_of(proof, _weight(evaluation, course.at)) if proof is not None else []
    fact_names = facts_of(support)
    if settled is not None:
        # Whatever becomes of the facts it splits on, the answer is the same: it does not rest on them.
        free = {each.fact for each in settled.split}
        fact_names = [name for name in facts_of([p for p in support if p.value is not None]) if name not in free]
    acting = rule.kind in ("duty", "prohibition") and status != "not_applicable"
    context = evaluation.at(course.at).contexts[rule.per][record]
    begins = [day for day in (course.possible_from, course.start) if day is not None]
    since = (min(begins), course.start or max(begins)) if begins else None
    dues = (
        tuple(run_clock(clock, context, rule.at[0] if rule.at else "", since) for clock in rule.clocks)
        if acting
        else ()
    )
    penalties = tuple(exposures(evaluation, instrument, rule, course.at)) if acting else ()
    relevant = proof is not None and status != "not_applicable"
    artefact, instance = _about(evaluation, rule.per, record)
    facts = evaluation.corpus.vocabulary.facts
    return Finding(
        rule,
        instrument,
        record,
        artefact,
        instance,
        course.value,
        status,
        "unknown" if status in ("open", "disputed") else course.time,
        _certainty(evaluation, course.at, rule, instrument, support, status),
        _in_force(evaluation, rule, now),
        _enforcement(instrument, rule, max(now, course.at)),
        course.start,
        course.until,
        course.possible_from,
        course.at,
        dues,
        penalties,
        tuple(dict.fromkeys(_presumed(evaluation, course.at, support))) if relevant else (),
        tuple(dict.fromkeys(unless(proof))) if relevant and proof is not None else (),
        tuple(name for name in fact_names if facts[name].basis == "judgement"),
        readings,
        _missing(evaluation, proof) if proof is not None and status in ("open", "disputed") else (),
        _derived(evaluation, support),
        _result(evaluation, rule, record, course.at),
        settled_by=settled,
    )


def _result(evaluation: Evaluation, rule: Rule, record: int, on: date) -> Param | None:
    """What a value rule gives: its first case that holds, and nothing while an earlier one is open."""
    there = evaluation.at(on)
    for case in rule.cases:
        holds = there.value(case.guard, record)
        if holds is not False:
            return case.then if holds else None
    return rule.otherwise


def _about(evaluation: Evaluation, kind: str, record: int) -> tuple[str | None, str | None]:
    """(artefact, instance): the model or system concerned, and the use or incident."""
    subject = evaluation.subject
    names = {k: subject.above(kind, record, k) for k in ("model", "system") if k == kind or kind in ("use", "incident")}
    artefact = next((subject.records[k][i].name for k, i in sorted(names.items(), reverse=True) if i is not None), None)
    instance = subject.records[kind][record].name if kind in ("use", "incident") else None
    return artefact, instance


# Readings ---------------------------------------------------------------------------------------------------


def _readings(
    evaluation: Evaluation, rule: str, record: int, on: date, proof: Proof | None, exact: Exact | None
) -> tuple[tuple[str, bool, bool | None], ...]:
    """(reading, answer taken, value under it) for each open reading the rule rests on."""
    if proof is None:
        return ()
    names = sorted({p.atom.name for p in missing(proof) if isinstance(p.atom, ir.Reading)})[:2]
    found: list[tuple[str, bool, bool | None]] = []
    for answers in product((True, False), repeat=len(names)):
        chosen = dict(zip(names, answers, strict=True))
        value = (evaluation.at(on, chosen).value if exact is None else exact.under(on, chosen))(rule, record)
        found += [(name, answer, value) for name, answer in chosen.items()]
    return tuple(found)


def _only_readings(readings: tuple[tuple[str, bool, bool | None], ...]) -> bool:
    """Whether the answer is definite under every reading and the readings differ."""
    values = {value for _, _, value in readings}
    return values == {True, False}


# What a value rests on --------------------------------------------------------------------------------------


def _certainty(
    evaluation: Evaluation, on: date, rule: Rule, instrument: Instrument, support: list[Proof], status: str
) -> str:
    words = [rule.certainty]
    if status == "disputed":
        words.append("disputed")
    rules = evaluation.law(on).rules
    words += [rules[part.name].certainty for part in support if part.form == "rule" and part.name in rules]
    if instrument.checked.against == "memory":
        words.append("unverified")
    return max(words, key=_CERTAINTY.index)


def _weight(evaluation: Evaluation, on: date) -> Callable[[Proof], int]:
    """How much a part of a proof rests on: a presumption, a doubtful rule, a fact of judgement or a derived one."""
    facts, rules = evaluation.corpus.vocabulary.facts, evaluation.law(on).rules

    def weight(part: Proof) -> int:
        if part.form == "rule" and part.name in rules:
            rule = rules[part.name]
            # A presumption that is rebutted carries nothing; a doubtful rule weighs more than one that is presumed.
            return 8 * (rule.kind == "presumption" and part.value is True) + 16 * (rule.certainty != "settled")
        if part.form == "atom" and part.atom is not None:
            return sum(1 + 3 * (facts[name].basis == "judgement") for name in atom_facts(part.atom))
        return 0

    return weight


def _presumed(evaluation: Evaluation, on: date, support: list[Proof]) -> list[str]:
    rules = evaluation.law(on).rules
    return [
        part.name
        for part in support
        if part.form == "rule" and part.value is True and part.name in rules and rules[part.name].kind == "presumption"
    ]


def _missing(evaluation: Evaluation, proof: Proof) -> tuple[Missing, ...]:
    found: dict[Missing, None] = {}
    subject = evaluation.subject
    for part in missing(proof):
        if isinstance(part.atom, ir.Raised):
            found[Missing(f"any {part.atom.facts[0]}", part.kind, subject.records[part.kind][part.record].name)] = None
            continue
        for name in atom_facts(part.atom) if part.atom is not None else ():
            context = evaluation.now.contexts[part.kind][part.record]
            owner = context.owner(name)
            if owner is None:
                continue
            found[Missing(name, owner[0], subject.records[owner[0]][owner[1]].name)] = None
    return tuple(found)


def _derived(evaluation: Evaluation, support: list[Proof]) -> tuple[Derivation, ...]:
    found: dict[Derivation, None] = {}
    for part in support:
        if part.form != "atom" or part.atom is None:
            continue
        for name in atom_facts(part.atom):
            owner = evaluation.now.contexts[part.kind][part.record].owner(name)
            extra = evaluation.derived.get(owner, {}).get(name) if owner is not None else None
            if extra is not None:
                found[extra[1]] = None
    return tuple(found)


def _in_force(evaluation: Evaluation, rule: Rule, now: date) -> bool:
    """Whether the rule stands in the law of the date and its dates of application have come."""
    law = evaluation.law(now)
    here = law.rules.get(rule.id)
    if here is None:
        return False
    instrument, corpus = law.instruments[rule.instrument], evaluation.corpus
    for name in here.applies:
        entry = instrument.computed.get(name)
        if entry is None:
            come = name not in instrument.timeline or _come(instrument.timeline[name].value, now)
        else:
            span = corpus.participation.come(entry, corpus.jurisdictions, evaluation.dates.known_at)
            come = held(span, now.toordinal()) is True
        if not come:
            return False
    return True


def _come(day: object, now: date) -> bool:
    return isinstance(day, date) and day <= now


def _enforcement(instrument: Instrument, rule: Rule, on: date) -> tuple[str, date | None, str | None]:
    """(state, until, note) on a date; the narrowest and latest entry that governs the rule wins."""
    # Nobody enforces what binds nobody; a binding rule is taken as enforced unless the law file says otherwise.
    state = "active" if instrument.force == "binding" else "none"
    chosen: tuple[str, date | None, str | None] = (state, None, None)
    for entry in instrument.enforcement:
        governed = "all" in entry.governs or rule.name in entry.governs or set(rule.groups) & set(entry.governs)
        if governed and (entry.start is None or entry.start <= on) and (entry.end is None or on < entry.end):
            over = entry.unsure_from is not None and on >= entry.unsure_from
            chosen = "unknown" if over else entry.state, entry.end, entry.note
    return chosen
