"""When something is due: clocks run from their anchors, and from the fact of performance met, late or pending."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from comity.assess.context import RecordContext
from comity.assess.subject import Instant
from comity.law.calendars import UnknownCalendar, add_working_days, next_working_day
from comity.law.model import Clock, Param
from comity.logic.encode import add_months
from comity.logic.values import NONE, Interval, Mark, Value

__all__ = ["Due", "run_clock"]


@dataclass(frozen=True, slots=True)
class Due:
    """A clock about one record.

    `due` and `due_latest` bound the last moment (equal when the anchor is known; ISO date or instant with
    zone); `state` is met, late, pending, unknown, or not_started; `text` says the rule in words.
    """

    kind: str
    text: str
    at: str
    due: str | None
    due_latest: str | None
    state: str
    note: str | None


_WORDS = {
    "hours": "hour",
    "calendar_days": "calendar day",
    "working_days": "working day",
    "months": "month",
    "years": "year",
}


def _period(param: Param | None) -> str:
    if param is None:
        return ""
    unit = _WORDS.get(param.unit or "", param.unit or "")
    return f"{param.value} {unit}{'' if param.value == 1 else 's'}"


def _text(clock: Clock) -> str:
    period = _period(clock.within)
    anchor = f" {' and '.join(clock.anchor)}".replace("_", " ") if clock.anchor else ""
    if len(clock.anchor) > 1:
        anchor = f" the {clock.take} of{anchor}"
    if clock.by is not None:
        return f"by {clock.by.value}"
    match clock.kind:
        case "deadline":
            return f"within {period} of{anchor}" if anchor else f"within {period}"
        case "before":
            if not anchor:
                return "beforehand"
            return f"at least {period} before{anchor}" if period else f"before{anchor}"
        case "recurring":
            return f"at least every {period}"
        case "retention":
            return f"keep for {period}" + (f" from{anchor}" if anchor else "")
        case _:
            return f"not older than {period}"


def _instant(context: RecordContext, name: str) -> Instant | Value:
    stated = context.stated(name)
    value = context.fact(name)
    if isinstance(value, Mark) or stated is None or stated.instant is None:
        return value
    return stated.instant


def _move(day: date, param: Param, clock: Clock, sign: int) -> date:
    """The day one period later (sign 1) or earlier (-1). Raises UnknownCalendar."""
    amount = sign * int(param.value)  # pyright: ignore[reportArgumentType]
    match param.unit:
        case "calendar_days":
            end = day + timedelta(days=amount)
        case "months":
            end = date.fromordinal(add_months(day.toordinal(), amount))
        case "years":
            end = date.fromordinal(add_months(day.toordinal(), 12 * amount))
        case "working_days":
            end = add_working_days(day, amount, clock.calendar)
        case _:
            end = day
    return next_working_day(end, clock.calendar) if clock.roll == "next_working_day" and sign > 0 else end


def _ends(found: Instant | Value) -> tuple[date, date] | None:
    if isinstance(found, Instant):
        if found.lo == found.hi:
            return found.lo.date(), found.lo.date()
        middle = found.lo.astimezone(UTC), found.hi.astimezone(UTC)
        return middle[0].date(), middle[1].date()
    if isinstance(found, Interval) and found.lo is not None and found.hi is not None:
        return date.fromordinal(int(found.lo)), date.fromordinal(int(found.hi))
    if isinstance(found, int) and not isinstance(found, bool):
        return date.fromordinal(found), date.fromordinal(found)
    return None


def _zone(clock: Clock) -> tzinfo | None:
    """The zone in which the clock counts days, where the law says it and this machine knows it."""
    if clock.zone is None:
        return None
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(clock.zone)
    except ZoneInfoNotFoundError:
        return None


def _days_of(context: RecordContext, name: str, zone: tzinfo | None = None) -> tuple[date, date] | None:
    """The day of a fact: of a moment in the clock's zone, where there is one; otherwise the day as stated."""
    value = context.fact(name)
    moment = _instant(context, name)
    if zone is not None and isinstance(moment, Instant) and moment.lo == moment.hi:
        day = moment.lo.astimezone(zone).date()
        return day, day
    if isinstance(value, int | Interval) and not isinstance(value, bool):
        return _ends(value)
    return None


