"""`comity law panel`: the law as a table for statistics."""

from __future__ import annotations

from pathlib import Path

import click

from comity.doors.cli import output
from comity.doors.cli.options import as_json, law_option, market_option, markets_of, open_corpus

__all__ = ["panel_"]


@click.command("panel")
@click.option(
    "-o",
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where to write: FILE.parquet or FILE.csv (with FILE.codebook.csv beside it).",
)
@click.option("--from", "first", metavar="YYYY-MM", help="The first month. Default: 36 months up to the last.")
@click.option("--to", "last", metavar="YYYY-MM", help="The last month. Default: the one in which the record ends.")
@click.option(
    "--known",
    type=click.Choice(["now", "then"]),
    default="now",
    show_default=True,
    help="Each month by all that is known now, or by what had been published by its end.",
)
@market_option
@law_option
@as_json
def panel_(
    out: Path,
    first: str | None,
    last: str | None,
    known: str,
    market: tuple[str, ...],
    law: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Count the duties and prohibitions of each jurisdiction by topic and month, as one tidy table.

    What is not known is empty, never 0: months after the record ends, and jurisdictions whose AI-specific law is not encoded.
    """
    from comity.verbs.panel import month_of, panel
    from comity.verbs.panel_out import check_target, panel_record, write_panel

    check_target(out)
    first = month_of(first, "--from") if first is not None else None
    last = month_of(last, "--to") if last is not None else None
    found = panel(open_corpus(law), markets_of(market) or (), first=first, last=last, known=known)
    with output.waiting("Counting …"):
        written = write_panel(found, out)
    if as_json:
        output.emit(panel_record(found, written))
        return
    page = output.Page()
    page.line(f"wrote {written.path}" + (f" and {written.codebook}" if written.codebook else ""))
    encoded = [place for place in found.places if place.coverage == "encoded"]
    page.text(
        f"{written.rows:,} rows: {len(found.places)} jurisdictions, {len(found.topics) + 1} topics, "
        f"{found.months[0]} to {found.months[-1]}"
    )
    page.text(
        f"{written.known:,} rows have counts; AI-specific law is encoded for {len(encoded)} of {len(found.places)} "
        "jurisdictions. The others are empty, not 0: nothing follows from them."
    )
