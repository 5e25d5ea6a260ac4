"""The inventories of the United States beside OMB M-24-10 and M-25-21: what the agencies say, and what the rules give.

The figures are pinned; where the cells alone give them they are counted here with the csv module.
"""

import csv
from collections import Counter
from datetime import date

import pytest

from comity.assess.evaluate import Dates
from comity.assess.mapping import shipped
from comity.assess.mapping_read import read_mapping
from comity.errors import UsageFault
from comity.verbs.compare import chosen_labels, compare_portfolio
from comity.verbs.compare_record import mapped_facts
from comity.verbs.portfolio import choose_mapping
from portfolio.test_real import LABELS, present

FILES = {"2024": "inventory_2024.csv", "2025": "inventory_2025_part.csv"}
# The inventory of 2024 was published in December 2024, under M-24-10; that of 2025 in the first months of 2026.
DAYS = {"2024": date(2024, 12, 31), "2025": date(2026, 4, 3)}
PRESUMED = "Presumed High-Impact, but Not High-impact"


@pytest.fixture(scope="module")
def rows(shared_dir):
    def read(year):
        with present(shared_dir, "us_ai_inventory", FILES[year]).open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    return read


@pytest.fixture(scope="module")
def compared(corpus, shared_dir):
    def made(year, *names, rule=None, determined=False, mapping=None, day=None, everything=False):
        table = present(shared_dir, "us_ai_inventory", FILES[year])
        chosen = mapping or choose_mapping("us-inventory", table, corpus)
        labels = chosen_labels(chosen, names, rule, (), ())
        on = day or DAYS[year]
        chosen = chosen.determined() if determined else chosen
        return compare_portfolio(corpus, table, chosen, labels, Dates(on, on, on), everything=everything)

    return made


def verdicts(each):
    return tuple(each.count(verdict) for verdict in ("agrees", "disagrees", "open", "silent"))


def by_text(each):
    found = Counter()
    for value in each.values:
        counts = value.counts
        found.update(
            {
                (value.text, "applies"): counts.applies,
                (value.text, "open"): counts.open,
                (value.text, "not"): counts.not_,
            }
        )
    return {key: count for key, count in found.items() if count}


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        ("2024", {"rights_impacting": (0, 0, 2073, 60), "safety_impacting": (0, 0, 2073, 60)}),
        ("2025", {"high_impact": (0, 0, 2260, 409)}),
    ],
)
def test_without_the_label_no_column_decides_and_every_row_stays_open(compared, rows, year, expected):
    """The columns state neither purpose nor effect nor weight of the output: that is said, and nothing is guessed."""
    found = compared(year)
    assert {each.label.name: verdicts(each) for each in found.compared} == expected
    for each in found.compared:
        assert {value.text: value.counts.open for value in each.values} == Counter(
            row[LABELS[year]].strip() for row in rows(year)
        )
        assert not each.rows
        waiting = dict(each.waiting)
        activity = {"rights_impacting": "rights_impacting_activity", "safety_impacting": "safety_impacting_activity"}
        purpose = activity.get(each.label.name, "high_impact_purpose")
        assert waiting[purpose] == len(rows(year))
        assert purpose not in mapped_facts(found)
    assert not found.portfolio.population.bad.found
    assert not found.portfolio.population.contradictions.found


def test_three_uses_of_2024_are_said_to_decide_without_a_human(compared):
    """Their label is Neither. How much the AI decides is then known, for what it is used is not: they stay open."""
    each = compared("2024", "rights_impacting").compared[0]
    waiting = dict(each.waiting)
    assert waiting["rights_impacting_activity"] - waiting["significantly_influences_outcome"] == 3


