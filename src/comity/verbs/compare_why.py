"""Why a rule came out as it did about rows of a table: the rules and facts that decide, or the facts that are missing."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from comity.assess.evaluate import Dates, Evaluation
from comity.assess.grounds import atom_facts, facts_of, support_of
from comity.assess.mapping import Mapping
from comity.assess.portfolio import Portfolio
from comity.law.corpus import Corpus
from comity.law.model import Rule
from comity.law.parts import Law
from comity.logic.program import atoms_of, references_of
from comity.logic.program import facts_of as facts_asked
from comity.logic.proof import Proof, missing
from comity.logic.values import NONE, CodeSet, Number
from comity.verbs.words import value_words

Settled = bool | Number | str

__all__ = ["FactTold", "RuleFired", "Why", "cone", "reasons"]


@dataclass(frozen=True, slots=True)
class RuleFired:
    """A rule on which an answer turns, and what it gave."""

    rule: str
    title: str
    at: str
    value: bool | None


@dataclass(frozen=True, slots=True)
class FactTold:
    """A fact on which an answer turns; `derived_at` where it was not stated but follows from others."""

    fact: str
    value: str
    derived_at: str | None


@dataclass(frozen=True, slots=True)
class Why:
    """What an answer turns on. An open one has `missing` facts, the others have none."""

    rules: tuple[RuleFired, ...]
    facts: tuple[FactTold, ...]
    missing: tuple[str, ...]


def cone(corpus: Corpus, law: Law, rule: Rule) -> frozenset[str]:
    """Every fact that can bear on a rule: those it asks about, and those they can follow from."""
    names: set[str] = set()
    seen: set[str] = set()
    stack = [rule.id]
    while stack:
        name = stack.pop()
        if name in seen or name not in law.program.index:
            continue
        seen.add(name)
        node = law.program.rule(name).node
        names.update(fact.partition("@")[0] for atom in atoms_of(node) for fact in facts_asked(atom))
        stack += references_of(node)
    vocabulary, size = corpus.vocabulary, -1
    while size != len(names):
        size = len(names)
        for each in vocabulary.constraints:
            if each.fact in names:
                names.update(fact.partition("@")[0] for atom in atoms_of(each.when) for fact in facts_asked(atom))
        for bridge in vocabulary.bridges:
            if bridge.fill in names:
                names.update(bridge.terms)
                names.update(
                    f for atom in (atoms_of(bridge.when) if bridge.when is not None else ()) for f in facts_asked(atom)
                )
    return frozenset(names)


def reasons(
    corpus: Corpus, mapping: Mapping, table: Path | str, dates: Dates, rules: Sequence[str], asked: MappingOf[int, Set[int]]
) -> dict[tuple[int, int], Why]:  # fmt: skip
    """Why each rule came out as it did about the rows asked for: row number → places in `rules`.

    The table is read again up to the last of these rows; each is answered by the engine for one subject.
    """
    found: dict[tuple[int, int], Why] = {}
    if not asked:
        return found
    portfolio = Portfolio(corpus, mapping, table, dates.facts_at, limit=max(asked))
    for batch in portfolio.batches(derived=False):
        for row, number in enumerate(batch.numbers):
            if number not in asked:
                continue
            evaluation = Evaluation(corpus, batch.subject(row), dates)
            for place in asked[number]:
                found[number, place] = _why(evaluation, rules[place])
    return found


def _why(evaluation: Evaluation, rule: str) -> Why:
    """The reasons of one rule: about the record that decides where a row has several."""
    on, records = evaluation.dates.law_at, evaluation.subject.records
    kind = evaluation.now.law.rules[rule].per
    order = {True: 0, None: 1, False: 2}
    numbers = sorted(range(len(records[kind])), key=lambda record: order[evaluation.now.value(rule, record)])
    if not numbers:
        return Why((), (), (f"any {kind}",))
    proof = evaluation.proof(rule, numbers[0], on)
    support = support_of(proof, _weight)
    if proof.value is None:
        return Why(_fired(evaluation, support[:1]), (), tuple(_open_facts(evaluation, proof)))
    return Why(_fired(evaluation, support), _facts(evaluation, support), ())


def _weight(part: Proof) -> int:
    """The side of a proof that rests on fewest facts is told."""
    return 1 if part.form == "atom" else 0


def _fired(evaluation: Evaluation, support: Sequence[Proof]) -> tuple[RuleFired, ...]:
    """The rule itself, then the rules behind it that hold; where none does, those whose failing makes it fail."""
    rules = evaluation.now.law.rules
    found: dict[str, RuleFired] = {}
    for part in support:
        if part.form == "rule" and part.name in rules and part.name not in found:
            rule = rules[part.name]
            found[part.name] = RuleFired(rule.id, rule.title, "; ".join(rule.at), part.value)
    first, *behind = found.values()
    hold = [each for each in behind if each.value]
    return (first, *(hold or [each for each in behind if each.value is False and first.value is False]))


def _open_facts(evaluation: Evaluation, proof: Proof) -> dict[str, None]:
    """The facts that an open proof waits for: those its open questions ask about and nobody settled."""
    found: dict[str, None] = {}
    for part in missing(proof):
        context = evaluation.now.contexts[part.kind][part.record]
        for name in atom_facts(part.atom) if part.atom is not None else ():
            value = context.fact(name)
            settled = value.complete if isinstance(value, CodeSet) else value is NONE or isinstance(value, Settled)
            if not settled:
                found[name] = None
    return found


def _facts(evaluation: Evaluation, support: Sequence[Proof]) -> tuple[FactTold, ...]:
    """The facts of the deciding parts that are known."""
    found: dict[str, FactTold] = {}
    vocabulary = evaluation.corpus.vocabulary.facts
    for part in support:
        for name in facts_of([part]):
            owner = evaluation.now.contexts[part.kind][part.record].owner(name)
            if owner is None or name in found:
                continue
            stated = evaluation.subject.records[owner[0]][owner[1]].facts.get(name)
            derived = evaluation.derived.get(owner, {}).get(name)
            value = derived[0] if derived is not None else None if stated is None else stated.value
            if value is not None:
                told = None if derived is None else derived[1].at
                found[name] = FactTold(name, value_words(vocabulary.get(name), value), told)
    return tuple(found.values())
