"""The agreement of a filled sheet with the corpus, rule by rule and as totals."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from comity.law.corpus import Corpus
from comity.law.model import Rule
from recodes.conditions import Comparison
from recodes.figures import clustered, jaccard, kappa, wilson
from recodes.sampling import versions

ACTS = ("duty", "prohibition")


def read(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def compare(corpus: Corpus, path: Path) -> dict[str, Any]:
    """Every row of the sheet with what the corpus says, in plain data."""
    filled = read(path)
    rows = {row["rule"]: row for row in filled["rules"]}
    every = versions(corpus)
    gone = sorted(rows.keys() - every.keys())
    asked = {name: row for name, row in rows.items() if name in every}
    both = Comparison(corpus, asked)
    cases = both.ask_cases()
    both.ask_solver()
    found: list[dict[str, Any]] = []
    for name, row in asked.items():
        sides, rule = both.sides[name], every[name]
        found.append(
            {
                "rule": name,
                "kind": rule.kind,
                **(_act(rule, row) if rule.kind in ACTS else {}),
                "answers": {f"{a}/{b}": n for (a, b), n in sorted(sides.answers.items())},
                "proof": sides.proof,
                **({"fault": both.faults[name]} if name in both.faults else {}),
            }
        )
    return {
        "scope": filled["scope"],
        "drawn": str(filled["drawn"]),
        "population": sum(filled["population"].values()),
        "instruments": len(filled["population"]),
        "sheet": digest(path),
        "cases": cases,
        "gone": gone,
        "rules": found,
    }


def _act(rule: Rule, row: dict[str, Any]) -> dict[str, Any]:
    elements = [each.name for each in rule.elements]
    mine: list[str] = row.get("elements") or []
    return {
        "addressee": [sorted(rule.addressee), sorted(row.get("addressee") or [])],
        "modality": [rule.modality, row.get("modality")],
        "phase": [rule.phase, row.get("phase")],
        "elements": [sorted(elements), sorted(mine)],
    }


# Totals -----------------------------------------------------------------------------------------------------


def share(hits: int, total: int) -> dict[str, Any]:
    low, high = wilson(hits, total)
    return {"hits": hits, "total": total, "low": low, "high": high}


def totals(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Agreement over some rules, question by question."""
    acts = [row for row in rows if row["kind"] in ACTS]
    found: dict[str, Any] = {"rules": len(rows), "acts": len(acts)}
    for key in ("addressee", "modality", "phase", "elements"):
        found[key] = share(sum(row[key][0] == row[key][1] for row in acts), len(acts))
    for key in ("modality", "phase"):
        found[key]["kappa"] = kappa(Counter((str(row[key][0]), str(row[key][1])) for row in acts))
    alike = [jaccard(*row["elements"]) for row in acts]
    found["elements"]["jaccard"] = sum(alike) / len(alike) if alike else None
    answered = [row for row in rows if row["answers"]]
    same = [(_same(row), sum(row["answers"].values())) for row in answered]
    pairs = sum(total for _, total in same)
    equal = sum(hits for hits, _ in same)
    low, high = clustered(same)
    every: Counter[tuple[str, str]] = Counter()
    for row in answered:
        for key, count in row["answers"].items():
            one, _, other = key.partition("/")
            every[one, other] += count
    contrary = every["yes", "no"] + every["no", "yes"]
    found["pairs"] = {"hits": equal, "total": pairs, "low": low, "high": high, "kappa": kappa(every)}
    found["contrary"] = {"hits": contrary, "total": pairs}
    found["missed"] = {"hits": every["no", "yes"], "total": pairs}
    found["cases"] = share(sum(hits == total for hits, total in same), len(answered))
    found["proof"] = share(sum(row["proof"] == "equivalent" for row in rows), len(rows))
    found["proofs"] = dict(Counter(row["proof"] for row in rows))
    found["answers"] = {f"{a}/{b}": n for (a, b), n in sorted(every.items())}
    return found


def _same(row: dict[str, Any]) -> int:
    return sum(n for key, n in row["answers"].items() if key.partition("/")[0] == key.partition("/")[2])
