"""A subject: the records of a profile and how they hang together."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from comity.logic.kinds import ABOVE, KINDS
from comity.logic.program import Graph
from comity.logic.values import Value
from comity.source.yaml12 import Map

__all__ = ["Instant", "Record", "Stated", "Statement", "Subject"]


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment, or the bounds of one where only the day or no zone was given (both ends aware)."""

    lo: datetime
    hi: datetime


@dataclass(frozen=True, slots=True)
class Statement:
    """Who stated a fact, when, on what basis."""

    by: str | None = None
    on: date | None = None
    basis: str | None = None


@dataclass(frozen=True, slots=True)
class Stated:
    """A fact as stated. `markets` holds values that differ between markets; `instant` the exact moment."""

    value: Value
    instant: Instant | None = None
    markets: tuple[tuple[str, Value], ...] = ()
    statement: Statement | None = None
    closed_by: str | None = None


@dataclass(slots=True)
class Record:
    """One record: an actor, model, system, use or incident, with its stated facts."""

    kind: str
    name: str
    facts: dict[str, Stated] = field(default_factory=dict[str, Stated])
    parents: dict[str, list[int]] = field(default_factory=dict[str, "list[int]"])


@dataclass(slots=True)
class Subject:
    """All records by kind, with `complete[kind]`: whether the list of that kind is all there is."""

    name: str
    records: dict[str, list[Record]]
    complete: dict[str, bool]
    notes: list[str] = field(default_factory=list[str])
    closed: list[tuple[str, Statement]] = field(default_factory=list[tuple[str, Statement]])
    document: Map | None = field(default=None, repr=False, compare=False)

    def above(self, kind: str, index: int, other: str) -> int | None:
        """The record of `other` above record `index` of `kind`, or None."""
        if kind == other:
            return index
        if other == "actor":
            return 0 if self.records["actor"] else None
        found = self.records[kind][index].parents.get(other)
        if found:
            return found[0]
        if kind == "use" and other == "system":
            return None
        return None

    def below(self, kind: str, index: int, other: str) -> tuple[list[int], bool]:
        """The records of `other` that `any` ranges over from a record, and whether the list is complete."""
        everything = list(range(len(self.records[other])))
        whole = self.complete[other]
        if kind == "actor" or other == "actor":
            return everything, whole
        own = self.records[kind][index]
        if other in own.parents:
            return list(own.parents[other]), True
        linked = [i for i in everything if index in self.records[other][i].parents.get(kind, ())]
        if kind == "incident" and other == "use":
            systems = own.parents.get("system", [])
            linked = [i for i in everything if set(self.records["use"][i].parents.get("system", ())) & set(systems)]
        elif kind == "model" and other == "use":
            systems = [i for i, system in enumerate(self.records["system"]) if index in system.parents.get("model", ())]
            linked = [i for i in everything if set(self.records["use"][i].parents.get("system", ())) & set(systems)]
        elif kind == "use" and other == "model":
            found: set[int] = set()
            for system in own.parents.get("system", ()):
                found.update(self.records["system"][system].parents.get("model", ()))
            return sorted(found), True
        return linked, whole

    def graph(self) -> Graph:
        """The shape of the subject for the logic."""
        graph = Graph({kind: len(self.records[kind]) for kind in KINDS})
        for kind in KINDS:
            for other in KINDS:
                if kind == other:
                    continue
                numbers = range(len(self.records[kind]))
                if other in ABOVE[kind]:
                    graph.above[kind, other] = [self.above(kind, i, other) for i in numbers]
                graph.linked[kind, other] = [self.below(kind, i, other) for i in numbers]
        return graph
