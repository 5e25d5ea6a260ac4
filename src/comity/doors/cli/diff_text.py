"""Differences as text: what was compared, what differs in the texts, and what that does to the conclusions."""

from __future__ import annotations

import json
from typing import Any, cast

from comity.change.diff import Change, RuleDiff
from comity.change.effect import Verdict
from comity.change.witness import Witness
from comity.doors.cli.output import Page
from comity.verbs.diff import Difference, asked_words, strictness
from comity.verbs.diff_record import plainer
from comity.verbs.record import DISCLAIMER

__all__ = ["many", "show", "value_text", "witness_lines"]

_FEW = 12
_SHOWN = ("prohibition", "duty", "exemption", "class", "role", "presumption", "recognition", "transition", "value")


def many(count: int, one: str, more: str = "") -> str:
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def value_text(value: Any) -> str:
    """A value of a field of the law, on one line."""
    value = plainer(value)
    if value in (None, "", []):
        return "–"
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        if {"name", "value"} <= fields.keys():
            unit = fields.get("unit", "")
            return f"{fields['value']} {'' if unit == 'date' else unit}".strip()
        kept = ((key, inner) for key, inner in fields.items() if key not in ("name", "at", "note"))
        return "; ".join(f"{key} {value_text(inner)}" for key, inner in kept)
    if isinstance(value, list):
        return ", ".join(value_text(each) for each in cast("list[Any]", value))
    text = str(value)
    return text if len(text) <= 160 else f"{text[:157]}…"


def show(found: Difference, *, everything: bool = False) -> None:
    """Print the difference on standard output."""
    page = Page()
    _head(page, found)
    for each in found.instruments:
        page.heading(each.id, each.state)
        for part in ("parameters", "dates", "penalties", "enforcement", "readings", "header"):
            for change in getattr(each, part):
                _change(page, change, part)
    _rules(page, found)
    _conclusions(page, found, everything)
    if found.coming:
        page.heading("Dates that come between", "nothing is amended; rules begin or cease to apply")
        for each in found.coming:
            counts = [f"{len(ids)} {word}" for ids, word in ((each.begin, "begin"), (each.cease, "cease")) if ids]
            page.text(
                f"{each.date.value}  {each.instrument}  {each.date.name.replace('_', ' ')}: {', '.join(counts)}", hang=4
            )
    page.blank()
    page.text((DISCLAIMER, "dim"))


def _head(page: Page, found: Difference) -> None:
    page.title("What differs")
    for number, word in ((0, "From"), (1, "To  ")):
        law = (found.effect.old, found.effect.new)[number].law
        corpus = found.sides.corpora[number].digest[:12]
        page.text(
            f"{word}  law of {found.sides.law_at[number]}, known by {found.sides.known_at[number]}; corpus {corpus}; "
            f"{len(law.instruments)} instruments, {len(law.rules):,} rules",
            hang=6,
        )
    for patch in found.sides.patches:
        made_up = " (hypothetical)" if patch.hypothetical else ""
        page.text(f"With  {patch.title}{made_up}, in force {patch.in_force}", hang=6)
    if found.names:
        page.text(f"Only  {', '.join(found.names)}")


def _change(page: Page, change: Change, part: str) -> None:
    word = f"  [{change.direction}]" if change.direction else ""
    page.text(
        f"{part[:-1] if part in ('parameters', 'dates') else part} {change.what}: "
        f"{value_text(change.before)} → {value_text(change.after)}{word}",
        indent=2,
        hang=4,
    )


_STATES = (("added", "+"), ("removed", "-"), ("moved", ">"), ("changed", "~"))


