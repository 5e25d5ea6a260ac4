"""Atoms to pairs: the one place that sees numbers, dates, sets, `none` and intervals.

A pair is (definitely true, definitely false); (False, False) is open. A comparison with something known
absent is false, so its negation is true: NOT (x < d) differs from x >= d when x is none.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import date
from typing import Protocol

from comity.logic import ir
from comity.logic.values import INF, NONE, RAISED, CodeSet, Interval, Mark, Number, Value, bounds

__all__ = [
    "FALSE", "OPEN", "TRUE", "Context", "Pair", "add_months", "day_bounds", "encode", "pair_of", "shift", "span",
    "unknown",
    "value_of",
]  # fmt: skip

Pair = tuple[bool, bool]
TRUE: Pair = (True, False)
FALSE: Pair = (False, True)
OPEN: Pair = (False, False)

_MAX_DAY = date.max.toordinal()


class Context(Protocol):
    """What the encoder asks about one record: its facts on one date, and the public record."""

    @property
    def as_of(self) -> int:
        """The date asked about, as an ordinal."""
        ...

    def fact(self, name: str) -> Value: ...

    def minimum(self, name: str) -> Number | None: ...

    def none_is(self, name: str) -> Number | None: ...

    def event(self, instrument: str, name: str) -> Value: ...

    def within(self, code: str, region: str) -> bool | None:
        """Whether a jurisdiction lies in a region; None where it only overlaps it."""
        ...

    def party(self, code: str, instrument: str) -> bool | None:
        """Whether a jurisdiction is bound by a treaty; None where the public record does not tell."""
        ...

    def reading(self, name: str) -> bool | None: ...


def value_of(pair: Pair) -> bool | None:
    """True, False, or None for open."""
    return True if pair[0] else False if pair[1] else None


def pair_of(value: bool | None) -> Pair:
    return OPEN if value is None else (value, not value)


def add_months(day: int, months: int) -> int:
    """The same day of the month `months` later; the last day where the month is shorter (31 January + 1 → 28)."""
    start = date.fromordinal(day)
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    if not 1 <= year <= 9999:
        return _MAX_DAY if year > 9999 else 1
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last)).toordinal()


def _compare(op: str, a: tuple[float | Number, float | Number], b: tuple[float | Number, float | Number]) -> Pair:
    (alo, ahi), (blo, bhi) = a, b
    match op:
        case ">":
            return alo > bhi, ahi <= blo
        case ">=":
            return alo >= bhi, ahi < blo
        case "<":
            return ahi < blo, alo >= bhi
        case "<=":
            return ahi <= blo, alo > bhi
        case "=" | "<>":
            same = alo == ahi == blo == bhi
            apart = ahi < blo or bhi < alo
            return (same, apart) if op == "=" else (apart, same)
        case _:
            raise ValueError(op)


def span(name: str, context: Context) -> tuple[float | Number, float | Number, bool] | None:
    """The bounds of a number and whether it may yet be none; None where it is none and nothing stands for none."""
    value, stand_in, least = context.fact(name), context.none_is(name), context.minimum(name)
    if value is NONE:
        return None if stand_in is None else (stand_in, stand_in, False)
    if isinstance(value, Mark) and least is not None and stand_in is not None:
        # An unknown number may turn out to be none, which then counts as `stand_in`.
        least = min(least, stand_in)
    lo, hi = bounds(value, least)
    return lo, hi, isinstance(value, Mark) and stand_in is None


def _linear(atom: ir.Linear, context: Context) -> Pair:
    low: float | Number = 0
    high: float | Number = 0
    may_be_none = False
    for factor, name in atom.terms:
        found = span(name, context)
        if found is None:
            return FALSE
        lo, hi, open_end = found
        may_be_none = may_be_none or open_end
        if factor < 0:
            lo, hi = hi, lo
        low = _add(low, lo, factor)
        high = _add(high, hi, factor)
    true, false = _compare(atom.op, (low, high), (atom.bound, atom.bound))
    return true and not may_be_none, false


def _add(total: float | Number, part: float | Number, factor: Number) -> float | Number:
    # Exact numbers never meet a float: only an infinite bound is one, and it swallows the sum.
    if total in (INF, -INF):
        return total
    if part in (INF, -INF):
        return part if factor > 0 else -part
    return total + factor * part  # pyright: ignore[reportReturnType, reportOperatorIssue]


def day_bounds(term: ir.DateTerm, context: Context) -> tuple[float | Number, float | Number] | None:
    """The bounds of a day, or None where it is known absent."""
    if term.day is not None:
        lo: float | Number = term.day
        hi: float | Number = term.day
    elif term.as_of:
        lo = hi = context.as_of
    else:
        value = context.fact(term.fact) if term.fact is not None else context.event(*(term.event or ("", "")))
        if value is NONE:
            return None
        lo, hi = bounds(value)
    return shift(lo, term), shift(hi, term)


def shift(day: float | Number, term: ir.DateTerm) -> float | Number:
    """The day moved by the term's months, then by its days; never backwards in order."""
    if day in (INF, -INF) or not (term.months or term.days):
        return day
    moved = add_months(int(day), term.months) if term.months else int(day)
    return moved + term.days


