"""The clauses that break simple designs: a profile, a date, and what a reader of the source expects.

Clauses of the EU AI Act and SB 53 are asked of the shipped corpus; those of other laws are small files under law/,
written from the dossiers. Every expectation cites its source.
"""

import shutil
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from comity.assess.evaluate import Dates, Evaluation
from comity.assess.findings import findings
from comity.assess.profile import subject_of
from comity.errors import Faults
from comity.law.corpus import CORPUS, load
from comity.law.patches import read_patch
from comity.law.raw import RawPatch
from comity.source.yaml12 import parse

TODAY = date(2026, 11, 21)
"""The day on which the dossiers were closed: nothing published later is known, unless a test says otherwise."""


LAW = Path(__file__).parent / "law"


@pytest.fixture(scope="session")
def corpus():
    """The shipped law with the test law beside it."""
    return load(LAW)


@pytest.fixture(scope="session")
def corpus_without_eu(tmp_path_factory):
    """The same without the Union's own law, which most questions here do not need and which takes the time."""
    folder = tmp_path_factory.mktemp("corpus")
    shutil.copytree(CORPUS, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("eu"))
    return load(folder, LAW, base=None)


class Answers:
    """What follows for a profile on a date."""

    def __init__(self, corpus, profile, as_of, instrument, known_at=None, facts_at=None, patches=()):
        now = date.fromisoformat(as_of)
        known = date.fromisoformat(known_at) if known_at else min(now, TODAY)
        subject = subject_of(parse(profile, "profile.yaml"), corpus)
        dates = Dates(date.fromisoformat(facts_at) if facts_at else now, now, known)
        self.notes = subject.notes
        self.evaluation = Evaluation(corpus, subject, dates, tuple(patches))
        self.instrument = instrument
        self.found = {}

    def of(self, rule):
        """The findings of a rule by record."""
        rule = rule if "#" in rule else f"{self.instrument}#{rule}"
        if rule not in self.found:
            records = self.evaluation.subject.records
            made = findings(self.evaluation, rules={rule})
            self.found[rule] = {records[each.rule.per][each.record].name: each for each in made}
        return self.found[rule]

    def __getitem__(self, key):
        """The finding of a rule: `rule` where there is one record of its kind, else (`rule`, record)."""
        rule, record = key if isinstance(key, tuple) else (key, None)
        hits = [found for name, found in self.of(rule).items() if record in (None, name)]
        assert len(hits) == 1, f"{len(hits)} findings of {rule} about {record or 'any record'}"
        return hits[0]

    def __contains__(self, rule):
        return bool(self.of(rule))

    def course(self, key):
        """(status, from, until, possible_from) with the dates in ISO form."""
        found = self[key]
        dates = (found.start, found.until, found.possible_from)
        return (found.status, *(None if day is None else day.isoformat() for day in dates))

    def status(self, key):
        return self[key].status

    def holds(self, rule, record=0):
        """The value of a rule on the date itself, recognitions included, which are never findings."""
        rule = rule if "#" in rule else f"{self.instrument}#{rule}"
        assert rule in self.evaluation.now.law.rules, f"the law of this date has no rule {rule}"
        return self.evaluation.now.value(rule, record)


@pytest.fixture
def ask(corpus, corpus_without_eu):
    """`ask(profile, as_of, of=instrument, known_at=, facts_at=, patches=)`."""

    def asked(profile, as_of, of="eu/ai-act", **more):
        return Answers(corpus if of.startswith("eu/") else corpus_without_eu, profile, as_of, of, **more)

    return asked


@pytest.fixture(scope="session")
def patch():
    """A made-up patch from its text; the same text is the same patch, so that its law is compiled once."""

    @cache
    def made(text):
        document = parse(text, "patch.yaml")
        faults = Faults()
        found = read_patch(RawPatch(document.get("patch").text, document, document.get("changes").items), faults)
        assert found is not None, faults.all
        assert not faults, faults.all
        return found

    return made
