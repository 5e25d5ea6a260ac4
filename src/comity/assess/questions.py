"""What to ask next: the open facts that matter most, observable ones first, never one that cannot matter."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from comity.assess.findings import Finding, Missing
from comity.law.vocabulary import Vocabulary

__all__ = ["Question", "questions"]


@dataclass(frozen=True, slots=True)
class Question:
    """A question about one fact of one record, with the findings it is open in."""

    fact: str
    kind: str
    record: str
    ask: str
    help: str | None
    type: str
    unit: str | None
    codes: dict[str, str] | None
    basis: str
    opens: tuple[str, ...]


def questions(found: list[Finding], vocabulary: Vocabulary) -> list[Question]:
    """Best first: observable before judgement, then by how many open duties wait for the answer."""
    waiting: dict[Missing, dict[str, int]] = defaultdict(dict)
    gains: dict[Missing, float] = defaultdict(float)
    for finding in found:
        # Exceptions are asked about through the rules they act on; a class or role only where a duty waits for it.
        if finding.status not in ("open", "disputed") or finding.rule.kind not in ("duty", "prohibition"):
            continue
        weight = 2 if finding.instrument.force == "binding" else 1
        for each in finding.missing:
            waiting[each][finding.rule.id] = weight
            # A finding that waits for few facts is nearer to its answer: each counts by its share.
            gains[each] += weight / len(finding.missing)
    asked: list[tuple[tuple[int, float, str], Question]] = []
    for each, opens in waiting.items():
        fact = vocabulary.facts.get(each.fact)
        if fact is None:
            ask = f"Does the actor have a {each.fact.removeprefix('any ')} that is not described here?"
            question = Question(
                each.fact, each.kind, each.record, ask, None, "bool", None, None, "observable", tuple(opens)
            )
        else:
            question = Question(
                fact.name,
                each.kind,
                each.record,
                fact.ask,
                fact.help,
                fact.type,
                fact.unit,
                fact.codes,
                fact.basis,
                tuple(opens),
            )
        asked.append(((question.basis == "judgement", -gains[each], question.fact), question))
    return [question for _, question in sorted(asked, key=lambda pair: pair[0])]
