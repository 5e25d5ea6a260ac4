"""How many questions an interview needs on the shipped examples, and against the best decision tree.

    python -m bench.interview [--market EU,US-CA] [--exact] [--trees 200]

All facts of each example are blanked (which records there are stays); the full profile answers, and says "later" to
what it does not state. The count is set against listing every missing fact: those listed at first, and those listed
over all rounds when each list is answered in full before the next is made.
"""

from __future__ import annotations

import argparse
import random
import time
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from comity.assess.evaluate import Dates
from comity.assess.interview import Interview, Prompt
from comity.assess.ordering import Ask, Node, Puzzle, expected, hint
from comity.assess.profile import read_profile
from comity.assess.subject import Subject
from comity.law.corpus import Corpus, load
from comity.logic.values import NONE, CodeSet
from comity.verbs.assess import assess, focus_of
from comity.verbs.clock import choose_dates

EXAMPLES = Path(__file__).parent.parent / "examples"
ON = date(2026, 11, 21)
MARKETS = ["EU", "US-CA"]
_NOTHING = (CodeSet(frozenset()), CodeSet(frozenset({"none"})))


@dataclass(frozen=True)
class Count:
    """Questions of an interview and of lists, and where the findings differ from those of the full profile."""

    name: str
    asked: int
    listed: int
    rounds: int
    differ: tuple[str, ...]
    idle: tuple[str, ...]
    seconds: float


def blank(full: Subject) -> Subject:
    """The same records, links and lists, and no facts."""
    found = deepcopy(full)
    for records in found.records.values():
        for record in records:
            record.facts.clear()
    found.closed.clear()
    return found


def statuses(
    corpus: Corpus, subject: Subject, dates: Dates, markets: list[str]
) -> dict[tuple[str, int], tuple[object, ...]]:
    """What an assessment finds about duties and prohibitions."""
    made = assess(corpus, subject, dates, markets=markets)
    return {
        (f.rule.id, f.record): (f.status, f.value)
        for f in made.findings
        if f.rule.kind in ("duty", "prohibition") and f.instrument.id in made.focus
    }


def interviewed(
    corpus: Corpus, path: Path, dates: Dates, markets: list[str], *, exact: bool = False, only: tuple[str, ...] = ()
) -> Count:
    """An interview in which the full profile answers; about some instruments (`only`), or all of the markets."""
    full = read_profile(path, corpus)
    focus = focus_of(corpus, full, dates, markets)
    focus = focus & frozenset(only) if only else focus
    interview = Interview(corpus, dates, lambda subject: focus, exact=exact)
    started = time.perf_counter()
    subject, skipped, opened, asked = blank(full), set(), set(), 0
    idle: list[str] = []
    while True:
        subject = replace(subject, records={k: list(v) for k, v in subject.records.items()})
        standing = interview.standing(subject, frozenset(skipped), frozenset(opened))
        prompt = standing.prompt
        if prompt is None:
            break
        asked += 1
        if not prompt.opens:
            idle.append(prompt.fact.name if prompt.fact else "")
        _told(full, subject, prompt, skipped, opened)
    seconds = time.perf_counter() - started
    listed, rounds = _listed(corpus, full, dates, markets, focus)
    wanted, found = (statuses(corpus, each, dates, markets) for each in (full, subject))
    differ = tuple(
        sorted({key[0] for key in wanted if key[0].partition("#")[0] in focus and wanted[key] != found.get(key)})
    )
    return Count(path.stem, asked, listed, rounds, differ, tuple(idle), seconds)


def _told(full: Subject, subject: Subject, prompt: Prompt, skipped: set, opened: set) -> None:
    """What the full profile answers."""
    if prompt.group is not None:
        stated_apart = any(
            name in prompt.group.facts and stated.value not in (False, NONE, "none", *_NOTHING)
            for records in full.records.values()
            for record in records
            for name, stated in record.facts.items()
        )
        # Where a member is so, or not known, "none of them" would not be true.
        if stated_apart or not any(name == prompt.group.name for name, _ in full.closed):
            opened.add(prompt.group.name)
            return
        subject.closed.append(next(each for each in full.closed if each[0] == prompt.group.name))
        for kind, records in full.records.items():
            for number, record in enumerate(records):
                for name, stated in record.facts.items():
                    if name in prompt.group.facts:
                        subject.records[kind][number].facts.setdefault(name, stated)
        return
    assert prompt.fact is not None
    stated = full.records[prompt.kind][prompt.record].facts.get(prompt.fact.name)
    if stated is None:
        skipped.add((prompt.fact.name, prompt.kind, prompt.record))
    else:
        subject.records[prompt.kind][prompt.record].facts[prompt.fact.name] = stated


