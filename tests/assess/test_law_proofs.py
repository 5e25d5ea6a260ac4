"""What is proved of law that was made up to be wrong in one way each; and that nothing is said of law that is right."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from comity.assess.evaluate import Dates, Evaluation
from comity.assess.ground import Ground, generic
from comity.assess.law_compare import RELATIONS
from comity.assess.law_proofs import CODES, prove_part
from comity.assess.law_questions import periods
from comity.assess.profile import subject_of
from comity.law.corpus import Corpus, load
from comity.law.lint import lint, severity
from comity.source.yaml12 import Map, parse
from comity.verbs.prove import Proofs, prove

ON = date(2026, 11, 21)

FACTS = """\
facts:
  - {fact: grown, kind: actor, type: bool, ask: Grown up?, basis: judgement, at: [s. 1]}
  - {fact: minor, kind: actor, type: bool, ask: Minor?, basis: observable, at: [s. 1]}
  - {fact: staff, kind: actor, type: number, unit: persons, min: 0, ask: How many?, basis: observable, at: [s. 1]}
  - {fact: size, kind: actor, type: code, codes: {small: S, large: L}, ask: Size?, basis: observable, at: [s. 1]}
  - {fact: trained, kind: model, type: bool, ask: Trained?, basis: judgement, at: [s. 1]}
  - {fact: sold, kind: model, type: bool, ask: Sold?, basis: observable, at: [s. 1]}
  - {fact: told_at, kind: model, type: date, event: true, ask: When was it told?, basis: observable, at: [s. 1]}
constraints:
  - {constraint: grown-is-no-minor, if: grown, then: NOT minor, at: s. 1}
"""

HEAD = """\
instrument: {name}
title: A made-up Act on AI
jurisdiction: XX
kind: statute
force: binding
cite: Act 1 of 2025
url: https://example.org/act
checked: {{date: 2026-11-01, against: primary}}
known_to: 2026-11-01
events:
  - {{date: 2025-01-01, event: adopted}}
timeline:
  start: {{date: 2026-01-01, at: s. 20}}
  end: {{date: 2026-06-01, at: s. 20(2)}}
parameters:
  few: {{value: 10, unit: persons, at: s. 3}}
  many: {{value: 20, unit: persons, at: s. 3}}
  shortly: {{value: 2, unit: calendar_days, at: s. 3}}
rules:
"""


def corpus_of(folder: Path, **acts: str) -> Corpus:
    (folder / "xx").mkdir()
    (folder / "facts.yaml").write_text(FACTS, encoding="utf-8")
    (folder / "jurisdictions.yaml").write_text("jurisdictions:\n  - {code: XX, name: Xland}\n", encoding="utf-8")
    for name, rules in acts.items():
        text = HEAD.format(name=f"xx/{name}") + rules
        (folder / "xx" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load(base=folder)


def proofs(folder: Path, **acts: str) -> Proofs:
    found = prove(corpus_of(folder, **acts), [], ON)
    assert found.given_up == []
    return found


BAD = {
    "unreachable": (
        "  - {class: small_and_many, per: actor, when: staff < $few AND staff > $many, at: s. 1}\n",
        "error",
        "small_and_many",
        "the condition cannot be met",
    ),
    "unreachable-by-a-constraint": (
        "  - {class: both, per: actor, when: grown AND minor, at: s. 1}\n",
        "error",
        "both",
        "by the constraint grown-is-no-minor",
    ),
    "unreachable-under-its-addressee": (
        "  - {role: large, per: actor, when: size = 'large', at: s. 1}\n"
        "  - {duty: tell, per: actor, addressee: large, when: size = 'small', what: Tell., at: s. 2}\n",
        "error",
        "tell",
        "the addressee 'large' and the condition exclude each other",
    ),
    "unreachable-by-an-exception": (
        "  - class: those\n    per: actor\n    when: staff > $many\n    at: s. 1\n"
        "    except: [{id: out, when: staff > $few, at: s. 2}]\n",
        "error",
        "those",
        "exclude each other",
    ),
    "dead_exception": (
        "  - class: those\n    per: actor\n    when: staff > $many\n    at: s. 1\n"
        "    except: [{id: out, when: staff < $few, at: s. 2}]\n",
        "error",
        "out",
        "whoever it is about is not in 'those' anyway",
    ),
    "always": (
        "  - {class: anybody, per: actor, when: staff >= $few OR NOT staff >= $few OR grown, at: s. 1}\n",
        "warning",
        "anybody",
        "holds of every subject",
    ),
    "redundant": (
        "  - class: those\n    per: actor\n    when: grown\n    at: s. 1\n"
        "    except: [{id: few, when: staff < $few, at: s. 2}, {id: some, when: staff < $many, at: s. 2}]\n",
        "warning",
        "few",
        "wherever it bites, 'some' does too",
    ),
    "clash": (
        "  - {duty: tell, per: model, addressee: anyone, when: trained, what: Tell., at: s. 1,\n"
        "     clock: {kind: deadline, within: $shortly, anchor: told_at, done: told_at}}\n"
        "  - {prohibition: silence, per: model, addressee: anyone, when: trained AND happened(told_at), what: No., at: s. 2}\n",
        "error",
        "tell",
        "doing it is what 'silence' prohibits",
    ),
}


def follows() -> str:
    return "  - {class: adult, per: actor, when: NOT minor, at: s. 1}\n"


@pytest.mark.parametrize("name", BAD)
def test_each_fault_is_proved_and_shown(tmp_path: Path, name: str):
    rules, word, rule, message = BAD[name]
    (found,) = proofs(tmp_path, act=rules).findings
    assert found.fault.code == CODES[name.partition("-")[0]]
    assert (severity(found.fault), found.rule.name) == (word, rule)
    assert message in found.fault.message
    assert found.fault.mend
    assert Path(found.fault.file).is_file()
    assert found.fault.line is not None
    if name != "unreachable-by-an-exception":
        assert found.example is None or found.example.verified


def test_a_condition_that_the_scope_implies_excludes_nobody(tmp_path: Path):
    rules = follows()
    corpus = corpus_of(tmp_path, act=rules)
    text = (tmp_path / "xx" / "act.yaml").read_text(encoding="utf-8")
    scope = "scope:\n  - {per: actor, when: grown, at: s. 1}\nrules:\n"
    (tmp_path / "xx" / "act.yaml").write_text(text.replace("rules:\n", scope), encoding="utf-8")
    assert not prove(corpus, [], ON).findings
    (found,) = prove(load(base=tmp_path), [], ON).findings
    assert found.fault.code == CODES["follows"]
    assert found.constraints == ("grown-is-no-minor",)


def test_every_code_is_tested():
    assert {name.partition("-")[0] for name in BAD} | {"follows"} == set(CODES)


GOOD = """\
  - {role: large, per: actor, when: size = 'large', at: s. 1}
  - {class: before, per: actor, when: grown, applies: start, ceases: end, at: s. 1}
  - {class: after, per: actor, when: grown, applies: end, at: s. 1}
  - {class: over, per: actor, when: after AND NOT before, at: s. 1}
  - {class: recorded, per: actor, when: "event('xx/act','repealed') <= as_of", at: s. 1}
  - class: several
    per: actor
    when: "any(model: trained AND NOT sold) AND any(model: sold AND NOT trained)"
    at: s. 1
  - class: whole
    per: model
    when: trained OR sold
    at: s. 1
    except:
      - {id: stated, when: NOT trained AND NOT sold, at: s. 2, raised_by: claimant, because: a statement stands for both}
  - duty: tell
    per: actor
    addressee: large
    when: staff > $few
    what: Tell.
    at: s. 2
    except: [{id: young, when: minor, at: s. 2}, {id: huge, when: staff > $many, at: s. 2}]
