"""The vocabulary: one fact, one name, one meaning; constraints, bridges and groups between facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from comity.errors import Faults
from comity.law.expressions import checked
from comity.law.fields import Fields
from comity.law.model import Bridge, Constraint, Fact, Group
from comity.logic import ir
from comity.logic.check import FactType, Symbols
from comity.logic.kinds import KINDS
from comity.source import scalars
from comity.source.near import did_you_mean
from comity.source.yaml12 import Map, Node

__all__ = ["TYPES", "Vocabulary", "fact_type", "read_vocabulary"]

SHAPES = ("bool", "number", "code", "set", "codes")
TYPES = ("bool", "number", "date", "instant", "code", "set", "jurisdiction", "jurisdictions")


@dataclass(slots=True)
class Vocabulary:
    """All facts by name, aliases to names, and what ties facts together."""

    facts: dict[str, Fact] = field(default_factory=dict[str, Fact])
    aliases: dict[str, str] = field(default_factory=dict[str, str])
    constraints: list[Constraint] = field(default_factory=list[Constraint])
    bridges: list[Bridge] = field(default_factory=list[Bridge])
    groups: dict[str, Group] = field(default_factory=dict[str, Group])
    types: dict[str, FactType] = field(default_factory=dict[str, FactType])

    def named(self, word: str) -> Fact | None:
        """The fact of a name or alias."""
        return self.facts.get(self.aliases.get(word, word))


def fact_type(fact: Fact) -> FactType:
    """What the logic needs to know of a fact."""
    codes = None if fact.codes is None else frozenset(fact.codes)
    return FactType(
        fact.name,
        fact.kind,
        fact.type,
        fact.unit,
        codes,
        fact.minimum,
        fact.none_is,
        fact.per_market,
        fact.event,
    )


def _fact(node: Map, faults: Faults) -> Fact | None:
    fields = Fields(node, faults, "a fact")
    name = fields.text("fact", need=True)
    kind = fields.word("kind", (*KINDS, "artefact"))
    form = fields.word("type", TYPES)
    ask = fields.text("ask", need=True)
    basis = fields.word("basis", ("observable", "judgement"))
    unit, note = fields.text("unit"), fields.text("help")
    codes: dict[str, str] | None = None
    if fields.raw("codes") is not None:
        codes = {key: scalars.text(value, faults) or key for key, value in fields.entries("codes").items()}
    at, aliases = fields.texts("at", need=True), fields.texts("aliases")
    minimum, none_is = fields.number("min"), fields.number("none_is")
    event, per_market = fields.flag("event"), fields.flag("per_market")
    shapes = {shape: scalars.text(value, faults) or "" for shape, value in fields.entries("shapes").items()}
    fields.done()
    if form in ("code", "set") and not codes:
        faults.add("law.codes", node, f"the {form} fact {name} lists no codes", "add codes: with a label for each")
    if form == "number" and unit is None:
        faults.add("law.unit", node, f"the number {name} has no unit", "add unit: FLOP, EUR, persons, …")
    if None in (name, kind, form, ask, basis):
        return None
    return Fact(
        str(name),
        str(kind),
        str(form),
        str(ask),
        str(basis),
        unit,
        codes,
        note,
        at,
        aliases,
        minimum,
        none_is,
        event,
        per_market,
        node.pos.file,
        shapes,
    )


def _shapes(found: Vocabulary, nodes: dict[str, Map], faults: Faults) -> None:
    """A shape leads to a fact that takes values of that shape, and of the same kind."""
    for fact in found.facts.values():
        for shape, name in fact.shapes.items():
            other = found.facts.get(name)
            if shape not in SHAPES or other is None or other.kind != fact.kind:
                faults.add(
                    "law.shapes",
                    nodes[fact.name],
                    f"{fact.name}: a value of the shape '{shape}' cannot be taken for '{name}'",
                    f"name one of {', '.join(SHAPES)} and a fact of the same kind ({fact.kind})",
                )


def read_vocabulary(documents: Iterable[Map], regions: frozenset[str], faults: Faults) -> Vocabulary:
    """One vocabulary from all its files; every fault is collected."""
    found = Vocabulary()
    late: list[tuple[str, Map]] = []
    nodes: dict[str, Map] = {}
    for document in documents:
        fields = Fields(document, faults, "a vocabulary file")
        for node in fields.maps("facts"):
            fact = _fact(node, faults)
            if fact is None:
                continue
            if fact.name in found.facts:
                other = found.facts[fact.name].file
                mend = f"keep one of the two; the other is in {other}"
                faults.add("law.duplicate-fact", node, f"the fact {fact.name} is declared twice", mend)
                continue
            found.facts[fact.name], nodes[fact.name] = fact, node
        late += [(key, node) for key in ("constraints", "bridges", "groups") for node in fields.maps(key)]
        fields.done()
    for fact in found.facts.values():
        for alias in fact.aliases:
            found.aliases.setdefault(alias, fact.name)
    _shapes(found, nodes, faults)
    found.types = {name: fact_type(fact) for name, fact in found.facts.items()}
    symbols = Symbols(found.types, {}, {}, regions=regions, suggest=did_you_mean)
    for key, node in late:
        if key == "constraints":
            _constraint(node, found, symbols, faults)
        elif key == "bridges":
            _bridge(node, found, symbols, faults)
        else:
            _group(node, found, faults)
    return found


def _kind_of(node: Node, facts: Iterable[str], found: Vocabulary) -> str:
    """The lowest kind that sees all these facts: constraints speak about one record."""
    kinds = {found.facts[name].kind for name in facts if name in found.facts}
    for kind in ("incident", "use"):
        if kind in kinds:
            return kind
    if "system" in kinds:
        return "system"
    if "model" in kinds:
        return "model"
    return "artefact" if "artefact" in kinds else "actor"


def _facts_in(text: str, found: Vocabulary) -> list[str]:
    words = "".join(c if c.isalnum() or c == "_" else " " for c in text).split()
    return [word for word in words if word in found.facts]


def _literal(text: str) -> tuple[str, str | None, bool] | None:
    """`fact`, `NOT fact`, `has(set,'code')` or `NOT has(set,'code')` as (fact, code, holds)."""
    rest = text.strip()
    holds = not rest.startswith("NOT ")
    rest = rest.removeprefix("NOT ").strip()
    if rest.startswith("has(") and rest.endswith(")"):
        name, _, code = rest[4:-1].partition(",")
        return name.strip(), code.strip().strip("'"), holds
    return (rest, None, holds) if rest.isidentifier() else None


def _constraint(node: Map, found: Vocabulary, symbols: Symbols, faults: Faults) -> None:
    fields = Fields(node, faults, "a constraint")
    name, then, at = (fields.text(key, need=True) for key in ("constraint", "then", "at"))
    stated = fields.text("if_stated")
    when = fields.text("if", need=stated is None)
    condition = fields.raw("if")
    fields.skip("note")
    fields.done()
    if name is None or then is None or (stated is None and (when is None or condition is None)):
        return
    if stated is not None and stated not in found.facts:
        mend = did_you_mean(stated, found.facts) or "declare it"
        faults.add("law.constraint", node, f"'{stated}' is not a fact", mend)
        return
    literal = _literal(then)
    if literal is None or literal[0] not in found.facts:
        mend = did_you_mean(literal[0], found.facts) if literal is not None else ""
        faults.add(
            "law.constraint",
            node,
            f"'{then}' is not a literal over a known fact",
            mend or "write fact, NOT fact or has(set,'code')",
        )
        return
    named = [*_facts_in(when or "", found), *([] if stated is None else [stated]), literal[0]]
    kind = _kind_of(node, named, found)
    for each in ("model", "system") if kind == "artefact" else (kind,):
        body = ir.Constant(True) if condition is None else checked(condition, symbols, each, faults)
        if body is not None:
            found.constraints.append(Constraint(name, body, each, *literal, at or "", stated))


def _bridge(node: Map, found: Vocabulary, symbols: Symbols, faults: Faults) -> None:
    fields = Fields(node, faults, "a bridge")
    name, fill = fields.text("bridge", need=True), fields.text("fill", need=True)
    relation = fields.word("relation", ("equal", "at_least", "at_most"))
    terms = fields.texts("sum", need=True)
    when, at, note = fields.raw("when"), fields.text("at", need=True), fields.text("note")
    fields.done()
    if name is None or fill is None or relation is None:
        return
    unknown = [fact for fact in (fill, *terms) if fact not in found.facts]
    if unknown:
        mend = did_you_mean(unknown[0], found.facts) or "declare it, or correct the name"
        faults.add("law.bridge", node, f"{', '.join(unknown)} is not a fact", mend)
        return
    kind = _kind_of(node, (fill, *terms), found)
    body: ir.Node | None = None
    if when is not None:
        body = checked(when, symbols, kind, faults)
    found.bridges.append(Bridge(name, fill, relation, terms, body, kind, at or "", note))


def _group(node: Map, found: Vocabulary, faults: Faults) -> None:
    fields = Fields(node, faults, "a group")
    name, facts, title = (
        fields.text("group", need=True),
        fields.texts("facts", need=True),
        fields.text("title"),
    )
    fields.done()
    for fact in facts:
        if fact not in found.facts:
            faults.add("law.group", node, f"{fact} is not a fact", did_you_mean(fact, found.facts) or "declare it")
    if name is not None:
        found.groups[name] = Group(name, facts, title or name)


def exact(value: int | Fraction) -> int | Fraction:
    """A whole fraction as an int."""
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value
