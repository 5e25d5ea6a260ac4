"""`comity law`: what the corpus holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click

from comity.assess.evaluate import Dates
from comity.doors.cli import output
from comity.doors.cli.options import as_json, day, law_option, market_option, markets_of, open_corpus
from comity.verbs import law as verb
from comity.verbs.clock import choose_dates

__all__ = ["law"]


@click.group()
def law() -> None:
    """What the corpus holds: the instruments, one instrument, coverage; and its checks."""


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
@law_option
@as_json
def coverage(jurisdictions: tuple[str, ...], market: tuple[str, ...], law: tuple[Path, ...], as_json: bool) -> None:
    """What is covered of each jurisdiction, by subject area: encoded, pointed to, searched, or not covered."""
    corpus = open_corpus(law)
    found = verb.coverage_of(corpus, [*jurisdictions, *(markets_of(market) or [])])
    if as_json:
        output.emit(verb.coverage_record(corpus, found))
        return
    from comity.doors.cli import law_text

    law_text.covered(output.Page(), corpus, found)


@law.command()
@law_option
@as_json
def lint(law: tuple[Path, ...], as_json: bool) -> int:
    """Check the corpus and other folders of law: errors and warnings; ends with 4 when there is an error."""
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


@law.command()
@click.argument("instruments", nargs=-1, metavar="[INSTRUMENT]...")
@click.option("--all", "everything", is_flag=True, help="List also the cases that are met.")
@law_option
@as_json
def test(instruments: tuple[str, ...], everything: bool, law: tuple[Path, ...], as_json: bool) -> int:
    """Run the worked cases of the corpus and of other folders of law (or those of some instruments); ends with 4 when one
    is not met."""
    from comity.assess.cases import owners, run_cases
    from comity.law.corpus import CORPUS

    corpus = open_corpus(law)
    with output.waiting("Running the worked cases …"):
        results = run_cases(corpus, [CORPUS, *law], only=owners(corpus, instruments))
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
