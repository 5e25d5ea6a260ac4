"""Reading clocks: kinds of time limit with their period, anchor, calendar and way of rolling."""

from __future__ import annotations

import re
from datetime import date

from comity.errors import Faults
from comity.law.fields import Fields
from comity.law.model import Clock
from comity.law.sections import PERIODS, Sections, reference
from comity.source import scalars
from comity.source.yaml12 import Map, Scalar

__all__ = ["read_clocks"]

KINDS = ("deadline", "before", "recurring", "retention", "max_age")
_ZONE = re.compile(r"[A-Z][A-Za-z]+(/[A-Za-z_+-]+){1,2}|UTC")


def read_clocks(fields: Fields, sections: Sections, faults: Faults) -> tuple[Clock, ...]:
    """The clocks of a duty, in order."""
    found: list[Clock] = []
    for node in fields.maps("clock"):
        clock = Fields(node, faults, "a clock")
        kind = clock.word("kind", KINDS)
        within = reference(clock.raw("within"), sections, faults, "a period")
        by = reference(clock.raw("by"), sections, faults, "a last day")
        anchor, take = _anchor(clock, faults)
        done, calendar = clock.text("done"), clock.text("calendar")
        roll = clock.word("roll", ("none", "next_working_day"), default="none") or "none"
        roll_at, note, zone = clock.text("roll_at"), clock.text("note"), clock.text("zone")
        clock.done()
        if within is not None and within.unit not in PERIODS:
            faults.add(
                "law.clock",
                node,
                f"${within.name} is in {within.unit}",
                f"a period is in {', '.join(PERIODS)}",
            )
        if by is not None and (not isinstance(by.value, date) or kind != "deadline" or within is not None or anchor):
            faults.add(
                "law.clock",
                node,
                f"${by.name} is no last day of this clock",
                "write {kind: deadline, by: $a_date_of_the_timeline}, without within and anchor",
            )
        if roll != "none" and calendar is None:
            faults.add("law.clock", node, "a clock that rolls has no calendar", "add calendar: EU (or another)")
        if zone is not None and not _ZONE.fullmatch(zone):
            faults.add("law.clock", node, f"'{zone}' is not a time zone", "write a name such as America/Los_Angeles")
        if kind is not None:
            found.append(Clock(kind, within, anchor, take, done, calendar, roll, roll_at, note, zone, by))
    return tuple(found)


def _anchor(clock: Fields, faults: Faults) -> tuple[tuple[str, ...], str]:
    raw = clock.raw("anchor")
    if isinstance(raw, Map):
        for take in ("earliest", "latest"):
            inner = raw.get(take)
            if inner is not None:
                return tuple(scalars.strings(inner, faults) or ()), take
        faults.add("law.clock", raw, "an anchor is a fact, or earliest/latest of facts", "write anchor: fact")
        return (), "earliest"
    return ((raw.text,) if isinstance(raw, Scalar) else ()), "earliest"