def _codes(value: Value, codes: tuple[str, ...]) -> Pair:
    if isinstance(value, CodeSet):
        if any(code in value.has for code in codes):
            return TRUE
        out = value.complete or all(code in value.lacks for code in codes)
        return FALSE if out else OPEN
    return FALSE if value is NONE else OPEN


def _within(value: Value, region: str, context: Context) -> Pair:
    if value is NONE:
        return FALSE
    if isinstance(value, str):
        return pair_of(context.within(value, region))
    if isinstance(value, CodeSet):
        seen = [context.within(code, region) for code in value.has]
        if any(found is True for found in seen):
            return TRUE
        if value.complete and all(found is False for found in seen):
            return FALSE
        if region in value.lacks and all(found is False for found in seen):
            return FALSE
    return OPEN


def _bool(atom: ir.Bool, context: Context) -> Pair:
    value = context.fact(atom.fact)
    if isinstance(value, bool):
        return value, not value
    return FALSE if value is NONE else OPEN


def _code(atom: ir.Code, context: Context) -> Pair:
    value = context.fact(atom.fact)
    if isinstance(value, str):
        return pair_of(value in atom.codes)
    if isinstance(value, CodeSet):
        # A code known only to be one of several.
        if not value.complete and value.lacks.issuperset(atom.codes):
            return FALSE
        return OPEN
    return FALSE if value is NONE else OPEN


def _nonempty(atom: ir.Nonempty, context: Context) -> Pair:
    value = context.fact(atom.fact)
    if isinstance(value, CodeSet):
        return TRUE if value.has else FALSE if value.complete else OPEN
    return FALSE if value is NONE else OPEN


def _dates(atom: ir.Dates, context: Context) -> Pair:
    left, right = day_bounds(atom.left, context), day_bounds(atom.right, context)
    if left is None or right is None:
        return FALSE
    true, false = _compare(atom.op, left, right)
    # An event of the public record that has no latest day may never come: then the comparison is false.
    never = any(term.event is not None and hi == INF for term, (_, hi) in ((atom.left, left), (atom.right, right)))
    return true and not never, false


def _gate(atom: ir.Gate, context: Context) -> Pair:
    return pair_of((context.as_of >= atom.day) is not atom.ceases)


def _raised(atom: ir.Raised, context: Context) -> Pair:
    return pair_of(any(_is_raised(context.fact(name)) for name in atom.facts))


def _is_raised(value: Value) -> bool:
    """Written as unknown, or known only in part: either way the user had the question in mind."""
    if isinstance(value, Interval):
        return value.lo != value.hi
    return value is RAISED or (isinstance(value, CodeSet) and not value.complete)


def _has(atom: ir.Has, context: Context) -> Pair:
    return _codes(context.fact(atom.fact), atom.codes)


def _in_region(atom: ir.Within, context: Context) -> Pair:
    return _within(context.fact(atom.fact), atom.region, context)


def _party(atom: ir.Party, context: Context) -> Pair:
    value = context.fact(atom.fact)
    if isinstance(value, str):
        return pair_of(context.party(value, atom.instrument))
    if isinstance(value, CodeSet):
        seen = [context.party(code, atom.instrument) for code in value.has]
        if any(found is True for found in seen):
            return TRUE
        return FALSE if value.complete and all(found is False for found in seen) else OPEN
    return FALSE if value is NONE else OPEN


def _reading(atom: ir.Reading, context: Context) -> Pair:
    return pair_of(context.reading(atom.name))


_ENCODERS: dict[type, Callable[..., Pair]] = {
    ir.Bool: _bool,
    ir.Linear: _linear,
    ir.Code: _code,
    ir.Has: _has,
    ir.Nonempty: _nonempty,
    ir.Dates: _dates,
    ir.Gate: _gate,
    ir.Within: _in_region,
    ir.Party: _party,
    ir.Reading: _reading,
    ir.Raised: _raised,
}


def encode(atom: ir.Atom, context: Context) -> Pair:
    """The pair of one atom about the record the context stands for."""
    return _ENCODERS[type(atom)](atom, context)


def unknown(value: Value) -> bool:
    """Whether a fact's value leaves anything open."""
    if isinstance(value, Mark):
        return value is not NONE
    if isinstance(value, CodeSet):
        return not value.complete
    return isinstance(value, Interval) and (value.lo is None or value.lo != value.hi)
