"""Labels beside rules: what a table says of its rows, what the law gives, and why the two differ."""

import csv
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from jsonschema import Draft202012Validator

import comity as package
from comity.assess.evaluate import Dates
from comity.assess.mapping_read import read_mapping
from comity.errors import UsageFault
from comity.verbs.compare import chosen_labels, compare_portfolio
from comity.verbs.compare_record import comparison_record
from portfolio.conftest import MAPPING
from portfolio.rows import NOW
from portfolio.test_output import closed

SCHEMA = json.loads((Path(package.__file__).parent / "schemas" / "comparison-1.json").read_text(encoding="utf-8"))
LABELS = """
carry: {weights: open}
labels:
  frontier: {column: says, rule: us-ca/sb53#frontier_model, says_yes: ["yes", sure], says_no: ["no"]}
"""
TABLE = (
    "name,compute,open,says\n"
    "big,2e26,yes,yes\n"
    "modest,2e26,no,no\n"
    "boast,1e20,no,sure\n"
    "boast again,1e20,no,sure\n"
    "small,1e20,no,no\n"
    "opaque,,,yes\n"
    "quiet,2e26,no,\n"
    "other,1e20,no,perhaps\n"
)
AT = ("--as-of", NOW.isoformat())


@pytest.fixture
def files(tmp_path):
    (tmp_path / "t.csv").write_text(TABLE, encoding="utf-8")
    (tmp_path / "m.yaml").write_text(MAPPING + LABELS, encoding="utf-8")
    return tmp_path / "t.csv", tmp_path / "m.yaml"


@pytest.fixture
def compared(corpus, files):
    def made(*names, rule=None, yes=(), no=(), **more):
        mapping = read_mapping(files[1], corpus)
        labels = chosen_labels(mapping, names, rule, yes, no)
        return compare_portfolio(corpus, files[0], mapping, labels, Dates(NOW, NOW, NOW), **more)

    return made


def by_text(each):
    return {v.text: (v.says, v.counts.applies, v.counts.open, v.counts.not_) for v in each.values}


def test_what_the_label_says_is_counted_beside_what_the_rule_gives(compared):
    (each,) = compared().compared
    assert by_text(each) == {
        "yes": (True, 1, 1, 0),
        "sure": (True, 0, 0, 2),
        "no": (False, 1, 0, 1),
        "perhaps": (None, 0, 0, 1),
        "": (None, 1, 0, 0),
    }
    verdicts = {verdict: each.count(verdict) for verdict in ("agrees", "disagrees", "open", "silent")}
    assert verdicts == {"agrees": 2, "disagrees": 3, "open": 1, "silent": 2}
    assert each.waiting == (("training_compute_flop", 1),)


def test_rows_that_disagree_come_with_rule_pinpoint_and_facts(compared):
    (each,) = compared().compared
    assert [(row.number, row.name, row.says, row.answer) for row in each.rows] == [
        (2, "", False, True),
        (3, "", True, False),
        (4, "", True, False),
    ]
    modest, boast, again = each.rows
    assert modest.why.rules[0].rule == "us-ca/sb53#frontier_model"
    assert modest.why.rules[0].at == "§ 22757.11(i)"
    facts = {told.fact: told.value for told in modest.why.facts}
    assert facts["is_foundation_model"] == "yes"
    assert "training_compute_flop" in facts
    assert boast.why is again.why
    assert {told.fact for told in boast.why.facts} == {"training_compute_flop", "finetune_compute_flop"}
    assert modest.carried == {"weights": "no"}


def test_everything_keeps_the_rows_that_agree_or_are_open(compared):
    (each,) = compared(everything=True).compared
    assert [row.verdict for row in each.rows] == [
        "agrees", "disagrees", "disagrees", "disagrees", "agrees", "open", "silent", "silent",
    ]  # fmt: skip
    assert each.rows[5].why.missing == ("training_compute_flop",)


def test_each_answer_is_that_of_the_engine_for_one_subject(corpus, files, compared):
    """The reasons come from another engine than the counts: both must say the same."""
    for rule in ("us-ca/sb53#frontier_model", "us-ca/sb53#frontier_developer", "eu/ai-act#gpai_systemic"):
        (each,) = compared("frontier", rule=rule, everything=True).compared
        assert len(each.rows) == 8
        for row in each.rows:
            assert row.why.rules[0].value is row.answer


