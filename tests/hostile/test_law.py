"""Hostile expressions and folders of law get a clear error, soon; nothing is executed, and nothing hangs."""

import os
import time
from pathlib import Path

import pytest

HEAD = """\
instrument: xx/act
title: A made-up Act on AI
jurisdiction: EU
kind: statute
force: binding
cite: Act 1 of 2025
url: https://example.org/act
checked: {date: 2026-11-01, against: primary}
known_to: 2026-11-01
events: [{date: 2025-01-01, event: adopted}]
rules:
"""

EXPRESSIONS = {
    "parentheses": ("(" * 9_000 + "sold" + ")" * 9_000, "nested deeper than 40"),
    "ten-thousand-parentheses": ("(" * 10_000 + "sold" + ")" * 10_000, "longer than 20000 characters"),
    "calls": ("has(" * 4_000, "nested deeper than 40"),
    "any": ("any(model:" * 1_900, "nested deeper than 40"),
    "disjuncts": (" OR ".join(["sold"] * 4_000), "longer than 20000 characters"),
    "homoglyph": ("s\u043eld", "U+043E CYRILLIC SMALL LETTER O"),
    "zero-width": ("so\u200bld", "U+200B ZERO WIDTH SPACE"),
    "right-to-left": ("sold \u202e", "U+202E RIGHT-TO-LEFT OVERRIDE"),
    "long-name": ("a" * 15_000, "a word of more than 200 characters"),
    "long-number": ("staff > " + "9" * 15_000, "a word of more than 200 characters"),
    "exponent": ("staff > 1e400", "a number is written in an expression"),
    "minus": ("staff > -0", "not part of the language"),
    "code": ("__import__(os.system)", "is expected here, not '.'"),
    "open-quote": ('name = "', "means nothing here"),
}


def law(folder: Path, expression: str) -> Path:
    (folder / "xx").mkdir()
    facts = [
        "{fact: sold, kind: actor, type: bool, ask: Sold?, basis: observable, at: [s. 1]}",
        "{fact: staff, kind: actor, type: number, unit: persons, ask: How many?, basis: observable, at: [s. 1]}",
    ]
    (folder / "facts.yaml").write_text("facts:\n" + "".join(f"  - {fact}\n" for fact in facts), encoding="utf-8")
    (folder / "jurisdictions.yaml").write_text("jurisdictions:\n  - {code: EU, name: Union}\n", encoding="utf-8")
    rule = f"  - {{class: c, per: actor, at: s. 1, when: '{expression}'}}\n"
    (folder / "xx" / "act.yaml").write_text(HEAD + rule, encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_a_hostile_expression_is_refused(comity, tmp_path: Path, monkeypatch, name: str):
    expression, message = EXPRESSIONS[name]
    monkeypatch.setenv("COMITY_CORPUS", str(law(tmp_path, expression)))
    start = time.monotonic()
    ran = comity("law", "list")
    assert time.monotonic() - start < 10
    assert ran.code == 4, ran.err
    assert "act.yaml:12:" in ran.err
    if name != "open-quote":
        assert message in ran.err
    assert " — " in ran.err
    assert all(len(line) < 500 for line in ran.err.splitlines())


def refused(comity, folder: Path) -> str:
    ran = comity("law", "list", "--law", folder)
    assert ran.code == 4, ran.err
    return ran.err


def test_a_folder_that_holds_itself_is_read_once(comity, tmp_path: Path):
    (tmp_path / "again").symlink_to(tmp_path)
    assert comity("law", "list", "--law", tmp_path).code == 0


def test_a_link_to_itself_is_refused(comity, tmp_path: Path):
    (tmp_path / "act.yaml").symlink_to(tmp_path / "act.yaml")
    assert "cannot be read" in refused(comity, tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_in_a_folder_of_law_does_not_block(comity, tmp_path: Path):
    os.mkfifo(tmp_path / "act.yaml")
    assert "not a regular file" in refused(comity, tmp_path)


def test_a_folder_named_like_a_file_is_refused(comity, tmp_path: Path):
    (tmp_path / "act.yaml").mkdir()
    assert "this is a folder" in refused(comity, tmp_path)


def test_a_large_file_of_law_is_not_read(comity, tmp_path: Path):
    with (tmp_path / "act.yaml").open("wb") as stream:
        stream.truncate(100_000_000)
    assert "larger than 5000000 bytes" in refused(comity, tmp_path)
