"""The exact back end on small questions whose answer is plain: what it settles, what it leaves open, and its limits."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import UsageFault
from comity.logic import ir
from comity.logic.check import FactType
from comity.logic.encode import add_months
from comity.logic.kinds import KINDS
from comity.logic.program import Graph, RuleDef, build
from comity.logic.proof import evaluate
from comity.logic.solver import Asked, Cases, Held, Settling, Solver, Unknown, World, days
from comity.logic.solver.terms import Terms
from comity.logic.values import NONE, UNKNOWN, CodeSet, Interval, Value
from logic.strategies import PLACES, Case, PublicRecord

FACTS = {
    **{name: FactType(name, "model", "bool") for name in ("p", "q", "r")},
    "size": FactType("size", "model", "number", minimum=0),
    "share": FactType("share", "model", "number", minimum=0, none_is=0),
    "colour": FactType("colour", "model", "code", codes=frozenset({"red", "green", "blue"})),
    "uses": FactType("uses", "model", "set", codes=frozenset({"a", "b", "c"})),
    "seat": FactType("seat", "model", "jurisdiction"),
    "begun": FactType("begun", "model", "date", event=True),
    "done": FactType("done", "model", "date", event=True),
}
DAY = date(2026, 3, 1).toordinal()


def flag(name: str) -> ir.Node:
    return ir.AtomRef(ir.Bool(name))


def number(op: str, bound: int, *terms: tuple[int, str]) -> ir.Node:
    return ir.AtomRef(ir.Linear(terms, op, bound))


def fact(name: str) -> Unknown:
    return Unknown("fact", name, "model", 0)


P, Q, R = flag("p"), flag("q"), flag("r")
NO = ir.Negation


def case_of(*nodes: ir.Node, links: tuple[list[int], bool] | None = None, **values: Value) -> Case:
    """One model and, where `links` says so, what an actor's `any` ranges over; rules r0, r1 … about the model."""
    rules = [RuleDef(f"r{i}", "model", node) for i, node in enumerate(nodes)]
    graph = Graph(dict.fromkeys(KINDS, 0) | {"model": 1, "actor": 1}, {("model", "actor"): [0]})
    if links is not None:
        graph.linked["actor", "model"] = [links]
        rules.append(RuleDef("some", "actor", ir.Exists("model", "r0")))
    return Case(FACTS, build(rules), graph, {("model", 0): values}, PublicRecord(FACTS))


def solver_of(case: Case, *held: ir.Node, **more: Any) -> Solver:
    run = evaluate(case.program, case.graph, case.contexts)
    sides = [Held(f"c{i}", "model", 0, node) for i, node in enumerate(held)]
    return Solver(World(FACTS, case.owner, PLACES, sides), run, **more)


def settle(node: ir.Node, *held: ir.Node, **values: Value) -> bool | None:
    return solver_of(case_of(node, **values), *held).settle("r0", 0)


@pytest.mark.parametrize(
    ("node", "values", "answer"),
    [
        (ir.AnyOf((P, NO(P))), {}, True),
        (ir.AllOf((P, NO(P))), {}, False),
        (ir.AnyOf((ir.AllOf((P, Q)), ir.AllOf((P, NO(Q))), NO(P))), {}, True),
        (ir.AnyOf((P, Q)), {}, None),
        # A number is not known to be there: a comparison with what is absent is false.
        (ir.AnyOf((number(">", 5, (1, "size")), number("<=", 5, (1, "size")))), {}, None),
        (ir.AnyOf((number(">", 5, (1, "size")), number("<=", 5, (1, "size")))), {"size": Interval(1, None)}, True),
        # What is absent counts as 0 here.
        (ir.AnyOf((number(">", 5, (1, "share")), number("<=", 5, (1, "share")))), {}, True),
        (number("<", 0, (1, "share")), {}, False),
        (ir.AllOf((number(">", 10, (1, "size")), number("<", 5, (1, "size"), (1, "share")))), {}, False),
        (number("=", 1, (3, "size")), {"size": Interval(0, 1)}, None),
        # A code is one of those there are, or absent.
        (ir.AnyOf(tuple(ir.AtomRef(ir.Code("colour", (c,))) for c in ("red", "green", "blue"))), {}, None),
        (
            ir.AnyOf(tuple(ir.AtomRef(ir.Code("colour", (c,))) for c in ("green", "blue"))),
            {"colour": CodeSet(frozenset(), frozenset({"red"}), False)},
            True,
        ),
        (ir.AllOf((ir.AtomRef(ir.Code("colour", ("red",))), ir.AtomRef(ir.Code("colour", ("blue",))))), {}, False),
        # A set may hold several codes; one with every code ruled out is empty.
        (ir.AllOf((ir.AtomRef(ir.Has("uses", ("a",))), ir.AtomRef(ir.Has("uses", ("b",))))), {}, None),
        (ir.AtomRef(ir.Nonempty("uses")), {"uses": CodeSet(frozenset(), frozenset({"a", "b", "c"}), False)}, False),
        (ir.AllOf((ir.AtomRef(ir.Has("uses", ("a",))), NO(ir.AtomRef(ir.Nonempty("uses"))))), {}, False),
    ],
)  # fmt: skip
def test_what_is_settled(node: ir.Node, values: dict[str, Value], answer: bool | None):
    assert settle(node, **values) is answer


