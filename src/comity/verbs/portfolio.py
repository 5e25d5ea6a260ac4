"""portfolio: what is asked of every subject of a table, counted by rule; open findings make every count an interval."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Protocol

import numpy as np

from comity._version import __version__
from comity.assess.evaluate import Dates
from comity.assess.mapping import Mapping, shipped
from comity.assess.mapping_read import read_mapping
from comity.assess.portfolio import Population, Portfolio
from comity.assess.portfolio_batch import Batch
from comity.assess.portfolio_derive import world
from comity.assess.portfolio_table import open_table
from comity.assess.subject import Record, Stated, Subject
from comity.errors import UsageFault, shown
from comity.law.corpus import Corpus
from comity.law.model import Instrument, Rule
from comity.law.parts import Law
from comity.logic import ir
from comity.logic.kinds import KINDS
from comity.logic.planes import PlaneProgram, PlaneResult
from comity.logic.planes_columns import Array
from comity.logic.program import nodes_of
from comity.source.near import did_you_mean
from comity.verbs.assess import Assessment, assess, markets_asked

__all__ = [
    "COUNTED", "Counts", "InstrumentCount", "PortfolioAssessment", "RuleCount", "Sink", "TableRead", "assess_portfolio", "binding",
    "by_row", "choose_mapping",
]  # fmt: skip

COUNTED = ("class", "role", "prohibition", "duty", "presumption", "exemption")
"""The kinds of rule that are counted, in the order in which they are listed."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Of how many subjects something is true, open, and false."""

    applies: int
    open: int
    not_: int

    @property
    def low(self) -> int:
        return self.applies

    @property
    def high(self) -> int:
        return self.applies + self.open


@dataclass(frozen=True, slots=True)
class RuleCount:
    """One rule over all subjects, on the date asked about and at the horizon (None: the law of that date lacks it)."""

    rule: Rule
    now: Counts | None
    later: Counts | None


@dataclass(frozen=True, slots=True)
class InstrumentCount:
    """One instrument: the subjects with at least one duty or prohibition under it, and its rules.

    `now` and `later` are None where none of its duties is about a record that rows have; `not_evaluated` is how many
    rules are about other kinds of record.
    """

    instrument: Instrument
    now: Counts | None
    later: Counts | None
    rules: tuple[RuleCount, ...]
    readings: tuple[str, ...]
    not_evaluated: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class PortfolioAssessment:
    """The counts of a portfolio with everything needed to read and to reproduce them."""

    corpus: Corpus
    mapping: Mapping
    portfolio: Portfolio
    dates: Dates
    horizon: date | None
    engine: str
    patches: tuple[str, ...]
    markets: tuple[str, ...]
    coverage: Assessment
    population: Population
    instruments: tuple[InstrumentCount, ...]
    not_evaluated: tuple[tuple[str, int], ...]
    value_rules: tuple[Rule, ...]
    clocked: tuple[Rule, ...]
    penalties: tuple[tuple[str, str], ...]


class TableRead(Protocol):
    """What an answer about a table rests on: the mapping, the table, and what was read of it."""

    @property
    def mapping(self) -> Mapping: ...
    @property
    def portfolio(self) -> Portfolio: ...
    @property
    def population(self) -> Population: ...


class Sink(Protocol):
    """Takes what is found of each block of subjects."""

    def write(self, batch: Batch, on: date, rules: Sequence[Rule], true: Array, maybe: Array) -> None:
        """`true` and `maybe` are boolean, one row a rule and one column a subject."""
        ...


def choose_mapping(name: str | None, table: Path | str, corpus: Corpus) -> Mapping:
    """The mapping of a file, the shipped one of a name, or the one of a family whose columns the table has.

    Without a name the header chooses among all that are shipped. Raises UsageFault where none is meant or fits.
    """
    known = shipped()
    if name is not None and (Path(name).suffix.lower() in (".yaml", ".yml", ".json", ".toml") or Path(name).is_file()):
        return read_mapping(name, corpus)
    if name in known:
        return read_mapping(known[name], corpus)
    family = [stem for stem in known if name is None or stem.startswith(f"{name}-")]
    if not family:
        families = {stem.rpartition("-")[0] for stem in known} - {""}
        mend = did_you_mean(name or "", [*known, *families]) or f"use {', '.join(known)} or a file of your own"
        raise UsageFault(f"--from: there is no mapping '{shown(name or '')}'", mend)
    mappings = [read_mapping(known[stem], corpus) for stem in family]
    source = open_table(table)
    missing = [sum(column not in source.header for column in mapping.needs()) for mapping in mappings]
    best = missing.index(min(missing))
    if name is None and (missing[best] or missing.count(0) > 1):
        what = "no shipped mapping fits the columns of this table"
        raise UsageFault(
            what if missing[best] else "several mappings fit",
            f"name one with --from: {', '.join(known)}, or a file of your own",
        )
    return mappings[best]


