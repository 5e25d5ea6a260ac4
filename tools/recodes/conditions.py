"""Two conditions for one rule, put side by side in the law and asked of the same profiles and of the solver."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from comity.assess.cases import Case, read_cases
from comity.assess.evaluate import Dates, Evaluation
from comity.assess.exact import world_of
from comity.assess.profile import subject_of
from comity.assess.subject import Record, Subject
from comity.errors import Faults
from comity.law.corpus import CORPUS, Corpus
from comity.law.model import Rule
from comity.law.parts import Part
from comity.logic import ir
from comity.logic.check import Parameter, Symbols, check
from comity.logic.kinds import KINDS
from comity.logic.program import Program, RuleDef, atoms_of, build, facts_of
from comity.logic.proof import evaluate
from comity.logic.solver import Solver
from comity.logic.syntax import ExpressionError

TODAY = date(2026, 11, 21)
LATEST = date(2032, 6, 1)
RLIMIT = 5_000_000
_SHELL = ("applies", "ceases", "scope", "suspended", "transition")


@dataclass(slots=True)
class Sides:
    """What two coders say of one rule: answers counted as (first, second), and what the solver says."""

    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    proof: str = "not asked"

    @property
    def total(self) -> int:
        return sum(self.answers.values())

    @property
    def equal(self) -> int:
        return sum(count for (one, other), count in self.answers.items() if one == other)

    @property
    def contrary(self) -> int:
        """One says yes where the other says no."""
        return self.answers["yes", "no"] + self.answers["no", "yes"]


def _word(value: bool | None) -> str:
    return "open" if value is None else "yes" if value else "no"


def _split(node: ir.Node) -> tuple[list[ir.Node], list[ir.Node]]:
    """Scope, dates and transitions on one side; who, condition and exceptions on the other."""
    shell: list[ir.Node] = []
    rest: list[ir.Node] = []
    for part in node.parts if isinstance(node, ir.AllOf) else (node,):
        inner = part.part if isinstance(part, ir.Negation) else part
        shelled = isinstance(inner, ir.Label) and inner.role in _SHELL
        (shell if shelled else rest).append(part)
    return shell, rest


def parameter(value: object) -> Parameter:
    """A threshold as the second coder wrote it: a date, or a number with its unit."""
    if isinstance(value, date):
        return Parameter(value)
    number, _, unit = str(value).partition(" ")
    exact = Fraction(number)
    return Parameter(int(exact) if exact.denominator == 1 else exact, unit or None)


class Extended:
    """A part of the law with the second coder's conditions beside its own."""

    def __init__(self, corpus: Corpus, part: Part, rows: dict[str, dict[str, Any]]) -> None:
        self.part, self.rules = part, {name: part.rules[name] for name in rows if name in part.rules}
        self.faults: dict[str, str] = {}
        defs = list(part.program.rules)
        for name, rule in self.rules.items():
            try:
                defs += self._beside(corpus, rule, rows[name])
            except ExpressionError as error:
                self.faults[name] = f"{error.message}; {error.mend}"
        self.program: Program = build(defs)

    def _beside(self, corpus: Corpus, rule: Rule, row: dict[str, Any]) -> list[RuleDef]:
        home = self.part.instruments[rule.instrument]
        lifted: list[RuleDef] = []

        def lift(kind: str, node: ir.Node) -> str:
            lifted.append(RuleDef(f"{rule.id}~mine~{len(lifted)}", kind, node))
            return lifted[-1].id

        params = {p.name: Parameter(p.value, p.unit) for p in (*home.timeline.values(), *home.parameters.values())}
        params |= {name: parameter(value) for name, value in (row.get("values") or {}).items()}
        symbols = Symbols(
            corpus.vocabulary.types,
            {each.name: (each.id, each.per) for each in home.rules.values()},
            params,
            {name: f"{home.id}#{name}" for name in home.readings},
            frozenset(corpus.jurisdictions.by_code),
            home.jurisdiction,
            lambda name: (name, self.part.rules[name].per) if name in self.part.rules else None,
        )
        mine = [check(str(row["when"]), symbols, rule.per, lift)]
        if "unless" in row:
            body = check(str(row["unless"]), symbols, rule.per, lift)
            facts = tuple(dict.fromkeys(fact for atom in atoms_of(body) for fact in facts_of(atom)))
            raised = ir.AnyOf((ir.AtomRef(ir.Raised(facts)), body))
            mine.append(ir.Negation(ir.Claim(body, raised)))
        roles = [home.rules[name] for name in row.get("addressee") or () if name != "anyone"]
        if roles:
            mine.append(ir.AnyOf(tuple(ir.RuleRef(role.id) for role in roles)))
        shell, theirs = _split(rule.node)
        first, second = ir.RuleRef(f"{rule.id}~theirs"), ir.RuleRef(f"{rule.id}~mine")
        return [
            *lifted,
            RuleDef(f"{rule.id}~shell", rule.per, ir.AllOf(tuple(shell))),
            RuleDef(first.rule, rule.per, ir.AllOf(tuple(theirs))),
            RuleDef(second.rule, rule.per, ir.AllOf(tuple(mine))),
            RuleDef(f"{rule.id}~less", rule.per, ir.AllOf((*shell, first, ir.Negation(second)))),
            RuleDef(f"{rule.id}~more", rule.per, ir.AllOf((*shell, second, ir.Negation(first)))),
        ]


