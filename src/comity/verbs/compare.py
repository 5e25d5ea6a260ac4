"""compare: what a table says of its own rows (a label) beside what a rule gives about them.

A label is no law. Where it says yes and the rule is definitely no, or the other way round, that is a finding about the
row and not a fault; rows about which the rule is open are counted apart, so that every count is an interval.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import numpy as np

from comity.assess.evaluate import Dates
from comity.assess.mapping import Carried, Label, Mapping
from comity.assess.portfolio_batch import Batch
from comity.errors import UsageFault, shown
from comity.law.corpus import Corpus
from comity.law.model import Rule
from comity.logic.planes_columns import Array, together
from comity.source.near import did_you_mean
from comity.verbs.compare_why import Why, cone, reasons
from comity.verbs.names import rules_named
from comity.verbs.portfolio import COUNTED, Counts, PortfolioAssessment, assess_portfolio

__all__ = ["MOST", "Compared", "Comparison", "LabelCount", "Row", "chosen_labels", "compare_portfolio"]

_TRUE, _OPEN, _NOT = 1, 0, -1
_CARRIED = "label: "

MOST = 5_000
"""Reasons are worked out for so many rows with different facts at most; further rows are counted without."""


@dataclass(frozen=True, slots=True)
class LabelCount:
    """The rows of one text of the label: what it says of the rule, and what the rule gives."""

    text: str
    says: bool | None
    counts: Counts


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its label, what the label says, what the rule gives, and why."""

    number: int
    subject: str
    name: str
    carried: dict[str, str]
    text: str
    says: bool | None
    answer: bool | None
    why: Why

    @property
    def verdict(self) -> str:
        """Whether label and rule agree: agrees, disagrees, open (the rule does not say), silent (the label does not)."""
        if self.says is None:
            return "silent"
        return "open" if self.answer is None else "agrees" if self.says is self.answer else "disagrees"


@dataclass(frozen=True, slots=True)
class Compared:
    """One label beside its rule. `waiting` are the facts that open rows wait for, with the number of rows.

    `unexplained` is the number of rows (open ones, and those listed) for which no reasons were worked out.
    """

    label: Label
    rule: Rule
    values: tuple[LabelCount, ...]
    waiting: tuple[tuple[str, int], ...]
    rows: tuple[Row, ...]
    unexplained: int

    def count(self, verdict: str) -> int:
        """The rows of a verdict (see `Row.verdict`)."""
        found = 0
        for each in self.values:
            c, says = each.counts, each.says
            if says is None:
                found += c.applies + c.open + c.not_ if verdict == "silent" else 0
            elif verdict == "open":
                found += c.open
            elif verdict in ("agrees", "disagrees"):
                found += c.applies if says is (verdict == "agrees") else c.not_
        return found


@dataclass(frozen=True)
class Comparison:
    """The labels of a table beside what the law gives, with the portfolio that the counts rest on."""

    portfolio: PortfolioAssessment
    compared: tuple[Compared, ...]


def chosen_labels(
    mapping: Mapping, names: Sequence[str], rule: str | None, yes: Sequence[str], no: Sequence[str]
) -> list[Label]:
    """The labels asked for: those of the mapping by name, or a column with its rule and texts. Raises UsageFault."""
    known = {label.name: label for label in mapping.labels}
    if not names:
        if rule is not None or yes or no:
            raise UsageFault("--rule, --yes and --no need a --label", "name a label of the mapping, or a column")
        if not known:
            raise UsageFault(
                f"the mapping {mapping.name} has no labels:",
                "add some, or use --label COLUMN --rule RULE --yes TEXT --no TEXT",
            )
        return list(known.values())
    found: list[Label] = []
    for name in names:
        label = known.get(name)
        if label is None:
            if rule is None or not (yes or no):
                mend = did_you_mean(name, known) or "for a column give --rule, --yes and --no"
                raise UsageFault(f"--label: the mapping {mapping.name} has no label '{shown(name)}'", mend)
            label = Label(name, name, rule, frozenset(), frozenset())
        texts = (frozenset(each.strip() for each in given) for given in (yes, no))
        if yes or no:
            label = replace(label, yes=(both := list(texts))[0], no=both[1])
        if label.yes & label.no:
            raise UsageFault(f"'{shown(min(label.yes & label.no))}' says yes and no", "give each text once")
        found.append(label if rule is None else replace(label, rule=rule))
    return found


def compare_portfolio(
    corpus: Corpus,
    table: Path | str,
    mapping: Mapping,
    labels: Sequence[Label],
    dates: Dates,
    *,
    limit: int | None = None,
    everything: bool = False,
    progress: Callable[[float, int], None] | None = None,
) -> Comparison:
    """Compare labels of a table with rules. `everything` keeps all rows, not only those that disagree."""
    law = corpus.at(dates.law_at, dates.known_at)
    rules = [_rule([r for r in law.rules.values() if r.kind in COUNTED], label, mapping, dates) for label in labels]
    carry = [Carried(f"{_CARRIED}{label.column}", label.column, {}) for label in labels]
    carry = list({each.name: each for each in carry}.values())
    whole = replace(mapping, carry=(*mapping.carry, *carry))
    markets = list(dict.fromkeys(law.instruments[rule.instrument].jurisdiction for rule in rules))
    counting = [_Counting(label, rule) for label, rule in zip(labels, rules, strict=True)]
    names = [cone(corpus, law, rule) for rule in rules]
    taken = _Taken(counting, names, everything)
    found = assess_portfolio(
        corpus, table, whole, dates, markets=markets, limit=limit, progress=progress, sink=lambda _: taken
    )
    found = replace(found, mapping=mapping)
    told = reasons(corpus, whole, table, dates, [rule.id for rule in rules], taken.asked)
    compared = [each.made(told, i, mapping) for i, each in enumerate(counting)]
    return Comparison(found, tuple(compared))


