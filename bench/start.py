"""Whole processes of the command line: how long one waits for an answer."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.report import Row, Table, seconds
from bench.subjects import EXAMPLES

__all__ = ["start"]

ROUNDS = 9
VERSION, ASSESS, LOADED = 0.15, 0.6, 0.3


def _command() -> list[str]:
    """The installed command beside this Python, else the module."""
    script = Path(sys.executable).with_name("comity")
    return [str(script)] if script.is_file() else [sys.executable, "-m", "comity"]


def _run(args: list[str], env: dict[str, str]) -> tuple[float, float]:
    """The time one waits, and the processor time of the process."""
    before, begun = os.times(), time.perf_counter()
    subprocess.run(args, env=env, check=True, capture_output=True)
    waited, after = time.perf_counter() - begun, os.times()
    return waited, after.children_user + after.children_system - before.children_user - before.children_system


def _loading(env: dict[str, str]) -> float:
    """The time that a fresh process takes for the corpus alone, with every part of today's law made."""
    code = (
        "import time; from datetime import date; from comity.law.cache import load_cached; "
        "t = time.perf_counter(); load_cached().at(date.today()).rules; print(time.perf_counter() - t)"
    )
    return float(subprocess.run([sys.executable, "-c", code], env=env, check=True, capture_output=True).stdout)


def start() -> Table:
    """The waiting times, with the caches warm."""
    command = _command()
    asked: dict[str, tuple[list[str], float | None]] = {
        "comity --version": ([*command, "--version"], VERSION),
        "an empty Python": ([sys.executable, "-c", "pass"], None),
    }
    for file in sorted(EXAMPLES.glob("*.yaml")):
        asked[f"comity assess examples/{file.name}"] = [*command, "assess", str(file)], ASSESS
    times: dict[str, list[tuple[float, float]]] = {what: [] for what in asked}
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as folder:
        # Bytecode is kept, as in any installation, and all caches are our own.
        env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        env |= {"COMITY_CACHE": folder, "PYTHONPYCACHEPREFIX": folder}
        for turn in range(ROUNDS + 1):
            for what, (args, _) in asked.items():
                found = _run(args, env)
                if turn:
                    times[what].append(found)
        loading = [_loading(env) for _ in range(ROUNDS)]
    rows = [
        Row(what, statistics.median(wait for wait, _ in times[what]), target=target)
        for what, (_, target) in asked.items()
    ]
    rows.append(Row("the whole corpus from its cache", statistics.median(loading), target=LOADED))
    worked = ", ".join(seconds(statistics.median(cpu for _, cpu in found)) for found in times.values())
    notes = (
        f"Whole processes, the median of {ROUNDS} turns, after a first run that fills the caches of law and bytecode.",
        f"Processor time, in the same order: {worked}. Waiting longer than that is other programs on the machine.",
    )
    return Table("start", tuple(rows), notes)
