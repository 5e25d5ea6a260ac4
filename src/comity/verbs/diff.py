"""diff: what differs between two versions of the law, and which conclusions that can and cannot change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from comity._version import __version__
from comity.change.diff import Coming, InstrumentDiff, RuleDiff, coming, diff_instruments, diff_rules
from comity.change.effect import Effect, Side, Verdict
from comity.errors import UsageFault, shown
from comity.law.corpus import Corpus
from comity.law.model import Instrument, Rule
from comity.law.patches import PatchInfo
from comity.logic import ir
from comity.logic.values import UNKNOWN
from comity.source.near import did_you_mean
from comity.verbs.words import atom_words

__all__ = ["Difference", "Sides", "asked_words", "choose_sides", "diff", "strictness"]


@dataclass(frozen=True, slots=True)
class Sides:
    """Which two versions are compared."""

    corpora: tuple[Corpus, Corpus]
    law_at: tuple[date, date]
    known_at: tuple[date, date]
    patches: tuple[PatchInfo, ...] = ()


@dataclass(frozen=True)
class Difference:
    """What differs: `rules` and `instruments` field by field, `verdicts` on the conclusions in the cone.

    `outside` is how many rules stand outside the cone: they give the same answer for every subject, on every date.
    `proved` says whether a solver was there to prove anything about the others.
    """

    sides: Sides
    effect: Effect
    engine: str
    instruments: tuple[InstrumentDiff, ...]
    rules: tuple[RuleDiff, ...]
    verdicts: tuple[Verdict, ...]
    coming: tuple[Coming, ...]
    outside: int
    proved: bool
    names: tuple[str, ...]

    def rule(self, name: str) -> Rule:
        return self.effect.rule(name)

    def instrument(self, name: str) -> Instrument:
        new, old = self.effect.new.law.instruments, self.effect.old.law.instruments
        return new[name] if name in new else old[name]


def choose_sides(
    corpus: Corpus,
    *,
    law_from: date | None = None,
    law_to: date | None = None,
    known_from: date | None = None,
    known_to: date | None = None,
    other: Corpus | None = None,
    patches: Sequence[PatchInfo] = (),
    today: date | None = None,
) -> Sides:
    """The versions meant by what was given; `other` is the corpus to compare from. Raises UsageFault where they are one.

    A date that is left out is today; for patches of the user's own the day on which the last of them is in force.
    """
    now = today or date.today()
    if (law_from, law_to, known_from, known_to, other) == (None,) * 5 and not patches:
        raise UsageFault(
            "there is nothing to compare", "give --from DATE, --known-from DATE, --corpus-from DIR or --patch FILE"
        )
    last = max((patch.in_force for patch in patches), default=now)
    to = law_to or max(now, last)
    start = law_from or to
    if start > to:
        raise UsageFault(f"--from: {start} is after {to}", "write the earlier date first")
    known = max((patch.published for patch in patches), default=date.min)
    later = known_to or max(min(to, now), known)
    earlier = known_from or (min(start, now) if law_from is not None else later)
    return Sides((other or corpus, corpus), (start, to), (earlier, later), tuple(patches))


def diff(sides: Sides, instruments: Sequence[str] = (), *, prove: bool = True) -> Difference:
    """What differs between the two versions, in some instruments or in all.

    The patches given are in force in the later version alone. Without `prove` texts are compared and nothing else.
    """
    (old, new), (start, to), (earlier, later) = sides.corpora, sides.law_at, sides.known_at
    before = Side(old, start, earlier, old.at(start, earlier))
    after = Side(new, to, later, new.at(to, later, sides.patches))
    effect = Effect(before, after, solver=prove)
    names = _names(instruments, effect)

    def wanted(instrument: str) -> bool:
        return not names or instrument in names

    verdicts = effect.verdicts
    found = diff_rules(before.law, after.law, effect.cone)
    return Difference(
        sides,
        effect,
        __version__,
        tuple(i for i in diff_instruments(before.law, after.law, effect.cone) if wanted(i.id)),
        tuple(each for each in found if wanted(each.rule.instrument)),
        tuple(v for name, v in verdicts.items() if wanted(name.partition("#")[0])),
        tuple(each for each in coming(after.law, start, to) if wanted(each.instrument)),
        effect.cone.outside if not names else _outside(effect, set(names)),
        effect.solver,
        tuple(names),
    )


def _outside(effect: Effect, names: set[str]) -> int:
    rules = effect.old.law.rules.keys() | effect.new.law.rules.keys()
    return sum(1 for name in rules if name.partition("#")[0] in names and name not in effect.cone.touched)


def _names(words: Sequence[str], effect: Effect) -> list[str]:
    """The instruments that words stand for: ids, last parts of ids, aliases."""
    known: dict[str, str] = {}
    for law in (effect.old.law, effect.new.law):
        for each in law.instruments.values():
            for word in (each.id, each.id.rpartition("/")[2], *each.aliases):
                known.setdefault(word.casefold(), each.id)
    found: list[str] = []
    for word in words:
        if word.casefold() not in known:
            mend = did_you_mean(word, [*known, *known.values()]) or "see `comity law list` for the instruments"
            raise UsageFault(f"there is no instrument '{shown(word)}'", mend)
        found.append(known[word.casefold()])
    return list(dict.fromkeys(found))


def strictness(rule: Rule, direction: str | None) -> str | None:
    """What a wider or narrower condition means for those addressed: tightened or loosened; None where that is not said."""
    if direction not in ("wider", "narrower") or rule.modality == "may":
        return None
    if rule.kind in ("duty", "prohibition"):
        return "tightened" if direction == "wider" else "loosened"
    if rule.kind == "exemption":
        return "loosened" if direction == "wider" else "tightened"
    return None


def asked_words(corpus: Corpus, asked: ir.Atom | str) -> str:
    """What a condition asks, in words; another rule by its id."""
    if isinstance(asked, str):
        return asked
    facts = corpus.vocabulary.facts
    text = atom_words(asked, lambda name: (facts.get(name.partition("@")[0]), UNKNOWN))
    return text.replace(" [not stated]", "").replace(" (not stated)", "")


def folder_of(path: Path | None) -> Path | None:
    """A folder that holds a corpus, or UsageFault."""
    if path is not None and not (path / "jurisdictions.yaml").is_file():
        inner = path / "law"
        if not (inner / "jurisdictions.yaml").is_file():
            raise UsageFault(f"{shown(str(path), 200)} holds no corpus", "name the folder law/ of an unpacked release")
        return inner
    return path
