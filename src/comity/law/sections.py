"""The sections of an instrument beside its rules: dates, parameters, readings, enforcement, penalties, provisions."""

from __future__ import annotations

from datetime import date, timedelta

from comity.errors import Faults
from comity.law.fields import Fields
from comity.law.model import (
    Checked,
    Enforcement,
    Event,
    Param,
    Penalty,
    PenaltyException,
    Provision,
    ReadingInfo,
)
from comity.law.participation import Entry, read_entry
from comity.law.raw import RawInstrument
from comity.source import scalars
from comity.source.near import did_you_mean
from comity.source.yaml12 import Map, Node, Scalar

__all__ = [
    "Sections",
    "read_checked",
    "read_computed",
    "read_enforcement",
    "read_events",
    "read_params",
    "read_penalties",
    "read_provisions",
    "read_readings",
    "reference",
]

PERIODS = ("hours", "calendar_days", "working_days", "months", "years")


class Sections:
    """Parameters and timeline together: what `$name` can mean in an instrument."""

    def __init__(
        self,
        timeline: dict[str, Param],
        parameters: dict[str, Param],
        computed: dict[str, Entry] | None = None,
    ) -> None:
        self.timeline, self.parameters, self.computed = timeline, parameters, computed or {}

    def named(self, name: str) -> Param | None:
        return self.parameters.get(name) or self.timeline.get(name)


def read_checked(node: Node | None, owner: Map, faults: Faults) -> Checked:
    if not isinstance(node, Map):
        faults.add(
            "law.checked",
            owner,
            "'checked' is missing",
            "add checked: {date: …, against: primary|official_summary|…}",
        )
        return Checked(date.min, "memory")
    fields = Fields(node, faults, "checked")
    day = fields.day("date", need=True)
    against = fields.word("against", ("primary", "official_summary", "secondary", "memory"))
    fields.raw("note")
    fields.done()
    return Checked(day or date.min, against or "memory")


def read_events(nodes: list[Map], faults: Faults) -> tuple[Event, ...]:
    """Dated events; a month-only date counts from its last day, so that nothing is said to have happened too early."""
    found: list[Event] = []
    for node in nodes:
        fields = Fields(node, faults, "an event")
        raw, name, at = fields.need("date"), fields.text("event", need=True), fields.text("at")
        fields.skip("note", "certainty")
        fields.done()
        span = None if raw is None else scalars.date_interval(raw, faults)
        if span is not None and name is not None:
            found.append(Event(span[1], name, at))
    return tuple(found)


def read_params(nodes: dict[str, Node], faults: Faults, *, dates: bool) -> dict[str, Param]:
    """Parameters (`value`, `unit`) or timeline entries (`date`), each with its pinpoint."""
    found: dict[str, Param] = {}
    for name, node in nodes.items():
        if not isinstance(node, Map):
            faults.add("law.parameter", node, f"'{name}' has no pinpoint", "write {value: …, unit: …, at: …}")
            continue
        fields = Fields(node, faults, f"'{name}'")
        at = fields.text("at", need=True) or ""
        fields.skip("note", "title", "certainty")
        if dates:
            if fields.raw("computed") is not None:
                fields.done()
                continue
            day = fields.day("date", need=True)
            fields.done()
            if day is not None:
                found[name] = Param(name, day, "date", at)
            continue
        raw, unit = fields.need("value"), fields.text("unit", need=True)
        fields.done()
        read = scalars.date_ if unit == "date" else scalars.number
        value = None if raw is None else read(raw, faults)
        if value is not None:
            found[name] = Param(name, value, unit, at)
    return found


def read_computed(nodes: dict[str, Node], faults: Faults) -> dict[str, Entry]:
    """The entries of a timeline whose date follows from participation."""
    found: dict[str, Entry] = {}
    for name, node in nodes.items():
        rule = node.get("computed") if isinstance(node, Map) else None
        at = node.get("at") if isinstance(node, Map) else None
        entry = None if rule is None else read_entry(rule, at.text if isinstance(at, Scalar) else "", faults)
        if entry is not None:
            found[name] = entry
    return found


def reference(node: Node | None, sections: Sections, faults: Faults, what: str) -> Param | None:
    """The parameter a `$name` stands for."""
    if node is None:
        return None
    if not isinstance(node, Scalar) or not node.text.startswith("$"):
        faults.add("law.literal", node, f"{what} is written as a literal", "name it under parameters and write $name")
        return None
    found = sections.named(node.text[1:])
    if node.text[1:] in sections.computed:
        faults.add(
            "law.computed",
            node,
            f"{node.text} has no date yet: it follows from participation",
            "write a date here",
        )
        return None
    if found is None:
        options = [*sections.parameters, *sections.timeline]
        faults.add(
            "law.parameter",
            node,
            f"there is no parameter {node.text}",
            did_you_mean(node.text[1:], options) or "declare it under parameters",
        )
    return found


