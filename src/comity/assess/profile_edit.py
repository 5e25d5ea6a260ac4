"""A profile as a document that grows: facts put where they belong, and the whole written as YAML 1.2."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import cast

from comity.assess.subject import Subject
from comity.errors import Pos
from comity.source.yaml12 import Map, Node, Scalar, Seq

__all__ = ["closed", "listed", "mapping", "put", "scalar", "sequence", "written"]

_NOWHERE = Pos("the answer")
_PLAIN = re.compile(r"[A-Za-z0-9_+][A-Za-z0-9_+./-]*(?: [A-Za-z0-9_+./-]+)*")
_MOMENT = re.compile(r"[0-9T+-][0-9T:.,+-]*[0-9Z]")
"""A moment, a zone or a negative number: plain in YAML as it stands."""
_LISTS = {"model": "models", "system": "systems", "use": "uses", "incident": "incidents"}


def scalar(text: str, *, quoted: bool = False) -> Scalar:
    return Scalar(_NOWHERE, None, text, quoted)


def sequence(*items: Node) -> Seq:
    return Seq(_NOWHERE, None, list(items))


def mapping(entries: dict[str, Node]) -> Map:
    return Map(_NOWHERE, None, entries, dict.fromkeys(entries, _NOWHERE))


def _with(node: Map, key: str, value: Node | None) -> Map:
    entries = {name: each for name, each in node.entries.items() if name != key}
    if value is not None:
        entries = {**node.entries, key: value}
    return replace(node, entries=entries, key_pos={name: node.key_pos.get(name, _NOWHERE) for name in entries})


# Where a fact belongs ---------------------------------------------------------------------------------------

_Path = tuple[str | int, ...]


def _paths(document: Map) -> dict[str, list[_Path]]:
    """The place of every record that is listed, in the order in which a profile is read."""
    found: dict[str, list[_Path]] = {kind: [] for kind in _LISTS}
    for kind, key in (("model", "models"), ("system", "systems"), ("use", "uses"), ("incident", "incidents")):
        node, path = document.get(key), (key,)
        if isinstance(node, Map) and "list" in node.entries:
            node, path = node.entries["list"], (key, "list")
        for number, item in enumerate(node.items if isinstance(node, Seq) else ()):
            found[kind].append((*path, number))
            uses = item.get("uses") if isinstance(item, Map) and kind == "system" else None
            found["use"] += [(*path, number, "uses", i) for i in range(len(uses.items) if isinstance(uses, Seq) else 0)]
    return found


def _changed(node: Node | None, path: _Path, key: str, value: Node) -> Node:
    if not path:
        return _with(node if isinstance(node, Map) else mapping({}), key, value)
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        items = list(cast(Seq, node).items)
        items[step] = _changed(items[step], rest, key, value)
        return sequence(*items)
    here = node if isinstance(node, Map) else mapping({})
    return _with(here, step, _changed(here.get(step), rest, key, value))


def _set(document: Map, path: _Path, key: str, value: Node) -> Map:
    return cast(Map, _changed(document, path, key, value))


def put(document: Map, subject: Subject, kind: str, record: int, name: str, value: Node) -> Map:
    """The document with a fact of a record stated; records that a profile need not name stay unnamed."""
    if kind == "actor":
        inside = isinstance(document.get("actor"), Map)
        return _set(document, ("actor",) if inside else (), name, value)
    paths = _paths(document)
    if record < len(paths[kind]):
        return _set(document, paths[kind][record], name, value)
    systems = subject.records[kind][record].parents.get("system") if kind == "use" else None
    if systems and systems[0] < len(paths["system"]):
        # A use nobody named: from now on it is, under the name that it had.
        label = subject.records[kind][record].name
        use = mapping({"id": scalar(label), name: value})
        return _set(document, paths["system"][systems[0]], "uses", sequence(use))
    return _set(document, (), name, value)


def listed(document: Map, kind: str, names: list[str], system: int | None = None) -> Map:
    """The document with the records of a kind named; none of them where there are no names."""
    items: Node = sequence(*(mapping({"id": scalar(name)}) for name in names)) if names else scalar("none")
    if system is None:
        return _set(document, (), _LISTS[kind], items)
    return _set(document, _paths(document)["system"][system], _LISTS[kind], items) if names else document


def closed(document: Map, group: str) -> Map:
    """The document with a statement that nothing of a group is so."""
    old = document.get("none_of")
    items = old.items if isinstance(old, Seq) else [] if old is None else [old]
    return _set(document, (), "none_of", sequence(*items, scalar(group)))


# Writing ----------------------------------------------------------------------------------------------------


def written(document: Map) -> str:
    """The document as YAML 1.2, in the order it has; comments are not part of it."""
    lines: list[str] = []
    _block(document, 0, lines)
    return "\n".join(lines) + "\n"


def _text(node: Scalar) -> str:
    if not node.quoted and _PLAIN.fullmatch(node.text):
        return node.text
    if node.is_null:
        return "null"
    if not node.quoted and _MOMENT.fullmatch(node.text):
        return node.text
    return json.dumps(node.text, ensure_ascii=False)


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z_][\w/-]*", key) else json.dumps(key, ensure_ascii=False)


_SHORT = {"value", "by", "on", "basis", "min", "max", "from", "to", "has", "not", "rest", "group"}


def _flow(node: Node) -> str | None:
    """A short value on one line; None where it needs a block of its own."""
    if isinstance(node, Scalar):
        return _text(node)
    if isinstance(node, Seq) and all(isinstance(item, Scalar) for item in node.items):
        return f"[{', '.join(_text(item) for item in node.items if isinstance(item, Scalar))}]"
    if isinstance(node, Map) and node.entries.keys() <= _SHORT:
        parts = [(key, _flow(item)) for key, item in node.entries.items()]
        if all(part is not None for _, part in parts):
            return f"{{{', '.join(f'{key}: {part}' for key, part in parts)}}}"
    return None


def _block(node: Node, indent: int, lines: list[str]) -> None:
    pad = "  " * indent
    if isinstance(node, Map):
        for key, value in node.entries.items():
            flow = _flow(value)
            if flow is not None:
                lines.append(f"{pad}{_key(key)}: {flow}")
            else:
                lines.append(f"{pad}{_key(key)}:")
                _block(value, indent + 1, lines)
    elif isinstance(node, Seq):
        for item in node.items:
            flow = _flow(item)
            if flow is not None:
                lines.append(f"{pad}- {flow}")
                continue
            start = len(lines)
            _block(item, indent + 1, lines)
            lines[start] = f"{pad}- {lines[start].lstrip()}"
