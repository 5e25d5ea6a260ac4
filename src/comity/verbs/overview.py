"""An assessment arranged for reading: coverage in words, a matrix, duties in groups. Doors only print it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from comity.assess.findings import Finding
from comity.law.model import Instrument, Param, Rule
from comity.verbs.assess import Assessment
from comity.verbs.entries import Entry, entry_of, join_records
from comity.verbs.markets import (
    Elsewhere,
    MarketLine,
    Span,
    acting,
    duties_coming,
    duties_now,
    elsewhere,
    market_line,
    obliges,
)
from comity.verbs.timeline import dated
from comity.verbs.words import amount, article, listed

__all__ = ["GROUPS", "Group", "Overview", "Row", "Standing", "overview"]

GROUPS = {
    "Prohibited": "what must not be done: these rules reach the subject on the facts stated",
    "Binding now": "duties that apply on the date asked about",
    "Coming": "certain on the facts stated, from a later date",
    "Open (a fact is missing)": "may apply: the answer waits for facts that are not stated",
    "Disputed": "the facts are clear; the answer depends on how the law is read",
    "Not in force / draft": "a draft, or law that is not in force",
    "Voluntary": "codes, pledges and guidance: not binding",
}
"""The groups of duties in the order in which they are shown, each with what it means."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the subject is under an instrument: a class, role or exemption, since or from when."""

    title: str
    kind: str
    status: str
    start: date | None
    at: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the matrix."""

    jurisdiction: str
    instrument: str
    short: str
    force: str
    standing: tuple[Standing, ...]
    standing_open: int
    now: Span
    coming: Span
    questions: int
    next_date: date | None
    next_what: str


@dataclass(frozen=True, slots=True)
class Group:
    """Duties that stand alike."""

    name: str
    meaning: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Overview:
    """Everything a door prints of an assessment."""

    assessment: Assessment
    markets: tuple[MarketLine, ...]
    warnings: tuple[str, ...]
    rows: tuple[Row, ...]
    groups: tuple[Group, ...]
    ended: tuple[Entry, ...]
    not_applicable: tuple[Entry, ...]
    others: tuple[Entry, ...]
    elsewhere: tuple[Elsewhere, ...]

    @property
    def no_questions(self) -> str:
        """What to say where there is nothing to ask: that is no clearance either."""
        if not self.rows:
            return "No instrument was evaluated, so nothing can be asked."
        kinds = [kind for kind, _ in self.assessment.not_evaluated]
        if kinds:
            return f"No finding waits for a fact. Not evaluated, since none is described: {listed(kinds, 'and')}."
        return "No finding waits for a fact."


def _group(finding: Finding) -> str:
    if finding.instrument.force != "binding":
        return "Voluntary"
    if finding.certainty == "draft" or (finding.status == "applies" and not finding.in_force):
        return "Not in force / draft"
    match finding.status:
        case "open":
            return "Open (a fact is missing)"
        case "disputed":
            return "Disputed"
        case "upcoming":
            return "Coming"
        case _:
            return "Prohibited" if finding.rule.kind == "prohibition" else "Binding now"


def _warnings(assessment: Assessment, markets: Iterable[MarketLine]) -> tuple[str, ...]:
    found: list[str] = []
    asked = assessment.dates.law_at
    late = sorted({line.short for market in markets for line in market.instruments if line.known_to < asked})
    if late:
        found.append(
            f"the date asked about, {asked}, is later than what is known of {', '.join(late)}: "
            "changes since are not seen"
        )
    for kind, count in assessment.not_evaluated:
        rules = "1 rule" if count == 1 else f"{count} rules"
        found.append(
            f"no {kind} is described: {rules} about {article(kind)} {kind} "
            f"{'was' if count == 1 else 'were'} not evaluated"
        )
    for kind, complete in assessment.subject.complete.items():
        if not complete:
            found.append(f"the list of {kind}s is not complete: there may be {kind}s that are not described here")
    return tuple(found)


# Matrix -----------------------------------------------------------------------------------------------------


def _standing(found: Iterable[Finding]) -> tuple[tuple[Standing, ...], int]:
    shown: dict[Standing, None] = {}
    undecided = 0
    for finding in found:
        rule = finding.rule
        if rule.helper or rule.kind not in ("class", "role", "exemption", "presumption", "value"):
            continue
        if rule.kind == "value":
            if finding.result is not None:
                shown[Standing(f"{rule.title}: {_result(finding.result)}", "value", "applies", None, _at(rule))] = None
            continue
        if finding.status in ("open", "disputed") and rule.kind in ("class", "role"):
            undecided += 1
        elif finding.status == "applies" or (finding.status == "upcoming" and rule.kind != "presumption"):
            start = finding.start if finding.status == "upcoming" else None
            shown[Standing(rule.title, rule.kind, finding.status, start, _at(rule))] = None
    order = ("class", "role", "exemption", "presumption", "value")
    return tuple(sorted(shown, key=lambda each: (each.status != "applies", order.index(each.kind)))), undecided


def _at(rule: Rule) -> str:
    return rule.at[0] if rule.at else ""


def _result(result: Param) -> str:
    return str(result.value) if isinstance(result.value, date) else amount(result.value, result.unit)


def _next(found: list[Finding], now: date) -> tuple[date | None, str]:
    events = [event for finding in found if acting(finding) for event in dated(finding, now) if not event.past]
    ahead = [event for event in events if event.day > now or event.event == "due"]
    if not ahead:
        return None, ""
    first = min(ahead, key=lambda each: each.day)
    same = [event for event in ahead if event.day == first.day and event.event == first.event]
    words = {
        "starts": "begins",
        "may_start": "may begin",
        "due": "due",
        "ends": "ends",
        "retention": "keep until",
        "enforcement": "enforcement changes",
    }
    more = f" and {len(same) - 1} more" if len(same) > 1 else ""
    return first.day, f"{words[first.event]}: {first.finding.rule.title}{more}"


def _waits(finding: Finding) -> bool:
    return finding.status in ("open", "disputed")


def _row(instrument: Instrument, found: list[Finding], now: date) -> Row:
    standing, undecided = _standing(found)
    duties = [finding for finding in found if obliges(finding)]
    waiting = {missing for each in found if acting(each) and _waits(each) for missing in each.missing}
    day, what = _next(found, now)
    return Row(
        instrument.jurisdiction,
        instrument.id,
        instrument.short,
        instrument.force,
        standing,
        undecided,
        duties_now(duties),
        duties_coming(duties),
        len(waiting),
        day,
        what,
    )


def _sorted(name: str, entries: list[Entry]) -> tuple[Entry, ...]:
    joined = join_records(entries)
    if name == "Coming":
        joined.sort(key=lambda entry: (entry.start is None, entry.start))
    elif name == "Open (a fact is missing)":
        joined.sort(key=lambda entry: entry.kind != "prohibition")
    return tuple(joined)


def overview(assessment: Assessment) -> Overview:
    """The assessment arranged for reading."""
    law = assessment.evaluation.now.law.instruments
    now = assessment.dates.law_at
    by_instrument: dict[str, list[Finding]] = {}
    for finding in assessment.findings:
        by_instrument.setdefault(finding.instrument.id, []).append(finding)
    asked = dict.fromkeys(name for market in assessment.coverage for name in market.instruments)
    made = [_row(law[name], by_instrument.get(name, []), now) for name in asked]
    # Of law that nobody asked about, only what certainly reaches the subject is told in full; the rest is counted.
    rows = [row for row in made if row.instrument in assessment.focus or row.now.low or row.coming.low]
    grouped: dict[str, list[Entry]] = {name: [] for name in GROUPS}
    ended: list[Entry] = []
    silent: list[Entry] = []
    others: list[Entry] = []
    for finding in assessment.findings:
        told = finding.instrument.id in assessment.focus or finding.status in ("applies", "upcoming")
        if finding.rule.helper or not told:
            continue
        entry = entry_of(finding, assessment)
        if not acting(finding):
            if finding.bears:
                others.append(entry)
        elif finding.status == "not_applicable":
            silent.append(entry)
        elif finding.status == "ended":
            ended.append(entry)
        else:
            grouped[_group(finding)].append(replace(entry, group=_group(finding)))
    groups = tuple(Group(name, GROUPS[name], _sorted(name, entries)) for name, entries in grouped.items() if entries)
    markets = tuple(market_line(entry, assessment) for entry in assessment.coverage if entry.named)
    others_asked = tuple(elsewhere(entry, assessment) for entry in assessment.coverage if not entry.named)
    return Overview(
        assessment,
        markets,
        _warnings(assessment, markets),
        tuple(rows),
        groups,
        tuple(join_records(ended)),
        tuple(join_records(silent)),
        tuple(others),
        others_asked,
    )
