"""How the value of a rule runs over time, seen from the date asked about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

__all__ = ["Course", "course_of"]


@dataclass(frozen=True, slots=True)
class Course:
    """How the value of a rule runs over time."""

    status: str
    time: str
    value: bool | None
    start: date | None
    until: date | None
    possible_from: date | None
    at: date


def course_of(series: list[tuple[date, bool | None]], now: date) -> Course:
    """The course of the values of a rule at each date on which they can change, `now` among them, in order."""
    index = next(i for i, (on, _) in enumerate(series) if on == now)
    value = series[index][1]
    later, before = series[index + 1 :], series[:index]
    if value is True:
        start = now
        for on, earlier in reversed(before):
            if earlier is not True:
                break
            start = on
        # Before it was certain it may have been so already: under one reading of the law, or one unknown date.
        possible: date | None = None
        for on, earlier in reversed([pair for pair in before if pair[0] < start]):
            if earlier is not None:
                break
            possible = on
        until = next((on for on, v in later if v is False), None)
        return Course("applies", "current", True, start, until, possible, now)
    if value is None:
        start = next((on for on, v in series[: index + 1] if v is None), now)
        for on, earlier in reversed(before):
            if earlier is not None:
                break
            start = on
        certain = next((on for on, v in later if v is True), None)
        return Course("open", "unknown", None, certain, None, start, now)
    certain = next((on for on, v in later if v is True), None)
    possible = next((on for on, v in later if v is not False), None)
    if certain is not None:
        until = next((on for on, v in later if on > certain and v is False), None)
        return Course("upcoming", "upcoming", False, certain, until, possible if possible != certain else None, certain)
    if possible is not None:
        return Course("open", "unknown", False, None, None, possible, possible)
    held = [on for on, v in before if v is True]
    if held:
        start = held[-1]
        for on, earlier in reversed([pair for pair in before if pair[0] <= held[-1]]):
            if earlier is not True:
                break
            start = on
        until = next((on for on, v in series if on > held[-1] and v is False), None)
        return Course("ended", "past", False, start, until, None, held[-1])
    return Course("not_applicable", "current", False, None, None, None, now)
