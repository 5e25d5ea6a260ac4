"""Findings that Kleene's logic leaves open and the solver settles: what changes, what stays, and on what it rests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from random import Random

import pytest

from comity.assess.evaluate import Dates, Evaluation
from comity.assess.exact import Exact
from comity.assess.findings import Finding, Missing, findings
from comity.assess.profile import subject_of
from comity.assess.subject import Record, Stated, Subject
from comity.errors import FaultyInput
from comity.law.corpus import Corpus, load
from comity.law.model import Fact
from comity.law.parts import Part
from comity.logic import ir
from comity.logic.program import nodes_of, references_of
from comity.logic.values import NONE, CodeSet, Value
from comity.source.yaml12 import Map, parse

ON = date(2026, 11, 21)

FACTS = """\
facts:
  - {fact: grown, kind: actor, type: bool, ask: Grown up?, basis: judgement, at: [s. 1]}
  - {fact: minor, kind: actor, type: bool, ask: Minor?, basis: observable, at: [s. 1]}
  - {fact: trained, kind: model, type: bool, ask: Trained?, basis: judgement, at: [s. 1]}
  - {fact: sold, kind: model, type: bool, ask: Sold?, basis: observable, at: [s. 1]}
  - {fact: own_staff, kind: actor, type: number, unit: persons, min: 0, ask: How many?, basis: observable, at: [s. 1]}
  - {fact: group_staff, kind: actor, type: number, unit: persons, min: 0, ask: How many of the group?, basis: observable, at: [s. 1]}
  - {fact: checked_at, kind: model, type: date, event: true, ask: When was it checked?, basis: observable, at: [s. 1]}
  - {fact: fields, kind: model, type: set, codes: {a: A, b: B}, ask: Which fields?, basis: observable, at: [s. 1]}
constraints:
  - {constraint: grown-is-no-minor, if: grown, then: NOT minor, at: s. 1}
  - {constraint: checked-is-trained, if: happened(checked_at), then: trained, at: s. 1}
bridges:
  - {bridge: group-has-its-own, fill: group_staff, relation: at_least, sum: [own_staff], at: s. 2}
"""

LAW = """\
instrument: xx/act
title: A made-up Act on AI
short: Act
jurisdiction: XX
kind: statute
force: binding
cite: Act 1 of 2025
url: https://example.org/act
checked: {date: 2026-11-01, against: primary}
known_to: 2026-11-01
events:
  - {date: 2025-01-01, event: adopted}
timeline:
  start: {date: 2026-01-01, at: s. 20}
  later: {date: 2027-06-01, at: s. 20(2)}
parameters:
  many: {value: 100, unit: persons, at: s. 2}
readings:
  - {reading: wide, title: How wide it is, true_means: wide, false_means: narrow, at: s. 4}
