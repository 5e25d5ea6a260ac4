"""Which question next: the order that leaves the fewest to ask, over formulas that stay open in three-valued logic.

A `Puzzle` knows no law: nodes over atoms, targets to be settled, and asks, each with the answers it may get, taken
as equally likely. Many cases are evaluated at once: the truth of a node is a pair of whole numbers, one bit a case.

A small puzzle is solved: the decision tree with the fewest expected questions. In a large one the asks that most
often cannot be spared are tried out: each is asked first, the others follow in a fixed order as long as they matter,
and the one with the fewest questions over a sample of worlds is taken.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

__all__ = ["Ask", "Expected", "Node", "Puzzle", "best", "expected", "hint"]

Node = tuple[str, tuple[int, ...]]
"""("atom", (number,)), ("all" or "any", parts), ("not", (part,)), ("true" or "false" or "open", ()); parts come first."""
Mask = tuple[int, int]

STATES = 2_500
"""A puzzle with at most so many states (every ask open or answered) is solved."""
_WORLDS = 48
_SOLVED = 60_000
_TRIED = 8
_WORK = 3_000_000


@dataclass(frozen=True, slots=True)
class Ask:
    """What can be asked: the atoms it decides, and for each answer their values (None: not decided by it)."""

    name: str
    atoms: tuple[int, ...]
    answers: tuple[tuple[bool | None, ...], ...]


@dataclass(frozen=True)
class Puzzle:
    """Nodes in an order in which parts come first; `targets` are the numbers of those to be settled."""

    nodes: tuple[Node, ...]
    targets: tuple[int, ...]
    asks: tuple[Ask, ...]
    late: frozenset[int] = frozenset()
    """Asks that are not put before any other that is in play."""

    @cached_property
    def atoms(self) -> int:
        asked = (atom for ask in self.asks for atom in ask.atoms)
        return 1 + max((*(parts[0] for form, parts in self.nodes if form == "atom"), *asked), default=-1)

    def truth(self, atoms: Sequence[Mask], full: int) -> list[Mask]:
        """For every node the cases in which it is true, and those in which it is false."""
        found: list[Mask] = []
        for form, parts in self.nodes:
            if form == "atom":
                found.append(atoms[parts[0]])
            elif form == "not":
                true, false = found[parts[0]]
                found.append((false, true))
            elif form in ("all", "any"):
                every, some = full, 0
                whole = form == "all"
                for part in parts:
                    true, false = found[part]
                    every &= true if whole else false
                    some |= false if whole else true
                found.append((every, some) if whole else (some, every))
            else:
                found.append((full, 0) if form == "true" else (0, full) if form == "false" else (0, 0))
        return found

    def needed(self, truth: Sequence[Mask], full: int) -> list[int]:
        """For every atom the cases in which it is open and an open target rests on it."""
        need = [0] * len(self.nodes)
        opened = [full & ~(true | false) for true, false in truth]
        for target in self.targets:
            need[target] |= opened[target]
        found = [0] * self.atoms
        for number in range(len(self.nodes) - 1, -1, -1):
            here = need[number]
            if not here:
                continue
            form, parts = self.nodes[number]
            if form == "atom":
                found[parts[0]] |= here
            else:
                for part in parts:
                    need[part] |= here & opened[part]
        return found

    def in_play(self, truth: Sequence[Mask], full: int) -> list[int]:
        """For every ask the cases in which it could matter."""
        needed = self.needed(truth, full)
        found: list[int] = []
        for ask in self.asks:
            mask = 0
            for atom in ask.atoms:
                mask |= needed[atom]
            found.append(mask)
        return found

    def opened(self, truth: Sequence[Mask], full: int) -> list[int]:
        """For every target the cases in which it is open."""
        return [full & ~(truth[t][0] | truth[t][1]) for t in self.targets]


@dataclass
class _Cases:
    """Atoms under many cases at once; nothing is answered at first."""

    puzzle: Puzzle
    full: int
    atoms: list[Mask] = field(init=False)

    def __post_init__(self) -> None:
        self.atoms = [(0, 0)] * self.puzzle.atoms

    def answer(self, number: int, worlds: Sequence[int], where: int) -> None:
        """Answer an ask in the cases of `where`; `worlds[answer]` are the cases in which it has that answer."""
        ask = self.puzzle.asks[number]
        for answer, cases in zip(ask.answers, worlds, strict=True):
            chosen = cases & where
            if chosen:
                for atom, value in zip(ask.atoms, answer, strict=True):
                    if value is not None:
                        true, false = self.atoms[atom]
                        self.atoms[atom] = (true | chosen, false) if value else (true, false | chosen)


# Small puzzles ----------------------------------------------------------------------------------------------


@dataclass
class Expected:
    """The decision tree with the fewest expected questions, by states: which asks have which answer."""

    puzzle: Puzzle
    known: dict[tuple[int, ...], tuple[float, int | None]] = field(
        default_factory=dict[tuple[int, ...], "tuple[float, int | None]"]
    )

    def at(self, state: tuple[int, ...]) -> tuple[float, int | None]:
        """(expected questions, the one to ask first) from a state; -1 is an ask not yet answered."""
        if state in self.known:
            return self.known[state]
        playing = _candidates(self.puzzle, _playing(self.puzzle, state))
        best: tuple[float, int | None] = (0.0, None)
        for number in playing:
            answers = range(len(self.puzzle.asks[number].answers))
            cost = 1 + sum(self.at((*state[:number], a, *state[number + 1 :]))[0] for a in answers) / len(answers)
            if best[1] is None or cost < best[0] - 1e-12:
                best = cost, number
        self.known[state] = best
        return best


def _masks(puzzle: Puzzle, state: Sequence[int]) -> list[Mask]:
    cases = _Cases(puzzle, 1)
    for number, answer in enumerate(state):
        if answer >= 0:
            cases.answer(number, [int(a == answer) for a in range(len(puzzle.asks[number].answers))], 1)
    return cases.atoms


def _playing(puzzle: Puzzle, state: Sequence[int]) -> list[int]:
    truth = puzzle.truth(_masks(puzzle, state), 1)
    return [i for i, mask in enumerate(puzzle.in_play(truth, 1)) if mask and state[i] < 0]


def _candidates(puzzle: Puzzle, playing: list[int]) -> list[int]:
    """Those that may be put now: late ones when nothing else is in play."""
    return [i for i in playing if i not in puzzle.late] or playing


def expected(puzzle: Puzzle) -> float:
    """The expected number of questions of the best decision tree."""
    return Expected(puzzle).at((-1,) * len(puzzle.asks))[0]


# Large puzzles ----------------------------------------------------------------------------------------------


def _worlds(puzzle: Puzzle, count: int) -> list[list[int]]:
    """For every ask and answer the sampled worlds in which it has that answer; the same sample every time."""
    dice = random.Random(20261121)  # noqa: S311 - a sample, no secret
    found: list[list[int]] = []
    for ask in puzzle.asks:
        masks = [0] * len(ask.answers)
        # Every answer as often as the others, in random order.
        order = [world % len(masks) for world in range(count)]
        dice.shuffle(order)
        for world, answer in enumerate(order):
            masks[answer] |= 1 << world
        found.append(masks)
    return found


def _repeated(mask: int, width: int, times: int) -> int:
    found = 0
    for _ in range(times):
        found = found << width | mask
    return found


def pivotal(puzzle: Puzzle, worlds: list[list[int]], count: int) -> list[int]:
    """For every ask in how many worlds a target is open when all else is answered: there no order can spare it."""
    size = len(puzzle.asks)
    full = (1 << count * size) - 1
    cases = _Cases(puzzle, full)
    block = (1 << count) - 1
    for number in range(size):
        wide = [_repeated(mask, count, size) for mask in worlds[number]]
        cases.answer(number, wide, full & ~(block << number * count))
    opened = 0
    for mask in puzzle.opened(puzzle.truth(cases.atoms, full), full):
        opened |= mask
    return [(opened >> number * count & block).bit_count() for number in range(size)]


def _rolled(puzzle: Puzzle, tried: list[int], order: list[int], worlds: list[list[int]], count: int) -> list[int]:
    """For each ask tried first the number of questions over all worlds, when the others follow as they matter."""
    width = count * len(tried)
    full = (1 << width) - 1
    block = (1 << count) - 1
    wide = [[_repeated(mask, count, len(tried)) for mask in masks] for masks in worlds]
    cases = _Cases(puzzle, full)
    done = [0] * len(puzzle.asks)
    asked = [count] * len(tried)
    for place, number in enumerate(tried):
        cases.answer(number, wide[number], block << place * count)
        done[number] |= block << place * count
    playing = puzzle.in_play(puzzle.truth(cases.atoms, full), full)
    for number in order:
        here = playing[number] & ~done[number]
        if here:
            cases.answer(number, wide[number], here)
            for place in range(len(tried)):
                asked[place] += (here >> place * count & block).bit_count()
            playing = puzzle.in_play(puzzle.truth(cases.atoms, full), full)
            if not any(playing):
                break
    return asked


def _cones(puzzle: Puzzle, asked: list[int]) -> dict[int, float]:
    """For every ask how many others are left in play after an answer, on average."""
    width = sum(len(puzzle.asks[number].answers) for number in asked)
    full = (1 << width) - 1
    cases = _Cases(puzzle, full)
    blocks: dict[int, int] = {}
    start = 0
    for number in asked:
        answers = len(puzzle.asks[number].answers)
        blocks[number] = (1 << answers) - 1 << start
        cases.answer(number, [1 << start + a for a in range(answers)], full)
        start += answers
    playing = puzzle.in_play(puzzle.truth(cases.atoms, full), full)
    return {
        number: sum((mask & block).bit_count() for i, mask in enumerate(playing) if i != number and mask)
        / block.bit_count()
        for number, block in blocks.items()
    }


def hint(puzzle: Puzzle, count: int = _WORLDS, tried: int = _TRIED) -> int | None:
    """The next ask by sampled worlds, for puzzles too large to solve; None where nothing is in play."""
    playing = _playing(puzzle, (-1,) * len(puzzle.asks))
    now = _candidates(puzzle, playing)
    if len(now) < 2:
        return now[0] if now else None
    worlds = _worlds(puzzle, count)
    spared = pivotal(puzzle, worlds, count)
    left = _cones(puzzle, playing)
    order = sorted(playing, key=lambda i: (i in puzzle.late, -spared[i] / count + left[i] / len(playing), i))
    few = [i for i in order if i in now][:tried]
    if len(puzzle.nodes) * len(order) * (1 + count * len(few) // 2048) > _WORK:
        return few[0]
    costs = _rolled(puzzle, few, order, worlds, count)
    return few[min(range(len(few)), key=lambda place: (costs[place], place))]


def best(puzzle: Puzzle, states: int = STATES) -> int | None:
    """The number of the ask to put first; None where none could matter."""
    start = (-1,) * len(puzzle.asks)
    playing = _playing(puzzle, start)
    size = 1
    for number in playing:
        size *= 1 + len(puzzle.asks[number].answers)
        if size > states or size * len(puzzle.nodes) > _SOLVED:
            return hint(puzzle)
    return Expected(puzzle).at(start)[1]
