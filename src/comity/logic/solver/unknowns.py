"""Plain data of the exact back end: what can be open, what is held of it, what is asked, and what comes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from comity.logic import ir
from comity.logic.symbols import FactType
from comity.logic.values import Value

__all__ = ["Asked", "Held", "Owner", "Unknown", "Witness", "World"]

Owner = Callable[[str, int, str], "tuple[str, int] | None"]
"""(kind, record, fact without market) → the record that holds the fact for it; None where there is no such record."""


@dataclass(frozen=True, slots=True, order=True)
class Unknown:
    """Something open, that a completion gives a value.

    `form` is fact (of the record that holds it), reading, event (`of` an instrument), within (a code, `of` a
    region), party (a code, `of` an instrument), or more: whether a list of `of` records that is not complete
    holds another one that fulfils the rule `name`.
    """

    form: str
    name: str
    kind: str = ""
    record: int = -1
    of: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A node that is true of a record in every completion: a constraint between facts, under its name."""

    name: str
    kind: str
    record: int
    node: ir.Node


@dataclass(frozen=True, slots=True)
class World:
    """What the solver must know beside a run: types and owners of facts, all jurisdictions, what always holds."""

    facts: Mapping[str, FactType]
    owner: Owner
    places: Sequence[str] = ()
    held: Sequence[Held] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A rule about a record taken to be true or false; `run` counts the runs the solver was given."""

    rule: str
    record: int
    value: bool = True
    run: int = 0


@dataclass(frozen=True, slots=True)
class Witness:
    """A completion: a value for everything open that the answer could depend on, and what it makes of the question.

    Facts have values as in a profile (`None` never occurs; known absent is `NONE`); all else is True or False,
    an event a day or NONE. What is not named may have any value.
    """

    asked: tuple[Asked, ...]
    values: Mapping[Unknown, Value] = field(default_factory=dict[Unknown, Value])
