"""Hostile profiles and patches get a clear error, soon; nothing is executed, and nothing hangs."""

import os
import time
from pathlib import Path

import pytest

SECONDS = 20
N, D = "training_compute_flop", "incident_discovered_at"
EVIL = "os.system"


def fails(comity, path: Path, *args: str, code: int = 3) -> str:
    start = time.monotonic()
    ran = comity("assess", path, *args)
    assert time.monotonic() - start < SECONDS
    assert ran.code == code, ran.err
    assert ran.out == ""
    assert str(path.parent) in ran.err
    assert " — " in ran.err, "a fault says how to mend it"
    assert "Traceback" not in ran.err
    assert all(len(line) < 1500 for line in ran.err.splitlines())
    return ran.err


def written(folder: Path, content: str | bytes, ending: str = "yaml") -> Path:
    path = folder / f"profile.{ending}"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


PROFILES = {
    "deep": (f"a: {'[' * 10_000}{']' * 10_000}\n", "more than 40 levels of nesting"),
    "ten-thousand-facts": ("".join(f"fact_{i}: true\n" for i in range(10_000)), "there is no fact 'fact_0'"),
    "large-set": (f"actor_role: [{', '.join(f'c{i}' for i in range(100_000))}]\n", "'c0' is not a value of actor_role"),
    "homoglyph": ("tr\u0430ining_compute_flop: 1e26\n", "U+0430 CYRILLIC SMALL LETTER A"),
    "zero-width": ("train\u200bing_compute_flop: 1e26\n", "U+200B ZERO WIDTH SPACE"),
    "right-to-left": ("\u202etraining_compute_flop: 1e26\n", "U+202E RIGHT-TO-LEFT OVERRIDE"),
    "homoglyph-place": ("placed_on_market_in: [\u0415U]\n", "U+0415 CYRILLIC CAPITAL LETTER IE"),
    "colour": ('"\\e[31mred": true\n', "there is no fact '\\x1b[31mred'"),
    "exponent": (f"{N}: 1e400\n", "beyond ±60"),
    "small": (f"{N}: 1e-400\n", "beyond ±60"),
    "digits": (f"{N}: 1{'0' * 5000}\n", "more than 200 digits"),
    "nan": (f"{N}: NaN\n", "not a finite number"),
    "infinite": (f"{N}: .inf\n", "not a finite number"),
    "other-digits": (f"{N}: \u0661\u0662\n", "is not a number"),
    "hexadecimal": (f"{N}: 0x10\n", "is not a number"),
    "no-date": (f"{D}: 0000-00-00\n", "write a year from 0001 on"),
    "no-leap-day": (f"{D}: 2026-02-29\n", "2026-02 has the days 01 to 28"),
    "last-day": (f"{D}: 9999-12-31\n", "the year 9999 is too far away"),
    "last-moment": (f"{D}: 9999-12-31T23:59:59-14:00\n", "the year 9999 is too far away"),
    "first-moment": (f"{D}: 0001-01-01T00:00+14:00\n", "the year 0001 is too far away"),
    "span": (f"{D}: {{from: 0001-01-01, to: 2026-01-01}}\n", "the year 0001 is too far away"),
    "year-10000": (f"{D}: 10000-01-01\n", "is not a time"),
    "leap-second": (f"{D}: 2026-06-30T23:59:60Z\n", "seconds 00 to 59"),
    "no-hour": (f"{D}: 2026-03-29T99:99\n", "hours 00 to 23"),
    "offset": (f"{D}: 2026-05-01T12:00+24:00\n", "there is no time"),
    "laughs": ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "anchors and aliases are not read"),
    "duplicate": ("is_foundation_model: true\nis_foundation_model: false\n", "a second time (first on line 1)"),
    "nul": ("is_foundation_model: \0true\n", "NUL character"),
    "tag": (f'is_foundation_model: !!python/object/apply:{EVIL} ["true"]\n', "a tag !!python"),
    "utf-16": ("is_foundation_model: true\n".encode("utf-16"), "UTF-16, not UTF-8"),
    "long-value": (f"actor_role: {'a' * 100_000}\n", "…' is not a value of actor_role"),
    "long-place": (f"placed_on_market_in: {'a' * 100_000}\n", "…' is not a jurisdiction"),
    "long-link": (f"models: [{{id: {'x' * 50_000}, derived_from: {'y' * 50_000}}}]\n", "there is no model 'yyy"),
    "circle": ("models: [{id: a, derived_from: b}, {id: b, derived_from: a}]\n", "derives from itself"),
    "shapes": (
        "models: {a: b}\nsystems: 5\nuses: [1, [2]]\nactor: []\nnone_of: {x: [1]}\nstated: 3\n",
        "is not a list",
    ),
}


