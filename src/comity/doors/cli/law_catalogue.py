"""Catalogues of provisions, and sections of source notes, as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from comity.doors.cli.output import Page
from comity.verbs.catalogue import Catalogue, CatalogueRow, Section

__all__ = ["catalogues", "sections"]

_STATES = {"encoded": "encoded", "no_duty": "no duty", "out_of_scope": "out of scope", "pointer": "pointed to only"}


def _by(row: CatalogueRow) -> str:
    if row.rules:
        return ", ".join(row.rules)
    return f"because {row.provision.because}" if row.provision.because else "named by no rule"


def catalogues(page: Page, found: Sequence[Catalogue]) -> None:
    """Each provision with the rules that encode it, or the reason why none does."""
    for each in found:
        page.heading(f"{each.instrument.short} ({each.instrument.id})")
        page.table(
            ("Provision", "Subject", "State", "Rules, or why none"),
            [
                [
                    row.provision.at,
                    row.provision.subject,
                    _STATES.get(row.provision.state, row.provision.state),
                    _by(row),
                ]
                for row in each.rows
            ],
            flexible=(0, 1, 3),
            ratios=(2, 3, 4),
        )
    states = Counter(row.provision.state for each in found for row in each.rows)
    told = ", ".join(f"{count} {_STATES.get(state, state)}" for state, count in sorted(states.items()))
    unanswered = sum(len(each.unanswered) for each in found)
    page.blank()
    page.text(f"{sum(states.values())} provisions of {len(found)} instruments: {told}.")
    if unanswered:
        page.text(f"{unanswered} are said to be encoded and named by no rule: definitions, or a gap.")


def sections(page: Page, found: Sequence[Section]) -> None:
    """Each section of the source notes: what encodes it, the reason why nothing does, or that it is missing."""
    page.table(
        ("Note", "Section", "State", "Encoded by, or why not"),
        [
            [f"{each.file}:{each.line}", each.id, each.state, ", ".join(each.encoded_by) or each.because or "–"]
            for each in found
        ],
        flexible=(1, 3),
        ratios=(2, 3),
    )
    states = Counter(each.state for each in found)
    page.blank()
    page.text(
        f"{len(found)} sections: " + ", ".join(f"{count} {state}" for state, count in sorted(states.items())) + "."
    )