def run_clock(clock: Clock, context: RecordContext, at: str, since: tuple[date, date] | None = None) -> Due:
    """The clock about the record of the context, as of its date.

    Nothing is due before the duty holds: `since` is the first day on which it may hold, and that on which it certainly does.
    """
    text = _text(clock)
    if clock.by is not None and isinstance(clock.by.value, date):
        day = clock.by.value
        return Due(clock.kind, text, at, day.isoformat(), day.isoformat(), _state(clock, context, day, day), clock.note)
    if clock.kind == "recurring" and clock.done is not None and isinstance(context.fact(clock.done), int | Interval):
        # What recurs is next due one period after it was last done.
        clock = replace(clock, anchor=(clock.done,), done=None)
    if not clock.anchor:
        state = "pending" if clock.kind == "recurring" else "unknown"
        return Due(clock.kind, text, at, None, None, state, clock.note)
    values = [context.fact(name) for name in clock.anchor]
    if all(value is NONE for value in values):
        return Due(clock.kind, text, at, None, None, "not_started", clock.note)
    clock = _noted(clock, values)
    spans = [span for name in clock.anchor if (span := _days_of(context, name, _zone(clock))) is not None]
    if not spans or (clock.take == "latest" and len(spans) < len([v for v in values if v is not NONE])):
        return Due(clock.kind, text, at, None, None, "unknown", clock.note)
    choose = min if clock.take == "earliest" else max
    low, high = choose(span[0] for span in spans), choose(span[1] for span in spans)
    if clock.kind == "before" and clock.within is None:
        ends = low, high
    elif clock.within is None:
        return Due(clock.kind, text, at, None, None, "unknown", clock.note)
    elif clock.within.unit == "hours":
        return _hours(clock, context, text, at)
    else:
        sign = -1 if clock.kind == "before" else 1
        try:
            ends = _move(low, clock.within, clock, sign), _move(high, clock.within, clock, sign)
        except UnknownCalendar as error:
            return Due(clock.kind, text, at, None, None, "unknown", "; ".join(filter(None, (clock.note, str(error)))))
    if clock.kind == "before" and since is not None:
        # What was placed before the duty began has to meet it when it begins.
        ends = max(ends[0], since[0]), max(ends[1], since[1])
    state = _state(clock, context, ends[0], ends[1])
    return Due(clock.kind, text, at, ends[0].isoformat(), ends[1].isoformat(), state, clock.note)


def _noted(clock: Clock, values: list[Value]) -> Clock:
    """Where the earliest of several starts and one is not stated, what is due is due at the latest then."""
    silent = [
        name for name, value in zip(clock.anchor, values, strict=True) if isinstance(value, Mark) and value is not NONE
    ]
    if clock.take != "earliest" or not silent or len(silent) == len(values):
        return clock
    told = f"at the latest: {', '.join(silent).replace('_', ' ')} is not stated and may be earlier"
    return replace(clock, note=f"{clock.note}; {told}" if clock.note else told)


def _hours(clock: Clock, context: RecordContext, text: str, at: str) -> Due:
    hours = timedelta(hours=int(clock.within.value)) if clock.within else timedelta()  # pyright: ignore[reportArgumentType]
    if clock.kind == "before":
        hours = -hours
    moments = [_moment(_instant(context, name)) for name in clock.anchor]
    known = [moment for moment in moments if moment is not None]
    if not known:
        return Due(clock.kind, text, at, None, None, "unknown", clock.note)
    choose = min if clock.take == "earliest" else max
    low, high = choose(m.lo for m in known) + hours, choose(m.hi for m in known) + hours
    done = _moment(_instant(context, clock.done)) if clock.done else None
    # A date asked about is asked about as it ends.
    asked = datetime.combine(date.fromordinal(context.as_of), time.max, _zone(clock) or UTC)
    if done is not None:
        state = "met" if done.hi <= low else "late" if done.lo > high else "unknown"
    elif clock.done is None or context.fact(clock.done) is not NONE:
        state = "unknown" if asked > low else "pending"
    else:
        state = "late" if asked > high else "pending" if asked <= low else "unknown"
    return Due(clock.kind, text, at, low.isoformat(), high.isoformat(), state, clock.note)


def _moment(found: Instant | Value) -> Instant | None:
    if isinstance(found, Instant):
        return found
    span = _ends(found)
    if span is None:
        return None
    return Instant(datetime.combine(span[0], time.min, UTC), datetime.combine(span[1], time.max, UTC))


def _state(clock: Clock, context: RecordContext, low: date, high: date) -> str:
    asked = date.fromordinal(context.as_of)
    if clock.kind == "max_age":
        return "met" if asked <= low else "late" if asked > high else "unknown"
    if clock.done is None:
        overdue = clock.kind == "recurring" and asked > high
        return "late" if overdue else "pending" if asked <= low else "unknown"
    done = _days_of(context, clock.done, _zone(clock))
    if done is not None:
        return "met" if done[1] <= low else "late" if done[0] > high else "unknown"
    if context.fact(clock.done) is NONE:
        return "late" if asked > high else "pending" if asked <= low else "unknown"
    # Nobody said whether it was done: before the limit it is pending, after it nobody can tell.
    return "pending" if asked <= low else "unknown"


def earliest(dues: Iterable[Due]) -> str | None:
    """The first due moment of several clocks."""
    found = sorted(due.due for due in dues if due.due is not None and due.kind in ("deadline", "before"))
    return found[0] if found else None
