"""Clocks of every kind: when something is due, and whether it was done in time."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from comity.assess.context import RecordContext
from comity.assess.due import run_clock
from comity.assess.profile import subject_of
from comity.law.corpus import load
from comity.law.model import Clock, Param
from comity.source.yaml12 import Map, parse

FACTS = """facts:
  - {fact: began, kind: system, type: date, ask: When?, at: [s. 1], basis: observable}
  - {fact: done, kind: system, type: date, ask: When?, at: [s. 1], basis: observable}
  - {fact: noticed, kind: system, type: instant, ask: When?, at: [s. 1], basis: observable}
"""


def due(
    folder: Path, profile: str, on: date, kind: str, period: tuple[int, str] | None, **more: object
) -> tuple[str | None, str, str]:
    (folder / "facts.yaml").write_text(FACTS, encoding="utf-8")
    corpus = load(base=folder)
    document = parse(profile, "profile.yaml")
    assert isinstance(document, Map)
    subject = subject_of(document, corpus)
    context = RecordContext(corpus, subject, "system", 0, on.toordinal(), on.toordinal(), {})
    within = None if period is None else Param("period", period[0], period[1], "s. 1")
    names = {"anchor": ("began",), "take": "earliest", "done": None, "calendar": None, "roll": "none", **more}
    found = run_clock(Clock(kind, within, roll_at=None, note=None, zone=None, **names), context, "s. 1")  # type: ignore[arg-type]
    return found.due, found.state, found.text


ON = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("profile", "kind", "period", "more", "expected"),
    [
        # Ten working days before use, over Veterans Day: counted backwards, as working days
        ("began: 2026-11-20", "before", (10, "working_days"), {"calendar": "US"}, ("2026-11-05", "unknown")),
        ("{began: 2026-11-20, done: 2026-11-05}", "before", (10, "working_days"), {"calendar": "US", "done": "done"}, ("2026-11-05", "met")),
        ("{began: 2026-11-20, done: 2026-11-06}", "before", (10, "working_days"), {"calendar": "US", "done": "done"}, ("2026-11-05", "late")),
        ("began: 2026-12-31", "before", (1, "months"), {}, ("2026-11-30", "pending")),
        # What recurs is next due a period after it was last done
        ("{began: 2024-01-01, done: 2026-02-01}", "recurring", (12, "months"), {"done": "done"}, ("2027-02-01", "pending")),
        ("{began: 2024-01-01, done: 2025-02-01}", "recurring", (12, "months"), {"done": "done"}, ("2026-02-01", "late")),
        ("{began: 2026-01-01, done: none}", "recurring", (12, "months"), {"done": "done"}, ("2027-01-01", "pending")),
        ("{began: 2024-01-01, done: none}", "recurring", (12, "months"), {"done": "done"}, ("2025-01-01", "late")),
        ("{began: 2024-01-01, done: unknown}", "recurring", (12, "months"), {"done": "done"}, ("2025-01-01", "unknown")),
        ("began: unknown", "recurring", (12, "months"), {"anchor": ()}, (None, "pending")),
        # No older than a year
        ("began: 2025-11-21", "max_age", (1, "years"), {}, ("2026-11-21", "met")),
        ("began: 2025-11-20", "max_age", (1, "years"), {}, ("2026-11-20", "late")),
        ("began: unknown", "max_age", (1, "years"), {}, (None, "unknown")),
        # A calendar that nobody knows gives no day, rather than a wrong one
        ("began: 2026-11-20", "deadline", (3, "working_days"), {"calendar": "XX"}, (None, "unknown")),
        ("began: none", "deadline", (3, "working_days"), {"calendar": "US"}, (None, "not_started")),
        ("began: 2026-11-20", "deadline", (3, "working_days"), {"calendar": "US"}, ("2026-11-25", "pending")),
        ('noticed: "2026-11-22T10:00:00Z"', "before", (24, "hours"), {"anchor": ("noticed",)}, ("2026-11-21T10:00:00+00:00", "unknown")),
    ],
)  # fmt: skip
def test_clocks(tmp_path, profile, kind, period, more, expected):
    assert due(tmp_path, profile, ON, kind, period, **more)[:2] == expected


def test_the_earliest_of_two_with_one_unknown_is_due_at_the_latest_then(tmp_path):
    anchors = {"anchor": ("began", "done"), "take": "earliest"}
    both = due(tmp_path, "{began: 2026-11-20, done: 2026-11-10}", ON, "deadline", (30, "calendar_days"), **anchors)
    assert both[:2] == ("2026-12-10", "pending")
    one = due(tmp_path, "began: 2026-11-20", ON, "deadline", (30, "calendar_days"), **anchors)
    assert one[:2] == ("2026-12-20", "pending")
    never = due(tmp_path, "{began: 2026-11-20, done: none}", ON, "deadline", (30, "calendar_days"), **anchors)
    assert never[:2] == ("2026-12-20", "pending")
    latest = due(
        tmp_path, "began: 2026-11-20", ON, "deadline", (30, "calendar_days"), anchor=("began", "done"), take="latest"
    )
    assert latest[:2] == (None, "unknown")


def test_the_rule_in_words(tmp_path):
    assert (
        due(tmp_path, "began: unknown", ON, "before", (10, "working_days"))[2]
        == "at least 10 working days before began"
    )
