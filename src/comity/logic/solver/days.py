"""Days in z3: comparisons with a fixed day as bounds, and the calendar itself where two open days are compared."""

from __future__ import annotations

from datetime import date
from functools import cache

from comity.logic import ir
from comity.logic.encode import shift
from comity.logic.solver.terms import Expr, Formula, Terms

__all__ = ["FIRST", "LAST", "OPEN", "Calendar", "against"]

FIRST, LAST = 1, 3652059
"""The days that can be written as a date: 0001-01-01 to 9999-12-31, as ordinals."""

OPEN = date(1000, 1, 1).toordinal(), date(9000, 12, 31).toordinal()
"""Between which an open day is looked for: so far from both ends that periods do not run off the calendar."""

_BEFORE = (0, 31, 61, 92, 122, 153, 184, 214, 245, 275, 306, 337)
_LEAST, _MOST = -1763286, -1598205
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}


def _least(term: ir.DateTerm, bound: int) -> int:
    """The first day that the term's months and days move to `bound` or later; moving never turns the order."""
    low, high = FIRST, LAST + 1
    while low < high:
        middle = (low + high) // 2
        if shift(middle, term) >= bound:
            high = middle
        else:
            low = middle + 1
    return low


def against(terms: Terms, day: Expr, term: ir.DateTerm, op: str, bound: int, turned: bool = False) -> Formula:
    """The day, moved as the term says, OP a fixed day; with `turned`, the fixed day OP it."""
    op = _TURNED[op] if turned else op
    reaches, passes = _least(term, bound), _least(term, bound + 1)
    match op:
        case ">=":
            return day >= reaches
        case ">":
            return day >= passes
        case "<":
            return day < reaches
        case "<=":
            return day < passes
        case _:
            same = terms.all((day >= reaches, day < passes)) if reaches < passes else False
            return same if op == "=" else terms.negated(same)


# The calendar -----------------------------------------------------------------------------------------------


def _first(month: int) -> int:
    """The ordinal of the first day of a month; months are counted from January of the year 0.

    Years are taken to begin in March, so that the day that comes every four years is the last of its year.
    """
    year, of_year = divmod(month - 2, 12)
    return 365 * year + year // 4 - year // 100 + year // 400 + _BEFORE[of_year] - 305


@cache
def _spans(months: int) -> tuple[int, int, int, int]:
    """How many days so many months have, at least and at most; and how many they move a day that has to be clipped."""
    all_: list[int] = []
    moves: list[int] = []
    for month in range(4800):
        start, target = _first(month), _first(month + months)
        clipped = (_first(month + months + 1) - target) - (_first(month + 1) - start)
        all_.append(target - start)
        moves.append(target - start + min(0, clipped))
    return min(all_), max(all_), min(moves), max(all_)


class Calendar:
    """The month an open day lies in, and the first days of that month and of others near it.

    Everything is added to the symbols and to the domain of the day. Some of it follows from the rest and is there
    to spare z3 a search: 4,800 months have 146,097 days, and so many months have so many days at least and at most.
    """

    def __init__(self, terms: Terms, day: Expr, symbols: list[Expr], domain: list[Formula]) -> None:
        self.terms, self.day, self.symbols, self.domain = terms, day, symbols, domain
        self.month = self._symbol("month")
        past = 4800 * day - 146097 * self.month
        domain += [self.month >= 12, self.month <= 12 * 9999 + 11, past >= _LEAST, past <= _MOST]
        self.starts: dict[int, Expr] = {}
        self.ends: dict[int, Expr] = {}
        domain += [self._start(0) <= day, day < self._start(1)]

    def _symbol(self, text: str) -> Expr:
        symbol = self.terms.whole(text)
        self.symbols.append(symbol)
        return symbol

    def _start(self, offset: int) -> Expr:
        """The first day of the month so many months on."""
        if offset not in self.starts:
            z3, number = self.terms.z3, self.month + (offset - 2)
            year, of_year = number / 12, number % 12
            before: Expr = z3.IntVal(_BEFORE[11], self.terms.context)
            for each in range(10, -1, -1):
                before = z3.If(of_year <= each, z3.IntVal(_BEFORE[each], self.terms.context), before)
            start = self._symbol(f"start {offset}")
            self.domain.append(start == 365 * year + year / 4 - year / 100 + year / 400 + before - 305)
            for other, place in self.starts.items():
                least, most, _, _ = _spans(offset - other)
                self.domain += [start - place >= least, start - place <= most]
            self.starts[offset] = start
        return self.starts[offset]

    def moved(self, term: ir.DateTerm) -> Expr:
        """The day moved by the term's months and days, as `encode.shift` does."""
        if term.months not in self.ends:
            self.ends[term.months] = self._end(term.months)
        return self.ends[term.months] + term.days

    def _end(self, months: int) -> Expr:
        """The same day so many months on; the last day where that month is shorter."""
        if not months:
            return self.day
        z3, target = self.terms.z3, self.month + months
        start, after = self._start(months), self._start(months + 1)
        inside = start + (self.day - self._start(0))
        clipped = z3.If(inside < after, inside, after - 1)
        found = self._symbol(f"moved {months}")
        self.domain.append(found == z3.If(target > 12 * 9999 + 11, LAST, z3.If(target < 12, FIRST, clipped)))
        if abs(months) < 12 * 900:
            _, _, least, most = _spans(months)
            far = z3.Or(self.day < OPEN[0], self.day > OPEN[1])
            self.domain += [z3.Or(far, found - self.day >= least), z3.Or(far, found - self.day <= most)]
        return found
