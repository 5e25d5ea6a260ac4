"""Jurisdictions: a dated containment tree (DE in EU, US-NYC in US-NY in US) and memberships beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from comity.errors import Faults
from comity.law.fields import Fields
from comity.source.yaml12 import Map

__all__ = ["Jurisdiction", "Jurisdictions", "Membership", "read_jurisdictions"]

Span = tuple[str, date | None, date | None]


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """A code with its name and the larger jurisdictions it lies in, each between dates (until is exclusive)."""

    code: str
    name: str
    within: tuple[Span, ...] = ()
    international: bool = False


@dataclass(frozen=True, slots=True)
class Membership:
    """Who belongs to an organisation between which dates; `complete` says whether these are all."""

    name: str
    title: str
    members: tuple[Span, ...]
    complete: bool


@dataclass(slots=True)
class Jurisdictions:
    """All jurisdictions; containment is asked on a date."""

    by_code: dict[str, Jurisdiction] = field(default_factory=dict[str, Jurisdiction])
    memberships: dict[str, Membership] = field(default_factory=dict[str, Membership])

    def above(self, code: str, on: date) -> frozenset[str]:
        """The jurisdiction itself and all that contain it on the date."""
        found: set[str] = set()
        pending = [code]
        while pending:
            here = pending.pop()
            if here in found:
                continue
            found.add(here)
            entry = self.by_code.get(here)
            for outer, start, end in entry.within if entry else ():
                if (start is None or start <= on) and (end is None or on < end):
                    pending.append(outer)
        return frozenset(found)

    def within(self, code: str, region: str, on: date) -> bool | None:
        """True: inside; False: outside; None: the region is only a part of it (US against US-CA)."""
        if region in self.above(code, on):
            return True
        return None if code in self.above(region, on) else False

    def member(self, code: str, membership: str, on: date) -> bool | None:
        """Whether a jurisdiction is a member on the date; None where the list does not say that it is complete."""
        listed = self.memberships.get(membership)
        if listed is None:
            return None
        spans = [(start, end) for member, start, end in listed.members if member == code]
        if any((start is None or start <= on) and (end is None or on < end) for start, end in spans):
            return True
        return False if listed.complete or spans else None


def read_jurisdictions(*documents: Map, faults: Faults) -> Jurisdictions:
    """One tree from all jurisdictions files."""
    found = Jurisdictions()
    for document in documents:
        _read(document, found, faults)
    for entry in found.by_code.values():
        for outer, _, _ in entry.within:
            if outer not in found.by_code:
                faults.add(
                    "law.jurisdiction",
                    documents[0],
                    f"{entry.code} lies in {outer}, which is not declared",
                    "declare it",
                )
    for membership in found.memberships.values():
        for code, _, _ in membership.members:
            if code not in found.by_code:
                faults.add(
                    "law.jurisdiction",
                    documents[0],
                    f"{code} in {membership.name} is not declared",
                    "declare it",
                )
    return found


def _read(document: Map, found: Jurisdictions, faults: Faults) -> None:
    fields = Fields(document, faults, "jurisdictions.yaml")
    for node in fields.maps("jurisdictions"):
        entry = Fields(node, faults, "a jurisdiction")
        code, name = entry.text("code", need=True), entry.text("name", need=True)
        spans: list[Span] = []
        for inner in entry.maps("within"):
            span = Fields(inner, faults, "a containment")
            outer = span.text("in", need=True)
            start, end = span.day("from"), span.day("until")
            span.raw("at")
            span.raw("note")
            span.done()
            if outer is not None:
                spans.append((outer, start, end))
        kind = entry.text("kind")
        for key in ("native_name", "note", "at", "aliases"):
            entry.raw(key)
        entry.done()
        if code is not None and name is not None:
            if code in found.by_code:
                faults.add("law.duplicate-jurisdiction", node, f"{code} is declared twice", "remove one")
            found.by_code[code] = Jurisdiction(code, name, tuple(spans), kind == "international")
    for node in fields.maps("memberships"):
        _membership(node, found, faults)
    fields.done()


def _membership(node: Map, found: Jurisdictions, faults: Faults) -> None:
    fields = Fields(node, faults, "a membership")
    name, title, complete = (
        fields.text("membership", need=True),
        fields.text("title"),
        fields.flag("complete"),
    )
    fields.raw("note")
    fields.raw("at")
    members: list[Span] = []
    for inner in fields.maps("members"):
        entry = Fields(inner, faults, "a member")
        code, start, end = entry.text("code", need=True), entry.day("from"), entry.day("until")
        entry.raw("at")
        entry.raw("note")
        entry.done()
        if code is not None:
            members.append((code, start, end))
    fields.done()
    if name is None:
        return
    if name in found.memberships:
        faults.add("law.duplicate-membership", node, f"{name} is declared twice", "remove one")
    found.memberships[name] = Membership(name, title or name, tuple(members), complete)
