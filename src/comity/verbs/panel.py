"""panel: the law as a table for statistics: a row for each jurisdiction, topic and month.

It counts rules as written, not what they mean for a subject. A count is None where we do not know: after the day up to which
the law of the place is known, and where AI-specific law of the place is not encoded. It is never 0 for want of looking.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from comity.errors import UsageFault, shown
from comity.law.corpus import Corpus
from comity.law.model import Instrument, Rule
from comity.source.yaml12 import Map, Scalar, Seq
from comity.verbs.law import coverage_of
from comity.verbs.standing import Standing, disputed, enforced

__all__ = ["ANY", "COLUMNS", "Column", "Panel", "PanelRow", "Place", "Topic", "month_of", "panel"]

ANY = "any duty"
"""The topic that takes in every rule that is counted, whatever it is made of."""

_MONTH = re.compile(r"(\d{4})-(\d\d)", re.ASCII)
_DEFAULT, _MOST = 36, 1200


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its type (text, boolean, count, date), what it means, and when it is null."""

    name: str
    type: str
    meaning: str
    null: str = "never"


_UNKNOWN = "where known is false"
COLUMNS: tuple[Column, ...] = (
    Column("jurisdiction", "text", "Code of the jurisdiction. Only its own law is counted, not that of what it lies in."),
    Column("topic", "text", "Element of the catalogue of what duties are made of, or 'any duty'. A rule can have several."),
    Column("month", "text", "Month, yyyy-mm. Everything is as of the end of its last day."),
    Column("known", "boolean", "Whether the counts are known: AI-specific law encoded, and the month within the record."),
    Column("because", "text", "Why the counts are not known.", "where known is true"),
    Column(
        "binding_in_force", "count",
        "Duties (must) and prohibitions (must not) of binding instruments that stand: begun, not ended, not suspended. "
        "0: none in the instruments that are encoded.",
        _UNKNOWN,
    ),
    Column(
        "binding_coming", "count",
        "Such rules adopted by then that do not stand yet; also those whose date is not fixed.", _UNKNOWN,
    ),
    Column(
        "voluntary_in_force", "count",
        "Must, must not and should of voluntary, pledged or guidance instruments, and should of binding ones, that stand.",
        _UNKNOWN,
    ),
    Column("unverified", "count", "Of the rules in force (binding and voluntary): not confirmed.", _UNKNOWN),
    Column("draft", "count", "Of the rules in force: not final.", _UNKNOWN),
    Column(
        "disputed", "count", "Of the rules in force: a disputed question bears on their condition, exceptions or dates.",
        _UNKNOWN,
    ),
    Column(
        "enforcement_suspended", "count",
        "Of binding_in_force: enforcement suspended, in grace, not yet possible, or nobody can tell whether it is over.",
        _UNKNOWN,
    ),
    Column("instruments", "text", "Instruments whose rules are counted, separated by '; '.", _UNKNOWN),
    Column(
        "binding_scheduled", "count",
        "binding_in_force if nothing changed after what is known: a schedule, not a finding. Equal to it where known.",
        "where AI-specific law is not encoded",
    ),
    Column("coverage", "text", "Coverage of AI-specific law: encoded, pointer, searched_none_found, not_covered, not_declared."),
    Column(
        "known_to", "date", "Last day of the record: of the coverage, or of a counted instrument where that ends earlier.",
        "where none is declared",
    ),
)  # fmt: skip
"""The columns in order; the fields of a row have the same names."""


@dataclass(frozen=True, slots=True)
class PanelRow:
    """One jurisdiction, topic and month; see COLUMNS."""

    jurisdiction: str
    topic: str
    month: str
    known: bool
    because: str | None
    binding_in_force: int | None
    binding_coming: int | None
    voluntary_in_force: int | None
    unverified: int | None
    draft: int | None
    disputed: int | None
    enforcement_suspended: int | None
    instruments: str | None
    binding_scheduled: int | None
    coverage: str
    known_to: date | None


@dataclass(frozen=True, slots=True)
class Topic:
    """An element of the catalogue."""

    name: str
    title: str
    what: str


@dataclass(frozen=True, slots=True)
class Place:
    """A jurisdiction with the coverage of its AI-specific law, and the encoded instruments that are its own."""

    code: str
    name: str
    coverage: str
    known_to: date | None
    instruments: dict[str, date]


@dataclass(frozen=True, slots=True)
class Panel:
    """What is counted: places, topics and months; `rows` counts when asked."""

    corpus: Corpus
    places: tuple[Place, ...]
    topics: tuple[Topic, ...]
    months: tuple[str, ...]
    known: str

    def rows(self) -> Iterator[PanelRow]:
        """The rows by month, jurisdiction and topic."""
        standing = Standing(self.corpus)
        for month in self.months:
            day = month_end(month)
            published = day if self.known == "then" else date.max
            now = _by_place(standing.on(day, published), day)
            coming = _by_place(standing.coming(day, published), day)
            for place in self.places:
                for topic in (ANY, *(each.name for each in self.topics)):
                    key = place.code, topic
                    yield self._row(place, topic, month, day, now.get(key, ()), coming.get(key, ()))

    def _row(
        self, place: Place, topic: str, month: str, day: date, here: Sequence[_Act], coming: Sequence[_Act]
    ) -> PanelRow:
        later = [act for act in coming if act.binding]
        binding = [act for act in here if act.binding]
        known_to = _known_to(place, [*here, *later])
        why = _because(place, known_to, day)
        known = why is None
        names = sorted({act.instrument.id for act in (*here, *later)})

        def told(count: int, known: bool = known) -> int | None:
            return count if known else None

        return PanelRow(
            place.code,
            topic,
            month,
            known,
            why,
            told(len(binding)),
            told(len(later)),
            told(len(here) - len(binding)),
            told(sum(act.rule.certainty == "unverified" for act in here)),
            told(sum(act.rule.certainty == "draft" for act in here)),
            told(sum(act.disputed for act in here)),
            told(sum(not enforced(act.instrument, act.rule, day) for act in binding)),
            "; ".join(names) if known else None,
            len(binding) if place.coverage == "encoded" else None,
            place.coverage,
            known_to,
        )


