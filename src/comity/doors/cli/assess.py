"""`comity assess`: what is asked of the subject of a profile."""

from __future__ import annotations

from pathlib import Path

import click

from comity.doors.cli import output
from comity.doors.cli.options import Question, exact_option, question_options
from comity.errors import UsageFault
from comity.verbs.record import assessment_record

__all__ = ["assess"]


@click.command()
@question_options
@exact_option
@click.option("--brief", is_flag=True, help="Coverage and the matrix only.")
@click.option("--all", "everything", is_flag=True, help="List also what does not apply, and every question.")
@click.option(
    "-o", "--output", "report", metavar="FILE", help="Write the answer as a page of its own (.html) or as JSON (.json)."
)
def assess(question: Question, as_json: bool, brief: bool, everything: bool, report: str | None) -> None:
    """What is asked of the subject described in FILE, in every market, on a date.

    FILE is a profile: facts, one a line, in YAML, JSON or TOML (`comity facts` lists them); - reads standard input.
    The answer opens with what is covered, then a matrix of instruments, the duties, and what to ask next.
    """
    target = None if report is None else Path(report)
    if target is not None and target.suffix.lower() not in (".html", ".htm", ".json"):
        raise UsageFault(f"-o: the ending '{target.suffix}' is not known", "write a file that ends in .html or .json")
    assessment = question.assessment()
    if target is not None:
        if target.suffix.lower() == ".json":
            import json

            text = json.dumps(assessment_record(assessment), ensure_ascii=False, indent=1) + "\n"
        else:
            from comity.doors.reports.html import page

            text = page(assessment)
        try:
            target.write_text(text, encoding="utf-8")
        except OSError as error:
            raise UsageFault(
                f"-o: {report} cannot be written: {error.strerror}", "check the folder and its permissions"
            ) from None
    if as_json:
        output.emit(assessment_record(assessment))
    elif target is not None:
        output.Page().text(f"Written: {target}")
    else:
        from comity.doors.cli.assess_text import show
        from comity.verbs.overview import overview

        show(overview(assessment), question.file, brief=brief, everything=everything)
