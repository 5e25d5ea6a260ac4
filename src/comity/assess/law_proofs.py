"""Proofs about rules: those that can never hold, those that always do, exceptions that never bite.

Each rule becomes a few questions to the solver, about a subject of which nothing is known, on the dates on which its law
changes. What cannot be is asked a second time with lists left open and fewer constraints, so that it is said only where
no subject at all could be meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from comity.assess.ground import Ground, cone, plain
from comity.assess.law_questions import Period, Probe, called, joined_of, periods, probes_of
from comity.assess.witness import Example, example
from comity.law.corpus import Corpus
from comity.law.model import Rule
from comity.logic import ir
from comity.logic.program import RuleDef, nodes_of, references_of
from comity.logic.proof import pair_of_node
from comity.logic.solver import RLIMIT

__all__ = ["CODES", "Period", "Proved", "periods", "prove_part"]

CODES = {
    "unreachable": "lint.proof-unreachable",
    "dead_exception": "lint.proof-dead-exception",
    "clash": "lint.proof-clash",
    "always": "lint.warn-always",
    "follows": "lint.warn-condition-follows",
    "redundant": "lint.warn-redundant-exception",
}


@dataclass(frozen=True, slots=True)
class Proved:
    """One thing proved of a rule. `parts` are those that exclude each other, `other` the rule it is about beside `rule`.

    `example` is a subject that shows it; `shows` says of what.
    """

    what: str
    rule: Rule
    on: date
    parts: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    example: Example | None = None
    shows: str = ""
    constraints: tuple[str, ...] = ()


# Proving ----------------------------------------------------------------------------------------------------


@dataclass
class _Prover:
    """One version of one part: each question asked on as many dates as it needs to be found possible."""

    corpus: Corpus
    period: Period
    only: frozenset[str] | None
    rlimit: int
    given_up: list[str]
    possible: dict[str, date] = field(default_factory=dict[str, date])
    _grounds: dict[tuple[date, bool], Ground] = field(default_factory=dict["tuple[date, bool]", Ground])

    def __post_init__(self) -> None:
        part = self.period.part
        self.parts = {name: joined_of(rule) for name, rule in part.rules.items()}
        wanted = [name for name, rule in part.rules.items() if self.only is None or rule.instrument in self.only]
        found = [probe for name in wanted for probe in probes_of(self.parts[name], part.rules)]
        # Whether a rule holds at all is asked of every rule of the part: others rest on it.
        seen = {probe.id for probe in found}
        found += [Probe("reach", name, name, rule.node) for name, rule in part.rules.items() if name not in seen]
        self.probes = {probe.id: probe for probe in found}
        base = [RuleDef(rule.id, rule.kind, plain(rule.node)) for rule in part.program.rules]
        extra = [RuleDef(p.id, part.program.rule(p.rule).kind, plain(p.node)) for p in found if p.id not in part.rules]
        self.rules = [*base, *extra]

    def ground(self, on: date, whole: bool = True) -> Ground:
        key = on, whole
        if key not in self._grounds:
            self._grounds[key] = Ground(self.corpus, on, self.rules, whole, self.rlimit)
        return self._grounds[key]

    def come(self, rule: str, on: date) -> bool:
        """Whether the dates of the rule itself have come, and nothing of the record of the public holds it back."""
        ground, each = self.ground(on, False), self.parts[rule]
        kind = ground.program.rule(rule).kind
        return all(not pair_of_node(ground.run, kind, 0, gate)[1] for gate in each.gates)

    def days(self, whole: bool = True) -> list[date]:
        """The last first: most rules apply then. Unless `whole`, those that came after this version too."""
        days = list(self.period.days)
        return [days[-1], *days[:-1], *(() if whole else self.period.later)]

    def ask(self) -> None:
        """Find a date for each question; those without one stay out of `possible`."""
        waiting = dict(self.probes)
        for whole in (True, False):
            for on in self.days(whole):
                if not waiting:
                    return
                ground = self.ground(on, whole)
                for name in list(waiting):
                    if not self.come(waiting[name].rule, on):
                        continue
                    answer = ground.can(name)
                    if answer is None and not whole:
                        self.given_up.append(name)
                    if answer or (answer is None and not whole):
                        self.possible[name] = on
                        del waiting[name]

    def first_come(self, rule: str) -> date | None:
        """A date on which the rule itself has come, and so has all it refers to, where there is one."""
        come = [on for on in self.days() if self.come(rule, on)]
        return come[0] if come else None


def prove_part(
    corpus: Corpus, period: Period, only: Iterable[str] | None = None, *, rlimit: int = RLIMIT
) -> tuple[list[Proved], list[str], int]:
    """What can be proved of the rules of one version of a part; what was given up; how many questions there were."""
    given_up: list[str] = []
    prover = _Prover(corpus, period, None if only is None else frozenset(only), rlimit, given_up)
    prover.ask()
    wanted = [rule for rule in period.part.rules.values() if prover.only is None or rule.instrument in prover.only]
    found: list[Proved] = []
    for rule in wanted:
        found += _unreachable(prover, rule)
        found += _idle(prover, rule)
    found += _exceptions(prover, wanted)
    return found, given_up, len(prover.probes)


def _unreachable(prover: _Prover, rule: Rule) -> Iterator[Proved]:
    """A rule whose own dates come, and that still never holds; not one that only rests on such a rule."""
    on = prover.first_come(rule.id)
    if rule.id in prover.possible or on is None:
        return
    each, by = prover.parts[rule.id], _by(prover, rule.id, on)
    parts = [*each.rest, *(() if each.core is None else (each.core,))]
    parts += [ir.Negation(ir.Label("exception", name, "", body)) for name, body in each.exceptions]
    kept = _least(prover, rule, parts, on)
    if not kept or all(_rests(prover, part) for part in kept):
        return
    near = None
    for part in reversed(kept):
        others = tuple(other for other in parts if other is not part)
        near = _shown(prover, rule, ir.AllOf(others), on)
        if near is not None:
            shows = f"fulfils all of it but {called(part)}"
            yield Proved("unreachable", rule, on, tuple(map(called, kept)), (), near, shows, by)
            return
    yield Proved("unreachable", rule, on, tuple(map(called, kept)), constraints=by)


def _by(prover: _Prover, name: str, on: date) -> tuple[str, ...]:
    """The constraints of the vocabulary because of which a question is answered with no."""
    ground = prover.ground(on, False)
    if ground.run.value(name, 0) is not None:
        return ()
    found = ground.solver.cases(name, 0)
    return () if found is None else found.by


def _rests(prover: _Prover, part: ir.Node) -> bool:
    """Whether a part cannot hold because a rule it refers to never does (or is over); that rule is told itself."""
    return any(name in prover.parts and name not in prover.possible for name in references_of(part))


def _partly(prover: _Prover, probe: Probe, instead: str | None = None) -> bool:
    """Whether a claimed exception bites while facts are missing: a statement may stand for what it is made of.

    With `instead`, whether it does so without that other exception.
    """
    part, name = prover.period.part, probe.others[0]
    each = prover.parts[probe.rule]
    if (
        name in prover.parts
        and prover.parts[name].exceptions
        and any(isinstance(node, ir.Claim) for node in nodes_of(each.rule.node))
    ):
        # A claim with exceptions of its own weighs statements against each other: of that nothing is said here.
        return True
    target = f"{probe.rule}?open"
    kind = part.program.rule(probe.rule).kind
    whole = _parts_as_they_are(each.rule)
    rules = [*part.program.rules, RuleDef(target, kind, ir.AllOf(whole))]
    used = cone({rule.id: rule for rule in rules}, [target, name, *([] if instead is None else [instead])])
    order = [rule for rule in rules if rule.id in used]
    for on in prover.days():
        if prover.come(probe.rule, on) and part.program.rule(name).kind == kind:
            ground = Ground(prover.corpus, on, order, False, prover.rlimit)
            if ground.partly(name, target, instead) is not False:
                return True
    return part.program.rule(name).kind != kind


def _parts_as_they_are(rule: Rule) -> tuple[ir.Node, ...]:
    """All of a rule but its exceptions, with its claims."""
    parts = rule.node.parts if isinstance(rule.node, ir.AllOf) else (rule.node,)
    return tuple(
        part
        for part in parts
        if not isinstance(part, ir.Negation) or not isinstance(part.part, ir.Label) or part.part.role == "rebuttal"
    )


def _asked(prover: _Prover, rule: Rule, node: ir.Node, on: date, whole: bool = False) -> tuple[Ground, str]:
    """A ground in which a further question can be asked."""
    kind = prover.period.part.program.rule(rule.id).kind
    name = f"{rule.id}?part"
    rules = [*prover.rules, RuleDef(name, kind, plain(node))]
    return Ground(prover.corpus, on, rules, whole, prover.rlimit), name


def _least(prover: _Prover, rule: Rule, parts: list[ir.Node], on: date) -> list[ir.Node]:
    """Parts that exclude each other, none of which can be left out; none where they do not."""
    kept = list(parts)
    ground, name = _asked(prover, rule, ir.AllOf(tuple(kept)), on)
    if ground.can(name) is not False:
        return []
    for part in parts:
        less = [each for each in kept if each is not part]
        ground, name = _asked(prover, rule, ir.AllOf(tuple(less)), on)
        if ground.can(name) is False:
            kept = less
    return kept


def _shown(prover: _Prover, rule: Rule, node: ir.Node, on: date) -> Example | None:
    ground, name = _asked(prover, rule, node, on, whole=True)
    return example(ground, (name, True))


def _idle(prover: _Prover, rule: Rule) -> Iterator[Proved]:
    """A condition that excludes nobody: the rule holds of every subject, or of all that its scope lets in."""
    on = prover.possible.get(rule.id)
    if on is None:
        return
    always, follows = f"{rule.id}?always", f"{rule.id}?follows"
    if always in prover.probes and always not in prover.possible:
        yield Proved("always", rule, on, (), (), _example(prover, rule.id, on), "is in it", _by(prover, always, on))
    elif follows in prover.probes and follows not in prover.possible:
        rest = tuple(called(part) for part in prover.parts[rule.id].rest)
        yield Proved("follows", rule, on, rest, (), _example(prover, rule.id, on), "is in it", _by(prover, follows, on))


def _example(prover: _Prover, name: str, on: date) -> Example | None:
    return example(prover.ground(on), (name, True))


def _exceptions(prover: _Prover, wanted: list[Rule]) -> Iterator[Proved]:
    """Exceptions that bite on none of the rules they are exceptions to; and those of which another always bites too."""
    by: dict[tuple[str, tuple[str, ...]], list[Probe]] = {}
    for probe in prover.probes.values():
        if probe.what in ("dead_exception", "redundant"):
            by.setdefault((probe.what, probe.others), []).append(probe)
    rules = prover.period.part.rules
    dead: set[str] = set()
    for (what, others), probes in by.items():
        live = [p for p in probes if f"{p.rule}?target" in prover.possible]
        if what != "dead_exception" or not live or others[0] not in prover.possible:
            continue
        if not any(p.id in prover.possible or _partly(prover, p) for p in probes):
            dead.add(others[0])
            on = prover.possible[f"{live[0].rule}?target"]
            shown = _example(prover, f"{live[0].rule}?target", on)
            targets = tuple(p.rule for p in probes)
            shows = f"is in the target '{rules[live[0].rule].name}'"
            by_ = _by(prover, live[0].id, on)
            yield Proved("dead_exception", rules[others[0]], on, (), targets, shown, shows, by_)
    told: set[frozenset[str]] = set()
    for (what, others), probes in by.items():
        if what != "redundant" or dead & set(others) or frozenset(others) in told:
            continue
        biting = by.get(("dead_exception", others[:1]), [])
        live = [p for p in biting if p.id in prover.possible]
        mine = {p.rule: p for p in probes}
        if not live or any(p.rule not in mine or mine[p.rule].id in prover.possible for p in live):
            continue
        if any(_partly(prover, p, mine[p.rule].others[1]) for p in live):
            continue
        told.add(frozenset(others))
        on = prover.possible[live[0].id]
        yield Proved(
            "redundant",
            rules[others[0]],
            on,
            (),
            (others[1],),
            _example(prover, live[0].id, on),
            f"is under both exceptions to '{rules[live[0].rule].name}'",
        )
