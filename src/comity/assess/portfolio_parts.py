"""A set of which each of several columns tells one code: what they tell together."""

from __future__ import annotations

from comity.law.model import Fact
from comity.logic.planes_columns import Column, of_values, together
from comity.logic.values import RAISED, UNKNOWN, CodeSet, Value

__all__ = ["united"]


def united(fact: Fact, first: Column, second: Column) -> Column:
    """Both columns as one. What one of them says is in the set is in it; with every code told the set is complete."""
    rows, place = together([first.codes, second.codes])
    made = of_values([_both(fact, first.value(row), second.value(row)) for row in rows.tolist()])
    return Column(made.codes[place], made.values)


def _both(fact: Fact, first: Value, second: Value) -> Value:
    told = [value for value in (first, second) if isinstance(value, CodeSet)]
    if not told:
        return RAISED if RAISED in (first, second) else UNKNOWN
    has = frozenset[str]().union(*(value.has for value in told))
    lacks = frozenset[str]().union(*(value.lacks for value in told)) - has
    if any(value.complete for value in told) or has | lacks == frozenset(fact.codes or ()):
        return CodeSet(has)
    return CodeSet(has, lacks, complete=False)
