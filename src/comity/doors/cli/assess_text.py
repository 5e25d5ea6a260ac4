"""An assessment as text."""

from __future__ import annotations

import shlex

from comity.doors.cli.output import Line, Page
from comity.verbs.assess import Assessment
from comity.verbs.entries import ClockLine, Entry
from comity.verbs.markets import AreaLine, MarketLine
from comity.verbs.overview import Group, Overview, Row
from comity.verbs.record import DISCLAIMER
from comity.verbs.words import listed, source_words

__all__ = ["QUESTIONS", "coverage", "head", "show"]

QUESTIONS = 8
_PATCHES = 8
_NAMED = 3
_LABEL = "dim"
_STYLES = {"applies": "bold", "open": "yellow", "disputed": "magenta", "upcoming": "cyan"}
_FORCES = {"binding": "", "voluntary": "voluntary", "pledged": "pledged", "guidance": "guidance"}


def show(overview: Overview, file: str, *, brief: bool = False, everything: bool = False) -> None:
    """Print the assessment on standard output."""
    page, assessment = Page(), overview.assessment
    head(page, assessment, "Assessment")
    coverage(page, overview)
    _matrix(page, overview.rows)
    if not brief:
        for group in overview.groups:
            _group(page, group, everything)
        _rest(page, overview, everything)
        _questions(page, overview, everything)
    page.blank()
    page.text(f"{DISCLAIMER} Why, for one rule: comity explain {shlex.quote(file)} {_example(overview)}", hang=2)


def head(page: Page, assessment: Assessment, what: str) -> None:
    """What was asked, and on which dates."""
    dates = assessment.dates
    page.title(f"{what}: {assessment.subject.name}")
    text = f"as of {dates.law_at}; what was known on {dates.known_at}"
    if dates.facts_at != dates.law_at:
        text = f"facts of {dates.facts_at}, law of {dates.law_at}; what was known on {dates.known_at}"
    own = [f"{patch} (yours)" for patch in assessment.patches if patch in assessment.user_patches]
    shipped = [patch for patch in assessment.patches if patch not in assessment.user_patches]
    patches = [*(shipped if len(shipped) <= _PATCHES else [f"{len(shipped)} acts (--json names them)"]), *own]
    if patches:
        text += f"; amended by {', '.join(patches)}"
    page.text((text, _LABEL))
    unused = [patch for patch in assessment.user_patches if patch not in assessment.patches]
    if unused:
        page.text(f"! not in force or not published on these dates, so not applied: {', '.join(unused)}")


def coverage(page: Page, overview: Overview) -> None:
    """The coverage of each market asked, what was not evaluated, and the notes of the profile."""
    page.heading("What is covered")
    told: set[str] = set()
    for market in overview.markets:
        _market(page, market, told)
    _elsewhere(page, overview)
    for warning in overview.warnings:
        page.text(f"! {warning}", hang=2)
    subject = overview.assessment.subject
    for group, statement in subject.closed:
        by = f" by {statement.by}" if statement.by else ""
        on = f" on {statement.on}" if statement.on else ""
        page.text(f"! the profile states that none of {group} holds{by}{on}: answers rest on it", hang=2)
    for note in subject.notes:
        page.text(f"! {note}", hang=2)


def _market(page: Page, market: MarketLine, told: set[str]) -> None:
    """A market; what bears on several (`told`: instruments and areas of a jurisdiction) is told once."""
    page.text((f"{market.market} {market.name}: ", "bold"), market.sentence, hang=2)
    again = sum(line.id in told for line in market.instruments)
    if again:
        page.text(f"- {again} of them told above", indent=2, hang=2)
    for line in market.instruments:
        if line.id in told:
            continue
        told.add(line.id)
        extra = [word for word in (_FORCES.get(line.force, line.force),) if word]
        extra.append(f"known up to {line.known_to}")
        if line.checked_against != "primary":
            extra.append(f"checked against {source_words(line.checked_against)}")
        page.text(f"- {line.short} ({line.id}): {', '.join(extra)}", indent=2, hang=2)
    if market.not_known_then:
        page.text(f"- not adopted as far as was known then: {', '.join(market.not_known_then)}", indent=2, hang=2)
    for area in market.areas:
        if area.jurisdiction not in told:
            told.add(area.jurisdiction)
            _area(page, area)


