"""`comity ask`: interviews scripted through standard input."""

import io

import pytest
from jsonschema import Draft202012Validator

from comity.source.documents import read_document
from comity.source.yaml12 import Map
from doors.test_schemas import check, closed, schema

AT = ("--market", "US-CA", "--as-of", "2026-11-21")


@pytest.fixture
def talk(comity, monkeypatch):
    def runs(lines, *args):
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        return comity("ask", *args)

    return runs


def keys(path):
    document = read_document(path)
    assert isinstance(document, Map)
    return document


def test_an_interview_is_saved_left_and_taken_up_again(talk, comity, tmp_path):
    target = tmp_path / "mine.yaml"
    ran = talk(["aurora", "none", "none", "quit"], "-o", target, *AT)
    assert ran.code == 0, ran.err
    assert "comity ask" in ran.out
    assert "--market US-CA" in ran.out
    text = target.read_text(encoding="utf-8")
    assert "systems: none" in text
    assert "- id: aurora" in text
    before = keys(target)
    assert list(before.entries) == ["profile", "models", "systems", "incidents"]
    again = talk(["dk", "quit"], target, *AT)
    assert again.code == 0, again.err
    assert "unknown" in target.read_text(encoding="utf-8")
    assert comity("assess", target, *AT).code == 0
    # What was answered is not put again.
    first = next(line for line in again.out.splitlines() if "open." in line)
    third = talk(["quit"], target, *AT)
    assert next(line for line in third.out.splitlines() if "open." in line) != first


def test_wrong_input_is_explained_and_asked_again(talk, tmp_path):
    target = tmp_path / "mine.yaml"
    ran = talk(["aurora", "none", "none", "!!", "?", "quit"], "-o", target, *AT)
    assert ran.code == 0
    assert "\n! " in ran.out
    assert "wait for it" in ran.out


def test_back_takes_an_answer_away(talk, tmp_path):
    target = tmp_path / "mine.yaml"
    talk(["aurora", "none", "none", "dk", "back", "back", "quit"], "-o", target, *AT)
    text = target.read_text(encoding="utf-8")
    assert "unknown" not in text
    assert "incidents" not in text
    ran = talk(["back", "quit"], target, *AT)
    assert "nothing to undo" in ran.out


def test_it_ends_with_the_assessment_and_what_stays_open(talk, tmp_path):
    target = tmp_path / "mine.yaml"
    ran = talk(["aurora", "none", "none", *["dk"] * 200], "-o", target, *AT)
    assert ran.code == 0, ran.err
    assert "Nothing is left that an answer could settle" in ran.out
    assert "What stays open" in ran.out
    assert "What is covered" in ran.out


def test_most_stops_early_and_skipped_questions_are_not_saved(talk, tmp_path):
    target = tmp_path / "mine.yaml"
    ran = talk(["aurora", "none", "none", "skip", ""], "-o", target, "--most", "5", *AT)
    assert ran.code == 0, ran.err
    assert "5 questions." in ran.out
    assert list(keys(target).entries) == ["profile", "models", "systems", "incidents"]


def test_json_asks_nothing_and_keeps_its_schema(comity, frontier):
    ran = comity("ask", frontier, *AT, "--json")
    assert ran.code == 0, ran.err
    assert check(ran.json) == "questions-1"
    facts = [each["fact"] for each in ran.json["could_matter"]]
    if ran.json["next"] and ran.json["next"]["form"] == "fact":
        assert ran.json["next"]["fact"] in facts
    assert set(ran.json["settle_alone"]) <= set(facts)
    assert Draft202012Validator(closed(schema("questions-1"))).is_valid(ran.json)


def test_a_file_with_comments_is_not_written_over(talk, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("# by hand\nprofile: mine\n", encoding="utf-8")
    ran = talk(["quit"], file, *AT)
    assert ran.code == 2
    assert "comments" in ran.err
    assert file.read_text(encoding="utf-8").startswith("# by hand")
    assert talk(["quit"], file, "-o", tmp_path / "other.yaml", *AT).code == 0
    assert talk(["quit"], file, "-o", tmp_path / "other.txt", *AT).code == 2
    assert talk(["quit"], tmp_path / "none.yaml", "-o", tmp_path / "other.yaml", *AT).code == 3
