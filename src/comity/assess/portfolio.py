"""Portfolios: a table read through a mapping, block by block, as subjects whose facts are columns."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np

from comity.assess.mapping import Children, Condition, FactColumn, Mapping
from comity.assess.portfolio_batch import Batch
from comity.assess.portfolio_cells import BadValues, CellReader, blank, meets
from comity.assess.portfolio_derive import Contradictions, Deriver
from comity.assess.portfolio_parts import united
from comity.assess.portfolio_table import Cell, Rows, TableFile, open_table
from comity.errors import Fault, FaultyInput, shown
from comity.law.corpus import Corpus
from comity.logic.planes_columns import Array, Column, Plain, joined, numbers, of_values
from comity.logic.values import UNKNOWN, Value

__all__ = ["Population", "Portfolio"]

_EXAMPLES = 5
_LABELS = 60
_SMALL = 1 << 62


@dataclass(slots=True)
class Unusable:
    """Rows that were read and cannot be used, for one reason."""

    why: str
    count: int = 0
    examples: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])


@dataclass(slots=True)
class Population:
    """What was read so far: rows, rows that cannot be used, cells that cannot be read, and what was assumed of how many rows."""

    read: int = 0
    usable: int = 0
    unusable: dict[str, Unusable] = field(default_factory=dict[str, Unusable])
    contradictions: Contradictions = field(default_factory=Contradictions)
    bad: BadValues = field(default_factory=BadValues)
    assumed: list[int] = field(default_factory=list[int])
    labels: dict[str, dict[str, int]] = field(default_factory=dict[str, dict[str, int]])
    other_labels: dict[str, int] = field(default_factory=dict[str, int])
    repeated: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    repeated_rows: int = 0
    children: int = 0
    orphans: int = 0


class _ChildTable:
    """The second table, held in memory as numbers of distinct values, with its rows by the id of their parent."""

    def __init__(self, portfolio: Portfolio, children: Children) -> None:
        self.children = children
        path = portfolio.source.path.parent / children.table
        self.source = open_table(path, encoding=portfolio.mapping.encoding)
        names = [children.key, *([children.id] if children.id else []), *(n for c in children.columns for n in c.reads)]
        self.source.check(list(dict.fromkeys(names)), portfolio.mapping.name)
        self.rows: dict[str, list[int]] = {}
        self.values: dict[str, list[Value]] = {c.fact.name: [UNKNOWN] for c in children.columns}
        self.codes: dict[str, array[int]] = {name: array("L") for name in self.values}
        readers = [CellReader(c, portfolio.corpus.jurisdictions, str(path)) for c in children.columns]
        population = portfolio.population
        known: dict[str, dict[tuple[Cell, ...], int]] = {name: {} for name in self.values}
        for rows in self.source.blocks(names):
            portfolio.not_read(rows, f"{children.table}: ")
            for row, key in enumerate(rows.cells[children.key]):
                self.rows.setdefault("" if blank(key) else str(key).strip(), []).append(population.children + row)
            for reader in readers:
                name = reader.column.fact.name
                values, places = self.values[name], known[name]
                for row, cells in enumerate(zip(*(rows.cells[n] for n in reader.column.reads), strict=True)):
                    value, wrong = reader.read(cells)
                    for why in wrong:
                        population.bad.add(
                            f"{children.table}: {reader.column.column}", name, why, rows.numbers[row], _shown(cells)
                        )
                    if cells not in places:
                        places[cells] = len(values)
                        values.append(value)
                    self.codes[name].append(places[cells])
            population.children += len(rows)
        population.orphans = population.children
        self.taken: dict[str, int] = {}

    def of(self, batch: Batch, population: Population, file: str) -> None:
        """Add the children of a batch's rows to it."""
        owner: list[int] = []
        chosen: list[int] = []
        for row, name in enumerate(batch.names):
            found = self.rows.get(name, [])
            if found and name in self.taken:
                message = f"the id '{shown(name)}' stands in rows {self.taken[name]} and {batch.numbers[row]}, and {self.children.table} names it"
                raise FaultyInput(
                    [Fault("table.ambiguous-id", file, None, None, "", message, "give each row its own id")]
                )
            if found:
                self.taken[name] = batch.numbers[row]
                population.orphans -= len(found)
            elif self.children.row == "use":
                # A system has a purpose even if the table names none.
                found = [-1]
            owner += [row] * len(found)
            chosen += found
        batch.owner[self.children.row] = np.array(owner, np.int64)
        rows = np.array(chosen, np.int64)
        for name, codes in self.codes.items():
            all_codes = np.append(
                np.frombuffer(codes, dtype=f"u{codes.itemsize}") if len(codes) else np.zeros(0, np.uint64), np.uint64(0)
            )
            used, place = np.unique(all_codes[rows], return_inverse=True)
            numbers_used: list[int] = used.tolist()
            made = of_values([self.values[name][code] for code in numbers_used])
            batch.state(self.children.row, name, Column(made.codes[place.reshape(-1)], made.values))