def test_a_column_of_any_table_can_be_compared(compared):
    (each,) = compared("open", rule="us-ca/sb53#frontier_model", yes=["yes"], no=["no"]).compared
    assert (each.rule.id, by_text(each)["no"]) == ("us-ca/sb53#frontier_model", (False, 2, 0, 4))
    (each,) = compared("frontier", yes=["yes"], no=["sure"]).compared
    assert by_text(each)["sure"] == (False, 0, 0, 2)
    assert each.count("silent") == 4


@pytest.mark.parametrize(
    ("names", "more", "message"),
    [
        (["fronteer"], {}, "did you mean 'frontier'"),
        (["open"], {"rule": "us-ca/sb53#frontier_model"}, "has no label 'open'"),
        ([], {"rule": "us-ca/sb53#frontier_model"}, "need a --label"),
        (["frontier"], {"yes": ["a"], "no": ["a"]}, "says yes and no"),
        (["frontier"], {"rule": "us-ca/sb53#frontier_modell"}, "did you mean"),
        (["frontier"], {"rule": "us/m-24-10#rights_impacting"}, "--as-of gives another date"),
        (["frontier"], {"rule": "frontier_model"}, "stands for several rules"),
        (["frontier"], {"rule": "us/m-25-21#high_impact"}, "about a kind of record that the rows do not have"),
    ],
)
def test_what_cannot_be_compared_is_told(compared, names, more, message):
    with pytest.raises(UsageFault) as caught:
        compared(*names, **more)
    assert message in f"{caught.value} {caught.value.mend}"


def test_a_rule_that_is_not_law_on_the_date_is_told(corpus, tmp_path):
    (tmp_path / "t.csv").write_text("what,label\nx,yes\n", encoding="utf-8")
    (tmp_path / "m.yaml").write_text(
        "row: system\nabout: a use\ncolumns:\n  what: {fact: actor_role, values: {x: [federal_agency]}, rest: 'no'}\n"
        "labels:\n  l: {column: label, rule: us/no-such#rule, says_yes: ['yes']}\n",
        encoding="utf-8",
    )
    mapping = read_mapping(tmp_path / "m.yaml", corpus)
    with pytest.raises(UsageFault, match=f"the law of {NOW} has no rule 'us/no-such#rule'"):
        compare_portfolio(corpus, tmp_path / "t.csv", mapping, mapping.labels, Dates(NOW, NOW, NOW))


def test_the_record_keeps_its_schema(compared):
    Draft202012Validator.check_schema(SCHEMA)
    record = comparison_record(compared(everything=True), {"file": "x.csv", "rows": 8})
    assert not list(Draft202012Validator(closed(SCHEMA)).iter_errors(record))
    (each,) = record["comparisons"]
    assert each["disagrees"] == {"low": 3, "high": 4}
    assert (each["agrees"], each["open"], each["silent"]) == (2, 1, 2)
    assert each["waiting"][0]["mapped"] is True
    assert record["mapping"]["determined"] is False
    json.dumps(record)


def test_parts_of_a_set_come_together(corpus, tmp_path):
    """Each column tells one code; all told and none in it is an empty set, one told to be in it is enough."""
    codes = ["testing", "impact_assessment", "monitoring", "training", "oversight", "remedies", "feedback"]
    header = ",".join(["label", *codes])
    rows = ["y" + ",yes" * 7, "y,soon" + ",yes" * 6, "y,yes" + "," * 6, "y,soon" + "," * 6, "y" + "," * 7]
    (tmp_path / "t.csv").write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    columns = "".join(
        f"  {code}: {{fact: minimum_practices_missing, part: {code}, values: {{'yes': false, soon: true}}}}\n"
        for code in codes
    )
    (tmp_path / "m.yaml").write_text(
        f"row: system\nabout: a use\nbeside: none\ncolumns:\n{columns}"
        "assume:\n  - {facts: {actor_role: [federal_agency], determined_high_impact: true}, says: high-impact uses}\n"
        "labels:\n  l: {column: label, rule: us/m-25-21#discontinue, says_yes: [y]}\n",
        encoding="utf-8",
    )
    mapping = read_mapping(tmp_path / "m.yaml", corpus)
    found = compare_portfolio(
        corpus, tmp_path / "t.csv", mapping, mapping.labels, Dates(NOW, NOW, NOW), everything=True
    )
    assert [row.answer for row in found.compared[0].rows] == [False, True, None, True, None]
    derived = {told.fact: told.derived_at for told in found.compared[0].rows[1].why.facts}
    assert derived["practices_documented"] == "OMB M-25-21 s. 4(a)(i)"


