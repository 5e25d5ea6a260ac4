"""The panel: cells checked by hand, nothing said where nothing is known, and what must hold of every cell."""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from comity.assess.cases import names, read_cases
from comity.errors import Faults, UsageFault
from comity.law.corpus import CORPUS, Corpus, load
from comity.logic import ir
from comity.logic.program import nodes_of
from comity.source.yaml12 import Scalar
from comity.verbs.panel import ANY, COLUMNS, Panel, PanelRow, month_end, panel
from comity.verbs.panel_out import panel_record, write_panel
from comity.verbs.standing import Standing

COUNTS = ("binding_in_force", "binding_coming", "voluntary_in_force", "unverified", "draft", "disputed")
MORE = (*COUNTS, "enforcement_suspended")


@pytest.fixture(scope="module")
def rows(corpus: Corpus) -> dict[tuple[str, str, str], PanelRow]:
    """All jurisdictions, by place, topic and month."""
    made = panel(corpus, first="2025-11", last="2027-12")
    return {(row.jurisdiction, row.topic, row.month): row for row in made.rows()}


def one(made: Panel, place: str, topic: str, month: str) -> PanelRow:
    return next(r for r in made.rows() if (r.jurisdiction, r.topic, r.month) == (place, topic, month))


# By hand ----------------------------------------------------------------------------------------------------


def test_california_incident_reports_begin_with_2026(rows) -> None:
    # SB 53 alone has them: reporting as a standing duty, the report, and imminent danger; from 1 January 2026.
    before, after = rows["US-CA", "incident-report", "2025-12"], rows["US-CA", "incident-report", "2026-01"]
    assert (before.known, before.binding_in_force, before.binding_coming) == (True, 0, 3)
    assert (after.known, after.binding_in_force, after.binding_coming) == (True, 3, 0)
    assert before.instruments == after.instruments == "us-ca/sb53"
    assert after.known_to == date(2026, 9, 26)


def test_conformity_assessment_in_the_eu_waits_for_the_end_of_2027(rows) -> None:
    # Eight rules in the base text; the amendment of 27 July 2026 adds one and moves them from August 2026 on.
    assert rows["EU", "conformity-assessment", "2026-06"].binding_coming == 8
    august = rows["EU", "conformity-assessment", "2026-08"]
    assert (august.known, august.binding_in_force, august.binding_coming) == (True, 0, 9)
    later = rows["EU", "conformity-assessment", "2027-12"]
    assert (later.known, later.binding_in_force, later.binding_coming) == (False, None, None)
    assert later.because == "the law is known up to 2026-10-06"
    assert rows["EU", "conformity-assessment", "2027-11"].binding_scheduled == 0
    # From 2 December 2027 for Annex III; the two that hang on Annex I alone follow in August 2028.
    assert later.binding_scheduled == 7


def test_enforcement_and_disputes_in_the_eu_and_colorado(rows) -> None:
    # Chapter V applied in August 2025; the Commission could enforce it a year later.
    assert rows["EU", ANY, "2026-07"].enforcement_suspended == 12
    assert rows["EU", ANY, "2026-08"].enforcement_suspended == 0
    # Whether SB 24-205 applied between 30 June 2026 and its repeal is disputed, for all of its duties.
    july = rows["US-CO", ANY, "2026-07"]
    assert july.disputed == july.binding_in_force == 12


def test_a_treaty_that_is_not_in_force_is_coming(rows) -> None:
    row = rows["INT", ANY, "2026-08"]
    assert row.known
    assert row.binding_in_force == 0
    assert row.binding_coming
    assert "coe/cets225" in (row.instruments or "")


def test_where_law_is_not_encoded_there_is_no_number(corpus: Corpus, rows) -> None:
    words = {
        "pointer": "AI-specific law is pointed to only",
        "searched_none_found": "AI-specific law was searched and none found, which is no proof that there is none",
        "not_covered": "AI-specific law is not covered",
    }
    own = {each.jurisdiction: each.id for each in corpus.at(date.max).instruments.values()}
    asked = {place for place, _, _ in rows}
    assert {"DE", "US-CA"} <= asked
    for place in asked:
        row = rows[place, "bias-audit", "2026-06"]
        if row.coverage != "encoded":
            assert (row.known, row.binding_in_force, row.binding_scheduled, row.instruments) == (
                False,
                None,
                None,
                None,
            )
            assert (row.because or "").startswith(words[row.coverage])
            assert own.get(place, "") in (row.because or "")
    assert rows["DE", "bias-audit", "2026-06"].because == words["pointer"]


# Of every cell ----------------------------------------------------------------------------------------------


