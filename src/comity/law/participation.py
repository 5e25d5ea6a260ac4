"""Who takes part in what, as data: participation in treaties and other mechanisms, and dates that follow from a count.

Every answer is a span of days (earliest, latest) as known on a day. No earliest: it may have been at any time; no
latest: perhaps never. The absence of a row means no only up to the day for which the record is said to be conclusive.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from comity.errors import Faults
from comity.law.fields import Fields
from comity.law.jurisdictions import Jurisdictions
from comity.logic.encode import add_months
from comity.source import scalars
from comity.source.near import did_you_mean
from comity.source.yaml12 import Map, Node

__all__ = [
    "Delay",
    "Entry",
    "Participation",
    "Row",
    "Span",
    "held",
    "read_entry",
    "read_participation",
]

STATUSES = (
    "signed",
    "ratified",
    "endorsed",
    "pledged",
    "member",
    "observer",
    "declined",
    "published_framework",
    "submitted_report",
    "withdrew",
)
PARTICIPANTS = ("state", "union", "organisation", "company")
CONFIDENCES = ("high", "medium", "low")

Span = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Row:
    """One dated step of one participant. `first` and `last` bound the day; `ratified` is any consent to be bound."""

    mechanism: str
    participant: str
    kind: str
    status: str
    first: date
    last: date
    confidence: str
    source: str


@dataclass(frozen=True, slots=True)
class Delay:
    """Months after a day, and then the same day or the first day of the month that follows."""

    months: int = 0
    on: str = "same_day"


@dataclass(frozen=True, slots=True)
class Entry:
    """A date that comes when enough participants have taken a step, so many of them members of an organisation.

    `later` is the delay for a participant that takes the step afterwards.
    """

    mechanism: str
    status: str
    count: int
    of: str | None
    at_least: int
    then: Delay
    later: Delay
    at: str


@dataclass(slots=True)
class Participation:
    """All rows by mechanism, up to when the rows of a status are all there are, and the dates that follow from counts.

    `entries[instrument][name]` is the rule for a date of that instrument's timeline.
    """

    rows: dict[str, tuple[Row, ...]] = field(default_factory=dict[str, tuple[Row, ...]])
    conclusive: dict[str, dict[str, date]] = field(default_factory=dict[str, "dict[str, date]"])
    entries: dict[str, dict[str, Entry]] = field(default_factory=dict[str, "dict[str, Entry]"])

    def step(self, mechanism: str, participant: str, status: str, known: date) -> Span:
        """When a participant took a step, as known on a day."""
        found = [r for r in self._rows(mechanism, status, known) if r.participant == participant]
        if not found:
            return self._unlisted(mechanism, status, known), None
        sure = [r.last.toordinal() for r in found if r.confidence != "low"]
        return min(r.first.toordinal() for r in found), min(sure) if sure else None

    def come(self, entry: Entry, jurisdictions: Jurisdictions, known: date) -> Span:
        """When the count was reached and the delay over, as known on a day."""
        rows = self._rows(entry.mechanism, entry.status, known)
        possible = _reached(entry, jurisdictions, {r.participant: r.first for r in reversed(rows)}, sure=False)
        certain = _reached(
            entry,
            jurisdictions,
            {r.participant: r.last for r in reversed(rows) if r.confidence != "low"},
            sure=True,
        )
        unlisted = self._unlisted(entry.mechanism, entry.status, known)
        # Steps that are not listed may have been taken from then on, and could complete the count at once.
        low = unlisted if unlisted is None or possible is None else min(possible, unlisted)
        return _after(low, entry.then), _after(certain, entry.then)

    def bound(self, instrument: str, participant: str, jurisdictions: Jurisdictions, known: date) -> Span | None:
        """From when a participant is bound: its own consent and the entry into force. None: no rule says when."""
        entry = self.entries.get(instrument, {}).get("entry_into_force")
        if entry is None:
            return None
        force = self.come(entry, jurisdictions, known)
        own = self.step(entry.mechanism, participant, entry.status, known)
        low, high = _after(own[0], entry.later), _after(own[1], entry.later)
        # Never before the later of the two: one earliest day that is known is enough to say "not yet".
        return (
            max((day for day in (low, force[0]) if day is not None), default=None),
            None if high is None or force[1] is None else max(high, force[1]),
        )

    def left(self, instrument: str, participant: str, known: date) -> Span | None:
        """When a participant withdrew; None where no row says that it did."""
        entry = self.entries.get(instrument, {}).get("entry_into_force")
        mechanism = instrument if entry is None else entry.mechanism
        found = [r for r in self._rows(mechanism, "withdrew", known) if r.participant == participant]
        if not found:
            return None
        sure = [r.last.toordinal() for r in found if r.confidence != "low"]
        return min(r.first.toordinal() for r in found), min(sure) if sure else None

    def _rows(self, mechanism: str, status: str, known: date) -> list[Row]:
        """Rows that were known by then, the earliest first."""
        rows = [r for r in self.rows.get(mechanism, ()) if r.status == status and r.first <= known]
        return sorted(rows, key=lambda r: (r.first, r.last))

    def _unlisted(self, mechanism: str, status: str, known: date) -> int | None:
        """The first day on which a step that is not listed may have been taken; None: any day."""
        to = self.conclusive.get(mechanism, {}).get(status)
        return None if to is None else min(to, known).toordinal() + 1


def _reached(entry: Entry, jurisdictions: Jurisdictions, days: dict[str, date], *, sure: bool) -> int | None:
    """The day on which the count is reached by these participants (each with its day), or None."""
    members = 0
    for count, (participant, day) in enumerate(sorted(days.items(), key=lambda pair: pair[1]), 1):
        member = True if entry.of is None else jurisdictions.member(participant, entry.of, day)
        members += member is True or (member is None and not sure)
        if count >= entry.count and members >= entry.at_least:
            return day.toordinal()
    return None


def _after(day: int | None, delay: Delay) -> int | None:
    if day is None:
        return None
    end = add_months(day, delay.months)
    if delay.on == "same_day":
        return end
    # The month that follows the end of the period, also where the period ends on a first.
    return add_months(date.fromordinal(end).replace(day=1).toordinal(), 1)


def held(span: Span | None, on: int) -> bool | None:
    """Whether what begins within the span has begun on a day; without a span nobody can tell."""
    if span is None:
        return None
    low, high = span
    if high is not None and on >= high:
        return True
    return False if low is not None and on < low else None


# Reading ----------------------------------------------------------------------------------------------------------


def read_participation(documents: Iterable[Map], jurisdictions: Jurisdictions, faults: Faults) -> Participation:
    """All `participation:` documents together."""
    found = Participation()
    for document in documents:
        fields = Fields(document, faults, "a participation file")
        for node in fields.maps("participation"):
            row = _row(node, jurisdictions, faults)
            if row is not None:
                found.rows[row.mechanism] = (*found.rows.get(row.mechanism, ()), row)
        for node in fields.maps("conclusive"):
            entry = Fields(node, faults, "a conclusive record")
            mechanism, status = entry.text("mechanism", need=True), entry.word("status", STATUSES)
            to = entry.day("to", need=True)
            entry.text("source", need=True)
            entry.raw("note")
            entry.done()
            if mechanism is not None and status is not None and to is not None:
                found.conclusive.setdefault(mechanism, {})[status] = to
        fields.done()
    return found


def _row(node: Map, jurisdictions: Jurisdictions, faults: Faults) -> Row | None:
    fields = Fields(node, faults, "a row of participation")
    mechanism, participant = fields.text("mechanism", need=True), fields.text("participant", need=True)
    kind, status = fields.word("kind", PARTICIPANTS), fields.word("status", STATUSES)
    raw, source = fields.need("date"), fields.text("source", need=True)
    confidence = fields.word("confidence", CONFIDENCES)
    fields.raw("note")
    fields.done()
    span = None if raw is None else scalars.date_interval(raw, faults)
    if kind in ("state", "union") and participant is not None and participant not in jurisdictions.by_code:
        faults.add(
            "law.participant",
            node,
            f"'{participant}' is not a jurisdiction",
            did_you_mean(participant, jurisdictions.by_code) or "declare it in jurisdictions.yaml",
        )
    if mechanism is None or participant is None or kind is None or status is None or span is None:
        return None
    return Row(mechanism, participant, kind, status, *span, confidence or "low", source or "")


def read_entry(node: Node, at: str, faults: Faults) -> Entry | None:
    """The `computed:` of a timeline entry."""
    if not isinstance(node, Map):
        return faults.add(
            "law.computed",
            node,
            "'computed' is not a mapping",
            "write {instrument: …, status: …, count: …, then_months: …}",
        )
    fields = Fields(node, faults, "a computed date")
    mechanism, status = fields.text("instrument", need=True), fields.word("status", STATUSES)
    count = _whole(fields, "count", need=True)
    of, least = None, 0
    members = fields.raw("members")
    if isinstance(members, Map):
        inner = Fields(members, faults, "members")
        of, least = inner.text("of", need=True), _whole(inner, "at_least", need=True) or 0
        inner.done()
    elif members is not None:
        faults.add("law.computed", members, "'members' is not a mapping", "write {of: membership, at_least: number}")
    then = _delay(fields)
    raw = fields.raw("later")
    later = Delay()
    if isinstance(raw, Map):
        inner = Fields(raw, faults, "later")
        later = _delay(inner)
        inner.text("at", need=True)
        inner.done()
    elif raw is not None:
        faults.add("law.computed", raw, "'later' is not a mapping", "write {then_months: …, on: …, at: …}")
    fields.done()
    if mechanism is None or status is None or count is None:
        return None
    return Entry(mechanism, status, count, of, least, then, later, at)


def _delay(fields: Fields) -> Delay:
    months = _whole(fields, "then_months") or 0
    return Delay(months, fields.word("on", ("same_day", "first_of_month"), default="same_day") or "same_day")


def _whole(fields: Fields, key: str, *, need: bool = False) -> int | None:
    if need and fields.need(key) is None:
        return None
    number = fields.number(key)
    if number is None:
        return None
    if number != int(number) or number < 0:
        return fields.faults.add("law.computed", fields.node, f"'{key}' is {number}", "write a whole number")
    return int(number)