@dataclass(frozen=True, slots=True)
class _Act:
    """A duty or prohibition that is counted, and under which topics."""

    rule: Rule
    instrument: Instrument
    binding: bool
    disputed: bool


def _by_place(found: dict[str, tuple[Rule, Instrument]], day: date) -> dict[tuple[str, str], list[_Act]]:
    """The rules to count by jurisdiction and topic: no permissions, and nothing that was not adopted by the day."""
    placed: dict[tuple[str, str], list[_Act]] = {}
    for rule, instrument in found.values():
        if rule.modality not in ("must", "must_not", "should") or not instrument.known_by(day):
            continue
        binding = instrument.force == "binding" and rule.modality != "should"
        act = _Act(rule, instrument, binding, disputed(rule, instrument))
        for topic in dict.fromkeys((ANY, *(each.name for each in rule.elements))):
            placed.setdefault((instrument.jurisdiction, topic), []).append(act)
    return placed


def _known_to(place: Place, acts: Sequence[_Act]) -> date | None:
    """Where the record ends: that of the coverage, or earlier that of an instrument which is counted."""
    days = [act.instrument.known_to for act in acts]
    return None if place.known_to is None else min([place.known_to, *days])


_STATES = {
    "pointer": "AI-specific law is pointed to only",
    "searched_none_found": "AI-specific law was searched and none found, which is no proof that there is none",
    "not_covered": "AI-specific law is not covered",
    "not_declared": "nothing was looked at",
}


def _because(place: Place, known_to: date | None, day: date) -> str | None:
    """Why nothing is known of a place on a day; None where it is known."""
    if place.coverage != "encoded":
        more = f"; encoded in other areas and not counted: {', '.join(place.instruments)}" if place.instruments else ""
        return _STATES.get(place.coverage, place.coverage) + more
    if known_to is None:
        return "it is not said up to when the law is known"
    return f"the law is known up to {known_to}" if day > known_to else None


# What is asked ----------------------------------------------------------------------------------------------


def month_of(text: str, option: str) -> str:
    """A month of an option, yyyy-mm. Raises UsageFault with the option's name."""
    match = _MONTH.fullmatch(text)
    if match is None or not 1 <= int(match[2]) <= 12 or int(match[1]) < 1:
        raise UsageFault(f"{option}: '{shown(text)}' is not a month", "write yyyy-mm")
    return text


def month_end(month: str) -> date:
    """The last day of a month."""
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, monthrange(year, number)[1])


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _months(first: str | None, last: str | None, places: Sequence[Place]) -> tuple[str, ...]:
    ends = [place.known_to for place in places if place.known_to is not None]
    end = _number(last) if last else _number(f"{max(ends, default=date.today()):%Y-%m}")
    start = _number(first) if first else end - _DEFAULT + 1
    if start > end:
        raise UsageFault("the first month lies after the last", "write --from 2024-01 --to 2026-12")
    if end - start >= _MOST:
        raise UsageFault(f"these are more than {_MOST} months", "ask for fewer with --from and --to")
    return tuple(f"{number // 12:04}-{number % 12 + 1:02}" for number in range(start, end + 1))


def _topics(corpus: Corpus) -> tuple[Topic, ...]:
    found: dict[str, Topic] = {}
    for document in corpus.raw.shared.get("elements", []):
        listed = document.get("elements")
        for node in listed.items if isinstance(listed, Seq) else ():
            if isinstance(node, Map):
                name, title, what = (
                    part.text if isinstance(part := node.get(key), Scalar) else ""
                    for key in ("element", "title", "what")
                )
                found[name] = Topic(name, title or name, " ".join(what.split()))
    return tuple(found.values())


def _places(corpus: Corpus, markets: Sequence[str]) -> tuple[Place, ...]:
    own: dict[str, dict[str, date]] = {}
    for each in corpus.at(date.max).instruments.values():
        own.setdefault(each.jurisdiction, {})[each.id] = each.known_to
    listed = coverage_of(corpus, markets or [*corpus.coverage, *(code for code in own if code not in corpus.coverage)])
    found: list[Place] = []
    for each in listed:
        area = next((area for area in each.areas if area.area == "ai_specific"), None)
        state = area.state if area is not None else "not_covered" if each.declared else "not_declared"
        name = corpus.jurisdictions.by_code[each.jurisdiction].name
        known_to = area.known_to if area is not None else None
        found.append(Place(each.jurisdiction, name, state, known_to, own.get(each.jurisdiction, {})))
    return tuple(found)


def panel(
    corpus: Corpus,
    markets: Sequence[str] = (),
    *,
    first: str | None = None,
    last: str | None = None,
    known: str = "now",
) -> Panel:
    """The panel of some jurisdictions or all. Without months: the 36 that end with the last day of the record.

    With `known` "then" each month is told as far as had been published by its end. Raises UsageFault for an unknown
    jurisdiction or impossible months.
    """
    places = _places(corpus, markets)
    return Panel(corpus, places, _topics(corpus), _months(first, last, places), known)
