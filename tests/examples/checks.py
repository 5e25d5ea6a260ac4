"""What the tests of the shipped examples share: the answers about an example on a date, and which of them ask something."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path

from comity.assess.findings import Finding
from comity.assess.profile import read_profile
from comity.law.corpus import Corpus
from comity.verbs.assess import assess
from comity.verbs.clock import choose_dates

__all__ = ["DUTIES", "EXAMPLES", "TODAY", "answers", "asked", "visible"]

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
TODAY = date(2026, 11, 21)
DUTIES = ("duty", "prohibition")


def answers(corpus: Corpus, profile: Path, on: date, laws: Collection[str]) -> list[Finding]:
    """What the instruments named say about a profile on a date."""
    made = assess(corpus, read_profile(profile, corpus), choose_dates(on, today=TODAY)).findings
    return [finding for finding in made if finding.instrument.id in laws]


def asked(finding: Finding) -> bool:
    """Whether the rule asks something: a duty that must or should be met, or a prohibition."""
    return finding.rule.kind in DUTIES and finding.rule.modality != "may"


def visible(finding: Finding) -> bool:
    """Whether a reader sees the rule by itself: an exception is part of what it belongs to, a helper of what uses it."""
    return finding.rule.kind != "exemption" and not finding.rule.helper
