"""`comity whatif` and `comity impact` on the command line."""

import json
import shutil

import pytest

from comity.law.corpus import CORPUS
from doors.test_schemas import check

PATCH = "examples/patches/us-hr9925/ca-sb53.yaml"


@pytest.fixture(autouse=True)
def _there(root, monkeypatch):
    monkeypatch.chdir(root)


def test_what_a_bill_would_take_away(comity):
    # H.R. 9925 section 9 suspends SB 53's transparency duties; the developer of this profile owes them.
    args = ("whatif", PATCH, "examples/open-frontier-model.yaml")
    found = comity(*args, "--json").json
    moves = {each["id"]: each["move"] for each in found["changes"]}
    assert moves["us-ca/sb53#framework"] == moves["us-ca/sb53#transparency_report"] == "lost"
    assert {each["instrument"] for each in found["changes"]} == {"us-ca/sb53"}
    assert found["law_at"] == "2027-07-01"
    assert found["evaluated"] < 40 < 1000 < found["outside"]
    ran = comity(*args)
    assert "No longer asked" in ran.out
    assert "applies → ended" in ran.out


def test_before_it_is_in_force_it_shows_what_is_to_come(comity):
    found = comity("whatif", PATCH, "examples/open-frontier-model.yaml", "--as-of", "2026-11-21", "--json").json
    framework = next(each for each in found["changes"] if each["id"] == "us-ca/sb53#framework")
    assert framework["move"] == "changed"
    assert {"field": "until", "before": None, "after": "2027-07-01"} in framework["fields"]


def test_the_same_as_two_whole_assessments(comity):
    """What is left out because the patch cannot touch it is the same with and without it."""
    args = ("--as-of", "2027-08-01", "--facts-at", "2026-11-21", "--known-at", "2026-11-21", "--json")
    profile = "examples/open-frontier-model.yaml"
    plain, patched = comity("assess", profile, *args).json, comity("assess", profile, "--patch", PATCH, *args).json
    sides = [
        {(f["id"], str(f["about"])): (f["status"], f["from"], f["until"]) for f in side["findings"]}
        for side in (plain, patched)
    ]
    whole = {key[0] for key in sides[0].keys() | sides[1].keys() if sides[0].get(key) != sides[1].get(key)}
    found = comity("whatif", PATCH, profile, *args).json
    names = {"status", "from", "until"}
    assert {c["id"] for c in found["changes"] if names & {f["field"] for f in c["fields"]}} == whole != set()


@pytest.fixture
def older(tmp_path):
    """The corpus with another threshold, as an unpacked release would hold it."""
    folder = tmp_path / "law"
    shutil.copytree(CORPUS, folder)
    file = folder / "us-ca" / "sb53.yaml"
    text = file.read_text(encoding="utf-8")
    assert "frontier_compute: {value: 1e26" in text
    file.write_text(text.replace("frontier_compute: {value: 1e26", "frontier_compute: {value: 1e25"), encoding="utf-8")
    return folder


def test_saved_answers_against_another_corpus(comity, older, tmp_path, monkeypatch):
    profile = tmp_path / "model.yaml"
    profile.write_text(
        "name: Small frontier model\nactor_role: [developer]\nis_foundation_model: true\ntraining_compute_flop: 5e25\n"
        "finetune_compute_flop: 0\ngroup_revenue_prior_year_usd: 600_000_000\ndeploy_to_third_party: true\n",
        encoding="utf-8",
    )
    saved, feed = tmp_path / "saved.json", tmp_path / "feed.jsonl"
    monkeypatch.setenv("COMITY_CORPUS", str(older))
    assert comity("assess", profile, "--as-of", "2026-11-21", "-o", saved).code == 0
    assert json.loads(saved.read_text(encoding="utf-8"))["profile"]["group_revenue_prior_year_usd"] == 600_000_000
    monkeypatch.delenv("COMITY_CORPUS")
    found = comity("impact", saved, "--feed", feed, "--json").json
    assert check(found) == "impact-1"
    one = found["assessments"][0]
    assert one["corpus_before"] != one["corpus_after"]
    assert {each["id"]: each["move"] for each in one["changes"]}["us-ca/sb53#frontier_model"] == "lost"
    lines = [json.loads(line) for line in feed.read_text(encoding="utf-8").splitlines()]
    assert len(lines) == len(one["changes"]) > 0
    for line in lines:
        assert check(line) == "impact-line-1"
    assert "No longer asked" in comity("impact", saved).out
    # The old answer is reproducible: with its own corpus nothing moves.
    again = comity("impact", saved, "--corpus", older, "--json").json["assessments"][0]
    assert (again["changes"], again["corpus_before"]) == ([], again["corpus_after"])


@pytest.mark.parametrize("name", ["credit-scorer", "support-chatbot", "workplace-emotion", "cv-screener"])
def test_a_saved_answer_holds_its_facts(comity, tmp_path, name):
    saved = tmp_path / "saved.json"
    comity("assess", f"examples/{name}.yaml", "--as-of", "2026-11-21", "-o", saved)
    assert comity("impact", saved, "--json").json["assessments"][0]["changes"] == []


def test_what_is_no_saved_assessment(comity, tmp_path):
    for text, said in (
        ("x", "is no JSON"),
        ("{}", "is no saved assessment"),
        ('{"schema": "comity.assessment/1"}', "facts"),
    ):
        file = tmp_path / "saved.json"
        file.write_text(text, encoding="utf-8")
        ran = comity("impact", file)
        assert (ran.code, said in ran.err) == (2, True)
