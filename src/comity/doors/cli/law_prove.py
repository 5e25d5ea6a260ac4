"""Proofs about law as text."""

from __future__ import annotations

from comity.assess.witness import Example
from comity.doors.cli.output import Page
from comity.law.lint import severity
from comity.verbs.prove import Proofs

__all__ = ["told"]


def _shown(page: Page, found: Example | None, shows: str) -> None:
    if found is None:
        return
    page.text(f"This subject {shows}, on {found.on}:", indent=4)
    for line in found.profile.splitlines():
        page.line(f"      {line}")
    for name, value in found.readings:
        page.text(f"where {name} is read as {'true' if value else 'false'}", indent=4)
    for each in found.assumes:
        page.text(f"if {each}", indent=4)
    if not found.verified:
        page.text("(not shown by the facts alone: it rests on what the public record does not tell)", indent=4)


def told(page: Page, found: Proofs) -> None:
    """Each finding with its place and a subject that shows it; then the comparisons; then how much was asked."""
    for each in found.findings:
        word, style = ("error  ", "bold red") if severity(each.fault) == "error" else ("warning", "yellow")
        page.line((word, style), f" {each.fault.render()}")
        _shown(page, each.example, each.shows)
    if found.compared:
        page.heading("Definitions of different instruments", f"as they stand on {found.on}, dates and scope aside")
    for pair in found.compared:
        page.text(f"{pair.left.id} and {pair.right.id}: ", (pair.relation, "bold"), f" ({pair.because})", hang=2)
        if pair.relation != "equal":
            for shown, where in (
                (pair.both, "is in both"),
                (pair.only_left, f"is in {pair.left.id} alone"),
                (pair.only_right, f"is in {pair.right.id} alone"),
            ):
                _shown(page, shown, where)
    for name in found.given_up:
        page.text(f"given up: {name} took too much work")
    page.text(
        f"{found.errors} errors, {len(found.findings) - found.errors} warnings, {len(found.compared)} definitions compared; "
        f"{found.questions} questions, {len(found.given_up)} given up"
    )
