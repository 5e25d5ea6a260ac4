"""Figures of agreement: shares with intervals, kappa, and how alike two sets are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import sqrt
from random import Random

Z = 1.959963984540054
ROUNDS = 2000


def wilson(hits: int, total: int) -> tuple[float, float]:
    """The 95 % interval of Wilson for a share."""
    if not total:
        return 0.0, 1.0
    share, square = hits / total, Z * Z
    middle = share + square / (2 * total)
    spread = Z * sqrt(share * (1 - share) / total + square / (4 * total * total))
    low, high = (middle - spread) / (1 + square / total), (middle + spread) / (1 + square / total)
    return (0.0 if hits == 0 else max(0.0, low)), (1.0 if hits == total else min(1.0, high))


def kappa(pairs: Counter[tuple[str, str]]) -> float | None:
    """Cohen's kappa from counts of (first coder, second coder); None where chance alone would give full agreement."""
    total = sum(pairs.values())
    if not total:
        return None
    first: Counter[str] = Counter()
    second: Counter[str] = Counter()
    for (one, other), count in pairs.items():
        first[one] += count
        second[other] += count
    chance = sum(first[each] * second[each] for each in first) / (total * total)
    seen = sum(count for (one, other), count in pairs.items() if one == other) / total
    return None if chance >= 1 else (seen - chance) / (1 - chance)


def jaccard(one: Sequence[str], other: Sequence[str]) -> float:
    """What two sets share of what they hold together; two empty sets are alike."""
    a, b = set(one), set(other)
    return len(a & b) / len(a | b) if a | b else 1.0


def clustered(groups: Sequence[tuple[int, int]]) -> tuple[float, float]:
    """The 95 % interval of a pooled share (hits, total) when whole groups are drawn again; the same in every run."""
    drawn = Random(20261122)  # noqa: S311  no secret hangs on it
    shares: list[float] = []
    for _ in range(ROUNDS if groups else 0):
        again = [groups[drawn.randrange(len(groups))] for _ in groups]
        total = sum(each for _, each in again)
        if total:
            shares.append(sum(hits for hits, _ in again) / total)
    shares.sort()
    return (shares[int(0.025 * len(shares))], shares[int(0.975 * len(shares))]) if shares else (0.0, 1.0)
