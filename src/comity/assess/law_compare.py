"""Definitions of different instruments compared: equal, narrower, wider, overlapping or disjoint, each with subjects that show it.

What is compared is whom the definitions mean: the dates and the scope of each instrument are left aside, for no two laws have
the same, and a reader of a comparison wants to know what is the same beside that.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from comity.assess.ground import Ground, cone, plain
from comity.assess.witness import Example, example
from comity.law.corpus import Corpus
from comity.law.model import Rule
from comity.law.parts import Law
from comity.logic import ir
from comity.logic.program import RuleDef, atoms_of, facts_of
from comity.logic.solver import RLIMIT

__all__ = ["RELATIONS", "Clash", "Compared", "alike", "clashes", "compare"]

RELATIONS = ("equal", "narrower", "wider", "overlapping", "disjoint")
_ASIDE = ("applies", "ceases", "suspended", "scope")
_SHARED = 2 / 3
_LEAST_SHARED = 2


@dataclass(frozen=True, slots=True)
class Compared:
    """How the definition of `left` lies to that of `right`, as they stand on a date.

    `narrower` means that all of left is in right. `because` says why the two were compared.
    """

    left: Rule
    right: Rule
    on: date
    relation: str
    because: str
    both: Example | None
    only_left: Example | None
    only_right: Example | None


def _words(rule: Rule) -> set[str]:
    words = (rule.name, *rule.aliases)
    return {word.strip().casefold().replace("-", "_").replace(" ", "_") for word in words}


def alike(law: Law, only: Iterable[str] | None = None) -> list[tuple[Rule, Rule, str]]:
    """Classes and roles of two instruments with the same name or alias, or that ask mostly the same facts."""
    chosen = None if only is None else set(only)
    rules = [r for r in law.rules.values() if r.kind in ("class", "role") and not r.name.startswith("scope_")]
    words = {rule.id: _words(rule) for rule in rules}
    facts = {rule.id: _asked(_own(rule.node)) for rule in rules}
    found: list[tuple[Rule, Rule, str]] = []
    for left, right in combinations(rules, 2):
        if left.instrument == right.instrument or left.per != right.per:
            continue
        if chosen is not None and not chosen & {left.instrument, right.instrument}:
            continue
        same = sorted(words[left.id] & words[right.id])
        ours, theirs = facts[left.id], facts[right.id]
        shared = len(ours & theirs)
        if same:
            found.append((left, right, f"both are called {same[0]}"))
        elif left.helper or right.helper:
            continue
        elif shared >= _LEAST_SHARED and shared >= _SHARED * len(ours | theirs):
            found.append((left, right, f"they share {shared} of {len(ours | theirs)} facts"))
    return found


def _asked(node: ir.Node) -> frozenset[str]:
    """The facts a definition asks itself; to be bound by one treaty is another question than to be bound by another."""
    return frozenset(
        f"{fact} {atom.instrument}" if isinstance(atom, ir.Party) else fact
        for atom in atoms_of(node)
        for fact in facts_of(atom)
    )


def _own(node: ir.Node) -> ir.Node:
    """The node without dates and scope, its claims as what is claimed."""
    match node:
        case ir.Label(role, _, _, _) if role in _ASIDE:
            return ir.Constant(True)
        case ir.Label(role, name, at, part):
            return ir.Label(role, name, at, _own(part))
        case ir.Claim(part, _):
            return _own(part)
        case ir.AtomRef(ir.Reading(name)):
            # A dispute of the same name in two laws is the same dispute.
            return ir.AtomRef(ir.Reading(name.partition("#")[2]))
        case ir.Negation(part):
            return ir.Negation(_own(part))
        case ir.AllOf(parts):
            return ir.AllOf(tuple(_own(part) for part in parts))
        case ir.AnyOf(parts):
            return ir.AnyOf(tuple(_own(part) for part in parts))
        case _:
            return plain(node)


def compare(
    corpus: Corpus, on: date, pairs: Iterable[tuple[Rule, Rule, str]], *, rlimit: int = RLIMIT, examples: bool = True
) -> tuple[list[Compared], list[str]]:
    """Each pair compared under the law of a date; and the pairs that were too much work."""
    law = corpus.at(on)
    rules = {rule.id: RuleDef(rule.id, rule.kind, _own(rule.node)) for rule in law.program.rules}
    order = {rule.id: number for number, rule in enumerate(law.program.rules)}
    found: list[Compared] = []
    given_up: list[str] = []
    for left, right, because in pairs:
        used = cone(rules, (left.id, right.id))
        ground = Ground(corpus, on, sorted(used.values(), key=lambda rule: order[rule.id]), rlimit=rlimit)
        names = left.id, right.id
        if ground.can(left.id) is False or ground.can(right.id) is False:
            continue
        cases = [(True, True), (True, False), (False, True)]
        answers = [_together(ground, names, case) for case in cases]
        relation = _relation(answers)
        if relation is None:
            given_up.append(f"{left.id} and {right.id}")
            continue
        shown = [
            example(ground, *zip(names, case, strict=True)) if answer and examples else None
            for answer, case in zip(answers, cases, strict=True)
        ]
        found.append(Compared(left, right, on, relation, because, *shown))
    return found, given_up


def _together(ground: Ground, names: tuple[str, str], values: tuple[bool, bool]) -> bool | None:
    return ground.together(*zip(names, values, strict=True))


def _relation(answers: list[bool | None]) -> str | None:
    """What follows from: can both hold, the left alone, the right alone."""
    both, left, right = answers
    if both is False:
        return "disjoint"
    if both is None or left is None or right is None:
        return None
    if left and right:
        return "overlapping"
    return "wider" if left else "narrower" if right else "equal"


# What must and must not be done -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Clash:
    """A duty and a prohibition that meet in one subject: to do what the duty asks (`fact`) is what is prohibited."""

    duty: Rule
    prohibition: Rule
    on: date
    fact: str
    example: Example | None


def clashes(corpus: Corpus, on: date, only: Iterable[str], *, rlimit: int = RLIMIT) -> tuple[list[Clash], list[str]]:
    """Duties done by a fact which a prohibition of the same instrument, about the same record, makes its condition."""
    law, found, given_up = corpus.at(on), list[Clash](), list[str]()
    rules = {rule.id: RuleDef(rule.id, rule.kind, plain(rule.node)) for rule in law.program.rules}
    for name in only:
        acts = law.instruments[name].rules.values() if name in law.instruments else ()
        for not_ in (rule for rule in acts if rule.modality == "must_not"):
            asked = {f for atom in atoms_of(not_.node) for f in facts_of(atom)}
            for must in (rule for rule in acts if rule.modality == "must" and rule.per == not_.per):
                for fact in {clock.done for clock in must.clocks if clock.done is not None} & asked:
                    done = _done(corpus, fact)
                    breach = RuleDef(f"{must.id}?done", must.per, ir.AllOf((rules[must.id].node, done)))
                    used = cone({**rules, breach.id: breach}, (breach.id, not_.id))
                    ground = Ground(corpus, on, list(used.values()), rlimit=rlimit)
                    both = ground.together((breach.id, True), (not_.id, True))
                    apart = ground.together((breach.id, True), (not_.id, False)) if both else None
                    if both is None or (both and apart is None):
                        given_up.append(f"{must.id} and {not_.id}")
                    elif both and not apart:
                        shown = example(ground, (breach.id, True), (not_.id, True))
                        found.append(Clash(must, not_, on, fact, shown))
    return found, given_up


def _done(corpus: Corpus, name: str) -> ir.Node:
    """That what a fact tells has been done."""
    if corpus.vocabulary.facts[name].type == "bool":
        return ir.AtomRef(ir.Bool(name))
    if corpus.vocabulary.facts[name].type in ("date", "instant"):
        return ir.AtomRef(ir.Dates(ir.DateTerm(fact=name), "<=", ir.DateTerm(as_of=True)))
    return ir.Constant(False)
