"""Differences as JSON: schema `comity.diff/1`. Within /1 fields are only added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, cast

from comity.change.diff import Change, RuleDiff
from comity.change.effect import Verdict
from comity.change.witness import Witness
from comity.law.corpus import Corpus
from comity.law.patches import PatchInfo
from comity.verbs.diff import Difference, asked_words, strictness
from comity.verbs.record import DISCLAIMER, Json, plain

__all__ = ["change_record", "diff_record", "patch_record", "plainer", "witness_record"]


def plainer(value: Any) -> Any:
    """A record of the law as JSON: its fields by name, what is empty left out."""
    if is_dataclass(value) and not isinstance(value, type):
        pairs = ((each.name, getattr(value, each.name)) for each in fields(value))
        return {name: plainer(inner) for name, inner in pairs if inner not in (None, (), {}) and name != "file"}
    if isinstance(value, tuple | list):
        return [plainer(each) for each in cast("list[Any]", value)]
    return value.value if isinstance(value, Enum) else plain(value)


def change_record(change: Change) -> Json:
    return {
        "what": change.what,
        "before": plainer(change.before),
        "after": plainer(change.after),
        "direction": change.direction,
    }


def patch_record(patch: PatchInfo) -> Json:
    """A patch of the user's own."""
    return {
        "patch": patch.id,
        "title": patch.title,
        "amends": patch.amends,
        "published": plain(patch.published),
        "in_force": plain(patch.in_force),
        "hypothetical": patch.hypothetical,
    }


def witness_record(witness: Witness | None) -> Json | None:
    if witness is None:
        return None
    return {
        "on": plain(witness.on),
        "before": witness.before,
        "after": witness.after,
        "profile": witness.profile,
        "readings": [{"reading": name, "taken": value} for name, value in sorted(witness.readings.items())],
    }


def _rule(each: RuleDiff, found: Difference) -> Json:
    rule, (old, new) = each.rule, found.sides.corpora
    return {
        "id": rule.id,
        "instrument": rule.instrument,
        "kind": rule.kind,
        "at": rule.at[0] if rule.at else "",
        "title": rule.title,
        "helper": rule.helper,
        "state": each.state,
        "amended_by": rule.amended_by if each.after is not None else None,
        "fields": [change_record(change) for change in each.fields],
        "asked_before": [asked_words(old, asked) for asked in each.lost],
        "asked_after": [asked_words(new, asked) for asked in each.gained],
    }


def _conclusion(verdict: Verdict, found: Difference) -> Json:
    rule, touched = found.rule(verdict.rule), found.effect.cone.touched[verdict.rule]
    return {
        "id": rule.id,
        "instrument": rule.instrument,
        "kind": rule.kind,
        "at": rule.at[0] if rule.at else "",
        "title": rule.title,
        "helper": rule.helper,
        "own": touched.own,
        "through": list(touched.through),
        "can_change": {"can": True, "cannot": False}.get(verdict.state),
        "by": verdict.by,
        "extent": verdict.direction,
        "direction": strictness(rule, verdict.direction),
        "witness": witness_record(verdict.witness),
    }


def _side(number: int, found: Difference, corpus: Corpus, patches: Sequence[PatchInfo]) -> Json:
    law = (found.effect.old, found.effect.new)[number].law
    return {
        "corpus": {"digest": corpus.digest},
        "law_at": plain(found.sides.law_at[number]),
        "known_at": plain(found.sides.known_at[number]),
        "patches": list(law.patches),
        "user_patches": [patch_record(patch) for patch in patches],
        "instruments": len(law.instruments),
        "rules": len(law.rules),
    }


def diff_record(found: Difference) -> Json:
    """The whole difference as JSON (`comity.diff/1`)."""
    states = [verdict.state for verdict in found.verdicts]
    return {
        "schema": "comity.diff/1",
        "disclaimer": DISCLAIMER,
        "engine": found.engine,
        "from": _side(0, found, found.sides.corpora[0], ()),
        "to": _side(1, found, found.sides.corpora[1], found.sides.patches),
        "asked": list(found.names),
        "since": plain(found.effect.since),
        "proved": found.proved,
        "counts": {
            "outside": found.outside,
            "cannot": states.count("cannot"),
            "can": states.count("can"),
            "open": states.count("open"),
            **{
                state: sum(each.state == state for each in found.rules)
                for state in ("added", "removed", "moved", "changed")
            },
        },
        "instruments": [
            {
                "id": each.id,
                "state": each.state,
                **{
                    part: [change_record(change) for change in getattr(each, part)]
                    for part in ("parameters", "dates", "penalties", "enforcement", "readings", "header")
                },
            }
            for each in found.instruments
        ],
        "rules": [_rule(each, found) for each in found.rules],
        "conclusions": [_conclusion(verdict, found) for verdict in found.verdicts],
        "coming": [
            {
                "instrument": each.instrument,
                "name": each.date.name,
                "date": plain(each.date.value),
                "at": each.date.at,
                "begin": list(each.begin),
                "cease": list(each.cease),
            }
            for each in found.coming
        ],
    }
