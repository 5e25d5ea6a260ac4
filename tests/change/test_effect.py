"""What a change can and cannot do: every witness bears out, and what is said not to change does not."""

import random
from datetime import date

import pytest

from change.conftest import TODAY, answer, check, side, subject_from
from comity.change.cone import Meanings, cone_of
from comity.change.effect import Effect
from comity.change.order import NARROWER, SAME, WIDER, order
from comity.logic import ir
from comity.verbs.patches import read_patches

PATCH = """\
patch: test/made-up
title: Made up
amends: us-ca/sb53
hypothetical: true
published: 2026-01-01
in_force: 2027-01-01
changes:
{changes}
"""


def amended(corpus, tmp_path, changes, **solver):
    file = tmp_path / "patch.yaml"
    file.write_text(PATCH.format(changes=changes), encoding="utf-8")
    patches = read_patches([file], corpus)
    on = date(2027, 1, 1)
    return Effect(side(corpus, on), side(corpus, on, TODAY, patches), **solver)


def test_every_conclusion_the_omnibus_can_change_has_a_witness_that_really_changes(omnibus):
    verdicts = omnibus.verdicts
    # One turns on an approval that no public record holds yet, so no profile can show it: said to be not settled.
    assert [name for name, v in verdicts.items() if v.state == "open"] == ["eu/ai-act#gpai_code_general_validity"]
    assert sum(v.state == "can" for v in verdicts.values()) > 150
    for verdict in verdicts.values():
        if verdict.state == "can":
            check(omnibus, verdict)


def test_what_cannot_change_is_the_same_for_every_witness(omnibus):
    fixed = [name for name, v in omnibus.verdicts.items() if v.state == "cannot"]
    outside = [name for name in omnibus.new.law.homes["eu/ai-act"].rules if name not in omnibus.verdicts]
    assert omnibus.cone.outside == len(omnibus.old.law.rules.keys() | omnibus.new.law.rules.keys()) - len(
        omnibus.verdicts
    )
    chosen = random.Random(7).sample([v for v in omnibus.verdicts.values() if v.witness], 12)  # noqa: S311
    for verdict in chosen:
        subject = subject_from(verdict.witness.profile, omnibus.new.corpus)
        for name in (*fixed, *random.Random(verdict.rule).sample(outside, 10)):  # noqa: S311
            before, after = (answer(at, name, subject, verdict.witness.on) for at in (omnibus.old, omnibus.new))
            assert before is after, (name, verdict.witness)


def test_the_direction_of_what_the_omnibus_moved(omnibus):
    # law/eu.md, eu-ai-omnibus: Annex III from 2026-08-02 to 2027-12-02, so the class holds on fewer days.
    verdict = omnibus.verdicts["eu/ai-act#annex_iii_4a"]
    assert (verdict.state, verdict.direction) == ("can", NARROWER)
    assert date(2026, 8, 2) <= verdict.witness.on < date(2027, 12, 2)
    assert (verdict.witness.before, verdict.witness.after) == (True, False)
    # Art. 5(1)(ba) is new: a prohibition that holds where none did.
    verdict = omnibus.verdicts["eu/ai-act#prohibited_ba_provider"]
    assert (verdict.direction, verdict.witness.before, verdict.witness.after) == (WIDER, False, True)


def test_a_raised_threshold_is_narrower_with_and_without_a_solver(corpus, tmp_path):
    changes = "  - set: $frontier_compute\n    value: 1e27\n    at: made up\n"
    for solver in (True, False):
        effect = amended(corpus, tmp_path, changes, solver=solver)
        verdict = effect.verdicts["us-ca/sb53#frontier_model"]
        assert verdict.direction == NARROWER
        assert verdict.state == ("can" if solver else "open")
        if solver:
            check(effect, verdict)
            assert len(verdict.witness.profile["models"][0]) <= 4
        else:
            assert verdict.by == "solver"


def test_the_same_law_in_other_words_cannot_change_anything(corpus, tmp_path):
    rule = """\
  - replace: frontier_model
    at: made up
    with:
      class: frontier_model
      per: model
      when: "{when}"
      at: § 22757.11(i)(1)
"""
    plain, turned, other = (
        amended(corpus, tmp_path, rule.format(when=when))
        for when in (
            "is_foundation_model AND training_compute_flop > $frontier_compute",
            "training_compute_flop > $frontier_compute AND is_foundation_model",
            "NOT (NOT is_foundation_model OR NOT training_compute_flop > $frontier_compute)",
        )
    )
    # Another order is the same text; De Morgan's law needs the solver.
    assert not cone_of(plain.new.law, turned.new.law).touched
    effect = Effect(plain.new, other.new)
    verdict = effect.verdicts["us-ca/sb53#frontier_model"]
    assert (verdict.state, verdict.by) == ("cannot", "solver")
    assert {v.state for v in effect.verdicts.values()} == {"cannot"}
    assert {v.by for v in effect.verdicts.values()} == {"solver", "parts"}


def test_a_repealed_duty_can_change_for_whoever_owed_it(corpus, tmp_path):
    effect = amended(corpus, tmp_path, "  - repeal: incident_report\n    at: made up\n")
    verdict = effect.verdicts["us-ca/sb53#incident_report"]
    assert (verdict.state, verdict.direction, verdict.witness.after) == ("can", NARROWER, False)
    check(effect, verdict)


def test_the_same_law_twice_has_no_cone(corpus):
    law = corpus.at(TODAY)
    assert cone_of(law, law).touched == {}


A, B = ir.AtomRef(ir.Bool("a")), ir.AtomRef(ir.Bool("b"))


def over(bound, op=">"):
    return ir.AtomRef(ir.Linear(((1, "n"),), op, bound))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (over(1), over(2), NARROWER),
        (over(2), over(1), WIDER),
        (over(1, ">="), over(1, ">"), NARROWER),
        (over(1, "<"), over(1, "<="), WIDER),
        (over(1, "<"), over(2, "<"), WIDER),
        (over(1), over(1, "<"), None),
        (ir.Negation(over(1)), ir.Negation(over(2)), WIDER),
        (ir.AllOf((A, B)), ir.AllOf((B, A)), SAME),
        (A, ir.AllOf((A, B)), NARROWER),
        (ir.AllOf((A, B)), B, WIDER),
        (A, ir.AnyOf((A, B)), WIDER),
        (ir.AllOf((A, over(1))), ir.AllOf((A, over(2))), NARROWER),
        (ir.AllOf((A, over(1))), ir.AllOf((over(2),)), None),
        (A, B, None),
        (ir.AtomRef(ir.Gate("x", 10)), ir.AtomRef(ir.Gate("y", 20)), NARROWER),
        (ir.AtomRef(ir.Gate("x", 10, True)), ir.AtomRef(ir.Gate("x", 20, True)), WIDER),
        (ir.AtomRef(ir.Has("s", ("p",))), ir.AtomRef(ir.Has("s", ("p", "q"))), WIDER),
        (ir.AtomRef(ir.Has("s", ("p",))), ir.AtomRef(ir.Has("s", ("q",))), None),
    ],
)
def test_conditions_compared_part_by_part(old, new, expected):
    assert order(old, new, Meanings().node, lambda a, b: SAME if a == b else None) == expected