def _elsewhere(page: Page, overview: Overview) -> None:
    """Jurisdictions that neither the question nor the profile names: counted, never left out in silence."""
    if not overview.elsewhere:
        return
    page.text(
        ("Assessed too, and not named by the profile", "bold"),
        " (duties now / coming; --market CODE tells them in full):",
    )
    parts = [f"{each.market} {each.now} / {each.coming}" for each in overview.elsewhere if each.instruments]
    page.text("; ".join(parts), indent=2)
    bare = [each.market for each in overview.elsewhere if not each.instruments]
    if bare:
        page.text(f"nothing is encoded for {', '.join(bare)}", indent=2)


def _area(page: Page, area: AreaLine) -> None:
    if area.none_found:
        page.text(f"- {area.jurisdiction}: searched, none found: {', '.join(area.none_found)}", indent=2, hang=2)
    if area.not_encoded:
        named = ", ".join(area.not_encoded[:_NAMED])
        more = len(area.not_encoded) - _NAMED
        after = f" and {more} more (`comity law coverage {area.jurisdiction}`)" if more > 0 else ""
        page.text(f"- {area.jurisdiction}: known to exist, not encoded: {named}{after}", indent=2, hang=2)


# Matrix -----------------------------------------------------------------------------------------------------


def _matrix(page: Page, rows: tuple[Row, ...]) -> None:
    page.heading("Matrix", "duties now and coming, from least to most where findings are open; open facts")
    if not rows:
        page.text("No instrument is encoded for the markets asked.")
        return
    page.table(
        ("Where", "Instrument", "What the subject is there", "Now", "Coming", "Open", "Next date"),
        [_row(row) for row in rows],
        flexible=(1, 2, 6),
        ratios=(2, 4, 3),
    )


def _row(row: Row) -> list[Line]:
    force = _FORCES.get(row.force, row.force)
    instrument = f"{row.short} ({force})" if force else row.short
    standing = [f"{each.title} from {each.start}" if each.start else each.title for each in row.standing]
    if row.standing_open:
        standing.append(f"{row.standing_open} open")
    next_words = f"{row.next_date} {row.next_what}" if row.next_date else "–"
    return [
        row.jurisdiction,
        instrument,
        "; ".join(standing) or "–",
        str(row.now),
        str(row.coming),
        str(row.questions),
        next_words,
    ]


# Duties -----------------------------------------------------------------------------------------------------


def _group(page: Page, group: Group, everything: bool) -> None:
    page.heading(f"{group.name}: {len(group.entries)}", group.meaning)
    if group.name.startswith("Open") and not everything:
        _waiting(page, group.entries)
        return
    short = ""
    for entry in group.entries:
        if entry.short != short:
            short = entry.short
            page.text((f"{entry.jurisdiction} {short}", "italic"))
        _entry(page, entry)


def _waiting(page: Page, entries: tuple[Entry, ...]) -> None:
    """Open duties by what they wait for: many wait for the same few facts."""
    bundles: dict[tuple[str, str, tuple[str, ...], str], list[Entry]] = {}
    for entry in entries:
        bundles.setdefault((entry.jurisdiction, entry.short, entry.missing, entry.when), []).append(entry)
    where = ("", "")
    for (jurisdiction, short, missing, when), bundle in bundles.items():
        if (jurisdiction, short) != where:
            where = jurisdiction, short
            page.text((f"{jurisdiction} {short}", "italic"))
        after = f"; {when}" if when else ""
        disputed = ", ".join(dict.fromkeys(reading.title for entry in bundle for reading in entry.readings))
        words = _few(missing) or (
            f"how the law is read: {disputed}" if disputed else "what only another record could tell"
        )
        page.text(("waits for: ", _LABEL), words, after, indent=2, hang=2)
        for entry in bundle:
            page.text((entry.title, _STYLES["open"]), *_tags(entry), indent=6, hang=4)


def _tags(entry: Entry) -> tuple[Line, ...]:
    """What stands behind a title: its modality where it is no must, the records it is about, its pinpoint."""
    about = f" [{', '.join(entry.about)}]" if entry.about else ""
    modal = f" ({entry.modality})" if entry.modality in ("may", "should") else ""
    forbids = " (prohibition)" if entry.kind == "prohibition" and entry.group != "Prohibited" else ""
    return f"{forbids}{modal}{about}", (f"  {entry.at}", _LABEL)


