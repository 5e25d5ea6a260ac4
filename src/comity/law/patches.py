"""Patches on the law: adopted amendments, pending bills and made-up reforms are the same kind of file.

A patch changes the raw document of its instrument, before rules are compiled, so an amended rule is read and
checked exactly like an original one. Missing targets and clashes are faults.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from comity.errors import Faults
from comity.law.fields import Fields
from comity.law.model import Checked, Dated
from comity.law.raw import RawInstrument, RawPatch, rule_name
from comity.law.sections import read_checked
from comity.source import scalars
from comity.source.near import did_you_mean
from comity.source.yaml12 import Map, Node, Scalar, Seq

__all__ = ["Amended", "PatchInfo", "apply_patch", "read_patch"]

OPERATIONS = ("set", "add", "replace", "repeal", "renumber", "suspend", "set_section")


@dataclass(frozen=True, slots=True)
class PatchInfo:
    """The header of a patch: from when it was known and from when it changes the law.

    `raw` is the patch as read; a cached corpus leaves it out and finds it again by the id.
    """

    id: str
    title: str
    amends: str
    cite: str
    url: str | None
    checked: Checked
    published: date
    in_force: date
    hypothetical: bool
    raw: RawPatch | None = None


@dataclass(slots=True)
class Amended:
    """What patches did to an instrument beside its document."""

    by: dict[str, str] = field(default_factory=dict[str, str])
    touched: dict[str, PatchInfo] = field(default_factory=dict[str, "PatchInfo"])
    suspended: dict[str, Dated] = field(default_factory=dict[str, Dated])


def read_patch(raw: RawPatch, faults: Faults) -> PatchInfo | None:
    """The header; None after a fault in what must be there."""
    fields = Fields(raw.header, faults, f"the patch {raw.id}")
    fields.skip("patch", "changes", "provisions")
    title, amends = fields.text("title", need=True), fields.text("amends", need=True)
    cite, url = fields.text("cite"), fields.text("url")
    published, in_force = fields.day("published", need=True), fields.day("in_force", need=True)
    hypothetical = fields.flag("hypothetical")
    checked = Checked(date.min, "memory") if hypothetical else read_checked(fields.raw("checked"), raw.header, faults)
    for key in (
        "events",
        "aliases",
        "kind",
        "force",
        "short",
        "jurisdiction",
        "known_to",
        "note",
        "checked",
        "native_title",
    ):
        fields.raw(key)
    fields.done()
    if title is None or amends is None or published is None or in_force is None:
        return None
    return PatchInfo(raw.id, title, amends, cite or title, url, checked, published, in_force, hypothetical, raw)


def apply_patch(
    patch: PatchInfo, raw: RawPatch, instrument: RawInstrument, amended: Amended, faults: Faults
) -> RawInstrument:
    """A changed copy of the instrument's document."""
    changed = instrument.copy()
    for node in raw.changes:
        key = next(iter(node.keys()), "")
        if key not in OPERATIONS:
            faults.add(
                "law.operation",
                node,
                f"'{key}' is not an operation of a patch",
                did_you_mean(key, OPERATIONS) or f"use one of {', '.join(OPERATIONS)}",
            )
            continue
        fields = Fields(node, faults, f"the change '{key}'")
        fields.text("at", need=True)
        for known in ("note", "certainty"):
            fields.raw(known)
        _expected(patch, changed, key, fields, faults)
        _APPLY[key](patch, changed, amended, fields, faults)
        fields.done()
    changed.listed["provisions"] += raw.provisions
    return changed


_PROSE = frozenset({"title", "what", "note", "aliases", "because", "evidence", "certainty"})


