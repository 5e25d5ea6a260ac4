"""Profiles of the worked cases of US law, with changes, and what follows for them on a date."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from comity.assess.evaluate import Dates, Evaluation
from comity.assess.findings import Finding, findings
from comity.assess.profile import subject_of
from comity.law.corpus import CORPUS, Corpus
from comity.law.model import Rule
from comity.source.documents import read_document
from comity.source.yaml12 import Map, parse

TODAY = date(2026, 11, 21)
"""The day up to which the sources were read: nothing published later is known."""


def profile(*bases: str, changes: str = "") -> Map:
    """The profiles `us-ca/sb53:large` of the worked cases, laid over each other, with changes in YAML: `{fact: value}`."""
    entries, positions = {}, {}
    for base in bases:
        file, _, name = base.partition(":")
        document = read_document(CORPUS / f"{file}.cases.yaml")
        found = document.entries["bases"].entries[name]
        entries.update(found.entries)
        positions.update(found.key_pos)
    last = parse(changes or "{}", "changes.yaml")
    return Map(last.pos, last.trail, {**entries, **last.entries}, {**positions, **last.key_pos})


@dataclass
class Answer:
    """What follows for a profile on a date, with what was known by TODAY unless another day is said."""

    corpus: Corpus
    profile: Map
    as_of: str
    known_at: str | None = None
    evaluation: Evaluation = field(init=False)

    def __post_init__(self) -> None:
        day = date.fromisoformat(self.as_of)
        known = date.fromisoformat(self.known_at) if self.known_at else TODAY
        self.evaluation = Evaluation(self.corpus, subject_of(self.profile, self.corpus), Dates(day, day, known))

    def finding(self, rule: str) -> Finding:
        """The one finding of a rule."""
        (found,) = findings(self.evaluation, rules={rule})
        return found

    def status(self, rule: str) -> str:
        """Its status; `absent` where the law of the date, as known, has no such rule."""
        found = findings(self.evaluation, rules={rule})
        assert len(found) < 2, rule
        return found[0].status if found else "absent"

    def holds(self, rule: str) -> bool | None:
        """The value of a rule on the date itself, recognitions included, which are never findings."""
        return self.evaluation.now.value(rule, 0)

    def rule(self, rule: str) -> Rule | None:
        """The rule in the law of the date."""
        return self.evaluation.now.law.rules.get(rule)


def day_before(day: str) -> str:
    """The day before a day."""
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()
