"""Profiles: flat and graph forms, values of every type, and bad input that is refused with a clear sentence."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from comity.assess.context import derive
from comity.assess.profile import read_profile, subject_of
from comity.assess.subject import Subject
from comity.errors import FaultyInput
from comity.law.corpus import Corpus, load
from comity.logic.values import NONE, RAISED, CodeSet, Interval
from comity.source.yaml12 import Map, parse

ON = date(2026, 11, 21)


def subject(text: str, corpus: Corpus) -> Subject:
    document = parse(text, "profile.yaml")
    assert isinstance(document, Map)
    return subject_of(document, corpus)


def faults(text: str, corpus: Corpus) -> list[str]:
    with pytest.raises(FaultyInput) as caught:
        derive(corpus, subject(text, corpus), ON)
    return [fault.render() for fault in caught.value.faults]


def value(found: Subject, kind: str, fact: str, index: int = 0) -> object:
    return found.records[kind][index].facts[fact].value


def test_flat_facts_make_the_records_they_speak_about(corpus: Corpus) -> None:
    model = subject("is_gpai_model: true\ntraining_compute_flop: 1e25", corpus)
    assert {kind: len(records) for kind, records in model.records.items()} == {
        "actor": 1, "model": 1, "system": 0, "use": 0, "incident": 0,
    }  # fmt: skip
    system = subject("interacts_with_humans: true", corpus)
    assert len(system.records["system"]) == len(system.records["use"]) == 1


@pytest.mark.parametrize(
    ("text", "kind", "fact", "expected"),
    [
        ("training_compute_flop: 1.2e26", "model", "training_compute_flop", 12 * 10**25),
        ("training_compute_flop: {min: 9e24, max: 1.1e25}", "model", "training_compute_flop", Interval(9 * 10**24, 11 * 10**24)),
        ("training_compute_flop: unknown", "model", "training_compute_flop", RAISED),
        ("finetune_compute_flop: none", "model", "finetune_compute_flop", NONE),
        ("training_flop: 5", "model", "training_compute_flop", 5),
        ("annex_iii_use_case: 4a", "use", "annex_iii_use_case", CodeSet(frozenset({"4a"}))),
        (
            "annex_iii_use_case: {has: [4a], not: [5b], rest: unknown}", "use", "annex_iii_use_case",
            CodeSet(frozenset({"4a"}), frozenset({"5b"}), complete=False),
        ),
        ("annex_iii_use_case: none", "use", "annex_iii_use_case", CodeSet(frozenset())),
        ("provider_country: NO", "actor", "provider_country", "NO"),
        ("is_gpai_model: {value: true, by: counsel, on: 2026-11-01, basis: memo}", "model", "is_gpai_model", True),
    ],
)  # fmt: skip
def test_values_by_type(corpus: Corpus, text: str, kind: str, fact: str, expected: object) -> None:
    assert value(subject(text, corpus), kind, fact) == expected


def test_partial_dates_are_spans(corpus: Corpus) -> None:
    found = subject("interacts_with_humans: true\nplaced_on_market_date: 2026-05", corpus)
    assert value(found, "system", "placed_on_market_date") == Interval(
        date(2026, 5, 1).toordinal(), date(2026, 5, 31).toordinal()
    )


def test_a_time_without_a_zone_lies_anywhere(corpus: Corpus) -> None:
    found = (
        subject("incident_discovered_at: 2026-05-04T10:00", corpus)
        .records["incident"][0]
        .facts["incident_discovered_at"]
    )
    assert found.instant is not None
    assert found.instant.lo < datetime(2026, 5, 4, 10, tzinfo=UTC) < found.instant.hi
    exact = subject("incident_discovered_at: 2026-05-04T10:00+02:00", corpus).records["incident"][0]
    instant = exact.facts["incident_discovered_at"].instant
    assert instant is not None
    assert instant.lo == instant.hi == datetime(2026, 5, 4, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("true", "marked"),
        ("{value: false, by: me}", "marked"),
        ("unknown", "marked"),
        ("[image]", "marks"),
        ("image", "marks"),
        ("{has: [image], rest: unknown}", "marks"),
        ("{value: [image], by: me}", "marks"),
        ("7", "marked_number"),
        ("1_000", "marked_number"),
    ],
)
def test_a_name_of_two_laws_is_told_apart_by_the_shape_of_its_value(tmp_path: Path, text: str, fact: str) -> None:
    rest = "kind: system, ask: Is it?, at: [s. 1], basis: observable"
    shapes = "shapes: {set: marks, code: marks, number: marked_number}"
    (tmp_path / "facts.yaml").write_text(
        f"""facts:
  - {{fact: marked, type: bool, {shapes}, {rest}}}
  - {{fact: marks, type: set, codes: {{image: Images}}, {rest}}}
  - {{fact: marked_number, type: number, unit: files, {rest}}}
""",
        encoding="utf-8",
    )
    found = subject(f"marked: {text}", load(base=tmp_path))
    assert list(found.records["system"][0].facts) == [fact]


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("[a]", "one"),
        ("b", "two"),
        ("[b, c]", "two"),
        ("[both]", "one"),
        ("[both, b]", "two"),
        ("none", "one"),
        ("{has: [b], rest: unknown}", "two"),
    ],
)
def test_or_by_its_codes(tmp_path: Path, text: str, fact: str) -> None:
    rest = "kind: system, type: set, ask: Is it?, at: [s. 1], basis: observable"
    (tmp_path / "facts.yaml").write_text(
        f"""facts:
  - {{fact: one, codes: {{a: A, both: Both}}, shapes: {{codes: two}}, {rest}}}
  - {{fact: two, codes: {{b: B, c: C, both: Both}}, {rest}}}
