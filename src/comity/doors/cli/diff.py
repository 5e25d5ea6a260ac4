"""`comity diff`: two versions of the law side by side."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from comity.doors.cli import output
from comity.doors.cli.options import as_json, day, law_option, open_corpus
from comity.errors import FaultyCorpus, FaultyInput
from comity.verbs.patches import read_patches

__all__ = ["diff"]

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("instruments", nargs=-1, metavar="[INSTRUMENT]...")
@click.option("--from", "law_from", type=day, metavar="DATE", help="The law in force on this date. Default: as --to.")
@click.option("--to", "law_to", type=day, metavar="DATE", help="Compared with the law on this date. Default: today.")
@click.option("--known-from", type=day, metavar="DATE", help="What had been published by then, for the first version.")
@click.option("--known-to", type=day, metavar="DATE", help="What had been published by then, for the second version.")
@click.option("--corpus-from", type=_FOLDER, metavar="DIR", help="An unpacked corpus for the first version.")
@click.option("--corpus-to", type=_FOLDER, metavar="DIR", help="An unpacked corpus for the second version.")
@click.option(
    "--patch", multiple=True, metavar="FILE", help="An amendment that only the second version has (repeatable)."
)
@click.option("--no-proof", is_flag=True, help="Compare texts only; prove nothing and look for no subjects.")
@click.option("--all", "everything", is_flag=True, help="List every conclusion that can change, with its subject.")
@law_option
@as_json
def diff(
    instruments: tuple[str, ...], law_from: date | None, law_to: date | None, known_from: date | None, known_to: date | None,
    corpus_from: Path | None, corpus_to: Path | None, patch: tuple[str, ...], no_proof: bool, everything: bool,
    law: tuple[Path, ...], as_json: bool,
) -> None:  # fmt: skip
    """What differs between two versions of the law, and which conclusions that can and cannot change.

    The versions are told by dates, by what was known, by an unpacked corpus, or by a patch. For each conclusion that
    can change a subject is shown for which it does (needs the extra: pip install "comity[solver]").
    """
    from comity.law.cache import load_cached
    from comity.verbs.diff import choose_sides, folder_of
    from comity.verbs.diff import diff as compared

    first, second = folder_of(corpus_from), folder_of(corpus_to)
    corpus = open_corpus(law) if second is None else load_cached(*law, base=second)
    other = None if first is None else load_cached(*law, base=first)
    if first is None and second is not None:
        other = open_corpus(law)
    patches = read_patches(patch, corpus)
    sides = choose_sides(
        corpus, law_from=law_from, law_to=law_to, known_from=known_from, known_to=known_to, other=other, patches=patches
    )
    try:
        with output.waiting("comparing"):
            found = compared(sides, instruments, prove=not no_proof)
    except FaultyCorpus as error:
        if any(fault.file in patch for fault in error.faults):
            raise FaultyInput(error.faults) from error
        raise
    if as_json:
        from comity.verbs.diff_record import diff_record

        output.emit(diff_record(found))
        return
    from comity.doors.cli.diff_text import show

    show(found, everything=everything)
