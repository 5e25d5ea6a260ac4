"""comity law panel: what it writes, what it tells, what it refuses."""

from __future__ import annotations

import pytest

from doors.test_schemas import check


def test_it_writes_a_table_and_says_what_is_empty(comity, tmp_path) -> None:
    ran = comity(
        "law", "panel", "-o", tmp_path / "p.csv", "--market", "US-CA,DE", "--from", "2026-01", "--to", "2026-02"
    )
    assert ran.code == 0, ran.err
    assert "encoded for 1 of 2" in " ".join(ran.out.split())
    assert "empty, not 0" in " ".join(ran.out.split())
    lines = (tmp_path / "p.csv").read_text(encoding="utf-8").splitlines()
    assert lines[1].startswith("US-CA,any duty,2026-01,true,,")
    assert all(line.split(",")[3] == "false" for line in lines[1:] if line.startswith("DE,"))


def test_its_json_keeps_the_schema(comity, tmp_path) -> None:
    ran = comity(
        "law", "panel", "-o", tmp_path / "p.csv", "--market", "EU", "--from", "2026-08", "--to", "2026-08", "--json"
    )
    assert check(ran.json) == "law-panel-1"
    assert ran.json["population"]["months"] == {"first": "2026-08", "last": "2026-08", "count": 1}
    assert ran.json["rows"] == ran.json["population"]["rows_known"] == ran.json["population"]["topics"]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--from", "2026-13"], "'2026-13' is not a month"),
        (["--to", "August"], "'August' is not a month"),
        (["--from", "2026-02", "--to", "2026-01"], "lies after the last"),
        (["--from", "1000-01", "--to", "2026-01"], "more than 1200 months"),
        (["--market", "ZZ"], "'ZZ' is not a jurisdiction"),
        (["-o", "p.xlsx"], "the ending '.xlsx' is not known"),
        (["-o", "nowhere/p.csv"], "no such folder"),
    ],
)
def test_what_it_refuses(comity, tmp_path, monkeypatch, more, told) -> None:
    monkeypatch.chdir(tmp_path)
    ran = comity("law", "panel", "-o", "p.csv", *more)
    assert ran.code == 2
    assert told in " ".join(ran.err.split())
    assert not list(tmp_path.iterdir())
