"""whatif over a table: for each rule that a patch touches, of how many rows it is true without and with the patch.

The table is read once; each block is evaluated under both versions of the law, and only the rules in the cone are. A
row gains a rule for certain where it is certainly not so before and certainly so after, and possibly where what is
open leaves room for that. There is no such room where one version of a rule is narrower by its text (no row can gain
it), nor where only rules that it refers to differ and each of these gives the row the same answer under both versions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np

from comity._version import __version__
from comity.assess.evaluate import Dates
from comity.assess.mapping import Mapping
from comity.assess.portfolio import Population, Portfolio
from comity.assess.portfolio_batch import Batch
from comity.assess.portfolio_derive import world
from comity.change.cone import slice_of
from comity.change.effect import Effect, Side
from comity.change.order import NARROWER, SAME, WIDER
from comity.change.reach import differs_from
from comity.errors import UsageFault
from comity.law.corpus import Corpus
from comity.law.model import Rule
from comity.law.parts import Law
from comity.law.patches import PatchInfo
from comity.logic import ir
from comity.logic.kinds import KINDS
from comity.logic.planes import PlaneProgram, PlaneResult
from comity.logic.planes_columns import Array
from comity.logic.program import nodes_of
from comity.verbs.diff_record import patch_record
from comity.verbs.portfolio import COUNTED, Counts, binding, by_row
from comity.verbs.portfolio_record import bad_values, counts_record, population_record, table_record
from comity.verbs.record import DISCLAIMER, Json, plain

__all__ = ["Moved", "PortfolioWhatIf", "RuleMoved", "whatif_portfolio", "whatif_portfolio_record"]

_EXAMPLES = 5
_OPEN = -1


@dataclass(slots=True)
class Moved:
    """Of how many rows something is certain, of how many further ones it is possible, and the first certain ones."""

    certainly: int = 0
    possibly: int = 0
    examples: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])

    def add(self, sure: Array, maybe: Array, batch: Batch) -> None:
        """`sure` and `maybe` are about each row of the block; what is sure is possible too."""
        self.certainly += int(np.count_nonzero(sure))
        self.possibly += int(np.count_nonzero(maybe & ~sure))
        if len(self.examples) < _EXAMPLES:
            rows: list[int] = np.flatnonzero(sure)[: _EXAMPLES - len(self.examples)].tolist()
            self.examples += [(batch.numbers[row], batch.names[row]) for row in rows]


@dataclass(frozen=True, slots=True)
class RuleMoved:
    """A rule that the patch touches. `since` is the first day whose law has it otherwise; `extent` is how the new
    condition compares by its text: wider, narrower, same, or None."""

    rule: Rule
    since: date
    extent: str | None
    before: Counts
    after: Counts
    gained: Moved
    lost: Moved

    @property
    def moves(self) -> bool:
        """Whether the answer about some row differs, or can."""
        return any(each.certainly or each.possibly for each in (self.gained, self.lost)) or self.before != self.after


@dataclass(frozen=True)
class PortfolioWhatIf:
    """The answer. `gained` and `lost` count rows by the binding duties and prohibitions among the rules, at least one."""

    corpus: Corpus
    dates: Dates
    patches: tuple[PatchInfo, ...]
    mapping: Mapping
    portfolio: Portfolio
    population: Population
    outside: int
    not_evaluated: tuple[tuple[str, int], ...]
    gained: Moved
    lost: Moved
    rules: tuple[RuleMoved, ...]


def whatif_portfolio(
    corpus: Corpus,
    table: Path | str,
    mapping: Mapping,
    dates: Dates,
    patches: Sequence[PatchInfo],
    *,
    limit: int | None = None,
    progress: Callable[[float, int], None] | None = None,
) -> PortfolioWhatIf:
    """What some patches change for the rows of a table on the law's date. Raises UsageFault where none is in force on it."""
    for patch in patches:
        if patch.published > dates.known_at:
            what = f"the patch {patch.id} is published on {patch.published}, after {dates.known_at}"
            raise UsageFault(what, "give a later --known-at")
    if all(patch.in_force > dates.law_at for patch in patches):
        first = min(patch.in_force for patch in patches)
        raise UsageFault(f"no patch is in force on {dates.law_at}", f"ask about {first} or later with --law-at")
    laws = [corpus.at(dates.law_at, dates.known_at, extra) for extra in ((), tuple(patches))]
    sides = [Side(corpus, dates.law_at, dates.known_at, law) for law in laws]
    effect = Effect(sides[0], sides[1], solver=False)
    kinds = {*mapping.kinds, *([mapping.children.row] if mapping.children is not None else [])}
    known = [rule for name in effect.cone.touched if (rule := _rule(laws, name)) is not None]
    known = [rule for rule in known if rule.kind in COUNTED and not rule.helper]
    rules = sorted((rule for rule in known if rule.per in kinds), key=lambda rule: COUNTED.index(rule.kind))
    extents = [_extent(effect, laws, rule.id) for rule in rules]
    ways = _Ways(effect, _kinds_of(laws, effect.cone.touched))
    runs = [_Run(corpus, dates, law, rules, effect.cone.touched) for law in laws]
    portfolio = Portfolio(corpus, mapping, table, dates.facts_at, limit=limit)
    totals = Moved(), Moved()
    moved = [(Moved(), Moved()) for _ in rules]
    duties = np.array([binding(rule) for rule in rules], bool)
    for batch in portfolio.batches():
        results = [run.run(batch) for run in runs]
        (true, maybe), (later, perhaps) = (run.count(result, batch) for run, result in zip(runs, results, strict=True))
        can = ways.can_change([run.names for run in runs], results, batch)
        room = np.array([can[rule.id] for rule in rules], bool).reshape(len(rules), len(batch))
        gains = np.logical_and(~maybe, later), ~true & perhaps & room
        losses = np.logical_and(true, ~perhaps), maybe & ~later & room
        for way, (sure, open_) in enumerate((gains, losses)):
            for number, extent in enumerate(extents):
                if extent == SAME or extent == (NARROWER, WIDER)[way]:
                    open_[number] = sure[number]
                moved[number][way].add(sure[number], open_[number], batch)
            totals[way].add(np.any(sure[duties], axis=0), np.any(open_[duties], axis=0), batch)
        if progress is not None:
            progress(portfolio.done, portfolio.population.read)
    since = differs_from(corpus, dates.known_at, patches)
    return PortfolioWhatIf(
        corpus,
        dates,
        tuple(patches),
        mapping,
        portfolio,
        portfolio.population,
        effect.cone.outside,
        tuple((kind, n) for kind in KINDS if kind not in kinds and (n := sum(rule.per == kind for rule in known))),
        *totals,
        tuple(
            RuleMoved(
                rule, since.get(rule.id, dates.law_at), extents[i], runs[0].counts(i), runs[1].counts(i), *moved[i]
            )
            for i, rule in enumerate(rules)
        ),
    )


