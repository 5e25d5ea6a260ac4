"""The records of the law: facts, instruments, rules, clocks, penalties, patches. Plain and frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from comity.law.participation import Entry
from comity.logic.ir import Node as LogicNode

__all__ = [
    "Bridge",
    "Checked",
    "Clock",
    "Constraint",
    "Dated",
    "Element",
    "Enforcement",
    "Event",
    "Fact",
    "Group",
    "Instrument",
    "Param",
    "Penalty",
    "Provision",
    "ReadingInfo",
    "Rule",
    "ValueCase",
]


@dataclass(frozen=True, slots=True)
class Fact:
    """One question about a record, with one meaning (see docs/reference/law-files.md, "Facts")."""

    name: str
    kind: str
    type: str
    ask: str
    basis: str
    unit: str | None = None
    codes: dict[str, str] | None = None
    help: str | None = None
    at: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    minimum: int | Fraction | None = None
    none_is: int | Fraction | None = None
    event: bool = False
    per_market: bool = False
    file: str = ""
    shapes: dict[str, str] = field(default_factory=dict[str, str])
    """Where one name means two things in two laws: the fact that a value of another shape states."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """If `when` is definitely true, then the literal holds: applied to the facts before any rule is evaluated.

    With `stated`, only where that fact was given a value: to state a figure is to say that it is known.
    """

    name: str
    when: LogicNode
    kind: str
    fact: str
    code: str | None
    holds: bool
    at: str
    stated: str | None = None


@dataclass(frozen=True, slots=True)
class Bridge:
    """Fills a number that was not stated from others: equal to, at least, or at most their sum."""

    name: str
    fill: str
    relation: str
    terms: tuple[str, ...]
    when: LogicNode | None
    kind: str
    at: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """Carve-outs that a user may close together with `none_of`."""

    name: str
    facts: tuple[str, ...]
    title: str


@dataclass(frozen=True, slots=True)
class Checked:
    """When a source was read, and against what: primary, official_summary, secondary or memory."""

    date: date
    against: str


@dataclass(frozen=True, slots=True)
class Event:
    """A dated fact of the public record."""

    date: date
    event: str
    at: str | None = None


@dataclass(frozen=True, slots=True)
class Param:
    """A named threshold, period or amount with its unit and pinpoint; a date for timeline entries."""

    name: str
    value: int | Fraction | date
    unit: str | None
    at: str


@dataclass(frozen=True, slots=True)
class Dated:
    """Dates between which something holds."""

    start: date | None
    end: date | None


@dataclass(frozen=True, slots=True)
class ReadingInfo:
    """A dispute about what the law means: a question with two answers."""

    name: str
    title: str
    true_means: str
    false_means: str
    at: str


@dataclass(frozen=True, slots=True)
class Enforcement:
    """A state of enforcement of some rules over some dates; never a property of the duty itself.

    `unsure_from` is set where it ends on a day that is not known: from then on nobody can tell.
    """

    state: str
    governs: tuple[str, ...]
    start: date | None
    end: date | None
    at: str
    note: str | None
    unsure_from: date | None = None


@dataclass(frozen=True, slots=True)
class Penalty:
    """What a breach can cost: an amount that computes from facts of the actor."""

    name: str
    rules: tuple[str, ...]
    addressee: str | None
    at: str
    authority: str | None
    start: date | None
    fixed: Param | None
    share: Param | None
    share_of: str | None
    take: str
    note: str | None
    exceptions: tuple[PenaltyException, ...] = ()
    least: Param | None = None


@dataclass(frozen=True, slots=True)
class PenaltyException:
    """A class of actors for whom the amount is taken otherwise (for SMEs the lower of the two)."""

    when: str
    take: str
    at: str


@dataclass(frozen=True, slots=True)
class Provision:
    """An entry of the catalogue of provisions: encoded, or why not."""

    at: str
    subject: str
    state: str
    because: str | None


@dataclass(frozen=True, slots=True)
class Clock:
    """A time limit: `within` a period from an `anchor`, or `by` a day of the timeline; `done` by a fact of performance."""

    kind: str
    within: Param | None
    anchor: tuple[str, ...]
    take: str
    done: str | None
    calendar: str | None
    roll: str
    roll_at: str | None
    note: str | None
    zone: str | None = None
    by: Param | None = None


@dataclass(frozen=True, slots=True)
class Element:
    """What a duty is made of: a name of the element catalogue with parameters."""

    name: str
    parameters: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ValueCase:
    """One guarded case of a value rule: the helper rule that guards it, and the parameter it gives."""

    guard: str
    then: Param


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of an instrument in one version of the law; `node` says when it holds."""

    id: str
    name: str
    instrument: str
    kind: str
    per: str
    title: str
    at: tuple[str, ...]
    node: LogicNode
    applies: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    certainty: str = "settled"
    note: str | None = None
    helper: bool = False
    addressee: tuple[str, ...] = ()
    modality: str | None = None
    what: str | None = None
    phase: str | None = None
    recipient: str | None = None
    clocks: tuple[Clock, ...] = ()
    elements: tuple[Element, ...] = ()
    evidence: tuple[str, ...] = ()
    effect: str | None = None
    of: tuple[str, ...] = ()
    fails: str | None = None
    because: str | None = None
    acts_on: tuple[str, ...] = ()
    cases: tuple[ValueCase, ...] = ()
    otherwise: Param | None = None
    suspended: Dated | None = None
    amended_by: str | None = None
    file: str = ""
    line: int = 0


_MAKING = frozenset({"adopted", "published", "signed", "issued", "approved", "enacted"})


@dataclass(frozen=True, slots=True)
class Instrument:
    """An instrument in one version, with its rules."""

    id: str
    title: str
    short: str
    jurisdiction: str
    kind: str
    force: str
    cite: str
    url: str
    checked: Checked
    known_to: date
    native_title: str | None = None
    aliases: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()
    timeline: dict[str, Param] = field(default_factory=dict[str, Param])
    parameters: dict[str, Param] = field(default_factory=dict[str, Param])
    readings: dict[str, ReadingInfo] = field(default_factory=dict[str, ReadingInfo])
    enforcement: tuple[Enforcement, ...] = ()
    penalties: tuple[Penalty, ...] = ()
    provisions: tuple[Provision, ...] = ()
    rules: dict[str, Rule] = field(default_factory=dict[str, Rule])
    patches: tuple[str, ...] = ()
    file: str = ""

    def known_by(self, day: date) -> bool:
        """Whether the instrument had been adopted or published by then; a proposal is no law yet.

        What came before the making (a call, an interim report) does not make it known; where no making is on record, the
        first event other than a proposal counts.
        """
        made = [event.date for event in self.events if event.event in _MAKING]
        days = made or [event.date for event in self.events if event.event != "proposed"]
        return not days or min(days) <= day

    computed: dict[str, Entry] = field(default_factory=dict[str, Entry])
