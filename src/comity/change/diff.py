"""Two versions of the law side by side: rules added, removed, moved and changed, field by field, and what stands around them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from fractions import Fraction
from typing import Any

from comity.change.cone import Cone, is_step
from comity.law.model import Clock, Instrument, Param, Penalty, Rule
from comity.law.parts import Law
from comity.logic import ir
from comity.logic.program import Program, atoms_of, references_of

__all__ = ["Change", "Coming", "InstrumentDiff", "RuleDiff", "coming", "diff_instruments", "diff_rules"]

TIGHTER, LOOSER = "tightened", "loosened"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs: None on the side where it is not. `direction` is tightened, loosened, or None."""

    what: str
    before: Any
    after: Any
    direction: str | None = None


@dataclass(frozen=True, slots=True)
class RuleDiff:
    """A rule that differs: `state` is added, removed, moved (its pinpoint or its name alone) or changed.

    `conditions` are the questions of its own condition that only one version asks, `fields` all else.
    """

    before: Rule | None
    after: Rule | None
    state: str
    fields: tuple[Change, ...] = ()
    lost: tuple[ir.Atom | str, ...] = ()
    gained: tuple[ir.Atom | str, ...] = ()

    @property
    def rule(self) -> Rule:
        found = self.after or self.before
        if found is None:
            raise ValueError("neither version has the rule")
        return found


@dataclass(frozen=True, slots=True)
class InstrumentDiff:
    """What differs around the rules of an instrument: `state` is added, removed or changed."""

    id: str
    state: str
    parameters: tuple[Change, ...] = ()
    dates: tuple[Change, ...] = ()
    penalties: tuple[Change, ...] = ()
    enforcement: tuple[Change, ...] = ()
    readings: tuple[Change, ...] = ()
    header: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Coming:
    """A date of the timeline that lies between the two dates: nothing is amended, but rules begin or cease to apply."""

    instrument: str
    date: Param
    begin: tuple[str, ...] = field(default=())
    cease: tuple[str, ...] = field(default=())


# Rules ------------------------------------------------------------------------------------------------------

_MOVES = frozenset({"at", "aliases"})
_ASIDE = frozenset({"id", "name", "instrument", "node", "file", "line", "amended_by", "cases", "otherwise", "helper"})
_PLAIN = tuple(each.name for each in fields(Rule) if each.name not in _ASIDE)


def diff_rules(old: Law, new: Law, cone: Cone) -> list[RuleDiff]:
    """The rules that differ themselves, those of shared parts left aside, in the order of the new law."""
    names = [
        rule for before, after in cone.parts for part in (after, before) if part is not None for rule in part.rules
    ]
    found: list[RuleDiff] = []
    for name in dict.fromkeys(names):
        before, after = old.rules.get(name), new.rules.get(name)
        own = name in cone.touched and cone.touched[name].own
        if before is None or after is None:
            found.append(RuleDiff(before, after, "added" if before is None else "removed"))
            continue
        changes = _fields(before, after)
        lost, gained = _asked(old, new, name) if own else ((), ())
        if own or changes:
            moved = not own and all(change.what in _MOVES for change in changes)
            found.append(RuleDiff(before, after, "moved" if moved else "changed", tuple(changes), lost, gained))
    return _renamed(found, old, new, cone)


def _renamed(found: list[RuleDiff], old: Law, new: Law, cone: Cone) -> list[RuleDiff]:
    """Join one that was removed with the one that was added in its place: the same kind of rule with the same meaning."""
    gone: dict[tuple[str, str, int], RuleDiff] = {}
    for each in found:
        if each.state == "removed" and (number := _meaning(old, each.rule, cone)) is not None:
            gone.setdefault((each.rule.instrument, each.rule.kind, number), each)
    made: list[RuleDiff] = []
    taken: set[int] = set()
    for each in found:
        number = _meaning(new, each.rule, cone) if each.state == "added" else None
        match = None if number is None else gone.pop((each.rule.instrument, each.rule.kind, number), None)
        if match is not None and match.before is not None and each.after is not None:
            taken.add(id(match))
            changes = [Change("id", match.before.id, each.after.id), *_fields(match.before, each.after)]
            moved = all(change.what in _MOVES | {"id", "title"} for change in changes)
            each = RuleDiff(match.before, each.after, "moved" if moved else "changed", tuple(changes))
        made.append(each)
    return [each for each in made if id(each) not in taken]


