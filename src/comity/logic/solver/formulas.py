"""Rules as formulas: once with every open fact as a variable, once as the pair that Kleene's logic would give.

Claims are held at what the run found them to be, as every back end holds them: made, not made, or open like
their parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from comity.logic import ir
from comity.logic.encode import value_of
from comity.logic.proof import Run, pair_of_node
from comity.logic.solver.space import NOTHING, Space, Touched
from comity.logic.solver.terms import Expr, Formula
from comity.logic.solver.unknowns import Unknown

__all__ = ["Formulas", "Rails"]

Found = tuple[Formula, Touched]
_No = (False, NOTHING)


def _union(parts: Iterable[Touched]) -> Touched:
    kept = [part for part in parts if part]
    return kept[0] if len(kept) == 1 else NOTHING.union(*kept)


def _above(run: Run, kind: str, record: int, rule: str) -> int | None:
    """The record that another rule is about, seen from this one; None where there is none."""
    target = run.program.rule(rule).kind
    return record if target == kind else run.graph.above[kind, target][record]


def _members(run: Run, kind: str, record: int, other: str) -> tuple[list[int], bool]:
    links = run.graph.linked.get((kind, other))
    return links[record] if links else ([], False)


class Formulas:
    """The formula of a rule about a record, and the open things it hangs on; each is made once."""

    def __init__(self, space: Space, runs: Sequence[Run]) -> None:
        self.space, self.terms, self.runs = space, space.terms, runs
        self._made: dict[tuple[int, str, int], Found] = {}

    def rule(self, number: int, rule: str, record: int) -> Found:
        run = self.runs[number]
        value = run.value(rule, record)
        if value is not None:
            return value, NOTHING
        key = number, rule, record
        if key not in self._made:
            target = run.program.rule(rule)
            self._made[key] = self.node(number, target.kind, record, target.node)
        return self._made[key]

    def node(self, number: int, kind: str, record: int, node: ir.Node) -> Found:
        run, terms = self.runs[number], self.terms
        match node:
            case ir.Constant(value):
                return value, NOTHING
            case ir.AtomRef(atom):
                return self.space.atom(kind, record, atom, run.contexts[kind][record])
            case ir.Negation(part):
                formula, touched = self.node(number, kind, record, part)
                return terms.negated(formula), touched
            case ir.AllOf(parts):
                found = [self.node(number, kind, record, part) for part in parts]
                return self._joined(terms.all, found)
            case ir.AnyOf(parts):
                found = [self.node(number, kind, record, part) for part in parts]
                return self._joined(terms.any, found)
            case ir.Label(_, _, _, part):
                return self.node(number, kind, record, part)
            case ir.Claim(part, _):
                value = value_of(pair_of_node(run, kind, record, node))
                return self.node(number, kind, record, part) if value is None else (value, NOTHING)
            case ir.RuleRef(rule):
                where = _above(run, kind, record, rule)
                return _No if where is None else self.rule(number, rule, where)
            case ir.Exists(other, rule):
                records, complete = _members(run, kind, record, other)
                found = [self.rule(number, rule, each) for each in records]
                if not complete:
                    key = Unknown("more", rule, kind, record, other)
                    found.append((self.space.flag(key), frozenset((key,))))
                return self._joined(terms.any, found)

    def _joined(self, join: Callable[[Iterable[Formula]], Formula], found: list[Found]) -> Found:
        return join([each for each, _ in found]), _union(touched for _, touched in found)


Pair = tuple[Formula, Formula]


class Rails:
    """A rule as (definitely true, definitely false), where only chosen facts are known and the others stay open.

    `selectors` has a flag for each open thing: an atom is known where the flags of all it hangs on hold. So what is
    proved from a few flags is what Kleene's logic says in every case that those few facts can make.
    """

    def __init__(self, formulas: Formulas, number: int) -> None:
        self.formulas, self.terms = formulas, formulas.terms
        self.number, self.run = number, formulas.runs[number]
        self.selectors: dict[Unknown, Expr] = {}
        self._made: dict[tuple[str, int], Pair] = {}

    def rule(self, rule: str, record: int) -> Pair:
        value = self.run.value(rule, record)
        if value is not None:
            return value, not value
        key = rule, record
        if key not in self._made:
            target = self.run.program.rule(rule)
            self._made[key] = self._node(target.kind, record, target.node)
        return self._made[key]

    def _known(self, formula: Formula, touched: Touched) -> Pair:
        terms = self.terms
        flags: list[Expr] = []
        for unknown in sorted(touched):
            if unknown not in self.selectors:
                self.selectors[unknown] = terms.flag(f"split on {unknown.name}")
            flags.append(self.selectors[unknown])
        return terms.all((*flags, formula)), terms.all((*flags, terms.negated(formula)))

    def _node(self, kind: str, record: int, node: ir.Node) -> Pair:
        terms, run = self.terms, self.run
        match node:
            case ir.Negation(part):
                true, false = self._node(kind, record, part)
                return false, true
            case ir.AllOf(parts):
                pairs = [self._node(kind, record, part) for part in parts]
                return terms.all(t for t, _ in pairs), terms.any(f for _, f in pairs)
            case ir.AnyOf(parts):
                return self._any([self._node(kind, record, part) for part in parts])
            case ir.Label(_, _, _, part):
                return self._node(kind, record, part)
            case ir.Claim(part, _):
                value = value_of(pair_of_node(run, kind, record, node))
                return self._node(kind, record, part) if value is None else (value, not value)
            case ir.RuleRef(rule):
                where = _above(run, kind, record, rule)
                return (False, True) if where is None else self.rule(rule, where)
            case ir.Exists(other, rule):
                records, complete = _members(run, kind, record, other)
                pairs = [self.rule(rule, each) for each in records]
                if not complete:
                    key = Unknown("more", rule, kind, record, other)
                    pairs.append(self._known(self.formulas.space.flag(key), frozenset((key,))))
                return self._any(pairs)
            case ir.Constant() | ir.AtomRef():
                return self._known(*self.formulas.node(self.number, kind, record, node))

    def _any(self, pairs: list[Pair]) -> Pair:
        return self.terms.any(t for t, _ in pairs), self.terms.all(f for _, f in pairs)