def test_determinations_are_facts_only_when_asked_for(comity, files, tmp_path):
    text = "row: system\nabout: a use\ncolumns:\n  who: {fact: actor_role, values: {a: [federal_agency]}, rest: 'no'}\n"
    text += "labels:\n  l: {column: label, rule: us/m-25-21#high_impact, says_yes: ['yes'], says_no: ['no']}\n"
    text += "determinations:\n  label: {fact: determined_high_impact, values: {'yes': true, 'no': false}, says: as it says}\n"
    (tmp_path / "d.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "d.csv").write_text("who,label\na,yes\na,no\n", encoding="utf-8")
    args = (tmp_path / "d.csv", "--from", tmp_path / "d.yaml", "--as-of", "2026-01-31", "--json")
    plain = comity("portfolio", "compare", *args).json
    taken = comity("portfolio", "compare", *args, "--determined").json
    assert [v["counts"]["open"] for v in plain["comparisons"][0]["values"]] == [1, 1]
    assert [v["counts"]["applies"] for v in taken["comparisons"][0]["values"]] == [1, 0]
    assert (plain["mapping"]["determined"], taken["mapping"]["determined"]) == (False, True)
    assert "as it says" in {each["says"] for each in taken["assumptions"]}
    assert "principal_basis" in {each["fact"] for each in plain["comparisons"][0]["waiting"] if not each["mapped"]}
    counted = comity("portfolio", "assess", *args, "--determined", "--market", "US").json
    rule = next(r for i in counted["instruments"] for r in i["rules"] if r["id"] == "us/m-25-21#high_impact")
    assert (rule["now"]["applies"], rule["now"]["open"]) == (1, 1)


def test_the_command_prints_counts_rows_and_reasons(comity, files):
    table, mapping = files
    ran = comity("portfolio", "compare", table, "--from", mapping, *AT)
    assert ran.code == 0, ran.err
    places = [
        "Labels beside the law: t.csv", "8 read, 8 usable", "Taken as given", "frontier beside Frontier model",
        "label and rule disagree: 3–4 of the 6 rows", "what is open waits for training_compute_flop (1 row)",
        "A label is not law", "What next", "not legal advice",
    ]  # fmt: skip
    assert sorted(places, key=ran.out.index) == places
    assert comity("portfolio", "compare", table, "--from", mapping, *AT, "--label", "fronteer").code == 2


@pytest.mark.parametrize("name", ["o.csv", "o.parquet"])
def test_the_rows_are_written_with_what_they_rest_on(comity, files, tmp_path, name):
    table, mapping = files
    ran = comity("portfolio", "compare", table, "--from", mapping, *AT, "-o", tmp_path / name, "--json")
    assert ran.json["output"] == {"file": str(tmp_path / name), "rows": 3}
    if name.endswith("csv"):
        with (tmp_path / name).open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        meta = json.loads((tmp_path / f"{name}.meta.json").read_text(encoding="utf-8"))
    else:
        read = pq.read_table(tmp_path / name)
        rows, meta = read.to_pylist(), json.loads(read.schema.metadata[b"comity"])
    assert meta["schema"] == "comity.comparison-rows/1"
    assert [(str(row["row"]), row["says"], row["answer"]) for row in rows] == [
        ("2", "no", "applies"),
        ("3", "yes", "not"),
        ("4", "yes", "not"),
    ]
    assert rows[0]["because"].startswith("Frontier model (§ 22757.11(i)): yes")
    assert "training_compute_flop" in rows[0]["facts"]
    assert rows[0]["carried_weights"] == "no"
    assert comity("portfolio", "compare", table, "--from", mapping, *AT, "-o", tmp_path / name, "--all").code == 0


def test_reasons_are_bounded_and_what_has_none_is_counted(compared, monkeypatch):
    monkeypatch.setattr("comity.verbs.compare.MOST", 1)
    (each,) = compared().compared
    assert each.count("disagrees") == 3
    assert each.unexplained == 3
    assert [bool(row.why.rules) for row in each.rows] == [True, False, False]
    assert each.waiting == ()
