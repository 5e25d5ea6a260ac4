"""Atoms as formulas over the open facts: each open thing has one variable, whoever asks about it.

What `encode` settles is settled here too, by `encode` itself, so the two cannot disagree; only what it leaves open
is put to z3.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

from comity.logic import ir
from comity.logic.encode import Context, encode, shift
from comity.logic.solver import days
from comity.logic.solver.terms import Formula, Terms
from comity.logic.solver.unknowns import Unknown, World
from comity.logic.solver.variables import Amount, Choice, Day, Several, Variable, amount, choice, day, flag, several
from comity.logic.values import NONE, Mark, Number

__all__ = ["NOTHING", "Space", "Touched"]

Touched = frozenset[Unknown]
NOTHING: Touched = frozenset()

_CODED = ir.Code | ir.Has | ir.Nonempty | ir.Within | ir.Party


class Space:
    """All variables of one subject, made as they are met. `fresh` lists those nobody has taken note of yet."""

    def __init__(self, terms: Terms, world: World, atoms: Iterable[ir.Atom]) -> None:
        self.terms, self.world = terms, world
        self.variables: dict[Unknown, Variable] = {}
        self.fresh: list[Unknown] = []
        self._asked: dict[str, list[_CODED]] = {}
        for atom in dict.fromkeys(atoms):
            if isinstance(atom, _CODED):
                self._asked.setdefault(atom.fact, []).append(atom)

    # Variables ----------------------------------------------------------------------------------------------

    def holder(self, kind: str, record: int, name: str) -> Unknown:
        """The fact a record means by a name; a record that is missing above leaves a fact of the asker's own."""
        owner = self.world.owner(kind, record, name.partition("@")[0]) or (kind, record)
        return Unknown("fact", name, *owner)

    def _variable(self, key: Unknown, make: Callable[[], Variable]) -> Any:
        found = self.variables.get(key)
        if found is None:
            found = self.variables[key] = make()
            self.fresh.append(key)
        return found

    def flag(self, key: Unknown) -> Formula:
        """The variable of something that is so or not."""

        def make() -> Variable:
            made = flag(self.terms, f"{key.form} {key.name} {key.of}")
            if key.form in ("within", "party", "more"):
                # A reader expects no more than the record tells.
                made.likely.append(self.terms.negated(made.symbols[0]))
            return made

        return self._variable(key, make).symbols[0]

    def _coded(self, kind: str, record: int, name: str, context: Context) -> tuple[Unknown, Choice | Several]:
        key = self.holder(kind, record, name)
        fact = self.world.facts[name.partition("@")[0]]
        regional = fact.type in ("jurisdiction", "jurisdictions")
        domain: Sequence[str] = self.world.places if regional else sorted(fact.codes or ())

        def signature(code: str | Mark) -> Hashable:
            return tuple(self._told(code, atom, context) for atom in self._asked.get(name, ()))

        def make() -> Variable:
            made = choice if fact.type in ("code", "jurisdiction") else several
            return made(self.terms, name, context.fact(name), fact, domain, context, signature)

        return key, self._variable(key, make)

    def _told(self, code: str | Mark, atom: _CODED, context: Context) -> bool | Unknown:
        """What an atom says of one code; where the public record does not tell, that is open itself."""
        if isinstance(code, Mark):
            return False
        match atom:
            case ir.Code(_, codes) | ir.Has(_, codes):
                return code in codes
            case ir.Nonempty():
                return True
            case ir.Within(_, region):
                found, open_ = context.within(code, region), Unknown("within", code, of=region)
            case ir.Party(instrument, _):
                found, open_ = context.party(code, instrument), Unknown("party", code, of=instrument)
        return open_ if found is None else found

    # Atoms --------------------------------------------------------------------------------------------------

    def atom(self, kind: str, record: int, atom: ir.Atom, context: Context) -> tuple[Formula, Touched]:
        """The atom as a formula, and the open things it hangs on."""
        true, false = encode(atom, context)
        if true or false:
            return true, NOTHING
        match atom:
            case ir.Bool(fact):
                key = self.holder(kind, record, fact)
                return self.flag(key), frozenset((key,))
            case ir.Reading(name):
                key = Unknown("reading", name)
                return self.flag(key), frozenset((key,))
            case ir.Linear():
                return self._linear(kind, record, atom, context)
            case ir.Dates():
                return self._dates(kind, record, atom, context)
            case ir.Code() | ir.Has() | ir.Nonempty() | ir.Within() | ir.Party():
                return self._of_codes(kind, record, atom, context)
            case ir.Gate() | ir.Raised():
                raise AssertionError(f"{atom} is never open")

    def _of_codes(self, kind: str, record: int, atom: _CODED, context: Context) -> tuple[Formula, Touched]:
        key, variable = self._coded(kind, record, atom.fact, context)
        touched = {key}
        classes: list[tuple[str | Mark, Formula]] = list(variable.classes)
        if isinstance(variable, Several):
            classes += [(code, True) for code in sorted(variable.has)]
        sides: list[Formula] = []
        for code, chosen in classes:
            told = self._told(code, atom, context)
            if isinstance(told, Unknown):
                touched.add(told)
                told = self.flag(told)
            sides.append(self.terms.all((chosen, told)))
        return self.terms.any(sides), frozenset(touched)

    def _linear(self, kind: str, record: int, atom: ir.Linear, context: Context) -> tuple[Formula, Touched]:
        terms = self.terms
        known: Number = atom.bound
        there: list[Formula] = []
        touched: set[Unknown] = set()
        total: Any = None
        for factor, name in atom.terms:
            value, stand_in = context.fact(name), context.none_is(name)
            if value is NONE and stand_in is not None:
                value = stand_in
            if not isinstance(value, Mark) and isinstance(value, Number):
                known = known - factor * value
                continue
            key = self.holder(kind, record, name)
            touched.add(key)

            def make(name: str = name, value: Any = value) -> Variable:
                return amount(terms, name, value, context.minimum(name))

            found: Amount = self._variable(key, make)
            one = found.symbols[0]
            if stand_in is None:
                there.append(terms.negated(found.absent))
            else:
                one = terms.choose(found.absent, terms.number(stand_in), one)
            total = terms.number(factor) * one if total is None else total + terms.number(factor) * one
        return terms.all((*there, terms.compared(total, atom.op, terms.number(known)))), frozenset(touched)

    def _day(
        self, kind: str, record: int, term: ir.DateTerm, context: Context
    ) -> tuple[int, None] | tuple[Day, Unknown]:
        """The day a term starts from: known, or a variable."""
        if term.day is not None:
            return term.day, None
        if term.as_of:
            return context.as_of, None
        if term.fact is not None:
            key, value = self.holder(kind, record, term.fact), context.fact(term.fact)
        else:
            instrument, name = term.event or ("", "")
            key, value = Unknown("event", name, of=instrument), context.event(instrument, name)
        if isinstance(value, int):
            return value, None
        return self._variable(key, lambda: day(self.terms, key.name, value)), key

    def _dates(self, kind: str, record: int, atom: ir.Dates, context: Context) -> tuple[Formula, Touched]:
        terms = self.terms
        left, left_key = self._day(kind, record, atom.left, context)
        right, right_key = self._day(kind, record, atom.right, context)
        touched = frozenset(key for key in (left_key, right_key) if key is not None)
        if isinstance(left, Day) and isinstance(right, Day):
            sides = (self._moved(left, atom.left), self._moved(right, atom.right))
            there = terms.all((terms.negated(left.absent), terms.negated(right.absent)))
            return terms.all((there, terms.compared(sides[0], atom.op, sides[1]))), touched
        if isinstance(left, Day):
            bound = int(shift(int(right), atom.right)) if not isinstance(right, Day) else 0
            same = days.against(terms, left.symbols[0], atom.left, atom.op, bound)
            return terms.all((terms.negated(left.absent), same)), touched
        if isinstance(right, Day):
            same = days.against(terms, right.symbols[0], atom.right, atom.op, int(shift(left, atom.left)), turned=True)
            return terms.all((terms.negated(right.absent), same)), touched
        raise AssertionError(f"{atom} over two known days is never open")

    def _moved(self, variable: Day, term: ir.DateTerm) -> Any:
        if not term.months:
            return variable.symbols[0] + term.days
        if variable.calendar is None:
            variable.calendar = days.Calendar(self.terms, variable.symbols[0], variable.symbols, variable.domain)
        found = variable.calendar.moved(term)
        # What the calendar added to the domain must be taken note of like the rest.
        self.fresh += [key for key, each in self.variables.items() if each is variable]
        return found
