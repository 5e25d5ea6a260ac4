"""Mapping files: which column of a table is which fact, and what every row is taken to be.

A mapping is data (YAML, JSON or TOML). All its faults are told at once; nothing in it is read as a default:
blank cells are unknown, and what a row is assumed to be stands under `assume` and is printed with every answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from comity.law.model import Fact
from comity.logic.kinds import KINDS
from comity.logic.values import Number, Value

__all__ = [
    "FOLDER", "Assumption", "Carried", "Children", "Condition", "FactColumn", "Label", "Lookup", "Mapping", "Spread", "shipped",
]  # fmt: skip

FOLDER = Path(__file__).parent.parent / "mappings"


@dataclass(frozen=True, slots=True)
class Condition:
    """What a cell must be for something to hold: blank, stated, one of some texts (is), or stated and none of them (not)."""

    column: str
    state: str
    texts: frozenset[str] = frozenset()

    def words(self) -> str:
        """For people: `Base model is blank`."""
        if self.state in ("blank", "stated"):
            return f"{self.column} is {self.state}"
        listed = " or ".join(sorted(self.texts))
        return f"{self.column} is {'' if self.state == 'is' else 'stated and not '}{listed}"


@dataclass(frozen=True, slots=True)
class Spread:
    """How far a figure may be off, by the label in another column: a factor either way, or None for no bounds at all."""

    column: str
    factors: dict[str, Number | None]
    because: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """The cell names another row of the same table; that row's fact is taken."""

    fact: str


@dataclass(frozen=True, slots=True)
class FactColumn:
    """A column that states a fact, with everything needed to read its cells.

    `unknown` are texts that say that the fact is not known, `silent` those that say nothing of it; `others` says which
    of the two the texts not listed are, or that they cannot be read.
    """

    column: str
    fact: Fact
    kinds: tuple[str, ...]
    values: dict[str, Value]
    others: str = "bad"
    silent: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    split: str | None = None
    part: str | None = None
    rest: str = "no"
    times: Number = 1
    lower: str | None = None
    upper: str | None = None
    spread: Spread | None = None
    least: Number | None = None
    most: Number | None = None
    plausible_because: str | None = None
    dates: tuple[str, ...] = ("iso",)
    lookup: Lookup | None = None
    at_least: tuple[Condition, ...] = ()
    at_least_because: str | None = None
    where: tuple[Condition, ...] = ()
    stop: bool = False
    says: str | None = None
    because: str | None = None

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns whose cells decide the value, the column itself first."""
        others = [self.lower, self.upper, self.spread.column if self.spread else None]
        others += [condition.column for condition in (*self.at_least, *self.where)]
        return tuple(dict.fromkeys([self.column, *(name for name in others if name is not None)]))


@dataclass(frozen=True, slots=True)
class Assumption:
    """Facts that every row is taken to have, or every row that meets the conditions; said aloud with the reason."""

    facts: tuple[tuple[Fact, tuple[str, ...], Value], ...]
    where: tuple[Condition, ...]
    says: str
    because: str | None


@dataclass(frozen=True, slots=True)
class Carried:
    """A column that is handed on as it is, or with its spellings brought together; it is never a fact."""

    name: str
    column: str
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Label:
    """A column in which the table itself answers a rule: the texts that say yes to it, and those that say no.

    A label is no law and no fact: it is compared with what the rule gives.
    """

    name: str
    column: str
    rule: str
    yes: frozenset[str]
    no: frozenset[str]

    def says(self, text: str) -> bool | None:
        """What a cell says; None where it is blank or says neither."""
        return True if text in self.yes else False if text in self.no else None


@dataclass(frozen=True, slots=True)
class Children:
    """A second table: its rows are incidents or uses of the rows of the first, found by a key."""

    table: str
    row: str
    key: str
    id: str | None
    complete: bool
    columns: tuple[FactColumn, ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """A whole mapping, validated.

    `beside` is `none` where each row is read by itself, `unknown` where its actor may have more than the row tells.
    `determinations` are columns in which the table's own authors decided something; they state facts only in a
    mapping made by `determined`.
    """

    name: str
    title: str
    file: str
    row: str
    about: str
    id: str | None
    label: str | None
    encoding: str
    form: str | None
    delimiter: str | None
    columns: tuple[FactColumn, ...]
    assume: tuple[Assumption, ...]
    carry: tuple[Carried, ...]
    children: Children | None
    beside: str
    source: str | None
    digest: str
    labels: tuple[Label, ...] = ()
    determinations: tuple[FactColumn, ...] = ()
    is_determined: bool = False

    def determined(self) -> Mapping:
        """The same mapping with what the table's authors determined taken as facts."""
        return replace(self, columns=(*self.columns, *self.determinations), is_determined=True)

    @property
    def open_kinds(self) -> frozenset[str]:
        """The kinds of record of which a row does not list all: `any` about them is never definitely false."""
        found = [kind for kind in KINDS if kind != "actor" and self.beside == "unknown"]
        if self.children is not None:
            listed = self.children.row
            found = [kind for kind in found if kind != listed] + ([] if self.children.complete else [listed])
        return frozenset(found)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of record every row has."""
        if self.row == "model":
            return ("actor", "model")
        facts = [column.fact for column in self.columns] + [fact for each in self.assume for fact, _, _ in each.facts]
        # As in a flat profile: a fact of a model makes one, a fact that systems have as well does not.
        return ("actor", "system", "use", *(("model",) if any(fact.kind == "model" for fact in facts) else ()))

    def needs(self) -> Iterator[str]:
        """Every column of the table that the mapping names, each once."""
        names = [name for name in (self.id, self.label) if name is not None]
        names += [name for column in self.columns for name in column.reads]
        names += [condition.column for assumption in self.assume for condition in assumption.where]
        names += [carried.column for carried in self.carry]
        yield from dict.fromkeys(names)


def shipped() -> dict[str, Path]:
    """The mappings that come with comity, by name."""
    return {path.stem: path for path in sorted(FOLDER.glob("*.yaml"))}
