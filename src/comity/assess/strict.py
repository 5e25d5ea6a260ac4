"""Evaluation as an interview needs it: an exception that nobody has claimed yet is open, not refused.

In an assessment an exception counts as not claimed until something speaks for it, and the answer says `unless`.
Whoever asks questions must ask about it before the answer is called settled.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from comity.assess.evaluate import Evaluation
from comity.law.parts import Law, Part
from comity.logic import ir
from comity.logic.program import RuleDef, build

__all__ = ["Strict", "StrictLaw", "unclaimed"]


def unclaimed(node: ir.Node) -> ir.Node:
    """The node with every claim as open as what it rests on."""
    match node:
        case ir.Claim(part, _):
            return unclaimed(part)
        case ir.AllOf(parts):
            return ir.AllOf(tuple(unclaimed(part) for part in parts))
        case ir.AnyOf(parts):
            return ir.AnyOf(tuple(unclaimed(part) for part in parts))
        case ir.Negation(part):
            return ir.Negation(unclaimed(part))
        case ir.Label(role, name, at, part):
            return ir.Label(role, name, at, unclaimed(part))
        case _:
            return node


@dataclass
class StrictLaw:
    """Versions of the law without claims, each part made once; parts without any of `instruments` stay as they are."""

    _parts: dict[int, tuple[Part, Part]] = field(default_factory=dict[int, "tuple[Part, Part]"])
    _laws: dict[tuple[int, frozenset[str]], tuple[Law, Law]] = field(
        default_factory=dict["tuple[int, frozenset[str]]", "tuple[Law, Law]"]
    )

    def of(self, law: Law, instruments: frozenset[str]) -> Law:
        key = id(law), instruments
        if key not in self._laws:
            parts = tuple(p if instruments.isdisjoint(p.instruments) else self._part(p) for p in law.parts)
            # The original is kept with it, so that its id stays its own.
            self._laws[key] = law, Law(law.patches, parts)
        return self._laws[key][1]

    def _part(self, part: Part) -> Part:
        if id(part) not in self._parts:
            program = build(replace(rule, node=unclaimed(rule.node)) for rule in _rules(part))
            made = Part(part.name, part.patches, part.instruments, part.rules, program)
            self._parts[id(part)] = part, made
        return self._parts[id(part)][1]


def _rules(part: Part) -> tuple[RuleDef, ...]:
    return part.program.rules


@dataclass
class Strict(Evaluation):
    """An evaluation of some instruments in which nothing counts as not claimed."""

    strict: StrictLaw = field(default_factory=StrictLaw)
    instruments: frozenset[str] = frozenset()

    def course(self, rule: str, record: int) -> tuple[str, date]:
        """The display word of a rule about a record, and the date on which it shows."""
        now = self.dates.law_at
        series = self.series(rule, record)
        value = next(value for on, value in series if on == now)
        if value is not False:
            return "applies" if value else "open", now
        later = [(on, value) for on, value in series if on > now]
        certain = next((on for on, value in later if value is True), None)
        possible = next((on for on, value in later if value is None), None)
        if certain is not None or possible is not None:
            return ("open", possible or now) if certain is None else ("upcoming", certain)
        held = [on for on, value in series if on < now and value is True]
        return ("ended", held[-1]) if held else ("not_applicable", now)

    def law(self, on: date) -> Law:
        return self.strict.of(super().law(on), self.instruments)