class Comparison:
    """Every row of a sheet against the corpus: asked of the worked cases, and of the solver where it is installed."""

    def __init__(self, corpus: Corpus, rows: dict[str, dict[str, Any]]) -> None:
        self.corpus, self.rows = corpus, rows
        self.sides = {name: Sides() for name in rows}
        self.faults: dict[str, str] = {}
        self._extended: dict[int, Extended] = {}
        self._days: dict[str, set[date]] = {name: {TODAY, LATEST} for name in rows}

    def _beside(self, part: Part) -> Extended:
        if id(part) not in self._extended:
            names = {n: row for n, row in self.rows.items() if n.partition("#")[0] in part.instruments}
            found = self._extended[id(part)] = Extended(self.corpus, part, names)
            self.faults |= found.faults
        return self._extended[id(part)]

    def homes(self) -> dict[Path, set[str]]:
        """Every file of worked cases of the sampled instruments and of their amendments, with the rules asked there."""
        files: dict[str, Path] = {name: Path(each.file) for name, each in self.corpus.at(date.max).instruments.items()}
        found: dict[Path, set[str]] = {}
        for name in self.rows:
            instrument = name.partition("#")[0]
            places = [files[instrument]]
            for patch in self.corpus.patches:
                if patch.amends == instrument:
                    places.append(Path(self.corpus.raw.patches[patch.id].header.pos.file))
            for place in places:
                whole = place.name.startswith("_")
                cases = place.parent.glob("*.cases.yaml") if whole else [place.with_name(f"{place.stem}.cases.yaml")]
                for path in cases:
                    if path.exists() or (CORPUS / path).exists():
                        found.setdefault(path if path.exists() else CORPUS / path, set()).add(name)
        return found

    def ask_cases(self) -> int:
        """Each case once: what both conditions answer where scope and dates leave anything to answer."""
        asked = 0
        for path, names in sorted(self.homes().items()):
            for case in read_cases(path, Faults()):
                asked += 1
                self._ask(case, names)
        return asked

    def _ask(self, case: Case, names: set[str]) -> None:
        known = case.known_at or min(case.as_of, TODAY)
        subject = subject_of(case.profile, self.corpus, default_name=case.name)
        there = Evaluation(self.corpus, subject, Dates(case.as_of, case.as_of, known)).now
        for part in {id(p): p for name in names if (p := there.law.part_of(name)) is not None}.values():
            beside = self._beside(part)
            run = evaluate(beside.program, there.graph, dict(there.contexts))
            for name in names & beside.rules.keys() - beside.faults.keys():
                self._days[name].add(case.as_of)
                for record in range(there.graph.counts.get(beside.rules[name].per, 0)):
                    if run.value(f"{name}~shell", record) is not False:
                        pair = tuple(_word(run.value(f"{name}~{side}", record)) for side in ("theirs", "mine"))
                        self.sides[name].answers[pair[0], pair[1]] += 1

    def ask_solver(self) -> None:
        """Whether one condition can hold where the other does not, about a subject of whom nothing is known."""
        subject = blank()
        by_day: dict[date, Evaluation] = {}
        for name, sides in self.sides.items():
            for day in sorted(self._days[name], reverse=True):
                if day not in by_day:
                    by_day[day] = Evaluation(self.corpus, subject, Dates(day, day, max(day, TODAY)))
                found = self._prove(name, by_day[day])
                if found is not None:
                    sides.proof = found
                    break

    def _prove(self, name: str, evaluation: Evaluation) -> str | None:
        there = evaluation.now
        part = there.law.part_of(name)
        if part is None or name not in part.rules:
            return None
        beside = self._beside(part)
        if name in beside.faults:
            return "fault"
        run = evaluate(beside.program, there.graph, dict(there.contexts))
        if run.value(f"{name}~shell", 0) is False:
            return None
        solver = Solver(world_of(evaluation, there.contexts), run, rlimit=RLIMIT)
        less, more = (solver.decide(f"{name}~{side}", 0).can_be_true for side in ("less", "more"))
        if less is None or more is None:
            return "undecided"
        return "apart" if less and more else "narrower" if less else "wider" if more else "equivalent"


def blank() -> Subject:
    """One record of each kind, one below the other, of whom nothing is known."""
    records = {kind: [Record(kind, kind)] for kind in KINDS}
    records["system"][0].parents["model"] = [0]
    records["use"][0].parents["system"] = [0]
    records["incident"][0].parents |= {"system": [0], "model": [0]}
    return Subject("nobody", records, dict.fromkeys(KINDS, True))
