"""What the commands print: key lines of text for one small profile at a fixed date."""

import re

import pytest

from doors.conftest import AT


def lines(ran):
    return [" ".join(line.split()) for line in ran.out.splitlines()]


def test_assess_opens_with_coverage_then_matrix_then_duties(comity, frontier):
    ran = comity("assess", frontier, *AT)
    assert ran.code == 0
    assert ran.err == ""
    order = ["What is covered", "Matrix", "Binding now", "What to ask next", "comity is not legal advice."]
    places = [ran.out.index(word) for word in order]
    assert places == sorted(places)


def test_assess_says_what_binds_whom_when_and_where(comity, frontier):
    text = " ".join(" ".join(lines(comity("assess", frontier, *AT))).split())
    assert re.search(r"in \d+ instruments encoded for US-CA, known up to", text)
    assert "not covered: US-CA: copyright" in text
    assert "Report a critical safety incident § 22757.13(c)(1)" in text
    assert "who: Frontier developer → OES (US-CA)" in text
    assert "within 15 calendar days of incident discovered at; 2026-11-25; pending" in text
    assert "up to USD 1,000,000 (§ 22757.15(a)" in text
    assert "rests on judgement: is foundation model" in text
    assert "waits for: imminent risk death or serious injury" in text
    assert "comity explain" in text


def test_lines_stay_within_100_columns_without_codes_or_trailing_blanks(comity, frontier):
    for args in (("assess", frontier, *AT), ("explain", frontier, "SB53-8", *AT), ("timeline", frontier, *AT)):
        out = comity(*args).out
        assert max(map(len, out.splitlines())) <= 100
        assert "\x1b" not in out
        assert not re.search(r"[ \t]+$", out, re.MULTILINE)


def test_brief_is_coverage_and_matrix_only(comity, frontier):
    out = comity("assess", frontier, *AT, "--brief").out
    assert "Matrix" in out
    assert "Binding now" not in out


def test_what_does_not_apply_is_counted_and_listed_on_demand(comity, frontier):
    args = ("assess", frontier, "--as-of", "2026-11-21", "--market", "EU")
    assert re.search(r"Does not apply: \d+ duties and prohibitions", comity(*args).out)
    assert "Technical documentation of the model" in comity(*args, "--all").out


def test_helper_rules_are_not_shown(comity, frontier):
    record = comity("assess", frontier, *AT, "--json").json
    # An exception of a helper's kind may be named where nobody claimed it ("unless").
    steps = [f for f in record["findings"] if f["helper"] and f["kind"] not in ("exemption", "presumption")]
    helpers = {f["title"] for f in steps} - {f["title"] for f in record["findings"] if not f["helper"]}
    out = comity("assess", frontier, *AT, "--all").out
    assert helpers
    assert not [title for title in helpers if title in out]


def test_a_market_without_law_is_no_clearance(comity, frontier):
    ran = comity("assess", frontier, "--market", "JP", "--as-of", "2026-11-21")
    assert "nothing is encoded for JP: this is no answer about it" in " ".join(ran.out.split())
    assert "nothing applies" not in ran.out.lower()


def test_kinds_not_described_are_said(comity, frontier):
    assert re.search(r"no system is described: \d+ rules", comity("assess", frontier, "--market", "EU").out)


def test_several_markets_and_dates(comity, frontier):
    record = comity(
        "assess", frontier, "--market", "EU", "--market", "US-CA, eu", "--facts-at", "2026-11-01", "--law-at",
        "2026-11-20", "--known-at", "2026-11-10", "--json",
    ).json  # fmt: skip
    assert [each["market"] for each in record["coverage"] if each["named"]] == ["EU", "US-CA"]
    assert (record["facts_at"], record["law_at"], record["known_at"]) == ("2026-11-01", "2026-11-20", "2026-11-10")


def test_the_law_of_a_day_before_it_applied(comity, frontier):
    record = comity("assess", frontier, "--as-of", "2025-12-31", "--market", "US-CA", "--json").json
    framework = next(f for f in record["findings"] if f["id"] == "us-ca/sb53#framework")
    assert (framework["status"], framework["from"]) == ("upcoming", "2026-01-01")


def test_options_from_the_environment(comity, frontier, monkeypatch):
    monkeypatch.setenv("COMITY_AS_OF", "2026-11-21")
    monkeypatch.setenv("COMITY_MARKET", "US-CA")
    monkeypatch.setenv("COMITY_ASSESS_BRIEF", "1")
    out = comity("assess", frontier).out
    assert "as of 2026-11-21" in out
    assert "Binding now" not in out
    assert not re.search(r"AI Act\b", out.split("Matrix")[1])


def test_a_profile_from_standard_input(comity, frontier, monkeypatch):
    import io
    import sys

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(frontier.read_bytes())))
    assert "SB 53" in comity("assess", "-", *AT).out


def test_explain_tells_the_proof(comity, frontier):
    ran = comity("explain", frontier, "sb53-8", *AT)
    text = " ".join(ran.out.split())
    assert ran.code == 0
    assert "Answer: applies; since" in text
    assert "training compute [1.2e26 FLOP] + finetune compute [not stated] > 1e26 FLOP: true" in text
    assert "is foundation model: a judgement" in text
    assert "make no difference" in text
    assert "make no difference" not in comity("explain", frontier, "sb53-8", *AT, "--all").out


def test_explain_of_what_is_not_described(comity, frontier):
    out = comity("explain", frontier, "eu/ai-act#literacy", "--as-of", "2026-11-21", "--market", "EU").out
    assert "not evaluated" in out
    assert "is described" in out


def test_timeline_marks_the_day_asked_about(comity, frontier):
    text = comity("timeline", frontier, *AT, "--past").out
    assert text.index("2026-01-01  SB 53: applies from") < text.index("2026-11-21  the date asked about")
    assert "2026-11-25  SB 53: due" in text
    assert "What is covered" in text


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["facts", "training_compute_flop"], ["of: model", "type: number FLOP", "basis: observable"]),
        (["facts", "compute", "original"], ["original_model_compute_flop"]),
        (["facts", "--groups"], ["none_of"]),
        (["facts", "--kind", "incident"], ["incident_discovered_at"]),
        (["law", "list"], ["SB 53 (us-ca/sb53)", "2026-01-01"]),
        (["law", "show", "SB53"], ["§ 22757.12(a)", "Rules: ", "known up to"]),
        (["law", "coverage", "US-CA", "JP"], ["US-CA California", "not covered", "JP Japan"]),
        (["law", "coverage", "--market", "EU"], ["EU European Union"]),
        (["--help"], ["assess", "explain", "Exit codes"]),
        (["law", "--help"], ["coverage", "lint", "test"]),
        (["--version"], ["comity 0."]),
    ],
)
def test_other_commands_answer(comity, args, words):
    ran = comity(*args)
    assert ran.code == 0
    for word in words:
        assert word in ran.out


def test_a_name_cannot_steer_the_terminal(comity, tmp_path):
    file = tmp_path / "p.yaml"
    file.write_text('name: "a\\x1b[31mb\\u202ec"\nis_foundation_model: true\n', encoding="utf-8")
    out = comity("assess", file, *AT).out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "Assessment: a" in out


def test_a_command_leaves_what_it_compiled_in_the_cache(comity, frontier, tmp_path, monkeypatch):
    monkeypatch.setenv("COMITY_CACHE", str(tmp_path / "cache"))
    comity("assess", frontier, *AT)
    (file,) = (tmp_path / "cache").glob("law-*.json")
    assert '"us-ca/sb53"' in file.read_text(encoding="utf-8")
