"""Values of law files as text: what the compiled law leaves out, such as notes and the wording of conditions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from comity.law.raw import RawInstrument, rule_name
from comity.source.yaml12 import Map, Node, Scalar, Seq

__all__ = ["flat", "maps", "text", "written"]


def flat(node: Node | None) -> str:
    """Any value on one line."""
    match node:
        case Scalar():
            return " ".join(node.text.split())
        case Seq():
            return ", ".join(flat(item) for item in node.items)
        case Map():
            return "; ".join(f"{key}: {flat(inner)}" for key, inner in node.entries.items())
        case _:
            return ""


def text(node: Map | None, key: str) -> str:
    """A field as text; empty where it is not there."""
    return flat(node.get(key)) if node is not None else ""


def maps(node: Node | None) -> list[Map]:
    """The entries of a list that are mappings."""
    return [item for item in node.items if isinstance(item, Map)] if isinstance(node, Seq) else []


def written(raw: RawInstrument) -> dict[str, list[tuple[str, str]]]:
    """The conditions of each rule as they stand in the law file: (`when`, expression) and the like, by rule name."""
    found = {f"scope_{text(node, 'per')}": list(_conditions(node)) for node in raw.listed["scope"]}
    for node in raw.listed["rules"]:
        named = rule_name(node)
        if named is not None:
            found[named[1]] = list(_conditions(node))
            found.update((text(inner, "id"), list(_conditions(inner))) for inner in _exceptions(node))
    return found


def _exceptions(node: Map) -> Iterator[Map]:
    for inner in maps(node.get("except")):
        yield inner
        yield from _exceptions(inner)


def _conditions(node: Map) -> Iterable[tuple[str, str]]:
    for key in ("when", "when_not", "rebutted_by", "otherwise"):
        if told := text(node, key):
            yield key, told
    for case in maps(node.get("cases")):
        yield "case", f"{text(case, 'when')} then {text(case, 'then')}"