"""


def test_nothing_is_said_of_law_that_is_right(tmp_path: Path):
    """Dates that follow one another, an event not on record, two records of a kind, a claim that closes a question."""
    found = proofs(tmp_path, act=GOOD)
    assert [each.fault.message for each in found.findings] in ([], [found.findings[0].fault.message])
    assert all(each.rule.name == "stated" for each in found.findings)


PAIRS = {
    "equal": ("staff > $few AND grown", "grown AND NOT staff <= $few AND (staff > $few OR staff <= $few)"),
    "narrower": ("staff > $many", "staff > $few"),
    "wider": ("staff > $few", "staff > $many"),
    "overlapping": ("staff > $few", "staff < $many"),
    "disjoint": ("staff > $many", "staff < $few"),
}


@pytest.mark.parametrize("relation", RELATIONS)
def test_definitions_are_compared_with_subjects_that_show_it(tmp_path: Path, relation: str):
    rule = "  - {{class: covered, per: actor, when: {0}, at: s. 1}}\n"
    left, right = (rule.format(each) for each in PAIRS[relation])
    corpus = corpus_of(tmp_path, one=left, two=right.replace("covered,", "other, aliases: [Covered],"))
    (pair,) = prove(corpus, [], ON).compared
    assert pair.relation == relation
    there = (pair.both is not None, pair.only_left is not None, pair.only_right is not None)
    want = {
        "equal": (True, False, False),
        "narrower": (True, False, True),
        "wider": (True, True, False),
        "overlapping": (True, True, True),
        "disjoint": (False, True, True),
    }
    assert there == want[relation]
    cases = ((pair.both, True, True), (pair.only_left, True, False), (pair.only_right, False, True))
    for shown, first, second in cases:
        if shown is not None:
            assert shown.verified
            document = parse(shown.profile, "witness")
            assert isinstance(document, Map)
            on = Dates(shown.on, shown.on, date.max)
            there_ = Evaluation(corpus, subject_of(document, corpus), on).at(shown.on)
            assert (there_.value(pair.left.id, 0), there_.value(pair.right.id, 0)) == (first, second)


def test_only_the_instruments_named_are_told(tmp_path: Path):
    rules = BAD["unreachable"][0]
    corpus = corpus_of(tmp_path, one=rules, two=rules.replace("small_and_many", "another"))
    found = prove(corpus, ["xx/two"], ON)
    assert [each.rule.id for each in found.findings] == ["xx/two#another"]


def test_what_is_too_much_work_is_named(tmp_path: Path):
    corpus = corpus_of(tmp_path, act=BAD["unreachable"][0])
    (period,) = periods(corpus, "xx/act")
    found, given_up, _ = prove_part(corpus, period, rlimit=1)
    assert found == []
    assert any(name.startswith("xx/act#small_and_many") for name in given_up)


def test_a_claim_counts_only_where_it_is_shown(tmp_path: Path):
    corpus = corpus_of(tmp_path, act=GOOD)
    program = corpus.at(ON).homes["xx/act"].program
    ground = Ground(corpus, ON, program.rules, whole=False)
    assert ground.partly("xx/act#stated", "xx/act#large") is True
    assert ground.partly("xx/act#large", "xx/act#large", "xx/act#large") is False
    assert generic().complete["model"] is True


def test_the_form_of_the_law_is_in_order(tmp_path: Path):
    """What is made up here to be proved wrong is law that loads."""
    for number, (rules, *_) in enumerate(BAD.values()):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert all(not fault.code.startswith("law.") for fault in lint(corpus_of(folder, act=rules)))
