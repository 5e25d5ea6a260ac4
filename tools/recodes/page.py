"""The figures on the page about agreement, made from the results that stand beside the sheets."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from recodes.agreement import ACTS, totals
from recodes.sampling import SCOPES

PAGE = "docs/reference/agreement.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
QUESTIONS = ("addressee", "modality", "phase", "elements")
CLASSES = {
    "encoder": "fault of the law file",
    "ambiguous": "the source can be read both ways",
    "recoder": "slip of the second coder",
    "convention": "same law, put otherwise",
}
NAMES = {"us": "United States", "international": "International"}
PROOFS = {
    "equivalent": "equivalent",
    "wider": "second coder's is wider",
    "narrower": "second coder's is narrower",
    "apart": "wider here, narrower there",
    "undecided": "not decided within the bound",
}


def disagreements(rows: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """Each rule and question on which the two codings differ."""
    found: set[tuple[str, str]] = set()
    for row in rows:
        found |= {(row["rule"], key) for key in QUESTIONS if row["kind"] in ACTS and row[key][0] != row[key][1]}
        unequal = any(one != other for one, _, other in (key.partition("/") for key in row["answers"]))
        if unequal or row["proof"] != "equivalent":
            found.add((row["rule"], "when"))
    return found


def findings(folder: Path) -> list[dict[str, Any]]:
    """One for each rule and question: the lists of the file taken apart."""
    found: list[dict[str, Any]] = []
    for each in yaml.safe_load((folder / "findings.yaml").read_text(encoding="utf-8"))["findings"]:
        rules = each["rule"] if isinstance(each["rule"], list) else [each["rule"]]
        about = each["about"] if isinstance(each["about"], list) else [each["about"]]
        found += [{**each, "rule": rule, "about": question} for rule in rules for question in about]
    return found


def results(folder: Path) -> dict[str, dict[str, Any]]:
    paths = {scope: folder / f"{scope}.results.json" for scope in SCOPES}
    return {scope: json.loads(p.read_text(encoding="utf-8")) for scope, p in paths.items() if p.exists()}


def percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _share(found: dict[str, Any]) -> str:
    if not found["total"]:
        return "–"
    return f"{percent(found['hits'] / found['total'])} ({percent(found['low'])}–{percent(found['high'])})"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _table(head: list[str], rows: list[list[str]]) -> list[str]:
    lines = [" | ".join(row) for row in (head, ["---"] * len(head), *rows)]
    return [f"| {line} |" for line in lines]


def figures(folder: Path) -> str:
    """The tables, as Markdown."""
    every = results(folder)
    sums = {scope: totals(found["rules"]) for scope, found in every.items()}
    heads = [NAMES[scope] for scope in every]
    lines = ["### Sample", ""]
    lines += _table(
        ["", *heads],
        [
            ["Instruments", *(str(found["instruments"]) for found in every.values())],
            ["Rules that could be drawn", *(str(found["population"]) for found in every.values())],
            [
                "Rules coded twice",
                *(
                    f"{len(found['rules'])} ({percent(len(found['rules']) / found['population'])})"
                    for found in every.values()
                ),
            ],
            ["Duties and prohibitions among them", *(str(each["acts"]) for each in sums.values())],
            ["Worked cases asked", *(str(found["cases"]) for found in every.values())],
            ["Drawn on", *(found["drawn"] for found in every.values())],
        ],
    )
    lines += ["", "### Agreement", "", "Share of rules, with the 95 % interval of Wilson in brackets.", ""]
    rows: list[list[str]] = []
    for key, title in (
        ("addressee", "Addressee"),
        ("modality", "Modality"),
        ("phase", "Phase"),
        ("elements", "Elements, the same set"),
    ):
        rows.append([title, *(_share(each[key]) for each in sums.values())])
        if key in ("modality", "phase"):
            rows.append([f"{title}, Cohen's kappa", *(_number(each[key]["kappa"]) for each in sums.values())])
    rows.append(["Elements, mean Jaccard index", *(_number(each["elements"]["jaccard"]) for each in sums.values())])
    rows.append(
        ["Condition equal in all worked cases that reach it", *(_share(each["cases"]) for each in sums.values())]
    )
    rows.append(["Condition proved equivalent", *(_share(each["proof"]) for each in sums.values())])
    lines += _table(["Question", *heads], rows)
    lines += ["", "Answers of the two conditions, for each rule, case and record that scope and dates let through.", ""]
    rows = [
        ["Pairs of answers", *(str(each["pairs"]["total"]) for each in sums.values())],
        ["Equal (interval: rules drawn again)", *(_share(each["pairs"]) for each in sums.values())],
        ["Cohen's kappa", *(_number(each["pairs"]["kappa"]) for each in sums.values())],
        ["One says yes where the other says no", *(str(each["contrary"]["hits"]) for each in sums.values())],
        ["Law file says no, second coder yes", *(str(each["missed"]["hits"]) for each in sums.values())],
    ]
    lines += _table(["", *heads], rows)
    lines += ["", "What the solver says of the two conditions, about a subject of whom nothing is known.", ""]
    lines += _table(
        ["Conditions", *heads],
        [[title, *(str(each["proofs"].get(key, 0)) for each in sums.values())] for key, title in PROOFS.items()],
    )
    lines += ["", *_found(folder, every)]
    return "\n".join(lines)


def _found(folder: Path, every: dict[str, dict[str, Any]]) -> list[str]:
    known = findings(folder)
    scopes = {rule: scope for scope, found in every.items() for rule, _ in disagreements(found["rules"])}
    counts = Counter((scopes.get(each["rule"], ""), each["class"]) for each in known)
    lines = [
        "### What was found",
        "",
        "Each disagreement, a rule and a question, was looked at and put into one class.",
        "",
    ]
    rows = [[title, *(str(counts[scope, name]) for scope in every)] for name, title in CLASSES.items()]
    rows.append(["**all**", *(str(sum(counts[scope, name] for name in CLASSES)) for scope in every)])
    lines += _table(["Class", *(NAMES[scope] for scope in every)], rows)
    told = {"proposed": "proposed", "mended": "done", "carried": "already marked in the law file", "none": "none"}
    merged: dict[tuple[str, str, str, str], list[str]] = {}
    for each in known:
        if each["class"] in ("encoder", "ambiguous"):
            mend = told[each["state"]] if "mend" not in each else f"{each['mend']} ({told[each['state']]})"
            merged.setdefault((each["rule"], CLASSES[each["class"]], each["note"], mend), []).append(each["about"])
    lines += ["", "Faults of law files and doubts of the source:", ""]
    rows = [
        [f"`{rule}`", ", ".join("condition" if q == "when" else q for q in about), title, note, mend]
        for (rule, title, note, mend), about in merged.items()
    ]
    lines += _table(["Rule", "Question", "Class", "What", "Mend"], rows)
    return lines


def written(text: str, folder: Path) -> str:
    """The page with the figures between its two marks."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{figures(folder)}\n\n{END}{after}"