class Portfolio:
    """A table with its mapping, ready to be read once, block by block."""

    def __init__(
        self, corpus: Corpus, mapping: Mapping, table: Path | str, facts_at: date, *, limit: int | None = None,
    ) -> None:  # fmt: skip
        self.corpus, self.mapping, self.limit = corpus, mapping, limit
        self.source: TableFile = open_table(
            table, form=mapping.form, encoding=mapping.encoding, delimiter=mapping.delimiter
        )
        self.file = shown(str(table), 1000)
        self.source.check(list(mapping.needs()), mapping.name)
        self.population = Population(assumed=[0] * len(mapping.assume), labels={c.name: {} for c in mapping.carry})
        self.deriver = Deriver(corpus, facts_at)
        self.readers = [CellReader(column, corpus.jurisdictions, self.file) for column in mapping.columns]
        self.children = None if mapping.children is None else _ChildTable(self, mapping.children)
        self.done = 0.0
        self._ids: list[Array] = []
        self._numbers: list[Array] = []
        self._begun = False

    @property
    def unused(self) -> tuple[str, ...]:
        """The columns of the table that the mapping does not name."""
        used = set(self.mapping.needs())
        return tuple(name for name in self.source.header if name not in used)

    def batches(self, *, derived: bool = True) -> Iterator[Batch]:
        """The usable rows in blocks. Raises FaultyInput where there is none at all, or a cell that must not be faulty is."""
        if self._begun:
            raise RuntimeError("a portfolio is read once")
        self._begun = True
        self._look_up()
        for rows in self.source.blocks(list(self.mapping.needs()), self.limit):
            self.not_read(rows)
            self.population.read += len(rows)
            self.done = rows.done
            if not len(rows):
                continue
            batch = self._batch(rows)
            if derived:
                batch = self.deriver.derive(batch, self.population.contradictions)
            self.population.usable += len(batch)
            for name, texts in batch.carried.items():
                self._label(name, texts)
            if len(batch):
                yield batch
        self._repeated()
        if not self.population.usable:
            self._nothing()

    def not_read(self, rows: Rows, prefix: str = "") -> None:
        """Count the rows that could not be read."""
        if not prefix:
            self.population.read += len(rows.bad)
        for number, why, detail in rows.bad:
            reason = self.population.unusable.setdefault(prefix + why, Unusable(prefix + why))
            reason.count += 1
            if len(reason.examples) < _EXAMPLES:
                reason.examples.append((number, detail))

    def _nothing(self) -> None:
        reasons = "; ".join(f"{each.count} rows: {each.why}" for each in self.population.unusable.values())
        if self.population.contradictions.found:
            reasons += ("; " if reasons else "") + "facts that contradict each other"
        message = f"no row can be used ({reasons})" if self.population.read else "the table has a header and no rows"
        raise FaultyInput(
            [Fault("table.empty", self.file, None, None, "", message, "give a table with at least one usable row")]
        )

    # Rows to columns ----------------------------------------------------------------------------------------

    def _batch(self, rows: Rows) -> Batch:
        mapping, count = self.mapping, len(rows)
        ids = [str(number) for number in rows.numbers]
        labels: list[str] = [""] * count
        if mapping.label is not None:
            labels = [_text(cell) for cell in rows.cells[mapping.label]]
        if mapping.id is not None:
            ids = [_text(cell) or number for cell, number in zip(rows.cells[mapping.id], ids, strict=True)]
            self._ids.append(np.fromiter((hash(each) for each in ids), np.int64, count))
            self._numbers.append(np.array(rows.numbers, np.int64))
        carried: dict[str, list[str]] = {}
        for each in mapping.carry:
            texts = [_text(cell) for cell in rows.cells[each.column]]
            carried[each.name] = [each.values.get(text, text) for text in texts] if each.values else texts
        owner = {kind: np.arange(count) for kind in mapping.kinds}
        unlisted = mapping.children.row if mapping.children is not None and not mapping.children.complete else None
        batch = Batch(list(rows.numbers), ids, labels, carried, owner, {}, mapping.open_kinds, unlisted)
        for reader in self.readers:
            column = self._column(reader, rows)
            for kind in reader.column.kinds:
                if kind in owner:
                    fact = reader.column.fact
                    old = batch.facts.get((kind, fact.name)) if reader.column.part is not None else None
                    batch.state(kind, fact.name, column if old is None else united(fact, old, column))
        for number, assumption in enumerate(mapping.assume):
            holds = self._meets(assumption.where, rows)
            self.population.assumed[number] += int(holds.sum())
            for fact, kinds, value in assumption.facts:
                made = of_values([value])
                constant = Column(np.repeat(made.codes, count), made.values)
                for kind in kinds:
                    if kind in owner:
                        old = batch.facts.get((kind, fact.name)) or Column(np.zeros(count, np.uint8), Plain(()))
                        batch.state(kind, fact.name, joined(constant, old, holds))
        if self.children is not None:
            self.children.of(batch, self.population, self.file)
        return batch

    def _column(self, reader: CellReader, rows: Rows) -> Column:
        keys = list(zip(*(rows.cells[name] for name in reader.reads), strict=True))
        places = dict.fromkeys(keys, 0)
        places.update(zip(places, range(len(places)), strict=True))
        index = np.fromiter(map(places.__getitem__, keys), np.int64, len(keys))
        values: list[Value] = []
        wrong: dict[int, tuple[str, ...]] = {}
        for number, key in enumerate(places):
            value, found = reader.read(key)
            values.append(value)
            if found:
                wrong[number] = found
        if wrong:
            self._wrong(reader, rows, keys, index, wrong)
        made = _column_of(values)
        return Column(made.codes[index], made.values)

    def _wrong(
        self, reader: CellReader, rows: Rows, keys: Sequence[tuple[Cell, ...]], index: Array, wrong: dict[int, tuple[str, ...]],
    ) -> None:  # fmt: skip
        stops: list[tuple[int, str, str]] = []
        for row in np.flatnonzero(np.isin(index, list(wrong))).tolist():
            for why in wrong[int(index[row])]:
                cell = _shown(keys[row])
                self.population.bad.add(reader.column.column, reader.column.fact.name, why, rows.numbers[row], cell)
                stops.append((rows.numbers[row], cell, why))
        reader.stop(stops)

    def _meets(self, where: Sequence[Condition], rows: Rows) -> Array:
        if not where:
            return np.ones(len(rows), bool)
        names = list(dict.fromkeys(condition.column for condition in where))
        known: dict[tuple[Cell, ...], bool] = {}
        found = np.zeros(len(rows), bool)
        for row, cells in enumerate(zip(*(rows.cells[name] for name in names), strict=True)):
            if cells not in known:
                known[cells] = meets(where, dict(zip(names, cells, strict=True)))
            found[row] = known[cells]
        return found

    def _label(self, name: str, texts: list[str]) -> None:
        counts = self.population.labels[name]
        for text, count in Counter(texts).items():
            if text in counts or len(counts) < _LABELS:
                counts[text] = counts.get(text, 0) + count
            else:
                self.population.other_labels[name] = self.population.other_labels.get(name, 0) + count

    # Ids ----------------------------------------------------------------------------------------------------

    def _repeated(self) -> None:
        """Rows that share an id, told by a hash of it: sixteen bytes a row are kept, not the ids."""
        if not self._ids:
            return
        hashes, numbers = np.concatenate(self._ids), np.concatenate(self._numbers)
        order = np.argsort(hashes, kind="stable")
        same = np.flatnonzero(hashes[order][1:] == hashes[order][:-1])
        self.population.repeated_rows = len(same)
        self.population.repeated = [(int(numbers[order[i]]), int(numbers[order[i + 1]])) for i in same[:_EXAMPLES]]

    def _look_up(self) -> None:
        """Where cells name other rows of the table: read the facts of those rows first."""
        wanted = {reader.column.lookup.fact for reader in self.readers if reader.column.lookup is not None}
        if not wanted or self.mapping.id is None:
            return
        sources: dict[str, FactColumn] = {reader.column.fact.name: reader.column for reader in self.readers}
        found: dict[str, dict[str, Value]] = {name: {} for name in wanted}
        twice: set[str] = set()
        readers = {name: CellReader(sources[name], self.corpus.jurisdictions, self.file) for name in wanted}
        names = [self.mapping.id, *(n for name in wanted for n in sources[name].reads)]
        for rows in self.source.blocks(names):
            ids = [_text(cell) for cell in rows.cells[self.mapping.id]]
            for name, reader in readers.items():
                known = found[name]
                for id_, cells in zip(
                    ids, zip(*(rows.cells[n] for n in reader.column.reads), strict=True), strict=True
                ):
                    value = reader.read(cells)[0]
                    if id_ in known and known[id_] != value:
                        twice.add(id_)
                    elif id_:
                        known[id_] = value
        for reader in self.readers:
            if reader.column.lookup is not None:
                known = found[reader.column.lookup.fact]
                reader.base = {id_: value for id_, value in known.items() if id_ not in twice}


def _column_of(values: Sequence[Value]) -> Column:
    """As `of_values`, quicker where all are whole numbers."""
    if not all(type(value) is int or value is UNKNOWN for value in values):
        return of_values(values)
    whole = [value if isinstance(value, int) else 0 for value in values]
    small = max(whole, default=0) < _SMALL and min(whole, default=0) > -_SMALL
    marks = np.fromiter((value is UNKNOWN for value in values), np.int64, len(values))
    if not small:
        wide = np.empty(len(whole), object)
        wide[:] = whole
        return numbers(wide, marks=marks)
    return numbers(np.array(whole, np.int64), marks=marks)


def _text(cell: Cell) -> str:
    return cell.strip() if isinstance(cell, str) else ", ".join(cell or ())


def _shown(cells: tuple[Cell, ...]) -> str:
    """The cells that a value was read from, as an example shows them."""
    return shown(" | ".join(_text(cell) for cell in cells if not blank(cell)), 80)
