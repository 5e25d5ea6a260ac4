"""Expressions of law files: checked in place, with faults at the right line and column."""

from __future__ import annotations

from collections.abc import Callable

from comity.errors import Faults, Pos
from comity.logic import ir
from comity.logic.check import Symbols, check
from comity.logic.syntax import ExpressionError
from comity.source import scalars
from comity.source.yaml12 import Node, Scalar

__all__ = ["checked"]


def _no_lift(kind: str, node: ir.Node) -> str:
    raise ExpressionError("expression.any", 0, "any() cannot be used here", f"state a fact of the {kind} instead")


def checked(
    node: Node, symbols: Symbols, kind: str, faults: Faults, lift: Callable[[str, ir.Node], str] = _no_lift
) -> ir.Node | None:
    """The typed IR of the expression in a scalar, or None after adding the fault."""
    text = scalars.text(node, faults)
    if text is None:
        return None

    def lifted(other: str, body: ir.Node) -> str:
        if other == kind:
            mend = f"leave any() out where this {kind} is meant; make a rule about the actor where every {kind} is"
            raise ExpressionError("expression.any", 0, f"any({kind}: …) in a rule about {kind}", mend)
        return lift(other, body)

    try:
        return check(text, symbols, kind, lifted)
    except ExpressionError as error:
        faults.add(error.code, _place(node, text, error.offset), error.message, error.mend, path=node.path)
        return None


def _place(node: Node, text: str, offset: int) -> Pos:
    pos = node.pos
    if isinstance(node, Scalar) and "\n" not in text and not node.quoted:
        return Pos(pos.file, pos.line, pos.column + offset)
    if isinstance(node, Scalar) and node.quoted and "\n" not in text:
        return Pos(pos.file, pos.line, pos.column + offset + 1)
    return pos