def dated(left: ir.DateTerm, op: str, right: ir.DateTerm) -> ir.Node:
    return ir.AtomRef(ir.Dates(left, op, right))


BEGUN, DONE = ir.DateTerm(fact="begun"), ir.DateTerm(fact="done")


@pytest.mark.parametrize(
    ("node", "values", "answer"),
    [
        # A month is 28 days or more, and 31 or less.
        (dated(ir.DateTerm(fact="begun", months=1), ">=", ir.DateTerm(fact="begun", days=28)), {"begun": Interval(DAY, None)}, True),
        (dated(ir.DateTerm(fact="begun", months=1), ">", ir.DateTerm(fact="begun", days=28)), {"begun": Interval(DAY, None)}, None),
        (dated(ir.DateTerm(fact="begun", months=1), "<=", ir.DateTerm(fact="begun", days=31)), {"begun": Interval(DAY, None)}, True),
        (dated(ir.DateTerm(fact="begun", months=6), ">=", ir.DateTerm(fact="begun", days=181)), {"begun": Interval(DAY, None)}, True),
        (dated(ir.DateTerm(fact="begun", months=6), ">=", ir.DateTerm(fact="begun", days=182)), {"begun": Interval(DAY, None)}, None),
        (dated(ir.DateTerm(fact="begun", months=-3), "<", BEGUN), {"begun": Interval(DAY, None)}, True),
        # It may never begin.
        (dated(ir.DateTerm(fact="begun", months=1), ">=", BEGUN), {}, None),
        (ir.AllOf((dated(BEGUN, "<", DONE), dated(DONE, "<", BEGUN))), {}, False),
        # No day of a month, moved by a month, is 31 April.
        (dated(ir.DateTerm(fact="begun", months=1), "=", ir.DateTerm(day=date(2026, 2, 28).toordinal())), {}, None),
        (
            ir.AllOf((dated(ir.DateTerm(fact="begun", months=1), ">", ir.DateTerm(day=date(2026, 2, 28).toordinal())),
                      dated(BEGUN, "<=", ir.DateTerm(day=date(2026, 1, 31).toordinal())))),
            {}, False,
        ),
    ],
)  # fmt: skip
def test_days_follow_the_calendar(node: ir.Node, values: dict[str, Value], answer: bool | None):
    assert settle(node, **values) is answer


@given(st.integers(days.FIRST, days.LAST), st.integers(-30, 30), st.integers(-40, 40))
def test_the_calendar_in_z3_is_the_calendar(day: int, months: int, more: int):
    terms = Terms()
    term = ir.DateTerm(fact="d", months=months, days=more)
    symbol = terms.whole("d")
    sides: list[Any] = [symbol == day]
    moved = days.Calendar(terms, symbol, [], sides).moved(term)
    solver = terms.z3.Solver(ctx=terms.context)
    solver.add(*sides)
    assert solver.check() == terms.z3.sat
    solver.add(moved != (add_months(day, months) if months else day) + more)
    assert solver.check() == terms.z3.unsat


def test_constraints_rule_out_cases_and_are_named():
    case = case_of(ir.AllOf((P, NO(Q))), q=False)
    assert solver_of(case).settle("r0", 0) is None
    solver = solver_of(case, ir.AnyOf((NO(P), Q)), ir.AnyOf((NO(R), Q)))
    assert solver.settle("r0", 0) is False
    assert solver.cases("r0", 0) == Cases(False, (fact("p"),), ("c0",))


def test_facts_that_contradict_settle_nothing():
    solver = solver_of(case_of(P), P, NO(P))
    decided = solver.decide("r0", 0)
    assert (decided.can_be_true, decided.can_be_false, decided.value) == (False, False, None)


def test_an_answer_splits_on_no_more_than_it_must():
    node = ir.AllOf((ir.AnyOf((P, NO(P))), ir.AnyOf((Q, R, NO(Q)))))
    solver = solver_of(case_of(node))
    found = solver.cases("r0", 0)
    assert found == Cases(True, (fact("p"), fact("q")), ())
    assert solver.cases("r0", 0) == found
    assert solver_of(case_of(ir.AnyOf((P, Q)))).cases("r0", 0) is None


def test_a_list_that_is_not_complete_stays_open():
    solver = solver_of(case_of(ir.AllOf((P, NO(P))), links=([0], True)))
    assert solver.settle("some", 0) is False
    solver = solver_of(case_of(ir.AllOf((P, NO(P))), links=([0], False)))
    assert solver.settle("some", 0) is None
    witness = solver.witness(Asked("some", 0))
    assert witness is not None
    assert witness.values[Unknown("more", "r0", "actor", 0, "model")] is True


