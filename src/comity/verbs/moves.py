"""Two answers to the same question side by side, finding by finding: what is gained, lost, moved or otherwise changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from comity.verbs.record import Json

__all__ = ["MOVES", "compare_findings", "counts_of"]

MOVES = ("gained", "lost", "sooner", "later", "opened", "settled", "changed")
"""How a finding can move: now asked, no longer asked, from an earlier or later day, no longer or newly certain, else."""

_COMPARED = (
    "status", "value", "from", "until", "possible_from", "due", "certainty", "in_force", "modality", "at", "title", "what",
)  # fmt: skip
_LISTS = ("penalty", "clocks", "enforcement", "presumed", "unless", "missing")
_ASKED = ("applies", "upcoming", "disputed")
_ALONE = ("status", "value", "from", "due", "penalty")


def _key(finding: Json) -> tuple[str, str, str]:
    about = finding["about"]
    return finding["id"], about["artefact"] or "", about["instance"] or ""


def compare_findings(before: Sequence[Json], after: Sequence[Json]) -> list[Json]:
    """The findings that differ: about the same rule and record, with the fields that differ on both sides."""
    old, new = ({_key(each): each for each in found} for found in (before, after))
    found: list[Json] = []
    for key in dict.fromkeys((*new, *old)):
        left, right = old.get(key), new.get(key)
        one = right or left
        if one is None or one["helper"]:
            continue
        fields = [name for name in (*_COMPARED, *_LISTS) if _of(left, name) != _of(right, name)]
        if left is None or right is None:
            # A rule that one version does not have asks nothing of anybody there.
            fields = [name for name in fields if name in _ALONE] if _status(left) != _status(right) else []
        if fields:
            found.append(
                {
                    "id": one["id"],
                    "about": one["about"],
                    "instrument": one["instrument"],
                    "kind": one["kind"],
                    "at": one["at"],
                    "title": one["title"],
                    "addressee": one["addressee"],
                    "move": _move(left, right),
                    "fields": [{"field": n, "before": _of(left, n), "after": _of(right, n)} for n in fields],
                }
            )
    return sorted(found, key=lambda each: MOVES.index(each["move"]))


def _of(finding: Json | None, name: str) -> object:
    if name == "status":
        return _status(finding)
    return None if finding is None else finding.get(name)


def _status(finding: Json | None) -> str:
    return "not_applicable" if finding is None else finding["status"]


def _move(before: Json | None, after: Json | None) -> str:
    old, new = _status(before), _status(after)
    if (old == "open") != (new == "open"):
        return "opened" if new == "open" else "settled"
    if (old in _ASKED) != (new in _ASKED):
        return "gained" if new in _ASKED else "lost"
    if old in _ASKED and before is not None and after is not None:
        start, later = before["from"], after["from"]
        if start and later and start != later:
            return "later" if later > start else "sooner"
    return "changed"


def counts_of(changes: Iterable[Json]) -> dict[str, int]:
    """How many findings move in each way."""
    counted = Counter(each["move"] for each in changes)
    return {move: counted[move] for move in MOVES}
