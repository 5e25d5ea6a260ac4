"""Which rules a patch touches, in any version of the law that is in force from then on: only these are evaluated again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from comity.change.cone import cone_of
from comity.change.diff import diff_instruments, diff_rules
from comity.law.corpus import Corpus
from comity.law.patches import PatchInfo

__all__ = ["reach"]


def reach(corpus: Corpus, known_at: date, patches: Sequence[PatchInfo]) -> set[str]:
    """The rules that some patches change, or that refer to such rules, or whose penalties or enforcement they change."""
    first = min(patch.in_force for patch in patches)
    days = {first, *(day for day in corpus.changes(known_at, tuple(patches)) if day >= first)}
    found: set[str] = set()
    for day in sorted(days):
        old, new = corpus.at(day, known_at), corpus.at(day, known_at, tuple(patches))
        cone = cone_of(old, new)
        found |= cone.touched.keys()
        found |= {rule.id for each in diff_rules(old, new, cone) for rule in (each.before, each.after) if rule}
        around = {each.id for each in diff_instruments(old, new, cone) if each.penalties or each.enforcement}
        found |= {rule.id for law in (old, new) for rule in law.rules.values() if rule.instrument in around}
    return found