def _listed(corpus: Corpus, full: Subject, dates: Dates, markets: list[str], focus: frozenset[str]) -> tuple[int, int]:
    """How many missing facts `assess` lists at first, and over all rounds."""
    subject, seen, first = blank(full), set(), 0
    numbers = {(kind, r.name): i for kind, records in full.records.items() for i, r in enumerate(records)}
    while True:
        made = assess(corpus, subject, dates, markets=markets)
        about = [q for q in made.questions if any(rule.partition("#")[0] in focus for rule in q.opens)]
        fresh = {(q.fact, q.kind, q.record) for q in about} - seen
        if not fresh:
            return first, len(seen)
        first = first or len(fresh)
        seen |= fresh
        subject = deepcopy(subject)
        for fact, kind, record in fresh:
            number = numbers.get((kind, record))
            stated = None if number is None else full.records[kind][number].facts.get(fact)
            if stated is not None and number is not None:
                subject.records[kind][number].facts[fact] = stated


# Against the best tree --------------------------------------------------------------------------------------


def random_puzzle(dice: random.Random) -> Puzzle:
    """A small rule set as laws are built: definitions that several duties share, and often a gate before them."""
    asks: list[Ask] = []
    atoms = 0
    for number in range(dice.randint(4, 7)):
        size = 1 if dice.random() < 0.7 else dice.randint(2, 3)
        columns = tuple(range(atoms, atoms + size))
        answers = (
            ((True,), (False,)) if size == 1 else tuple(tuple(j == c for j in range(size)) for c in range(size + 1))
        )
        asks.append(Ask(f"q{number}", columns, answers))
        atoms += size
    nodes: list[Node] = [("atom", (i,)) for i in range(atoms)]

    def tree(depth: int, pool: list[int]) -> int:
        if depth == 0 or dice.random() < 0.25:
            leaf = dice.choice(pool)
            if dice.random() >= 0.25:
                return leaf
            nodes.append(("not", (leaf,)))
        else:
            parts = tuple(tree(depth - 1, pool) for _ in range(dice.randint(2, 3)))
            nodes.append((dice.choice(["all", "all", "any"]), parts))
        return len(nodes) - 1

    pool = list(range(atoms))
    shared = [tree(1, pool) for _ in range(dice.randint(1, 3))]
    gate = dice.choice(pool + shared)
    targets: list[int] = []
    for _ in range(dice.randint(2, 5)):
        target = tree(2, pool + shared * 2)
        if dice.random() < 0.6:
            nodes.append(("all", (gate, target)))
            target = len(nodes) - 1
        targets.append(target)
    return Puzzle(tuple(nodes), tuple(targets), tuple(asks))


def answered(puzzle: Puzzle, number: int, answer: int) -> Puzzle:
    """The puzzle after an answer."""
    ask = puzzle.asks[number]
    known = dict(zip(ask.atoms, ask.answers[answer], strict=True))
    nodes = tuple(
        ("true" if known[parts[0]] else "false", ())
        if form == "atom" and known.get(parts[0]) is not None
        else (form, parts)
        for form, parts in puzzle.nodes
    )
    return Puzzle(nodes, puzzle.targets, puzzle.asks)


def cost(puzzle: Puzzle, choose: object = hint) -> float:
    """The expected number of questions when each is chosen by `choose`."""
    known: dict[Puzzle, float] = {}

    def of(here: Puzzle) -> float:
        if here not in known:
            number = choose(here)  # pyright: ignore
            answers = 0 if number is None else len(here.asks[number].answers)
            known[here] = (
                0.0 if number is None else 1 + sum(of(answered(here, number, a)) for a in range(answers)) / answers
            )
        return known[here]

    return of(puzzle)


def ratios(count: int, seed: int = 1) -> list[float]:
    """Expected questions of the sampled order over those of the best tree, for random small rule sets."""
    dice = random.Random(seed)  # noqa: S311
    found: list[float] = []
    while len(found) < count:
        puzzle = random_puzzle(dice)
        least = expected(puzzle)
        if least:
            found.append(cost(puzzle) / least)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--market", default=",".join(MARKETS))
    parser.add_argument("--exact", action="store_true", help="let z3 drop questions that cannot matter")
    parser.add_argument("--trees", type=int, default=200, help="how many random rule sets")
    options = parser.parse_args()
    corpus, dates = load(), choose_dates(ON, today=ON)
    print("example                 asked  listed  all rounds  findings that differ  seconds")
    for path in sorted(EXAMPLES.glob("*.yaml")):
        if path.stem not in (
            "credit-scorer",
            "cv-screener",
            "open-frontier-model",
            "support-chatbot",
            "workplace-emotion",
        ):
            continue
        found = interviewed(corpus, path, dates, options.market.split(","), exact=options.exact)
        print(
            f"{found.name:22} {found.asked:6} {found.listed:7} {found.rounds:11} {len(found.differ):21} {found.seconds:8.1f}",
            *found.differ[:4],
            flush=True,
        )
    if options.trees:
        made = ratios(options.trees)
        print(
            f"{len(made)} random rule sets: {sum(made) / len(made):.4f} times the best tree on average, at most {max(made):.3f}"
        )


if __name__ == "__main__":
    main()
