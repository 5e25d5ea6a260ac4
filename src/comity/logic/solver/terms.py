"""Formulas of z3 with the constants folded away: a formula is a bool of Python's where it is settled."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from importlib import import_module
from typing import Any

from comity.errors import UsageFault
from comity.logic.values import Number

__all__ = ["Expr", "Formula", "Terms", "need"]

Expr = Any
"""A term of z3. Its types are not declared strictly, so they end here."""

Formula = Any
"""True, False, or an `Expr` that is neither."""


def need() -> Any:
    """The module z3, or a fault that names the extra it comes with."""
    try:
        return import_module("z3")
    except ImportError:
        raise UsageFault(
            "exact answers need z3-solver, which is not installed", 'pip install "comity[solver]"'
        ) from None


class Terms:
    """Makes terms in a context of its own, so that solvers of several threads do not meet."""

    def __init__(self) -> None:
        self.z3 = need()
        self.context: Any = self.z3.Context()
        self._fresh = 0

    def name(self, text: str) -> str:
        """A name no other variable has; the text is for people who read a dump."""
        self._fresh += 1
        return f"{text}!{self._fresh}"

    def flag(self, text: str) -> Expr:
        return self.z3.Bool(self.name(text), self.context)

    def real(self, text: str) -> Expr:
        return self.z3.Real(self.name(text), self.context)

    def whole(self, text: str) -> Expr:
        return self.z3.Int(self.name(text), self.context)

    def number(self, value: Number) -> Expr:
        """An exact number: never through a float."""
        if isinstance(value, Fraction):
            return self.z3.RealVal(f"{value.numerator}/{value.denominator}", self.context)
        return self.z3.RealVal(str(value), self.context)

    def all(self, parts: Iterable[Formula]) -> Formula:
        kept: list[Expr] = []
        for part in parts:
            if part is False:
                return False
            if part is not True:
                kept.append(part)
        return True if not kept else kept[0] if len(kept) == 1 else self.z3.And(kept)

    def any(self, parts: Iterable[Formula]) -> Formula:
        kept: list[Expr] = []
        for part in parts:
            if part is True:
                return True
            if part is not False:
                kept.append(part)
        return False if not kept else kept[0] if len(kept) == 1 else self.z3.Or(kept)

    def negated(self, part: Formula) -> Formula:
        return (not part) if isinstance(part, bool) else self.z3.Not(part)

    def implies(self, first: Formula, then: Formula) -> Formula:
        return self.any((self.negated(first), then))

    def choose(self, condition: Formula, first: Expr, second: Expr) -> Expr:
        """`first` where the condition holds, else `second`."""
        if isinstance(condition, bool):
            return first if condition else second
        return self.z3.If(condition, first, second)

    def one_of(self, flags: list[Expr]) -> list[Expr]:
        """That exactly one of the flags holds."""
        if len(flags) <= 6:
            pairs = [self.z3.Or(self.z3.Not(a), self.z3.Not(b)) for i, a in enumerate(flags) for b in flags[i + 1 :]]
        else:
            pairs = [self.z3.AtMost(*flags, 1)]
        return [self.any(flags), *pairs]

    def compared(self, left: Expr, op: str, right: Expr) -> Expr:
        match op:
            case "<":
                return left < right
            case "<=":
                return left <= right
            case ">":
                return left > right
            case ">=":
                return left >= right
            case "=":
                return left == right
            case "<>":
                return left != right
            case _:
                raise ValueError(op)
