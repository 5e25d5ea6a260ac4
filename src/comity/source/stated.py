"""A document as plain data that reads back as the same document: what is written plain stays plain, texts stay texts."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from comity.source.yaml12 import Map, Node, Scalar, Seq

__all__ = ["as_stated"]

_NUMBER = re.compile(r"[+-]?(0|[1-9][\d_]*)(\.[\d_]+)?([eE][+-]?\d+)?")


def as_stated(node: Node) -> Any:
    """The document for JSON. Dates and codes become texts, which read the same."""
    if isinstance(node, Map):
        return {key: as_stated(value) for key, value in node.entries.items()}
    if isinstance(node, Seq):
        return [as_stated(item) for item in node.items]
    return _scalar(node) if isinstance(node, Scalar) else None


def _scalar(node: Scalar) -> Any:
    if node.is_null:
        return None
    if node.quoted:
        return node.text
    word = node.text.strip()
    if word in ("true", "True", "TRUE", "false", "False", "FALSE"):
        return word.lower() == "true"
    if not _NUMBER.fullmatch(word):
        return node.text
    exact = Fraction(word.replace("_", ""))
    if exact.denominator == 1:
        # A number with an exponent is kept short where that is exact.
        short = float(exact) if abs(exact) < 10**300 else 0.0
        return short if "e" in word.lower() and Fraction(repr(short)) == exact else int(exact)
    return float(exact) if Fraction(repr(float(exact))) == exact else node.text
