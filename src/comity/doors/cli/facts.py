"""`comity facts`: what a profile can state."""

from __future__ import annotations

from pathlib import Path

import click

from comity.doors.cli import output
from comity.doors.cli.options import as_json, law_option, open_corpus
from comity.logic.kinds import KINDS
from comity.verbs.facts import Facts, facts_record
from comity.verbs.facts import facts as facts_of

__all__ = ["facts"]


@click.command()
@click.argument("name", nargs=-1)
@click.option("--kind", type=click.Choice([*KINDS, "artefact"]), help="Only facts of this kind of record.")
@click.option("--groups", is_flag=True, help="The groups of facts that a profile may close together (none_of).")
@law_option
@as_json
def facts(name: tuple[str, ...], kind: str | None, groups: bool, law: tuple[Path, ...], as_json: bool) -> None:
    """The facts a profile can state: all, the one called NAME, or those that speak of the words given."""
    corpus = open_corpus(law)
    found = facts_of(corpus, name, kind=kind)
    if as_json:
        output.emit(facts_record(corpus, found))
        return
    page = output.Page()
    if groups:
        _groups(page, found)
    elif found.exact:
        _one(page, found)
    else:
        _list(page, found)


def _groups(page: output.Page, found: Facts) -> None:
    page.title(f"{len(found.groups)} groups; in a profile, none_of: [GROUP] states that none of its facts holds")
    for group in found.groups:
        page.blank()
        page.text((group.name, "bold"), f"  {group.title}", hang=2)
        page.text(", ".join(group.facts), indent=2)


def _list(page: output.Page, found: Facts) -> None:
    page.title(f"{len(found.facts)} facts; comity facts NAME tells all about one")
    for fact in found.facts:
        kind = [fact.kind, f"{fact.type} {fact.unit or ''}".strip()]
        if fact.basis == "judgement":
            kind.append("judgement")
        page.text((fact.name, "bold"), (f"  {', '.join(kind)}", "dim"))
        page.text(fact.ask, indent=4)


def _one(page: output.Page, found: Facts) -> None:
    fact = found.facts[0]
    page.title(fact.name)
    page.text(fact.ask)
    if fact.help:
        page.text(fact.help)
    page.blank()
    lines = [
        ("of", fact.kind),
        ("type", f"{fact.type} {fact.unit or ''}".strip()),
        ("basis", fact.basis),
        ("at", "; ".join(fact.at)),
        ("aliases", ", ".join(fact.aliases)),
        ("per market", "may be given for each market: {EU: …, US-CA: …}" if fact.per_market else ""),
        ("a value of another shape", ", ".join(f"{shape}: see {name}" for shape, name in fact.shapes.items())),
        ("groups", ", ".join(group.name for group in found.groups)),
    ]
    for label, text in lines:
        if text:
            page.text((f"{label}: ", "dim"), text, hang=2)
    if fact.codes:
        page.text(("values:", "dim"))
        for code, label in fact.codes.items():
            page.text((code, "bold"), f"  {label}", indent=2, hang=4)
    page.blank()
    page.text(_example(found), hang=2)


def _example(found: Facts) -> str:
    fact = found.facts[0]
    code = next(iter(fact.codes or {}), "")
    sample = {
        "bool": "true",
        "number": "1000",
        "date": "2026-08-02",
        "instant": "2026-08-02T09:30+02:00",
        "code": code,
        "set": f"[{code}]",
        "jurisdiction": "DE",
        "jurisdictions": "[EU, US-CA]",
    }[fact.type]
    sample = "1e25" if fact.unit == "FLOP" else sample
    more = "; unknown where nobody knows"
    if fact.type == "number":
        more = "; {min: …, max: …} for an estimate; unknown where nobody knows"
    elif fact.type in ("set", "jurisdictions"):
        more = "; {has: […], not: […], rest: unknown} where only part is known"
    elif fact.type in ("date", "instant"):
        more = "; none where it has not happened; unknown where nobody knows"
    return f"In a profile: {fact.name}: {sample}   ({more.lstrip('; ')})"
