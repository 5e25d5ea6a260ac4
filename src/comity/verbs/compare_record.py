"""Labels beside rules as JSON (schema `comity.comparison/1`) and as a file of rows. Within /1 fields are only added."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from comity.assess.portfolio_table import need
from comity.errors import UsageFault, shown
from comity.verbs.compare import Compared, Comparison, Row
from comity.verbs.portfolio_record import bad_values, counts_record, population_record, provenance
from comity.verbs.record import DISCLAIMER, Json

__all__ = ["ANSWER", "because_words", "comparison_record", "facts_words", "mapped_facts", "write_rows"]

ANSWER = {True: "applies", None: "open", False: "not"}
_SAYS = {True: "yes", None: "", False: "no"}
_GIVES = {True: "yes", None: "open", False: "no"}


def _row(row: Row) -> Json:
    return {
        "row": row.number,
        "subject": row.subject,
        "name": row.name,
        "carried": row.carried,
        "text": row.text,
        "says": row.says,
        "answer": ANSWER[row.answer],
        "verdict": row.verdict,
        "because": [{"rule": r.rule, "title": r.title, "at": r.at, "value": r.value} for r in row.why.rules],
        "facts": [{"fact": f.fact, "value": f.value, "derived_at": f.derived_at} for f in row.why.facts],
        "missing": list(row.why.missing),
    }


def _compared(each: Compared, found: Comparison) -> Json:
    facts = found.portfolio.corpus.vocabulary.facts
    mapped = mapped_facts(found)
    rule, low, open_ = each.rule, each.count("disagrees"), each.count("open")
    return {
        "label": each.label.name,
        "column": each.label.column,
        "says_yes": sorted(each.label.yes),
        "says_no": sorted(each.label.no),
        "rule": {"id": rule.id, "kind": rule.kind, "title": rule.title, "at": list(rule.at)},
        "agrees": each.count("agrees"),
        "disagrees": {"low": low, "high": low + open_},
        "open": open_,
        "silent": each.count("silent"),
        "unexplained": each.unexplained,
        "values": [{"text": v.text, "says": v.says, "counts": counts_record(v.counts)} for v in each.values],
        "waiting": [
            {"fact": fact, "ask": facts[fact].ask if fact in facts else None, "rows": rows, "mapped": fact in mapped}
            for fact, rows in each.waiting
        ],
        "rows": [_row(row) for row in each.rows],
    }  # fmt: skip


def comparison_record(found: Comparison, output: dict[str, Any] | None = None) -> Json:
    """The whole answer as JSON; see docs/reference/assessment.md."""
    return {
        "schema": "comity.comparison/1",
        "disclaimer": DISCLAIMER,
        **provenance(found.portfolio),
        "population": population_record(found.portfolio),
        "bad_values": bad_values(found.portfolio),
        "comparisons": [_compared(each, found) for each in found.compared],
        "output": output,
    }


def mapped_facts(found: Comparison) -> set[str]:
    """The facts that some column or assumption of the mapping states."""
    mapping = found.portfolio.mapping
    columns = [*mapping.columns, *(mapping.children.columns if mapping.children is not None else ())]
    return {column.fact.name for column in columns} | {
        fact.name for each in mapping.assume for fact, _, _ in each.facts
    }


def because_words(row: Row) -> str:
    """The rules on which an answer turns, in one line."""
    return "; ".join(f"{rule.title} ({rule.at}): {_GIVES[rule.value]}" for rule in row.why.rules)


def facts_words(row: Row) -> str:
    """The facts on which an answer turns, in one line."""
    told = [f"{f.fact}: {f.value}{f' [follows, {f.derived_at}]' if f.derived_at else ''}" for f in row.why.facts]
    return "; ".join(told)


def write_rows(found: Comparison, target: Path | str) -> int:
    """The rows of every comparison as Parquet or CSV, with what they rest on; how many were written."""
    path, arrow = Path(target), need("pyarrow")
    names = [each.name for each in found.portfolio.mapping.carry]
    heads = [
        "comparison", "row", "subject", "name", *(f"carried_{name}" for name in names), "label", "says", "rule", "title", "at",
        "answer", "verdict", "because", "facts", "missing",
    ]  # fmt: skip
    columns: dict[str, list[Any]] = {head: [] for head in heads}
    for each in found.compared:
        for row in each.rows:
            cells = [
                each.label.name, row.number, row.subject, row.name, *(row.carried[name] for name in names), row.text, _SAYS[row.says],
                each.rule.id, each.rule.title, "; ".join(each.rule.at), ANSWER[row.answer], row.verdict, because_words(row),
                facts_words(row), ", ".join(row.why.missing),
            ]  # fmt: skip
            for head, cell in zip(heads, cells, strict=True):
                columns[head].append(cell)
    meta = {"schema": "comity.comparison-rows/1", **provenance(found.portfolio)}
    kinds = [(head, arrow.int64() if head == "row" else arrow.string()) for head in heads]
    schema = arrow.schema(kinds, metadata={"comity": json.dumps(meta, ensure_ascii=False)})
    made = arrow.Table.from_pydict(columns, schema=schema)
    try:
        if path.suffix.lower() == ".parquet":
            need("pyarrow.parquet").write_table(made, path)
        else:
            need("pyarrow.csv").write_csv(made, path)
            text = json.dumps(meta, ensure_ascii=False, indent=1) + "\n"
            path.with_name(path.name + ".meta.json").write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageFault(
            f"-o: {shown(str(target), 200)} cannot be written: {error.strerror or error}",
            "check the folder and its permissions",
        ) from None
    return int(made.num_rows)
