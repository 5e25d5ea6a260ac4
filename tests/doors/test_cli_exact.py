"""`--exact`: answers settled by cases, in text and JSON, and what is said where z3 is not installed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from doors.test_schemas import check

PROFILE = """\
name: A model that is kept
actor_role: [provider]
is_gpai_model: true
deploy_to_third_party: false
placed_on_market_in: [EU]
placed_on_market_date: 2026-03-01
"""
RULE = "eu/ai-act#gpai_documentation"
AT = ("--as-of", "2026-11-21", "--market", "EU")


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A model that is not given away, so its weights cannot be open, which nobody said."""
    file = tmp_path / "kept.yaml"
    file.write_text(PROFILE, encoding="utf-8")
    return file


def finding(record):
    return next(each for each in record["findings"] if each["id"] == RULE)


def test_json_tells_what_was_settled_and_how(comity, kept):
    plain, exact = comity("assess", kept, *AT, "--json").json, comity("assess", kept, *AT, "--json", "--exact").json
    assert check(exact) == "assessment-1"
    assert (finding(plain)["status"], finding(exact)["status"]) == ("open", "applies")
    assert "settled_by" not in finding(plain)
    assert "exact" not in plain
    assert finding(exact)["settled_by"] == "cases"
    cases = finding(exact)["cases"]
    assert [each["fact"] for each in cases["split"]] == ["open_weights"]
    assert [each["fact"] for each in cases["given"]] == ["deploy_to_third_party"]
    assert [each["constraint"] for each in cases["constraints"]] == ["open-weights-are-deployed"]
    assert exact["exact"]["given_up"] == []
    assert exact["exact"]["settled"] == sum("settled_by" in each for each in exact["findings"]) > 0
    changed = [b["id"] for a, b in zip(plain["findings"], exact["findings"], strict=True) if a["status"] != b["status"]]
    assert all("settled_by" in each for each in exact["findings"] if each["id"] in changed)


def test_the_proof_names_the_facts_it_splits_on(comity, kept):
    ran = comity("explain", kept, RULE, *AT, "--exact")
    words = " ".join(ran.out.split())
    assert "settled by cases: nothing that open weights can turn out to be changes the answer" in words
    assert "because of deploy to third party and 'open weights are deployed'" in words
    assert "Waits for" not in ran.out
    record = comity("explain", kept, RULE, *AT, "--exact", "--json").json
    assert check(record) == "explanation-1"
    proof = record["explanations"][0]["proof"]
    assert (proof["role"], proof["value"]) == ("cases", True)
    assert proof["parts"][0]["value"] is None


def test_text_says_how_a_duty_was_settled(comity, kept):
    assert "settled by cases: nothing that open weights" in " ".join(comity("assess", kept, *AT, "--exact").out.split())


def test_without_the_extra_the_mend_is_told(comity, kept, monkeypatch):
    monkeypatch.setitem(sys.modules, "z3", None)
    for command in (("assess", kept), ("explain", kept, RULE)):
        ran = comity(*command, *AT, "--exact")
        assert ran.code == 2
        assert 'exact answers need z3-solver, which is not installed — pip install "comity[solver]"' in " ".join(
            ran.err.split()
        )
        assert comity(*command, *AT).code == 0