@pytest.mark.parametrize("name", PROFILES)
def test_a_hostile_profile_is_refused(comity, tmp_path: Path, name: str):
    content, message = PROFILES[name]
    assert message in fails(comity, written(tmp_path, content))


@pytest.mark.parametrize(
    ("ending", "content", "message"),
    [
        ("json", '{"a": ' + "[" * 10_000 + "]" * 10_000 + "}", "more than 40 levels of nesting"),
        ("toml", "a = " + "[" * 10_000 + "]" * 10_000, "more than 40 levels of nesting"),
        ("json", f'{{"{N}": NaN}}', "finite number"),
        ("json", f'{{"{N}": 1e400}}', "beyond ±60"),
        ("json", f'{{"{N}": 1, "{N}": 2}}', "a second time"),
        ("toml", f"{N} = 1{'0' * 5000}", "digit"),
        ("toml", f"{D} = 9999-12-31", "too far away"),
        ("exe", "x", "the ending"),
    ],
)
def test_other_forms_are_refused_alike(comity, tmp_path: Path, ending: str, content: str, message: str):
    assert message in fails(comity, written(tmp_path, content, ending))


@pytest.mark.parametrize(
    "content",
    [
        f"{N}: -0\n",
        f"{N}: 1_000_000_000_000_000_000_000\n",
        f"{N}: 1e60\n",
        f"incident_type: catastrophic_harm\n{D}: 2024-02-29\n",
        f"incident_type: catastrophic_harm\n{D}: 2026-03-29T02:30:00+14:00\n",
        f"incident_type: catastrophic_harm\n{D}: 2026-03-29T02:30:00-14:00\n",
        f"incident_type: catastrophic_harm\n{D}: 2026-03-29T02:30\n",
        "\ufeffis_foundation_model: true\n",
        f"placed_on_market_in: [{', '.join(['DE'] * 100_000)}]\n",
    ],
    ids=["zero", "underscores", "large", "leap-day", "east", "west", "gap", "bom", "one-code-often"],
)
def test_what_is_odd_but_means_something_is_answered(comity, tmp_path: Path, content: str):
    text = "is_foundation_model: true\ntraining_compute_flop: 1e27\n" if content.startswith("incident") else ""
    ran = comity("assess", written(tmp_path, text + content), "--market", "US-CA", "--as-of", "2026-11-21")
    assert ran.code == 0, ran.err


def test_a_large_file_is_not_read(comity, tmp_path: Path):
    path = written(tmp_path, "")
    with path.open("wb") as stream:
        stream.truncate(100_000_000)
    assert "larger than 5000000 bytes" in fails(comity, path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_does_not_block(comity, tmp_path: Path):
    path = tmp_path / "profile.yaml"
    os.mkfifo(path)
    assert "not a regular file" in fails(comity, path)


@pytest.mark.parametrize(
    "text",
    [
        f"patch: x/y\nchanges: {'[' * 10_000}",
        "patch: x/y\namends: eu/ai-act\nin_force: 2026-01-01\nchanges: [1, {a: b}, {add: 5}]\n",
        f"patch: x/y\namends: {'x' * 900}\nin_force: 2026-01-01\n",
        "patch: &a x\namends: *a\n",
    ],
    ids=["deep", "shapes", "long", "alias"],
)
def test_a_hostile_patch_is_refused(comity, tmp_path: Path, text: str):
    patch = tmp_path / "patch.yaml"
    patch.write_text(text, encoding="utf-8")
    fails(comity, written(tmp_path, "is_foundation_model: true\n"), "--patch", str(patch))
