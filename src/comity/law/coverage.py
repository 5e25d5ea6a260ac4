"""Coverage as data: for each jurisdiction and subject area what is encoded, searched, or not covered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from comity.errors import Faults
from comity.law.fields import Fields
from comity.source.near import did_you_mean
from comity.source.yaml12 import Map

__all__ = ["AREAS", "AreaCoverage", "Coverage", "begins", "read_coverage", "read_not_encoded"]

AREAS = ("ai_specific", "privacy", "copyright", "sector", "employment", "consumer", "export", "criminal")
STATES = ("encoded", "pointer", "searched_none_found", "not_covered")


@dataclass(frozen=True, slots=True)
class AreaCoverage:
    """One subject area of one jurisdiction: its state, how far it is known, its instruments, what is known to be missing."""

    area: str
    state: str
    instruments: tuple[str, ...] = ()
    known_not_encoded: tuple[str, ...] = ()
    source: str | None = None
    date: date | None = None
    known_to: date | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """The coverage of a jurisdiction; `declared` is False where the corpus says nothing about it at all."""

    jurisdiction: str
    areas: tuple[AreaCoverage, ...]
    declared: bool = True
    note: str | None = None


def read_coverage(document: Map, faults: Faults) -> dict[str, Coverage]:
    """Coverage by jurisdiction. An area that is not declared is not covered, and said to be."""
    found: dict[str, Coverage] = {}
    fields = Fields(document, faults, "coverage.yaml")
    fields.skip("areas", "otherwise", "not_encoded")
    for node in fields.maps("coverage"):
        entry = Fields(node, faults, "a coverage entry")
        code = entry.text("jurisdiction", need=True)
        source, checked, known = entry.text("source"), entry.day("date"), entry.day("known_to")
        note = entry.text("note")
        areas: list[AreaCoverage] = []
        for name, inner in entry.entries("areas").items():
            if name not in AREAS or not isinstance(inner, Map):
                mend = did_you_mean(name, AREAS) or f"use one of {', '.join(AREAS)}"
                faults.add("law.coverage", inner, f"'{name}' is not a subject area with its state", mend)
                continue
            area = Fields(inner, faults, f"the area {name}")
            areas.append(
                AreaCoverage(
                    name,
                    area.word("state", STATES) or "not_covered",
                    area.texts("instruments"),
                    area.texts("known_not_encoded"),
                    area.text("source") or source,
                    area.day("date") or checked,
                    area.day("known_to") or known,
                    area.text("note"),
                )
            )
            area.done()
        entry.done()
        for name in AREAS:
            if name not in {area.area for area in areas}:
                areas.append(AreaCoverage(name, "not_covered"))
        if code is not None:
            found[code] = Coverage(code, tuple(areas), note=note)
    fields.done()
    return found


def read_not_encoded(document: Map, faults: Faults) -> dict[str, str]:
    """Texts that were read and are no law, with the reason: `not_encoded: [{id, because}]`."""
    found: dict[str, str] = {}
    for node in Fields(document, Faults(), "coverage.yaml").maps("not_encoded"):
        entry = Fields(node, faults, "a text that is not encoded")
        name, because = entry.text("id", need=True), entry.text("because", need=True)
        entry.done()
        if name is not None and because is not None:
            found[name] = because
    return found


def begins(pinpoint: str, entry: str) -> bool:
    """Whether the pinpoint lies in the entry: Art. 5(1) in Art. 5, and not 50, 5a, 5-2 or 5.1."""
    if not pinpoint.startswith(entry):
        return False
    rest = pinpoint[len(entry) :]
    return not (rest[:1].isalnum() or (rest[:1] in (".", "-", "–") and rest[1:2].isalnum()))