def test_what_matters_and_what_settles_alone():
    solver = solver_of(case_of(ir.AllOf((P, ir.AnyOf((Q, R)), ir.AnyOf((R, NO(R)))))))
    assert solver.relevant("r0", 0) == [fact("p"), fact("q"), fact("r")]
    assert solver.decisive("r0", 0) == [Settling(fact("p"), False, False)]
    solver = solver_of(case_of(ir.AnyOf((number(">", 100, (1, "size"), (1, "share")), number("<", 3, (1, "size"))))))
    found = {each.unknown.name: each for each in solver.decisive("r0", 0) if each.answer}
    # Either number above the line is enough, whatever the other is; so is a small one.
    assert set(found) == {"size"}
    assert solver_of(case_of(number(">", 100, (1, "share"), (1, "share")))).decisive("r0", 0)[0].unknown == fact(
        "share"
    )


def test_a_witness_keeps_exact_numbers_and_known_absence():
    big = 10**26
    case = case_of(
        ir.AllOf((number(">", big, (1, "size")), number("<", big + 1, (1, "size")), NO(number(">=", 0, (1, "share")))))
    )
    assert solver_of(case).witness(Asked("r0", 0)) is None  # none counts as 0
    case = case_of(ir.AllOf((number(">", big, (1, "size")), number("<", big + 1, (1, "size")))))
    witness = solver_of(case).witness(Asked("r0", 0))
    assert witness is not None
    size = witness.values[fact("size")]
    assert isinstance(size, Fraction)
    assert big < size < big + 1
    gone = solver_of(case_of(NO(number(">=", 0, (1, "size"))))).witness(Asked("r0", 0))
    assert gone is not None
    assert gone.values[fact("size")] is NONE


def test_two_conclusions_and_two_laws_are_asked_together():
    old = case_of(number(">", 10**25, (1, "size")), number(">", 10**26, (1, "size")))
    solver = solver_of(old)
    assert solver.witness(Asked("r1", 0), Asked("r0", 0, value=False)) is None
    assert solver.witness(Asked("r0", 0), Asked("r1", 0, value=False)) is not None
    new = replace(old, program=build([RuleDef("r0", "model", number(">", 10**26, (1, "size")))]))
    runs = [evaluate(each.program, each.graph, each.contexts) for each in (old, new)]
    both = Solver(World(FACTS, old.owner, PLACES), *runs)
    changed = both.witness(Asked("r0", 0, run=0), Asked("r0", 0, value=False, run=1))
    assert changed is not None
    size = changed.values[fact("size")]
    assert isinstance(size, int | Fraction)
    assert 10**25 < size <= 10**26
    assert both.witness(Asked("r0", 0, value=False, run=0), Asked("r0", 0, run=1)) is None


def test_jurisdictions_are_told_apart_only_where_a_question_does():
    inside = ir.AtomRef(ir.Within("seat", "EU"))
    case = case_of(ir.AllOf((inside, ir.AtomRef(ir.Code("seat", ("US",))))), seat=UNKNOWN)
    open_ = replace(case, world=replace(case.world, regions={("DE", "EU"): True}))
    assert solver_of(open_).settle("r0", 0) is False
    # Whether the US lie in the EU is not known here, so it is a question of its own.
    odd = replace(case, world=replace(case.world, regions={("US", "EU"): None}))
    witness = solver_of(odd).witness(Asked("r0", 0))
    assert witness is not None
    assert witness.values[Unknown("within", "US", of="EU")] is True


# Limits -----------------------------------------------------------------------------------------------------


def test_work_is_bounded_and_giving_up_is_told():
    # A pigeonhole principle: ten numbers, pairwise apart, within nine.
    names = [f"n{i}" for i in range(10)]
    facts = {name: FactType(name, "model", "date") for name in names}
    ends = [
        dated(ir.DateTerm(fact=n), op, ir.DateTerm(day=DAY + at)) for n in names for op, at in ((">=", 0), ("<", 9))
    ]
    apart = [dated(ir.DateTerm(fact=a), "<>", ir.DateTerm(fact=b)) for a in names for b in names if a < b]
    rules = [RuleDef("hard", "model", ir.AllOf((*ends, *apart))), RuleDef("easy", "model", ir.AllOf((P, NO(P))))]
    graph = Graph(dict.fromkeys(KINDS, 0) | {"model": 1})
    case = Case(FACTS | facts, build(rules), graph, {}, PublicRecord(FACTS | facts))
    run = evaluate(case.program, case.graph, case.contexts)
    solver = Solver(World(case.facts, case.owner), run, rlimit=200_000)
    hard = solver.decide("hard", 0)
    assert (hard.can_be_true, hard.value, hard.limited) == (None, None, True)
    assert solver.settle("easy", 0) is False
    assert solver.witness(Asked("hard", 0)) is None
    assert solver.cases("hard", 0) is None


def test_without_z3_the_mend_is_told(monkeypatch: pytest.MonkeyPatch):
    case = case_of(P)
    monkeypatch.setitem(sys.modules, "z3", None)
    with pytest.raises(UsageFault, match="z3-solver, which is not installed") as caught:
        solver_of(case)
    assert caught.value.mend == 'pip install "comity[solver]"'
