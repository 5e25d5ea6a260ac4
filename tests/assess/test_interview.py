"""The interview: never a question that cannot matter, an order close to the best, the findings of the full profile."""

import random
from datetime import date

import pytest
from bench.interview import EXAMPLES, answered, blank, interviewed, random_puzzle, ratios

from comity.assess.interview import Interview
from comity.assess.ordering import Ask, Puzzle, best, expected, hint
from comity.assess.profile import read_profile
from comity.law.corpus import load
from comity.verbs.clock import choose_dates

DATES = choose_dates(date(2026, 11, 21), today=date(2026, 11, 21))


@pytest.fixture(scope="module")
def corpus():
    return load()


# The order --------------------------------------------------------------------------------------------------


def test_the_order_is_close_to_the_best_tree():
    found = ratios(200)
    assert sum(found) / len(found) <= 1.1
    assert max(found) <= 1.5


def settled(puzzle, world):
    """What each target is when every ask has its answer of this world."""
    for number, answer in enumerate(world):
        puzzle = answered(puzzle, number, answer)
    truth = puzzle.truth([(0, 0)] * puzzle.atoms, 1)
    return [truth[target] for target in puzzle.targets]


@pytest.mark.parametrize("choose", [best, hint])
def test_every_answer_path_ends_with_the_answer_of_the_whole_world(choose):
    dice = random.Random(7)  # noqa: S311
    for _ in range(60):
        puzzle = random_puzzle(dice)
        world = [dice.randrange(len(ask.answers)) for ask in puzzle.asks]
        here, asked = puzzle, set()
        while (number := choose(here)) is not None:
            assert number not in asked
            truth = here.truth([(0, 0)] * here.atoms, 1)
            assert here.in_play(truth, 1)[number], "asked what no open target rests on"
            asked.add(number)
            here = answered(here, number, world[number])
        truth = here.truth([(0, 0)] * here.atoms, 1)
        assert [truth[target] for target in here.targets] == settled(puzzle, world)


def test_a_gate_is_asked_before_what_lies_behind_it():
    nodes = (*(("atom", (i,)) for i in range(4)), *(("all", (3, i)) for i in range(3)))
    asks = tuple(Ask(f"q{i}", (i,), ((True,), (False,))) for i in range(4))
    puzzle = Puzzle(nodes, (4, 5, 6), asks)
    assert best(puzzle) == hint(puzzle) == 3
    assert expected(puzzle) == 1 + 3 / 2


def test_late_asks_come_last():
    nodes = (*(("atom", (i,)) for i in range(3)), ("all", (0, 1)), ("all", (0, 2)))
    asks = tuple(Ask(f"q{i}", (i,), ((True,), (False,))) for i in range(3))
    for choose in (best, hint):
        assert choose(Puzzle(nodes, (3, 4), asks, frozenset({0}))) in (1, 2)


LAWS = ("eu/ai-act", "us-ca/sb53")

# The law ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["credit-scorer", "cv-screener", "open-frontier-model", "support-chatbot", "workplace-emotion"]
)
def test_fewer_questions_than_a_list_and_the_same_findings(corpus, name):
    found = interviewed(corpus, EXAMPLES / f"{name}.yaml", DATES, ["EU", "US-CA"], only=LAWS)
    assert not found.differ
    assert not found.idle
    assert found.asked < found.listed


SB53 = frozenset({"us-ca/sb53"})


def told_nothing(corpus, *, exact):
    """The questions about one statute when nothing is known."""
    subject = blank(read_profile(EXAMPLES / "open-frontier-model.yaml", corpus))
    interview = Interview(corpus, DATES, lambda subject: SB53, exact=exact)
    skipped, asked = set(), []
    while (
        prompt := interview.standing(subject, frozenset(skipped), frozenset(corpus.vocabulary.groups)).prompt
    ) is not None:
        assert prompt.fact is not None
        assert prompt.opens
        asked.append((prompt.fact.name, prompt.kind, prompt.record))
        skipped.add(asked[-1])
        assert len(asked) < 100
    return asked


def test_what_somebody_does_not_know_is_not_asked_again(corpus):
    asked = told_nothing(corpus, exact=False)
    assert asked
    assert len(asked) == len(set(asked))


def test_judgement_comes_last(corpus):
    facts = corpus.vocabulary.facts
    late = [facts[name].basis == "judgement" for name, _, _ in told_nothing(corpus, exact=False)]
    assert late == sorted(late)


def test_the_solver_only_drops_questions(corpus):
    pytest.importorskip("z3")
    assert set(told_nothing(corpus, exact=True)) <= set(told_nothing(corpus, exact=False))
