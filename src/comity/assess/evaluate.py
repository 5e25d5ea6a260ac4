"""Evaluating a subject over time: once per date on which anything it can meet changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from comity.assess.context import Contexts, Derivation, RecordContext, contexts_of, derive
from comity.assess.subject import Subject
from comity.law.corpus import Corpus
from comity.law.model import Fact
from comity.law.parts import Law, Part
from comity.law.patches import PatchInfo
from comity.logic import ir
from comity.logic.encode import value_of
from comity.logic.program import facts_of
from comity.logic.proof import Proof, evaluate, explainer
from comity.logic.single import MOST_RECORDS, Compiled, Vectors
from comity.logic.values import NONE, CodeSet, Value, bounds

__all__ = ["Dates", "Evaluation"]

_FIRST, _LAST = date(1900, 1, 1), date(2200, 1, 1)


@dataclass(frozen=True, slots=True)
class Dates:
    """The three axes: when the facts stand, which law is in force, what was published by then."""

    facts_at: date
    law_at: date
    known_at: date


_DATED = (ir.Dates, ir.Gate, ir.Within, ir.Party, ir.Reading)


class _Prepared:
    """What a date cannot move is encoded once for a subject: the rest, about days and about what may yet happen, anew."""

    def __init__(self, facts: Mapping[str, Fact]) -> None:
        self.facts = facts
        self.known: dict[int, Vectors] = {}

    def vectors(self, part: Part, compiled: Compiled, contexts: Contexts) -> Vectors:
        """The encoded atoms of the part for a subject whose facts are always the same."""
        known = self.known.get(id(part))
        if known is None:
            known = self.known[id(part)] = compiled.vectors(contexts)
            return known
        if part.moving is None:
            part.moving = {
                kind: tuple(i for i, atom in enumerate(atoms) if self._moves(atom))
                for kind, atoms in part.program.atoms.items()
            }
        return compiled.renewed(known, contexts, part.moving)

    def _moves(self, atom: ir.Atom) -> bool:
        # A fact that is asked for one market may be that of another part of it on another date.
        return isinstance(atom, _DATED) or any("@" in name or self.facts[name].event for name in facts_of(atom))


class _At:
    """One date: the law in force, and what every rule gives about every record; a part is run when it is asked."""

    def __init__(self, law: Law, contexts: Contexts, subject: Subject, prepared: _Prepared) -> None:
        self.law, self.contexts, self.prepared = law, contexts, prepared
        self.graph, self.counts = subject.graph(), {kind: len(rows) for kind, rows in subject.records.items()}
        self._answers: dict[str, tuple[dict[str, int], Sequence[bool]]] = {}
        self._provers: dict[str, Callable[[str, int], Proof]] = {}

    def value(self, rule: str, record: int) -> bool | None:
        """True, False or None; a rule that the law of this date does not have is False."""
        part = self.law.part_of(rule)
        if part is None:
            return False
        if part.name not in self._answers:
            self._answers[part.name] = self._run(part)
        places, answers = self._answers[part.name]
        place = places.get(rule)
        if place is None or record >= self.counts[part.program.rule(rule).kind]:
            return False
        place += 2 * record
        return value_of((answers[place], answers[place + 1]))

    def _run(self, part: Part) -> tuple[dict[str, int], Sequence[bool]]:
        contexts = dict(self.contexts)
        if sum(self.graph.counts.values()) > MOST_RECORDS:
            columns = evaluate(part.program, self.graph, contexts).values
            places: dict[str, int] = {}
            place = 0
            for rule, column in zip(part.program.rules, columns, strict=True):
                places[rule.id], place = place, place + 2 * len(column)
            return places, [truth for column in columns for pair in column for truth in pair]
        compiled = part.compiled(self.graph)
        return compiled.places, compiled.run(self.prepared.vectors(part, compiled, contexts))

    def prove(self, rule: str, record: int) -> Proof:
        """Why the rule gives what it gives. The law of this date must have the rule."""
        part = self.law.homes[rule.partition("#")[0]]
        if part.name not in self._provers:
            self._provers[part.name] = explainer(evaluate(part.program, self.graph, dict(self.contexts)))
        return self._provers[part.name](rule, record)


@dataclass
class Evaluation:
    """A subject under a corpus, with patches of the user's own (`extra`), on three axes of time."""

    corpus: Corpus
    subject: Subject
    dates: Dates
    extra: tuple[PatchInfo, ...] = ()
    derived: dict[tuple[str, int], dict[str, tuple[Value, Derivation]]] = field(init=False)
    _prepared: _Prepared = field(init=False)
    _laws: dict[date, Law] = field(default_factory=dict[date, Law])
    _breakpoints: dict[str, list[date]] = field(default_factory=dict[str, "list[date]"])
    _seen: dict[tuple[date, tuple[tuple[str, bool], ...]], _At] = field(
        default_factory=dict[tuple[date, tuple[tuple[str, bool], ...]], _At]
    )

    def __post_init__(self) -> None:
        self._prepared = _Prepared(self.corpus.vocabulary.facts)
        self.derived = derive(self.corpus, self.subject, self.dates.facts_at)

    def law(self, on: date) -> Law:
        """The law in force on a date, as far as known."""
        found = self._laws.get(on)
        if found is None:
            found = self._laws[on] = self.corpus.at(on, self.dates.known_at, self.extra)
        return found

    def at(self, on: date, readings: dict[str, bool] | None = None) -> _At:
        """Everything on one date, under some readings of disputed law (default: all open)."""
        key = on, tuple(sorted((readings or {}).items()))
        if key not in self._seen:
            # After the date asked about, the facts are carried on as they stand; what may happen is not guessed.
            asked_ahead = self.dates.law_at > self.dates.facts_at
            facts_at = self.dates.facts_at if asked_ahead else max(on, self.dates.facts_at)
            contexts = contexts_of(self.corpus, self.subject, on, facts_at, self.derived, readings, self.dates.known_at)
            self._seen[key] = _At(self.law(on), contexts, self.subject, self._prepared)
        return self._seen[key]

    @cached_property
    def now(self) -> _At:
        return self.at(self.dates.law_at)

    @cached_property
    def laws(self) -> list[Law]:
        """Every version of the law that is known on the date of knowledge: that of the date asked about first."""
        changes = [on for on in self.corpus.changes(self.dates.known_at, self.extra) if _FIRST < on < _LAST]
        found = {id(law): law for law in (self.now.law, *map(self.law, (_FIRST, *changes)))}
        return list(found.values())

    @cached_property
    def parts(self) -> list[tuple[Law, Part]]:
        """Every part of every version, each once, with the first version that has it."""
        found: dict[int, tuple[Law, Part]] = {}
        for law in self.laws:
            for part in law.parts:
                found.setdefault(id(part), (law, part))
        return list(found.values())

    def breakpoints(self, rule: str) -> list[date]:
        """Every date on which an answer of the rule's part about this subject can change, with the date asked about."""
        name = rule.partition("#")[0]
        if name not in self._breakpoints:
            members = {each for law in self.laws if name in law.homes for each in law.homes[name].instruments}
            days = self._days(members)
            self._breakpoints.update(dict.fromkeys(members | {name}, days))
        return self._breakpoints[name]

    def _days(self, instruments: set[str]) -> list[date]:
        changes = {p.in_force for p in (*self.corpus.patches, *self.extra) if p.amends in instruments}
        known = set(self.corpus.changes(self.dates.known_at, self.extra))
        found = {self.dates.law_at, *(on for on in changes & known if _FIRST < on < _LAST)}
        days: set[int] = set()
        for _, part in self.parts:
            if not instruments.isdisjoint(part.instruments):
                for kind, atoms in part.program.atoms.items():
                    for atom in atoms:
                        days |= _turns(atom, self.now.contexts[kind])
        found |= {date.fromordinal(day) for day in days if _FIRST.toordinal() < day < _LAST.toordinal()}
        return sorted(found)

    def series(self, rule: str, record: int) -> list[tuple[date, bool | None]]:
        """The value of a rule at each breakpoint, in order."""
        return [(on, self.at(on).value(rule, record)) for on in self.breakpoints(rule)]

    def proof(self, rule: str, record: int, on: date) -> Proof:
        return self.at(on).prove(rule, record)


