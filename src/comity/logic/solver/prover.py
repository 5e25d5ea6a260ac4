"""Questions to the solver: is it settled, on what does it turn, which completion makes it so, which facts matter.

Nothing here depends on time: every question has the same bound on z3's own count of its work (`rlimit`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from comity.logic import ir
from comity.logic.program import atoms_of, facts_of
from comity.logic.proof import Run
from comity.logic.solver.formulas import Formulas, Rails
from comity.logic.solver.space import Space, Touched
from comity.logic.solver.terms import Expr, Formula, Terms
from comity.logic.solver.unknowns import Asked, Held, Unknown, Witness, World
from comity.logic.values import Value

__all__ = ["RLIMIT", "Cases", "Decision", "Settling", "Solver"]

RLIMIT = 2_000_000
"""How much work one question may cost, in z3's own count; see docs/decisions/2026-11-21-solver.md."""

_ROUNDS = 16


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether an answer can be true and can be false; None where the bound on the work was met first.

    Where it can be neither, the facts contradict the constraints, and nothing is said.
    """

    can_be_true: bool | None
    can_be_false: bool | None

    @property
    def value(self) -> bool | None:
        """The answer, where it is the same in every completion."""
        if self.can_be_true and self.can_be_false is False:
            return True
        return False if self.can_be_false and self.can_be_true is False else None

    @property
    def limited(self) -> bool:
        """Whether the question was given up."""
        return self.can_be_true is None or self.can_be_false is None


@dataclass(frozen=True, slots=True)
class Cases:
    """Why an open answer is settled: in every case that the facts of `split` can make, it is `value`.

    None of them can be left out, nor any of the constraints (`by` name).
    """

    value: bool
    split: tuple[Unknown, ...]
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settling:
    """An open thing that would settle an answer alone, with a value of it that does."""

    unknown: Unknown
    value: Value
    answer: bool


@dataclass(slots=True)
class _Side:
    """What is said of one constraint: the formula, what it hangs on, and its name."""

    name: str
    formula: Formula
    touched: Touched


class Solver:
    """z3 for one subject under one law, or under several on the same date: `runs` share facts and their variables.

    Questions are asked one after another of one solver, which keeps what it learned. With `few`, it tries no before
    yes, so that completions say less.
    """

    def __init__(self, world: World, *runs: Run, rlimit: int = RLIMIT, few: bool = False) -> None:
        self.world, self.rlimit, self._few = world, rlimit, few
        self.terms = Terms()
        atoms = (atom for run in runs for column in run.program.atoms.values() for atom in column)
        held = (atom for each in world.held for atom in atoms_of(each.node))
        self.space = Space(self.terms, world, (*atoms, *held))
        self.formulas = Formulas(self.space, runs)
        self._z3 = self.terms.z3
        self._core: Any = self._new()
        self._noted: dict[Unknown, int] = {}
        self._sides: dict[int, _Side] = {}
        self._index: dict[Unknown, list[int]] | None = None
        self._literals: dict[Asked, Formula] = {}
        self._decided: dict[tuple[int, str, int], Decision] = {}
        self._likely: Expr = self.terms.flag("likely")

    def _new(self) -> Any:
        solver = self._z3.Solver(ctx=self.terms.context)
        solver.set("rlimit", self.rlimit)
        if self._few:
            solver.set("phase_selection", 0)
        return solver

    # What always holds --------------------------------------------------------------------------------------

    def _about(self, unknown: Unknown) -> list[int]:
        """The constraints that speak of an open thing, by number."""
        if self._index is None:
            self._index = {}
            for number, each in enumerate(self.world.held):
                keys = {key for atom in atoms_of(each.node) for key in self._keys(each, atom)}
                for key in keys:
                    self._index.setdefault(key, []).append(number)
                if not keys:
                    self._hold(number)
        return self._index.get(Unknown(unknown.form, "") if unknown.form in ("within", "party") else unknown, [])

    def _keys(self, held: Held, atom: ir.Atom) -> list[Unknown]:
        """What an atom of a constraint can hang on; places are not told apart here."""
        found = [self.space.holder(held.kind, held.record, name) for name in facts_of(atom)]
        match atom:
            case ir.Reading(name):
                found.append(Unknown("reading", name))
            case ir.Within():
                found.append(Unknown("within", ""))
            case ir.Party():
                found.append(Unknown("party", ""))
            case ir.Dates(left, _, right):
                events = [term.event for term in (left, right) if term.event is not None]
                found += [Unknown("event", name, of=instrument) for instrument, name in events]
            case _:
                pass
        return found

    def _note(self) -> None:
        """Take in the variables made since: their limits, and the constraints that speak of them."""
        fresh = self.space.fresh
        while fresh:
            unknown = fresh.pop()
            variable = self.space.variables[unknown]
            done = self._noted.get(unknown, 0)
            self._core.add(*(side for side in variable.domain[done:] if side is not True))
            self._noted[unknown] = len(variable.domain)
            if not done:
                self._core.add(*(self._z3.Implies(self._likely, each) for each in variable.likely))
            for number in self._about(unknown):
                self._hold(number)

    def _hold(self, number: int) -> None:
        if number not in self._sides:
            held = self.world.held[number]
            formula, touched = self.formulas.node(0, held.kind, held.record, held.node)
            self._sides[number] = _Side(held.name, formula, touched)
            if formula is not True:
                self._core.add(formula)

    def _reach(self, touched: Iterable[Unknown]) -> tuple[list[Unknown], list[_Side]]:
        """What is tied to some open things through constraints, and those constraints."""
        found: dict[Unknown, None] = {}
        sides: dict[int, _Side] = {}
        stack = sorted(touched, reverse=True)
        while stack:
            unknown = stack.pop()
            if unknown in found:
                continue
            found[unknown] = None
            for number in self._about(unknown):
                side = self._sides.get(number)
                if side is not None and number not in sides and not isinstance(side.formula, bool):
                    sides[number] = side
                    stack += sorted(side.touched, reverse=True)
        return list(found), list(sides.values())

    # Checks -------------------------------------------------------------------------------------------------

    def _literal(self, asked: Asked) -> Formula:
        """A flag that implies the answer asked for, or a constant."""
        if asked not in self._literals:
            formula, _ = self.formulas.rule(asked.run, asked.rule, asked.record)
            self._note()
            wanted = formula if asked.value else self.terms.negated(formula)
            if not isinstance(wanted, bool):
                flag = self.terms.flag(asked.rule)
                self._core.add(self._z3.Implies(flag, wanted))
                wanted = flag
            self._literals[asked] = wanted
        return self._literals[asked]

    def _check(self, *literals: Formula) -> bool | None:
        if any(each is False for each in literals):
            return False
        return self._ask(self._core, [each for each in literals if each is not True])

    def _ask(self, solver: Any, literals: Sequence[Expr] = ()) -> bool | None:
        found = solver.check(*literals)
        if found == self._z3.unknown:
            if solver is self._core:
                # What a search that was cut short left behind must not cost the next question.
                self._core = self._new()
                self._core.add(*solver.assertions())
            return None
        return found == self._z3.sat

    def can(self, *asked: Asked) -> bool | None:
        """Whether all that is asked can hold together; None where the bound on the work was met first."""
        return self._check(*(self._literal(each) for each in asked))

    def holds(self, formula: Formula) -> bool | None:
        """Whether a formula over the open things can hold; None where the bound on the work was met first."""
        self._note()
        if isinstance(formula, bool):
            return formula
        flag = self.terms.flag("asked")
        self._core.add(self._z3.Implies(flag, formula))
        return self._check(flag)

    def decide(self, rule: str, record: int, run: int = 0) -> Decision:
        """Whether the rule can be true of the record, and whether it can be false."""
        key = run, rule, record
        if key not in self._decided:
            known = self.formulas.runs[run].value(rule, record)
            if known is not None:
                self._decided[key] = Decision(known, not known)
            else:
                true, false = (self._check(self._literal(Asked(rule, record, value, run))) for value in (True, False))
                self._decided[key] = Decision(true, false)
        return self._decided[key]

    def settle(self, rule: str, record: int, run: int = 0) -> bool | None:
        """The answer, if it is the same whatever the missing facts turn out to be."""
        return self.decide(rule, record, run).value

    # Why ----------------------------------------------------------------------------------------------------

    def cases(self, rule: str, record: int, run: int = 0) -> Cases | None:
        """On what a settled answer splits: a set of open things and constraints of which none can be left out."""
        value = self.settle(rule, record, run)
        if value is None:
            return None
        rails = Rails(self.formulas, run)
        true, false = rails.rule(rule, record)
        _, touched = self.formulas.rule(run, rule, record)
        self._note()
        unknowns, sides = self._reach(touched)
        solver = self._new()
        for unknown in unknowns:
            solver.add(*(side for side in self.space.variables[unknown].domain if side is not True))
        bound: dict[Any, Unknown | str] = {flag.get_id(): unknown for unknown, flag in rails.selectors.items()}
        flags: list[Expr] = list(rails.selectors.values())
        for side in sides:
            flag = self.terms.flag(side.name)
            solver.add(self._z3.Implies(flag, side.formula))
            bound[flag.get_id()] = side.name
            flags.append(flag)
        solver.add(self.terms.negated(true if value else false))
        kept = self._least(solver, flags)
        found = [bound[flag.get_id()] for flag in kept]
        return Cases(
            value,
            tuple(each for each in found if isinstance(each, Unknown)),
            tuple(dict.fromkeys(each for each in found if isinstance(each, str))),
        )

    def _least(self, solver: Any, flags: list[Expr]) -> list[Expr]:
        """Flags that contradict the solver together, none of which can be left out."""
        if self._ask(solver, flags) is not False:
            return flags
        core = {flag.get_id() for flag in solver.unsat_core()}
        kept = [flag for flag in flags if flag.get_id() in core]
        for flag in list(kept):
            rest = [each for each in kept if each is not flag]
            if self._ask(solver, rest) is False:
                core = {each.get_id() for each in solver.unsat_core()}
                kept = [each for each in rest if each.get_id() in core]
        return kept

    # Completions --------------------------------------------------------------------------------------------

    def witness(self, *asked: Asked) -> Witness | None:
        """A completion in which all that is asked holds; None where there is none, or none within the bound."""
        literals = [self._literal(each) for each in asked]
        if not self._check(*literals, self._likely) and not self._check(*literals):
            return None
        model = self._core.model()
        touched = [self.formulas.rule(each.run, each.rule, each.record)[1] for each in asked]
        unknowns, _ = self._reach(unknown for part in touched for unknown in part)
        read = self._reader(model)
        return Witness(asked, {unknown: self.space.variables[unknown].read(read) for unknown in unknowns})

    def _reader(self, model: Any) -> Callable[[Formula], bool | int | Fraction]:
        z3 = self._z3

        def read(term: Formula) -> bool | int | Fraction:
            if isinstance(term, bool):
                return term
            found = model.eval(term, model_completion=True)
            if z3.is_bool(found):
                return bool(z3.is_true(found))
            number = found.as_fraction() if z3.is_rational_value(found) else Fraction(found.as_long())
            return int(number) if number.denominator == 1 else Fraction(number)

        return read

    # What matters -------------------------------------------------------------------------------------------

    def relevant(self, rule: str, record: int, run: int = 0) -> list[Unknown]:
        """The open things that matter: in some possible world the answer turns when this one alone is changed.

        What could not be decided within the bound is taken to matter.
        """
        formula, touched = self.formulas.rule(run, rule, record)
        self._note()
        if isinstance(formula, bool):
            return []
        return [unknown for unknown in sorted(touched) if self._matters(formula, unknown) is not False]

    def matters(self, rule: str, record: int, wanted: Callable[[Unknown], bool], run: int = 0) -> bool:
        """Whether one of the open things that are wanted matters to the answer."""
        formula, touched = self.formulas.rule(run, rule, record)
        self._note()
        if isinstance(formula, bool):
            return False
        return any(self._matters(formula, each) is not False for each in sorted(touched) if wanted(each))

    def _matters(self, formula: Formula, unknown: Unknown) -> bool | None:
        z3, variable = self._z3, self.space.variables[unknown]
        pairs = [(symbol, z3.FreshConst(symbol.sort())) for symbol in variable.symbols]
        turned = z3.substitute(formula, *pairs)
        self._core.push()
        self._core.add(*(z3.substitute(side, *pairs) for side in variable.domain if side is not True))
        self._core.add(formula != turned)
        found = self._core.check()
        self._core.pop()
        return None if found == z3.unknown else found == z3.sat

    def decisive(self, rule: str, record: int, run: int = 0) -> list[Settling]:
        """The open things of which some value settles the answer alone, whatever the others turn out to be.

        Each is named with one such value. Of numbers and days some may be missed: only so many values are tried.
        """
        found: list[Settling] = []
        formula, touched = self.formulas.rule(run, rule, record)
        matter = self.relevant(rule, record, run)
        unknowns, sides = self._reach(touched)
        domain = [side for each in unknowns for side in self.space.variables[each].domain]
        holds = self.terms.all((*domain, *(side.formula for side in sides)))
        for unknown in matter:
            others = [s for each in unknowns if each != unknown for s in self.space.variables[each].symbols]
            for answer in (True, False):
                wanted = formula if answer else self.terms.negated(formula)
                value = self._settling(unknown, others, wanted, holds)
                if value is not None:
                    found.append(Settling(unknown, value, answer))
        return found

    def _at(self, solver: Any, end: Formula) -> list[Expr]:
        """A flag that implies a condition, as an assumption of one check."""
        flag = self.terms.flag("end")
        solver.add(self._z3.Implies(flag, end))
        return [flag]

    def _settling(self, unknown: Unknown, others: list[Expr], wanted: Formula, holds: Formula) -> Value | None:
        """A value of one open thing under which the answer is the one wanted.

        A guess is put to the test: what contradicts it is a case that every later guess must stand too.
        """
        z3, variable = self._z3, self.space.variables[unknown]
        guesses, tests = self._new(), self._new()
        if holds is not True:
            guesses.add(holds)
            tests.add(holds)
        tests.add(self.terms.negated(wanted))
        ends = list(variable.ends)
        for _ in range(_ROUNDS):
            if not (ends and self._ask(guesses, self._at(guesses, ends.pop()))) and not self._ask(guesses):
                return None
            model = guesses.model()
            tests.push()
            tests.add(*(symbol == model.eval(symbol, model_completion=True) for symbol in variable.symbols))
            against = self._ask(tests)
            case = tests.model() if against else None
            tests.pop()
            if against is None:
                return None
            if case is None:
                return variable.read(self._reader(model))
            pairs = [(symbol, case.eval(symbol, model_completion=True)) for symbol in others]
            stands = z3.substitute(wanted, *pairs)
            guesses.add(stands if holds is True else z3.Implies(z3.substitute(holds, *pairs), stands))
        return None
