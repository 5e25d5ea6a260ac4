"""A million rows: in blocks, in bounded memory, in less than a minute."""

import json
import os
import random
import subprocess
import sys
import time

import pytest

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
    command = [sys.executable, "-m", "comity", "portfolio", "assess", tmp_path / "t.csv", "--from", tmp_path / "m.yaml"]
    started = time.perf_counter()
    with open(tmp_path / "out", "wb") as out, open(tmp_path / "err", "wb") as err:
        running = subprocess.Popen(
            [*map(str, command), "--as-of", "2026-11-21", "--json"], stdout=out, stderr=err,
            env={**os.environ, "COMITY_CACHE": str(tmp_path)},
        )  # fmt: skip
        # What this process used, and not what any other child of the tests did.
        _, status, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
    elapsed = time.perf_counter() - started
    told = (tmp_path / "err").read_text(encoding="utf-8")
    assert running.returncode == 0, told[-2000:]
    assert told == ""
    record = json.loads((tmp_path / "out").read_text(encoding="utf-8"))
    assert (record["population"]["rows_read"], record["population"]["usable"]) == (ROWS, ROWS)
    assert record["bad_values"][0]["cells"] == expected
    assert all(
        each["now"]["applies"] + each["now"]["open"] + each["now"]["not"] == ROWS
        for instrument in record["instruments"]
        for each in instrument["rules"]
        if each["now"] is not None
    )
    # A table of this size would take more than 2 GB whole.
    assert used.ru_maxrss < 900_000
    assert elapsed < 60
