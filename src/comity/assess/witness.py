"""A completion as a profile that `comity assess` reads, and its proof: the profile evaluated."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from comity.assess.context import contexts_of, derive
from comity.assess.ground import Ground
from comity.assess.profile import subject_of
from comity.errors import FaultyInput
from comity.law.corpus import Corpus
from comity.law.model import Fact
from comity.logic.proof import evaluate
from comity.logic.solver import Unknown
from comity.logic.values import NONE, CodeSet, Value
from comity.source.yaml12 import Map, parse

__all__ = ["Example", "example"]

_MOST_TRIES = 60
Facts = dict[tuple[str, str], str]
"""(kind of record, fact) → the value as it is written."""


@dataclass(frozen=True, slots=True)
class Example:
    """A subject as a profile, on a date. `assumes` is what no profile can state; `verified`: it was evaluated."""

    on: date
    profile: str
    readings: tuple[tuple[str, bool], ...]
    assumes: tuple[str, ...]
    verified: bool


def _number(value: int | Fraction) -> str:
    """A number exactly, in digits; a fraction that has no such form as near as forty digits come."""
    if isinstance(value, int) or value.denominator == 1:
        whole = int(value)
        text = str(whole)
        zeros = len(text) - len(text.rstrip("0"))
        return f"{text[:-zeros]}e{zeros}" if zeros > 6 else text
    scaled = value * 10**40
    digits = str(abs(int(scaled))).rjust(41, "0")
    return f"{'-' if value < 0 else ''}{digits[:-40]}.{digits[-40:].rstrip('0') or '0'}"


def written(fact: Fact, value: Value) -> str:
    """A value as a profile has it."""
    if value is NONE:
        return "false" if fact.codes is not None and "none" in fact.codes else "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, CodeSet):
        return f"[{', '.join(sorted(value.has))}]" if value.has else "none"
    if fact.type in ("date", "instant") and isinstance(value, int):
        return date.fromordinal(value).isoformat()
    if isinstance(value, int | Fraction):
        return _number(value)
    return str(value)


def _facts(corpus: Corpus, values: Mapping[Unknown, Value]) -> Facts:
    found: Facts = {}
    markets: dict[tuple[str, str], dict[str, str]] = {}
    for unknown, value in sorted(values.items()):
        if unknown.form != "fact":
            continue
        name, _, market = unknown.name.partition("@")
        text = written(corpus.vocabulary.facts[name], value)
        if market:
            markets.setdefault((unknown.kind, name), {})[market] = text
        else:
            found[unknown.kind, name] = text
    for key, by in markets.items():
        found[key] = "{" + ", ".join(f"{code}: {text}" for code, text in by.items()) + "}"
    return found


def _profile(facts: Facts, full: bool) -> str:
    """The facts as a profile, record by record; with `full`, records without a fact too."""
    kinds = {kind for kind, _ in facts}
    if full:
        kinds = {"actor", "model", "system", "use", "incident"}
    if "use" in kinds:
        kinds.add("system")
    lines = ["profile: witness"]

    def listed(kind: str, indent: str) -> list[str]:
        return [f"{indent}{name}: {text}" for (of, name), text in facts.items() if of == kind]

    if "actor" in kinds and listed("actor", ""):
        lines += ["actor:", *listed("actor", "  ")]
    if "model" in kinds:
        lines += ["models:", "  - id: model", *listed("model", "    ")]
    if "system" in kinds:
        lines += ["systems:", "  - id: system"]
        lines += ["    built_on: model"] if "model" in kinds else []
        lines += listed("system", "    ")
        lines += ["    uses:", "      - id: use", *listed("use", "        ")] if "use" in kinds else []
    if "incident" in kinds:
        about = [kind for kind in ("system", "model") if kind in kinds]
        lines += ["incidents:", "  - id: incident"]
        lines += [f"    about: [{', '.join(about)}]"] if about else []
        lines += listed("incident", "    ")
    return "\n".join(lines) + "\n"


def example(ground: Ground, *asked: tuple[str, bool]) -> Example | None:
    """A subject of which all that is asked holds, with as few facts as show it; None where none was found.

    Facts are left out as long as the profile, read and evaluated, still gives what was asked.
    """
    found = ground.witness(*asked)
    if found is None:
        return None
    readings = {each.name: value is True for each, value in found.values.items() if each.form == "reading"}
    assumes = tuple(_assumed(each, value) for each, value in sorted(found.values.items()) if _told(each, value))
    facts = _facts(ground.corpus, found.values)

    def holds(chosen: Facts, full: bool, read: dict[str, bool] = readings) -> bool:
        return _holds(ground, _profile(chosen, full), read, asked)

    full = not holds(facts, False)
    verified = not full or holds(facts, True)
    if verified:
        facts, assumes = _fewest(facts, lambda chosen: holds(chosen, full)), ()
        for name in list(readings):
            less = {each: value for each, value in readings.items() if each != name}
            readings = less if holds(facts, full, less) else readings
    return Example(ground.on, _profile(facts, full), tuple(sorted(readings.items())), assumes, verified)


def _told(unknown: Unknown, value: Value) -> bool:
    return unknown.form not in ("fact", "reading") and not (unknown.form == "more" and value is False)


def _assumed(unknown: Unknown, value: Value) -> str:
    match unknown.form:
        case "event":
            day = date.fromordinal(value).isoformat() if isinstance(value, int) and value is not True else "never"
            return f"{unknown.of}: {unknown.name} on {day}" if day != "never" else f"{unknown.of}: no {unknown.name}"
        case "within":
            return f"{unknown.name} {'lies' if value else 'does not lie'} in {unknown.of}"
        case "party":
            return f"{unknown.name} {'is' if value else 'is not'} bound by {unknown.of}"
        case _:
            return f"there is another {unknown.of} of which {unknown.name} holds"


def _fewest(facts: Facts, holds: Callable[[Facts], bool]) -> Facts:
    """Facts without those that can be left out, as far as so many tries show."""
    tries, size = 0, max(1, len(facts) // 2)
    while tries < _MOST_TRIES:
        keys = list(facts)
        for start in range(0, len(keys), size):
            less = {key: text for key, text in facts.items() if key not in keys[start : start + size]}
            tries += 1
            if holds(less):
                facts = less
            if tries >= _MOST_TRIES:
                break
        if size == 1:
            break
        size = max(1, size // 2)
    return facts


def _holds(ground: Ground, text: str, readings: dict[str, bool], asked: Sequence[tuple[str, bool]]) -> bool:
    """Whether the profile, read as any other, gives what was asked."""
    document = parse(text, "witness")
    if not isinstance(document, Map):
        return False
    try:
        subject = subject_of(document, ground.corpus)
        derived = derive(ground.corpus, subject, ground.on)
    except FaultyInput:
        return False
    kinds = {ground.program.rule(rule).kind for rule, _ in asked}
    if any(not subject.records[kind] for kind in kinds):
        return False
    contexts = contexts_of(ground.corpus, subject, ground.on, ground.on, derived, readings)
    run = evaluate(ground.program, subject.graph(), dict(contexts))
    return all(run.value(rule, 0) is value for rule, value in asked)
