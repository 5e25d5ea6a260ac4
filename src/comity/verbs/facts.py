"""facts: the vocabulary, whole or by words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from comity.errors import UsageFault, shown
from comity.law.corpus import Corpus
from comity.law.model import Fact, Group
from comity.source.near import did_you_mean
from comity.verbs.record import Json, plain

__all__ = ["Facts", "facts", "facts_record"]


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts in the order of the vocabulary, and groups of facts that a profile may close together (`none_of`)."""

    facts: tuple[Fact, ...]
    groups: tuple[Group, ...]
    exact: bool


def _haystack(fact: Fact) -> str:
    parts = [fact.name, fact.name.replace("_", " "), fact.ask, fact.help or "", *fact.aliases, *fact.at]
    for code, label in (fact.codes or {}).items():
        parts += [code, label]
    return " ".join(parts).casefold()


def facts(corpus: Corpus, words: Sequence[str] = (), *, kind: str | None = None) -> Facts:
    """Every fact; the one fact of a name or alias; or those that contain all the words.

    Raises UsageFault with near misses when there is none.
    """
    vocabulary = corpus.vocabulary
    groups = tuple(vocabulary.groups.values())
    pool = [fact for fact in vocabulary.facts.values() if kind is None or fact.kind == kind]
    if not words:
        return Facts(tuple(pool), groups, False)
    text = " ".join(words)
    for name in (text, text.replace(" ", "_"), text.replace("-", "_").replace(" ", "_"), text.casefold()):
        fact = vocabulary.named(name)
        if fact is not None:
            return Facts((fact,), tuple(g for g in groups if fact.name in g.facts), True)
    wanted = [word.casefold() for word in text.split()]
    found = tuple(fact for fact in pool if all(word in _haystack(fact) for word in wanted))
    if not found or not wanted:
        options = [*vocabulary.facts, *vocabulary.aliases]
        raise UsageFault(
            f"no fact is called '{shown(text)}', and none speaks of it",
            did_you_mean(text.replace(" ", "_"), options) or "see `comity facts` for all names",
        )
    names = {fact.name for fact in found}
    return Facts(found, tuple(group for group in groups if names & set(group.facts)), False)


def _fact(fact: Fact) -> Json:
    return {
        "name": fact.name,
        "kind": fact.kind,
        "type": fact.type,
        "unit": fact.unit,
        "values": fact.codes,
        "question": fact.ask,
        "help": fact.help,
        "basis": fact.basis,
        "at": list(fact.at),
        "aliases": list(fact.aliases),
        "minimum": plain(fact.minimum),
        "event": fact.event,
        "per_market": fact.per_market,
        "shapes": fact.shapes,
    }


def facts_record(corpus: Corpus, found: Facts) -> Json:
    """Facts as JSON (`comity.facts/1`)."""
    return {
        "schema": "comity.facts/1",
        "corpus": {"digest": corpus.digest},
        "facts": [_fact(fact) for fact in found.facts],
        "groups": [{"group": g.name, "title": g.title, "facts": list(g.facts)} for g in found.groups],
    }
