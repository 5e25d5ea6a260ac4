"""What z3 knows of one open thing: its variables, what limits them, and how a model is read back as a value."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from comity.logic.encode import Context
from comity.logic.solver import days
from comity.logic.solver.terms import Expr, Formula, Terms
from comity.logic.symbols import FactType
from comity.logic.values import NONE, CodeSet, Mark, Number, Value, bounds

__all__ = ["Amount", "Choice", "Day", "Flag", "Several", "Variable", "amount", "choice", "day", "flag", "several"]

Signature = Callable[[str | Mark], Hashable]
"""What the atoms asked of a fact say of a code: codes of which they all say the same need not be told apart."""

_FAR = 10**60
_NEAR = date(1990, 1, 1).toordinal(), date(2099, 12, 31).toordinal()


@dataclass(slots=True)
class Variable:
    """`symbols` are its variables in z3, `domain` what always holds of them, `likely` what a reader would expect.

    `ends` say that it is at one or the other end of what it can be: values that are beyond whatever they meet.
    """

    symbols: list[Expr]
    domain: list[Formula] = field(default_factory=list[Formula])
    likely: list[Formula] = field(default_factory=list[Formula])
    ends: list[Formula] = field(default_factory=list[Formula])

    def read(self, value: Callable[[Expr], Any]) -> Value:
        """The value in a model; `value` evaluates a term: to a bool, an int or a fraction."""
        raise NotImplementedError


@dataclass(slots=True)
class Flag(Variable):
    """Yes or no."""

    def read(self, value: Callable[[Expr], Any]) -> Value:
        return bool(value(self.symbols[0]))


@dataclass(slots=True)
class Amount(Variable):
    """A number, exact, or known absent."""

    absent: Formula = False

    def read(self, value: Callable[[Expr], Any]) -> Value:
        if self.absent is not False and bool(value(self.absent)):
            return NONE
        return value(self.symbols[0])


@dataclass(slots=True)
class Day(Variable):
    """A day, or known absent; `calendar` is made when two days are compared of which one is moved by months."""

    absent: Formula = False
    calendar: days.Calendar | None = None

    def read(self, value: Callable[[Expr], Any]) -> Value:
        if self.absent is not False and bool(value(self.absent)):
            return NONE
        return value(self.symbols[0])


@dataclass(slots=True)
class Choice(Variable):
    """One code, or known absent: a flag for each class of codes, of which just one holds."""

    classes: list[tuple[str | Mark, Formula]] = field(default_factory=list[tuple[str | Mark, Formula]])

    def read(self, value: Callable[[Expr], Any]) -> Value:
        return next(code for code, chosen in self.classes if chosen is True or bool(value(chosen)))


@dataclass(slots=True)
class Several(Variable):
    """A set: the codes in it, and a flag for each class of codes of which some may be in it."""

    has: frozenset[str] = frozenset()
    classes: list[tuple[str, Formula]] = field(default_factory=list[tuple[str, Formula]])

    def read(self, value: Callable[[Expr], Any]) -> Value:
        return CodeSet(self.has | {code for code, some in self.classes if bool(value(some))})


def flag(terms: Terms, text: str) -> Flag:
    return Flag([terms.flag(text)])


def amount(terms: Terms, text: str, value: Value, least: Number | None) -> Amount:
    """An open number: not under its minimum, or between the ends stated; only an unknown one may prove absent."""
    low, high = bounds(value, least)
    symbol = terms.real(text)
    found = Amount([symbol], likely=[symbol >= 0])
    if not isinstance(low, float):
        found.domain.append(symbol >= terms.number(low))
    if not isinstance(high, float):
        found.domain.append(symbol <= terms.number(high))
    found.ends += [
        symbol == terms.number(far if isinstance(end, float) else end) for end, far in ((low, -_FAR), (high, _FAR))
    ]
    if isinstance(value, Mark):
        found.absent = terms.flag(f"{text} none")
        found.symbols.append(found.absent)
    return found


def day(terms: Terms, text: str, value: Value) -> Day:
    """An open day, within the calendar; only an unknown one may prove absent."""
    low, high = bounds(value)
    symbol = terms.whole(text)
    found = Day([symbol], likely=[terms.all((symbol >= _NEAR[0], symbol <= _NEAR[1]))])
    start, end = days.OPEN
    if isinstance(high, int):
        start, end = min(start, high), high
    if isinstance(low, int):
        start, end = low, max(low, end)
    found.domain += [symbol >= start, symbol <= end]
    found.ends += [symbol == start, symbol == end]
    if isinstance(value, Mark):
        found.absent = terms.flag(f"{text} none")
        found.symbols.append(found.absent)
    return found


def _outside(code: str, lacks: frozenset[str], fact: FactType, context: Context) -> bool:
    """Whether nothing rules the code out: a region that is ruled out rules out what lies in it."""
    regional = fact.type in ("jurisdiction", "jurisdictions")
    return code not in lacks and not (regional and any(context.within(code, each) is not False for each in lacks))


def _classes(codes: Sequence[str | Mark], signature: Signature) -> list[str | Mark]:
    """One code of each class."""
    found: dict[Hashable, str | Mark] = {}
    for code in codes:
        found.setdefault(signature(code), code)
    return list(found.values())


def choice(
    terms: Terms, text: str, value: Value, fact: FactType, domain: Sequence[str], context: Context, signature: Signature
) -> Choice:
    """An open code; one stated as a set is known not to be any of those the set lacks."""
    if isinstance(value, str):
        return Choice([], classes=[(value, True)])
    codes: list[str | Mark] = [*domain, NONE]
    if isinstance(value, CodeSet):
        codes = [code for code in domain if _outside(code, value.lacks, fact, context)] or [NONE]
    kinds = _classes(codes, signature)
    if len(kinds) == 1:
        return Choice([], classes=[(kinds[0], True)])
    flags = [terms.flag(f"{text} is {code}") for code in kinds]
    return Choice(flags, terms.one_of(flags), classes=list(zip(kinds, flags, strict=True)))


def several(
    terms: Terms, text: str, value: Value, fact: FactType, domain: Sequence[str], context: Context, signature: Signature
) -> Several:
    """An open set; known absent and empty are the same to every question asked of a set."""
    partial = value if isinstance(value, CodeSet) else CodeSet(frozenset(), frozenset(), False)
    codes: list[str | Mark] = []
    if not partial.complete:
        codes = [c for c in domain if c not in partial.has and _outside(c, partial.lacks, fact, context)]
    kinds = [str(code) for code in _classes(codes, signature)]
    flags = [terms.flag(f"{text} has {code}") for code in kinds]
    return Several(flags, has=partial.has, classes=list(zip(kinds, flags, strict=True)))
