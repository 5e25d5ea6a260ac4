"""`comity impact`: what a newer corpus changes in saved assessments."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from comity.doors.cli import output
from comity.doors.cli.options import as_json, day, law_option, open_corpus
from comity.errors import UsageFault, shown
from comity.verbs.patches import read_patches

__all__ = ["impact"]


@click.command()
@click.argument("saved", nargs=-1, required=True, metavar="SAVED...")
@click.option(
    "--corpus",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="An unpacked corpus in place of the one in use.",
)
@click.option("--as-of", type=day, metavar="DATE", help="Ask about this date in place of the saved ones.")
@click.option("--patch", multiple=True, metavar="FILE", help="A patch the assessments were made with (repeatable).")
@click.option("--feed", metavar="FILE", help="Write a line of JSON for each finding that moved.")
@click.option("--all", "everything", is_flag=True, help="List every finding that moves.")
@law_option
@as_json
def impact(
    saved: tuple[str, ...], folder: Path | None, as_of: date | None, patch: tuple[str, ...], feed: str | None,
    everything: bool, law: tuple[Path, ...], as_json: bool,
) -> None:  # fmt: skip
    """What the present corpus changes in the saved assessments SAVED (JSON of `comity assess`), and for whom.

    Each is asked again with the facts and on the dates it holds.
    """
    from comity.law.cache import load_cached
    from comity.verbs.diff import folder_of
    from comity.verbs.impact import feed_lines, impact_record, read_saved
    from comity.verbs.impact import impact as asked

    base = folder_of(folder)
    corpus = open_corpus(law) if base is None else load_cached(*law, base=base)
    patches = read_patches(patch, corpus)
    found = [asked(corpus, file, read_saved(file), as_of=as_of, patches=patches) for file in saved]
    if feed is not None:
        try:
            Path(feed).write_text("".join(f"{line}\n" for line in feed_lines(found)), encoding="utf-8")
        except OSError as error:
            raise UsageFault(
                f"--feed: {shown(feed, 200)} cannot be written: {error.strerror}",
                "check the folder and its permissions",
            ) from None
    if as_json:
        output.emit(impact_record(corpus, found))
        return
    from comity.doors.cli.changes_text import changes
    from comity.verbs.record import DISCLAIMER

    page = output.Page()
    for each in found:
        page.title(f"{each.subject}  ({each.file})")
        same = (
            "the same corpus"
            if each.digests[0] == each.digests[1]
            else f"corpus {each.digests[0][:12]} → {each.digests[1][:12]}"
        )
        page.text(f"{same}; law of {each.as_of[0]}" + (f" → {each.as_of[1]}" if each.as_of[0] != each.as_of[1] else ""))
        for word, names in (("Added", each.added), ("Removed", each.removed)):
            if names:
                page.text(f"{word}: {', '.join(names)}", hang=4)
        if not each.changes:
            page.text("Nothing changed for this subject.")
        changes(page, each.changes, everything=everything)
        page.blank()
    page.text((DISCLAIMER, "dim"))
