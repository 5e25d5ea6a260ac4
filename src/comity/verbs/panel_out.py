"""The panel as a file (Parquet or CSV) with its codebook, and what was written as JSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import Any

from comity.errors import UsageFault, shown
from comity.verbs.pack import version_of
from comity.verbs.panel import ANY, COLUMNS, Panel, PanelRow
from comity.verbs.record import Json, plain

__all__ = ["Written", "check_target", "panel_record", "write_panel"]

_BLOCK = 1 << 15
_CELLS = attrgetter(*(column.name for column in COLUMNS))
_COVERAGE = {
    "encoded": "the law is here, as far as known and not listed as missing",
    "pointer": "only a pointer to law elsewhere, such as that of the European Union",
    "searched_none_found": "searched and none found",
    "not_covered": "not looked at, or not encoded",
    "not_declared": "nothing is said about it",
}


@dataclass(frozen=True, slots=True)
class Written:
    """A panel that was written."""

    path: Path
    codebook: Path | None
    rows: int
    known: int


def check_target(path: Path) -> None:
    """Refuse a file that cannot be written, before any work is done. Raises UsageFault."""
    suffix = path.suffix.lower()
    if suffix not in (".parquet", ".csv"):
        raise UsageFault(f"-o: the ending '{shown(suffix)}' is not known", "write a file that ends in .parquet or .csv")
    if not path.parent.is_dir():
        raise UsageFault(f"-o: {shown(str(path), 200)} cannot be written: no such folder", "make the folder first")
    if suffix == ".parquet":
        _arrow("pyarrow")


def write_panel(found: Panel, path: Path) -> Written:
    """Write the panel; beside a CSV file its codebook. An error leaves no file. Raises UsageFault for a file or package."""
    check_target(path)
    part = path.with_name(path.name + ".part")
    counted = [0, 0]

    def rows() -> Iterator[PanelRow]:
        for row in found.rows():
            counted[0] += 1
            counted[1] += row.known
            yield row

    codebook = path.with_name(f"{path.stem}.codebook.csv") if path.suffix.lower() == ".csv" else None
    write: Callable[[Panel, Iterator[PanelRow], Path], None] = _csv if codebook is not None else _parquet
    try:
        try:
            write(found, rows(), part)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        if codebook is not None:
            _codebook(found, codebook)
    except OSError as error:
        raise UsageFault(
            f"-o: {shown(str(path), 200)} cannot be written: {error.strerror or error}",
            "check the folder and its permissions",
        ) from None
    return Written(path, codebook, *counted)


def _csv(found: Panel, rows: Iterator[PanelRow], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([column.name for column in COLUMNS])
        writer.writerows([_cell(value) for value in _CELLS(row)] for row in rows)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def _codebook(found: Panel, path: Path) -> None:
    """What each column is, and each value of topic, jurisdiction and coverage."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("column", "value", "type", "meaning", "empty"))
        for column in COLUMNS:
            writer.writerow((column.name, "", column.type, column.meaning, column.null))
        writer.writerow(("topic", ANY, "text", "Every rule that is counted, with or without elements.", ""))
        for topic in found.topics:
            writer.writerow(("topic", topic.name, "text", f"{topic.title}: {topic.what}", ""))
        for place in found.places:
            writer.writerow(("jurisdiction", place.code, "text", place.name, ""))
        for state, meaning in _COVERAGE.items():
            writer.writerow(("coverage", state, "text", meaning, ""))
        for key, value in _about(found).items():
            writer.writerow(
                ("", key, "", json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value, "")
            )


# Parquet ----------------------------------------------------------------------------------------------------


def _arrow(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        raise UsageFault(
            "a Parquet file needs pyarrow, which is not installed",
            'pip install "comity[portfolio]", or write a file that ends in .csv',
        ) from None


def _parquet(found: Panel, rows: Iterator[PanelRow], path: Path) -> None:
    arrow = _arrow("pyarrow")
    kinds = {
        "text": arrow.dictionary(arrow.int32(), arrow.string()),
        "boolean": arrow.bool_(),
        "count": arrow.int32(),
        "date": arrow.date32(),
    }
    fields = [
        arrow.field(
            column.name,
            kinds[column.type],
            nullable=column.null != "never",
            metadata={"meaning": column.meaning, "null": column.null},
        )
        for column in COLUMNS
    ]
    topics = {ANY: "", **{topic.name: f"{topic.title}: {topic.what}" for topic in found.topics}}
    about = {**_about(found), "topics": topics, "jurisdictions": {place.code: place.name for place in found.places}}
    schema = arrow.schema(fields, metadata={"comity": json.dumps(about, ensure_ascii=False)})
    with _arrow("pyarrow.parquet").ParquetWriter(path, schema, compression="zstd") as writer:
        while block := [_CELLS(row) for row in islice(rows, _BLOCK)]:
            columns = zip(*block, strict=True)
            arrays = [
                arrow.array(column, arrow.string()).dictionary_encode()
                if field.type == kinds["text"]
                else arrow.array(column, field.type)
                for column, field in zip(columns, fields, strict=True)
            ]
            writer.write_table(arrow.Table.from_arrays(arrays, schema=schema))


# What was written -------------------------------------------------------------------------------------------


def _about(found: Panel) -> Json:
    return {
        "schema": "comity.law-panel/1",
        "corpus": {"digest": found.corpus.digest, "version": version_of(found.corpus)},
        "known": found.known,
        "licence": "CC-BY-4.0",
        "disclaimer": "comity is not legal advice.",
    }


def panel_record(found: Panel, written: Written) -> Json:
    """What was written as JSON (`comity.law-panel/1`): the file, its columns, the population and the cut-off."""
    return {
        **_about(found),
        "file": str(written.path),
        "codebook": None if written.codebook is None else str(written.codebook),
        "rows": written.rows,
        "columns": [{"name": c.name, "type": c.type, "meaning": c.meaning, "null": c.null} for c in COLUMNS],
        "population": {
            "months": {"first": found.months[0], "last": found.months[-1], "count": len(found.months)},
            "topics": len(found.topics) + 1,
            "rows_known": written.known,
            "jurisdictions": [
                {
                    "jurisdiction": place.code,
                    "name": place.name,
                    "coverage": place.coverage,
                    "known_to": plain(place.known_to),
                    "instruments": list(place.instruments),
                }
                for place in found.places
            ],
        },
    }
