"""A rule as questions: taken apart into what it is joined of, each a node that must be possible on some date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from comity.assess.ground import plain
from comity.law.corpus import Corpus
from comity.law.model import Rule
from comity.law.parts import Part
from comity.logic import ir

__all__ = ["Joined", "Period", "Probe", "called", "joined_of", "periods", "probes_of"]

FIRST, LAST = date(1900, 1, 1), date(2200, 1, 1)


@dataclass(frozen=True, slots=True)
class Period:
    """A part of the law from one version to the next, with the days in it on which something can change.

    `later` are days after it on which it would have changed further.
    """

    part: Part
    days: tuple[date, ...]
    later: tuple[date, ...] = ()


def periods(corpus: Corpus, name: str) -> list[Period]:
    """The versions of the part that has an instrument, in order."""
    changes = [on for on in corpus.changes(date.max) if FIRST < on < LAST]
    starts: list[tuple[date, Part]] = []
    for on in (FIRST, *changes):
        part = corpus.at(on).homes.get(name)
        if part is not None and (not starts or starts[-1][1] is not part):
            starts.append((on, part))
    found: list[Period] = []
    for number, (start, part) in enumerate(starts):
        end = starts[number + 1][0] if number + 1 < len(starts) else LAST
        days = {date.fromordinal(day) for day in _days(part)}
        inside = {start, *(day for day in days if start <= day < end)}
        if end == LAST:
            # From then on the public record is silent: what has not happened yet may have.
            inside.add(max([start, *inside, *(known for _, known in corpus.public.values())]) + timedelta(days=1))
        found.append(Period(part, tuple(sorted(inside)), tuple(sorted(day for day in days if day >= end))))
    return found


def _days(part: Part) -> set[int]:
    """The days on which gates open or close, and the fixed days that the date asked about is compared with."""
    found: set[int] = set()
    for atoms in part.program.atoms.values():
        for atom in atoms:
            if isinstance(atom, ir.Gate):
                found.add(atom.day)
            elif isinstance(atom, ir.Dates):
                for term, other in ((atom.left, atom.right), (atom.right, atom.left)):
                    if term.as_of and other.day is not None:
                        found |= {other.day, other.day + 1}
    return {day for day in found if FIRST.toordinal() < day < LAST.toordinal()}


# A rule taken apart -----------------------------------------------------------------------------------------


@dataclass
class Joined:
    """A rule as what it is joined of: gates, what must hold, its own condition, its exceptions."""

    rule: Rule
    gates: list[ir.Node] = field(default_factory=list[ir.Node])
    rest: list[ir.Node] = field(default_factory=list[ir.Node])
    core: ir.Node | None = None
    exceptions: list[tuple[str, ir.Node]] = field(default_factory=list["tuple[str, ir.Node]"])

    @cached_property
    def target(self) -> tuple[ir.Node, ...]:
        """All but the exceptions."""
        return (*self.gates, *self.rest, *(() if self.core is None else (self.core,)))


def joined_of(rule: Rule) -> Joined:
    node = plain(rule.node)
    found = Joined(rule)
    for part in node.parts if isinstance(node, ir.AllOf) else (node,):
        match part:
            case ir.Label("applies" | "ceases" | "suspended"):
                found.gates.append(part)
            case ir.Negation(ir.Label("exception" | "transition", name, _, body)):
                found.exceptions.append((name, body))
            case ir.Label("condition"):
                found.core = part
            case _:
                found.rest.append(part)
    return found


def called(node: ir.Node) -> str:
    """A part of a rule in words."""
    match node:
        case ir.Label("scope", _):
            return "the scope"
        case ir.Label("condition"):
            return "the condition"
        case ir.Label(role, name):
            return f"the {role} '{name}'"
        case ir.Negation(ir.Label(role, name)):
            return f"the {role} '{name}' (not)"
        case ir.AnyOf(parts):
            return " or ".join(called(part) for part in parts)
        case _:
            return "a part"


@dataclass(frozen=True, slots=True)
class Probe:
    """A question about a rule: a node that must be possible on some date."""

    what: str
    id: str
    rule: str
    node: ir.Node
    others: tuple[str, ...] = ()


def probes_of(each: Joined, rules: Mapping[str, Rule]) -> Iterator[Probe]:
    rule = each.rule
    yield Probe("reach", rule.id, rule.id, rule.node)
    if each.core is not None:
        gated = ir.AllOf(tuple(each.gates))
        yield Probe(
            "always", f"{rule.id}?always", rule.id, ir.AllOf((gated, ir.Negation(ir.AllOf((*each.rest, each.core)))))
        )
        if each.rest and rule.kind in ("class", "role") and not rule.addressee:
            node = ir.AllOf((gated, *each.rest, ir.Negation(each.core)))
            yield Probe("follows", f"{rule.id}?follows", rule.id, node)
    there = [(name, body) for name, body in each.exceptions if f"{rule.instrument}#{name}" in rules]
    if there:
        yield Probe("target", f"{rule.id}?target", rule.id, ir.AllOf(each.target))
    for name, body in there:
        other = f"{rule.instrument}#{name}"
        node = ir.AllOf((*each.target, body))
        yield Probe("dead_exception", f"{rule.id}?dead?{name}", rule.id, node, (other,))
        for second, instead in there:
            if second != name:
                node = ir.AllOf((*each.target, body, ir.Negation(instead)))
                others = (other, f"{rule.instrument}#{second}")
                yield Probe("redundant", f"{rule.id}?more?{name}?{second}", rule.id, node, others)
