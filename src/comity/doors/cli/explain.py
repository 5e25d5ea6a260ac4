"""`comity explain`: why a rule came out as it did."""

from __future__ import annotations

import click

from comity.doors.cli import output
from comity.doors.cli.options import Question, exact_option, question_options
from comity.verbs.explain import explain as explained
from comity.verbs.explain_record import explanation_record

__all__ = ["explain"]


@click.command()
@question_options
@exact_option
@click.argument("rule", metavar="RULE")
@click.option("--about", metavar="RECORD", help="Only about this model, system, use or incident of the profile.")
@click.option("--all", "whole", is_flag=True, help="The whole proof, with the parts that make no difference.")
def explain(question: Question, as_json: bool, rule: str, about: str | None, whole: bool) -> None:
    """Why RULE came out as it did for the subject described in FILE: the proof, in words.

    RULE is an id (eu/ai-act#gpai_systemic), a name, an alias ("AIA 53(1)(a)", SB53-8) or a pinpoint; all rules
    that it stands for are explained.
    """
    assessment = question.assessment()
    found = explained(assessment, rule, about)
    if as_json:
        output.emit(explanation_record(assessment, rule, found))
        return
    from comity.doors.cli.explain_text import show

    show(assessment, found, whole=whole)
