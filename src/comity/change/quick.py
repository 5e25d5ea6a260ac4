"""One rule about one subject, evaluated only as far as the answer needs, with the facts that the answer rests on.

Gives what `comity.logic.proof` gives. A fact that an answer does not rest on can, as a rule, be left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from comity.assess.context import Contexts
from comity.logic import ir
from comity.logic.encode import FALSE, OPEN, TRUE, Pair, encode, value_of
from comity.logic.program import Graph, Program, facts_of, references_of

__all__ = ["Quick", "Rests", "slices"]

Rests = frozenset[tuple[str, int, str]]
"""Facts as (kind, record, name), by the record that holds them."""

Found = tuple[Pair, Rests]
NOTHING: Rests = frozenset()


class Quick:
    """Rules and `any` are followed on demand; every answer is kept with the facts that it rests on."""

    def __init__(self, program: Program, graph: Graph, contexts: Contexts) -> None:
        self.program, self.graph, self.contexts = program, graph, contexts
        self._rules: dict[tuple[str, int], Found] = {}
        self._atoms: dict[tuple[str, int, ir.Atom], Found] = {}

    def value(self, rule: str, record: int) -> tuple[bool | None, Rests]:
        """The answer and what it rests on; a rule that the program does not have is false."""
        if rule not in self.program.index:
            return False, NOTHING
        pair, rests = self._rule(rule, record)
        return value_of(pair), rests

    def _rule(self, rule: str, record: int) -> Found:
        key = rule, record
        found = self._rules.get(key)
        if found is None:
            target = self.program.rule(rule)
            found = self._rules[key] = self._pair(target.kind, record, target.node)
        return found

    def _atom(self, kind: str, record: int, atom: ir.Atom) -> Found:
        key = kind, record, atom
        found = self._atoms.get(key)
        if found is None:
            context = self.contexts[kind][record]
            names = atom.facts if isinstance(atom, ir.Raised) else facts_of(atom)
            rests = ((*(context.owner(name.partition("@")[0]) or (kind, record)), name) for name in names)
            found = self._atoms[key] = encode(atom, context), frozenset(rests)
        return found

    def _pair(self, kind: str, record: int, node: ir.Node) -> Found:
        match node:
            case ir.AtomRef(atom):
                return self._atom(kind, record, atom)
            case ir.AllOf(parts):
                return _all(self._pair(kind, record, part) for part in parts)
            case ir.AnyOf(parts):
                return _turned(_all(_turned(self._pair(kind, record, part)) for part in parts))
            case ir.Negation(part):
                return _turned(self._pair(kind, record, part))
            case ir.RuleRef(rule):
                target = self.program.rule(rule).kind
                where = record if target == kind else self.graph.above[kind, target][record]
                return (FALSE, NOTHING) if where is None else self._rule(rule, where)
            case ir.Exists(other, rule):
                records, complete = self.graph.linked[kind, other][record]
                found = _turned(_all(_turned(self._rule(rule, each)) for each in records))
                return found if found[0][0] or complete else (OPEN, NOTHING)
            case ir.Claim(part, raised):
                found = self._pair(kind, record, part)
                if found[0] != OPEN:
                    return found
                made, rests = self._pair(kind, record, raised)
                return (OPEN if made[0] else FALSE), rests
            case ir.Label(_, _, _, part):
                return self._pair(kind, record, part)
            case ir.Constant(value):
                return (TRUE if value else FALSE), NOTHING


def _turned(found: Found) -> Found:
    (true, false), rests = found
    return (false, true), rests


def _all(parts: Iterable[Found]) -> Found:
    """AND: false for one part that is false, else it rests on all."""
    true, rests = True, NOTHING
    for pair, here in parts:
        if pair[1]:
            return pair, here
        true, rests = true and pair[0], rests | here if here else rests
    return (true, False), rests


def slices(program: Program) -> Mapping[str, frozenset[str]]:
    """For each rule all that it needs, itself included."""
    found: dict[str, frozenset[str]] = {}
    for rule in program.rules:
        found[rule.id] = frozenset((rule.id,)).union(*(found[other] for other in references_of(rule.node)))
    return found