def meaning_digest(node: Node) -> str:
    """The digest of what an entry means: its fields without prose, in one order. Sixteen hex digits of a SHA-256."""

    def canonical(part: Node) -> object:
        if isinstance(part, Map):
            return {key: canonical(value) for key, value in sorted(part.entries.items()) if key not in _PROSE}
        if isinstance(part, Seq):
            return [canonical(item) for item in part.items]
        return " ".join(part.text.split()) if isinstance(part, Scalar) else None

    text = json.dumps(canonical(node), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _expected(patch: PatchInfo, raw: RawInstrument, key: str, fields: Fields, faults: Faults) -> None:
    """A change may say which text it was written for: it is refused when that has changed since."""
    expects = fields.text("expects")
    target = fields.node.get(key)
    if expects is None or not isinstance(target, Scalar):
        return
    index = _find(raw, target.text)
    named = raw.named["timeline"].get(target.text.removeprefix("$")) or raw.named["parameters"].get(
        target.text.removeprefix("$")
    )
    old = raw.listed["rules"][index] if index is not None else named
    if old is not None and meaning_digest(old) != expects:
        faults.add(
            "law.patch-expects",
            target,
            f"the patch {patch.id} was written for another text of '{target.text}'",
            f"read the provision again and write expects: {meaning_digest(old)}",
        )


def _set(patch: PatchInfo, raw: RawInstrument, amended: Amended, fields: Fields, faults: Faults) -> None:
    target, value = fields.need("set"), fields.need("value")
    unit = fields.raw("unit")
    at = fields.raw("at")
    if not isinstance(target, Scalar) or value is None or at is None:
        return
    name = target.text.removeprefix("$")
    if not _touch(patch, amended, f"${name}", target, faults):
        return
    for section, key in (("timeline", "date"), ("parameters", "value")):
        old = raw.named[section].get(name)
        if isinstance(old, Map):
            entries = {**old.entries, key: value, "at": at}
            entries.pop("computed", None)
            if unit is not None:
                entries["unit"] = unit
            raw.named[section][name] = replace(old, entries=entries)
            return
    # A name the instrument does not have yet is a new parameter of the amended law.
    if unit is not None:
        entries = {"value": value, "unit": unit, "at": at}
        raw.named["parameters"][name] = Map(target.pos, target.trail, entries, {k: v.pos for k, v in entries.items()})
    elif isinstance(value, Scalar) and scalars.date_(value, Faults()) is not None:
        entries = {"date": value, "at": at}
        raw.named["timeline"][name] = Map(target.pos, target.trail, entries, {k: v.pos for k, v in entries.items()})
    else:
        options = [*raw.named["timeline"], *raw.named["parameters"]]
        faults.add(
            "law.patch-target",
            target,
            f"the patch {patch.id} sets ${name}, which is not declared and has no unit",
            did_you_mean(name, options) or "correct the name, or add unit:",
        )


def _find(raw: RawInstrument, name: str) -> int | None:
    for i, node in enumerate(raw.listed["rules"]):
        found = rule_name(node)
        if found is not None and found[1] == name:
            return i
    return None


def _members(raw: RawInstrument, word: str) -> list[str]:
    """The rules that a name, a group, or `all` stands for."""
    named = [(found[1], node) for node in raw.listed["rules"] if (found := rule_name(node))]
    return [name for name, node in named if word in (name, "all") or word in _groups(node)]


def _touch(patch: PatchInfo, amended: Amended, key: str, node: Node, faults: Faults) -> bool:
    """Whether a patch may change this: two patches that change the same thing on one day clash."""
    other = amended.touched.get(key)
    if other is not None and other.id != patch.id and other.in_force == patch.in_force:
        faults.add(
            "law.patch-clash",
            node,
            f"the patches {other.id} and {patch.id} both change '{key}' on {patch.in_force}",
            "give one of them another date, or drop one of the changes",
        )
        return False
    amended.touched[key] = patch
    return True


def _rule_of(node: Node | None, fields: Fields, key: str, faults: Faults) -> tuple[str, Map] | None:
    if not isinstance(node, Map):
        if node is not None:
            faults.add("law.wrong-kind", node, f"'{key}' holds no rule", "write the whole rule")
        return None
    found = rule_name(node)
    if found is None:
        faults.add("law.rule-kind", node, "this is not a rule", "its first key is class, role, duty, …")
        return None
    return found[1], node


def _add(patch: PatchInfo, raw: RawInstrument, amended: Amended, fields: Fields, faults: Faults) -> None:
    found = _rule_of(fields.need("add"), fields, "add", faults)
    if found is None:
        return
    name, node = found
    if _find(raw, name) is not None:
        faults.add(
            "law.patch-clash",
            node,
            f"the patch {patch.id} adds '{name}', which is there already",
            "use replace",
        )
        return
    raw.listed["rules"].append(node)
    amended.by[name] = patch.id


def _replace(patch: PatchInfo, raw: RawInstrument, amended: Amended, fields: Fields, faults: Faults) -> None:
    target = fields.need("replace")
    found = _rule_of(fields.need("with"), fields, "with", faults)
    if not isinstance(target, Scalar) or found is None:
        return
    index = _find(raw, target.text)
    if index is None:
        _missing(patch, raw, target, faults)
        return
    if not _touch(patch, amended, target.text, target, faults):
        return
    raw.listed["rules"][index] = found[1]
    amended.by[found[0]] = patch.id


def _repeal(patch: PatchInfo, raw: RawInstrument, amended: Amended, fields: Fields, faults: Faults) -> None:
    target = fields.need("repeal")
    for word in fields.texts("repeal"):
        members = _members(raw, word)
        if not members:
            _missing(patch, raw, target or fields.node, faults, word)
        for name in members:
            index = _find(raw, name)
            if index is not None and _touch(patch, amended, name, fields.node, faults):
                del raw.listed["rules"][index]


def _renumber(patch: PatchInfo, raw: RawInstrument, amended: Amended, fields: Fields, faults: Faults) -> None:
    target, to = fields.need("renumber"), fields.need("to")
    if not isinstance(target, Scalar) or to is None:
        return
    index = _find(raw, target.text)
    if index is None:
        _missing(patch, raw, target, faults)
        return
    if not _touch(patch, amended, target.text, target, faults):
        return
    old = raw.listed["rules"][index]
    raw.listed["rules"][index] = replace(old, entries={**old.entries, "at": to})
    amended.by[target.text] = patch.id


def _suspend(patch: PatchInfo, raw: RawInstrument, amended: Amended, fields: Fields, faults: Faults) -> None:
    names = fields.texts("suspend", need=True)
    what = fields.word("what", ("force", "enforcement"))
    until = fields.day("until")
    for name in names:
        if not _members(raw, name):
            _missing(patch, raw, fields.node, faults, name)
    if what == "enforcement":
        entries: dict[str, Node] = {
            "governs": fields.node.entries["suspend"],
            "at": fields.node.entries["at"],
        }
        pos, trail = fields.node.pos, fields.node.trail
        entries["state"] = Scalar(pos, trail, "suspended", False)
        entries["from"] = Scalar(pos, trail, patch.in_force.isoformat(), False)
        if until is not None:
            entries["until"] = Scalar(pos, trail, until.isoformat(), False)
        raw.listed["enforcement"].append(Map(pos, trail, entries, dict.fromkeys(entries, pos)))
        return
    for name in names:
        for member in _members(raw, name):
            amended.suspended[member] = Dated(patch.in_force, until)


def _groups(node: Map) -> list[str]:
    found = node.get("group")
    if isinstance(found, Seq):
        return [item.text for item in found.items if isinstance(item, Scalar)]
    return [found.text] if isinstance(found, Scalar) else []


def _set_section(patch: PatchInfo, raw: RawInstrument, amended: Amended, fields: Fields, faults: Faults) -> None:
    """Replace or add an entry of penalties, enforcement, readings or scope, found by its first value."""
    section = fields.word("set_section", ("penalties", "enforcement", "readings", "scope"))
    entry = fields.need("with")
    if section is None or entry is None:
        return
    if not isinstance(entry, Map):
        faults.add(
            "law.wrong-kind", entry, "'with' is not a mapping", f"write one entry of {section}: key: value pairs"
        )
        return
    key = {"penalties": "penalty", "enforcement": "state", "readings": "reading", "scope": "per"}[section]
    label = entry.get(key)
    name = label.text if isinstance(label, Scalar) else ""
    kept = raw.listed[section]
    for i, old in enumerate(kept):
        there = old.get(key)
        if section != "enforcement" and isinstance(there, Scalar) and there.text == name:
            kept[i] = entry
            return
    kept.append(entry)


def _missing(patch: PatchInfo, raw: RawInstrument, node: Node, faults: Faults, name: str | None = None) -> None:
    word = name or (node.text if isinstance(node, Scalar) else "")
    names = [found[1] for rule in raw.listed["rules"] if (found := rule_name(rule))]
    faults.add(
        "law.patch-target",
        node,
        f"the patch {patch.id} names '{word}', which is no rule of {raw.id}",
        did_you_mean(word, names) or "correct the name",
    )


_APPLY: dict[str, Callable[[PatchInfo, RawInstrument, Amended, Fields, Faults], None]] = {
    "set": _set,
    "add": _add,
    "replace": _replace,
    "repeal": _repeal,
    "renumber": _renumber,
    "suspend": _suspend,
    "set_section": _set_section,
}
