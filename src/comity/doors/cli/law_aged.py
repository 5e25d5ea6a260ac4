"""What is stale, as text."""

from __future__ import annotations

from comity.doors.cli.output import Page
from comity.verbs.stale import Stale, StaleRow
from comity.verbs.words import source_words, spaced

__all__ = ["told"]


def _doubts(row: StaleRow) -> str:
    parts = [f"{count} {word}" for word, count in row.doubts.items()]
    parts += [f"{len(row.readings)} disputed"] if row.readings else []
    return ", ".join(parts) or "–"


def told(page: Page, found: Stale) -> None:
    """Each instrument by how long nothing is known of it; then the days ahead, and what rests on dead law."""
    page.title(f"What the corpus knows, seen from {found.on}")
    page.table(
        ("Instrument", "Known up to", "Days since", "Checked", "Against", "Rules in doubt"),
        [
            [
                row.instrument.id + (" (no longer law)" if row.dead else ""),
                str(row.instrument.known_to),
                str(row.unknown_for),
                f"{row.instrument.checked.date} ({row.checked_for} days ago)",
                source_words(row.instrument.checked.against),
                _doubts(row),
            ]
            for row in found.rows
        ],
        flexible=(0, 3, 5),
        ratios=(3, 3, 2),
    )
    page.heading(f"Dates in the next {found.within} days")
    if found.coming:
        page.table(
            ("Date", "Instrument", "What", "At"),
            [[str(each.on), each.instrument, spaced(each.what), each.at] for each in found.coming],
            flexible=(1, 2, 3),
            ratios=(2, 3, 3),
        )
    else:
        page.text("None that the corpus knows of.")
    dead = [(row.instrument.id, line) for row in found.rows for line in row.rests_on_dead]
    if dead:
        page.heading("Rests on law that is no longer in force")
        for name, line in dead:
            page.text(f"{name}: {line}", hang=2)
    page.blank()
    page.text("Changes after the day up to which an instrument is known are not seen: look there first.")
