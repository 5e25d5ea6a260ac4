"""One finding in words: everything a reader wants to know of a duty, ready to print."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from comity.assess.due import Due
from comity.assess.evaluate import Evaluation
from comity.assess.findings import Finding
from comity.assess.penalty import Exposure
from comity.verbs.assess import Assessment
from comity.verbs.cases import cases_words
from comity.verbs.names import instrument_name, rule_title
from comity.verbs.words import fact_label, spaced

__all__ = ["STATUS_WORDS", "ClockLine", "Entry", "ReadingLine", "entry_of", "join_records"]

STATUS_WORDS = {
    "applies": "applies",
    "upcoming": "upcoming",
    "ended": "ended",
    "not_applicable": "does not apply",
    "open": "open",
    "disputed": "disputed",
}
_MODALITIES = {"must": "must", "must_not": "must not", "may": "may", "should": "should"}
_STATES = {
    "met": "met",
    "late": "late: the limit has passed",
    "pending": "pending",
    "not_started": "has not begun to run",
    "unknown": "not known: a date is missing",
}


@dataclass(frozen=True, slots=True)
class ClockLine:
    """A time limit in words: its rule, its date where that is known, and how it stands."""

    rule: str
    due: str | None
    state: str
    state_words: str
    at: str
    note: str | None


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """A disputed question with its two meanings and the answer under each (True, False, or unknown)."""

    reading: str
    title: str
    at: str
    if_true: str
    if_false: str
    under_true: bool | None
    under_false: bool | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A finding in words. `about` names the records it holds for; `when` is a phrase with its dates."""

    rule: str
    kind: str
    instrument: str
    short: str
    jurisdiction: str
    title: str
    what: str
    at: str
    aliases: tuple[str, ...]
    about: tuple[str, ...]
    status: str
    status_words: str
    when: str
    start: date | None
    due: str | None
    modality: str
    addressee: str
    recipient: str
    phase: str
    clocks: tuple[ClockLine, ...]
    penalties: tuple[str, ...]
    unless: tuple[str, ...]
    presumed: tuple[str, ...]
    judgement: tuple[str, ...]
    derived: tuple[str, ...]
    missing: tuple[str, ...]
    readings: tuple[ReadingLine, ...]
    certainty: str
    enforcement: str
    force: str
    evidence: tuple[str, ...]
    amended_by: str | None
    note: str | None
    url: str
    group: str = ""
    settled_by: str = ""


def _when(finding: Finding) -> str:
    start, until, possible = finding.start, finding.until, finding.possible_from
    end = f", until {until}" if until is not None else ""
    match finding.status:
        case "applies":
            return f"since {start}{end}" if start is not None and start.year > 1900 else f"now{end}"
        case "upcoming":
            early = f" (possibly from {possible})" if possible is not None else ""
            return f"from {start}{early}{end}"
        case "ended":
            return f"from {start} until {until}" if start is not None else f"until {until}"
        case "open" | "disputed":
            parts: list[str] = []
            if possible is not None and possible.year > 1900:
                parts.append(f"possibly from {possible}")
            if start is not None:
                parts.append(f"certainly from {start}")
            return ", ".join(parts)
        case _:
            return ""


def _clock(due: Due, at: str) -> ClockLine:
    day = due.due
    if day is not None and due.due_latest is not None and due.due_latest != day:
        day = f"between {day} and {due.due_latest}"
    running = due.kind in ("recurring", "max_age")
    state = "" if running else _STATES.get(due.state, due.state)
    if due.state == "unknown" and day is not None:
        state = "not known whether it was met"
    if due.kind == "retention" and due.state == "pending":
        state = "running"
    return ClockLine(due.text, day, due.state, state, due.at if due.at != at else "", due.note)


def _penalty(exposure: Exposure) -> str:
    text = exposure.text
    if exposure.maximum is not None and "or" in text.split():
        text += f": here {exposure.currency} {exposure.maximum:,}"
    where = ", ".join(part for part in (exposure.at, exposure.authority or "") if part)
    may = "" if exposure.applies else "if it reaches the actor, which is not known: "
    return f"{may}{text} ({where})" if where else f"{may}{text}"


def _readings(finding: Finding, assessment: Assessment) -> tuple[ReadingLine, ...]:
    values: dict[str, dict[bool, bool | None]] = {}
    for name, taken, value in finding.readings:
        seen = values.setdefault(name, {})
        # With two readings open there are two answers under each: where they differ, neither is told.
        seen[taken] = value if seen.get(taken, value) is value else None
    law = assessment.evaluation.law(finding.at).instruments
    found: list[ReadingLine] = []
    for name, answers in values.items():
        owner, _, short = name.partition("#")
        info = law[owner].readings.get(short) if owner in law else None
        title, at = (info.title, info.at) if info is not None else (spaced(short), "")
        yes, no = (info.true_means, info.false_means) if info is not None else ("yes", "no")
        found.append(ReadingLine(name, title, at, yes, no, answers.get(True), answers.get(False)))
    return tuple(found)


