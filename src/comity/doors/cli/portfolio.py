"""`comity portfolio`: many models or systems in one table."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from comity.doors.cli import output
from comity.doors.cli.options import as_json, date_options, day, law_option, market_option, markets_of, open_corpus
from comity.errors import UsageFault, shown

if TYPE_CHECKING:
    from comity.verbs.portfolio import PortfolioAssessment, Sink
    from comity.verbs.portfolio_out import FindingsFile

__all__ = ["portfolio", "progress_on"]


@click.group()
def portfolio() -> None:
    """Many models or systems in one table: what is asked of how many of them.

    Open findings make every count an interval. Reading a table needs the extra: pip install "comity[portfolio]".
    """


_from = click.option(
    "--from", "source", metavar="MAPPING",
    help="What the columns mean: epoch, us-inventory, or a mapping file. Default: the shipped mapping that fits the header.",
)  # fmt: skip
_limit = click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Read the first N rows only.")
_determined = click.option(
    "--determined",
    is_flag=True,
    help="Take what the table's authors determined as facts (determinations: of the mapping).",
)


@portfolio.command()
@click.argument("table", metavar="TABLE")
@_from
@market_option
@date_options
@click.option(
    "--horizon", type=day, metavar="DATE", help="Count also on this later date, with the facts as they stand."
)
@_limit
@_determined
@click.option(
    "-o",
    "--output",
    "target",
    metavar="FILE",
    help="Write the findings, a line for each subject and rule (.parquet or .csv).",
)
@click.option(
    "--all", "everything", is_flag=True, help="List every rule on a line of its own, those that reach no row too."
)
@law_option
@as_json
def assess(
    table: str, source: str | None, market: tuple[str, ...], as_of: date | None, facts_at: date | None, law_at: date | None,
    known_at: date | None, horizon: date | None, limit: int | None, determined: bool, target: str | None, everything: bool,
    law: tuple[Path, ...], as_json: bool,
) -> None:  # fmt: skip
    """What is asked of every row of TABLE (CSV, TSV, Parquet or JSON lines), counted by rule.

    A mapping says which column is which fact, and what every row is taken to be. Blank cells are unknown, never no;
    cells that cannot be read are counted, shown and kept as unknown.
    """
    from comity.assess.portfolio_table import need

    need("numpy")
    from comity.verbs.clock import choose_dates
    from comity.verbs.portfolio import assess_portfolio, choose_mapping
    from comity.verbs.portfolio_record import portfolio_record

    dates = choose_dates(as_of, facts_at, law_at, known_at)
    markets = markets_of(market)
    _writable(target)
    corpus = open_corpus(law)
    mapping = choose_mapping(source, table, corpus)
    if determined:
        mapping = mapping.determined()
    files: list[FindingsFile] = []
    with ExitStack() as stack:

        def sink(made: PortfolioAssessment) -> Sink:
            from comity.verbs.portfolio_out import FindingsFile

            files.append(stack.enter_context(FindingsFile(target or "", made)))
            return files[0]

        told = stack.enter_context(progress_on(Path(table).name))
        found = assess_portfolio(
            corpus, table, mapping, dates, markets=markets, horizon=horizon, limit=limit, progress=told,
            sink=None if target is None else sink,
        )  # fmt: skip
    written = None if target is None else {"file": target, "rows": files[0].rows}
    if as_json:
        output.emit(portfolio_record(found, written))
        return
    from comity.doors.cli.portfolio_text import show

    show(found, table, written, everything=everything)


@portfolio.command()
@click.argument("table", metavar="TABLE")
@_from
@click.option(
    "--label", "labels", multiple=True, metavar="NAME",
    help="A label of the mapping, or a column of the table with --rule, --yes and --no. Default: all labels of the mapping.",
)  # fmt: skip
@click.option("--rule", metavar="RULE", help="The rule to compare with, instead of the one that the label answers.")
@click.option("--yes", multiple=True, metavar="TEXT", help="A text of the label that says yes to the rule.")
@click.option("--no", multiple=True, metavar="TEXT", help="A text of the label that says no to the rule.")
@_determined
@date_options
@_limit
@click.option(
    "-o",
    "--output",
    "target",
    metavar="FILE",
    help="Write the rows that disagree, with the reasons (.parquet or .csv).",
)
@click.option("--all", "everything", is_flag=True, help="List every row, also those that agree or are open.")
@law_option
@as_json
def compare(
    table: str, source: str | None, labels: tuple[str, ...], rule: str | None, yes: tuple[str, ...], no: tuple[str, ...],
    determined: bool, as_of: date | None, facts_at: date | None, law_at: date | None, known_at: date | None, limit: int | None,
    target: str | None, everything: bool, law: tuple[Path, ...], as_json: bool,
) -> None:  # fmt: skip
    """What TABLE says of its own rows (a label) beside what a rule gives about them.

    A label is not law: where the two differ for certain, that is a finding and not an error. Rows about which the
    rule is open are counted apart.
    """
    from comity.assess.portfolio_table import need

    need("numpy")
    from comity.verbs.clock import choose_dates
    from comity.verbs.compare import chosen_labels, compare_portfolio
    from comity.verbs.compare_record import comparison_record, write_rows
    from comity.verbs.portfolio import choose_mapping

    dates = choose_dates(as_of, facts_at, law_at, known_at)
    _writable(target)
    corpus = open_corpus(law)
    chosen = choose_mapping(source, table, corpus)
    asked = chosen_labels(chosen, labels, rule, yes, no)
    with progress_on(Path(table).name) as told:
        found = compare_portfolio(
            corpus, table, chosen.determined() if determined else chosen, asked, dates, limit=limit,
            everything=everything, progress=told,
        )  # fmt: skip
    written = None if target is None else {"file": target, "rows": write_rows(found, target)}
    if as_json:
        output.emit(comparison_record(found, written))
        return
    from comity.doors.cli.compare_text import show

    show(found, table, written)


@portfolio.command()
@click.argument("name", required=False)
def mapping(name: str | None) -> None:
    """The mappings that come with comity; with NAME the text of one, to copy and change."""
    from comity.assess.mapping import shipped
    from comity.source.near import did_you_mean

    known = shipped()
    if name is not None:
        if name not in known:
            mend = did_you_mean(name, known) or f"use {', '.join(known)}"
            raise UsageFault(f"there is no mapping '{shown(name)}'", mend)
        click.echo(known[name].read_text(encoding="utf-8"), nl=False)
        return
    page = output.Page()
    for each, path in known.items():
        title = next(
            (
                line.removeprefix("title: ")
                for line in path.read_text(encoding="utf-8").splitlines()
                if line.startswith("title:")
            ),
            "",
        )
        page.text((each, "bold"), f"  {title}")
    page.text("comity portfolio mapping NAME prints one.")


def _writable(target: str | None) -> None:
    """Refuse an output that cannot be written, before any work is done."""
    if target is None:
        return
    from comity.assess.portfolio_table import need

    suffix = Path(target).suffix.lower()
    if suffix not in (".parquet", ".csv"):
        raise UsageFault(f"-o: the ending '{shown(suffix)}' is not known", "write a file that ends in .parquet or .csv")
    if not Path(target).parent.is_dir():
        raise UsageFault(f"-o: {shown(target, 200)} cannot be written: no such folder", "make the folder first")
    need("pyarrow")


@contextmanager
def progress_on(name: str) -> Generator[Callable[[float, int], None] | None]:
    """A bar on standard error; nothing where that is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[rows]:,} rows"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(output.clean(name), total=1.0, rows=0)
        yield lambda done, rows: bar.update(task, completed=done or None, rows=rows)
