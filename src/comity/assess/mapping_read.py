"""Reading a mapping file: every fault at once, near misses for columns, facts and values."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from comity.assess.mapping import Assumption, Carried, Children, Condition, FactColumn, Lookup, Mapping
from comity.assess.mapping_parts import (
    apart,
    read_at_least,
    read_conditions,
    read_labels,
    read_part,
    read_plausible,
    read_spread,
)  # fmt: skip
from comity.assess.values import read_value
from comity.errors import Faults, FaultyInput, shown
from comity.law.corpus import Corpus
from comity.law.fields import Fields
from comity.law.model import Fact
from comity.logic.values import Value
from comity.source import scalars
from comity.source.documents import read_document
from comity.source.near import did_you_mean
from comity.source.yaml12 import Map, Node, Scalar, Seq

__all__ = ["DATES", "ENCODINGS", "FORMS", "read_mapping"]

ENCODINGS = ("utf-8", "cp1252")
FORMS = ("csv", "tsv", "parquet", "jsonl")
DATES = ("iso", "m/d/y", "d/m/y", "d.m.y", "m/y", "mon-yy")
_SETS = ("set", "jurisdictions")
_NUMERIC = ("number", "date")
_ROW_KINDS = {"model": ("actor", "model"), "system": ("actor", "system", "use", "model")}


def read_mapping(path: Path | str, corpus: Corpus) -> Mapping:
    """The mapping in a file. Raises FaultyInput with every fault."""
    document = read_document(path)
    faults = Faults()
    found: Mapping | None = None
    if isinstance(document, Map):
        found = _Reader(corpus, document, faults).read(Path(path))
    else:
        faults.add("mapping.shape", document, "a mapping file is a mapping", "write row:, columns: and assume:")
    if faults or found is None:
        own = [
            replace(f, code=f"mapping.{f.code.removeprefix('law.')}") if f.code.startswith("law.") else f
            for f in faults.all
        ]
        raise FaultyInput(own)
    return found


class _Reader:
    def __init__(self, corpus: Corpus, document: Map, faults: Faults) -> None:
        self.corpus, self.document, self.faults = corpus, document, faults

    def read(self, path: Path) -> Mapping | None:
        fields = Fields(self.document, self.faults, "the mapping")
        name, title = fields.text("mapping") or path.stem, fields.text("title")
        row = fields.word("row", tuple(_ROW_KINDS))
        about = fields.text("about", need=True)
        id_, label, source = fields.text("id"), fields.text("name"), fields.text("source")
        encoding = fields.word("encoding", ENCODINGS, default="utf-8") or "utf-8"
        form = fields.word("format", FORMS, default="") or None
        delimiter = fields.text("delimiter")
        if delimiter is not None and len(delimiter) != 1:
            self._fault(
                "delimiter", fields.raw("delimiter"), "'delimiter' is not one character", 'write delimiter: ";"'
            )
        beside = fields.word("beside", ("unknown", "none"), default="unknown") or "unknown"
        columns_node, children_node = fields.need("columns"), fields.raw("children")
        carry, assume, labels = fields.entries("carry"), fields.maps("assume"), read_labels(fields)
        determined_node = fields.raw("determinations") if fields.entries("determinations") else None
        fields.done()
        if row is None:
            return None
        kinds = _ROW_KINDS[row]
        columns = self._columns(columns_node, kinds, "a row")
        determined = self._columns(determined_node, kinds, "a row")
        assumptions = [found for node in assume if (found := self._assumption(node, kinds)) is not None]
        both = [*columns, *determined]
        self._twice(both, assumptions, assume)
        carried = [found for key, node in carry.items() if (found := self._carried(key, node)) is not None]
        children = self._children(children_node, row) if children_node is not None else None
        for column in both:
            if column.lookup is not None and column.lookup.fact not in {each.fact.name for each in columns}:
                self._fault(
                    "lookup", columns_node, f"'{column.column}' looks up {column.lookup.fact}, which no column states",
                    f"map a column to {column.lookup.fact}",
                )  # fmt: skip
            if column.lookup is not None and id_ is None:
                self._fault(
                    "lookup", columns_node, f"'{column.column}' looks up rows, which have no id", "add id: COLUMN"
                )
        if children is not None and id_ is None:
            self._fault("children", children_node, "children need an id of the rows", "add id: COLUMN")
        if children is not None and children.row == "use":
            stated = [c.fact.name for c in both if "use" in c.kinds]
            stated += [fact.name for each in assumptions for fact, homes, _ in each.facts if "use" in homes]
            if stated:
                mend = "map it from the children's table"
                self._fault(
                    "children", children_node, f"{stated[0]} is stated for a row whose uses are listed apart", mend
                )
        digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        return Mapping(
            name, title or name, str(path), row, about or "", id_, label, encoding, form, delimiter, tuple(columns),
            tuple(assumptions), tuple(carried), children, beside, source, digest, labels, tuple(determined),
        )  # fmt: skip

    def _fault(self, code: str, node: Node | None, message: str, mend: str) -> None:
        self.faults.add(f"mapping.{code}", node or self.document, message, mend)

    # Facts --------------------------------------------------------------------------------------------------

    def _fact(self, name: str, node: Node, kinds: tuple[str, ...], what: str) -> tuple[Fact, tuple[str, ...]] | None:
        vocabulary = self.corpus.vocabulary
        fact = vocabulary.named(name)
        if fact is None:
            mend = did_you_mean(name, [*vocabulary.facts, *vocabulary.aliases]) or "see `comity facts` for the names"
            self._fault("unknown-fact", node, f"there is no fact '{shown(name)}'", mend)
            return None
        homes = ("model", "system") if fact.kind == "artefact" else (fact.kind,)
        found = tuple(kind for kind in homes if kind in kinds)
        if not found:
            below = fact.kind == "incident" or (fact.kind == "use" and "system" in kinds)
            mend = "map it under children:" if below else "leave the column out, or carry it along"
            about = " and ".join(_one(kind) for kind in kinds)
            message = f"{fact.name} is a fact of {_one(fact.kind)}; {what} is about {about}"
            self._fault("kind", node, message, mend)
            return None
        return fact, found

    def _value(self, fact: Fact, node: Node) -> Value | None:
        found = read_value(fact, node, self.corpus.jurisdictions, self.faults)
        if found is not None and found.markets:
            self._fault("per-market", node, f"{fact.name} is given for each market", "write one value for all markets")
            return None
        return None if found is None else found.value

    # Columns ------------------------------------------------------------------------------------------------

    def _columns(self, node: Node | None, kinds: tuple[str, ...], what: str) -> list[FactColumn]:
        if not isinstance(node, Map):
            if node is not None:
                self._fault("shape", node, "'columns' is not a mapping", "write columns: {Column: {fact: NAME}}")
            return []
        found: list[FactColumn] = []
        for name, inner in node.entries.items():
            for each in inner.items if isinstance(inner, Seq) else [inner]:
                column = self._column(name, each, kinds, what)
                if column is not None:
                    found.append(column)
        if not node.entries:
            self._fault("shape", node, "'columns' names no column", "write columns: {Column: {fact: NAME}}")
        return found

    def _column(self, name: str, node: Node, kinds: tuple[str, ...], what: str) -> FactColumn | None:
        if isinstance(node, Scalar):
            known = self._fact(node.text, node, kinds, what)
            if known is not None and known[0].type in _SETS:
                self._rest_missing(name, node)
                return None
            return None if known is None else FactColumn(name, *known, {})
        if not isinstance(node, Map):
            return self._fault("shape", node, f"'{shown(name)}' is not mapped", "write {fact: NAME}")
        fields = Fields(node, self.faults, f"the column '{shown(name)}'")
        word = fields.text("fact", need=True)
        known = None if word is None else self._fact(word, node, kinds, what)
        if known is None:
            return None
        fact, homes = known
        values_node, unknown = fields.entries("values"), frozenset(fields.texts("unknown"))
        others = fields.word("others", ("unknown", "silent", "bad"), default="bad") or "bad"
        silent = frozenset(text.strip() for text in fields.texts("silent"))
        where, says, because = read_conditions(fields), fields.text("says"), fields.text("because")
        stop = fields.word("on_error", ("unknown", "fault"), default="unknown") == "fault"
        part = read_part(fields, fact)
        values = {
            text.strip(): value
            for text, v in values_node.items()
            if (value := self._value(fact, v) if part is None else part.value(v, self.faults)) is not None
        }
        both = (unknown | silent) & values.keys()
        if both:
            word = "unknown" if min(both) in unknown else "silent"
            self._fault("values", node, f"'{shown(min(both))}' is a value and {word}", "keep one of the two")
        made = FactColumn(
            name, fact, homes, values, others, silent, unknown, where=where, stop=stop, says=says, because=because,
            part=None if part is None else part.code,
        )  # fmt: skip
        if "unit" in node.entries:
            self._unit(fact, fields)
        made = self._of_type(made, fields, node)
        fields.done()
        if made.others != "bad" and not (values or unknown or silent):
            self._fault(
                "values", node, f"'{shown(name)}' has others: without values:", "list the values that are known"
            )
        return made

    def _of_type(self, column: FactColumn, fields: Fields, node: Map) -> FactColumn:
        """The keys that only some types of fact have."""
        fact = column.fact
        if fact.type in (*_SETS, "jurisdiction") and fields.raw("split") is not None:
            column = replace(column, split=fields.text("split"))
        if fact.type in _SETS and column.part is None:
            if fields.raw("rest") is None:
                self._rest_missing(column.column, node)
            else:
                column = replace(column, rest=fields.word("rest", ("no", "unknown")) or "no")
        if fact.type in ("date", "instant") and fields.raw("dates") is not None:
            dates = fields.texts("dates")
            for each in dates:
                if each not in DATES:
                    mend = did_you_mean(each, DATES) or f"use one of {', '.join(DATES)}"
                    self._fault("dates", fields.raw("dates"), f"'{shown(each)}' is not a way to write a date", mend)
            column = replace(column, dates=tuple(each for each in dates if each in DATES) or ("iso",))
        if fact.type in _NUMERIC:
            column = replace(column, lower=fields.text("lower"), upper=fields.text("upper"))
        if fact.type == "number":
            column = self._number(column, fields)
            if "lookup" in node.entries:
                word = fields.text("lookup", need=True) or ""
                other = self.corpus.vocabulary.named(word)
                if other is None or other.type != fact.type or other.unit != fact.unit:
                    near = did_you_mean(word, self.corpus.vocabulary.facts) if other is None else ""
                    mend = near or f"name a {fact.type} in {fact.unit}"
                    self._fault("lookup", node, f"'{shown(word)}' is not a {fact.type} in {fact.unit}", mend)
                else:
                    column = replace(column, lookup=Lookup(other.name))
        return column

    def _number(self, column: FactColumn, fields: Fields) -> FactColumn:
        times = fields.number("times")
        if times is not None and times <= 0:
            self._fault("times", fields.raw("times"), "'times' is not a positive number", "write times: 1e15")
        at_least, because = read_at_least(fields)
        least, most, plausible = read_plausible(fields)
        return replace(
            column, times=times or 1, spread=read_spread(fields), at_least=at_least, at_least_because=because, least=least,
            most=most, plausible_because=plausible,
        )  # fmt: skip

    def _unit(self, fact: Fact, fields: Fields) -> None:
        unit = fields.text("unit")
        if unit is not None and unit != fact.unit:
            told = f"is in {fact.unit}, not in {shown(unit)}" if fact.unit else "has no unit"
            mend = "convert with times: FACTOR and leave unit: out" if fact.unit else "remove unit:"
            self._fault("unit", fields.raw("unit"), f"{fact.name} {told}", mend)

    def _rest_missing(self, name: str, node: Node) -> None:
        mend = "write {fact: NAME, rest: no} where a cell lists all, rest: unknown where there may be more"
        self._fault("rest", node, f"'{shown(name)}' is a set, and nothing says whether a cell lists all of it", mend)

    # Assumptions, carried columns, children -----------------------------------------------------------------

    def _assumption(self, node: Map, kinds: tuple[str, ...]) -> Assumption | None:
        fields = Fields(node, self.faults, "an assumption")
        stated, says, because = fields.entries("facts"), fields.text("says", need=True), fields.text("because")
        where = read_conditions(fields)
        fields.done()
        if not stated:
            self._fault("assume", node, "an assumption states no facts", "write facts: {NAME: value}")
        facts: list[tuple[Fact, tuple[str, ...], Value]] = []
        for name, each in stated.items():
            known = self._fact(name, each, kinds, "a row")
            value = None if known is None else self._value(known[0], each)
            if known is not None and value is not None:
                facts.append((*known, value))
        return Assumption(tuple(facts), where, says or "", because)

    def _twice(self, columns: list[FactColumn], assumptions: list[Assumption], nodes: list[Map]) -> None:
        """A fact has one source: a column, an assumption, or several that can never meet in one row."""
        sources: dict[str, FactColumn] = {}
        for column in columns:
            first = sources.setdefault(column.fact.name, column)
            if first is not column and (first.part is None or column.part is None):
                where = f"'{shown(first.column)}' and '{shown(column.column)}'"
                self._fault(
                    "twice",
                    self.document.get("columns"),
                    f"{column.fact.name} is mapped from {where}",
                    "keep one of the two",
                )
        seen: list[tuple[str, tuple[Condition, ...]]] = []
        for assumption, node in zip(assumptions, nodes, strict=False):
            for fact, _, _ in assumption.facts:
                column = sources.get(fact.name)
                if column is not None and not any(
                    c.column == column.column and c.state == "blank" for c in assumption.where
                ):
                    mend = f"add where: {{{column.column}: blank}}, or remove one of the two"
                    self._fault(
                        "twice", node, f"{fact.name} is mapped from '{shown(column.column)}' and assumed as well", mend
                    )
                if any(name == fact.name and not apart(where, assumption.where) for name, where in seen):
                    self._fault(
                        "twice",
                        node,
                        f"{fact.name} is assumed twice for rows that can be the same",
                        "set them apart with where:",
                    )
                seen.append((fact.name, assumption.where))

    def _carried(self, name: str, node: Node) -> Carried | None:
        if isinstance(node, Scalar):
            text = scalars.text(node, self.faults)
            return None if text is None else Carried(name, text, {})
        if not isinstance(node, Map):
            return self._fault("shape", node, f"'{shown(name)}' is not carried", "write NAME: COLUMN")
        fields = Fields(node, self.faults, f"the carried column '{shown(name)}'")
        column = fields.text("column", need=True)
        values = {
            k.strip(): text
            for k, v in fields.entries("values").items()
            if (text := scalars.text(v, self.faults)) is not None
        }
        fields.done()
        return None if column is None else Carried(name, column, values)

    def _children(self, node: Node, row: str) -> Children | None:
        if not isinstance(node, Map):
            return self._fault(
                "children", node, "'children' is not a mapping", "write children: {table: …, row: incident, key: …}"
            )
        fields = Fields(node, self.faults, "'children'")
        table, key, id_ = fields.text("table", need=True), fields.text("key", need=True), fields.text("id")
        kind = fields.word("row", ("incident", "use") if row == "system" else ("incident",))
        complete = fields.need("complete")
        listed = complete is not None and bool(scalars.bool_(complete, self.faults))
        columns = fields.need("columns")
        fields.done()
        if table is None or key is None or kind is None:
            return None
        read = self._columns(columns, (kind,), f"a row of {shown(table)}")
        if any(column.part is not None for column in read):
            mend = "let one column list the whole set"
            self._fault("children", columns, "a column of children tells a part of a set", mend)
        return Children(table, kind, key, id_, listed, tuple(read))


def _one(kind: str) -> str:
    """A kind of record with its article."""
    return "a model or system" if kind == "artefact" else f"{'an' if kind[0] in 'aeio' else 'a'} {kind}"
