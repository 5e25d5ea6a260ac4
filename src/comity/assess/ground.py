"""Rules about a subject of which nothing is known: the ground on which law itself is proved.

The subject has one record of each kind. A claim is taken as what it says: every fact is known to someone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from comity.assess.context import Contexts, RecordContext, contexts_of
from comity.assess.evaluate import Dates, Evaluation
from comity.assess.exact import held_of
from comity.assess.subject import Record, Subject
from comity.law.corpus import Corpus
from comity.logic import ir
from comity.logic.kinds import KINDS
from comity.logic.program import Graph, Program, RuleDef, atoms_of, build, nodes_of, references_of
from comity.logic.proof import Run, evaluate
from comity.logic.solver import RLIMIT, Asked, Held, Solver, Witness, World
from comity.logic.solver.formulas import Rails
from comity.logic.solver.terms import Formula
from comity.logic.values import UNKNOWN, Value

__all__ = ["Bare", "Ground", "bare", "cone", "generic", "plain"]

_LINKS = {"system": {"model": [0]}, "use": {"system": [0]}, "incident": {"system": [0], "model": [0]}}


def generic(whole: bool = True) -> Subject:
    """One record of each kind without a fact; unless `whole`, there may be more of them."""
    records = {kind: [Record(kind, kind, {}, dict(_LINKS.get(kind, {})))] for kind in KINDS}
    return Subject("witness", records, dict.fromkeys(KINDS, whole))


def plain(node: ir.Node) -> ir.Node:
    """The node with every claim as what is claimed."""
    match node:
        case ir.Claim(part, _):
            return plain(part)
        case ir.Negation(part):
            return ir.Negation(plain(part))
        case ir.AllOf(parts):
            return ir.AllOf(tuple(plain(part) for part in parts))
        case ir.AnyOf(parts):
            return ir.AnyOf(tuple(plain(part) for part in parts))
        case ir.Label(role, name, at, part):
            return ir.Label(role, name, at, plain(part))
        case _:
            return node


def cone(rules: Mapping[str, RuleDef], names: Iterable[str]) -> dict[str, RuleDef]:
    """The rules named, and all that they rest on."""
    found: dict[str, RuleDef] = {}
    pending = list(names)
    while pending:
        name = pending.pop()
        if name not in found:
            found[name] = rules[name]
            pending += references_of(rules[name].node)
    return found


class _Unrecorded(RecordContext):
    """A record on a date of which the public record tells nothing: what has not happened yet may happen."""

    __slots__ = ()

    def event(self, instrument: str, name: str) -> Value:
        return UNKNOWN

    def party(self, code: str, instrument: str) -> bool | None:
        return None


def _unrecorded(contexts: Contexts) -> Contexts:
    def loose(each: RecordContext) -> RecordContext:
        return _Unrecorded(each.corpus, each.subject, each.kind, each.index, each.as_of, each.facts_at, each.derived)

    return {kind: [loose(each) for each in column] for kind, column in contexts.items()}


@dataclass
class Bare:
    """A corpus asked about nobody on a date: contexts and constraints, whatever the rules."""

    corpus: Corpus
    on: date
    subject: Subject
    evaluation: Evaluation = field(init=False)

    def __post_init__(self) -> None:
        self.evaluation = Evaluation(self.corpus, self.subject, Dates(self.on, self.on, date.max))
        contexts = contexts_of(self.corpus, self.subject, self.on, self.on, self.evaluation.derived)
        self.contexts = contexts if all(self.subject.complete.values()) else _unrecorded(contexts)
        self.graph: Graph = self.subject.graph()

    @cached_property
    def world(self) -> World:
        """What the solver must know. Where lists are whole, figures are such as a profile can state."""
        contexts = self.contexts

        def owner(kind: str, record: int, name: str) -> tuple[str, int] | None:
            return contexts[kind][record].owner(name)

        held = held_of(self.evaluation, contexts)
        if all(self.subject.complete.values()):
            held += self._statable()
        return World(self.corpus.vocabulary.types, owner, tuple(self.corpus.jurisdictions.by_code), held)

    def _statable(self) -> list[Held]:
        """A figure that a profile states is one that is known (`if_stated`)."""
        vocabulary = self.corpus.vocabulary
        found: list[Held] = []
        for each in vocabulary.constraints:
            if each.stated is None:
                continue
            there = _present(each.stated, vocabulary.facts[each.stated].type)
            atom = ir.Bool(each.fact) if each.code is None else ir.Has(each.fact, (each.code,))
            literal: ir.Node = ir.AtomRef(atom) if each.holds else ir.Negation(ir.AtomRef(atom))
            node = ir.AnyOf((ir.Negation(ir.AllOf((there, each.when))), literal))
            found += [Held(each.name, context.kind, context.index, node) for context in self.contexts[each.kind]]
        return found


def _present(name: str, form: str) -> ir.Node:
    """That a fact has a value, as far as a question can tell."""
    match form:
        case "number":
            return ir.AnyOf(tuple(ir.AtomRef(ir.Linear(((1, name),), op, 0)) for op in (">=", "<")))
        case "date" | "instant":
            here = ir.DateTerm(as_of=True)
            return ir.AnyOf(tuple(ir.AtomRef(ir.Dates(ir.DateTerm(fact=name), op, here)) for op in (">=", "<")))
        case "bool":
            return ir.Constant(True)
        case _:
            return ir.AtomRef(ir.Nonempty(name))


_BARE: dict[tuple[int, date, bool], Bare] = {}


def bare(corpus: Corpus, on: date, whole: bool = True) -> Bare:
    """The contexts of a date are the same for every part of the law; those of a few dates are kept."""
    key = id(corpus), on, whole
    found = _BARE.get(key)
    if found is None or found.corpus is not corpus:
        if len(_BARE) > 400:
            _BARE.clear()
        found = _BARE[key] = Bare(corpus, on, generic(whole))
    return found


@dataclass
class Ground:
    """Rules on a date about nobody in particular, and a solver for them."""

    corpus: Corpus
    on: date
    rules: Sequence[RuleDef]
    whole: bool = True
    rlimit: int = RLIMIT
    given_up: int = 0

    def __post_init__(self) -> None:
        self.bare = bare(self.corpus, self.on, self.whole)
        self.program: Program = build(self.rules)
        self.run: Run = evaluate(self.program, self.bare.graph, dict(self.bare.contexts))

    @cached_property
    def solver(self) -> Solver:
        """The solver; made when something is open."""
        return Solver(self.bare.world, self.run, rlimit=self.rlimit)

    def can(self, rule: str, value: bool = True) -> bool | None:
        """Whether a rule can have the value; None where that was too much work."""
        known = self.run.value(rule, 0)
        if known is not None:
            return known is value
        found = self.solver.can(Asked(rule, 0, value))
        self.given_up += found is None
        return found

    def together(self, *asked: tuple[str, bool]) -> bool | None:
        """Whether rules can have these values at once."""
        found = self.solver.can(*(Asked(rule, 0, value) for rule, value in asked))
        self.given_up += found is None
        return found

    def witness(self, *asked: tuple[str, bool]) -> Witness | None:
        """Facts of which all that is asked holds."""
        return self.solver.witness(*(Asked(rule, 0, value) for rule, value in asked))

    def partly(self, true: str, open_: str, untrue: str | None = None) -> bool | None:
        """Whether a profile can leave so much open that one rule is shown to hold and another is not shown not to.

        With `untrue`, a third is not shown to hold. What a claim needs is claimed only where it is shown.
        """
        solver = self.solver
        rails = _Claims(solver.formulas, 0)
        parts = [rails.rule(true, 0)[0], solver.terms.negated(rails.rule(open_, 0)[1])]
        if untrue is not None:
            parts.append(solver.terms.negated(rails.rule(untrue, 0)[0]))
        for held in self.bare.world.held:
            match held.node:
                case ir.AnyOf((ir.Negation(when), literal)):
                    first, then = rails.node(held, when), rails.node(held, literal)
                    parts.append(solver.terms.implies(first[0], then[0]))
                case _:
                    pass
        found = solver.holds(solver.terms.all(parts))
        self.given_up += found is None
        return found

    def gates(self) -> set[int]:
        """The days on which the law of these rules changes by itself."""
        return {atom.day for rule in self.rules for atom in atoms_of(rule.node) if isinstance(atom, ir.Gate)}


class _Claims(Rails):
    """Rules as pairs in which a claim counts only where it is shown, or what raises it is."""

    def rule(self, rule: str, record: int) -> tuple[Formula, Formula]:
        value = self.run.value(rule, record)
        if value is not None and not _claimed(self.run.program, rule):
            return value, not value
        key = rule, record
        if key not in self._made:
            target = self.run.program.rule(rule)
            self._made[key] = self._node(target.kind, record, target.node)
        return self._made[key]

    def node(self, held: Held, node: ir.Node) -> tuple[Formula, Formula]:
        """A part of a constraint."""
        return self._node(held.kind, held.record, node)

    def _node(self, kind: str, record: int, node: ir.Node) -> tuple[Formula, Formula]:
        if not isinstance(node, ir.Claim):
            return super()._node(kind, record, node)
        terms = self.terms
        true, false = self._node(kind, record, node.part)
        raised = self._node(kind, record, node.raised)[0]
        return true, terms.any((false, terms.all((terms.negated(true), terms.negated(raised)))))


def _claimed(program: Program, rule: str) -> bool:
    """Whether a rule rests on a claim."""
    pending, seen = [rule], set[str]()
    while pending:
        name = pending.pop()
        if name in seen:
            continue
        seen.add(name)
        node = program.rule(name).node
        if any(isinstance(each, ir.Claim) for each in nodes_of(node)):
            return True
        pending += references_of(node)
    return False
