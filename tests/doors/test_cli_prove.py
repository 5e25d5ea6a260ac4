"""comity law lint --prove: what it prints, what it ends with, and what it says without the extra."""

import sys

from doors.test_schemas import check


def test_proofs_keep_their_schema(comity):
    ran = comity("law", "lint", "--prove", "us-ca/sb53", "us-ny/raise-act", "--json")
    assert check(ran.json) == "law-proofs-1"
    assert ran.code == (4 if ran.json["errors"] else 0)
    assert ran.json["given_up"] == []
    pairs = {(each["left"], each["right"]): each["relation"] for each in ran.json["comparisons"]}
    assert pairs["us-ca/sb53#frontier_model", "us-ny/raise-act#frontier_model"] == "equal"


def test_a_witness_is_a_profile_that_can_be_assessed(comity, tmp_path):
    ran = comity("law", "lint", "--prove", "us-ut/provenance", "--json")
    (shown,) = [
        each["only_left"]
        for each in ran.json["comparisons"]
        if each["left"] == "us-ca/ai-transparency-act#covered_provider"
    ]
    assert shown["verified"]
    file = tmp_path / "witness.yaml"
    file.write_text(shown["profile"], encoding="utf-8")
    assert comity("assess", file, "--as-of", shown["on"], "--json").code == 0


def test_text_ends_with_a_count(comity):
    ran = comity("law", "lint", "--prove", "sb53")
    assert "definitions compared" in ran.out.splitlines()[-1] or "given up" in ran.out.splitlines()[-1]
    assert "profile: witness" in ran.out


def test_instruments_are_named_with_prove_only(comity):
    ran = comity("law", "lint", "sb53")
    assert ran.code == 2
    assert "--prove" in ran.err
    assert comity("law", "lint", "--prove", "no-such-act").code == 2


def test_without_the_extra_it_is_named(comity, monkeypatch):
    monkeypatch.setitem(sys.modules, "z3", None)
    ran = comity("law", "lint", "--prove", "sb53")
    assert ran.code == 2
    assert 'pip install "comity[solver]"' in ran.err
