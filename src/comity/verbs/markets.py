"""The markets asked: what is covered of each, and what was found there, in words that never read as clearance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from comity.assess.findings import Finding
from comity.law.coverage import Coverage
from comity.verbs.assess import Assessment, MarketCoverage
from comity.verbs.names import instrument_name

__all__ = [
    "AREA_NAMES",
    "AreaLine",
    "Elsewhere",
    "InstrumentLine",
    "MarketLine",
    "Span",
    "acting",
    "duties_coming",
    "duties_now",
    "elsewhere",
    "market_line",
    "obliges",
]

AREA_NAMES = {
    "ai_specific": "AI-specific law",
    "privacy": "privacy",
    "copyright": "copyright",
    "sector": "sector law",
    "employment": "employment",
    "consumer": "consumer law",
    "export": "export control",
    "criminal": "criminal law",
}


@dataclass(frozen=True, slots=True)
class Span:
    """A count whose open findings make it an interval."""

    low: int
    high: int

    def __str__(self) -> str:
        return str(self.low) if self.low == self.high else f"{self.low}–{self.high}"


@dataclass(frozen=True, slots=True)
class InstrumentLine:
    """An encoded instrument and how far the record behind it reaches."""

    id: str
    short: str
    force: str
    known_to: date
    checked_against: str


@dataclass(frozen=True, slots=True)
class AreaLine:
    """What one jurisdiction's law is covered in, by state, and law known to exist that is not encoded."""

    jurisdiction: str
    name: str
    declared: bool
    encoded: tuple[str, ...]
    pointer: tuple[str, ...]
    none_found: tuple[str, ...]
    not_covered: tuple[str, ...]
    not_encoded: tuple[str, ...]
    note: str | None


@dataclass(frozen=True, slots=True)
class MarketLine:
    """The coverage of a market asked, with what was found there in one sentence that never reads as clearance."""

    market: str
    name: str
    sentence: str
    instruments: tuple[InstrumentLine, ...]
    areas: tuple[AreaLine, ...]
    known_to: date | None
    not_known_then: tuple[str, ...] = ()


def acting(finding: Finding) -> bool:
    return finding.rule.kind in ("duty", "prohibition") and not finding.rule.helper


def obliges(finding: Finding) -> bool:
    """A duty in the narrow sense: something that may be done is none."""
    return acting(finding) and finding.rule.modality != "may"


def duties_now(found: Iterable[Finding]) -> Span:
    """How many duties apply, at least and at most; a duty that several records have counts once."""
    certain: set[str] = set()
    possible: set[str] = set()
    for finding in found:
        if finding.status == "applies":
            certain.add(finding.rule.id)
        elif finding.status in ("open", "disputed") and finding.value is None:
            possible.add(finding.rule.id)
    return Span(len(certain), len(certain | possible))


def duties_coming(found: Iterable[Finding]) -> Span:
    """How many duties are yet to apply, at least and at most."""
    certain: set[str] = set()
    possible: set[str] = set()
    for finding in found:
        if finding.status == "upcoming":
            certain.add(finding.rule.id)
        elif finding.status in ("open", "disputed") and finding.value is False:
            possible.add(finding.rule.id)
    return Span(len(certain), len(certain | possible))


def _areas(coverage: Coverage, assessment: Assessment) -> AreaLine:
    def names(state: str) -> tuple[str, ...]:
        return tuple(AREA_NAMES.get(area.area, area.area) for area in coverage.areas if area.state == state)

    name = assessment.corpus.jurisdictions.by_code[coverage.jurisdiction].name
    missing = tuple(law for area in coverage.areas for law in area.known_not_encoded)
    return AreaLine(
        coverage.jurisdiction,
        name,
        coverage.declared,
        names("encoded"),
        names("pointer"),
        names("searched_none_found"),
        names("not_covered"),
        missing,
        coverage.note,
    )


def _not_covered(areas: Iterable[AreaLine]) -> str:
    parts: list[str] = []
    for each in areas:
        if not each.declared:
            parts.append(f"{each.jurisdiction}: nothing was looked at")
        elif each.not_covered:
            parts.append(f"{each.jurisdiction}: {', '.join(each.not_covered)}")
    return "; ".join(parts) or "nothing beyond the instruments named"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A jurisdiction that neither the question nor the profile names: how much was found there, and how far it is known."""

    market: str
    name: str
    now: Span
    coming: Span
    instruments: int
    known_to: date | None


def elsewhere(entry: MarketCoverage, assessment: Assessment) -> Elsewhere:
    """What was found in a jurisdiction that nobody named, counted only; its own law, not that of what it lies in."""
    law = assessment.evaluation.now.law.instruments
    own = [name for name in entry.instruments if law[name].jurisdiction == entry.market]
    found = [f for f in assessment.findings if f.instrument.id in own and obliges(f)]
    known = min((law[name].known_to for name in own), default=None)
    return Elsewhere(entry.market, entry.name, duties_now(found), duties_coming(found), len(own), known)


def market_line(entry: MarketCoverage, assessment: Assessment) -> MarketLine:
    law = assessment.evaluation.now.law.instruments
    lines = tuple(
        InstrumentLine(i.id, instrument_name(assessment.corpus, i), i.force, i.known_to, i.checked.against)
        for i in (law[name] for name in entry.instruments)
    )
    areas = tuple(_areas(coverage, assessment) for coverage in entry.coverage)
    known = min((line.known_to for line in lines), default=None)
    found = [f for f in assessment.findings if f.instrument.id in entry.instruments and obliges(f)]
    subject = assessment.subject
    # A kind that the profile says there is none of is an answer; one it says nothing about is not.
    silent = {kind for kind, records in subject.records.items() if not records and not subject.complete[kind]}
    rules = [r for name in entry.instruments for r in law[name].rules.values() if not r.helper]
    sentence = _sentence(entry, found, known, areas, sum(rule.per in silent for rule in rules))
    later = tuple(law[name].short for name in entry.not_known_then)
    return MarketLine(entry.market, entry.name, sentence, lines, areas, known, later)


def _sentence(
    entry: MarketCoverage, found: list[Finding], known: date | None, areas: tuple[AreaLine, ...], unread: int
) -> str:
    gaps = _not_covered(areas)
    count = len(entry.instruments)
    if not count or known is None:
        return f"nothing is encoded for {entry.market}: this is no answer about it; not covered: {gaps}"
    instruments = f"{count} instrument{'' if count == 1 else 's'} encoded for {entry.market}, known up to {known}"
    now, coming = duties_now(found), duties_coming(found)
    if now.high == coming.high == 0 and unread:
        return (
            f"no duty found by the rules that could be read in {instruments}; this is no clearance: "
            f"{unread} rules were not evaluated, because nothing they speak about is described; not covered: {gaps}"
        )
    if now.high == coming.high == 0:
        return f"no duty found in {instruments}; not covered: {gaps}"
    undecided = now.high - now.low + coming.high - coming.low
    open_words = f", {undecided} open" if undecided else ""
    duties = "duty" if now.low == 1 else "duties"
    return f"{now.low} {duties} now, {coming.low} coming{open_words}, in {instruments}; not covered: {gaps}"
