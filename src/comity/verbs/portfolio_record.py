"""A portfolio as JSON: schema `comity.portfolio/1`. Within /1 fields are only added."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from comity.assess.mapping import Carried, Condition, FactColumn
from comity.law.model import Rule
from comity.verbs.portfolio import Counts, InstrumentCount, PortfolioAssessment, RuleCount, TableRead
from comity.verbs.record import DISCLAIMER, Json, assessment_record, plain
from comity.verbs.words import value_words

__all__ = [
    "assumptions",
    "bad_values",
    "counts_record",
    "population_record",
    "portfolio_record",
    "provenance",
    "table_record",
]


def _conditions(where: Iterable[Condition]) -> list[str]:
    return [condition.words() for condition in where]


def assumptions(found: TableRead) -> list[Json]:
    """Everything that rows are taken to be beyond what their cells say, with the number of rows it was taken of."""
    records: list[Json] = []
    counts = found.population.assumed
    if found.mapping.beside == "none":
        says = "Each row is read by itself: what else its actor has, here or elsewhere, is not counted with it."
        records.append({"says": says, "because": None, "facts": {}, "where": [], "rows": None})
    for number, each in enumerate(found.mapping.assume):
        facts = {fact.name: value_words(fact, value) for fact, _, value in each.facts}
        records.append(
            {
                "says": each.says,
                "because": each.because,
                "facts": facts,
                "where": _conditions(each.where),
                "rows": counts[number],
            }
        )
    columns: list[FactColumn] = [*found.mapping.columns]
    if found.mapping.children is not None:
        columns += found.mapping.children.columns
    for column in columns:
        if column.says is not None:
            because = [
                text
                for text in (column.because, column.spread.because if column.spread else None, column.at_least_because)
                if text
            ]
            records.append(
                {
                    "says": column.says, "because": " ".join(because) or None, "facts": {column.fact.name: f"from the column {column.column}"},
                    "where": _conditions(column.where), "rows": None,
                }
            )  # fmt: skip
    return records


def provenance(found: PortfolioAssessment) -> Json:
    """What the answer can be reproduced from: law, table, mapping, dates, assumptions."""
    return {
        "corpus": {
            "digest": found.corpus.digest,
            "instruments": sorted({n for m in found.coverage.coverage for n in m.instruments}),
        },
        "engine": found.engine,
        "as_of": plain(found.dates.law_at),
        "facts_at": plain(found.dates.facts_at),
        "law_at": plain(found.dates.law_at),
        "known_at": plain(found.dates.known_at),
        "horizon": plain(found.horizon),
        "patches": list(found.patches),
        "markets": list(found.markets),
        **table_record(found),
    }


def table_record(found: TableRead) -> Json:
    """The table, its mapping and what was assumed."""
    source, mapping = found.portfolio.source, found.mapping
    return {
        "table": {
            "file": source.path.name, "format": source.form, "encoding": source.encoding, "bytes": source.size, "digest": source.digest,
            "columns": len(source.header), "unused_columns": list(found.portfolio.unused),
        },
        "mapping": {
            "name": mapping.name, "title": mapping.title, "row": mapping.row, "about": mapping.about, "source": mapping.source,
            "digest": mapping.digest, "determined": mapping.is_determined,
        },
        "assumptions": assumptions(found),
    }  # fmt: skip


def counts_record(counts: Counts | None) -> Json | None:
    if counts is None:
        return None
    return {"applies": counts.applies, "open": counts.open, "not": counts.not_, "low": counts.low, "high": counts.high}


def _rule(each: RuleCount) -> Json:
    rule: Rule = each.rule
    return {
        "id": rule.id, "kind": rule.kind, "per": rule.per, "title": rule.title, "at": rule.at[0] if rule.at else "",
        "addressee": list(rule.addressee), "modality": rule.modality, "certainty": rule.certainty, "now": counts_record(each.now),
        "horizon": counts_record(each.later),
    }  # fmt: skip


def _instrument(each: InstrumentCount) -> Json:
    instrument = each.instrument
    return {
        "id": instrument.id,
        "short": instrument.short,
        "title": instrument.title,
        "jurisdiction": instrument.jurisdiction,
        "force": instrument.force,
        "known_to": plain(instrument.known_to),
        "with_a_duty": {"now": counts_record(each.now), "horizon": counts_record(each.later)},
        "open_readings": list(each.readings),
        "not_evaluated": [{"kind": kind, "rules": rules} for kind, rules in each.not_evaluated],
        "rules": [_rule(rule) for rule in each.rules],
    }


def _examples(found: Iterable[tuple[int, str]], name: str) -> list[Json]:
    return [{"row": row, name: text} for row, text in found]


def population_record(found: TableRead) -> Json:
    population = found.population
    unusable = [
        {"reason": each.why, "rows": each.count, "examples": _examples(each.examples, "detail")}
        for each in population.unusable.values()
    ]
    unusable += [
        {
            "reason": f"facts that contradict each other: {name} ({at})",
            "rows": count,
            "examples": _examples(examples, "detail"),
        }
        for name, (at, count, examples) in population.contradictions.found.items()
    ]
    children = found.mapping.children
    return {
        "rows_read": population.read,
        "usable": population.usable,
        "limit": found.portfolio.limit,
        "unusable": unusable,
        "repeated_ids": {"rows": population.repeated_rows, "examples": [list(pair) for pair in population.repeated]},
        "children": None
        if children is None
        else {
            "table": children.table, "row": children.row, "rows": population.children, "without_a_parent": population.orphans,
            "complete": children.complete,
        },
    }  # fmt: skip


def bad_values(found: TableRead) -> list[Json]:
    return [
        {
            "column": column,
            "fact": fact,
            "reason": why,
            "cells": each.count,
            "examples": _examples(each.examples, "cell"),
        }
        for (column, fact, why), each in found.population.bad.found.items()
    ]


def _carried(found: PortfolioAssessment, each: Carried) -> Json:
    counts = sorted(found.population.labels[each.name].items(), key=lambda pair: -pair[1])
    return {
        "name": each.name,
        "column": each.column,
        "values": [{"value": text, "rows": count} for text, count in counts],
        "other_rows": found.population.other_labels.get(each.name, 0),
    }


def portfolio_record(found: PortfolioAssessment, output: dict[str, Any] | None = None) -> Json:
    """The whole answer as JSON (`comity.portfolio/1`); every count is over usable rows."""
    return {
        "schema": "comity.portfolio/1",
        "disclaimer": DISCLAIMER,
        **provenance(found),
        "coverage": assessment_record(found.coverage)["coverage"],
        "population": population_record(found),
        "bad_values": bad_values(found),
        "carried": [_carried(found, each) for each in found.mapping.carry],
        "instruments": [_instrument(each) for each in found.instruments],
        "not_evaluated": [
            {"kind": kind, "rules": count, "because": f"no {kind} is described"} for kind, count in found.not_evaluated
        ],
        "left_out": {
            "value_rules": [rule.id for rule in found.value_rules],
            "clocks": [rule.id for rule in found.clocked],
            "penalties": [{"instrument": instrument, "penalty": name} for instrument, name in found.penalties],
        },
        "output": output,
    }  # fmt: skip