def test_with_the_determination_a_yes_is_followed_and_a_no_stays_open(compared):
    """By construction there is no disagreement with the rule that the label itself answers."""
    rights, safety = compared("2024", determined=True).compared
    assert (verdicts(rights), verdicts(safety)) == ((326, 0, 1747, 60), (220, 0, 1853, 60))
    assert by_text(rights)["Neither", "open"] == by_text(safety)["Neither", "open"] == 1722
    (high,) = compared("2025", determined=True).compared
    assert verdicts(high) == (284, 0, 1976, 409)
    assert by_text(high) == {
        ("High-impact", "applies"): 284,
        ("Not High-impact", "open"): 1907,
        (PRESUMED, "open"): 69,
        ("", "open"): 409,
    }


def test_a_presumption_is_rebutted_where_the_agency_says_so(compared):
    (each,) = compared("2025", "high_impact", rule="us/m-25-21#presumed_high_impact", determined=True).compared
    assert by_text(each)[PRESUMED, "not"] == 69
    assert by_text(each)["Not High-impact", "open"] == 1907


def test_high_impact_uses_that_have_ended_have_nothing_to_document(compared, rows):
    """Label yes, duty definitely no: each with the exemption that fired and its pinpoint."""
    (each,) = compared("2025", "high_impact", rule="us/m-25-21#document_practices", determined=True).compared
    ended = [
        number
        for number, row in enumerate(rows("2025"), 1)
        if (row["is_high_impact"], row["development_stage"]) == ("High-impact", "Retired")
    ]
    assert [row.number for row in each.rows] == ended
    assert len(ended) == each.count("disagrees") == 45
    for row in each.rows:
        assert [(fired.rule, fired.at) for fired in row.why.rules[1:]] == [("us/m-25-21#use_ended", "s. 4(a)(i)")]
        assert [(told.fact, told.derived_at) for told in row.why.facts] == [("agency_use_stage", None)]


MISSING = {
    "hi_testing_conducted": {"No", "In-progress"},
    "hi_assessment_completed": {"No", "In-progress"},
    "hi_independent_review": {"No", "In-progress"},
    "hi_ongoing_monitoring": {"No", "In-progress"},
    "hi_training_established": {"No", "Training In-progress"},
    "hi_failsafe_presence": {"No", "In-progress"},
    "hi_appeal_process": {"Appeal Process In-progress"},
    "hi_public_consultation": {"['In-progress']"},
}


def test_deployed_high_impact_uses_with_a_practice_missing_are_to_be_ended(compared, rows):
    """From 3 April 2026; the day before nothing was due. Who did not answer is open, never cleared."""
    (each,) = compared("2025", "high_impact", rule="us/m-25-21#discontinue", determined=True, everything=True).compared
    high = [(n, row) for n, row in enumerate(rows("2025"), 1) if row["is_high_impact"] == "High-impact"]
    running = [(n, row) for n, row in high if row["development_stage"] in ("Deployed", "Pilot")]
    lacking = {n for n, row in running if any(row[column] in texts for column, texts in MISSING.items())}
    assert {row.number for row in each.rows if row.answer is True} == lacking
    assert {row.number for row in each.rows if row.text == "High-impact" and row.answer is None} == {
        n for n, _ in running if n not in lacking
    }
    counts = by_text(each)
    assert [counts["High-impact", answer] for answer in ("applies", "open", "not")] == [14, 135, 135]
    (before,) = compared(
        "2025", "high_impact", rule="us/m-25-21#discontinue", determined=True, day=date(2026, 4, 2)
    ).compared
    assert by_text(before)["High-impact", "not"] == 284


def test_the_practices_of_2024_wait_where_more_time_was_asked_for(compared, rows):
    (each,) = compared("2024", "rights_impacting", rule="us/m-24-10#minimum_practices", determined=True).compared
    asked = "Has your agency requested an extension to implement the minimum risk management practices for this AI use case?"
    waiting = Counter()
    for row in rows("2024"):
        text = row[LABELS["2024"]].strip()
        if row[asked].startswith("Yes") and row["Stage of Development"] != "Retired":
            waiting[text] += 1
    counts = by_text(each)
    for text in ("Both", "Rights-Impacting"):
        assert counts[text, "open"] == waiting[text]
    assert (counts["Both", "applies"], counts["Rights-Impacting", "applies"]) == (80, 110)
    assert (counts["Both", "not"], counts["Rights-Impacting", "not"]) == (11, 3)


