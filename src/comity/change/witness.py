"""Witnesses: a subject that the solver found, cut down to the facts it needs and checked by plain evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from math import ceil, floor
from typing import Any

from comity.assess.context import contexts_of, derive
from comity.assess.subject import Stated, Subject
from comity.change.quick import Quick, Rests, slices
from comity.change.universe import DATE, Shape, subject_of
from comity.errors import FaultyInput
from comity.law.corpus import Corpus
from comity.logic import ir
from comity.logic.program import Program, atoms_of
from comity.logic.proof import evaluate
from comity.logic.solver import Unknown
from comity.logic.solver import Witness as Found
from comity.logic.values import NONE, CodeSet, Interval, Mark, Value

__all__ = ["Trial", "Witness", "witness_of"]


Facts = Mapping[Unknown, Value]
Wanted = tuple[bool, bool]


@dataclass(frozen=True, slots=True)
class Witness:
    """A subject for which a conclusion differs: `before` and `after` are what the two versions give on the date.

    `profile` is the subject as a profile that `assess` reads, `readings` what it takes disputed law to mean.
    """

    on: date
    before: bool
    after: bool
    profile: dict[str, Any]
    readings: dict[str, bool]


@dataclass(frozen=True)
class Trial:
    """The two versions of the rules that are tried, with all that they need."""

    corpora: tuple[Corpus, Corpus]
    programs: tuple[Program, Program]
    known_at: tuple[date, date]

    @cached_property
    def _needs(self) -> tuple[Mapping[str, frozenset[str]], ...]:
        return tuple(slices(program) for program in self.programs)

    @cached_property
    def gates(self) -> tuple[dict[str, frozenset[int]], ...]:
        """For each rule of each version the days on which what it needs begins or ends to apply."""
        found: list[dict[str, frozenset[int]]] = []
        for program, needs in zip(self.programs, self._needs, strict=True):
            own = {r.id: {a.day for a in atoms_of(r.node) if isinstance(a, ir.Gate)} for r in program.rules}
            found.append({rule: frozenset(day for each in all_ for day in own[each]) for rule, all_ in needs.items()})
        return tuple(found)

    def quick(self, rule: str, subject: Subject, on: date, readings: dict[str, bool], wanted: Wanted) -> Rests | None:
        """What the answers rest on where both versions give what is wanted, else None. Derived facts are left aside."""
        graph, seen = subject.graph(), Rests()
        for corpus, program, known_at, value in zip(self.corpora, self.programs, self.known_at, wanted, strict=True):
            run = Quick(program, graph, contexts_of(corpus, subject, on, on, {}, readings, known_at))
            found, rests = run.value(rule, 0)
            if found is not value:
                return None
            seen |= rests
        return seen

    def holds(self, rule: str, subject: Subject, on: date, readings: dict[str, bool], wanted: Wanted) -> bool:
        """Whether both versions give what is wanted; never where the facts contradict each other."""
        for number, (corpus, program, known_at) in enumerate(
            zip(self.corpora, self.programs, self.known_at, strict=True)
        ):
            value: bool | None = False
            if rule in program.index:
                try:
                    derived = derive(corpus, subject, on)
                except FaultyInput:
                    return False
                needed = self._needs[number][rule]
                rules = tuple(each for each in program.rules if each.id in needed)
                cut = Program(rules, {each.id: i for i, each in enumerate(rules)}, {})
                contexts = contexts_of(corpus, subject, on, on, derived, readings, known_at)
                value = evaluate(cut, subject.graph(), dict(contexts)).value(rule, 0)
            if value is not wanted[number]:
                return False
        return True


def _subject(shape: Shape, facts: Facts) -> Subject:
    subject = subject_of(shape)
    for unknown, value in facts.items():
        name, _, market = unknown.name.partition("@")
        record = subject.records[unknown.kind][unknown.record]
        if market:
            old = record.facts.get(name)
            record.facts[name] = Stated(Interval(None, None), None, ((market, value), *(old.markets if old else ())))
        else:
            record.facts[name] = Stated(value)
    return subject


def witness_of(trial: Trial, rule: str, shape: Shape, found: Found, since: date) -> Witness | None:
    """The witness cut down and checked; None where it does not bear out."""
    facts = {u: v for u, v in found.values.items() if u.form == "fact" and u.name != DATE}
    readings = {u.name: v is True for u, v in found.values.items() if u.form == "reading"}
    day = next((v for u, v in found.values.items() if u.form == "fact" and u.name == DATE), since.toordinal())
    if not isinstance(day, int):
        return None
    wanted = found.asked[0].value, found.asked[1].value
    whole = _subject(shape, facts)
    for on in (*_days(trial, rule, since), date.fromordinal(day)):
        seen = trial.quick(rule, whole, on, readings, wanted)
        if seen is not None:
            break
    else:
        return None
    cut = _Cut(trial, rule, shape, on, readings, wanted)
    kept = cut.down({u: v for u, v in facts.items() if (u.kind, u.record, u.name) in seen})
    taken = cut.readings
    if not trial.holds(rule, _subject(shape, kept), on, taken, wanted):
        # What the facts entail may matter, or contradict them.
        kept, taken = facts, readings
        if not trial.holds(rule, whole, on, readings, wanted):
            return None
    return Witness(on, *wanted, _profile(trial.corpora[1], shape, kept), taken)


@dataclass
class _Cut:
    """Leaves out of a witness what it does not need."""

    trial: Trial
    rule: str
    shape: Shape
    on: date
    readings: dict[str, bool]
    wanted: Wanted

    def _seen(self, facts: Facts) -> Rests | None:
        return self.trial.quick(self.rule, _subject(self.shape, facts), self.on, self.readings, self.wanted)

    def down(self, facts: dict[Unknown, Value]) -> dict[Unknown, Value]:
        """Facts of which none can be left out, and no code of a set."""
        # What is so tells more than what is not, so that is left out last.
        for unknown in sorted(facts, key=lambda u: (not _negative(facts[u]), u)):
            if unknown in facts:
                fewer = {u: v for u, v in facts.items() if u != unknown}
                seen = self._seen(fewer)
                if seen is not None:
                    facts = {u: v for u, v in fewer.items() if (u.kind, u.record, u.name) in seen}
        for unknown, value in list(facts.items()):
            if isinstance(value, CodeSet) and len(value.has) > 1:
                facts = self._fewer(facts, unknown, sorted(value.has))
        for unknown, value in list(facts.items()):
            if isinstance(value, Fraction) and value.denominator != 1:
                facts = self._whole(facts, unknown, value)
        for name in list(self.readings):
            before = self.readings
            self.readings = {k: v for k, v in before.items() if k != name}
            if self._seen(facts) is None:
                self.readings = before
        return dict(sorted(facts.items()))

    def _whole(self, facts: dict[Unknown, Value], unknown: Unknown, value: Fraction) -> dict[Unknown, Value]:
        """With the next whole number in place of a fraction, where that does as well: a reader could write it."""
        for number in (ceil(value), floor(value)):
            rounded: dict[Unknown, Value] = {**facts, unknown: number}
            if self._seen(rounded) is not None:
                return rounded
        return facts

    def _fewer(self, facts: dict[Unknown, Value], unknown: Unknown, codes: list[str]) -> dict[Unknown, Value]:
        """Without those of the codes that are not needed, half of them tried at a time."""
        here = facts[unknown]
        if not isinstance(here, CodeSet):
            return facts
        less = here.has.difference(codes)
        if less:
            without: dict[Unknown, Value] = {**facts, unknown: CodeSet(less)}
            if self._seen(without) is not None:
                return without
        if len(codes) > 1:
            middle = len(codes) // 2
            facts = self._fewer(facts, unknown, codes[:middle])
            facts = self._fewer(facts, unknown, codes[middle:])
        return facts


def _negative(value: Value) -> bool:
    return isinstance(value, Mark) or value is False or (isinstance(value, CodeSet) and not value.has)


def _days(trial: Trial, rule: str, since: date) -> list[date]:
    """The days worth trying first: the first on which the versions differ is the one a reader looks for."""
    days = {day for gates in trial.gates for day in gates.get(rule, ())}
    return [since, *(date.fromordinal(day) for day in sorted(days) if day > since.toordinal())]


# As a profile -----------------------------------------------------------------------------------------------

_LISTS = {"model": "models", "system": "systems", "incident": "incidents"}


def _plain(value: Value, type_: str) -> Any:
    if value is NONE:
        return "none"
    if isinstance(value, CodeSet):
        return sorted(value.has)
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else float(value)
    if type_ in ("date", "instant") and isinstance(value, int):
        return date.fromordinal(value).isoformat()
    return value


def _profile(corpus: Corpus, shape: Shape, facts: Facts) -> dict[str, Any]:
    """The subject as a profile; records that no fact is about are left in, for an `any` may need them."""
    records: dict[str, dict[str, Any]] = {kind: {} for kind in shape.kinds}
    for unknown, value in facts.items():
        name, _, market = unknown.name.partition("@")
        plain = _plain(value, corpus.vocabulary.facts[name].type)
        if market:
            records[unknown.kind].setdefault(name, {})[market] = plain
        else:
            records[unknown.kind][name] = plain
    made: dict[str, Any] = {"actor": records["actor"]}
    for kind, key in _LISTS.items():
        made[key] = [{"id": kind, **records[kind]}] if kind in records else "none"
    if "system" in records:
        if "model" in records:
            made["systems"][0]["built_on"] = "model"
        made["systems"][0]["uses"] = [{"id": "use", **records["use"]}] if "use" in records else []
    elif "use" in records:
        made["uses"] = [{"id": "use", **records["use"]}]
    about = [kind for kind in ("system", "model") if kind in records]
    if "incident" in records and about:
        made["incidents"][0]["about"] = about
    return made
