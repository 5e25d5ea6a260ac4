"""What a change of the law can do: for each conclusion in its cone, that it cannot change, or a subject for which it does.

A conclusion cannot change where both versions give the same answer for every subject whose facts are known and on every
date from the change on. A witness is a subject, as few facts as possible, with a date; it is evaluated under both
versions as any other subject is, and shown only if the answers really differ.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from comity.change.cone import Cone, cone_of, is_step, slice_of
from comity.change.order import NARROWER, SAME, WIDER, order
from comity.change.universe import Shape, contexts_for, opened, runs_of, shapes, subject_of, world_of
from comity.change.witness import Trial, Witness, witness_of
from comity.errors import UsageFault
from comity.law.corpus import Corpus
from comity.law.model import Rule
from comity.law.parts import Law
from comity.logic.program import Program, build
from comity.logic.solver import RLIMIT, Asked, Solver, need

__all__ = ["Effect", "Side", "Verdict"]


@dataclass(frozen=True)
class Side:
    """One version of the law: a corpus, the date of the law, and what was known by then."""

    corpus: Corpus
    law_at: date
    known_at: date
    law: Law = field(repr=False)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What can become of a conclusion: `state` is cannot, can, or open (not settled).

    `by` says how it was shown: text (the texts mean the same), parts (all it refers to cannot change), solver;
    for open ones why not: solver (none is installed), work (the bound was met), witness (none that could be checked).
    `direction` is wider (true in more cases), narrower, or None where it goes both ways or is not known.
    """

    rule: str
    state: str
    by: str
    direction: str | None = None
    witness: Witness | None = None


class Effect:
    """The effect of a change on all conclusions, from `since` on: the later of the dates of the two versions."""

    def __init__(self, old: Side, new: Side, *, solver: bool = True, rlimit: int = RLIMIT) -> None:
        self.old, self.new, self.rlimit = old, new, rlimit
        self.since = max(old.law_at, new.law_at)
        self.cone: Cone = cone_of(old.law, new.law)
        self.solver = solver and _installed()
        self._orders: dict[tuple[str, str], str | None] = {}
        self._solvers: dict[tuple[Shape, bool, bool], Solver] = {}

    @cached_property
    def verdicts(self) -> dict[str, Verdict]:
        """The verdict on each rule in the cone, in an order in which each stands after those it refers to."""
        found: dict[str, Verdict] = {}
        for name, touched in self.cone.touched.items():
            rules = [law.rules.get(name) for law in (self.old.law, self.new.law)]
            kinds = {rule.per for rule in rules if rule is not None}
            if not touched.own and all(found[r].state == "cannot" for r in touched.through if r in found):
                found[name] = Verdict(name, "cannot", "parts", SAME)
            elif len(kinds) != 1:
                found[name] = Verdict(name, "open", "witness")
            else:
                found[name] = self._verdict(name, kinds.pop())
        return found

    # One conclusion -----------------------------------------------------------------------------------------

    def _verdict(self, rule: str, kind: str) -> Verdict:
        told = self._order(rule, rule)
        if told == SAME:
            return Verdict(rule, "cannot", "text", SAME)
        if not self.solver:
            return Verdict(rule, "open", "solver", told)
        ways: dict[bool, bool | None] = {}
        for gained in (True, False):
            ruled_out = told == (NARROWER if gained else WIDER)
            ways[gained] = False if ruled_out else self._possible(rule, kind, gained)
        if ways[True] is False and ways[False] is False:
            return Verdict(rule, "cannot", "solver", SAME)
        direction = WIDER if ways[False] is False else NARROWER if ways[True] is False else None
        for gained in (direction != NARROWER, direction == NARROWER):
            if ways[gained] is not False:
                witness = self._witness(rule, kind, gained)
                if witness is not None:
                    return Verdict(rule, "can", "solver", direction, witness)
        return Verdict(rule, "open", "work" if None in ways.values() else "witness", direction)

    def _possible(self, rule: str, kind: str, gained: bool) -> bool | None:
        """Whether the new law can give true where the old gives false (or the other way round); None: not found out."""
        asked = Asked(rule, 0, not gained, 0), Asked(rule, 0, gained, 1)
        answers = [
            self._solver(shape, stated=False, any_=False).can(*asked) for shape in shapes() if kind in shape.asked
        ]
        return True if True in answers else None if None in answers else False

    def _witness(self, rule: str, kind: str, gained: bool) -> Witness | None:
        asked = Asked(rule, 0, not gained, 0), Asked(rule, 0, gained, 1)
        for shape in shapes():
            for stated in (False, True):
                if kind in shape.asked:
                    found = self._solver(shape, stated=stated, any_=True).witness(*asked)
                    made = None if found is None else witness_of(self._trial, rule, shape, found, self.since)
                    if made is not None:
                        return made
        return None

    # Programs and solvers -----------------------------------------------------------------------------------

    @cached_property
    def _trial(self) -> Trial:
        return Trial((self.old.corpus, self.new.corpus), self._programs, (self.old.known_at, self.new.known_at))

    @cached_property
    def _programs(self) -> tuple[Program, Program]:
        """What the rules in the cone need, of both versions."""
        found: list[Program] = []
        for law in (self.old.law, self.new.law):
            parts = {id(part): part for rule in self.cone.touched if (part := law.part_of(rule)) is not None}
            found.append(build(r for part in parts.values() for r in slice_of(part.program, self.cone.touched).rules))
        return found[0], found[1]

    def _solver(self, shape: Shape, *, stated: bool, any_: bool) -> Solver:
        key = shape, stated, any_
        if key not in self._solvers:
            old, new = self._programs
            meanings = self.cone.meanings
            looks = (None, None) if any_ else (meanings.whole(old), meanings.whole(new))
            programs = opened(old, looks[0], new), opened(new, looks[1], old)
            subject = subject_of(shape)
            sides = [contexts_for(side.corpus, subject, self.since, side.known_at) for side in (self.old, self.new)]
            runs = runs_of(programs, shape, (sides[0], sides[1]), any_)
            world = world_of((self.old.corpus, self.new.corpus), sides[1], self.since, stated=stated)
            self._solvers[key] = Solver(world, *runs, rlimit=self.rlimit, few=True)
        return self._solvers[key]

    # Comparing texts ----------------------------------------------------------------------------------------

    def _order(self, old: str, new: str) -> str | None:
        """Which of two rules holds more often, told from their texts alone."""
        if (old, new) not in self._orders:
            if not is_step(old) and old == new and old not in self.cone.touched:
                return SAME
            before, after = self.old.law.part_of(old), self.new.law.part_of(new)
            there = before is not None and old in before.program.index, after is not None and new in after.program.index
            if before is None or after is None or there != (True, True):
                self._orders[old, new] = WIDER if there[1] else NARROWER if there[0] else None
            else:
                nodes = before.program.rule(old).node, after.program.rule(new).node
                self._orders[old, new] = order(*nodes, self.cone.meanings.node, self._order)
        return self._orders[old, new]

    def rule(self, name: str) -> Rule:
        """The rule in its new version, or in the old one where the new law has it no more."""
        return self.new.law.rules.get(name) or self.old.law.rules[name]


def _installed() -> bool:
    try:
        need()
    except UsageFault:
        return False
    return True
