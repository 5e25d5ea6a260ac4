"""stale: how old what the corpus knows is, what changes soon, and what rests on doubt or on dead law."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from comity.law.corpus import Corpus
from comity.law.model import Instrument, Rule
from comity.law.parts import Law
from comity.logic.program import references_of
from comity.verbs.law import rule_dates
from comity.verbs.record import Json, plain

__all__ = ["Coming", "Stale", "StaleRow", "stale", "stale_record"]


@dataclass(frozen=True, slots=True)
class Coming:
    """A day on which something of an instrument changes: a date of its timeline, an amendment, the end of a state."""

    on: date
    instrument: str
    what: str
    at: str


@dataclass(frozen=True, slots=True)
class StaleRow:
    """An instrument on a day. Ages are in days; `unknown_for` counts from the end of what is known of it."""

    instrument: Instrument
    checked_for: int
    unknown_for: int
    doubts: dict[str, int]
    readings: tuple[str, ...]
    dead: bool
    rests_on_dead: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stale:
    """All instruments, those of which the record ends first at the top; and the days ahead."""

    on: date
    within: int
    rows: tuple[StaleRow, ...]
    coming: tuple[Coming, ...]


def _over(rule: Rule, instrument: Instrument, on: date) -> bool:
    end = rule_dates(rule, instrument)[1]
    return end is not None and end <= on


def _dead(corpus: Corpus, law: Law, on: date) -> set[str]:
    """Instruments that had rules and have none that holds on the day or later."""

    def own(each: Instrument) -> list[Rule]:
        # What an instrument reaches stays behind when all its rules are repealed.
        return [rule for rule in each.rules.values() if not rule.helper and not rule.name.startswith("scope_")]

    had = {name for name, each in corpus.at(date.min).instruments.items() if own(each)}
    return {
        name
        for name, each in law.instruments.items()
        if (own(each) or name in had) and all(_over(rule, each, on) for rule in own(each))
    }


def _rests_on(instrument: Instrument, dead: set[str]) -> tuple[str, ...]:
    """Rules of this instrument that refer to a rule of a dead one, as `rule → other`."""
    found: dict[str, None] = {}
    for rule in instrument.rules.values():
        for name in references_of(rule.node):
            owner = name.partition("#")[0]
            if owner != instrument.id and owner in dead:
                found[f"{rule.name} → {name}"] = None
    return tuple(found)


def _coming(corpus: Corpus, law: Law, on: date, until: date) -> list[Coming]:
    found: set[tuple[date, str, str, str]] = set()
    for name, each in law.instruments.items():
        found |= {(p.value, name, key, p.at) for key, p in each.timeline.items() if isinstance(p.value, date)}
        found |= {(event.date, name, event.event, event.at or "") for event in each.events}
        for entry in each.enforcement:
            for day, word in ((entry.start, "begins"), (entry.end, "ends"), (entry.unsure_from, "may end")):
                if day is not None:
                    found.add((day, name, f"enforcement {entry.state} {word}", entry.at))
    for patch in corpus.patches:
        found.add((patch.in_force, patch.amends, f"amended by {patch.id}", patch.cite))
    return [Coming(*each) for each in sorted(found) if on <= each[0] <= until]


def stale(corpus: Corpus, on: date, within: int = 90) -> Stale:
    """What is old, coming within so many days, doubtful or dead on a day, as far as the corpus knows by then."""
    law = corpus.at(on, on)
    dead = _dead(corpus, law, on)
    rows: list[StaleRow] = []
    for name, each in law.instruments.items():
        doubts = Counter(rule.certainty for rule in each.rules.values() if rule.certainty != "settled")
        rows.append(
            StaleRow(
                each,
                (on - each.checked.date).days,
                max(0, (on - each.known_to).days),
                dict(sorted(doubts.items())),
                tuple(each.readings),
                name in dead,
                _rests_on(each, dead) if name not in dead else (),
            )
        )
    rows.sort(key=lambda row: (-row.unknown_for, -row.checked_for, row.instrument.id))
    return Stale(on, within, tuple(rows), tuple(_coming(corpus, law, on, on + timedelta(days=within))))


def stale_record(corpus: Corpus, found: Stale) -> Json:
    """What is stale as JSON (`comity.law-stale/1`)."""
    return {
        "schema": "comity.law-stale/1",
        "corpus": {"digest": corpus.digest},
        "on": plain(found.on),
        "within_days": found.within,
        "instruments": [
            {
                "id": row.instrument.id,
                "jurisdiction": row.instrument.jurisdiction,
                "checked": {"date": plain(row.instrument.checked.date), "against": row.instrument.checked.against},
                "checked_days_ago": row.checked_for,
                "known_to": plain(row.instrument.known_to),
                "unknown_for_days": row.unknown_for,
                "rules_in_doubt": row.doubts,
                "readings": list(row.readings),
                "dead": row.dead,
                "rests_on_dead_law": list(row.rests_on_dead),
            }
            for row in found.rows
        ],
        "coming": [
            {"on": plain(each.on), "instrument": each.instrument, "what": each.what, "at": each.at}
            for each in found.coming
        ],
    }
