"""`comity whatif`: what a patch would change for a subject."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from comity.doors.cli import output
from comity.doors.cli.options import as_json, date_options, law_option, open_corpus
from comity.errors import FaultyCorpus, FaultyInput
from comity.verbs.patches import read_patches

__all__ = ["whatif"]


@click.command()
@click.argument("patch", metavar="PATCH")
@click.argument("file", metavar="FILE")
@date_options
@click.option(
    "--with", "more", multiple=True, metavar="FILE", help="Another patch, applied along with it (repeatable)."
)
@click.option("--all", "everything", is_flag=True, help="List every finding that moves.")
@law_option
@as_json
def whatif(
    patch: str, file: str, as_of: date | None, facts_at: date | None, law_at: date | None, known_at: date | None,
    more: tuple[str, ...], everything: bool, law: tuple[Path, ...], as_json: bool,
) -> None:  # fmt: skip
    """What the amendment in PATCH would change for the subject described in FILE.

    Asked of the day on which the patch is in force, unless dates are given. Only the rules that it can touch are
    evaluated again.
    """
    from comity.assess.profile import read_profile
    from comity.verbs.clock import choose_dates
    from comity.verbs.whatif import whatif as asked
    from comity.verbs.whatif import whatif_dates, whatif_record

    corpus, files = open_corpus(law), (patch, *more)
    patches = read_patches(files, corpus)
    subject = read_profile(file, corpus)
    given = as_of is not None or law_at is not None
    dates = whatif_dates(choose_dates(as_of, facts_at, law_at, known_at), patches, given=given)
    try:
        found = asked(corpus, subject, dates, patches)
    except FaultyCorpus as error:
        if any(fault.file in files for fault in error.faults):
            raise FaultyInput(error.faults) from error
        raise
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
