"""The cone of a change: the rules whose meaning differs between two versions of the law, and those that refer to them.

Meaning is compared without prose: labels, names of dates and pinpoints do not count, nor the order of the parts of
AND and OR. A rule outside the cone gives the same answer under both versions, for every subject and on every date.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field

from comity.law.parts import Law, Part
from comity.logic import ir
from comity.logic.program import Program, build, references_of

__all__ = ["Cone", "Meanings", "Touched", "cone_of", "is_step", "real_references", "slice_of"]


def is_step(rule: str) -> bool:
    """Whether this is a part of a rule that was made a rule of its own: a condition under `any`, a guard of a value."""
    return "~" in rule.partition("#")[2]


class Meanings:
    """Numbers for meanings: what has the same number means the same. One for all versions that are compared."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}

    def _number(self, key: Hashable) -> int:
        return self._numbers.setdefault(key, len(self._numbers))

    def whole(self, program: Program) -> dict[str, int]:
        """The meaning of each rule with all that it refers to."""
        found: dict[str, int] = {}
        for rule in program.rules:
            found[rule.id] = self._number((rule.kind, self._node(rule.node, found.__getitem__)))
        return found

    def own(self, program: Program) -> dict[str, int]:
        """The meaning of each rule itself: other rules count by their names only."""
        steps: dict[str, int] = {}

        def reference(rule: str) -> int:
            return steps[rule] if is_step(rule) else self._number(("rule", rule))

        found: dict[str, int] = {}
        for rule in program.rules:
            number = self._number((rule.kind, self._node(rule.node, reference)))
            (steps if is_step(rule.id) else found)[rule.id] = number
        return found

    def node(self, node: ir.Node) -> int:
        """The meaning of a node, in which other rules count by their names."""
        return self._node(node, lambda rule: self._number(("rule", rule)))

    def _node(self, node: ir.Node, reference: Callable[[str], int]) -> int:
        match node:
            case ir.Label(_, _, _, part):
                return self._node(part, reference)
            case ir.AllOf(parts) | ir.AnyOf(parts):
                numbers = sorted({self._node(part, reference) for part in parts})
                return numbers[0] if len(numbers) == 1 else self._number((type(node), *numbers))
            case ir.Negation(part):
                return self._number(("not", self._node(part, reference)))
            case ir.Claim(part, raised):
                return self._number(("claim", self._node(part, reference), self._node(raised, reference)))
            case ir.RuleRef(rule):
                return self._number(("reference", reference(rule)))
            case ir.Exists(kind, rule):
                return self._number(("any", kind, reference(rule)))
            case ir.AtomRef(ir.Gate(_, day, ceases)):
                return self._number(("gate", day, ceases))
            case ir.AtomRef(atom):
                return self._number(atom)
            case ir.Constant(value):
                return self._number(("constant", value))


def slice_of(program: Program, rules: Iterable[str]) -> Program:
    """The part of a program that some rules need, in the same order."""
    wanted: set[str] = set()
    stack = [rule for rule in rules if rule in program.index]
    while stack:
        here = stack.pop()
        if here not in wanted:
            wanted.add(here)
            stack += references_of(program.rule(here).node)
    return build(rule for rule in program.rules if rule.id in wanted)


def real_references(program: Program, rule: str) -> list[str]:
    """The rules a rule refers to, through its own steps; the steps are not named."""
    found: dict[str, None] = {}
    stack = list(references_of(program.rule(rule).node))
    while stack:
        here = stack.pop()
        if is_step(here):
            stack += references_of(program.rule(here).node)
        else:
            found[here] = None
    return sorted(found)


@dataclass(frozen=True, slots=True)
class Touched:
    """A rule in the cone: `own` where its own condition differs; `through` names the rules it refers to that differ."""

    rule: str
    own: bool
    through: tuple[str, ...]
    before: bool
    after: bool


@dataclass(frozen=True)
class Cone:
    """The rules in the cone in an order in which each stands after those it refers to, and how many stand outside.

    `parts` are those that were compared: (before, after), for all others are the same object in both versions.
    """

    touched: dict[str, Touched]
    outside: int
    parts: tuple[tuple[Part | None, Part | None], ...]
    meanings: Meanings = field(repr=False, compare=False)


def _pairs(old: Law, new: Law) -> list[tuple[Part | None, Part | None]]:
    same = {id(part) for part in old.parts} & {id(part) for part in new.parts}
    before = [part for part in old.parts if id(part) not in same]
    after = {part.name: part for part in new.parts if id(part) not in same}
    found: list[tuple[Part | None, Part | None]] = [(part, after.pop(part.name, None)) for part in before]
    return [*found, *((None, part) for part in after.values())]


def cone_of(old: Law, new: Law) -> Cone:
    """The cone of what differs between two versions; parts that they share are not looked into."""
    meanings, pairs = Meanings(), _pairs(old, new)
    sides: list[tuple[dict[str, int], dict[str, int]]] = []
    for parts in ([before for before, _ in pairs], [after for _, after in pairs]):
        whole: dict[str, int] = {}
        own: dict[str, int] = {}
        for part in parts:
            if part is not None:
                whole |= meanings.whole(part.program)
                own |= meanings.own(part.program)
        sides.append((whole, own))
    (whole_old, own_old), (whole_new, own_new) = sides
    order = [rule.id for _, after in pairs if after is not None for rule in after.program.rules]
    order += [rule.id for before, _ in pairs if before is not None for rule in before.program.rules]
    touched: dict[str, Touched] = {}
    outside = len([r for r in old.rules.keys() | new.rules.keys() if r not in own_old and r not in own_new])
    for rule in dict.fromkeys(order):
        if is_step(rule):
            continue
        if whole_old.get(rule) == whole_new.get(rule):
            outside += 1
            continue
        refers: set[str] = set()
        for law in (old, new):
            part = law.part_of(rule)
            if part is not None and rule in part.program.index:
                refers |= set(real_references(part.program, rule))
        through = sorted(r for r in refers if whole_old.get(r) != whole_new.get(r))
        touched[rule] = Touched(
            rule, own_old.get(rule) != own_new.get(rule), tuple(through), rule in own_old, rule in own_new
        )
    return Cone(touched, outside, tuple(pairs), meanings)
