"""Which rules stand on a day, whoever it may concern: what the law itself rules out, and not what a subject is.

A rule stands when nothing in the law keeps it from holding for somebody: its dates and those of the classes, roles and
transitions it rests on have come, it has not ended and is not suspended. Every fact is unknown here. A date that follows
from participation or from an event counts as come only where that is certain.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from comity.assess.context import RecordContext
from comity.assess.profile import subject_of
from comity.errors import Pos
from comity.law.corpus import Corpus
from comity.law.model import Instrument, Rule
from comity.law.parts import Part
from comity.logic import ir
from comity.logic.encode import FALSE, OPEN, TRUE, Pair, add_months, encode
from comity.logic.program import atoms_of
from comity.source.yaml12 import Map

__all__ = ["Standing", "disputed", "enforced"]


@dataclass
class Standing:
    """What stands on a day and what is adopted and comes later, part by part. `published` limits what is known."""

    corpus: Corpus
    _found: dict[tuple[object, ...], frozenset[str]] = field(
        default_factory=dict[tuple[object, ...], frozenset[str]], repr=False
    )
    _days: dict[tuple[str, ...], tuple[int, ...]] = field(
        default_factory=dict[tuple[str, ...], tuple[int, ...]], repr=False
    )

    def __post_init__(self) -> None:
        nobody = subject_of(Map(Pos(""), None, {}, {}), self.corpus, default_name="nobody")
        self._nobody = RecordContext(self.corpus, nobody, "actor", 0, 0, 0, {})

    def on(self, day: date, published: date) -> dict[str, tuple[Rule, Instrument]]:
        """The rules that stand on a day, by id."""
        return self._told(day, published, {})

    def coming(self, day: date, published: date) -> dict[str, tuple[Rule, Instrument]]:
        """The rules that do not stand on a day and will, by what had been adopted on that day."""
        adopted = min(day, published)
        changes = {each.toordinal() for each in self.corpus.changes(adopted)}
        own = {part.name: self._own(part) for part in self.corpus.at(date.max, adopted).parts}
        later = sorted({each for days in own.values() for each in days} | changes)
        found: dict[str, tuple[Rule, Instrument]] = {}
        for number in later:
            if number > day.toordinal():
                asked = None if number in changes else {name for name, days in own.items() if number in days}
                self._told(date.fromordinal(number), adopted, found, asked)
        last = date.fromordinal(max([day.toordinal(), *later]))
        self._told(last, adopted, found, come=True)
        now = self.on(day, published).keys() | self.on(day, adopted).keys()
        return {name: pair for name, pair in found.items() if name not in now}

    def _told(
        self,
        day: date,
        published: date,
        found: dict[str, tuple[Rule, Instrument]],
        asked: set[str] | None = None,
        *,
        come: bool = False,
    ) -> dict[str, tuple[Rule, Instrument]]:
        """Add the rules that stand on a day, of the parts asked about or all."""
        for part in self.corpus.at(day, published).parts:
            if asked is not None and part.name not in asked:
                continue
            for name in self._standing(part, day, published, come):
                if name not in found:
                    rule = part.rules[name]
                    found[name] = rule, part.instruments[rule.instrument]
        return found

    def _own(self, part: Part) -> tuple[int, ...]:
        """The days on which something in a part can change, whoever it may concern; 0 where participation matters too."""
        key = part.name, *part.patches
        if key not in self._days:
            days: set[int] = set()
            for atom in {atom for asked in part.program.atoms.values() for atom in asked}:
                match atom:
                    case ir.Gate(_, day, _):
                        days.add(day)
                    case ir.Dates(left, _, right):
                        for term in (left, right):
                            for fixed in self._fixed(term):
                                days |= {fixed, fixed + 1} if fixed else {0}
                    case _:
                        pass
            self._days[key] = tuple(sorted(day for day in days if day < date.max.toordinal()))
        return self._days[key]

    def _fixed(self, term: ir.DateTerm) -> list[int]:
        """The days a term can stand for, whoever asks; 0 for a date that follows from participation."""
        days = [] if term.day is None else [term.day]
        if term.event is not None:
            owner, name = term.event
            if name in self.corpus.participation.entries.get(owner, {}):
                return [0]
            events, known_to = self.corpus.public.get(owner, ((), date.max))
            days = [each.date.toordinal() for each in events if each.event == name] or [known_to.toordinal()]
        return [(add_months(each, term.months) if term.months else each) + term.days for each in days]

    def _standing(self, part: Part, day: date, published: date, come: bool) -> frozenset[str]:
        number, own = day.toordinal(), self._own(part)
        if own[:1] != (0,):
            # Between two days on which something changes nothing does.
            number, published = max((each for each in own if each <= number), default=1), date.max
        key = part.name, part.patches, number, published, come
        if key not in self._found:
            context = replace(self._nobody, as_of=number, facts_at=number, known_at=published)
            values: dict[str, Pair] = {}
            for each in part.program.rules:
                values[each.id] = _pair(each.node, context, values, come)
            acts = (r for r in part.rules.values() if r.kind in ("duty", "prohibition") and not r.helper)
            self._found[key] = frozenset(rule.id for rule in acts if not values[rule.id][1])
        return self._found[key]


def _pair(node: ir.Node, context: RecordContext, values: dict[str, Pair], come: bool) -> Pair:
    """(definitely so, definitely not so), whatever the facts are."""
    match node:
        case ir.Constant(value):
            return TRUE if value else FALSE
        case ir.AtomRef(atom):
            return _atom(atom, context, come)
        case ir.RuleRef(name):
            return values[name]
        case ir.Exists(_, name):
            # There may be no such record at all.
            return FALSE if values[name][1] else OPEN
        case ir.Negation(part):
            true, false = _pair(part, context, values, come)
            return false, true
        case ir.AllOf(parts):
            pairs = [_pair(part, context, values, come) for part in parts]
            return all(true for true, _ in pairs), any(false for _, false in pairs)
        case ir.AnyOf(parts):
            pairs = [_pair(part, context, values, come) for part in parts]
            return any(true for true, _ in pairs), all(false for _, false in pairs)
        case ir.Claim(part, _) | ir.Label(_, _, _, part):
            return _pair(part, context, values, come)


def _atom(atom: ir.Atom, context: RecordContext, come: bool) -> Pair:
    if isinstance(atom, ir.Dates) and (atom.left.event or atom.right.event) and not (atom.left.fact or atom.right.fact):
        pair = encode(atom, context)
        return pair if pair[0] else TRUE if come else FALSE
    return encode(atom, context)


def enforced(instrument: Instrument, rule: Rule, day: date) -> bool:
    """Whether a binding rule is enforced on a day without a bar, grace, or an end of one that nobody knows."""
    state = "active"
    for entry in instrument.enforcement:
        governed = "all" in entry.governs or rule.name in entry.governs or bool(set(rule.groups) & set(entry.governs))
        if governed and (entry.start is None or entry.start <= day) and (entry.end is None or day < entry.end):
            state = "unknown" if entry.unsure_from is not None and day >= entry.unsure_from else entry.state
    return state == "active"


def disputed(rule: Rule, instrument: Instrument) -> bool:
    """Whether a disputed question bears on the rule itself: its condition, its exceptions or its dates."""
    if rule.certainty == "disputed" or _reads(rule.node):
        return True
    parts = rule.node.parts if isinstance(rule.node, ir.AllOf) else (rule.node,)
    for part in parts:
        inner = part.part if isinstance(part, ir.Negation) else part
        if isinstance(inner, ir.Label) and inner.role in ("exception", "transition"):
            other = instrument.rules.get(inner.name)
            if other is not None and _reads(other.node):
                return True
    return False


def _reads(node: ir.Node) -> bool:
    return any(isinstance(atom, ir.Reading) for atom in atoms_of(node))
