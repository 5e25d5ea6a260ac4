"""The reference back end: evaluates nodes as they stand, and tells why.

`evaluate` gives the pair of every rule about every record; `explain` walks the same nodes again and keeps
what it sees as a tree. Other back ends must agree with this one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from comity.logic import ir
from comity.logic.encode import FALSE, OPEN, TRUE, Context, Pair, encode, value_of
from comity.logic.program import Graph, Program

__all__ = ["Proof", "Run", "claims_left_open", "evaluate", "missing", "pair_of_node", "walk"]

Contexts = Mapping[str, Sequence[Context]]


def _all(pairs: Sequence[Pair]) -> Pair:
    return all(t for t, _ in pairs), any(f for _, f in pairs)


def _any(pairs: Sequence[Pair]) -> Pair:
    return any(t for t, _ in pairs), all(f for _, f in pairs)


@dataclass(slots=True)
class Run:
    """One evaluation: `values[rule number][record number]` is a pair."""

    program: Program
    graph: Graph
    contexts: Contexts
    values: list[list[Pair]]

    def value(self, rule: str, record: int) -> bool | None:
        return value_of(self.values[self.program.index[rule]][record])


def _exists(run: Run, kind: str, record: int, node: ir.Exists) -> Pair:
    links = run.graph.linked.get((kind, node.kind))
    records, complete = links[record] if links else ([], False)
    column = run.values[run.program.index[node.rule]]
    pairs = [column[other] for other in records]
    if any(t for t, _ in pairs):
        return TRUE
    return FALSE if complete and all(f for _, f in pairs) else OPEN


def _reference(run: Run, kind: str, record: int, rule: str) -> tuple[Pair, int | None]:
    target = run.program.rule(rule)
    if target.kind == kind:
        where: int | None = record
    else:
        where = run.graph.above[kind, target.kind][record]
    if where is None:
        # There is no such record above this one (an incident of a model has no system): the rule cannot hold.
        return FALSE, None
    return run.values[run.program.index[rule]][where], where


def _pair(run: Run, kind: str, record: int, node: ir.Node, atom: Callable[[ir.Atom], Pair]) -> Pair:
    match node:
        case ir.AtomRef(spec):
            return atom(spec)
        case ir.AllOf(parts):
            return _all([_pair(run, kind, record, part, atom) for part in parts])
        case ir.AnyOf(parts):
            return _any([_pair(run, kind, record, part, atom) for part in parts])
        case ir.Negation(part):
            t, f = _pair(run, kind, record, part, atom)
            return f, t
        case ir.RuleRef(rule):
            return _reference(run, kind, record, rule)[0]
        case ir.Exists():
            return _exists(run, kind, record, node)
        case ir.Claim(part, raised):
            t, f = _pair(run, kind, record, part, atom)
            return t, f or (not t and not _pair(run, kind, record, raised, atom)[0])
        case ir.Label(_, _, _, part):
            return _pair(run, kind, record, part, atom)
        case ir.Constant(value):
            return TRUE if value else FALSE


def pair_of_node(run: Run, kind: str, record: int, node: ir.Node) -> Pair:
    """The pair of any node about a record, from a finished run."""
    context = run.contexts[kind][record]
    return _pair(run, kind, record, node, lambda spec: encode(spec, context))


def evaluate(program: Program, graph: Graph, contexts: Contexts) -> Run:
    """Every rule about every record. `contexts[kind][record]` answers for the record's facts."""
    run = Run(program, graph, contexts, [])
    known: dict[tuple[str, int], dict[ir.Atom, Pair]] = {}
    for rule in program.rules:
        column: list[Pair] = []
        for record in range(graph.counts.get(rule.kind, 0)):
            memo = known.setdefault((rule.kind, record), {})
            context = contexts[rule.kind][record]

            def atom(spec: ir.Atom, memo: dict[ir.Atom, Pair] = memo, context: Context = context) -> Pair:
                pair = memo.get(spec)
                if pair is None:
                    pair = memo[spec] = encode(spec, context)
                return pair

            column.append(_pair(run, rule.kind, record, rule.node, atom))
        run.values.append(column)
    return run