def test_a_count_is_there_exactly_where_it_is_known(rows) -> None:
    assert any(row.known for row in rows.values())
    for row in rows.values():
        counts = [getattr(row, name) for name in MORE]
        assert row.known is (row.because is None)
        assert all(count is None for count in counts) if not row.known else all(count >= 0 for count in counts)
        assert (row.instruments is None) is not row.known
        if row.known:
            assert row.coverage == "encoded"
            assert row.known_to is not None
            assert month_end(row.month) <= row.known_to
            assert row.binding_scheduled == row.binding_in_force
            in_force = (row.binding_in_force or 0) + (row.voluntary_in_force or 0)
            assert max(row.unverified or 0, row.draft or 0, row.disputed or 0) <= in_force
            assert (row.enforcement_suspended or 0) <= (row.binding_in_force or 0)
            assert bool(row.instruments) is bool(in_force + (row.binding_coming or 0)) or not row.binding_coming
        else:
            assert (row.binding_scheduled is None) is (row.coverage != "encoded")


def test_any_duty_is_at_least_every_topic(rows) -> None:
    for (place, _, month), row in rows.items():
        whole = rows[place, ANY, month]
        if row.known and whole.known:
            assert all(getattr(row, name) <= getattr(whole, name) for name in MORE)


def test_what_has_no_end_and_is_not_amended_only_grows(corpus: Corpus, rows) -> None:
    ending: set[str] = set()
    for each in corpus.at(date.max).instruments.values():
        labels = (n for rule in each.rules.values() for n in nodes_of(rule.node) if isinstance(n, ir.Label))
        if any(patch.amends == each.id for patch in corpus.patches) or any(n.role == "ceases" for n in labels):
            ending.add(each.jurisdiction)
    series: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in rows.values():
        if row.binding_scheduled is not None and row.jurisdiction not in ending:
            series[row.jurisdiction, row.topic].append(row.binding_scheduled)
    assert len({place for place, _ in series}) >= 3
    for counts in series.values():
        assert counts == sorted(counts)


def test_what_applies_in_a_worked_case_stands(corpus: Corpus) -> None:
    """No rule that binds somebody on a day is missed."""
    standing, checked = Standing(corpus), 0
    for path in sorted(CORPUS.rglob("*.cases.yaml")):
        for case in read_cases(path, Faults()):
            known = case.known_at or case.as_of
            found = standing.on(case.as_of, known)
            law = corpus.at(case.as_of, known)
            for name, node in case.expect.items():
                if not (isinstance(node, Scalar) and node.text == "applies"):
                    continue
                meant = [rule for rule in law.rules.values() if names(rule, name)]
                if meant and all(rule.kind in ("duty", "prohibition") and not rule.helper for rule in meant):
                    assert any(rule.id in found for rule in meant), (path.name, case.name, name)
                    checked += 1
    assert checked > 500


# What was known then ----------------------------------------------------------------------------------------

TINY = {
    "jurisdictions.yaml": "jurisdictions: [{code: XX, name: Exland}, {code: YY, name: Whyland}]",
    "coverage.yaml": "coverage: [{jurisdiction: XX, source: primary, date: 2026-12-01, known_to: 2026-12-01,"
    " areas: {ai_specific: {state: encoded, instruments: [xx/act]}}}]",
    "elements.yaml": "elements: [{element: report, title: Report, what: A report.}]",
    "facts.yaml": "facts: [{fact: makes, kind: actor, type: bool, ask: Does it make it?, at: [s. 1], basis: observable}]",
    "xx/act.yaml": """
instrument: xx/act
title: Act
jurisdiction: XX
kind: statute
force: binding
cite: Act 1
url: https://example.org
checked: {date: 2026-12-01, against: primary}
known_to: 2026-12-01
events: [{date: 2025-06-15, event: adopted}]
timeline: {start: {date: 2026-01-01, at: s. 9}, over: {date: 2026-09-01, at: s. 9}}
provisions: [{at: s. 1, subject: report}, {at: s. 2, subject: advice}, {at: s. 3, subject: leave}]
rules:
  - {role: maker, per: actor, title: Maker, applies: start, when: makes, at: s. 1}
  - {duty: report, per: actor, title: Report, addressee: maker, what: Report., elements: [report], at: s. 1}
  - {duty: advice, per: actor, title: Advice, addressee: maker, modality: should, what: Do., ceases: over, at: s. 2}
  - {duty: leave, per: actor, title: Leave, addressee: maker, modality: may, what: Ask., at: s. 3}
""",
    "xx/back.yaml": """
patch: xx/back
title: Back-dated repeal
amends: xx/act
cite: Act 2
url: https://example.org
checked: {date: 2026-12-01, against: primary}
published: 2026-05-10
in_force: 2026-03-01
changes: [{repeal: report, at: s. 1}]
""",
}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    folder = tmp_path_factory.mktemp("tiny")
    for name, text in TINY.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return load(folder, base=None)