def _rule(laws: Sequence[Law], name: str) -> Rule | None:
    """The rule with the patch, or without it where the patch takes it away."""
    return laws[1].rules.get(name) or laws[0].rules.get(name)


def _extent(effect: Effect, laws: Sequence[Law], name: str) -> str | None:
    """How the condition with the patch compares with the one without, where the texts tell."""
    raised: list[set[ir.Node]] = []
    for law in laws:
        part = law.part_of(name)
        rules = slice_of(part.program, [name]).rules if part is not None else ()
        raised.append({node.raised for rule in rules for node in nodes_of(rule.node) if isinstance(node, ir.Claim)})
    # Texts are compared as if every exception were raised that can be; a row may leave that open.
    return effect.verdicts[name].direction if raised[0] == raised[1] else None


def _kinds_of(laws: Sequence[Law], names: Iterable[str]) -> dict[str, set[str]]:
    """The kinds of record that rules are about, under each version that has them."""
    return {name: {law.program.rule(name).kind for law in laws if name in law.program.index} for name in names}


class _Ways:
    """For which rows the answer of a rule can differ, told rule by rule: each stands after those it refers to."""

    def __init__(self, effect: Effect, kinds: dict[str, set[str]]) -> None:
        self.touched, self.kinds = effect.cone.touched, kinds

    def can_change(self, names: Sequence[set[str]], results: Sequence[PlaneResult], batch: Batch) -> dict[str, Array]:
        """By rule, whether the answer about some record of each row can differ."""
        found: dict[str, Array] = {}
        for name, touched in self.touched.items():
            can = np.zeros(len(batch), bool)
            for kind in self.kinds[name]:
                if not batch.count(kind) or batch.unlisted == kind or len(self.kinds[name]) > 1:
                    # There may be records that nobody described.
                    can[:] = True
                    continue
                none = np.zeros(batch.count(kind), np.int8)
                old, new = (r.value(name) if name in there else none for r, there in zip(results, names, strict=True))
                can[batch.owner[kind][(old != new) | (old == _OPEN)]] = True
            if not touched.own:
                below = np.zeros(len(batch), bool)
                for other in touched.through:
                    below |= found.get(other, True)
                can &= below
            found[name] = can
        return found