# Proofs -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Proof:
    """A node of a proof: what was asked, what came out, and of what it is made.

    `form` is atom, all, any, not, rule, exists, claim, constant, or the role of a label; `name` the rule or
    label; `kind` and `record` say about which record; `complete` whether an `exists` ranged over all there is.
    """

    form: str
    value: bool | None
    kind: str
    record: int
    name: str = ""
    at: str = ""
    atom: ir.Atom | None = None
    parts: tuple[Proof, ...] = ()
    complete: bool = True


class _Explainer:
    def __init__(self, run: Run) -> None:
        self.run = run
        self.seen: dict[tuple[str, int], Proof] = {}

    def rule(self, rule_id: str, record: int) -> Proof:
        key = rule_id, record
        if key not in self.seen:
            rule = self.run.program.rule(rule_id)
            inner = self.node(rule.kind, record, rule.node)
            value = self.run.value(rule_id, record)
            self.seen[key] = Proof("rule", value, rule.kind, record, rule_id, parts=(inner,))
        return self.seen[key]

    def node(self, kind: str, record: int, node: ir.Node) -> Proof:
        run = self.run
        value = value_of(pair_of_node(run, kind, record, node))
        match node:
            case ir.AtomRef(spec):
                return Proof("atom", value, kind, record, atom=spec)
            case ir.AllOf(parts) | ir.AnyOf(parts):
                form = "all" if isinstance(node, ir.AllOf) else "any"
                return Proof(form, value, kind, record, parts=tuple(self.node(kind, record, part) for part in parts))
            case ir.Negation(part):
                return Proof("not", value, kind, record, parts=(self.node(kind, record, part),))
            case ir.Claim(part, _):
                inner = self.node(kind, record, part)
                return Proof("claim", value, kind, record, parts=(inner,))
            case ir.Label(role, name, at, part):
                return Proof(role, value, kind, record, name, at, parts=(self.node(kind, record, part),))
            case ir.RuleRef(rule):
                where = _reference(run, kind, record, rule)[1]
                if where is None:
                    return Proof("rule", False, run.program.rule(rule).kind, -1, rule)
                return self.rule(rule, where)
            case ir.Exists(other, rule):
                links = run.graph.linked.get((kind, other))
                records, complete = links[record] if links else ([], False)
                parts = tuple(self.rule(rule, each) for each in records)
                return Proof("exists", value, kind, record, other, parts=parts, complete=complete)
            case ir.Constant(constant):
                return Proof("constant", constant, kind, record)


def explain(run: Run, rule: str, record: int) -> Proof:
    """The whole proof of one rule about one record, references followed. Shared parts are shared objects."""
    return _Explainer(run).rule(rule, record)


def explainer(run: Run) -> Callable[[str, int], Proof]:
    """Like `explain`, for many rules of the same run: parts already explained are kept."""
    return _Explainer(run).rule


def walk(proof: Proof) -> Iterator[Proof]:
    """Every part of a proof once, from the top."""
    seen: set[int] = set()
    stack = [proof]
    while stack:
        here = stack.pop()
        if id(here) in seen:
            continue
        seen.add(id(here))
        yield here
        stack.extend(reversed(here.parts))


def missing(proof: Proof) -> list[Proof]:
    """The open atoms on which an open proof rests: each leaf once. Empty when the proof is settled.

    An `any` over a list that is not complete is a leaf too, with the kind it ranges over as its atom's only fact.
    """
    found: dict[tuple[str, int, ir.Atom], Proof] = {}
    seen: set[int] = set()
    stack = [proof]
    while stack:
        here = stack.pop()
        if id(here) in seen or here.value is not None:
            continue
        seen.add(id(here))
        if here.form == "atom" and here.atom is not None:
            found.setdefault((here.kind, here.record, here.atom), here)
        if here.form == "exists" and not here.complete:
            found.setdefault((here.name, here.record, ir.Raised((here.name,))), here)
        stack.extend(reversed(here.parts))
    return list(found.values())


def claims_left_open(proof: Proof) -> list[Proof]:
    """Claims that nobody made but that could be made: what stands behind "unless"."""
    return [
        part
        for part in walk(proof)
        if part.form == "claim" and part.value is False and part.parts and part.parts[0].value is None
    ]
