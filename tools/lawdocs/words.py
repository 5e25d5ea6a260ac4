"""What a rule says, in words: when it holds, who must do what by when, what it can cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction

from comity.assess.due import _text as clock_words
from comity.law.corpus import Corpus, Law
from comity.law.model import Clock, Fact, Param, Penalty, Rule
from comity.logic import ir
from comity.logic.program import atoms_of
from comity.logic.values import UNKNOWN, Mark
from comity.verbs.words import amount, article, atom_words, fact_label, listed, spaced
from lawdocs.html import anchor, esc, items, link

__all__ = ["Conditions", "clock", "penalty_amount", "value"]

Href = Callable[[str, str], str]
"""Where a page and a part of it are found, seen from the page that is written; empty where there is none."""


def value(param: Param) -> str:
    """A threshold, period, amount or date."""
    if isinstance(param.value, date):
        return param.value.isoformat()
    unit = spaced(param.unit) if param.unit else None
    return amount(param.value, unit.removesuffix("s") if unit is not None and param.value == 1 else unit)


def clock(each: Clock) -> str:
    """A time limit."""
    told = clock_words(each)
    if each.calendar:
        told += f"; working days of {each.calendar}"
    if each.roll != "none":
        told += f"; {spaced(each.roll)} ({each.roll_at})" if each.roll_at else f"; {spaced(each.roll)}"
    if each.zone:
        told += f"; counted in {each.zone}"
    return f"{told} ({each.note})" if each.note else told


def penalty_amount(penalty: Penalty, facts: Mapping[str, Fact]) -> str:
    """What a penalty is measured by."""
    parts = [value(penalty.fixed)] if penalty.fixed is not None else []
    if penalty.share is not None:
        number = penalty.share.value
        share = f"{amount(number)} %" if isinstance(number, int | Fraction) else str(number)
        parts.append(f"{share} of {fact_label(facts.get(penalty.share_of or ''), penalty.share_of or 'the amount')}")
    told = listed(parts)
    if len(parts) == 2:
        told += f", whichever is {penalty.take}"
    for each in penalty.exceptions:
        told += f"; whichever is {each.take} for {spaced(each.when)} ({each.at})"
    return told


class Conditions:
    """The logic of rules as nested lists, each rule it refers to a link."""

    def __init__(self, corpus: Corpus, law: Law) -> None:
        self.facts, self.law = corpus.vocabulary.facts, law
        self.lifted = {each.id: each.node for part in law.parts for each in part.program.rules}

    def own(self, rule: Rule, href: Href) -> list[str]:
        """What must hold for the rule, its addressees and dates left out: they are told apart."""
        parts = [part for part in _conjuncts(rule.node) if not _apart(part)]
        told = [self.tell(part, href) for part in parts]
        return [each for each in told if each != "always"]

    def scope(self, rule: Rule, href: Href) -> str:
        """Where the law reaches at all."""
        return _joined(self._labelled(rule, "scope", href))

    def addressees(self, rule: Rule, href: Href) -> str:
        """Who is meant."""
        found: list[str] = []
        for name in rule.addressee:
            role = self.law.rules.get(f"{rule.instrument}#{name}")
            found.append(self._rule(role.id, href) if role is not None else esc(spaced(name)))
        return _joined(found, "or")

    def unless(self, rule: Rule, href: Href) -> list[str]:
        """Exceptions and what keeps the rule from holding for a time, each with who has to raise it."""
        found = [f"unless {each}" for each in self._labelled(rule, "exception", href)]
        return found + [f"transition: {each}" for each in self._labelled(rule, "transition", href)]

    def _labelled(self, rule: Rule, role: str, href: Href) -> list[str]:
        found: list[str] = []
        for part in _conjuncts(rule.node):
            inner = part.part if isinstance(part, ir.Negation) else part
            if not (isinstance(inner, ir.Label) and inner.role == role):
                continue
            target = inner.part.part if isinstance(inner.part, ir.Claim) else inner.part
            told = self.tell(target, href)
            told += f" ({esc(inner.at)})" if inner.at else ""
            other = self.law.rules.get(target.rule) if isinstance(target, ir.RuleRef) else None
            if isinstance(inner.part, ir.Claim):
                asserted = not any(isinstance(atom, ir.Raised) for atom in atoms_of(inner.part.raised))
                told += "; it counts only where " + ("its facts are stated" if asserted else "it is claimed and shown")
                told += f": {esc(other.because)}" if other is not None and other.because else ""
            found.append(told)
        return found

    def tell(self, node: ir.Node, href: Href) -> str:
        """One condition as HTML."""
        match node:
            case ir.Constant(value):
                return "always" if value else "never"
            case ir.AtomRef(atom):
                return self._atom(atom, href)
            case ir.RuleRef(name):
                return self._rule(name, href)
            case ir.Negation(part):
                return self._not(part, href)
            case ir.AllOf(parts):
                return self._list("all of these:", parts, href)
            case ir.AnyOf(parts):
                return self._list("at least one of these:", parts, href)
            case ir.Exists(kind, name):
                return f"there is {article(kind)} {esc(kind)} for which this holds: {self._rule(name, href)}"
            case ir.Claim(part, _):
                return f"claimed and shown: {self.tell(part, href)}"
            case ir.Label(_, _, _, part):
                return self.tell(part, href)

    def _list(self, head: str, parts: tuple[ir.Node, ...], href: Href) -> str:
        told = [self.tell(part, href) for part in parts]
        return told[0] if len(told) == 1 else head + items(told)

    def _not(self, part: ir.Node, href: Href) -> str:
        while isinstance(part, ir.Label):
            if part.role == "rebuttal" and isinstance(part.part, ir.Claim):
                told = self.tell(part.part.part, href)
                return f"it is not rebutted by whoever claims and shows this: {told}"
            part = part.part
        match part:
            case ir.AllOf(parts) if len(parts) > 1:
                return self._list("not all of these:", parts, href)
            case ir.AnyOf(parts) if len(parts) > 1:
                return self._list("none of these:", parts, href)
            case ir.Negation(inner):
                return self.tell(inner, href)
            case _:
                return f"not: {self.tell(part, href)}"

    def _rule(self, name: str, href: Href) -> str:
        rule = self.law.rules.get(name)
        if rule is None:
            # The body of an `any`, which has no name of its own.
            node = self.lifted.get(name)
            return esc(spaced(name.partition("#")[2])) if node is None else self.tell(node, href)
        return link(href(rule.instrument, anchor("rule", rule.name)), esc(rule.title))

    def _atom(self, atom: ir.Atom, href: Href) -> str:
        if isinstance(atom, ir.Reading):
            owner, _, name = atom.name.partition("#")
            info = self.law.instruments[owner].readings.get(name) if owner in self.law.instruments else None
            words = info.title if info is not None else spaced(name)
            return "the disputed question is answered with yes: " + link(
                href(owner, anchor("reading", name)), esc(words)
            )
        told = atom_words(atom, self._asked)
        # Nobody has stated anything here, so the values that the words of a proof hold are left out.
        return esc(told.replace(" [not stated]", "").replace(" (not stated)", ""))

    def _asked(self, name: str) -> tuple[Fact | None, Mark]:
        return self.facts.get(name.partition("@")[0]), UNKNOWN


def _conjuncts(node: ir.Node) -> tuple[ir.Node, ...]:
    return node.parts if isinstance(node, ir.AllOf) else (node,)


def _apart(node: ir.Node) -> bool:
    """Whether a part of a rule is told elsewhere on the page: dates, scope, addressees, exceptions."""
    match node:
        case ir.Negation(part):
            return isinstance(part, ir.Label) and part.role in ("exception", "transition")
        case ir.AnyOf(parts):
            return all(isinstance(part, ir.Label) and part.role == "addressee" for part in parts)
        case ir.Label(role, _, _, _):
            return role in ("applies", "ceases", "scope", "addressee", "suspended", "transition")
        case _:
            return False


def _joined(parts: list[str], word: str = "and") -> str:
    return listed(parts, word)
