"""Which of two conditions holds more often, told by comparing them part by part: a proof that needs no solver."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from comity.logic import ir

__all__ = ["NARROWER", "SAME", "WIDER", "flipped", "joined", "order"]

SAME, NARROWER, WIDER = "same", "narrower", "wider"

Compare = Callable[[str, str], "str | None"]
"""How a rule of the old law compares with one of the new."""


def flipped(found: str | None) -> str | None:
    return {NARROWER: WIDER, WIDER: NARROWER}.get(found, found) if found is not None else None


def joined(found: Iterable[str | None]) -> str | None:
    """The direction of several changes that all push the same way; None where they do not, or one is not known."""
    words = set(found) - {SAME}
    if not words:
        return SAME
    return words.pop() if len(words) == 1 else None


def order(old: ir.Node, new: ir.Node, number: Callable[[ir.Node], int], rules: Compare) -> str | None:
    """Whether the new condition is the same, narrower (holds in no other case), wider, or None: not told.

    `number` gives equal numbers to nodes whose text means the same; `rules` compares rules they refer to.
    """
    old, new = _bare(old), _bare(new)
    match old, new:
        case (ir.AllOf(left), ir.AllOf(right)):
            return _lists(left, right, number, rules, NARROWER)
        case (ir.AllOf(left), _):
            return _lists(left, (new,), number, rules, NARROWER)
        case (_, ir.AllOf(right)):
            return _lists((old,), right, number, rules, NARROWER)
        case (ir.AnyOf(left), ir.AnyOf(right)):
            return _lists(left, right, number, rules, WIDER)
        case (ir.AnyOf(left), _):
            return _lists(left, (new,), number, rules, WIDER)
        case (_, ir.AnyOf(right)):
            return _lists((old,), right, number, rules, WIDER)
        case (ir.Negation(left), ir.Negation(right)):
            return flipped(order(left, right, number, rules))
        case (ir.Claim(left, _), ir.Claim(right, _)):
            return order(left, right, number, rules)
        case (ir.RuleRef(left), ir.RuleRef(right)):
            return rules(left, right)
        case (ir.Exists(kind, left), ir.Exists(other, right)) if kind == other:
            return rules(left, right)
        case (ir.Constant(left), ir.Constant(right)):
            return SAME if left == right else WIDER if right else NARROWER
        case (ir.Constant(left), _):
            return NARROWER if left else WIDER
        case (_, ir.Constant(right)):
            return WIDER if right else NARROWER
        case (ir.AtomRef(left), ir.AtomRef(right)):
            return _atoms(left, right)
        case _:
            return None


def _bare(node: ir.Node) -> ir.Node:
    while isinstance(node, ir.Label) or (isinstance(node, ir.AllOf | ir.AnyOf) and len(node.parts) == 1):
        node = node.part if isinstance(node, ir.Label) else node.parts[0]
    return node


def _lists(
    left: Sequence[ir.Node], right: Sequence[ir.Node], number: Callable[[ir.Node], int], rules: Compare, more: str
) -> str | None:
    """Parts of AND (`more` parts make it narrower) or OR (wider)."""
    olds, news = ({number(_bare(part)): part for part in parts} for parts in (left, right))
    gone = [part for key, part in olds.items() if key not in news]
    came = [part for key, part in news.items() if key not in olds]
    # A part that refers to a rule that differs has the same text and must be compared all the same.
    found = [order(part, news[key], number, rules) for key, part in olds.items() if key in news]
    if not gone or not came:
        return joined([*found, *([more] if came else []), *([flipped(more)] if gone else [])])
    if len(gone) != len(came):
        return None
    return joined([*found, *(order(a, b, number, rules) for a, b in zip(gone, came, strict=True))])


def _atoms(old: ir.Atom, new: ir.Atom) -> str | None:
    if old == new:
        return SAME
    match old, new:
        case (ir.Gate(_, before, ceases), ir.Gate(_, after, other)) if ceases == other:
            if before == after:
                return SAME
            return NARROWER if (after > before) != ceases else WIDER
        case (ir.Linear(terms, op, bound), ir.Linear(others, op2, bound2)) if terms == others:
            return _bounds(op, bound, op2, bound2)
        case (ir.Dates(left, op, right), ir.Dates(left2, op2, right2)) if left == left2 and _fixed(right, right2):
            return _bounds(op, right.day or 0, op2, right2.day or 0)
        case (ir.Code(fact, codes), ir.Code(other, codes2)) if fact == other:
            return _sets(set(codes), set(codes2))
        case (ir.Has(fact, codes), ir.Has(other, codes2)) if fact == other:
            return _sets(set(codes), set(codes2))
        case _:
            return None


def _fixed(left: ir.DateTerm, right: ir.DateTerm) -> bool:
    return left.day is not None and right.day is not None and (left.months, left.days) == (right.months, right.days)


def _sets(old: set[str], new: set[str]) -> str | None:
    return SAME if old == new else WIDER if old < new else NARROWER if new < old else None


def _bounds(op: str, bound: object, op2: str, bound2: object) -> str | None:
    """x OP bound, where only the bound or its being included differ."""
    old, new = (_end(op, bound), _end(op2, bound2))
    if old is None or new is None or op[0] != op2[0]:
        return SAME if (op, bound) == (op2, bound2) else None
    if old == new:
        return SAME
    return (NARROWER if new > old else WIDER) if op[0] == ">" else (WIDER if new > old else NARROWER)  # pyright: ignore[reportOperatorIssue]


def _end(op: str, bound: object) -> tuple[object, int] | None:
    """An end as a pair that sorts: for > the excluded bound stands after the included one, for < before it."""
    if op not in (">", ">=", "<", "<="):
        return None
    return bound, {">": 1, ">=": 0, "<": 0, "<=": 1}[op]
