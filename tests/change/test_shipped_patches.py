"""The patches under examples/: each is said to be made up, applies to the shipped law, and does what its header says."""

from datetime import date
from pathlib import Path

import pytest

from change.conftest import check, side
from comity.change.effect import Effect
from comity.verbs.patches import read_patches

FOLDER = Path(__file__).parents[2] / "examples" / "patches"
KNOWN = date(2026, 11, 21)


def effect_of(corpus, *names):
    patches = read_patches([FOLDER / name for name in names], corpus)
    assert all(patch.hypothetical for patch in patches)
    on = max(patch.in_force for patch in patches)
    return Effect(side(corpus, on, KNOWN), side(corpus, on, KNOWN, patches))


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.yaml")), ids=lambda path: path.stem)
def test_each_states_its_doubts_and_can_change_something(corpus, path):
    text = path.read_text(encoding="utf-8")
    assert "# Assumptions, ours:" in text
    assert "\nnote: " in text
    effect = effect_of(corpus, path.relative_to(FOLDER))
    can = [verdict for verdict in effect.verdicts.values() if verdict.state == "can"]
    assert can
    for verdict in can:
        check(effect, verdict)


def test_the_line_for_systemic_risk(corpus):
    effect = effect_of(corpus, "eu-systemic-1e26.yaml")
    verdict = effect.verdicts["eu/ai-act#gpai_systemic"]
    # Fewer models, and of those in between: above 1e25 and not above 1e26.
    assert (verdict.direction, verdict.witness.before, verdict.witness.after) == ("narrower", True, False)
    assert {name.partition("#")[0] for name in effect.verdicts} <= {"eu/ai-act", "eu/gpai-code"}


def test_a_judgment_against_colorado(corpus):
    effect = effect_of(corpus, "us-co-xai-v-weiser.yaml")
    assert {name.partition("#")[0] for name in effect.verdicts} == {"us-co/sb26-189"}
    duties = [v for v in effect.verdicts.values() if effect.rule(v.rule).kind == "duty" and v.state != "cannot"]
    assert duties
    assert {v.direction for v in duties} == {"narrower"}


def test_the_frontier_act(corpus):
    effect = effect_of(corpus, "us-hr9925/ca-sb53.yaml", "us-hr9925/ny-raise-act.yaml", "us-hr9925/il-sb315.yaml")
    laws = {name.partition("#")[0] for name in effect.verdicts}
    assert laws == {"us-ca/sb53", "us-ny/raise-act", "us-il/sb315"}
    assert {v.direction for v in effect.verdicts.values() if v.state == "can"} == {"narrower"}
    # Its section 9 leaves the rules on whistleblowers alone.
    assert not [name for name in effect.verdicts if "whistle" in name or "retaliat" in name]
