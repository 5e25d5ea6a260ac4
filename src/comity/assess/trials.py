"""The answers a question can get, as far as the law in play tells them apart: each is tried, none is invented twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from comity.assess.context import RecordContext
from comity.law.model import Fact
from comity.logic import ir
from comity.logic.encode import encode, value_of
from comity.logic.values import NONE, CodeSet, Value, bounds

__all__ = ["Asked", "answers_of"]

Asked = tuple[ir.Atom, RecordContext]
"""An atom, and the record on a date that it is asked of."""


@dataclass(frozen=True, slots=True)
class _Told:
    """A context in which one fact has a value."""

    context: RecordContext
    name: str
    value: Value

    def fact(self, name: str) -> Value:
        return self.value if name.partition("@")[0] == self.name else self.context.fact(name)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.context, name)


def answers_of(fact: Fact, asked: Sequence[Asked]) -> tuple[tuple[bool | None, ...], ...]:
    """What each kind of answer makes of the atoms; answers that make the same of all are one."""
    found: dict[tuple[bool | None, ...], None] = {}
    for value in _values(fact, asked):
        found[tuple(value_of(encode(atom, _told(context, fact, value))) for atom, context in asked)] = None
    return tuple(found)


def _told(context: RecordContext, fact: Fact, value: Value) -> Any:
    return _Told(context, fact.name, value)


def _values(fact: Fact, asked: Sequence[Asked]) -> Iterator[Value]:
    match fact.type:
        case "bool":
            yield from (True, False)
        case "code":
            yield from (fact.codes or {})
            yield NONE
        case "jurisdiction":
            yield from _places(asked)
        case "set":
            yield CodeSet(frozenset())
            yield from (CodeSet(frozenset({code})) for code in fact.codes or {})
        case "jurisdictions":
            yield CodeSet(frozenset())
            yield from (CodeSet(frozenset({code})) for code in _places(asked))
        case "number":
            yield from _amounts(fact, asked)
            yield NONE
        case _:
            yield from _days(fact, asked)
            yield NONE


def _places(asked: Sequence[Asked]) -> list[str]:
    return list(asked[0][1].corpus.jurisdictions.by_code) if asked else []


def _amounts(fact: Fact, asked: Sequence[Asked]) -> list[Value]:
    """Just under, at and just over every threshold that the other facts leave known."""
    found: set[Any] = set()
    for atom, context in asked:
        if not isinstance(atom, ir.Linear):
            continue
        rest: Any = atom.bound
        own: Any = 0
        for factor, name in atom.terms:
            if name.partition("@")[0] == fact.name:
                own = own + factor
                continue
            value = context.fact(name)
            low, high = (0, 0) if value is NONE else bounds(value, context.minimum(name))
            rest = None if rest is None or low != high else rest - factor * low
        if rest is not None and own:
            found |= {rest / own if isinstance(rest / own, int) else _exact(rest, own)}
    least = fact.minimum
    ends = {end + step for end in found or {1} for step in (-1, 0, 1)}
    return sorted(end for end in ends if least is None or end >= least)


def _exact(number: Any, by: Any) -> Any:
    from fractions import Fraction

    return Fraction(number) / Fraction(by)


def _days(fact: Fact, asked: Sequence[Asked]) -> list[int]:
    """Just before, on and after every day that an atom compares the fact with."""
    found: set[int] = set()
    for atom, context in asked:
        if not isinstance(atom, ir.Dates):
            continue
        own, other = (atom.left, atom.right) if atom.left.fact == fact.name else (atom.right, atom.left)
        ends: tuple[Any, ...] = (context.as_of,) if other.as_of else (other.day,) if other.day is not None else ()
        if other.fact or other.event:
            value = context.fact(other.fact) if other.fact else context.event(*(other.event or ("", "")))
            ends = () if isinstance(value, bool | str | CodeSet) or value is NONE else bounds(value)
        shift = 31 * (other.months - own.months) + other.days - own.days
        found |= {end + shift for end in ends if isinstance(end, int)}
    days = {end + step for end in found or {date(2026, 1, 1).toordinal()} for step in (-40, -1, 0, 1, 40)}
    return sorted(day for day in days if 0 < day < date.max.toordinal())
