"""An interview: from what is stated so far to the question that leaves the fewest others to ask.

Pure: a `Standing` is made of a subject and of what is not to be asked again, and says what is open and what to ask.
Nothing is settled before every exception that could turn it has been asked about (`comity.assess.strict`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from comity.assess.evaluate import Dates
from comity.assess.ordering import best
from comity.assess.residual import Key, Residual, Target, residual
from comity.assess.strict import Strict, StrictLaw
from comity.assess.subject import Subject
from comity.law.corpus import Corpus
from comity.law.model import Fact, Group
from comity.law.patches import PatchInfo

if TYPE_CHECKING:
    from comity.assess.exact import Exact

__all__ = ["Answer", "Interview", "Prompt", "Standing"]

_FEW = 3
"""From so many facts in play on, a group of exceptions is closed or opened by one question."""

Answer = tuple[str, int]
"""A rule about a record: what an interview settles."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question: about a fact of a record, or whether anything of a group of exceptions is so."""

    fact: Fact | None
    group: Group | None
    kind: str
    record: int
    opens: tuple[Target, ...]

    @property
    def late(self) -> bool:
        return self.fact is not None and self.fact.basis == "judgement"


@dataclass
class Interview:
    """What stays the same over an interview. With `exact`, z3 drops questions that cannot matter."""

    corpus: Corpus
    dates: Dates
    focus: Callable[[Subject], frozenset[str]]
    patches: tuple[PatchInfo, ...] = ()
    exact: bool = False
    strict: StrictLaw = field(default_factory=StrictLaw)

    def standing(
        self,
        subject: Subject,
        skipped: frozenset[Key] = frozenset(),
        opened: frozenset[str] = frozenset(),
    ) -> Standing:
        """Where the interview stands. Raises FaultyInput where the facts contradict each other.

        `skipped` facts are left for another time; the groups of `opened` are asked about fact by fact.
        """
        focus = self.focus(subject)
        evaluation = Strict(self.corpus, subject, self.dates, self.patches, strict=self.strict, instruments=focus)
        return Standing(self, evaluation, skipped, opened)


@dataclass
class Standing:
    """What is open, what settled, and what to ask next."""

    interview: Interview
    evaluation: Strict
    skipped: frozenset[Key]
    opened: frozenset[str]
    idle: set[Key] = field(default_factory=set[Key])
    """Seen not to matter. When more is stated about the same records they still cannot."""

    @cached_property
    def answers(self) -> dict[Answer, str]:
        """The status of every duty and prohibition of the markets asked about."""
        return {answer: course[0] for answer, course in self._courses.items()}

    @cached_property
    def _courses(self) -> dict[Answer, tuple[str, Target]]:
        evaluation = self.evaluation
        found: dict[Answer, tuple[str, Target]] = {}
        for law, part in evaluation.parts:
            if evaluation.instruments.isdisjoint(part.instruments):
                continue
            for rule in part.rules.values():
                if rule.kind not in ("duty", "prohibition") or rule.instrument not in evaluation.instruments:
                    continue
                if not law.instruments[rule.instrument].known_by(evaluation.dates.known_at):
                    continue
                for record in range(len(evaluation.subject.records[rule.per])):
                    if (rule.id, record) not in found:
                        status, on = evaluation.course(rule.id, record)
                        found[rule.id, record] = status, Target(rule.id, record, on)
        return found

    def _blocked(self, key: Key) -> bool:
        name, kind, record = key
        return key in self.skipped or name in self.evaluation.subject.records[kind][record].facts

    @cached_property
    def residual(self) -> Residual:
        """The open part of the law, over the facts that can be asked."""
        return self._residual()

    def _residual(self) -> Residual:
        facts = self.evaluation.corpus.vocabulary.facts
        open_ones = [target for status, target in self._courses.values() if status == "open"]
        there = [t for t in open_ones if t.rule in self.evaluation.law(t.on).rules]
        return residual(
            self.evaluation,
            there,
            lambda key: key in self.idle or self._blocked(key),
            lambda name: facts[name].basis == "judgement",
        )

    @property
    def waiting(self) -> int:
        """How many duties and prohibitions an answer can still settle."""
        return len(self.residual.open)

    @cached_property
    def prompt(self) -> Prompt | None:
        """The question to put next; None where no answer could settle anything."""
        found = self.residual
        while (number := best(found.puzzle)) is not None:
            key = found.keys[number]
            if self._matters(key, found):
                return self._asked(key, found)
            self.idle.add(key)
            found = self._residual()
        return None

    def _asked(self, key: Key, found: Residual) -> Prompt:
        vocabulary = self.evaluation.corpus.vocabulary
        for group in vocabulary.groups.values():
            if group.name in self.opened or key[0] not in group.facts:
                continue
            members = [each for each in found.waiting if each[0] in group.facts]
            if len(members) >= _FEW:
                opens = dict.fromkeys(target for each in members for target in found.waiting[each])
                return Prompt(None, group, key[1], key[2], tuple(opens))
        return Prompt(vocabulary.facts[key[0]], None, key[1], key[2], found.waiting.get(key, ()))

    @cached_property
    def _exact(self) -> Exact | None:
        if not self.interview.exact:
            return None
        from comity.assess.exact import Exact

        return Exact(self.evaluation)

    def _matters(self, key: Key, found: Residual) -> bool:
        """Whether some completion of the open facts hangs on this one; taken to be so where no solver is asked."""
        exact = self._exact
        if exact is None:
            return True
        name, kind, record = key
        return any(
            exact.solver(target.rule, target.on).matters(
                target.rule,
                target.record,
                lambda each: (
                    each.form == "fact"
                    and (each.name.partition("@")[0], each.kind, each.record) == (name, kind, record)
                ),
            )
            for target in found.waiting.get(key, ())
        )