def read_readings(nodes: list[Map], faults: Faults) -> dict[str, ReadingInfo]:
    found: dict[str, ReadingInfo] = {}
    for node in nodes:
        fields = Fields(node, faults, "a reading")
        values = [fields.text(key, need=True) for key in ("reading", "title", "true_means", "false_means", "at")]
        fields.raw("note")
        fields.done()
        if all(value is not None for value in values):
            info = ReadingInfo(*(str(value) for value in values))
            found[info.name] = info
    return found


def _day_or_name(fields: Fields, key: str, sections: Sections) -> date | None:
    raw = fields.raw(key)
    if raw is None:
        return None
    if isinstance(raw, Scalar) and raw.text.startswith("$"):
        found = reference(raw, sections, fields.faults, key)
        return found.value if found is not None and isinstance(found.value, date) else None
    return scalars.date_(raw, fields.faults)


def _unsure(fields: Fields, known_to: date) -> date | None:
    """From when an end that is not known may have come: `until: unknown`, or `until: {not_before: DATE}`."""
    raw = fields.node.get("until")
    if isinstance(raw, Scalar) and raw.text == "unknown":
        return known_to + timedelta(days=1) if known_to < date.max else None
    if not isinstance(raw, Map):
        return None
    inner = Fields(raw, fields.faults, "an end of enforcement that is not known")
    day = inner.day("not_before", need=True)
    inner.done()
    return day


def read_enforcement(
    nodes: list[Map], sections: Sections, faults: Faults, known_to: date = date.max
) -> tuple[Enforcement, ...]:
    """States of enforcement. After `known_to` an end that is not known may have come."""
    found: list[Enforcement] = []
    for node in nodes:
        fields = Fields(node, faults, "an enforcement entry")
        state = fields.word("state", ("active", "grace", "suspended", "none"))
        governs = fields.texts("governs", need=True)
        unsure = _unsure(fields, known_to)
        start, end = (
            _day_or_name(fields, "from", sections),
            None if unsure else _day_or_name(fields, "until", sections),
        )
        fields.raw("until")
        at, note = fields.text("at", need=True), fields.text("note")
        fields.done()
        if state is not None:
            found.append(Enforcement(state, governs, start, end, at or "", note, unsure))
    return tuple(found)


def read_penalties(nodes: list[Map], sections: Sections, faults: Faults) -> tuple[Penalty, ...]:
    found: list[Penalty] = []
    for node in nodes:
        fields = Fields(node, faults, "a penalty")
        name, rules = fields.text("penalty", need=True), fields.texts("for", need=True)
        addressee, at = fields.text("addressee"), fields.text("at", need=True)
        authority, note = fields.text("authority"), fields.text("note")
        start = _day_or_name(fields, "from", sections)
        amount = fields.raw("amount")
        fields.raw("certainty")
        fields.done()
        fixed = share = least = None
        share_of, take = None, "higher"
        exceptions: list[PenaltyException] = []
        if isinstance(amount, Map):
            inner = Fields(amount, faults, "an amount")
            fixed = reference(inner.raw("fixed"), sections, faults, "a fixed amount")
            share = reference(inner.raw("share"), sections, faults, "a share")
            least = reference(inner.raw("at_least"), sections, faults, "a least amount")
            share_of, take = (
                inner.text("of"),
                inner.word("take", ("higher", "lower"), default="higher") or "higher",
            )
            for each in inner.maps("except"):
                case = Fields(each, faults, "an exception of the amount")
                when, way = case.text("when", need=True), case.word("take", ("higher", "lower"))
                where = case.text("at", need=True)
                case.raw("note")
                case.done()
                if when is not None and way is not None:
                    exceptions.append(PenaltyException(when, way, where or ""))
            inner.raw("note")
            inner.done()
        if name is not None:
            found.append(
                Penalty(
                    name,
                    rules,
                    addressee,
                    at or "",
                    authority,
                    start,
                    fixed,
                    share,
                    share_of,
                    take,
                    note,
                    tuple(exceptions),
                    least,
                )
            )
    return tuple(found)


def read_provisions(raw: RawInstrument, faults: Faults) -> tuple[Provision, ...]:
    found: dict[str, Provision] = {}
    for node in raw.listed["provisions"]:
        fields = Fields(node, faults, "a provision")
        at, subject = fields.text("at", need=True), fields.text("subject", need=True)
        state = fields.word("state", ("encoded", "no_duty", "out_of_scope", "pointer"), default="encoded")
        because = fields.text("because", need=state in ("no_duty", "out_of_scope"))
        fields.raw("note")
        fields.done()
        if at is not None and at not in found:
            found[at] = Provision(at, subject or "", state or "encoded", because)
    return tuple(found.values())
