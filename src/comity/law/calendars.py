"""Working days: which days a calendar counts, and moving by working days in either direction.

A calendar is the code of a country or of one of its parts (`US`, `US-CA`, `KR`; public holidays by the `holidays`
package), or `EU`, where weekends are free and the holidays of the authority's own State are not known here.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

__all__ = ["UnknownCalendar", "add_working_days", "has_calendar", "is_free", "next_working_day"]

_WEEKENDS_ONLY = frozenset({"EU"})
_SATURDAY = 5


class UnknownCalendar(LookupError):
    """No table of public holidays for this calendar or year: a day that rests on it is unknown."""


def _table(calendar: str, year: int) -> Any:
    # Imported late: it is slow to load, and most questions need no calendar.
    import holidays

    country, _, part = calendar.partition("-")
    try:
        table = holidays.country_holidays(country, subdiv=part or None, years=year)
    except NotImplementedError:
        raise UnknownCalendar(f"no public holidays of {calendar}") from None
    if not table.start_year <= year <= table.end_year:
        raise UnknownCalendar(f"no public holidays of {calendar} for {year}")
    return table


def has_calendar(calendar: str) -> bool:
    """Whether there is a table of public holidays for it (or it is known to count weekends only)."""
    if calendar in _WEEKENDS_ONLY:
        return True
    try:
        _table(calendar, 2026)
    except UnknownCalendar:
        return False
    return True


def is_free(day: date, calendar: str | None) -> bool:
    """Whether nobody is expected to work on the day: a weekend, or a public holiday. Raises UnknownCalendar."""
    if calendar is None or calendar in _WEEKENDS_ONLY:
        return day.weekday() >= _SATURDAY
    table = _table(calendar, day.year)
    return day.weekday() >= _SATURDAY or day in table


def add_working_days(day: date, count: int, calendar: str | None) -> date:
    """The day `count` working days later (earlier where negative); the day itself is not counted."""
    step = timedelta(days=1 if count >= 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= not is_free(day, calendar)
    return day


def next_working_day(day: date, calendar: str | None) -> date:
    """The day, or the first working day after it where it is free."""
    while is_free(day, calendar):
        day += timedelta(days=1)
    return day
