"""Parts of a mapping: conditions on cells, how far figures may be off, what is plausible."""

from __future__ import annotations

from dataclasses import dataclass

from comity.assess.mapping import Condition, Label, Spread
from comity.errors import Faults, shown
from comity.law.fields import Fields
from comity.law.model import Fact
from comity.logic.values import CodeSet, Number
from comity.source import scalars
from comity.source.near import did_you_mean
from comity.source.yaml12 import Map, Node, Scalar

__all__ = [
    "Part", "apart", "read_at_least", "read_conditions", "read_labels", "read_part", "read_plausible", "read_spread",
]  # fmt: skip

_SHAPES = {
    "spread": "write spread: {column: …, factors: {…}, because: …}",
    "plausible": "write plausible: {min: 1e9, because: …}",
    "at_least": "write at_least: {where: {…}, because: …}",
}


def _inner(fields: Fields, key: str) -> Fields | None:
    """The mapping under a key that needs its reason."""
    node = fields.raw(key)
    if node is None:
        return None
    if not isinstance(node, Map):
        fields.faults.add("mapping.shape", node, f"'{key}' is not a mapping", _SHAPES[key])
        return None
    return Fields(node, fields.faults, f"'{key}'")


def read_conditions(fields: Fields, key: str = "where") -> tuple[Condition, ...]:
    """`{Column: blank | stated | [texts] | {not: [texts]}}`: all must hold."""
    node, faults = fields.raw(key), fields.faults
    if node is None:
        return ()
    if not isinstance(node, Map) or not node.entries:
        faults.add("mapping.where", node, f"'{key}' is not a mapping of columns", "write where: {Column: blank}")
        return ()
    found: list[Condition] = []
    for column, each in node.entries.items():
        if isinstance(each, Scalar) and each.text in ("blank", "stated"):
            found.append(Condition(column, each.text))
            continue
        negated = isinstance(each, Map) and list(each.entries) == ["not"]
        listed = each.entries["not"] if isinstance(each, Map) and negated else each
        if isinstance(listed, Map):
            mend = "write blank, stated, a list of texts, or {not: [texts]}"
            faults.add("mapping.where", each, f"what '{shown(column)}' must be cannot be read", mend)
            continue
        texts = scalars.strings(listed, faults) or []
        found.append(Condition(column, "not" if negated else "is", frozenset(text.strip() for text in texts)))
    return tuple(found)


def read_at_least(fields: Fields) -> tuple[tuple[Condition, ...], str | None]:
    """Where a figure is a lower end only, and why."""
    inner = _inner(fields, "at_least")
    if inner is None:
        return (), None
    inner.need("where")
    found = read_conditions(inner), inner.text("because", need=True)
    inner.done()
    return found


def read_plausible(fields: Fields) -> tuple[Number | None, Number | None, str | None]:
    """The least and greatest that a figure can be, and why."""
    inner = _inner(fields, "plausible")
    if inner is None:
        return None, None, None
    found = inner.number("min"), inner.number("max"), inner.text("because", need=True)
    inner.done()
    return found


def read_spread(fields: Fields) -> Spread | None:
    """Factors by label: how many times too high or too low a figure may be."""
    inner = _inner(fields, "spread")
    if inner is None:
        return None
    faults: Faults = fields.faults
    column, because = inner.text("column", need=True), inner.text("because", need=True)
    factors: dict[str, Number | None] = {}
    entries = inner.entries("factors")
    if not entries:
        faults.add(
            "mapping.spread", inner.node, "'spread' lists no factors", "write factors: {label: 3, other: unknown}"
        )
    for label, each in entries.items():
        if isinstance(each, Scalar) and each.text == "unknown":
            factors[label] = None
            continue
        factor = scalars.number(each, faults)
        if factor is not None and factor < 1:
            mend = "write how many times too high or too low a figure may be"
            faults.add("mapping.spread", each, f"the factor {factor} is below 1", mend)
        elif factor is not None:
            factors[label] = factor
    inner.done()
    return None if column is None else Spread(column, factors, because or "")


@dataclass(frozen=True, slots=True)
class Part:
    """A column that tells of one code only whether the set has it."""

    code: str

    def value(self, node: Node, faults: Faults) -> CodeSet | None:
        """The set as far as a cell of that meaning tells it."""
        holds = scalars.bool_(node, faults)
        one, none = frozenset({self.code}), frozenset[str]()
        return None if holds is None else CodeSet(one if holds else none, none if holds else one, complete=False)


def read_part(fields: Fields, fact: Fact) -> Part | None:
    """`part: CODE` of a column; its values are then true and false."""
    code = fields.text("part")
    if code is None:
        return None
    if fact.type != "set" or code not in (fact.codes or {}):
        mend = did_you_mean(code, fact.codes or ()) or f"name one of the codes of {fact.name}"
        if fact.type != "set":
            mend = "leave part: out; it is for facts with several values"
        fields.faults.add("mapping.part", fields.node.entries["part"], f"{fact.name} has no part '{shown(code)}'", mend)
    return Part(code)


def read_labels(fields: Fields) -> tuple[Label, ...]:
    """`labels: {NAME: {column: …, rule: …, says_yes: […], says_no: […]}}`."""
    found: list[Label] = []
    for name, node in fields.entries("labels").items():
        if not isinstance(node, Map):
            mend = "write NAME: {column: …, rule: …, says_yes: […], says_no: […]}"
            fields.faults.add("mapping.labels", node, f"the label '{shown(name)}' is not a mapping", mend)
            continue
        inner = Fields(node, fields.faults, f"the label '{shown(name)}'")
        column, rule = inner.text("column", need=True), inner.text("rule", need=True)
        yes, no = (frozenset(text.strip() for text in inner.texts(key)) for key in ("says_yes", "says_no"))
        inner.done()
        if yes & no or not yes | no:
            what = (
                f"'{shown(min(yes & no))}' says yes and no"
                if yes & no
                else f"no text of '{shown(name)}' says yes or no"
            )
            fields.faults.add("mapping.labels", node, what, "list each text under says_yes or says_no")
        if column is not None and rule is not None:
            found.append(Label(name, column, rule, yes, no))
    return tuple(found)


def apart(first: tuple[Condition, ...], second: tuple[Condition, ...]) -> bool:
    """Whether no row can meet both lists of conditions."""
    for one in first:
        for other in second:
            if one.column != other.column:
                continue
            states = {one.state, other.state}
            if "blank" in states and states != {"blank"}:
                return True
            if states == {"is"} and not one.texts & other.texts:
                return True
            if states == {"is", "not"}:
                listed, barred = (one, other) if one.state == "is" else (other, one)
                if listed.texts <= barred.texts:
                    return True
    return False
