"""The rules that can be drawn, and the sample: the same for everyone who draws it from the same corpus."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import date
from typing import Any

from comity.law.corpus import Corpus
from comity.law.model import Rule

KINDS = ("class", "role", "duty", "prohibition", "exemption")
SHARE = 0.15
SMALL = 5
"""Instruments with fewer rules are drawn from as one pool."""

SCOPES: dict[str, tuple[str, ...]] = {
    "us": ("us",),
    "international": ("coe", "g7", "intl", "oecd", "un", "unesco"),
}


def within(instrument: str, scope: str) -> bool:
    folder = instrument.partition("/")[0]
    return folder in SCOPES[scope] or (scope == "us" and folder.startswith("us-"))


def versions(corpus: Corpus) -> dict[str, Rule]:
    """Every rule that any version of the law has, as it last stood."""
    found: dict[str, Rule] = {}
    for on in (date(1900, 1, 1), *corpus.changes(date.max), date(2199, 1, 1)):
        found.update(corpus.at(on).rules)
    return found


def population(corpus: Corpus, scope: str) -> dict[str, list[Rule]]:
    """The rules that can be drawn, by instrument: no helper, and of the kinds that say something themselves."""
    found: defaultdict[str, list[Rule]] = defaultdict(list)
    for rule in versions(corpus).values():
        if within(rule.instrument, scope) and rule.kind in KINDS and not rule.helper:
            found[rule.instrument].append(rule)
    return dict(found)


def _order(rule: Rule) -> str:
    return hashlib.sha256(rule.id.encode()).hexdigest()


def draw(rules: dict[str, list[Rule]]) -> list[Rule]:
    """About fifteen in a hundred: of each instrument with five rules or more at least one, of the small ones together."""
    strata: defaultdict[str, list[Rule]] = defaultdict(list)
    for instrument, found in rules.items():
        strata[instrument if len(found) >= SMALL else ""] += found
    chosen: list[Rule] = []
    for found in strata.values():
        chosen += sorted(found, key=_order)[: max(1, round(SHARE * len(found)))]
    return sorted(chosen, key=lambda rule: rule.id)


def sheet(corpus: Corpus, scope: str) -> dict[str, Any]:
    """The blank sheet: what to recode, and the names that the recoder may use. No condition, addressee or element."""
    rules = population(corpus, scope)
    chosen = draw(rules)
    names: dict[str, dict[str, dict[str, str]]] = {}
    every = versions(corpus)
    readings = {name: each.readings for name, each in corpus.at(date.max).instruments.items()}
    for instrument in sorted({rule.instrument for rule in chosen}):
        mine = [r for r in every.values() if r.instrument == instrument and not r.helper]
        names[instrument] = {
            "roles": {r.name: f"{r.title} (per {r.per})" for r in mine if r.kind == "role"},
            "classes": {r.name: f"{r.title} (per {r.per})" for r in mine if r.kind in ("class", "presumption")},
            "readings": {name: each.title for name, each in readings.get(instrument, {}).items()},
        }
    return {
        "scope": scope,
        "population": {name: len(found) for name, found in sorted(rules.items())},
        "names": names,
        "rules": [{"rule": r.id, "kind": r.kind, "per": r.per, "title": r.title, "at": list(r.at)} for r in chosen],
    }