def _enforcement(finding: Finding) -> str:
    state, until, note = finding.enforcement
    if state == "active":
        return ""
    words = {
        "grace": "a period of grace",
        "suspended": "suspended",
        "none": "not enforced",
        "unknown": "not known",
    }.get(state, state)
    return words + (f" until {until}" if until is not None else "") + (f": {note}" if note else "")


def _recipient(name: str | None) -> str:
    """`us-ca/oes` as OES (US-CA), `downstream-providers` as words."""
    place, _, body = (name or "").rpartition("/")
    words = body.upper() if body and place and len(body) <= 4 else spaced(body)
    return f"{words} ({place.upper()})" if place else words


def _about(finding: Finding, assessment: Assessment) -> str:
    """The record, where there are several of its kind or more than one kind could be meant."""
    records = assessment.subject.records[finding.rule.per]
    if finding.rule.per == "actor" or (len(records) == 1 and records[0].name == finding.rule.per):
        return ""
    return f"{finding.rule.per} '{records[finding.record].name}'"


def _unless(evaluation: Evaluation, on: date, rule: str) -> str:
    """A claim nobody made, in words: an exception by its title, a presumption as what would be rebutted."""
    title = rule_title(evaluation, on, rule)
    found = evaluation.law(on).rules.get(rule)
    return f"{title} (rebutted)" if found is not None and found.kind == "presumption" else title


def entry_of(finding: Finding, assessment: Assessment) -> Entry:
    """The finding in words."""
    rule, instrument, evaluation = finding.rule, finding.instrument, assessment.evaluation
    facts = assessment.corpus.vocabulary.facts
    on = finding.at
    about = _about(finding, assessment)
    at = rule.at[0] if rule.at else ""

    def missing(fact: str, kind: str, record: str) -> str:
        if fact.startswith("any "):
            return f"whether there is another {fact.removeprefix('any ')}"
        several = len(assessment.subject.records[kind]) > 1
        return fact_label(facts.get(fact), fact) + (f" of {record}" if several else "")

    return Entry(
        rule=rule.id,
        kind=rule.kind,
        instrument=instrument.id,
        short=instrument_name(assessment.corpus, instrument),
        jurisdiction=instrument.jurisdiction,
        title=rule.title,
        what=rule.what or "",
        at=at,
        aliases=rule.aliases,
        about=(about,) if about else (),
        status=finding.status,
        status_words=STATUS_WORDS[finding.status],
        when=_when(finding),
        start=finding.start,
        due=finding.due,
        modality=_MODALITIES.get(rule.modality or "", ""),
        addressee=" or ".join(_role(finding, assessment, name) for name in rule.addressee),
        recipient=_recipient(rule.recipient),
        phase=spaced(rule.phase or ""),
        clocks=tuple(_clock(due, at) for due in finding.dues),
        penalties=tuple(_penalty(p) for p in finding.penalties),
        unless=tuple(dict.fromkeys(_unless(evaluation, on, f"{instrument.id}#{name}") for name in finding.unless)),
        presumed=tuple(rule_title(evaluation, on, name) for name in finding.presumed),
        judgement=tuple(fact_label(facts.get(name), name) for name in finding.judgement),
        derived=tuple(f"{fact_label(facts.get(d.fact), d.fact)} (by {spaced(d.by)}, {d.at})" for d in finding.derived),
        missing=tuple(dict.fromkeys(missing(m.fact, m.kind, m.record) for m in finding.missing)),
        readings=_readings(finding, assessment),
        certainty=finding.certainty,
        enforcement=_enforcement(finding),
        force=instrument.force,
        evidence=tuple(spaced(each) for each in rule.evidence),
        amended_by=rule.amended_by,
        note=rule.note,
        url=instrument.url,
        settled_by="" if finding.settled_by is None else cases_words(finding.settled_by, facts),
    )


def _role(finding: Finding, assessment: Assessment, name: str) -> str:
    return (
        "anyone"
        if name == "anyone"
        else rule_title(assessment.evaluation, finding.at, f"{finding.instrument.id}#{name}")
    )


def join_records(entries: list[Entry]) -> list[Entry]:
    """Entries that differ only in the record they are about, as one."""
    joined: dict[Entry, list[str]] = {}
    for entry in entries:
        joined.setdefault(replace(entry, about=()), []).extend(entry.about)
    return [replace(entry, about=tuple(about)) for entry, about in joined.items()]