def assess_portfolio(
    corpus: Corpus,
    table: Path | str,
    mapping: Mapping,
    dates: Dates,
    *,
    markets: Sequence[str] | None = None,
    horizon: date | None = None,
    limit: int | None = None,
    progress: Callable[[float, int], None] | None = None,
    sink: Callable[[PortfolioAssessment], Sink] | None = None,
) -> PortfolioAssessment:
    """Assess every row of a table. Raises FaultyInput for a table that cannot be used, UsageFault for an unknown market."""
    if horizon is not None and horizon <= dates.law_at:
        raise UsageFault(f"--horizon: {horizon} is not after {dates.law_at}, the date asked about", "give a later date")
    nobody = Subject("", {kind: [] for kind in KINDS}, dict.fromkeys(KINDS, True))
    asked = markets_asked(corpus, _taken(mapping), markets, dates.law_at)
    coverage = assess(corpus, nobody, dates, markets=asked)
    portfolio = Portfolio(corpus, mapping, table, dates.facts_at, limit=limit)
    instruments = {name for each in coverage.coverage for name in each.instruments}
    kinds = {*mapping.kinds, *([mapping.children.row] if mapping.children is not None else [])}
    moments = [_Moment(corpus, dates, on, instruments, kinds) for on in (dates.law_at, horizon) if on is not None]
    made = _described(
        corpus, mapping, portfolio, dates, horizon, tuple(asked), coverage, instruments, kinds, moments[0].law
    )
    out = None if sink is None else sink(made)
    for batch in portfolio.batches():
        for moment in moments:
            found = moment.run(batch)
            if out is not None:
                out.write(batch, moment.on, moment.rules, *found)
        if progress is not None:
            progress(portfolio.done, portfolio.population.read)
    return _counted(made, moments, kinds)


def _taken(mapping: Mapping) -> Subject:
    """What the mapping says of every row, as a subject: the markets it names are those asked about."""
    records: dict[str, list[Record]] = {kind: [] for kind in KINDS}
    for assumption in mapping.assume:
        facts = {fact.name: Stated(value) for fact, _, value in assumption.facts}
        records["model"].append(Record("model", "row", facts))
    return Subject("", records, dict.fromkeys(KINDS, True))


class _Moment:
    """One date: the law in force, compiled for the rules asked about, and what was counted so far."""

    def __init__(self, corpus: Corpus, dates: Dates, on: date, instruments: set[str], kinds: set[str]) -> None:
        self.on, self.law = on, corpus.at(on, dates.known_at)
        # After the date asked about the facts are carried on as they stand, as for one subject.
        facts_at = dates.facts_at if dates.law_at > dates.facts_at else max(on, dates.facts_at)
        self.world = world(corpus, on, facts_at, dates.known_at)
        rules = [
            r for r in self.law.rules.values() if r.instrument in instruments and r.kind in COUNTED and not r.helper
        ]
        self.rules = [rule for rule in rules if rule.per in kinds]
        self.program = PlaneProgram(self.law.program, [rule.id for rule in self.rules])
        self.kinds = {name: fact.kind for name, fact in corpus.vocabulary.facts.items()}
        self.true = np.zeros(len(self.rules), np.int64)
        self.maybe = np.zeros(len(self.rules), np.int64)
        self.subjects = 0
        names = sorted({rule.instrument for rule in self.rules})
        duties = {name: [i for i, r in enumerate(self.rules) if r.instrument == name and binding(r)] for name in names}
        self.duties = {name: np.array(numbers, np.int64) for name, numbers in duties.items()}
        self.reached = {name: [0, 0] for name in names}

    def run(self, batch: Batch) -> tuple[Array, Array]:
        """Evaluate a block of subjects and count; which rules are true of which subject, and which are not false."""
        result = self.program.run(batch.table(self.kinds), self.world)
        true, maybe = np.zeros((len(self.rules), len(batch)), bool), np.zeros((len(self.rules), len(batch)), bool)
        for number, rule in enumerate(self.rules):
            true[number], maybe[number] = by_row(result, rule, batch)
        self.subjects += len(batch)
        self.true += np.count_nonzero(true, axis=1)
        self.maybe += np.count_nonzero(maybe, axis=1)
        for name, numbers in self.duties.items():
            self.reached[name][0] += int(np.count_nonzero(true[numbers].any(axis=0)))
            self.reached[name][1] += int(np.count_nonzero(maybe[numbers].any(axis=0)))
        return true, maybe

    def counts(self, number: int) -> Counts:
        true, maybe = int(self.true[number]), int(self.maybe[number])
        return Counts(true, maybe - true, self.subjects - maybe)

    def of_instrument(self, name: str) -> Counts | None:
        if not len(self.duties.get(name, ())):
            return None
        true, maybe = self.reached[name]
        return Counts(true, maybe - true, self.subjects - maybe)


