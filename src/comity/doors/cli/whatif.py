"""`comity whatif`: what a patch would change for a subject, or for the rows of a table."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import click

from comity.assess.evaluate import Dates
from comity.doors.cli import output
from comity.doors.cli.options import as_json, date_options, law_option, open_corpus
from comity.errors import FaultyCorpus, FaultyInput, UsageFault
from comity.law.corpus import Corpus
from comity.law.patches import PatchInfo
from comity.verbs.patches import read_patches

__all__ = ["whatif"]


@click.command()
@click.argument("patch", metavar="PATCH")
@click.argument("file", metavar="[FILE]", required=False)
@click.option("--portfolio", "table", metavar="TABLE", help="Ask about every row of a table, in place of FILE.")
@click.option(
    "--from",
    "source",
    metavar="MAPPING",
    help="What the columns of TABLE mean, as for `comity portfolio`. Default: the shipped mapping that fits the header.",
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Read the first N rows of TABLE only.")
@date_options
@click.option(
    "--with", "more", multiple=True, metavar="FILE", help="Another patch, applied along with it (repeatable)."
)
@click.option(
    "--all", "everything", is_flag=True, help="List every finding that moves; of a table, every rule touched."
)
@law_option
@as_json
def whatif(
    patch: str, file: str | None, table: str | None, source: str | None, limit: int | None, as_of: date | None,
    facts_at: date | None, law_at: date | None, known_at: date | None,
    more: tuple[str, ...], everything: bool, law: tuple[Path, ...], as_json: bool,
) -> None:  # fmt: skip
    """What the amendment in PATCH would change for the subject described in FILE, or for the rows of TABLE.

    Asked of the day on which the patch is in force, unless dates are given. Only the rules that it can touch are
    evaluated again.
    """
    from comity.assess.profile import read_profile
    from comity.verbs.clock import choose_dates
    from comity.verbs.whatif import whatif as asked
    from comity.verbs.whatif import whatif_dates, whatif_record

    if (file is None) is (table is None):
        raise UsageFault("whatif needs one subject or one table", "give a FILE, or --portfolio TABLE")
    if table is None and (source is not None or limit is not None):
        raise UsageFault("--from and --limit are about a table", "give --portfolio TABLE")
    corpus, files = open_corpus(law), (patch, *more)
    patches = read_patches(files, corpus)
    given = as_of is not None or law_at is not None
    dates = whatif_dates(choose_dates(as_of, facts_at, law_at, known_at), patches, given=given)
    if file is None:
        _portfolio(corpus, files, patches, dates, (table or "", source, limit), everything=everything, as_json=as_json)
        return
    subject = read_profile(file, corpus)
    with _faults_of(files):
        found = asked(corpus, subject, dates, patches)
    if as_json:
        output.emit(whatif_record(found))
        return
    from comity.doors.cli.changes_text import changes
    from comity.verbs.record import DISCLAIMER

    page = output.Page()
    page.title(f"What if: {subject.name}")
    for each in patches:
        page.text(f"{each.title}{' (hypothetical)' if each.hypothetical else ''}, in force {each.in_force}", hang=4)
    page.text(
        f"law of {dates.law_at}, known by {dates.known_at}; {found.rules:,} rules can be touched and were evaluated again, "
        f"{found.outside:,} cannot",
        hang=4,
    )
    if not found.changes:
        page.text("Nothing changes for this subject, as far as its facts are stated.")
    changes(page, found.changes, everything=everything)
    page.blank()
    page.text((DISCLAIMER, "dim"))


@contextmanager
def _faults_of(files: Sequence[str]) -> Generator[None]:
    """Faults of a law with patches are faults of the input where they stand in a patch."""
    try:
        yield
    except FaultyCorpus as error:
        if any(fault.file in files for fault in error.faults):
            raise FaultyInput(error.faults) from error
        raise


def _portfolio(
    corpus: Corpus, files: Sequence[str], patches: Sequence[PatchInfo], dates: Dates, asked: tuple[str, str | None, int | None],
    *, everything: bool, as_json: bool,
) -> None:  # fmt: skip
    """The answer about a table: its file, its mapping, and how many rows to read."""
    from comity.assess.portfolio_table import need

    need("numpy")
    from comity.doors.cli.portfolio import progress_on
    from comity.doors.cli.whatif_portfolio_text import show
    from comity.verbs.portfolio import choose_mapping
    from comity.verbs.whatif_portfolio import whatif_portfolio, whatif_portfolio_record

    table, source, limit = asked
    mapping = choose_mapping(source, table, corpus)
    with _faults_of(files), progress_on(Path(table).name) as told:
        found = whatif_portfolio(corpus, table, mapping, dates, patches, limit=limit, progress=told)
    if as_json:
        output.emit(whatif_portfolio_record(found))
    else:
        show(found, everything=everything)
