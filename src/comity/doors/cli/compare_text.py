"""Labels beside rules as text: what each label says, what the rule gives, and the rows where they differ."""

from __future__ import annotations

import shlex
from typing import Any

from comity.doors.cli.output import Page
from comity.doors.cli.portfolio_text import head, many, rows_read, taken_as_given, unreadable
from comity.verbs.compare import Compared, Comparison
from comity.verbs.compare_record import ANSWER, because_words, facts_words, mapped_facts
from comity.verbs.record import DISCLAIMER

__all__ = ["show"]

_SAYS = {True: "yes", False: "no", None: "–"}
_LISTED = 10
_WAITING = 6


def show(found: Comparison, table: str, written: dict[str, Any] | None) -> None:
    """Print the answer on standard output."""
    page = Page()
    head(page, found.portfolio, "Labels beside the law")
    rows_read(page, found.portfolio)
    taken_as_given(page, found.portfolio)
    unreadable(page, found.portfolio, everything=False)
    for each in found.compared:
        _compared(page, each, mapped_facts(found))
    _next(page, found, table, written)


def _compared(page: Page, each: Compared, mapped: set[str]) -> None:
    rule = each.rule
    page.heading(
        f"{each.label.name} beside {rule.title}", f"column {each.label.column}; {rule.id} ({'; '.join(rule.at)})"
    )
    rows = [
        [
            v.text or "blank", _SAYS[v.says], f"{v.counts.applies:,}", f"{v.counts.open:,}", f"{v.counts.not_:,}",
        ]
        for v in each.values
    ]  # fmt: skip
    page.table(("Label", "Says", "Rule applies", "Open", "Not"), rows, flexible=(0,))
    certain, open_ = each.count("disagrees"), each.count("open")
    answered = certain + open_ + each.count("agrees")
    span = f"{certain:,}" if not open_ else f"{certain:,}–{certain + open_:,}"
    page.text(
        (f"label and rule disagree: {span} of the {answered:,} rows that the label answers", "bold"),
        f"; they agree for {each.count('agrees'):,}, and about {open_:,} the rule is open",
    )
    if each.waiting:
        shown = [f"{fact} ({many(count, 'row')})" for fact, count in each.waiting[:_WAITING]]
        more = f" and {len(each.waiting) - _WAITING} more" if len(each.waiting) > _WAITING else ""
        page.text(f"what is open waits for {', '.join(shown)}{more}", hang=2)
        silent = [fact for fact, _ in each.waiting if fact not in mapped]
        if silent:
            page.text(f"! no column or assumption of the mapping states {', '.join(silent)}", hang=2)
    if each.unexplained:
        page.text(
            f"! for {many(each.unexplained, 'row')} no reasons were worked out: there are too many different ones"
        )
    if certain:
        page.text("A label is not law: each of these rows is a finding to look at, not an error.")
    listed = [
        [f"{row.number:,}", row.subject, row.text or "blank", ANSWER[row.answer], because_words(row), facts_words(row)]
        for row in each.rows[:_LISTED]
    ]
    if listed:
        page.table(
            ("Row", "Id", "Label", "Rule", "Because", "Facts"), listed, flexible=(1, 2, 4, 5), ratios=(2, 2, 5, 4)
        )
    if len(each.rows) > len(listed):
        page.text(f"and {len(each.rows) - len(listed):,} more (-o FILE)")


def _next(page: Page, found: Comparison, table: str, written: dict[str, Any] | None) -> None:
    page.heading("What next")
    mapping = found.portfolio.mapping
    if written is not None:
        page.text(f"Written: {written['file']}, {many(written['rows'], 'row')}")
    else:
        page.text("-o FILE   the rows with reasons; --all   those that agree or are open as well", hang=2)
    if mapping.determinations and not mapping.is_determined:
        command = f"comity portfolio compare {shlex.quote(table)} --determined"
        page.text(f"{command}   what the authors of the table determined taken as facts", hang=2)
    elif mapping.is_determined:
        page.text(
            "! with --determined a label is itself among the facts: where it says yes, agreement with its own rule tells nothing",
            hang=2,
        )
    page.text(DISCLAIMER)
