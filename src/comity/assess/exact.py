"""Answers that are settled by cases: the solver asked about findings that Kleene's logic leaves open.

Nothing here is imported for a plain assessment; z3 comes with the extra `solver`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from comity.assess.context import Contexts, Derivation, RecordContext, contexts_of
from comity.assess.evaluate import Evaluation
from comity.assess.findings import Missing
from comity.law.model import Bridge, Constraint
from comity.logic import ir
from comity.logic.encode import unknown as unknown_value
from comity.logic.encode import value_of
from comity.logic.program import Graph, atoms_of, build, facts_of
from comity.logic.proof import Proof, Run, evaluate, explain, pair_of_node
from comity.logic.solver import RLIMIT, Asked, Cases, Held, Solver, Unknown, World
from comity.logic.values import UNKNOWN, Mark

__all__ = ["Exact", "Settled", "held_of", "world_of"]

Readings = tuple[date, tuple[tuple[str, bool], ...]]
"""A date, and the readings of disputed law taken on it."""

_MOST_GIVEN_UP = 10
_OPS = {"equal": "=", "at_least": ">=", "at_most": "<="}


@dataclass(frozen=True, slots=True)
class Settled:
    """Why an answer that Kleene's logic leaves open on a date is settled: whatever becomes of what is in `split`.

    `by` names the constraints between facts that this needs, each with its pinpoint, and `given` the known facts
    that those rest on. `proof` is the proof in one of the cases; None where no profile could state such a case.
    """

    on: date
    value: bool
    split: tuple[Missing, ...]
    by: tuple[tuple[str, str], ...]
    given: tuple[Missing, ...] = ()
    proof: Proof | None = field(default=None, repr=False)


@dataclass
class Exact:
    """The solvers of an evaluation, one for each date asked about.

    `given_up` names what was too much work; after a few of those no more are tried, so that the whole is bounded too.
    """

    evaluation: Evaluation
    rlimit: int = RLIMIT
    given_up: list[tuple[str, int, date]] = field(default_factory=list[tuple[str, int, date]])
    _worlds: dict[Readings, World] = field(default_factory=dict[Readings, World])
    _solvers: dict[tuple[Readings, str], Solver] = field(default_factory=dict[tuple[Readings, str], Solver])

    def solver(self, rule: str, on: date, readings: dict[str, bool] | None = None) -> Solver:
        """The solver for the facts of a date and the part of its law that has the rule.

        Readings of disputed law that are not given stay open.
        """
        key = on, tuple(sorted((readings or {}).items()))
        there = self.evaluation.at(on, readings)
        part = there.law.homes[rule.partition("#")[0]]
        if (key, part.name) not in self._solvers:
            if key not in self._worlds:
                self._worlds[key] = world_of(self.evaluation, there.contexts)
            run = evaluate(part.program, there.graph, dict(there.contexts))
            self._solvers[key, part.name] = Solver(self._worlds[key], run, rlimit=self.rlimit)
        return self._solvers[key, part.name]

    def settle(self, rule: str, record: int, on: date, readings: dict[str, bool] | None = None) -> bool | None:
        """The answer on a date, if it is the same whatever the missing facts turn out to be."""
        known = self.evaluation.at(on, readings).value(rule, record)
        if known is not None or len(self.given_up) >= _MOST_GIVEN_UP:
            return known
        decided = self.solver(rule, on, readings).decide(rule, record)
        if decided.limited:
            self.given_up.append((rule, record, on))
        return decided.value

    def under(self, on: date, readings: dict[str, bool]) -> Callable[[str, int], bool | None]:
        """`settle` on one date, under some readings."""
        return lambda rule, record: self.settle(rule, record, on, readings)

    def series(self, rule: str, record: int) -> list[tuple[date, bool | None]]:
        """The exact answer at each breakpoint, in order."""
        return [(on, self.settle(rule, record, on)) for on in self.evaluation.breakpoints(rule)]

    def settled(self, rule: str, record: int, *days: date) -> Settled | None:
        """On what the answer splits, on the first of these days on which it is settled by cases."""
        for on in days:
            if self.evaluation.at(on).value(rule, record) is not None:
                continue
            found = self.solver(rule, on).cases(rule, record)
            if found is None:
                continue
            vocabulary = self.evaluation.corpus.vocabulary
            at = {each.name: each.at for each in (*vocabulary.constraints, *vocabulary.bridges)}
            return Settled(
                on,
                found.value,
                tuple(dict.fromkeys(self._missing(unknown) for unknown in found.split)),
                tuple((name, at.get(name, "")) for name in found.by),
                self._given(found, rule, on),
                self._proof(rule, record, found, on),
            )
        return None

    def _given(self, found: Cases, rule: str, on: date) -> tuple[Missing, ...]:
        """The known facts in the constraints that an answer needs."""
        contexts = self.evaluation.at(on).contexts
        given: dict[Missing, None] = {}
        for held in self.solver(rule, on).world.held:
            for name in (
                [name for atom in atoms_of(held.node) for name in facts_of(atom)] if held.name in found.by else ()
            ):
                context = contexts[held.kind][held.record]
                owner = context.owner(name)
                if owner is not None and not unknown_value(context.fact(name)):
                    given[self._missing(Unknown("fact", name, *owner))] = None
        return tuple(given)

    def _proof(self, rule: str, record: int, found: Cases, on: date) -> Proof | None:
        """The proof in one of the cases that the open facts can make: what they are split on, stated."""
        if any(unknown.form not in ("fact", "reading") for unknown in found.split):
            return None
        witness = self.solver(rule, on).witness(Asked(rule, record, found.value))
        if witness is None:
            return None
        derived = {owner: dict(facts) for owner, facts in self.evaluation.derived.items()}
        readings: dict[str, bool] = {}
        for unknown in found.split:
            value = witness.values[unknown]
            if unknown.form == "reading":
                readings[unknown.name] = value is True
            else:
                name = unknown.name.partition("@")[0]
                derived.setdefault((unknown.kind, unknown.record), {})[name] = value, Derivation(name, "", "", None)
        there, evaluation = self.evaluation.at(on), self.evaluation
        facts_at = (
            there.contexts["actor"][0].facts_at if there.contexts["actor"] else evaluation.dates.facts_at.toordinal()
        )
        contexts = contexts_of(
            evaluation.corpus,
            evaluation.subject,
            on,
            date.fromordinal(facts_at),
            derived,
            readings,
            evaluation.dates.known_at,
        )
        part = there.law.homes[rule.partition("#")[0]]
        run = evaluate(part.program, there.graph, dict(contexts))
        return explain(run, rule, record) if run.value(rule, record) is found.value else None

    def _missing(self, unknown: Unknown) -> Missing:
        """An open thing as findings name it."""
        name = f"{unknown.form} {' '.join(part for part in (unknown.of, unknown.name) if part)}"
        if unknown.form not in ("fact", "more"):
            return Missing(name, "", "")
        fact = unknown.name.partition("@")[0] if unknown.form == "fact" else f"any {unknown.of}"
        return Missing(fact, unknown.kind, self.evaluation.subject.records[unknown.kind][unknown.record].name)


def world_of(evaluation: Evaluation, contexts: Contexts) -> World:
    """What the solver must know of the subject and the vocabulary."""

    def owner(kind: str, record: int, name: str) -> tuple[str, int] | None:
        return contexts[kind][record].owner(name)

    corpus = evaluation.corpus
    return World(corpus.vocabulary.types, owner, tuple(corpus.jurisdictions.by_code), held_of(evaluation, contexts))


# What the vocabulary says always holds ----------------------------------------------------------------------


def held_of(evaluation: Evaluation, contexts: Contexts) -> list[Held]:
    """The constraints and bridges of the vocabulary, as conditions that hold of each record."""
    vocabulary = evaluation.corpus.vocabulary
    found: list[Held] = []
    for constraint in vocabulary.constraints:
        node = ir.AnyOf((ir.Negation(constraint.when), _literal(constraint)))
        names = {name for atom in atoms_of(node) for name in facts_of(atom)}
        events = any(vocabulary.facts[name].event for name in names)
        for context in contexts[constraint.kind]:
            if events and context.as_of > context.facts_at:
                # What followed from "it has not happened" need not hold when it has: the facts are only carried on.
                continue
            if constraint.stated is not None:
                stated = context.stated(constraint.stated)
                if stated is None or isinstance(stated.value, Mark):
                    # To state a figure is to say that it is known; that it exists is not.
                    continue
            found.append(Held(constraint.name, context.kind, context.index, node))
    found += _bridges(evaluation, contexts)
    return found


def _literal(constraint: Constraint) -> ir.Node:
    atom = ir.Bool(constraint.fact) if constraint.code is None else ir.Has(constraint.fact, (constraint.code,))
    return ir.AtomRef(atom) if constraint.holds else ir.Negation(ir.AtomRef(atom))


def _bridges(evaluation: Evaluation, contexts: Contexts) -> list[Held]:
    """The bridges that fill a number, or would fill it once its terms are known.

    A bridge is no constraint: whoever states the number itself is believed. So it ties a number only where it is
    the one that filled it, or the only one that could.
    """
    ways: dict[tuple[str, tuple[str, int]], list[tuple[Bridge, RecordContext]]] = {}
    for bridge in evaluation.corpus.vocabulary.bridges:
        for kind in ("model", "system") if bridge.kind == "artefact" else (bridge.kind,):
            for context in contexts[kind]:
                owner = context.owner(bridge.fill)
                if owner is not None and _could_fill(evaluation, bridge, context, owner):
                    ways.setdefault((bridge.fill, owner), []).append((bridge, context))
    found: list[Held] = []
    for (fill, owner), pairs in ways.items():
        extra = evaluation.derived.get(owner, {}).get(fill)
        chosen = [pair for pair in pairs if extra is not None and extra[1].by == pair[0].name] or pairs
        if len(chosen) == 1:
            bridge, context = chosen[0]
            found.append(Held(bridge.name, context.kind, context.index, _sum(evaluation, bridge)))
    return found


def _could_fill(evaluation: Evaluation, bridge: Bridge, context: RecordContext, owner: tuple[str, int]) -> bool:
    filled = evaluation.derived.get(owner, {}).get(bridge.fill)
    if filled is None and context.fact(bridge.fill) is not UNKNOWN:
        return False
    if filled is not None and filled[1].by == bridge.name:
        return True
    return filled is None and (bridge.when is None or _true(bridge.when, context))


def _true(node: ir.Node, context: RecordContext) -> bool:
    """Whether a condition over facts alone is definitely true of a record."""
    alone = Run(build(()), Graph({}), {context.kind: [context] * (context.index + 1)}, [])
    return value_of(pair_of_node(alone, context.kind, context.index, node)) is True


def _sum(evaluation: Evaluation, bridge: Bridge) -> ir.Node:
    """The number compared with the sum of its terms; nothing is said where a term proves absent."""
    facts = evaluation.corpus.vocabulary.facts
    sides: list[ir.Node] = []
    if all(facts[name].type == "number" for name in (bridge.fill, *bridge.terms)):
        terms = ((1, bridge.fill), *((-1, name) for name in bridge.terms))
        sides.append(ir.AtomRef(ir.Linear(terms, _OPS[bridge.relation], 0)))
        for name in bridge.terms:
            here = tuple(ir.AtomRef(ir.Linear(((1, name),), op, 0)) for op in (">=", "<"))
            sides.append(ir.Negation(ir.AnyOf(here)))
    elif len(bridge.terms) == 1:
        left, right = (ir.DateTerm(fact=name) for name in (bridge.fill, bridge.terms[0]))
        here = tuple(ir.AtomRef(ir.Dates(right, op, ir.DateTerm(as_of=True))) for op in (">=", "<"))
        sides += [ir.AtomRef(ir.Dates(left, _OPS[bridge.relation], right)), ir.Negation(ir.AnyOf(here))]
    return ir.AnyOf(tuple(sides)) if sides else ir.Constant(True)