rules:
"""


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Evaluation]:
    """Evaluate a profile under rules written here."""

    def made(rules: str, profile: str, on: date = ON, facts_at: date | None = None) -> Evaluation:
        folder = tmp_path_factory.mktemp("law")
        write(folder, rules)
        corpus = load(folder, base=None)
        document = parse(profile, "profile.yaml")
        assert isinstance(document, Map)
        return Evaluation(corpus, subject_of(document, corpus), Dates(facts_at or on, on, ON))

    return made


def write(folder: Path, rules: str) -> None:
    (folder / "facts.yaml").write_text(FACTS, encoding="utf-8")
    (folder / "jurisdictions.yaml").write_text("jurisdictions:\n  - {code: XX, name: Exland}\n", encoding="utf-8")
    (folder / "xx").mkdir()
    lines = "".join(f"  - {{{rule}}}\n" for rule in rules.splitlines())
    (folder / "xx" / "act.yaml").write_text(LAW + lines, encoding="utf-8")


def exactly(evaluation: Evaluation, rule: str) -> tuple[Finding, Finding]:
    """The one finding of a rule without and with the solver."""
    (before,) = findings(evaluation, rules={f"xx/act#{rule}"})
    (after,) = findings(evaluation, rules={f"xx/act#{rule}"}, exact=Exact(evaluation))
    return before, after


Make = Callable[..., Evaluation]
MODEL = Missing("trained", "model", "model")


def rule(name: str, when: str, per: str = "model", applies: str = "start") -> str:
    return f'class: {name}, per: {per}, title: A rule, applies: {applies}, at: s. 3, when: "{when}"'


def test_an_answer_that_no_fact_can_change_is_settled(make: Make):
    text = "\n".join((rule("either", "trained OR NOT trained"), rule("both", "either AND sold")))
    before, after = exactly(make(text, "sold: true"), "both")
    assert (before.status, before.value, before.missing) == ("open", None, (MODEL,))
    assert (after.status, after.value, after.start, after.missing) == ("applies", True, date(2026, 1, 1), ())
    settled = after.settled_by
    assert settled is not None
    assert (settled.on, settled.value, settled.split, settled.by, settled.given) == (ON, True, (MODEL,), (), ())
    # Whatever the judgement is, the answer is the same: it rests on none.
    assert after.judgement == ()
    assert settled.proof is not None
    assert settled.proof.value is True


def test_what_is_open_stays_open_and_nothing_else_changes(make: Make):
    before, after = exactly(make(rule("one", "trained OR sold"), "sold: false"), "one")
    assert before == after
    assert after.settled_by is None


def test_a_constraint_settles_backwards_and_is_named(make: Make):
    before, after = exactly(make(rule("grown_up", "grown", "actor"), "minor: true"), "grown_up")
    assert (before.status, after.status, after.value) == ("open", "not_applicable", False)
    assert after.settled_by is not None
    assert after.settled_by.by == (("grown-is-no-minor", "s. 1"),)
    assert [each.fact for each in after.settled_by.given] == ["minor"]


def test_a_bridge_ties_what_it_would_fill(make: Make):
    when = "own_staff > $many AND group_staff < $many"
    before, after = exactly(make(rule("odd", when, "actor"), "own_staff: unknown"), "odd")
    assert (before.status, after.status) == ("open", "not_applicable")
    # A number that was stated is believed, whatever the bridge says.
    before, after = exactly(make(rule("odd", when, "actor"), "own_staff: unknown\ngroup_staff: unknown"), "odd")
    assert before == after


def test_an_upcoming_answer_is_settled_on_its_own_date(make: Make):
    before, after = exactly(make(rule("soon", "trained OR NOT trained", applies="later"), "sold: true"), "soon")
    assert (before.status, before.possible_from) == ("open", date(2027, 6, 1))
    assert (after.status, after.start, after.at) == ("upcoming", date(2027, 6, 1), date(2027, 6, 1))
    assert after.settled_by is not None
    assert after.settled_by.on == date(2027, 6, 1)


def test_an_answer_that_is_settled_for_now_only_stays_open_from_then(make: Make):
    when = "(trained AND NOT trained) OR (soon AND sold)"
    text = "\n".join((rule("soon", "true", applies="later"), rule("now_or_then", when)))
    before, after = exactly(make(text, "sold: unknown"), "now_or_then")
    assert (before.status, before.possible_from) == ("open", date(2026, 1, 1))
    assert (after.status, after.possible_from, after.settled_by) == ("open", date(2027, 6, 1), None)


def test_disputed_is_what_only_a_reading_decides(make: Make):
    when = "reading('wide') AND (trained OR NOT trained)"
    before, after = exactly(make(rule("both_ways", when), "sold: true"), "both_ways")
    assert (before.status, after.status) == ("open", "disputed")
    assert {value for _, _, value in after.readings} == {True, False}
    before, after = exactly(make(rule("no_way", "reading('wide') OR NOT reading('wide')"), "sold: true"), "no_way")
    assert (before.status, after.status) == ("open", "applies")
    assert after.settled_by is not None
    assert after.settled_by.split == (Missing("reading xx/act#wide", "", ""),)


def test_what_may_happen_later_is_not_ruled_out_by_what_has_not(make: Make):
    # Asked ahead, the facts are only carried on: a constraint from an event says nothing then.
    then = date(2027, 6, 1)
    profile = "checked_at: none\ntrained: false"
    assert Exact(make(rule("checked", "happened(checked_at)"), profile)).settle("xx/act#checked", 0, ON) is False
    ahead = make(rule("checked", "happened(checked_at)"), profile, then, facts_at=ON)
    assert Exact(ahead).settle("xx/act#checked", 0, then) is None


def test_a_list_of_codes_that_are_all_ruled_out_is_empty(make: Make):
    _, after = exactly(make(rule("some", "nonempty(fields)"), "fields: {not: [a, b], rest: unknown}"), "some")
    assert after.status == "not_applicable"
    assert after.settled_by is not None
    assert after.settled_by.split == (Missing("fields", "model", "model"),)
    assert after.settled_by.proof is not None


def test_work_is_bounded_over_all_questions(make: Make):
    evaluation = make("\n".join(rule(f"r{i}", "trained OR NOT trained") for i in range(14)), "sold: true")
    exact = Exact(evaluation, rlimit=1)
    found = findings(evaluation, exact=exact)
    assert {each.status for each in found} == {"open"}
    assert 0 < len(exact.given_up) <= 10


def test_no_completion_contradicts_what_is_settled(corpus: Corpus):
    # Profiles made at random of the shipped facts; then some of the missing ones are stated, at random too.
    chance = Random(7)  # noqa: S311
    compared = 0
    for _ in range(10):
        subject, evaluation = possible(corpus, chance, 0.3)
        exact, now = Exact(evaluation), evaluation.now
        settled = {
            (rule.id, record): value
            for rule in now.law.rules.values()
            for record in range(len(subject.records[rule.per]))
            if now.value(rule.id, record) is None and (value := exact.settle(rule.id, record, ON)) is not None
        }
        assert not exact.given_up
        # A claim that is made later changes an answer for good reason.
        settled = {key: value for key, value in settled.items() if not claims(now.law.homes, key[0])}
        for _ in range(3 if settled else 0):
            _, more = possible(corpus, chance, 0.15, subject)
            for (rule, record), value in settled.items():
                assert more.now.value(rule, record) in (value, None), (rule, record)
                compared += more.now.value(rule, record) is value
    assert compared


def claims(homes: Mapping[str, Part], rule: str) -> bool:
    """Whether an answer of the rule can hang on something that must be claimed."""
    program = homes[rule.partition("#")[0]].program
    seen, stack = set[str](), [rule]
    while stack:
        node = program.rule(stack.pop()).node
        if any(isinstance(part, ir.Claim) for part in nodes_of(node)):
            return True
        stack += [each for each in references_of(node) if each not in seen]
        seen.update(references_of(node))
    return False


def possible(corpus: Corpus, chance: Random, share: float, base: Subject | None = None) -> tuple[Subject, Evaluation]:
    """A subject whose facts do not contradict each other."""
    while True:
        subject = drawn(corpus, chance, share, base)
        try:
            return subject, Evaluation(corpus, subject, Dates(ON, ON, ON))
        except FaultyInput:
            share *= 0.9


def drawn(corpus: Corpus, chance: Random, share: float, base: Subject | None = None) -> Subject:
    """A subject with some of its missing facts stated at random. Claims stay as they are: no fact is raised."""
    records = {kind: [Record(kind, kind)] for kind in ("actor", "model", "system", "use")} | {"incident": []}
    records["system"][0].parents["model"] = records["use"][0].parents["system"] = [0]
    for kind, found in records.items():
        for record in found:
            if base is not None:
                record.facts.update(base.records[kind][0].facts)
            for fact in corpus.vocabulary.facts.values():
                mine = fact.kind == kind or (fact.kind == "artefact" and kind == "system")
                if mine and fact.name not in record.facts and chance.random() < share:
                    record.facts[fact.name] = Stated(_value(fact, chance))
    return Subject("drawn", records, dict.fromkeys(records, True))


def _value(fact: Fact, chance: Random) -> Value:
    match fact.type:
        case "bool":
            return chance.random() < 0.5
        case "number":
            return chance.choice((1, 50, 10**6, 10**9, 10**25, 2 * 10**26))
        case "date" | "instant":
            return chance.choice((NONE, *(date(year, 3, 1).toordinal() for year in (2024, 2025, 2026))))
        case "code":
            return chance.choice(sorted(fact.codes or ()))
        case "jurisdiction":
            return chance.choice(("DE", "FR", "US-CA", "JP"))
        case "set":
            return CodeSet(frozenset(code for code in fact.codes or () if chance.random() < 0.3))
        case _:
            return CodeSet(frozenset(code for code in ("DE", "US-CA", "JP") if chance.random() < 0.5))
