"""`comity whatif --portfolio`: every count is what the engine for one subject says of each row, under both versions."""

import random
from datetime import date
from itertools import product

import pytest

pytest.importorskip("pyarrow", reason='the extra is not installed: pip install "comity[portfolio]"')

from comity.assess.evaluate import Dates, Evaluation
from comity.assess.mapping_read import read_mapping
from comity.assess.portfolio import Portfolio
from comity.doors.cli.app import run
from comity.errors import UsageFault
from comity.verbs.patches import read_patches
from comity.verbs.portfolio import binding
from comity.verbs.whatif_portfolio import whatif_portfolio, whatif_portfolio_record
from doors.test_schemas import check
from portfolio.conftest import MAPPING
from portfolio.rows import make

KNOWN, ON = date(2026, 11, 21), date(2027, 8, 2)
DATES = Dates(KNOWN, ON, KNOWN)
SYSTEMIC, SB53 = "eu-systemic-1e26.yaml", "us-hr9925/ca-sb53.yaml"
TABLE = "name,compute,open\nhuge,2e26,no\nbig,3e25,no\nsmall,1e20,yes\nopaque,,\nodd,3e25,\n"


@pytest.fixture
def asked(corpus, root, tmp_path):
    """`asked(patch, table)`: the answer, the mapping and the patches."""

    def made(patch, table=TABLE, **more):
        (tmp_path / "t.csv").write_text(table, encoding="utf-8")
        (tmp_path / "m.yaml").write_text(MAPPING, encoding="utf-8")
        mapping = read_mapping(tmp_path / "m.yaml", corpus)
        patches = read_patches([root / "examples" / "patches" / patch], corpus)
        return whatif_portfolio(corpus, tmp_path / "t.csv", mapping, DATES, patches, **more), mapping, patches

    return made


def some(values):
    """Whether one of several answers is true; no answer is false."""
    return True if True in values else None if None in values else False


def singly(corpus, table, mapping, patches, rules):
    """By rule the (before, after) of each row, each row evaluated as a subject of its own."""
    found = {rule.id: [] for rule in rules}
    usable = {n for batch in Portfolio(corpus, mapping, table, KNOWN).batches() for n in batch.numbers}
    for batch in Portfolio(corpus, mapping, table, KNOWN).batches(derived=False):
        for row in (i for i, number in enumerate(batch.numbers) if number in usable):
            subject = batch.subject(row)
            laws = [Evaluation(corpus, subject, DATES, extra).now for extra in ((), tuple(patches))]
            for rule in rules:
                records = range(len(subject.records[rule.per]))
                sides = [some([law.value(rule.id, i) for i in records]) for law in laws]
                # Where the children are not all listed there may be one that nobody described.
                there = [rule.id in law.law.rules for law in laws]
                if batch.unlisted == rule.per:
                    sides = [None if s is False and t else s for s, t in zip(sides, there, strict=True)]
                found[rule.id].append(tuple(sides))
    return found


def agrees(corpus, table, found, mapping, patches):
    """All counts against rows taken singly; returns how many answers were certainly gained or lost."""
    rows = singly(corpus, table, mapping, patches, [each.rule for each in found.rules])
    moved = 0
    gain, lose = set(), set()
    for each in found.rules:
        pairs = rows[each.rule.id]
        for side, counts in enumerate((each.before, each.after)):
            values = [pair[side] for pair in pairs]
            expected = tuple(values.count(value) for value in (True, None, False))
            assert (counts.applies, counts.open, counts.not_) == expected, each.rule.id
        for way, moves in (((False, True), each.gained), ((True, False), each.lost)):
            sure = [i for i, pair in enumerate(pairs) if pair == way]
            room = sum(pair[0] in (way[0], None) and pair[1] in (way[1], None) for pair in pairs)
            assert moves.certainly == len(sure), each.rule.id
            assert moves.certainly + moves.possibly <= room, each.rule.id
            moved += len(sure)
            if binding(each.rule):
                (gain if way[1] else lose).update(sure)
    assert (found.gained.certainly, found.lost.certainly) == (len(gain), len(lose))
    return moved


@pytest.mark.parametrize("patch", [SYSTEMIC, SB53])
def test_counts_are_those_of_each_row_taken_singly(corpus, tmp_path, asked, patch):
    found, mapping, patches = asked(patch)
    assert found.population.usable == 5
    assert agrees(corpus, tmp_path / "t.csv", found, mapping, patches) > 0


@pytest.mark.parametrize(
    ("kind", "seed", "more"),
    [
        ("model", 1, {}),
        ("model", 3, {"children": "incident", "complete": False}),
        ("model", 9, {"children": "incident", "complete": True, "beside": "unknown"}),
    ],
)
@pytest.mark.parametrize("patch", [SYSTEMIC, SB53])
def test_a_random_table_agrees_row_by_row(corpus, root, tmp_path, patch, kind, seed, more):
    table, file = make(tmp_path, corpus, seed, kind, count=60, **more)
    mapping, patches = read_mapping(file, corpus), read_patches([root / "examples" / "patches" / patch], corpus)
    agrees(corpus, table, whatif_portfolio(corpus, table, mapping, DATES, patches), mapping, patches)


