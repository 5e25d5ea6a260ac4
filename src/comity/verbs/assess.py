"""assess: what is asked of the subject of a profile, in every market, on a date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from comity._version import __version__
from comity.assess.evaluate import Dates, Evaluation
from comity.assess.findings import Finding, findings
from comity.assess.questions import Question, questions
from comity.assess.subject import Subject
from comity.errors import UsageFault
from comity.law.corpus import Corpus
from comity.law.coverage import AREAS, AreaCoverage, Coverage
from comity.law.patches import PatchInfo
from comity.logic.kinds import KINDS
from comity.logic.values import CodeSet
from comity.source.near import did_you_mean

if TYPE_CHECKING:
    from comity.assess.exact import Exact

__all__ = ["Assessment", "assess", "focus_of", "markets_asked"]


@dataclass(frozen=True, slots=True)
class MarketCoverage:
    """What the corpus covers of one market asked: its own law and that of the jurisdictions it lies in.

    `named` is False for a jurisdiction that neither the question nor the profile names: it is assessed all the same.
    """

    market: str
    name: str
    instruments: tuple[str, ...]
    coverage: tuple[Coverage, ...]
    not_known_then: tuple[str, ...] = ()
    named: bool = True


@dataclass(frozen=True)
class Assessment:
    """All findings for a profile on its dates, with the coverage of every market asked.

    Reproducible from the corpus digest, patches, facts and dates it names.
    """

    corpus: Corpus
    subject: Subject
    dates: Dates
    engine: str
    patches: tuple[str, ...]
    user_patches: tuple[str, ...]
    coverage: tuple[MarketCoverage, ...]
    findings: tuple[Finding, ...]
    questions: tuple[Question, ...]
    not_evaluated: tuple[tuple[str, int], ...]
    evaluation: Evaluation
    exact: Exact | None = None

    @cached_property
    def focus(self) -> frozenset[str]:
        """The instruments of the markets that the question or the profile names; of all, where neither names any."""
        return frozenset(name for each in self.coverage if each.named for name in each.instruments)


def markets_asked(corpus: Corpus, subject: Subject, markets: Sequence[str] | None, on: date) -> list[str]:
    """The markets of the question: those given, else those the profile names, else every covered jurisdiction."""
    known = corpus.jurisdictions.by_code
    if markets:
        chosen: list[str] = []
        for code in markets:
            match = code if code in known else code.upper()
            if match not in known:
                raise UsageFault(
                    f"'{code}' is not a market comity knows", did_you_mean(code, known) or "write EU, US-CA, …"
                )
            chosen.append(match)
        return list(dict.fromkeys(chosen))
    covered = sorted({i.jurisdiction for i in corpus.at(on).instruments.values()})
    return list(dict.fromkeys([*_named(subject), *covered]))


def _named(subject: Subject) -> list[str]:
    """The markets that the profile names."""
    found: dict[str, None] = {}
    for records in subject.records.values():
        for record in records:
            for fact in ("placed_on_market_in", "output_used_in"):
                stated = record.facts.get(fact)
                if stated is not None and isinstance(stated.value, CodeSet):
                    found.update(dict.fromkeys(sorted(stated.value.has)))
    return list(found)


def _instruments(corpus: Corpus, market: str, on: date, law: dict[str, str]) -> tuple[str, ...]:
    """The instruments that bear on a market: of the market, of what contains it, and of its parts."""
    above = corpus.jurisdictions.above(market, on)
    return tuple(
        name
        for name, jurisdiction in law.items()
        if jurisdiction in above or corpus.jurisdictions.within(jurisdiction, market, on)
    )


def _coverage(corpus: Corpus, market: str, on: date, law: dict[str, str], later: dict[str, str]) -> MarketCoverage:
    above = sorted(corpus.jurisdictions.above(market, on), key=lambda code: (code != market, code))
    inside = [
        c
        for c in corpus.coverage
        if c != market and corpus.jurisdictions.within(c, market, on) and c in set(law.values())
    ]
    declared = [
        corpus.coverage.get(code)
        or Coverage(code, tuple(AreaCoverage(a, "not_covered") for a in AREAS), declared=False)
        for code in [*above, *inside]
        if code == market or code in corpus.coverage
    ]
    name = corpus.jurisdictions.by_code[market].name
    found, unknown = (_instruments(corpus, market, on, each) for each in (law, later))
    return MarketCoverage(market, name, found, tuple(declared), unknown)


def assess(
    corpus: Corpus,
    subject: Subject,
    dates: Dates,
    *,
    markets: Sequence[str] | None = None,
    patches: Sequence[PatchInfo] = (),
    exact: bool = False,
) -> Assessment:
    """The assessment of a subject. Raises FaultyInput for contradictory facts, UsageFault for an unknown market.

    With `exact`, z3 settles what is settled whatever the missing facts are; UsageFault where it is not installed.
    """
    evaluation = Evaluation(corpus, subject, dates, tuple(patches))
    solvers = _solvers(evaluation) if exact else None
    held_by = evaluation.now.law.instruments
    held = held_by.values()
    law = {i.id: i.jurisdiction for i in held if i.known_by(dates.known_at)}
    asked = markets_asked(corpus, subject, markets, dates.law_at)
    later = {i.id: i.jurisdiction for i in held if i.id not in law}
    named = set(asked if markets else _named(subject) or asked)
    # What was signed has no territory: it is assessed beside the markets asked about, and counted.
    held_in = {each.jurisdiction for each in held}
    beyond = [code for code, each in corpus.jurisdictions.by_code.items() if each.international and code in held_in]
    asked = list(dict.fromkeys([*asked, *beyond]))
    coverage = tuple(
        replace(_coverage(corpus, market, dates.law_at, law, later), named=market in named) for market in asked
    )
    focus = {name for each in coverage if each.named for name in each.instruments}
    instruments = {name for each in coverage for name in each.instruments}
    found = findings(evaluation, instruments, exact=solvers)
    rules = [rule for rule in evaluation.now.law.rules.values() if rule.instrument in instruments and not rule.helper]
    # A kind that the profile says there is none of leaves nothing unread; one that nobody spoke about does.
    absent = tuple(
        (kind, count)
        for kind in KINDS
        if not subject.records[kind]
        and not subject.complete[kind]
        and (count := sum(rule.per == kind for rule in rules))
    )
    return Assessment(
        corpus,
        subject,
        dates,
        __version__,
        tuple(p for name in sorted(instruments & held_by.keys()) for p in held_by[name].patches),
        tuple(p.id for p in patches),
        coverage,
        tuple(found),
        tuple(questions([f for f in found if f.instrument.id in focus], corpus.vocabulary)),
        absent,
        evaluation,
        solvers,
    )


def focus_of(
    corpus: Corpus, subject: Subject, dates: Dates, markets: Sequence[str] | None, patches: Sequence[PatchInfo] = ()
) -> frozenset[str]:
    """The instruments of the markets that the question or the profile names; of all, where neither names any."""
    held = corpus.at(dates.law_at, dates.known_at, tuple(patches)).instruments.values()
    law = {i.id: i.jurisdiction for i in held if i.known_by(dates.known_at)}
    asked = markets_asked(corpus, subject, markets, dates.law_at)
    named = asked if markets else _named(subject) or asked
    return frozenset(name for market in named for name in _instruments(corpus, market, dates.law_at, law))


def _solvers(evaluation: Evaluation) -> Exact:
    from comity.assess.exact import Exact
    from comity.logic.solver import need

    need()
    return Exact(evaluation)
