"""The steps of a proof in words: what was asked, what came out, on what it turns, and for which facts it waits."""

from __future__ import annotations

from dataclasses import dataclass

from comity.verbs.words import truth

__all__ = ["FactUsed", "Step", "deciding", "facts_open", "outcome"]

_AGAINST = ("exception", "rebuttal", "transition")


@dataclass(frozen=True, slots=True)
class FactUsed:
    """A fact a step rests on: its value in words, and where that comes from."""

    fact: str
    label: str
    kind: str
    record: str
    value: str
    stated: bool
    basis: str
    ask: str
    by: str | None = None
    on: str | None = None
    stated_basis: str | None = None
    closed_by: str | None = None
    derived_by: str | None = None
    derived_at: str | None = None
    derived_note: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a proof.

    `value` is the answer to `text`; `counts` what it gives to the step above: the opposite where `negated`.
    `join` says how the parts give the value: all, any, or nothing for a leaf.
    """

    role: str
    text: str
    value: bool | None
    counts: bool | None
    negated: bool = False
    join: str | None = None
    rule: str | None = None
    title: str | None = None
    at: str | None = None
    record: str | None = None
    facts: tuple[FactUsed, ...] = ()
    note: str | None = None
    if_true: str | None = None
    if_false: str | None = None
    parts: tuple[Step, ...] = ()


def deciding(step: Step) -> tuple[tuple[Step, ...], int]:
    """The parts on which a step's value turns, and how many others there are.

    One alternative that holds is enough, and so is one condition that fails; while a step is open, its open parts
    and the conditions that hold already tell how far it is.
    """
    if step.join is None or not step.parts:
        return (), 0
    if step.role == "cases":
        # Each open part alone decides nothing; together, whatever they are, they do.
        return step.parts, 0
    shown = step.parts
    if step.join == "any" and step.value is not False:
        shown = tuple(part for part in step.parts if part.counts is step.value)
    elif step.join == "all" and step.value is False:
        shown = tuple(part for part in step.parts if part.counts is False)
    # A claim that nobody made is false though its parts are open: they decide nothing.
    return shown, len(step.parts) - len(shown)


def outcome(step: Step) -> str:
    """What came of a step, in the words of its role."""
    if step.role in _AGAINST and step.negated:
        return {True: "met", False: "not met", None: "open"}[step.value]
    return truth(step.value)


def facts_open(proof: Step) -> list[FactUsed]:
    """The facts for which a proof waits, each once. Open parts of a settled step do not matter."""
    found: dict[tuple[str, str], FactUsed] = {}
    seen: set[int] = set()
    stack = [proof]
    while stack:
        step = stack.pop()
        if step.counts is not None or id(step) in seen:
            continue
        seen.add(id(step))
        for used in step.facts:
            found.setdefault((used.fact, used.record), used)
        stack += reversed(step.parts)
    return list(found.values())