def _turns(atom: ir.Atom, contexts: list[RecordContext]) -> set[int]:
    """The days on which an atom can change for one of the records."""
    if isinstance(atom, ir.Gate):
        return {atom.day}
    if isinstance(atom, ir.Dates) and (atom.left.as_of or atom.right.as_of):
        other = atom.right if atom.left.as_of else atom.left
        return {day for context in contexts for day in _days(other, context)}
    if isinstance(atom, ir.Party):
        return {day for context in contexts for day in _party_days(atom, context)}
    return set()


def _days(term: ir.DateTerm, context: RecordContext) -> set[int]:
    """The days on which a comparison of this date with the date asked about can change: itself and the day after."""
    from comity.logic.encode import add_months

    if term.as_of:
        return set()
    if term.day is not None:
        ends: tuple[object, ...] = (term.day,)
    else:
        value = context.fact(term.fact) if term.fact else context.event(*(term.event or ("", "")))
        if value is NONE and term.event:
            # What is not on record may have happened since: there the answer opens.
            value = context.unrecorded(term.event[0])
        if value is NONE or isinstance(value, bool | str):
            return set()
        ends = bounds(value)
    found: set[int] = set()
    for end in ends:
        if isinstance(end, int):
            day = (add_months(end, term.months) if term.months else end) + term.days
            found |= {day, day + 1}
    return found


def _party_days(atom: ir.Party, context: RecordContext) -> set[int]:
    """The days from which the jurisdictions of a fact are bound by a treaty, or are no longer."""
    value = context.fact(atom.fact)
    codes = value.has if isinstance(value, CodeSet) else {value} if isinstance(value, str) else set[str]()
    known, participation = context.known_at, context.corpus.participation
    spans = [
        span
        for code in codes
        for span in (context.bound(code, atom.instrument), participation.left(atom.instrument, code, known))
    ]
    return {day for span in spans if span is not None for day in span if day is not None}


def next_day(on: date) -> date:
    """The day after."""
    return on + timedelta(days=1)
