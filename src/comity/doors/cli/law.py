"""`comity law`: what the corpus holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click

from comity.assess.evaluate import Dates
from comity.doors.cli import law_panel, law_release, output
from comity.doors.cli.options import as_json, corpus_folder, day, law_option, market_option, markets_of, open_corpus
from comity.errors import UsageFault
from comity.law.corpus import Corpus
from comity.verbs import law as verb
from comity.verbs.clock import choose_dates

__all__ = ["law"]


@click.group()
def law() -> None:
    """What the corpus holds: the instruments, one instrument, coverage; and its checks."""


for _command in (law_release.new, law_release.pack_, law_release.unpack_, law_panel.panel_):
    law.add_command(_command)


def _dated(command: Callable[..., Any]) -> Callable[..., Any]:
    known = click.option(
        "--known-at", type=day, envvar="COMITY_KNOWN_AT", metavar="DATE", help="What had been published by then."
    )
    as_of = click.option(
        "--as-of", type=day, envvar="COMITY_AS_OF", metavar="DATE", help="The law of this date. Default: today."
    )
    return as_of(known(law_option(as_json(command))))


def _dates(as_of: date | None, known_at: date | None) -> Dates:
    return choose_dates(as_of, known_at=known_at)


@law.command("list")
@_dated
def list_(as_of: date | None, known_at: date | None, law: tuple[Path, ...], as_json: bool) -> None:
    """One row for each instrument: jurisdiction, force, dates, how far it is known, number of rules, patches."""
    corpus, dates = open_corpus(law), _dates(as_of, known_at)
    rows = verb.law_list(corpus, dates.law_at, dates.known_at)
    if as_json:
        output.emit(verb.law_list_record(corpus, rows, dates.law_at, dates.known_at))
        return
    from comity.doors.cli import law_text

    law_text.listed(output.Page(), corpus, rows, dates)


@law.command()
@click.argument("instrument", metavar="ID")
@_dated
def show(instrument: str, as_of: date | None, known_at: date | None, law: tuple[Path, ...], as_json: bool) -> None:
    """One instrument: its header, timeline, disputes and rules. ID is an id, a short name or an alias."""
    corpus, dates = open_corpus(law), _dates(as_of, known_at)
    row = verb.law_show(corpus, instrument, dates.law_at, dates.known_at)
    if as_json:
        output.emit(verb.law_show_record(corpus, row, dates.law_at, dates.known_at))
        return
    from comity.doors.cli import law_text

    law_text.shown(output.Page(), row, dates)


@law.command()
@click.argument("jurisdictions", nargs=-1, metavar="[JURISDICTION]...")
@market_option
@click.option("--provisions", is_flag=True, help="Provision by provision instead; the arguments are then instruments.")
@click.option(
    "--sources",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="COMITY_SOURCES",
    metavar="DIR",
    help="Section by section of the source notes (Markdown, headings `## id — title`) in DIR instead.",
)
@law_option
@as_json
def coverage(
    jurisdictions: tuple[str, ...],
    market: tuple[str, ...],
    provisions: bool,
    sources: Path | None,
    law: tuple[Path, ...],
    as_json: bool,
) -> None:
    """What is covered of each jurisdiction, by subject area: encoded, pointed to, searched, or not covered.

    With --provisions: each instrument's catalogue, and what encodes it; with --sources: each section of source notes.
    """
    corpus = open_corpus(law)
    if provisions or sources is not None:
        _catalogue(corpus, jurisdictions, sources if not provisions else None, as_json)
        return
    found = verb.coverage_of(corpus, [*jurisdictions, *(markets_of(market) or [])])
    if as_json:
        output.emit(verb.coverage_record(corpus, found))
        return
    from comity.doors.cli import law_text

    law_text.covered(output.Page(), corpus, found)


def _catalogue(corpus: Corpus, names: tuple[str, ...], sources: Path | None, as_json: bool) -> None:
    from comity.doors.cli import law_catalogue
    from comity.verbs import catalogue

    if sources is not None:
        parts = catalogue.sections(corpus, sources)
        if as_json:
            output.emit(catalogue.sections_record(corpus, parts))
        else:
            law_catalogue.sections(output.Page(), parts)
        return
    dates = _dates(None, None)
    found = catalogue.catalogues(corpus, names, dates.law_at, dates.known_at)
    if as_json:
        output.emit(catalogue.catalogues_record(corpus, found))
    else:
        law_catalogue.catalogues(output.Page(), found)


@law.command()
@click.option("--as-of", type=day, envvar="COMITY_AS_OF", metavar="DATE", help="Seen from this day. Default: today.")
@click.option(
    "--within", type=click.IntRange(0, 3660), default=90, show_default=True, metavar="DAYS", help="How far ahead."
)
@law_option
@as_json
def stale(as_of: date | None, within: int, law: tuple[Path, ...], as_json: bool) -> None:
    """How long ago each instrument was checked, where the record ends, what changes soon, what rests on doubt."""
    from comity.verbs import stale as aged

    corpus = open_corpus(law)
    found = aged.stale(corpus, _dates(as_of, None).law_at, within)
    if as_json:
        output.emit(aged.stale_record(corpus, found))
        return
    from comity.doors.cli import law_aged

    law_aged.told(output.Page(), found)


@law.command()
@click.argument("instruments", nargs=-1, metavar="[INSTRUMENT]...")
@click.option(
    "--prove",
    is_flag=True,
    help="Prove instead what no subject can meet and what every subject meets, and compare definitions (needs the extra solver).",
)
@law_option
@as_json
def lint(instruments: tuple[str, ...], prove: bool, law: tuple[Path, ...], as_json: bool) -> int:
    """Check the corpus and other folders of law: errors and warnings; ends with 4 when there is an error.

    With --prove, proofs about the rules of the instruments named, or of all.
    """
    if prove:
        return _proofs(instruments, law, as_json)
    if instruments:
        raise UsageFault("law lint checks the whole corpus", "name instruments together with --prove")
    from comity.law.lint import lint as check
    from comity.law.lint import severity

    corpus = open_corpus(law)
    with output.waiting("Checking the law …"):
        found = check(corpus)
    errors = [fault for fault in found if severity(fault) == "error"]
    if as_json:
        output.emit(
            {
                "schema": "comity.law-lint/1",
                "corpus": {"digest": corpus.digest},
                "errors": len(errors),
                "warnings": len(found) - len(errors),
                "faults": [{**output.fault_record(fault), "severity": severity(fault)} for fault in found],
            }
        )
    else:
        page = output.Page()
        for fault in found:
            word, style = ("error  ", "bold red") if severity(fault) == "error" else ("warning", "yellow")
            page.line((word, style), f" {fault.render()}")
        page.text(f"{len(errors)} errors, {len(found) - len(errors)} warnings")
    return 4 if errors else 0


def _proofs(instruments: tuple[str, ...], law: tuple[Path, ...], as_json: bool) -> int:
    from comity.logic.solver import need
    from comity.verbs import prove

    need()
    corpus = open_corpus(law)
    with output.waiting("Proving …"):
        found = prove.prove(corpus, instruments, _dates(None, None).law_at)
    if as_json:
        output.emit(prove.proofs_record(corpus, found))
    else:
        from comity.doors.cli import law_prove

        law_prove.told(output.Page(), found)
    return 4 if found.errors else 0


@law.command()
@click.argument("instruments", nargs=-1, metavar="[INSTRUMENT]...")
@click.option("--all", "everything", is_flag=True, help="List also the cases that are met.")
@law_option
@as_json
def test(instruments: tuple[str, ...], everything: bool, law: tuple[Path, ...], as_json: bool) -> int:
    """Run the worked cases of the corpus and of other folders of law (or those of some instruments); ends with 4 when one
    is not met."""
    from comity.assess.cases import owners, run_cases

    corpus = open_corpus(law)
    with output.waiting("Running the worked cases …"):
        results = run_cases(corpus, [corpus_folder(), *law], only=owners(corpus, instruments))
    failed = [result for result in results if not result.ok]
    if as_json:
        output.emit(
            {
                "schema": "comity.law-test/1",
                "corpus": {"digest": corpus.digest},
                "run": len(results),
                "failed": len(failed),
                "results": [
                    {
                        "file": r.file,
                        "line": r.line,
                        "case": r.case,
                        "rule": r.rule,
                        "ok": r.ok,
                        "expected": r.expected,
                        "found": r.found,
                        "message": r.message,
                    }
                    for r in (results if everything else failed)
                ],
            }
        )
    else:
        from comity.doors.cli import law_text

        law_text.tested(output.Page(), results, failed, everything)
    return 4 if failed else 0
