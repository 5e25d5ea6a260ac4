"""whatif: what a patch changes for one subject. Only what the patch can touch is evaluated again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from comity._version import __version__
from comity.assess.evaluate import Dates, Evaluation
from comity.assess.findings import Finding, findings
from comity.assess.subject import Subject
from comity.change.reach import reach
from comity.errors import UsageFault
from comity.law.corpus import Corpus
from comity.law.patches import PatchInfo
from comity.verbs.assess import Assessment
from comity.verbs.diff_record import patch_record
from comity.verbs.moves import compare_findings, counts_of
from comity.verbs.record import DISCLAIMER, Json, finding_record, plain

__all__ = ["WhatIf", "whatif", "whatif_dates", "whatif_record"]


@dataclass(frozen=True)
class WhatIf:
    """The findings of a subject without and with some patches; `rules` are all that were evaluated, `outside` the rest."""

    corpus: Corpus
    subject: Subject
    dates: Dates
    patches: tuple[PatchInfo, ...]
    changes: tuple[Json, ...]
    rules: int
    outside: int


def whatif_dates(dates: Dates, patches: Sequence[PatchInfo], *, given: bool) -> Dates:
    """The dates of the question: unless they are given, the day on which the last patch is in force, if it is to come."""
    published, in_force = max(p.published for p in patches), max(p.in_force for p in patches)
    if given:
        return dates
    law = max(dates.law_at, in_force)
    return Dates(dates.facts_at, law, max(dates.known_at, published))


def whatif(corpus: Corpus, subject: Subject, dates: Dates, patches: Sequence[PatchInfo]) -> WhatIf:
    """What some patches change. Raises UsageFault where none is given, or none is known or in force on the dates asked."""
    if not patches:
        raise UsageFault("no patch is given", "name a file with an amendment")
    for patch in patches:
        if patch.published > dates.known_at:
            raise UsageFault(
                f"the patch {patch.id} is published on {patch.published}, after {dates.known_at}",
                "give a later --known-at",
            )
    touched = reach(corpus, dates.known_at, patches)
    sides: list[list[Json]] = []
    for extra in ((), tuple(patches)):
        evaluation = Evaluation(corpus, subject, dates, extra)
        found = findings(evaluation, rules=touched)
        sides.append(_records(corpus, subject, dates, evaluation, found))
    total = len(corpus.at(dates.law_at, dates.known_at, tuple(patches)).rules.keys() | touched)
    changes = compare_findings(sides[0], sides[1])
    return WhatIf(corpus, subject, dates, tuple(patches), tuple(changes), len(touched), total - len(touched))


def _records(
    corpus: Corpus, subject: Subject, dates: Dates, evaluation: Evaluation, found: list[Finding]
) -> list[Json]:
    made = Assessment(corpus, subject, dates, __version__, (), (), (), tuple(found), (), (), evaluation)
    return [finding_record(each, made) for each in found]


def whatif_record(found: WhatIf) -> Json:
    """The answer as JSON (`comity.whatif/1`)."""
    return {
        "schema": "comity.whatif/1",
        "disclaimer": DISCLAIMER,
        "corpus": {"digest": found.corpus.digest},
        "engine": __version__,
        "facts_at": plain(found.dates.facts_at),
        "law_at": plain(found.dates.law_at),
        "known_at": plain(found.dates.known_at),
        "user_patches": [patch_record(patch) for patch in found.patches],
        "subject": found.subject.name,
        "evaluated": found.rules,
        "outside": found.outside,
        "counts": counts_of(found.changes),
        "changes": list(found.changes),
    }
