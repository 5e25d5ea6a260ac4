"""The second coding of a sample: the page is in step with its data, the sample still stands, and the figures are right."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest

from comity.law.corpus import Corpus

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "recoding"
SHEETS = ("us", "international")


@pytest.fixture(scope="module")
def tool() -> SimpleNamespace:
    """The modules of tools/recodes."""
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        from recodes import agreement, conditions, figures, page, sampling
    finally:
        sys.path.remove(str(ROOT / "tools"))
    return SimpleNamespace(agreement=agreement, conditions=conditions, figures=figures, page=page, sampling=sampling)


# The page and its data --------------------------------------------------------------------------------------


def test_the_page_is_in_step_with_the_results(tool: SimpleNamespace) -> None:
    text = (ROOT / tool.page.PAGE).read_text(encoding="utf-8")
    assert tool.page.written(text, FOLDER) == text, "run `python tools/recoding.py compare --page`"


@pytest.mark.parametrize("scope", SHEETS)
def test_the_results_are_those_of_the_sheet(tool: SimpleNamespace, scope: str) -> None:
    found = tool.page.results(FOLDER)[scope]
    assert found["sheet"] == tool.agreement.digest(FOLDER / f"{scope}.yaml"), "the sheet was changed: compare again"
    rows = tool.agreement.read(FOLDER / f"{scope}.yaml")["rules"]
    assert [row["rule"] for row in rows] == [row["rule"] for row in found["rules"]]
    assert not any("fault" in row for row in found["rules"])


def test_every_disagreement_was_looked_at(tool: SimpleNamespace) -> None:
    differ = {pair for found in tool.page.results(FOLDER).values() for pair in tool.page.disagreements(found["rules"])}
    classed = {(each["rule"], each["about"]): each["state"] for each in tool.page.findings(FOLDER)}
    assert len(classed) == len(tool.page.findings(FOLDER))
    assert differ <= classed.keys()
    # What was mended may agree by now; nothing else can have come to agree by itself.
    assert all(classed[pair] == "mended" for pair in classed.keys() - differ)
    for each in tool.page.findings(FOLDER):
        assert each["class"] in tool.page.CLASSES
        assert each["state"] in ("proposed", "mended", "carried", "none")
        assert ("mend" in each) is (each["state"] in ("proposed", "mended"))


# The sample -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", SHEETS)
def test_the_sample_still_stands(tool: SimpleNamespace, corpus: Corpus, scope: str) -> None:
    filled = tool.agreement.read(FOLDER / f"{scope}.yaml")
    every = tool.sampling.versions(corpus)
    gone = sorted({row["rule"] for row in filled["rules"]} - every.keys())
    assert not gone, "rules of the sample were renamed or removed: name them anew in the sheet, or draw again"
    drawn, population = len(filled["rules"]), sum(filled["population"].values())
    assert 0.13 <= drawn / population <= 0.20
    today = sum(map(len, tool.sampling.population(corpus, scope).values()))
    assert drawn / today >= 0.10, "the law has grown: draw again"


def test_drawing_is_the_same_each_time_and_reaches_every_larger_instrument(
    tool: SimpleNamespace, corpus: Corpus
) -> None:
    rules = tool.sampling.population(corpus, "us")
    chosen = tool.sampling.draw(rules)
    assert chosen == tool.sampling.draw(dict(reversed(rules.items())))
    reached = {rule.instrument for rule in chosen}
    assert {name for name, found in rules.items() if len(found) >= tool.sampling.SMALL} <= reached


def test_the_blank_sheet_does_not_tell_what_is_asked(tool: SimpleNamespace, corpus: Corpus) -> None:
    blank = tool.sampling.sheet(corpus, "us")
    assert all(set(row) == {"rule", "kind", "per", "title", "at"} for row in blank["rules"])


# The figures ------------------------------------------------------------------------------------------------


def test_wilson_and_kappa_give_known_values(tool: SimpleNamespace) -> None:
    low, high = tool.figures.wilson(8, 10)
    assert (round(low, 4), round(high, 4)) == (0.4902, 0.9433)
    assert tool.figures.wilson(0, 10)[0] == 0.0
    assert tool.figures.wilson(10, 10)[1] == 1.0
    pairs = Counter({("y", "y"): 20, ("y", "n"): 5, ("n", "y"): 10, ("n", "n"): 15})
    assert round(tool.figures.kappa(pairs), 3) == 0.4
    assert tool.figures.kappa(Counter({("y", "y"): 5})) is None
    assert tool.figures.jaccard(["a", "b"], ["b", "c"]) == pytest.approx(1 / 3)
    assert tool.figures.jaccard([], []) == 1.0


def _sides(tool: SimpleNamespace, corpus: Corpus, row: dict[str, object]) -> tuple[SimpleNamespace, dict[str, str]]:
    rule = str(row["rule"])
    both = tool.conditions.Comparison(corpus, {rule: row})
    both.ask_cases()
    both.ask_solver()
    return both.sides[rule], both.faults


def test_the_same_condition_otherwise_written_agrees(tool: SimpleNamespace, corpus: Corpus) -> None:
    pytest.importorskip("z3")
    row = {"rule": "us-ca/sb53#large_frontier_developer", "values": {"large": "500000000 USD"}}
    sides, _ = _sides(
        tool, corpus, {**row, "when": "NOT (NOT (group_revenue_prior_year_usd > $large) OR NOT frontier_developer)"}
    )
    assert sides.total > 0
    assert sides.contrary == 0
    assert sides.proof == "equivalent"


def test_a_wider_condition_and_a_contrary_one_are_told(tool: SimpleNamespace, corpus: Corpus) -> None:
    pytest.importorskip("z3")
    row = {"rule": "us-ca/sb53#large_frontier_developer"}
    wider, _ = _sides(tool, corpus, {**row, "when": "frontier_developer"})
    assert wider.proof == "wider"
    assert wider.answers["no", "yes"] > 0
    contrary, _ = _sides(tool, corpus, {**row, "when": "NOT large_frontier_developer"})
    assert contrary.proof == "apart"
    assert contrary.equal == contrary.answers["open", "open"]


def test_a_condition_that_cannot_be_read_is_a_fault(tool: SimpleNamespace, corpus: Corpus) -> None:
    pytest.importorskip("z3")
    sides, faults = _sides(tool, corpus, {"rule": "us-ca/sb53#large_frontier_developer", "when": "no_such_fact"})
    assert sides.proof == "fault"
    assert "no_such_fact" in faults["us-ca/sb53#large_frontier_developer"]
