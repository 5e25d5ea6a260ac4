"""Two versions of the shipped law, and an evaluation of a witness that shares nothing with how it was found."""

import json
from datetime import date

import pytest

from comity.assess.context import contexts_of, derive
from comity.assess.profile import subject_of
from comity.change.effect import Effect, Side
from comity.law.corpus import load
from comity.logic.proof import evaluate
from comity.source.documents import read_bytes

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="session")
def corpus():
    return load()


def side(corpus, on, known=TODAY, patches=()):
    return Side(corpus, on, known, corpus.at(on, known, patches))


def answer(at, rule, subject, on, readings=None):
    """What one version of the law says of the first record of the rule's kind."""
    part = at.law.part_of(rule)
    if part is None or rule not in part.program.index:
        return False
    contexts = contexts_of(at.corpus, subject, on, on, derive(at.corpus, subject, on), readings, at.known_at)
    return evaluate(part.program, subject.graph(), dict(contexts)).value(rule, 0)


def subject_from(profile, corpus):
    return subject_of(read_bytes(json.dumps(profile).encode(), "witness.json", "json"), corpus)


def check(effect, verdict):
    """A witness, written as a profile and read again, really gets another answer."""
    seen = verdict.witness
    subject = subject_from(seen.profile, effect.new.corpus)
    answers = [answer(at, verdict.rule, subject, seen.on, seen.readings) for at in (effect.old, effect.new)]
    assert answers == [seen.before, seen.after], (verdict.rule, seen)
    assert seen.before is not seen.after


@pytest.fixture(scope="session")
def omnibus(corpus):
    """The law on the day before Regulation (EU) 2026/1744 was in force, and on the day."""
    return Effect(side(corpus, date(2026, 7, 26)), side(corpus, date(2026, 7, 27)))