def _rule(rules: Sequence[Rule], label: Label, mapping: Mapping, dates: Dates) -> Rule:
    """The one rule that a label answers. Raises UsageFault where there is none on the date, or several."""
    try:
        named = rules_named(label.rule, rules)
    except UsageFault as fault:
        message = f"{label.name}: the law of {dates.law_at} has no rule '{shown(label.rule)}'"
        raise UsageFault(message, f"{fault.mend}; --as-of gives another date") from None
    if len(named) > 1:
        raise UsageFault(
            f"'{shown(label.rule)}' stands for several rules", f"use one of {', '.join(r.id for r in named)}"
        )
    kinds = {*mapping.kinds, *([mapping.children.row] if mapping.children is not None else [])}
    if named[0].per not in kinds:
        raise UsageFault(
            f"{named[0].id} is about a kind of record that the rows do not have ({named[0].per})", "name another rule"
        )
    return named[0]


_NO_REASONS = Why((), (), ())


@dataclass(slots=True)
class _Kept:
    """A row whose reasons are asked for, with the row that stands for all that have the same facts."""

    number: int
    subject: str
    name: str
    carried: dict[str, str]
    text: str
    answer: bool | None
    same_as: int


@dataclass(slots=True)
class _Counting:
    """What was counted of one label so far."""

    label: Label
    rule: Rule
    counts: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    open_: dict[int, int] = field(default_factory=dict[int, int])
    kept: list[_Kept] = field(default_factory=list[_Kept])
    unexplained: int = 0

    def made(self, told: dict[tuple[int, int], Why], place: int, mapping: Mapping) -> Compared:
        waiting: dict[str, int] = {}
        for number, rows in self.open_.items():
            for fact in told[number, place].missing:
                waiting[fact] = waiting.get(fact, 0) + rows
        values = [LabelCount(text, self.label.says(text), Counts(*counts)) for text, counts in self.counts.items()]
        order = {True: 0, False: 1, None: 2}
        values.sort(key=lambda each: (order[each.says], not each.text, -sum(self.counts[each.text]), each.text))
        names = {each.name for each in mapping.carry}
        rows = [
            Row(
                each.number, each.subject, each.name, {k: v for k, v in each.carried.items() if k in names}, each.text,
                self.label.says(each.text), each.answer, told.get((each.same_as, place), _NO_REASONS),
            )
            for each in self.kept
        ]  # fmt: skip
        ordered = sorted(waiting.items(), key=lambda pair: (-pair[1], pair[0]))
        return Compared(self.label, self.rule, tuple(values), tuple(ordered), tuple(rows), self.unexplained)


class _Taken:
    """Takes the answers of each block: counts them by label, and notes which rows to explain."""

    def __init__(self, counting: Sequence[_Counting], names: Sequence[frozenset[str]], everything: bool) -> None:
        self.counting, self.names, self.everything = counting, names, everything
        self.asked: dict[int, set[int]] = {}
        self.same: list[dict[tuple[object, ...], int]] = [{} for _ in counting]

    def write(self, batch: Batch, on: date, rules: Sequence[Rule], true: Array, maybe: Array) -> None:
        numbers = {rule.id: number for number, rule in enumerate(rules)}
        for place, each in enumerate(self.counting):
            number = numbers[each.rule.id]
            answers = np.where(true[number], _TRUE, np.where(maybe[number], _OPEN, _NOT)).tolist()
            texts = batch.carried[f"{_CARRIED}{each.label.column}"]
            alike = self._alike(batch, place)
            for row, (answer, text) in enumerate(zip(answers, texts, strict=True)):
                each.counts.setdefault(text, [0, 0, 0])[1 - answer] += 1
                says = each.label.says(text)
                value = None if answer == _OPEN else answer == _TRUE
                keep = self.everything or (says is not None and value is not None and says is not value)
                if not keep and answer != _OPEN:
                    continue
                stands = alike(row)
                if stands in self.asked or len(self.asked) < MOST:
                    self.asked.setdefault(stands, set()).add(place)
                else:
                    each.unexplained += 1
                if answer == _OPEN and stands in self.asked:
                    each.open_[stands] = each.open_.get(stands, 0) + 1
                if keep:
                    carried = {name: cells[row] for name, cells in batch.carried.items()}
                    each.kept.append(
                        _Kept(batch.numbers[row], batch.names[row], batch.labels[row], carried, text, value, stands)
                    )

    def _alike(self, batch: Batch, place: int) -> Callable[[int], int]:
        """For a row the number of the first row with the same facts, as far as the rule can ask about them."""
        if any(len(owner) != len(batch) for owner in batch.owner.values()):
            # Rows with incidents or uses of their own: each is looked at by itself.
            return lambda row: batch.numbers[row]
        asked = sorted(key for key in batch.facts if key[1] in self.names[place])
        columns = [batch.facts[key] for key in asked]
        rows, groups = together([column.codes for column in columns] or [np.zeros(len(batch), np.uint8)])
        numbers: list[int] = rows.tolist()
        stated = [
            tuple((key, column.value(row)) for key, column in zip(asked, columns, strict=True)) for row in numbers
        ]
        known = self.same[place]
        first = [known.setdefault(facts, batch.numbers[row]) for facts, row in zip(stated, numbers, strict=True)]
        return lambda row: first[int(groups[row])]