""",
        encoding="utf-8",
    )
    found = subject(f"one: {text}", load(base=tmp_path))
    assert list(found.records["system"][0].facts) == [fact]


def test_a_graph_links_its_records(corpus: Corpus) -> None:
    found = subject(
        """
models: [{id: base, training_compute_flop: 3e25}, {id: tuned, derived_from: base, finetune_compute_flop: 2e25}]
systems:
  - {id: app, built_on: tuned, interacts_with_humans: true, uses: [{id: hiring, annex_iii_use_case: [4a]}, {id: chat}]}
incidents: [{id: leak, about: tuned, incident_type: other}]
""",
        corpus,
    )
    assert found.above("use", 1, "system") == 0
    assert found.below("use", 0, "model") == ([1], True)
    assert found.above("incident", 0, "model") == 1
    assert found.above("incident", 0, "system") is None
    assert value(found, "model", "original_model_compute_flop", 1) == 3 * 10**25


def test_a_fact_stated_once_for_several_records_is_unknown_for_each(corpus: Corpus) -> None:
    found = subject("narrow_procedural_task: true\nsystems: [{id: a, uses: [{id: x}, {id: y}]}]", corpus)
    assert all("narrow_procedural_task" not in use.facts for use in found.records["use"])
    assert any("narrow_procedural_task" in note for note in found.notes)


def test_a_group_of_carve_outs_is_closed_by_a_dated_statement(corpus: Corpus) -> None:
    found = subject(
        "interacts_with_humans: true\nnone_of: [{group: eu/scope-exclusions, by: counsel, on: 2026-11-01}]", corpus
    )
    stated = found.records["system"][0].facts["research_only"]
    assert stated.value is False
    assert stated.closed_by == "eu/scope-exclusions"
    assert stated.statement is not None
    assert stated.statement.on == date(2026, 11, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("trainig_compute_flop: 3", "there is no fact 'trainig_compute_flop' — did you mean 'training_compute_flop'"),
        ("placed_on_market_in: [EUU]", "'EUU' is not a jurisdiction comity knows — did you mean 'EU'"),
        ("actor_role: [supplyer]", "'supplyer' is not a value of actor_role — did you mean 'supplier'"),
        ("is_gpai_model: yes", "'yes' is neither true nor false — write true"),
        ("is_gpai_model: none", "is_gpai_model is answered with true or false"),
        ("training_compute_flop: .nan", "is not a finite number"),
        ("training_compute_flop: 1e400", "the exponent of '1e400' is beyond"),
        ("training_compute_flop: -1", "-1 is out of range"),
        ("training_compute_flop: {min: 2, max: 1}", "the interval of training_compute_flop is empty"),
        (
            "placed_on_market_date: 2026-02-30\ninteracts_with_humans: true",
            "the date '2026-02-30' is not in the calendar",
        ),
        ("annex_iii_use_case: {has: [4a], not: [4a]}", "4a is in annex_iii_use_case and not in it"),
        ("models: [{id: a}, {id: a}]", "the id 'a' is used twice"),
        ("models: [{id: a, derived_from: b}, {id: b, derived_from: a}]", "derives from itself"),
        ("systems: [{id: a, built_on: b}]", "there is no model 'b'"),
        ("none_of: [eu/scope-exclusion]", "there is no group of carve-outs 'eu/scope-exclusion' — did you mean"),
        ("models: [{id: a, headcount: 3}]", "headcount is a fact of actor, not of model"),
        ("is_gpai_model:", "is_gpai_model has no value"),
        ("training_flop: 1\ntraining_compute_flop: 2", "training_compute_flop is stated twice with different values"),
    ],
)
def test_bad_profiles_are_refused(corpus: Corpus, text: str, message: str) -> None:
    assert any(message in fault for fault in faults(text, corpus)), faults(text, corpus)


def test_all_faults_of_a_profile_at_once(corpus: Corpus) -> None:
    assert len(faults("age: 5\nheadcount: -1\nplaced_on_market_in: [XX]\nis_gpai_model: on", corpus)) == 4


def test_stated_figures_contradict_that_they_cannot_be_known(corpus: Corpus) -> None:
    (fault,) = faults(
        "original_model_compute_flop: 3e25\noriginal_compute_estimable: false\nis_gpai_model: true", corpus
    )
    assert "the facts contradict each other" in fault
    assert "original_compute_estimable" in fault


def test_yaml_json_and_toml_say_the_same(tmp_path: Path, corpus: Corpus) -> None:
    texts = {
        "p.yaml": "profile: p\nactor_role: [provider]\ntraining_compute_flop: 1.2e26\nis_gpai_model: true\n",
        "p.json": '{"profile": "p", "actor_role": ["provider"], "training_compute_flop": 1.2e26, "is_gpai_model": true}',
        "p.toml": 'profile = "p"\nactor_role = ["provider"]\ntraining_compute_flop = 1.2e26\nis_gpai_model = true\n',
    }
    found = []
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        record = read_profile(tmp_path / name, corpus).records["model"][0]
        found.append({fact: stated.value for fact, stated in record.facts.items()})
    assert found[0] == found[1] == found[2]
    assert found[0]["training_compute_flop"] == 12 * 10**25
