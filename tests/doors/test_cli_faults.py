"""Bad input gets a clear sentence, all faults at once, the right exit code, and JSON where it was asked for."""

import pytest

from doors.conftest import AT, FRONTIER

BAD = {
    "malformed.yaml": (b"actor_role: [developer\nx: 1\n", "malformed.yaml:"),
    "empty.yaml": (b"", "empty"),
    "blank.yaml": (b"# nothing\n\n", "blank.yaml"),
    "windows.yaml": ("name: Größe\n".encode("cp1252"), "Windows-1252"),
    "utf16.yaml": ("name: x\n".encode("utf-16"), "UTF-16"),
    "list.yaml": (b"- a\n- b\n", "a profile is a mapping"),
    "unknown.yaml": (b"training_compute_flops: 1e25\n", "did you mean 'training_compute_flop'"),
    "date.yaml": (b"placed_on_market_date: 2026-02-30\n", "2026-02-30"),
    "nan.yaml": (b"training_compute_flop: .nan\n", "nan.yaml:1"),
    "huge.yaml": (b"training_compute_flop: 1e400000000\n", "huge.yaml:1"),
    "market.yaml": (b"placed_on_market_in: [Atlantis]\n", "Atlantis"),
    "twice.yaml": (b"is_foundation_model: true\nis_foundation_model: false\n", "second time|twice|already|duplicate"),
    "bomb.yaml": (b"a: &a [x, x]\nb: [*a, *a]\n", "alias"),
    "model.txt": (b"x: 1\n", "ending"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_faulty_profile_ends_with_3(comity, tmp_path, name):
    import re

    content, message = BAD[name]
    (tmp_path / name).write_bytes(content)
    ran = comity("assess", tmp_path / name, *AT)
    assert ran.code == 3
    assert ran.out == ""
    assert re.search(message, ran.err, re.IGNORECASE)
    assert "nothing was answered" in ran.err
    assert "Traceback" not in ran.err


def test_all_faults_are_told_at_once_and_as_json(comity, tmp_path):
    file = tmp_path / "p.yaml"
    file.write_text("nope_one: 1\nnope_two: 2\ntraining_compute_flop: much\n", encoding="utf-8")
    ran = comity("assess", file, "--json")
    assert ran.code == 3
    record = ran.json
    assert record["schema"] == "comity.faults/1"
    assert (record["error"], record["exit_code"]) == ("faulty-input", 3)
    assert [fault["line"] for fault in record["faults"]] == [1, 2, 3]
    assert all(fault["mend"] for fault in record["faults"])
    assert ran.err.count("p.yaml:") == 3


def test_contradictory_facts_are_told(comity, tmp_path):
    file = tmp_path / "p.yaml"
    file.write_text("models:\n  - {id: m, derived_from: m}\n", encoding="utf-8")
    ran = comity("assess", file)
    assert ran.code == 3
    assert "derives from itself" in ran.err


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["assess", "{p}", "--market", "US-CAL"], "'US-CA'"),
        (["assess", "{p}", "--market", ","], "names no market"),
        (["assess", "{p}", "--as-of", "2026-02-30"], "'2026-02-30' is not a date"),
        (["assess", "{p}", "--nope"], "No such option"),
        (["assess"], "Missing argument"),
        (["asses", "{p}"], "did you mean 'assess'"),
        (["assess", "{p}", "--law", "{p}.d"], "does not exist"),
        (["assess", "{p}", "-o", "report.pdf"], "'.pdf'"),
        (["assess", "{p}", "-o", "/nowhere/at/all.json"], "cannot be written"),
        (["explain", "{p}", "SB53-88", "--market", "US-CA"], "did you mean 'SB53-8'"),
        (["explain", "{p}", "SB53-8", "--about", "incidnt"], "did you mean 'incident'"),
        (["facts", "training_compute_flops"], "did you mean 'training_compute_flop'"),
        (["law", "show", "us-ca/sb35"], "did you mean"),
        (["law", "coverage", "US-XA"], "not a jurisdiction"),
        (["facts", "--kind", "planet"], "planet"),
    ],
)
def test_wrong_use_ends_with_2(comity, frontier, args, message):
    args = [arg.replace("{p}", str(frontier)) for arg in args]
    ran = comity(*args)
    assert ran.code == 2
    assert ran.out == ""
    assert message in ran.err
    told = comity(*args, "--json")
    assert (told.code, told.json["error"], told.json["exit_code"]) == (2, "usage", 2)


