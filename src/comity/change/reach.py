"""Which rules a patch touches, in any version of the law that is in force from then on: only these are evaluated again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from comity.change.cone import cone_of
from comity.change.diff import diff_instruments, diff_rules
from comity.law.corpus import Corpus
from comity.law.patches import PatchInfo

__all__ = ["differs_from", "reach"]


def reach(corpus: Corpus, known_at: date, patches: Sequence[PatchInfo]) -> set[str]:
    """The rules that some patches change, or that refer to such rules, or whose penalties or enforcement they change."""
    found: set[str] = set()
    for day in _days(corpus, known_at, patches):
        old, new = corpus.at(day, known_at), corpus.at(day, known_at, tuple(patches))
        cone = cone_of(old, new)
        found |= cone.touched.keys()
        found |= {rule.id for each in diff_rules(old, new, cone) for rule in (each.before, each.after) if rule}
        around = {each.id for each in diff_instruments(old, new, cone) if each.penalties or each.enforcement}
        found |= {rule.id for law in (old, new) for rule in law.rules.values() if rule.instrument in around}
    return found


def differs_from(corpus: Corpus, known_at: date, patches: Sequence[PatchInfo]) -> dict[str, date]:
    """The rules whose conditions differ with the patches, each with the first day whose law differs."""
    found: dict[str, date] = {}
    for day in _days(corpus, known_at, patches):
        for rule in cone_of(corpus.at(day, known_at), corpus.at(day, known_at, tuple(patches))).touched:
            found.setdefault(rule, day)
    return found


def _days(corpus: Corpus, known_at: date, patches: Sequence[PatchInfo]) -> list[date]:
    """The days on which the law changes, from the first on which one of the patches is in force."""
    first = min(patch.in_force for patch in patches)
    return sorted({first, *(day for day in corpus.changes(known_at, tuple(patches)) if day >= first)})