class _Run:
    """One version of the law, compiled for the rules asked about, and what was counted so far."""

    def __init__(self, corpus: Corpus, dates: Dates, law: Law, rules: Sequence[Rule], touched: Iterable[str]) -> None:
        self.world = world(corpus, dates.law_at, dates.facts_at, dates.known_at)
        self.kinds = {name: fact.kind for name, fact in corpus.vocabulary.facts.items()}
        self.rules = [(i, law.rules[rule.id]) for i, rule in enumerate(rules) if rule.id in law.rules]
        self.names = {name for name in touched if name in law.program.index}
        self.program = PlaneProgram(law.program, sorted(self.names))
        self.true, self.maybe = np.zeros(len(rules), np.int64), np.zeros(len(rules), np.int64)
        self.rows = 0

    def run(self, batch: Batch) -> PlaneResult:
        return self.program.run(batch.table(self.kinds), self.world)

    def count(self, result: PlaneResult, batch: Batch) -> tuple[Array, Array]:
        """Which rules are true of which row, and which are not false; a rule that the law lacks is false."""
        shape = len(self.true), len(batch)
        true, maybe = np.zeros(shape, bool), np.zeros(shape, bool)
        for number, rule in self.rules:
            true[number], maybe[number] = by_row(result, rule, batch)
        self.rows += len(batch)
        self.true += np.count_nonzero(true, axis=1)
        self.maybe += np.count_nonzero(maybe, axis=1)
        return true, maybe

    def counts(self, number: int) -> Counts:
        true, maybe = int(self.true[number]), int(self.maybe[number])
        return Counts(true, maybe - true, self.rows - maybe)


# JSON -------------------------------------------------------------------------------------------------------


def _moved(found: Moved) -> Json:
    examples = [{"row": row, "subject": subject} for row, subject in found.examples]
    return {"certainly": found.certainly, "possibly": found.possibly, "examples": examples}


def _record(each: RuleMoved) -> Json:
    rule = each.rule
    return {
        "id": rule.id, "instrument": rule.instrument, "kind": rule.kind, "per": rule.per, "title": rule.title,
        "at": rule.at[0] if rule.at else "", "from": plain(each.since), "extent": each.extent, "duty": binding(rule),
        "before": counts_record(each.before), "after": counts_record(each.after), "gained": _moved(each.gained),
        "lost": _moved(each.lost),
    }  # fmt: skip


def whatif_portfolio_record(found: PortfolioWhatIf) -> Json:
    """The answer as JSON (`comity.whatif-portfolio/1`); every count is over usable rows."""
    return {
        "schema": "comity.whatif-portfolio/1",
        "disclaimer": DISCLAIMER,
        "corpus": {"digest": found.corpus.digest},
        "engine": __version__,
        "facts_at": plain(found.dates.facts_at),
        "law_at": plain(found.dates.law_at),
        "known_at": plain(found.dates.known_at),
        "user_patches": [patch_record(patch) for patch in found.patches],
        **table_record(found),
        "population": population_record(found),
        "bad_values": bad_values(found),
        "evaluated": len(found.rules),
        "outside": found.outside,
        "not_evaluated": [{"kind": kind, "rules": rules} for kind, rules in found.not_evaluated],
        "rows": {"gained": _moved(found.gained), "lost": _moved(found.lost)},
        "rules": [_record(each) for each in found.rules],
    }