def test_the_one_use_with_waivers_owes_the_practices_that_were_not_waived(compared):
    found = {}
    for rule in ("operational_testing", "independent_evaluation", "public_notice", "consultation", "human_remedy",
                 "human_alternative", "impact_assessment", "monitoring"):  # fmt: skip
        (each,) = compared("2024", "rights_impacting", rule=f"us/m-24-10#{rule}", determined=True).compared
        found[rule] = [
            row.number
            for row in each.rows
            if row.says and "m2410_practices_waived" in {told.fact for told in row.why.facts}
        ]
    waived = {rule for rule, numbers in found.items() if numbers}
    assert waived == {
        "operational_testing", "independent_evaluation", "public_notice", "consultation", "human_remedy", "human_alternative",
    }  # fmt: skip
    assert {len(found[rule]) for rule in waived} == {1}


def test_before_and_after_its_time_there_is_no_rule_to_compare_with(compared):
    with pytest.raises(UsageFault, match="the law of 2025-06-01 has no rule"):
        compared("2024", day=date(2025, 6, 1))


def test_the_kind_of_agency_comes_from_the_list_of_the_act(compared, rows):
    found = compared("2025", "high_impact", rule="us/m-25-21#cfo_act_agency", everything=True).compared[0]
    told = {
        answer: {row.carried["agency"] for row in found.rows if row.answer is answer} for answer in (True, None, False)
    }
    assert told[None] == {"FERC", "NIGC", "PBGC"}
    listed = {"HHS", "NASA", "VA", "DOI", "DHS", "DOC", "USDA", "DOT", "ED", "GSA", "DOL", "HUD", "SBA"}
    assert told[True] == listed
    assert {"FDIC", "SEC", "TVA", "NARA"} <= told[False]
    assert (
        sum(value.counts.applies for value in found.values)
        == sum(row["agency"] in listed for row in rows("2025"))
        == 2370
    )


def test_a_reading_of_ones_own_shows_where_labels_and_topics_part(corpus, compared, rows, tmp_path):
    """What if the topic were the purpose and every output a principal basis? Nobody says so; then these rows differ."""
    text = shipped()["us-inventory-2025"].read_text(encoding="utf-8")
    purposes = "{Law Enforcement: [j], Benefits Processing: [m], HR: [n]}"
    own = f"topic_area:\n    - {{fact: high_impact_purpose, rest: unknown, others: silent, values: {purposes}}}\n    - "
    text = text.replace(
        "topic_area:\n    fact: law_enforcement_use\n    others: unknown\n",
        own + "fact: law_enforcement_use\n      others: unknown\n",
    )
    text = text.replace(
        "    values: {Law Enforcement: true}\n    says: A use case",
        "      values: {Law Enforcement: true}\n      says: A use case",
    )
    text += "  - {facts: {principal_basis: true}, says: Every output is taken as a principal basis.}\n"
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    (each,) = compared("2025", mapping=read_mapping(tmp_path / "own.yaml", corpus)).compared
    assert verdicts(each) == (67, 95, 2098, 409)
    topics = Counter(
        row["topic_area"]
        for row in rows("2025")
        if row["is_high_impact"] in ("Not High-impact", PRESUMED)
        and row["topic_area"] in ("Law Enforcement", "Benefits Processing", "HR")
    )
    assert topics == {"Law Enforcement": 60, "Benefits Processing": 17, "HR": 18}
    assert {row.answer for row in each.rows} == {True}
    fired = each.rows[0].why.rules
    assert ("us/m-25-21#presumed_high_impact", "s. 6; s. 4(a)") in {(rule.rule, rule.at) for rule in fired}
