"""The command: its text, its JSON, what it refuses, and what it says where the extra is missing."""

import sys
from datetime import date

import pytest

from portfolio.conftest import MAPPING

TABLE = "name,compute,open\nbig,2e26,yes\nsmall,1e20,no\nopaque,,\nodd,NaN,\n"
AT = ("--as-of", "2026-11-21")


@pytest.fixture
def files(tmp_path):
    (tmp_path / "t.csv").write_text(TABLE, encoding="utf-8")
    (tmp_path / "m.yaml").write_text(MAPPING, encoding="utf-8")
    return tmp_path / "t.csv", tmp_path / "m.yaml"


def test_the_text_opens_with_what_the_counts_rest_on(comity, files):
    table, mapping = files
    ran = comity("portfolio", "assess", table, "--from", mapping, *AT, "--horizon", "2027-08-03")
    assert ran.code == 0, ran.err
    places = [
        "Portfolio: t.csv", "What is covered", "not covered:", "4 read, 4 usable", "Taken as given",
        "each model is placed on both markets by its developer", "Cells that could not be used: 1", "EU AI Act", "US-CA SB 53",
        "Left out of a portfolio", "What next", "not legal advice",
    ]  # fmt: skip
    assert sorted(places, key=ran.out.index) == places
    assert "2027-08-03" in ran.out
    assert "1–3" in ran.out
    assert ran.err == ""


def test_json_is_one_record(comity, files):
    table, mapping = files
    ran = comity("portfolio", "assess", table, "--from", mapping, *AT, "--market", "US-CA", "--json")
    record = ran.json
    assert record["schema"] == "comity.portfolio/1"
    assert record["markets"] == ["US-CA"]
    asked = [each["id"] for each in record["instruments"]]
    assert "us-ca/sb53" in asked
    assert "eu/ai-act" not in asked
    assert record["coverage"][0]["market"] == "US-CA"


def test_the_three_dates_are_kept_apart(comity, files):
    table, mapping = files
    dates = ("--facts-at", "2026-06-01", "--law-at", "2026-07-01", "--known-at", "2026-05-01")
    record = comity("portfolio", "assess", table, "--from", mapping, *dates, "--json").json
    assert (record["facts_at"], record["law_at"], record["known_at"]) == ("2026-06-01", "2026-07-01", "2026-05-01")


@pytest.mark.parametrize("name", ["o.parquet", "o.csv"])
def test_findings_are_written(comity, files, tmp_path, name):
    table, mapping = files
    ran = comity("portfolio", "assess", table, "--from", mapping, *AT, "-o", tmp_path / name, "--json")
    assert ran.json["output"]["rows"] > 10
    assert (tmp_path / name).stat().st_size > 100
    assert "Written:" in comity("portfolio", "assess", table, "--from", mapping, *AT, "-o", tmp_path / name).out


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["-o", "o.xlsx"], "the ending '.xlsx' is not known"),
        (["-o", "/no/such/folder/o.csv"], "no such folder"),
        (["--horizon", "2026-11-21"], "is not after"),
        (["--horizon", "soon"], "'soon' is not a date"),
        (["--market", "EUU"], "did you mean 'EU'"),
        (["--limit", "0"], "0 is not in the range"),
        (["--from", "epok"], "did you mean 'epoch'"),
    ],
)
def test_wrong_use_ends_with_2(comity, files, more, message):
    table, mapping = files
    chosen = [] if "--from" in more else ["--from", mapping]
    ran = comity("portfolio", "assess", table, *chosen, *AT, *more)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("", "the table is empty"),
        ("name,compute,open\n", "a header and no rows"),
        ("name,flops\nx,1\n", "no column 'compute'"),
    ],
)
def test_a_faulty_table_ends_with_3(comity, files, table, message):
    path, mapping = files
    path.write_text(table, encoding="utf-8")
    ran = comity("portfolio", "assess", path, "--from", mapping, *AT, "--json")
    assert ran.code == 3
    assert message in ran.err
    assert ran.json["error"] == "faulty-input"


def test_without_a_mapping_the_header_decides(comity, files):
    ran = comity("portfolio", "assess", files[0], *AT)
    assert ran.code == 2
    assert "no shipped mapping fits" in ran.err


@pytest.mark.parametrize("module", ["numpy", "pyarrow"])
def test_a_missing_extra_is_named(comity, files, monkeypatch, tmp_path, module):
    for name in [name for name in sys.modules if name == module or name.startswith(f"{module}.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    table, mapping = files
    ran = comity("portfolio", "assess", table, "--from", mapping, *AT, "-o", tmp_path / "o.parquet")
    assert ran.code == 2
    assert f"portfolios need {module}" in ran.err
    assert "comity[portfolio]" in ran.err


def test_the_shipped_mappings_can_be_printed(comity):
    listed = comity("portfolio", "mapping")
    assert "epoch" in listed.out
    assert "us-inventory-2025" in listed.out
    assert comity("portfolio", "mapping", "epoch").out.splitlines()[1] == "mapping: epoch"
    assert comity("portfolio", "mapping", "epok").code == 2


def test_all_lists_every_rule(comity, files):
    table, mapping = files
    short = comity("portfolio", "assess", table, "--from", mapping, *AT)
    long = comity("portfolio", "assess", table, "--from", mapping, *AT, "--all")
    assert len(long.out.splitlines()) > 1.5 * len(short.out.splitlines())
    assert "exemption" in long.out


def test_today_is_the_date_where_none_is_given(comity, files):
    table, mapping = files
    assert comity("portfolio", "assess", table, "--from", mapping, "--json").json["as_of"] == date.today().isoformat()
