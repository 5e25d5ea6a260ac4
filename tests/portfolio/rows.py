"""Random tables with their mapping, and what the engine for one subject says of a row."""

from __future__ import annotations

import csv
import json
import random
from datetime import date
from pathlib import Path
from typing import Any

from comity.law.corpus import Corpus
from comity.law.model import Fact

BLANKS = ("", "", " ", "unknown")
BAD = ("perhaps", "NaN", "1e400", "-7", "2026-02-30", "none")
CODES = ("EU", "US-CA", "DE", "FR", "US", "KR")


def cell(fact: Fact, luck: random.Random) -> str:
    """A cell for a fact: blank, faulty, or a value."""
    if luck.random() < 0.25:
        return luck.choice(BLANKS)
    if luck.random() < 0.04:
        return luck.choice(BAD)
    match fact.type:
        case "bool":
            return luck.choice(("yes", "no"))
        case "number":
            big = luck.choice(("1e23", "1e25", "1.0001e25", "1e26", "3.3e25", "9.9e25", "2e24"))
            return (
                luck.choice((big, big, "nothing"))
                if fact.unit == "FLOP"
                else luck.choice(("0", "9", "49", "250", "1000000", "5e8", "12.5"))
            )
        case "date" | "instant":
            year, month, day = luck.randint(2023, 2028), luck.randint(1, 12), luck.randint(1, 28)
            never = ("never",) if fact.event else ()
            return luck.choice((f"{year}", f"{year}-{month:02}", f"{year}-{month:02}-{day:02}", *never))
        case "jurisdiction":
            return luck.choice(CODES)
        case "jurisdictions":
            return ";".join(luck.sample(CODES, luck.randint(1, 3)))
        case "code":
            return luck.choice(list(fact.codes or ()))
        case _:
            codes = list(fact.codes or ())
            return ";".join(luck.sample(codes, luck.randint(1, min(3, len(codes)))))


def spec(fact: Fact, luck: random.Random) -> dict[str, Any]:
    """How a column of the fact is read."""
    made: dict[str, Any] = {"fact": fact.name}
    if fact.type == "bool":
        made["values"] = {"yes": True, "no": False}
    if fact.event or fact.unit == "FLOP":
        made["values"] = {"never": "none", "nothing": "none"}
    if fact.type in ("set", "jurisdictions"):
        made |= {"split": ";", "rest": luck.choice(("no", "unknown"))}
    if fact.type == "number" and luck.random() < 0.3:
        made["spread"] = {
            "column": "label",
            "factors": {"sure": 1, "likely": 3, "wild": "unknown"},
            "because": "a test",
        }
    return made


def _table(path: Path, header: list[str], rows: list[list[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([header, *rows])
    return path


def make(
    folder: Path, corpus: Corpus, seed: int, kind: str, *, children: str | None = None, complete: bool = True,
    beside: str = "none", count: int = 200,
) -> tuple[Path, Path]:  # fmt: skip
    """A table and its mapping, as files."""
    luck = random.Random(seed)  # noqa: S311
    facts = list(corpus.vocabulary.facts.values())
    kinds = {"model": ("actor", "model", "artefact"), "system": ("actor", "system", "artefact", "use")}[kind]
    if kind == "system" and seed % 2:
        kinds = (*kinds, "model")
    if children == "use":
        kinds = tuple(each for each in kinds if each != "use")
    tied = {each.fact for each in corpus.vocabulary.constraints}
    able = [f for f in facts if f.kind in kinds]
    # About as many facts whatever the size of the vocabulary: with all of them, every row would contradict itself.
    share = min(0.45, 110 / len(able))
    chosen = [f for f in able if luck.random() < share or (f.name in tied and luck.random() < share / 2)]
    chosen += [f for f in facts if f.name in ("actor_role", "placed_on_market_in") and f not in chosen]
    header = ["id", "label", *(f.name for f in chosen)]
    rows = [
        [f"row-{i}", luck.choice(("sure", "likely", "wild", "", "odd")), *(cell(f, luck) for f in chosen)]
        for i in range(count)
    ]
    table = _table(folder / f"{kind}-{seed}.csv", header, rows)
    mapping: dict[str, Any] = {
        "mapping": "random", "about": "one random row", "row": kind, "beside": beside, "id": "id",
        "columns": {f.name: spec(f, luck) for f in chosen},
    }  # fmt: skip
    spare = [f for f in facts if f.kind in kinds and f.type == "bool" and f not in chosen][:4]
    mapping["assume"] = [
        {
            "facts": {f.name: luck.random() < 0.5},
            "says": f"{f.name} is taken as given",
            "where": {"label": ["sure", "likely"]},
        }
        for f in spare
    ]
    if children is not None:
        own = [f for f in facts if f.kind == children]
        own = luck.sample(own, min(len(own), 30))
        listed = [[f"row-{luck.randint(0, count + 5)}", *(cell(f, luck) for f in own)] for _ in range(2 * count)]
        _table(folder / f"children-{seed}.csv", ["parent", *(f.name for f in own)], listed)
        mapping["children"] = {
            "table": f"children-{seed}.csv", "row": children, "key": "parent", "complete": complete,
            "columns": {f.name: {k: v for k, v in spec(f, luck).items() if k != "spread"} for f in own},
        }  # fmt: skip
    path = folder / f"{kind}-{seed}.json"
    path.write_text(json.dumps(mapping), encoding="utf-8")
    return table, path


NOW = date(2026, 11, 21)