@pytest.mark.parametrize("patch", [SYSTEMIC, SB53])
def test_what_filling_in_a_row_can_show_is_possible(asked, patch):
    """However the blanks of a row turn out, what it then gains or loses for certain was possible before."""
    head = "name,compute,open\n"
    for compute, opened in product(("", "3e25", "2e26"), ("", "yes")):
        whole = asked(patch, f"{head}row,{compute},{opened}\n")[0]
        before = {each.rule.id: each for each in whole.rules}
        full = product([compute] if compute else ["1e20", "3e25", "2e26"], [opened] if opened else ["yes", "no"])
        for filled in full:
            after = asked(patch, f"{head}row,{','.join(filled)}\n")[0]
            pairs = [(each, before[each.rule.id]) for each in after.rules]
            for new, old in [*pairs, (after, whole)]:
                assert new.gained.certainly <= old.gained.certainly + old.gained.possibly, (new, filled)
                assert new.lost.certainly <= old.lost.certainly + old.lost.possibly, (new, filled)


def test_a_higher_line_takes_away_and_never_adds(asked):
    found, _, _ = asked(SYSTEMIC)
    rules = {each.rule.id: each for each in found.rules}
    line = rules["eu/ai-act#gpai_high_impact_presumed"]
    assert (line.extent, line.since) == ("narrower", ON)
    assert (line.before.applies, line.before.open, line.after.applies, line.after.open) == (3, 1, 1, 1)
    assert (line.lost.certainly, line.lost.possibly, line.gained.certainly, line.gained.possibly) == (2, 1, 0, 0)
    assert line.lost.examples == [(2, "big"), (5, "odd")]
    # The small model is not near the line: whatever is open about it, the patch changes none of it.
    assert rules["eu/ai-act#gpai_systemic"].lost.possibly == 3


def test_only_the_cone_is_evaluated(asked):
    found, _, _ = asked(SB53)
    assert {each.rule.instrument for each in found.rules} == {"us-ca/sb53"}
    assert len(found.rules) < 40 < 1000 < found.outside


def test_the_record_keeps_its_schema_and_tells_the_cut_off(asked):
    found, _, _ = asked(SYSTEMIC, limit=2)
    record = whatif_portfolio_record(found)
    assert check(record) == "whatif-portfolio-1"
    assert (record["population"]["rows_read"], record["population"]["limit"], record["law_at"]) == (2, 2, "2027-08-02")


def test_progress_is_told(asked):
    told = []
    asked(SYSTEMIC, progress=lambda done, rows: told.append((done, rows)))
    assert told[-1][1] == 5


def test_a_patch_that_is_not_in_force_yet(corpus, root, tmp_path, asked):
    _, mapping, patches = asked(SYSTEMIC)
    with pytest.raises(UsageFault, match="no patch is in force"):
        whatif_portfolio(corpus, tmp_path / "t.csv", mapping, Dates(KNOWN, KNOWN, KNOWN), patches)


def test_many_blocks_are_one_table(asked):
    luck = random.Random(3)  # noqa: S311
    rows = "".join(f"m{i},{luck.choice(['', '1e20', '3e25', '2e26'])},\n" for i in range(70_000))
    whole = asked(SYSTEMIC, f"name,compute,open\n{rows}")[0]
    line = next(e for e in whole.rules if e.rule.id == "eu/ai-act#gpai_high_impact_presumed")
    assert line.lost.certainly == rows.count(",3e25,")
    assert line.lost.possibly == rows.count(",,")


def test_on_the_command_line(root, tmp_path, asked, monkeypatch, capsys):
    monkeypatch.setenv("COMITY_CACHE", str(tmp_path / "cache"))
    asked(SYSTEMIC)
    patch = str(root / "examples" / "patches" / SYSTEMIC)
    table = ["--portfolio", str(tmp_path / "t.csv"), "--from", str(tmp_path / "m.yaml"), "--known-at", str(KNOWN)]
    assert run(["whatif", patch, *table]) == 0
    out, err = capsys.readouterr()
    places = ["What if: t.csv", "5 read, 5 usable", "Rows whose duties change", "lose one", "Lost", "not legal advice"]
    assert sorted(places, key=out.index) == places
    assert err == ""
    assert run(["whatif", patch, *table, "--limit", "1"]) == 0
    assert "the first 1 only, by --limit" in capsys.readouterr().out
    profile = str(root / "examples" / "open-frontier-model.yaml")
    for wrong in ([], [profile, *table], [profile, "--limit", "3"]):
        assert run(["whatif", patch, *wrong]) == 2