def _meaning(law: Law, rule: Rule, cone: Cone) -> int | None:
    """The meaning of a rule's condition; None for one that says nothing of its own."""
    part = law.part_of(rule.id)
    if part is None or isinstance(rule.node, ir.Constant):
        return None
    return cone.meanings.whole(part.program).get(rule.id)


def _fields(before: Rule, after: Rule) -> list[Change]:
    found: list[Change] = []
    for name in _PLAIN:
        left, right = getattr(before, name), getattr(after, name)
        if left != right and name == "clocks":
            found += _clocks(left, right)
        elif left != right:
            found.append(Change(name, left, right, _modality(left, right) if name == "modality" else None))
    return [*found, *_values(before, after)]


_STRENGTH = {"may": 0, "should": 1, "must": 2, "must_not": 2}


def _modality(before: str | None, after: str | None) -> str | None:
    left, right = _STRENGTH.get(before or ""), _STRENGTH.get(after or "")
    if left is None or right is None or left == right:
        return None
    return TIGHTER if right > left else LOOSER


def _values(before: Rule, after: Rule) -> list[Change]:
    """What a value rule gives: the parameters of its cases, in order."""
    left = [case.then for case in before.cases] + ([before.otherwise] if before.otherwise else [])
    right = [case.then for case in after.cases] + ([after.otherwise] if after.otherwise else [])
    return [Change("result", tuple(left), tuple(right))] if left != right else []


def _clocks(before: Sequence[Clock], after: Sequence[Clock]) -> list[Change]:
    if len(before) != len(after):
        return [Change("clocks", tuple(before), tuple(after), TIGHTER if len(after) > len(before) else LOOSER)]
    return [
        Change("clocks", left, right, _period(left, right))
        for left, right in zip(before, after, strict=True)
        if left != right
    ]


def _period(before: Clock, after: Clock) -> str | None:
    """A shorter time is tighter, but for how long something is kept."""
    left, right = before.within, after.within
    same = (before.kind, before.anchor, before.take, before.calendar) == (
        after.kind,
        after.anchor,
        after.take,
        after.calendar,
    )
    if left is None or right is None or not same or left.unit != right.unit:
        return None
    if isinstance(left.value, date) or isinstance(right.value, date) or left.value == right.value:
        return None
    return TIGHTER if (right.value < left.value) != (before.kind == "retention") else LOOSER


def _asked(old: Law, new: Law, rule: str) -> tuple[tuple[ir.Atom | str, ...], tuple[ir.Atom | str, ...]]:
    """What only the one and only the other version asks in a rule's own condition."""
    sides = [_questions(law.homes[rule.partition("#")[0]].program, rule) for law in (old, new)]
    keys = [{_bare(each) for each in side} for side in sides]
    lost = tuple(each for each in sides[0] if _bare(each) not in keys[1])
    return lost, tuple(each for each in sides[1] if _bare(each) not in keys[0])


def _bare(asked: ir.Atom | str) -> ir.Atom | str:
    return ir.Gate("", asked.day, asked.ceases) if isinstance(asked, ir.Gate) else asked


def _questions(program: Program, rule: str) -> list[ir.Atom | str]:
    """The atoms and the other rules of a rule, those of its own steps included."""
    found: dict[ir.Atom | str, None] = {}
    stack = [rule]
    while stack:
        node = program.rule(stack.pop()).node
        found.update(dict.fromkeys(atom for atom in atoms_of(node) if not isinstance(atom, ir.Raised)))
        for other in references_of(node):
            if is_step(other):
                stack.append(other)
            else:
                found[other] = None
    return list(found)


# Instruments ------------------------------------------------------------------------------------------------