def test_no_command_shows_the_help(comity):
    ran = comity()
    assert ran.code == 2
    assert "Usage: comity" in ran.err


def test_a_missing_file_is_faulty_input(comity):
    ran = comity("assess", "/no/such/profile.yaml")
    assert ran.code == 3
    assert "no such file" in ran.err


LAW = """
instrument: zz/act
title: Z
jurisdiction: EU
kind: statute
force: binding
cite: Z
url: https://example.org
checked: {date: 2026-01-01, against: primary}
known_to: 2026-01-01
provisions: [{at: s. 1, subject: all}]
rules:
  - {class: z, per: model, when: no_such_fact, at: s. 1}
"""


def test_a_faulty_corpus_ends_with_4(comity, frontier, tmp_path):
    (tmp_path / "law").mkdir()
    (tmp_path / "law" / "act.yaml").write_text(LAW, encoding="utf-8")
    ran = comity("assess", frontier, "--law", tmp_path / "law", "--json")
    assert ran.code == 4
    assert ran.json["error"] == "faulty-corpus"
    assert "no_such_fact" in ran.err


def test_another_folder_of_law_is_loaded_beside(comity, frontier, tmp_path):
    (tmp_path / "law").mkdir()
    (tmp_path / "law" / "act.yaml").write_text(LAW.replace("no_such_fact", "is_foundation_model"), encoding="utf-8")
    record = comity("assess", frontier, "--law", tmp_path / "law", "--market", "EU", "--json").json
    assert next(f for f in record["findings"] if f["id"] == "zz/act#z")["status"] == "applies"


PATCH = """
patch: my/reform
title: A reform
amends: us-ca/sb53
hypothetical: true
published: 2026-01-01
in_force: 2026-02-01
changes:
  - {set: $frontier_compute, value: 1e27, at: s. 1}
"""


def test_a_patch_of_ones_own(comity, frontier, tmp_path):
    file = tmp_path / "reform.yaml"
    file.write_text(PATCH, encoding="utf-8")
    record = comity("assess", frontier, *AT, "--patch", file, "--json").json
    assert record["user_patches"] == ["my/reform"]
    assert next(f for f in record["findings"] if f["id"] == "us-ca/sb53#frontier_model")["status"] != "applies"
    assert "my/reform (yours)" in " ".join(comity("assess", frontier, *AT, "--patch", file).out.split())


def test_a_patch_that_does_not_fit_is_faulty_input(comity, frontier, tmp_path):
    file = tmp_path / "reform.yaml"
    file.write_text(PATCH.replace("{set: $frontier_compute, value: 1e27, at: s. 1}", "{repeal: framwork, at: s. 1}"))
    ran = comity("assess", frontier, *AT, "--patch", file, "--json")
    assert ran.code == 3
    assert "did you mean 'framework" in ran.err


def test_a_patch_not_yet_in_force_is_said_to_be_left_out(comity, frontier, tmp_path):
    file = tmp_path / "reform.yaml"
    file.write_text(PATCH.replace("in_force: 2026-02-01", "in_force: 2030-02-01"), encoding="utf-8")
    assert "so not applied: my/reform" in comity("assess", frontier, *AT, "--patch", file).out


def test_other_forms_of_profile(comity, tmp_path):
    import json

    (tmp_path / "p.json").write_text(json.dumps({"is_foundation_model": True}), encoding="utf-8")
    (tmp_path / "p.toml").write_text("is_foundation_model = true\n", encoding="utf-8")
    for name in ("p.json", "p.toml"):
        assert comity("assess", tmp_path / name, *AT).code == 0
    assert FRONTIER
