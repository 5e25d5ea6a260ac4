"""Working days: holidays of a place, both directions, and calendars that nobody knows."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.law.calendars import UnknownCalendar, add_working_days, has_calendar, is_free, next_working_day

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("day", "count", "calendar", "expected"),
    [
        (date(2026, 11, 23), 3, "US", date(2026, 11, 27)),  # Thanksgiving is on the 26th
        (date(2026, 11, 23), 3, "EU", date(2026, 11, 26)),
        (date(2026, 11, 30), -3, "US", date(2026, 11, 24)),  # over the weekend and Thanksgiving
        (date(2026, 7, 1), 2, "US", date(2026, 7, 6)),  # 4 July falls on a Saturday and is kept on the Friday
        (date(2026, 3, 30), 1, "US-CA", date(2026, 4, 1)),  # 31 March is César Chávez Day in California
        (date(2026, 3, 30), 1, "US-NY", date(2026, 3, 31)),
    ],
)
def test_working_days_of_a_place(day, count, calendar, expected):
    assert add_working_days(day, count, calendar) == expected


@given(DAYS, st.integers(-60, 60), st.sampled_from(["US", "US-NY", "KR", "EU"]))
def test_working_days_are_counted_one_by_one(day, count, calendar):
    end = add_working_days(day, count, calendar)
    first, last = sorted((day, end))
    inside = [first + timedelta(days=i) for i in range((last - first).days + 1)]
    assert sum(not is_free(each, calendar) for each in inside if each != day) == abs(count)
    assert count == 0 or not is_free(end, calendar)
    assert not is_free(next_working_day(day, calendar), calendar)


@pytest.mark.parametrize("calendar", ["XX", "US-XX", "Europe", ""])
def test_a_calendar_without_a_table_is_unknown_and_not_weekends_only(calendar):
    assert not has_calendar(calendar)
    with pytest.raises(UnknownCalendar, match="no public holidays"):
        is_free(date(2026, 11, 23), calendar)


def test_a_year_that_the_table_lacks_is_unknown():
    with pytest.raises(UnknownCalendar, match="for 1500"):
        is_free(date(1500, 1, 5), "US")