def test_a_made_up_law_by_month(tiny: Corpus) -> None:
    def told(month: str, known: str, topic: str = ANY) -> tuple[int | None, ...]:
        row = one(panel(tiny, ["XX"], first=month, last=month, known=known), "XX", topic, month)
        return row.binding_in_force, row.binding_coming, row.voluntary_in_force

    # Before adoption nothing; then the duty is coming. Its date is that of the role, not its own.
    assert told("2025-05", "now") == (0, 0, 0)
    assert told("2025-06", "now") == (0, 1, 0)
    assert told("2025-12", "now", "report") == (0, 1, 0)
    assert told("2026-01", "now") == (1, 0, 1)
    # In May a repeal was published that reaches back to March: now we know, in April nobody did.
    assert told("2026-04", "now") == (0, 0, 1)
    assert told("2026-04", "then") == (1, 0, 1)
    assert told("2026-05", "then") == (0, 0, 1)
    assert told("2026-08", "now") == (0, 0, 1)
    assert told("2026-09", "now") == (0, 0, 0)
    assert told("2026-11", "now") == (0, 0, 0)
    assert told("2026-12", "now") == (None, None, None)


def test_a_place_that_is_not_declared_is_unknown(tiny: Corpus) -> None:
    row = one(panel(tiny, ["YY"], first="2026-01", last="2026-01"), "YY", ANY, "2026-01")
    assert (row.known, row.because, row.coverage) == (False, "nothing was looked at", "not_declared")


# Files ------------------------------------------------------------------------------------------------------


def test_columns_are_the_fields_of_a_row() -> None:
    assert [column.name for column in COLUMNS] == [each.name for each in fields(PanelRow)]


def test_parquet_and_csv_are_the_same_table(corpus: Corpus, tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    made = panel(corpus, ["EU", "US-CA", "DE"], first="2026-07", last="2026-12")
    for name in ("p.parquet", "p.csv"):
        written = write_panel(made, tmp_path / name)
        assert written.rows == 3 * 6 * (len(made.topics) + 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["p.codebook.csv", "p.csv", "p.parquet"]
    names_ = ", ".join(column.name for column in COLUMNS)
    with duckdb.connect() as store:
        parquet = store.sql(f"SELECT {names_} FROM '{tmp_path}/p.parquet'").fetchall()  # noqa: S608
        text = store.sql(
            f"SELECT * REPLACE (CASE WHEN known THEN coalesce(instruments, '') END AS instruments) "  # noqa: S608
            f"FROM read_csv('{tmp_path}/p.csv', types = {{'month': 'VARCHAR', 'known_to': 'DATE'}})"
        ).fetchall()
        nulls = store.sql(f"SELECT count(*) FROM '{tmp_path}/p.parquet' WHERE known <> (binding_in_force IS NOT NULL)")  # noqa: S608
        assert nulls.fetchall() == [(0,)]
        kinds = {row[0]: row[1] for row in store.sql(f"DESCRIBE FROM '{tmp_path}/p.parquet'").fetchall()}
    assert parquet == text == [tuple(getattr(row, column.name) for column in COLUMNS) for row in made.rows()]
    assert (kinds["known"], kinds["binding_in_force"], kinds["known_to"]) == ("BOOLEAN", "INTEGER", "DATE")


def test_the_codebook_explains_every_column_and_topic(corpus: Corpus, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    made = panel(corpus, ["EU"], first="2026-08", last="2026-08")
    written = write_panel(made, tmp_path / "p.csv")
    with (tmp_path / "p.codebook.csv").open(encoding="utf-8", newline="") as stream:
        book = {(row["column"], row["value"]): row["meaning"] for row in csv.DictReader(stream)}
    assert all(book[column.name, ""] == column.meaning for column in COLUMNS)
    assert all(book["topic", topic.name] for topic in made.topics)
    write_panel(made, tmp_path / "p.parquet")
    schema = parquet.read_schema(tmp_path / "p.parquet")
    assert all(schema.field(c.name).metadata[b"meaning"].decode() == c.meaning for c in COLUMNS)
    assert corpus.digest.encode() in schema.metadata[b"comity"]
    assert panel_record(made, written)["population"]["jurisdictions"][0]["known_to"] == "2026-10-06"


def test_without_pyarrow_csv_is_written_and_parquet_refused(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    made = panel(corpus, ["EU"], first="2026-08", last="2026-08")
    assert write_panel(made, tmp_path / "p.csv").rows == len(made.topics) + 1
    with pytest.raises(UsageFault, match="needs pyarrow"):
        write_panel(made, tmp_path / "p.parquet")
    assert not list(tmp_path.glob("p.parquet*"))
