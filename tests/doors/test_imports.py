"""A quick command line: what is not needed is not imported."""

import os
import re
import subprocess
import sys

import pytest

HEAVY = ("z3", "numpy", "pydantic", "sqlalchemy", "jinja2", "sqlglot", "pyarrow", "holidays", "jsonschema")


def imported(args, cache):
    environment = {**os.environ, "COMITY_CACHE": str(cache)}
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "comity", *args], env=environment, capture_output=True, check=False,
        encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return {
        match[1].strip() for match in re.finditer(r"^import time:.*\|([^|\n]+)$", done.stderr, re.MULTILINE)
    }, done.stdout


def roots(names):
    return {name.partition(".")[0] for name in names}


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_the_version_is_told_before_anything_is_imported(cache, option):
    names, out = imported([option], cache)
    assert out.startswith("comity 0.")
    assert not roots(names) & {"click", "rich", "yaml", *HEAVY}
    assert "comity.doors" not in names


@pytest.mark.parametrize("more", [[], ["--json"], ["--brief"]])
def test_a_warm_assess_is_lean(cache, frontier, more):
    args = ["assess", str(frontier), "--as-of", "2026-11-21", *more]
    imported(args, cache)
    names, _ = imported(args, cache)
    assert not roots(names) & set(HEAVY)
    assert not {"comity.law.lint", "comity.doors.reports.html", "comity.doors.cli.law", "comity.assess.exact"} & names


def test_json_needs_no_tables(cache, frontier):
    names, _ = imported(["assess", str(frontier), "--as-of", "2026-11-21", "--json"], cache)
    assert "comity.doors.cli.assess_text" not in names


def test_a_broken_pipe_is_no_traceback(cache, frontier):
    environment = {**os.environ, "COMITY_CACHE": str(cache)}
    for more in ("", "--json"):
        command = f"{sys.executable} -m comity assess {frontier} {more} | head -c 20"
        done = subprocess.run(command, shell=True, env=environment, capture_output=True, encoding="utf-8", check=False)  # noqa: S602
        assert "Traceback" not in done.stderr


def test_an_ascii_terminal_gets_an_answer(cache, frontier):
    environment = {**os.environ, "COMITY_CACHE": str(cache), "PYTHONIOENCODING": "ascii"}
    for more in ([], ["--json"]):
        done = subprocess.run(
            [sys.executable, "-m", "comity", "assess", str(frontier), *more], env=environment, capture_output=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert done.stdout