def _rules(page: Page, found: Difference) -> None:
    rules = [each for each in found.rules if not each.rule.helper]
    page.heading("Rules", ", ".join(f"{sum(r.state == s for r in rules)} {s}" for s, _ in _STATES))
    verdicts = {verdict.rule: verdict for verdict in found.verdicts}
    for state, sign in _STATES:
        for each in (r for r in rules if r.state == state):
            verdict = verdicts.get(each.rule.id)
            word = None if verdict is None else strictness(each.rule, verdict.direction) or verdict.direction
            tail = f"  [{word}]" if word and state == "changed" and word != "same" else ""
            page.text(
                f"{sign} {each.rule.id}  {', '.join(each.rule.at[:1])}  {each.rule.kind}: {each.rule.title}{tail}",
                hang=4,
            )
            _rule(page, each, found)


def _rule(page: Page, each: RuleDiff, found: Difference) -> None:
    for change in each.fields:
        _change(page, change, "field")
    old, new = found.sides.corpora
    for corpus, word, asked in ((old, "asked before", each.lost), (new, "asked after", each.gained)):
        if asked and each.state == "changed":
            page.text(f"{word}: {'; '.join(asked_words(corpus, part) for part in asked)}", indent=2, hang=4)


def _conclusions(page: Page, found: Difference, everything: bool) -> None:
    page.heading("Conclusions", f"for every subject, on every date from {found.effect.since} on")
    states = {state: [v for v in found.verdicts if v.state == state] for state in ("cannot", "can", "open")}
    page.text(f"{many(found.outside, 'rule')} cannot change: nothing that they depend on differs.")
    if states["cannot"]:
        page.text(
            f"{many(len(states['cannot']), 'rule')} cannot change, though texts that they depend on differ: proved."
        )
    if not found.proved and states["open"]:
        page.text(
            f"{many(len(states['open']), 'rule')} may change. What can and what cannot is proved only with the solver: "
            'pip install "comity[solver]"' + ("" if found.proved else "; it is not installed, or was not asked.")
        )
        return
    if states["open"]:
        page.text(
            f"{many(len(states['open']), 'rule')} not settled: {', '.join(v.rule for v in states['open'][:_FEW])}",
            hang=4,
        )
    can = [v for v in states["can"] if not found.rule(v.rule).helper]
    page.text(f"{many(len(states['can']), 'rule')} can change; for each there is a subject for which it does.")
    ranked = sorted(
        can, key=lambda v: (not found.effect.cone.touched[v.rule].own, _SHOWN.index(found.rule(v.rule).kind))
    )
    for verdict in ranked if everything else ranked[:_FEW]:
        _can(page, verdict, found)
    if len(ranked) > _FEW and not everything:
        page.text(f"… and {len(ranked) - _FEW} more: --all lists them", indent=2)


def _can(page: Page, verdict: Verdict, found: Difference) -> None:
    rule = found.rule(verdict.rule)
    word = strictness(rule, verdict.direction) or verdict.direction or "both ways"
    page.text(f"{rule.id}  {rule.kind}: {rule.title}  [{word}]", indent=2, hang=4)
    if verdict.witness is not None:
        for line in witness_lines(verdict.witness):
            page.text(line, indent=6, hang=2)


def witness_lines(witness: Witness) -> list[str]:
    """A witness in a few lines: what it is on the date, and its facts."""
    words = {True: "true", False: "false"}
    facts: list[str] = []

    def add(prefix: str, record: dict[str, Any]) -> None:
        for name, value in record.items():
            if name == "uses":
                for use in value:
                    add("use", use)
            elif name not in ("id", "built_on", "about"):
                facts.append(f"{prefix} {name}: {value if isinstance(value, str) else json.dumps(value)}")

    add("actor", witness.profile.get("actor", {}))
    for key in ("models", "systems", "uses", "incidents"):
        for record in witness.profile[key] if isinstance(witness.profile.get(key), list) else ():
            add(key[:-1], record)
    readings = [f"reading {name} taken as {words[value]}" for name, value in sorted(witness.readings.items())]
    told = "; ".join([*facts, *readings]) or "a subject of which nothing is known"
    return [f"on {witness.on}: {words[witness.before]} before, {words[witness.after]} after", told]