def diff_instruments(old: Law, new: Law, cone: Cone) -> list[InstrumentDiff]:
    """What differs around the rules: parameters, dates, penalties, enforcement, readings, header."""
    names = [name for before, after in cone.parts for part in (after, before) if part for name in part.instruments]
    found: list[InstrumentDiff] = []
    for name in dict.fromkeys(names):
        before, after = old.instruments.get(name), new.instruments.get(name)
        if before is None or after is None:
            found.append(InstrumentDiff(name, "added" if before is None else "removed"))
            continue
        made = InstrumentDiff(
            name,
            "changed",
            _named(before.parameters, after.parameters, _number),
            _named(before.timeline, after.timeline, _number),
            _named({p.name: p for p in before.penalties}, {p.name: p for p in after.penalties}, _penalty),
            _listed(before.enforcement, after.enforcement),
            _named(before.readings, after.readings, lambda a, b: None),
            _header(before, after),
        )
        if any((made.parameters, made.dates, made.penalties, made.enforcement, made.readings, made.header)):
            found.append(made)
    return found


def _named(
    before: Mapping[str, Any], after: Mapping[str, Any], told: Callable[[Any, Any], str | None]
) -> tuple[Change, ...]:
    found: list[Change] = []
    for name in dict.fromkeys((*before, *after)):
        left, right = before.get(name), after.get(name)
        if left != right:
            found.append(Change(name, left, right, None if left is None or right is None else told(left, right)))
    return tuple(found)


def _number(before: Param, after: Param) -> str | None:
    """Which way a number or a date moved; whether that is tighter only the rules that use it can tell."""
    left, right = before.value, after.value
    if isinstance(left, date) and isinstance(right, date):
        return "later" if right > left else "earlier" if right < left else None
    if isinstance(left, date) or isinstance(right, date) or before.unit != after.unit:
        return None
    return "higher" if right > left else "lower" if right < left else None


def _penalty(before: Penalty, after: Penalty) -> str | None:
    found: set[str] = set()
    for left, right in ((before.fixed, after.fixed), (before.share, after.share)):
        a, b = _amount(left), _amount(right)
        if a is not None and b is not None and a != b and (left and left.unit) == (right and right.unit):
            found.add(TIGHTER if b > a else LOOSER)
    return found.pop() if len(found) == 1 else None


def _amount(param: Param | None) -> int | Fraction | None:
    return None if param is None or isinstance(param.value, date) else param.value


def _listed(before: Iterable[Any], after: Iterable[Any]) -> tuple[Change, ...]:
    left, right = list(before), list(after)
    gone = [Change("enforcement", each, None) for each in left if each not in right]
    return (*gone, *(Change("enforcement", None, each) for each in right if each not in left))


_HEADER = ("title", "kind", "force", "cite", "known_to", "checked", "events")


def _header(before: Instrument, after: Instrument) -> tuple[Change, ...]:
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in _HEADER)
    return tuple(Change(name, left, right) for name, left, right in pairs if left != right)


# Dates that come between ------------------------------------------------------------------------------------


def coming(law: Law, since: date, until: date) -> list[Coming]:
    """The dates of the law's own timeline after the one day and up to the other, with the rules that hang on each."""
    found: dict[tuple[str, int], tuple[list[str], list[str], str]] = {}
    for rule in law.rules.values():
        if rule.helper:
            continue
        for atom in atoms_of(rule.node):
            if isinstance(atom, ir.Gate) and since.toordinal() < atom.day <= until.toordinal():
                begin, cease, _ = found.setdefault((rule.instrument, atom.day), ([], [], atom.name))
                (cease if atom.ceases else begin).append(rule.id)
    made: list[Coming] = []
    for (name, day), (begin, cease, label) in sorted(found.items(), key=lambda item: (item[0][1], item[0][0])):
        here = law.instruments[name].timeline.get(label) or Param(label, date.fromordinal(day), None, "")
        made.append(Coming(name, here, tuple(dict.fromkeys(begin)), tuple(dict.fromkeys(cease))))
    return made
