"""The exact back end settles what every completion settles, and never more; its witnesses are what they say.

The completions and what rules mean in them are the oracle's, which shares no code with the engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from comity.logic import ir
from comity.logic.check import FactType, check
from comity.logic.kinds import KINDS
from comity.logic.proof import Run, evaluate
from comity.logic.solver import Asked, Decision, Held, Solver, Unknown, Witness
from comity.logic.solver import World as Facts
from comity.logic.values import NONE, UNKNOWN, CodeSet, Value
from logic.oracle import World, claims_as_rules, claims_held, options, outcomes
from logic.strategies import PLACES, Case, Names, cases, conditions, symbols

generous = settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
)
many = settings(generous, max_examples=max(settings.default.max_examples, 200))


def run_of(case: Case) -> Run:
    return evaluate(case.program, case.graph, case.contexts)


def solver_of(case: Case, *runs: Run, held: Sequence[Held] = (), **more: Any) -> Solver:
    return Solver(Facts(case.facts, case.owner, PLACES, held), *(runs or (run_of(case),)), **more)


def plain(case: Case) -> Case:
    """The case with its claims replaced by what they were found to be."""
    case = replace(case, program=claims_as_rules(case.program))
    return claims_held(case, run_of(case))


def questions(case: Case) -> list[tuple[str, int]]:
    """Every rule about every record."""
    return [(rule.id, record) for rule in case.program.rules for record in range(case.graph.counts[rule.kind])]


def given_up(case: Case, decided: Decision) -> bool:
    """Whether a question took too much work. Only a calendar between two open days may now and then do that."""
    terms = [
        term
        for atoms in case.program.atoms.values()
        for atom in atoms
        if isinstance(atom, ir.Dates)
        for term in (atom.left, atom.right)
    ]
    assert not decided.limited or any(term.months for term in terms)
    return decided.limited


class Told:
    """Picks what a witness says; anything may be picked where it says nothing."""

    def __init__(self, case: Case, witness: Witness) -> None:
        self.case, self.left = case, dict(witness.values)
        self.known: dict[object, Any] = {}

    def unknown(self, key: Any) -> Unknown:
        match key:
            case ("more", kind, index, other, rule):
                return Unknown("more", rule, kind, index, other)
            case ("reading", name):
                return Unknown("reading", name)
            case (kind, int(index), name):
                market = Unknown("fact", f"{name}@EU", kind, index)
                return market if market in self.left else Unknown("fact", name, kind, index)
            case ("act", name):
                return Unknown("event", name, of="act")
            case (code, "treaty"):
                return Unknown("party", code, of="treaty")
            case (code, region):
                return Unknown("within", code, of=region)
        raise AssertionError(key)

    def pick(self, key: object, found: Sequence[Any]) -> Any:
        if key not in self.known:
            unknown = self.unknown(key)
            value = self.left.get(unknown, found[0])
            assert allowed(value, found), (unknown, value, found)
            self.known[key] = value
        return self.known[key]


def allowed(value: Value, found: Sequence[Any]) -> bool:
    """Whether the oracle could have picked it; of numbers and days it picks from a sample of those that are possible."""
    points = [p for p in found if p is not NONE and not isinstance(p, bool | str | CodeSet)]
    if value in found:
        return True
    return bool(points) and not isinstance(value, bool | str | CodeSet) and value is not NONE


def says(case: Case, witness: Witness) -> World:
    return World(case, Told(case, witness).pick)


def node_of(case: Case, world: World, rule: str, record: int) -> bool:
    target = case.program.rule(rule)
    return world.node(target.kind, record, target.node)


@many
@given(cases())
def test_it_settles_what_every_completion_settles_and_never_more(case: Case):
    case = plain(case)
    run = run_of(case)
    solver = solver_of(case, run)
    for rule, record in questions(case):
        kleene, decided = run.value(rule, record), solver.decide(rule, record)
        assert kleene is None or decided.value is kleene
        if kleene is not None or given_up(case, decided):
            continue
        if decided.value is not None:
            assert all(outcome is decided.value for outcome in outcomes(case, rule, record)), (rule, record)
        for value, possible in ((True, decided.can_be_true), (False, decided.can_be_false)):
            witness = solver.witness(Asked(rule, record, value))
            assert (witness is not None) is possible
            if witness is not None:
                assert node_of(case, says(case, witness), rule, record) is value, witness


@generous
@given(cases())
def test_claims_are_held_as_the_other_back_ends_hold_them(case: Case):
    solver, other = solver_of(case), solver_of(plain(case))
    for rule, record in questions(case):
        assert solver.settle(rule, record) is other.settle(rule, record)


# Constraints ------------------------------------------------------------------------------------------------


@st.composite
def constrained(draw: st.DrawFn) -> tuple[Case, list[Held]]:
    """A case, and conditions that are said to hold of some of its records."""
    case = draw(cases())
    held: list[Held] = []
    for kind in draw(st.lists(st.sampled_from(KINDS), max_size=3)):
        text = draw(conditions(Names(case.facts, {}), kind, 2, False))
        node = check(text, symbols(case.facts, {}), kind, no_lift)
        held += [Held(text, kind, record, node) for record in range(case.graph.counts[kind])]
    return plain(case), held


def no_lift(kind: str, node: ir.Node) -> str:
    raise AssertionError("constraints have no any()")


@many
@given(constrained())
def test_constraints_leave_out_completions_and_nothing_else(pair: tuple[Case, list[Held]]):
    case, held = pair
    run = run_of(case)
    solver = solver_of(case, run, held=held)

    def fits(world: World) -> bool:
        return all(world.node(each.kind, each.record, each.node) for each in held)

    for rule, record in questions(case):
        if run.value(rule, record) is not None:
            continue
        decided = solver.decide(rule, record)
        if given_up(case, decided):
            continue
        if decided.value is not None:
            for seed in range(12):
                world = World(case, _Sample(Random(seed)).pick)  # noqa: S311
                assert not fits(world) or node_of(case, world, rule, record) is decided.value
        for value, possible in ((True, decided.can_be_true), (False, decided.can_be_false)):
            witness = solver.witness(Asked(rule, record, value))
            assert (witness is not None) is possible
            if witness is not None:
                assert node_of(case, says(case, witness), rule, record) is value
                for each in held:
                    told = Told(case, witness)
                    true = World(case, told.pick).node(each.kind, each.record, each.node)
                    # A constraint that the answer does not hang on is not part of its witness, nor one over what is known.
                    beside = not told.known or any(told.unknown(key) not in witness.values for key in told.known)
                    assert true or beside, each


class _Sample:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.known: dict[object, Any] = {}

    def pick(self, key: object, found: Sequence[Any]) -> Any:
        return self.known.setdefault(key, self.random.choice(found))


# What an answer splits on, and what matters -----------------------------------------------------------------


def settable(case: Case, unknown: Unknown) -> bool:
    """Whether a profile or public record can say it: not so of lists that are not complete and of missing records."""
    if unknown.form == "more":
        return False
    if unknown.form != "fact":
        return True
    base = unknown.name.partition("@")[0]
    return case.owner(unknown.kind, unknown.record, base) == (unknown.kind, unknown.record)


def stated(case: Case, values: dict[Unknown, Any]) -> Case:
    """The case with open things settled."""
    facts = {owner: dict(said) for owner, said in case.values.items()}
    old = case.world
    events, regions, parties, readings = (dict(each) for each in (old.events, old.regions, old.parties, old.readings))
    for unknown, value in values.items():
        match unknown.form:
            case "fact":
                facts.setdefault((unknown.kind, unknown.record), {})[unknown.name] = value
            case "reading":
                readings[unknown.name] = value
            case "event":
                events[unknown.of, unknown.name] = value
            case "within":
                regions[unknown.name, unknown.of] = value
            case _:
                parties[unknown.name, unknown.of] = value
    world = replace(old, facts_at=old.as_of, events=events, regions=regions, parties=parties, readings=readings)
    return replace(case, values=facts, world=world)


def _options(case: Case, unknown: Unknown) -> list[Any]:
    match unknown.form:
        case "fact":
            base = unknown.name.partition("@")[0]
            found = case.values.get((unknown.kind, unknown.record), {})
            value = case.world.dated(base, found.get(unknown.name, found.get(base, UNKNOWN)))
            return options(case.facts[base], value, case.world.within)
        case "event":
            event = case.world.event(unknown.of, unknown.name)
            return options(FactType("event", "", "date"), event, case.world.within)
        case _:
            return [True, False]


@generous
@given(cases(), st.randoms(use_true_random=True))
def test_a_settled_answer_splits_on_facts_that_settle_it_for_kleene(case: Case, chance: Random):
    case = plain(case)
    # A fact known absent on its date may happen later, and then it is not for a completion to say.
    assume(case.world.facts_at == case.world.as_of)
    run = run_of(case)
    solver = solver_of(case, run)
    for rule, record in questions(case):
        if run.value(rule, record) is None:
            found = solver.cases(rule, record)
            assert (found is None) is (solver.settle(rule, record) is None)
            if found is None or not all(settable(case, unknown) for unknown in found.split):
                continue
            assert found.value is solver.settle(rule, record)
            for _ in range(4):
                settled = {unknown: chance.choice(_options(case, unknown)) for unknown in found.split}
                known = run_of(stated(case, settled)).value(rule, record)
                # Where nothing is split on, the domain of a fact alone gives the answer (a set all ruled out).
                assert known is found.value or (known is None and not found.split), (rule, record, found)


@generous
@given(cases(), st.randoms(use_true_random=True))
def test_what_does_not_matter_does_not_turn_an_answer(case: Case, chance: Random):
    case = plain(case)
    run = run_of(case)
    solver = solver_of(case, run)
    for rule, record in questions(case):
        if run.value(rule, record) is not None:
            continue
        matter = solver.relevant(rule, record)
        told = Told(case, Witness((), dict.fromkeys(matter, True)))
        if given_up(case, solver.decide(rule, record)):
            continue
        assert bool(matter) is (solver.settle(rule, record) is None)
        for _ in range(3):
            sample = _Sample(chance)
            before = node_of(case, World(case, sample.pick), rule, record)
            kept = {key: value for key, value in sample.known.items() if told.unknown(key) in matter}
            again = _Sample(chance)
            again.known.update(kept)
            assert node_of(case, World(case, again.pick), rule, record) is before


@generous
@given(cases())
def test_what_settles_alone_does_so(case: Case):
    case = plain(case)
    assume(case.world.facts_at == case.world.as_of)
    run = run_of(case)
    solver = solver_of(case, run)
    asked = 0
    for rule, record in questions(case):
        if run.value(rule, record) is not None or asked == 3:
            continue
        asked += 1
        found = {(each.unknown, each.answer): each.value for each in solver.decisive(rule, record)}
        for (unknown, answer), value in found.items():
            if settable(case, unknown):
                assert solver_of(stated(case, {unknown: value})).settle(rule, record) is answer, (rule, unknown, value)
        for unknown in solver.relevant(rule, record):
            form = case.facts[unknown.name.partition("@")[0]].type if unknown.form == "fact" else unknown.form
            if settable(case, unknown) and form not in ("number", "date", "event"):
                for value in _options(case, unknown)[:3]:
                    answer = solver_of(stated(case, {unknown: value})).settle(rule, record)
                    assert answer is None or (unknown, answer) in found, (rule, unknown, value)
