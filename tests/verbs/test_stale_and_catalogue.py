"""What is old, coming or in doubt; and provision by provision what encodes it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from comity.errors import UsageFault
from comity.law.corpus import Corpus
from comity.verbs.catalogue import catalogues, sections
from comity.verbs.stale import stale

ON = date(2026, 11, 21)


def test_ages_count_from_the_day_asked_about(corpus: Corpus) -> None:
    now, later = stale(corpus, ON), stale(corpus, ON + timedelta(days=10))
    ages = {row.instrument.id: row for row in later.rows}
    for row in now.rows:
        assert ages[row.instrument.id].unknown_for in (row.unknown_for + 10, 0, *range(10))
        assert ages[row.instrument.id].checked_for == row.checked_for + 10
    sb53 = next(row for row in now.rows if row.instrument.id == "us-ca/sb53")
    assert sb53.unknown_for == 56
    assert sb53.readings == ("finetuner-as-developer",)
    assert [row.unknown_for for row in now.rows] == sorted((row.unknown_for for row in now.rows), reverse=True)


def test_the_days_ahead(corpus: Corpus) -> None:
    found = stale(corpus, ON, within=90)
    days = {(each.on, each.instrument) for each in found.coming}
    assert (date(2026, 12, 2), "eu/ai-act") in days
    assert (date(2027, 1, 1), "us-il/sb315") in days
    assert all(ON <= each.on <= ON + timedelta(days=90) for each in found.coming)
    assert stale(corpus, date(2199, 1, 1)).coming == ()


def test_law_that_is_gone_is_named_as_such(corpus: Corpus) -> None:
    dead = {row.instrument.id for row in stale(corpus, ON).rows if row.dead}
    assert {"us/eo-14110", "us/m-24-10"} <= dead
    assert not dead & {"eu/ai-act", "us-ca/sb53"}
    assert "us/eo-14110" not in {row.instrument.id for row in stale(corpus, date(2024, 6, 1)).rows if row.dead}


def test_every_provision_has_rules_or_a_reason(corpus: Corpus) -> None:
    for each in catalogues(corpus, (), ON, ON):
        for row in each.rows:
            assert row.provision.state in ("encoded", "pointer") or row.provision.because, (
                each.instrument.id,
                row.provision.at,
            )
    (sb53,) = catalogues(corpus, ["SB 53"], ON, ON)
    rows = {row.provision.at: row.rules for row in sb53.rows}
    assert rows["§ 22757.12(a)"] == ("framework", "standards_incorporated")
    assert rows["§ 22757.14"] == ()
    assert {row.provision.at for row in sb53.unanswered} == {"§ 22757.13(h)", "§ 22757.15", "Lab. Code § 1107"}


def test_sections_of_source_notes(corpus: Corpus, tmp_path: Path) -> None:
    (tmp_path / "xx.md").write_text(
        "# Notes\n\n## us-ca-sb53 — a law\ntext\n## eu-ai-omnibus — a patch\n## us-nothing — nobody\n## Not an id\n",
        encoding="utf-8",
    )
    found = {each.id: each for each in sections(corpus, tmp_path)}
    assert found.keys() == {"us-ca-sb53", "eu-ai-omnibus", "us-nothing"}
    assert found["us-ca-sb53"].encoded_by == ("us-ca/sb53",)
    assert found["eu-ai-omnibus"].encoded_by == ("eu/omnibus-2026",)
    assert (found["us-nothing"].state, found["us-nothing"].line) == ("missing", 6)
    (tmp_path / "xx.md").unlink()
    with pytest.raises(UsageFault, match="there are no notes"):
        sections(corpus, tmp_path)