def by_row(result: PlaneResult, rule: Rule, batch: Batch) -> tuple[Array, Array]:
    """Whether a rule is true of some record of each row, and whether it may be."""
    values = result.value(rule.id)
    if rule.per in ("actor", "model", "system"):
        return values == 1, values != 0
    owner = batch.owner[rule.per]
    true, maybe = np.zeros(len(batch), bool), np.zeros(len(batch), bool)
    true[owner[values == 1]] = True
    maybe[owner[values != 0]] = True
    # Where the list is not complete there may be one that nobody described.
    return true, maybe | (batch.unlisted == rule.per)


def binding(rule: Rule) -> bool:
    """A duty in the narrow sense: something that must or should be done or left, and no draft."""
    return rule.kind in ("duty", "prohibition") and rule.modality != "may" and rule.certainty != "draft"


def _described(
    corpus: Corpus, mapping: Mapping, portfolio: Portfolio, dates: Dates, horizon: date | None, asked: tuple[str, ...],
    coverage: Assessment, instruments: set[str], kinds: set[str], law: Law,
) -> PortfolioAssessment:  # fmt: skip
    """Everything that is known before the first row is read."""
    rules = [rule for rule in law.rules.values() if rule.instrument in instruments]
    return PortfolioAssessment(
        corpus,
        mapping,
        portfolio,
        dates,
        horizon,
        __version__,
        tuple(p for name in law.instruments if name in instruments for p in law.instruments[name].patches),
        asked,
        coverage,
        portfolio.population,
        (),
        _absent(rules, kinds),
        tuple(rule for rule in rules if rule.kind == "value"),
        tuple(rule for rule in rules if rule.clocks and not rule.helper),
        tuple((i.id, p.name) for i in law.instruments.values() if i.id in instruments for p in i.penalties),
    )


def _absent(rules: Sequence[Rule], kinds: set[str]) -> tuple[tuple[str, int], ...]:
    """How many rules are about kinds of record that no row has."""
    counted = [rule for rule in rules if rule.kind in COUNTED and not rule.helper]
    return tuple((k, n) for k in KINDS if k not in kinds and (n := sum(rule.per == k for rule in counted)))


def _counted(made: PortfolioAssessment, moments: Sequence[_Moment], kinds: set[str]) -> PortfolioAssessment:
    now, later = moments[0], moments[1] if len(moments) > 1 else None
    found: list[InstrumentCount] = []
    for name in sorted({name for each in made.coverage.coverage for name in each.instruments}):
        laws = [moment.law for moment in moments if name in moment.law.instruments]
        if not laws:
            continue
        rows: dict[str, RuleCount] = {}
        for moment in moments:
            for number, rule in enumerate(moment.rules):
                if rule.instrument != name:
                    continue
                counts, old = moment.counts(number), rows.get(rule.id)
                if moment is now:
                    rows[rule.id] = RuleCount(rule, counts, None)
                else:
                    rows[rule.id] = RuleCount(
                        rule if old is None else old.rule, None if old is None else old.now, counts
                    )
        ordered = sorted(rows.values(), key=lambda each: COUNTED.index(each.rule.kind))
        found.append(
            InstrumentCount(
                laws[0].instruments[name],
                now.of_instrument(name),
                None if later is None else later.of_instrument(name),
                tuple(ordered),
                _readings(laws[0], name),
                _absent([r for r in laws[0].rules.values() if r.instrument == name], kinds),
            )
        )
    return replace(made, instruments=tuple(found))


def _readings(law: Law, instrument: str) -> tuple[str, ...]:
    """The disputed questions that rules of an instrument ask: they are open here, whatever the facts."""
    names: dict[str, None] = {}
    for rule in law.rules.values():
        if rule.instrument == instrument:
            for node in nodes_of(rule.node):
                if isinstance(node, ir.AtomRef) and isinstance(node.atom, ir.Reading):
                    names[node.atom.name] = None
    return tuple(names)
