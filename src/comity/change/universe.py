"""Any subject at all: the shapes that a record and what stands above it can have, with nothing known about them.

For a proof the date is an open fact like any other, and what an `any` finds is open too, so an answer holds for every
date and however many records there are. For a witness there is one record of each kind, and no other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from comity.assess.context import Contexts, contexts_of
from comity.assess.subject import Record, Subject
from comity.law.corpus import Corpus
from comity.logic import ir
from comity.logic.kinds import KINDS
from comity.logic.program import Graph, Program, RuleDef, atoms_of, build, facts_of
from comity.logic.proof import Run, evaluate
from comity.logic.solver import Held, World

__all__ = ["DATE", "Shape", "opened", "runs_of", "shapes", "subject_of", "world_of"]

DATE = "as_of"
"""The name under which the date asked about is an open fact."""

_FAR = date(2100, 1, 1)


@dataclass(frozen=True, slots=True)
class Shape:
    """Which records there are, beside the actor, and the kinds of record whose rules are asked in this shape."""

    kinds: tuple[str, ...]
    asked: tuple[str, ...]


def shapes() -> tuple[Shape, ...]:
    """Every way in which records can stand above one another: a use may name no system, an incident no artefact."""
    return (
        Shape(KINDS, KINDS),
        Shape(("actor", "use", "incident"), ("use", "incident")),
        Shape(("actor", "system", "incident"), ("incident",)),
        Shape(("actor", "model", "incident"), ("incident",)),
    )


def subject_of(shape: Shape) -> Subject:
    """One record of each kind of the shape, each hanging on those that can stand above it."""
    records = {kind: [Record(kind, kind)] if kind in shape.kinds else [] for kind in KINDS}
    above = {"system": ("model",), "use": ("system",), "incident": ("system", "model")}
    for kind, others in above.items():
        for record in records[kind]:
            record.parents = {other: [0] for other in others if other in shape.kinds}
    return Subject("any", records, dict.fromkeys(KINDS, True))


def _opened(node: ir.Node, meaning: Callable[[str], int] | None) -> ir.Node:
    match node:
        case ir.Label(_, _, _, part) | ir.Claim(part, _):
            # Where the facts are known, a claim is made where it can be.
            return _opened(part, meaning)
        case ir.Negation(part):
            return ir.Negation(_opened(part, meaning))
        case ir.AllOf(parts):
            return ir.AllOf(tuple(_opened(part, meaning) for part in parts))
        case ir.AnyOf(parts):
            return ir.AnyOf(tuple(_opened(part, meaning) for part in parts))
        case ir.Exists(kind, rule) if meaning is not None:
            return ir.AtomRef(ir.Bool(f"any {kind} {meaning(rule)}"))
        case ir.AtomRef(ir.Gate(_, day, ceases)):
            return ir.AtomRef(ir.Dates(ir.DateTerm(fact=DATE), "<" if ceases else ">=", ir.DateTerm(day=day)))
        case ir.AtomRef(ir.Dates(left, op, right)):
            left, right = (_day(term, meaning is not None) for term in (left, right))
            return ir.AtomRef(ir.Dates(left, op, right))
        case ir.AtomRef(ir.Party(instrument, fact)) if meaning is not None:
            # Who is bound changes over time, so for all dates it is open.
            return ir.AtomRef(ir.Bool(f"party {instrument} {fact}"))
        case _:
            return node


def _day(term: ir.DateTerm, proof: bool) -> ir.DateTerm:
    if term.as_of:
        return replace(term, as_of=False, fact=DATE)
    if proof and term.event is not None:
        # What is not on record may happen on any day, or never.
        return replace(term, event=None, fact=f"event {' '.join(term.event)}")
    return term


def opened(program: Program, meaning: Mapping[str, int] | None, other: Program) -> Program:
    """A program with an open date. With `meaning`, what an `any` finds is open too: the same for the same meaning.

    Rules that only the other version has are false in this one.
    """
    look = None if meaning is None else meaning.__getitem__
    rules = [RuleDef(rule.id, rule.kind, _opened(rule.node, look)) for rule in program.rules]
    rules += [RuleDef(r.id, r.kind, ir.Constant(False)) for r in other.rules if r.id not in program.index]
    return build(rules)


def runs_of(programs: tuple[Program, Program], shape: Shape, sides: tuple[Contexts, Contexts], any_: bool) -> list[Run]:
    """Both programs run on a subject of which nothing is known. With `any_`, lists are complete and `any` goes over them."""
    graph: Graph = subject_of(shape).graph()
    if not any_:
        graph.linked.clear()
    return [evaluate(program, graph, dict(contexts)) for program, contexts in zip(programs, sides, strict=True)]


def contexts_for(corpus: Corpus, subject: Subject, on: date, known_at: date) -> Contexts:
    """The contexts of a subject of which nothing is known, on a date of the public record."""
    return contexts_of(corpus, subject, on, on, {}, None, known_at)


def world_of(corpora: tuple[Corpus, Corpus], contexts: Contexts, since: date, *, stated: bool) -> World:
    """What the solver must know: facts of both versions, what always holds of them, and the dates asked about.

    With `stated`, also what holds of figures only where they are stated.
    """

    def owner(kind: str, record: int, name: str) -> tuple[str, int] | None:
        return ("actor", 0) if name == DATE or name.startswith("event ") else contexts[kind][record].owner(name)

    when = ir.DateTerm(fact=DATE)
    span = (
        ir.AtomRef(ir.Dates(when, ">=", ir.DateTerm(day=since.toordinal()))),
        ir.AtomRef(ir.Dates(when, "<", ir.DateTerm(day=max(_FAR, since).toordinal() + 1))),
    )
    held = [Held("date", "actor", 0, ir.AllOf(span)), *_held(corpora, contexts, stated)]
    old, new = (corpus.vocabulary for corpus in corpora)
    return World({**old.types, **new.types}, owner, tuple(corpora[1].jurisdictions.by_code), held)


def _held(corpora: tuple[Corpus, Corpus], contexts: Contexts, stated: bool) -> list[Held]:
    """The constraints that both versions of the vocabulary have."""
    old, new = (corpus.vocabulary for corpus in corpora)
    shared = new.constraints if old is new else [each for each in new.constraints if each in old.constraints]
    found: list[Held] = []
    for each in shared:
        if each.stated is not None and not stated:
            continue
        atom = ir.Bool(each.fact) if each.code is None else ir.Has(each.fact, (each.code,))
        literal: ir.Node = ir.AtomRef(atom) if each.holds else ir.Negation(ir.AtomRef(atom))
        node = ir.AnyOf((ir.Negation(_opened(each.when, None)), literal))
        names = {name for atom in atoms_of(node) for name in facts_of(atom)} - {DATE}
        for context in contexts[each.kind]:
            if all(context.owner(name) is not None for name in names):
                found.append(Held(each.name, context.kind, context.index, node))
    return found