def _entry(page: Page, entry: Entry) -> None:
    page.text((entry.title, _STYLES.get(entry.status, "")), *_tags(entry), indent=2, hang=4)
    if entry.what:
        page.text(entry.what, indent=6)
    who = entry.addressee + (f" → {entry.recipient}" if entry.recipient else "")
    status = f"{entry.status_words}; " if entry.group in ("Voluntary", "Not in force / draft") else ""
    _field(page, "who", who)
    _field(page, "when", f"{status}{entry.when}".strip("; ") + (f"; phase: {entry.phase}" if entry.phase else ""))
    for clock in entry.clocks:
        _field(page, "due", _clock(clock))
    _field(page, "waits for", ", ".join(entry.missing))
    _field(page, "settled by cases", entry.settled_by)
    for reading in entry.readings:
        _field(page, "disputed", f"{reading.title} ({reading.at})")
        for meaning, value in ((reading.if_true, reading.under_true), (reading.if_false, reading.under_false)):
            answer = {True: "it applies", False: "it does not apply", None: "open"}[value]
            page.text(f"- {meaning}: {answer}", indent=8, hang=2)
    _field(page, "presumed", "; ".join(entry.presumed))
    _field(page, "unless", f"{'; '.join(entry.unless)} (to be claimed and shown)" if entry.unless else "")
    _field(page, "rests on judgement", ", ".join(entry.judgement))
    _field(page, "rests on facts not stated", "; ".join(entry.derived))
    for penalty in entry.penalties:
        _field(page, "penalty", penalty)
    _field(page, "enforcement", entry.enforcement)
    _field(page, "certainty", entry.certainty if entry.certainty != "settled" else "")
    _field(page, "evidence", ", ".join(entry.evidence))
    _field(page, "note", entry.note or "")


def _field(page: Page, label: str, text: str) -> None:
    if text:
        page.text((f"{label}: ", _LABEL), text, indent=6, hang=2)


def _few(words: tuple[str, ...], most: int = 6) -> str:
    more = len(words) - most
    return ", ".join(words[:most]) + (f" and {more} more" if more > 0 else "")


def _clock(clock: ClockLine) -> str:
    parts = [clock.rule + (f" ({clock.at})" if clock.at else "")]
    if clock.due:
        parts.append(clock.due)
    if clock.state_words:
        parts.append(clock.state_words)
    if clock.note:
        parts.append(clock.note)
    return "; ".join(parts)


def _rest(page: Page, overview: Overview, everything: bool) -> None:
    groups = (
        ("No longer applies", overview.ended, "applied before the date asked about"),
        ("Does not apply", overview.not_applicable, "false on the facts stated, now and later"),
    )
    for name, entries, meaning in groups:
        if not entries:
            continue
        if not everything:
            page.blank()
            page.text(f"{name}: {len(entries)} duties and prohibitions, {meaning} (--all lists them).")
            continue
        page.heading(f"{name}: {len(entries)}", meaning)
        page.table(
            ("Instrument", "Pinpoint", "Duty or prohibition", "About"),
            [[entry.short, entry.at, entry.title, ", ".join(entry.about) or "–"] for entry in entries],
            flexible=(2,),
        )


def _questions(page: Page, overview: Overview, everything: bool) -> None:
    assessment = overview.assessment
    asked = assessment.questions if everything else assessment.questions[:QUESTIONS]
    left = len(assessment.questions) - len(asked)
    if not asked:
        page.heading("What to ask next")
        page.text(overview.no_questions)
        return
    page.heading("What to ask next", f"{left} more with --all" if left else "")
    many = {kind for kind, records in assessment.subject.records.items() if len(records) > 1}
    for number, question in enumerate(asked, 1):
        whose = f" [{question.record}]" if question.kind in many else ""
        page.text(f"{number}. {question.ask}{whose}", indent=2, hang=3)
        values = listed(question.codes, "or") if question.codes and len(question.codes) <= 8 else ""
        kind = f"one of {values}" if values and question.type == "code" else f"any of {values}" if values else ""
        opens = len(question.opens)
        parts = [
            question.fact,
            kind or question.type,
            question.unit or "",
            "a judgement" if question.basis == "judgement" else "",
            f"{opens} rule{'' if opens == 1 else 's'} {'waits' if opens == 1 else 'wait'} for it",
        ]
        page.text((", ".join(part for part in parts if part), _LABEL), indent=5, hang=2)


def _example(overview: Overview) -> str:
    for group in overview.groups:
        for entry in group.entries:
            return shlex.quote(entry.rule)
    return "RULE"
