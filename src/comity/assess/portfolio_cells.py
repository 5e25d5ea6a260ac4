"""Cells to values of facts, by a mapping: blank is unknown, and what cannot be read is told and kept as unknown."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from comity.assess.mapping import Condition, FactColumn
from comity.assess.portfolio_table import Cell
from comity.assess.values import read_value
from comity.errors import Fault, Faults, FaultyInput, shown
from comity.law.jurisdictions import Jurisdictions
from comity.logic.values import RAISED, UNKNOWN, CodeSet, Interval, Mark, Number, Value
from comity.source.yaml12 import Pos, Scalar

__all__ = ["BadValues", "CellReader", "Read", "blank", "meets"]

_EXAMPLES = 5
_REASONS = 500
_KEPT = 1 << 16
_STOP_AT = 20
_NOWHERE = Pos("")
_PLAIN = re.compile(r"\d{1,15}(\.0)?", re.ASCII)
_FLOAT = re.compile(r"(\d)(?:\.(\d{1,16}))?[eE]\+?(\d{1,2})", re.ASCII)
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TIME = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?")
_MONTHS: dict[str, int] = {name.casefold(): number for number, name in enumerate(_NAMES, 1)}
_DATE_FORMS = {
    "m/d/y": re.compile(r"(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})", re.ASCII),
    "d/m/y": re.compile(r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})", re.ASCII),
    "d.m.y": re.compile(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})", re.ASCII),
    "m/y": re.compile(r"(?P<m>\d{1,2})/(?P<y>\d{4})", re.ASCII),
    "mon-yy": re.compile(r"(?P<name>[A-Za-z]{3})-(?P<yy>\d{2})", re.ASCII),
}

Read = tuple[Value, tuple[str, ...]]
"""A value, and what is wrong with the cells it came from."""


def blank(cell: Cell) -> bool:
    """Whether a cell states nothing."""
    return not cell.strip() if isinstance(cell, str) else not cell


def meets(conditions: Sequence[Condition], cells: MappingOf[str, Cell]) -> bool:
    """Whether the cells of a row meet all the conditions."""
    for condition in conditions:
        cell = cells[condition.column]
        empty = blank(cell)
        if condition.state in ("blank", "stated"):
            if empty is not (condition.state == "blank"):
                return False
            continue
        parts = {cell.strip()} if isinstance(cell, str) else set(cell or ())
        inside = bool(parts & condition.texts)
        if empty or inside is not (condition.state == "is"):
            return False
    return True


@dataclass(slots=True)
class _Reason:
    count: int = 0
    examples: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])


@dataclass(slots=True)
class BadValues:
    """What could not be read, counted by column and reason, with a few examples each (row, cell)."""

    found: dict[tuple[str, str, str], _Reason] = field(default_factory=dict[tuple[str, str, str], _Reason])

    def add(self, column: str, fact: str, why: str, row: int, cell: str) -> None:
        if (column, fact, why) not in self.found and len(self.found) >= _REASONS:
            why = "for another reason"
        reason = self.found.setdefault((column, fact, why), _Reason())
        reason.count += 1
        if len(reason.examples) < _EXAMPLES:
            reason.examples.append((row, cell))


class CellReader:
    """Reads one fact from the cells of its columns. Equal cells are read once."""

    def __init__(self, column: FactColumn, jurisdictions: Jurisdictions, file: str) -> None:
        self.column, self.jurisdictions, self.file = column, jurisdictions, file
        self.reads = column.reads
        self.known: dict[tuple[Cell, ...], Read] = {}
        self.base: MappingOf[str, Value] = {}
        plain = column.fact.type == "number" and len(self.reads) == 1 and column.lookup is None and column.times == 1
        self.quick = plain and not column.values and not column.unknown and column.least is None and column.most is None
        self.floor = column.fact.minimum or 0

    def read(self, cells: tuple[Cell, ...]) -> Read:
        """The value that the cells (of `column.reads`, in order) state."""
        if self.quick and isinstance(cells[0], str):
            number = _quick(cells[0])
            if number is not None and number >= self.floor:
                return number, ()
        found = self.known.get(cells)
        if found is None:
            found = self._read(dict(zip(self.reads, cells, strict=True)))
            if len(self.known) >= _KEPT:
                self.known.clear()
            self.known[cells] = found
        return found

    def stop(self, bad: Sequence[tuple[int, str, str]]) -> None:
        """Where the mapping says that a faulty cell stops: raise them (row, cell, what is wrong)."""
        if self.column.stop and bad:
            faults = Faults(_STOP_AT)
            for row, cell, why in bad:
                place = f"row {row}, {self.column.column}"
                mend = "correct the cell, or write on_error: unknown in the mapping"
                faults.extend([Fault("table.cell", self.file, None, None, place, f"{why}: '{shown(cell)}'", mend)])
            faults.raise_as(FaultyInput)

    def _read(self, cells: MappingOf[str, Cell]) -> Read:
        column, cell = self.column, cells[self.column.column]
        if not meets(column.where, cells):
            return UNKNOWN, ()
        if column.fact.type == "number" or column.lower is not None or column.upper is not None:
            return self._bounded(cells)
        if blank(cell):
            return UNKNOWN, ()
        if column.split is not None or isinstance(cell, tuple) or column.fact.type in ("set", "jurisdictions"):
            return self._set(cell)
        return self._one(str(cell))

    # One cell -----------------------------------------------------------------------------------------------

    def _one(self, text: str) -> Read:
        """The value of a whole cell, or of one part of it."""
        column, text = self.column, text.strip()
        if text in column.values:
            return column.values[text], ()
        if text in column.unknown or text.casefold() == "unknown":
            return RAISED, ()
        if text in column.silent or column.others != "bad":
            return (RAISED if text not in column.silent and column.others == "unknown" else UNKNOWN), ()
        if column.values and column.fact.type not in ("number", "date", "instant"):
            return RAISED, ("not among the values of the mapping",)
        if text.casefold() == "none":
            return RAISED, ("nothing says what 'none' means here (add it to values: or unknown:)",)
        if column.fact.type in ("date", "instant"):
            return self._date(text)
        if column.fact.type in ("set", "jurisdictions") and text.casefold() in ("true", "false"):
            return RAISED, ("not a value of the fact",)
        return self._stated(text)

    def _stated(self, text: str) -> Read:
        """Read as a profile would read it."""
        faults = Faults(1)
        found = read_value(self.column.fact, Scalar(_NOWHERE, None, text, False), self.jurisdictions, faults)
        if found is not None:
            return found.value, ()
        # The cell stands in the example: the reason must be the same for all cells of a sort.
        why = faults.all[0].message
        for written in (f"'{shown(text)}'", f"'{text}'"):
            why = why.replace(written, "'…'")
        mend = "; write values: {…: true, …: false} in the mapping" if self.column.fact.type == "bool" else ""
        return RAISED, (f"{'…' + why.removeprefix(text) if why.startswith(text) else why}{mend}",)

    def _date(self, text: str) -> Read:
        day = _TIME.sub("", text) if _TIME.search(text) and self.column.fact.type == "date" else text
        for name in self.column.dates:
            if name == "iso":
                if re.fullmatch(r"\d{4}(-\d{2}){0,2}|\d{4}-\d{2}-\d{2}[T ].*", day):
                    return self._stated(day)
                continue
            match = _DATE_FORMS[name].fullmatch(day)
            if match is None:
                continue
            parts = match.groupdict()
            month = _MONTHS.get(parts["name"].casefold(), 0) if "name" in parts else int(parts["m"])
            year = f"20{parts['yy']}" if "yy" in parts else parts["y"]
            return self._stated("-".join([year, f"{month:02}", *([f"{int(parts['d']):02}"] if "d" in parts else [])]))
        return RAISED, (f"not a date written {' or '.join(self.column.dates)}",)

    def _set(self, cell: Cell) -> Read:
        column, fact = self.column, self.column.fact
        parts = list(cell) if isinstance(cell, tuple) else [str(cell)]
        if isinstance(cell, str) and cell.strip() in column.values:
            return column.values[cell.strip()], ()
        if column.split is not None and isinstance(cell, str):
            parts = cell.split(column.split)
        reads = [self._one(part) for part in dict.fromkeys(part.strip() for part in parts) if part]
        wrong = tuple(dict.fromkeys(why for _, found in reads for why in found))
        values = [value for value, _ in reads]
        if not values:
            return RAISED, ("nothing but separators",)
        if fact.type not in ("set", "jurisdictions"):
            # Several values of a fact that has one: which of them is not known.
            single = len(values) == 1 or (values and all(value == values[0] for value in values))
            return (values[0], wrong) if single else (CodeSet(frozenset(), complete=False), wrong)
        sets = [value for value in values if isinstance(value, CodeSet)]
        has = frozenset[str]().union(*(value.has for value in sets))
        lacks = frozenset[str]().union(*(value.lacks for value in sets)) - has
        whole = len(sets) == len(values) and all(value.complete for value in sets) and column.rest == "no"
        if not whole and not has and not lacks:
            return (UNKNOWN if all(value is UNKNOWN for value in values) else RAISED), wrong
        return CodeSet(has, frozenset() if whole else lacks, whole), wrong

    # Numbers and bounds -------------------------------------------------------------------------------------

    def _bounded(self, cells: MappingOf[str, Cell]) -> Read:
        column, wrong = self.column, list[str]()
        stated, low, high = (
            UNKNOWN if name is None else self._end(cells[name], wrong)
            for name in (column.column, column.lower, column.upper)
        )
        spread = column.spread
        least, most = _ends(stated)
        if isinstance(stated, Mark) and isinstance(low, Mark) and isinstance(high, Mark):
            return (stated if stated is not UNKNOWN else RAISED if wrong else UNKNOWN), tuple(wrong)
        known = least is not None or most is not None
        if spread is not None and known:
            least, most = self._spread(least, most, cells[spread.column], wrong)
        point = _ends(stated)
        least, most = (
            _ends(low)[0] if not isinstance(low, Mark) else least,
            _ends(high)[1] if not isinstance(high, Mark) else most,
        )
        outside = [
            end
            for end in point
            if end is not None and ((least is not None and end < least) or (most is not None and end > most))
        ]
        if outside or (least is not None and most is not None and least > most):
            wrong.append("the figure lies outside its own bounds; all of them are taken in")
            ends = [end for end in (*point, least, most) if end is not None]
            least, most = (min(ends) if least is not None else None), (max(ends) if most is not None else None)
        if column.at_least and meets(column.at_least, cells):
            most = None
        if least is None and most is None:
            return RAISED, tuple(wrong)
        return (least if least is not None and least == most else Interval(least, most)), tuple(wrong)

    def _spread(
        self, least: Number | None, most: Number | None, cell: Cell, wrong: list[str]
    ) -> tuple[Number | None, Number | None]:
        spread = self.column.spread
        label = cell.strip() if isinstance(cell, str) else ""
        factor = None if spread is None else spread.factors.get(label)
        if spread is not None and label and label not in spread.factors:
            wrong.append(f"the label in '{spread.column}' has no factor, so the figure has no bounds")
        if factor is None:
            return None, None
        return (None if least is None else _exact(Fraction(least) / factor)), (
            None if most is None else _exact(most * factor)
        )

    def _end(self, cell: Cell, wrong: list[str]) -> Value:
        """A stated number or day of one cell; unknown where it is blank, raised where it cannot be read."""
        if blank(cell):
            return UNKNOWN
        if self.column.lookup is not None:
            return self._looked_up(cell, wrong)
        if isinstance(cell, tuple):
            wrong.append("several values in one cell")
            return RAISED
        text = str(cell).strip()
        if text in self.column.values or text in self.column.silent or self.column.fact.type != "number":
            value, found = self._one(text)
            wrong += found
            return value
        value, found = self._number(text)
        wrong += found
        return value if isinstance(value, Mark) else self._plausible(_times(value, self.column.times), wrong)

    def _number(self, text: str) -> Read:
        """A number; the values of a mapping are words beside the numbers."""
        if text in self.column.unknown or text.casefold() in ("unknown", "none"):
            return self._one(text)
        plain = _quick(text)
        if plain is not None and plain >= self.floor:
            return plain, ()
        value, wrong = self._stated(text)
        if wrong and self.column.others != "bad":
            return (RAISED if self.column.others == "unknown" else UNKNOWN), ()
        return value, wrong

    def _plausible(self, value: Value, wrong: list[str]) -> Value:
        column = self.column
        low, high = _ends(value)
        if column.least is not None and low is not None and low < column.least:
            wrong.append("below what is plausible")
            return RAISED
        if column.most is not None and high is not None and high > column.most:
            wrong.append("above what is plausible")
            return RAISED
        return value

    def _looked_up(self, cell: Cell, wrong: list[str]) -> Value:
        found = self.base.get(cell.strip()) if isinstance(cell, str) else None
        if found is None:
            wrong.append("names no single row of this table")
            return RAISED
        return found


def _quick(text: str) -> Number | None:
    """The common ways to write a number, as `scalars.number` reads them."""
    if _PLAIN.fullmatch(text):
        whole = text.removesuffix(".0")
        return int(whole) if whole == "0" or whole[0] != "0" else None
    match = _FLOAT.fullmatch(text)
    if match is None:
        return None
    digits, exponent = match[2] or "", int(match[3])
    if exponent < len(digits) or exponent > 60:
        return None
    return int(match[1] + digits) * 10 ** (exponent - len(digits))


def _exact(number: Number) -> Number:
    return number.numerator if isinstance(number, Fraction) and number.denominator == 1 else number


def _times(value: Value, factor: Number) -> Value:
    if factor == 1:
        return value
    if isinstance(value, Interval):
        low, high = (None if end is None else _exact(end * factor) for end in (value.lo, value.hi))
        return Interval(low, high)
    return _exact(value * factor) if isinstance(value, int | Fraction) and not isinstance(value, bool) else value


def _ends(value: Value) -> tuple[Number | None, Number | None]:
    if isinstance(value, Interval):
        return value.lo, value.hi
    if isinstance(value, int | Fraction) and not isinstance(value, bool):
        return value, value
    return None, None
