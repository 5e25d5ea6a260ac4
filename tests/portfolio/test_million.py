"""A million rows: in blocks, in bounded memory, in less than a minute."""

import json
import os
import random
import subprocess
import sys
import time

import pytest

# The peak is told by the process itself: what its parent held before the start is not counted.
RUN = """
import atexit, sys
from pathlib import Path
peak = Path(sys.argv.pop(1))
def told():
    with open("/proc/self/status") as status:
        peak.write_text(next(line.split()[1] for line in status if line.startswith("VmHWM")))
atexit.register(told)
from comity.__main__ import main
sys.exit(main())
"""

MAPPING = """
row: system
about: one system of one actor, with one use
beside: none
id: id
columns:
  role: {fact: actor_role, split: ";", rest: "no"}
  market: {fact: placed_on_market_in, split: ";", rest: unknown}
  country: {fact: provider_country}
  date: {fact: placed_on_market_date}
  staff: {fact: headcount}
  purpose: {fact: annex_iii_use_case, split: ";", rest: "no"}
  profiling: {fact: profiling_of_natural_persons, values: {"yes": true, "no": false}}
  compute: {fact: training_compute_flop, unit: FLOP}
assume:
  - {facts: {is_ai_system: true}, says: each row is an AI system}
"""
ROWS = 1_000_000


@pytest.mark.slow
def test_a_million_rows(tmp_path):
    luck = random.Random(1)  # noqa: S311
    roles, markets, uses = (
        ("provider", "deployer", "provider;deployer", ""),
        ("EU", "US-CA", "EU;US-CA", ""),
        ("4a", "5b", "1a;4a", ""),
    )
    expected = 0
    with (tmp_path / "t.csv").open("w", encoding="utf-8") as stream:
        stream.write("id,role,market,country,date,staff,purpose,profiling,compute\n")
        for i in range(ROWS):
            role, compute = roles[i % 4], f"{1 + luck.random() * 8.9:.6f}e{18 + i % 9}" if i % 5 else ""
            faulty = i % 1000 == 7
            expected += faulty
            stream.write(
                f"s{i},{role},{luck.choice(markets)},{'DE' if i % 2 else 'US'},{2020 + i % 8}-0{1 + i % 9}-{10 + i % 18},"
                f"{'many' if faulty else i % 5000},{luck.choice(uses)},{'yes' if i % 3 else ''},{compute}\n"
            )
    (tmp_path / "m.yaml").write_text(MAPPING, encoding="utf-8")
    command = [
        sys.executable,
        "-c",
        RUN,
        tmp_path / "peak",
        "portfolio",
        "assess",
        tmp_path / "t.csv",
        "--from",
        tmp_path / "m.yaml",
    ]
    started = time.perf_counter()
    done = subprocess.run(
        [*map(str, command), "--as-of", "2026-11-21", "--json"], capture_output=True, encoding="utf-8", check=False,
        env={**os.environ, "COMITY_CACHE": str(tmp_path)},
    )  # fmt: skip
    elapsed = time.perf_counter() - started
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stderr == ""
    record = json.loads(done.stdout)
    assert (record["population"]["rows_read"], record["population"]["usable"]) == (ROWS, ROWS)
    assert record["bad_values"][0]["cells"] == expected
    assert all(
        each["now"]["applies"] + each["now"]["open"] + each["now"]["not"] == ROWS
        for instrument in record["instruments"]
        for each in instrument["rules"]
        if each["now"] is not None
    )
    # A table of this size would take more than 2 GB whole.
    assert int((tmp_path / "peak").read_text()) < 900_000
    assert elapsed < 60
