"""One model with three systems in twelve markets, against what a reader of the law expects (expected-twelve.yaml)."""

from __future__ import annotations

import contextlib
import io
import json
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from tests.examples.checks import EXAMPLES, TODAY, asked

from comity.assess.findings import Finding
from comity.assess.profile import read_profile
from comity.doors.cli.app import run
from comity.law.corpus import Corpus, load
from comity.verbs.assess import assess
from comity.verbs.clock import choose_dates

EXAMPLE = EXAMPLES / "twelve-markets.yaml"
EXPECTED: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("expected-twelve.yaml").read_text(encoding="utf-8"))
DATES: list[date] = EXPECTED["dates"]
MARKETS: dict[str, dict[str, Any]] = EXPECTED["markets"]
UNCOVERED = [code for code, market in MARKETS.items() if "unencoded" in market]
WORDS = ("applies", "upcoming", "open", "disputed")

Entry = dict[str, Any]


class Case(NamedTuple):
    """One expectation: a rule (or all that carry an id) about one record on a date."""

    section: str
    instrument: str
    word: str
    about: str
    on: date

    @property
    def entry(self) -> Entry:
        return EXPECTED[self.section][self.instrument][self.word]


def many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


CASES = [
    Case(section, instrument, word, about, on)
    for section in ("duties", "may", "headline", "is")
    for instrument, rules in EXPECTED[section].items()
    for word, entry in rules.items()
    for about in many(entry.get("about", ""))
    for on in DATES
]
NOT = [
    (instrument, *word.partition("@")[::2], on)
    for instrument, words in EXPECTED["not"].items()
    for word in words
    for on in DATES
]
each = pytest.mark.parametrize("case", CASES, ids=[f"{c.instrument}#{c.word}@{c.about}-{c.on}" for c in CASES])


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return load()


@pytest.fixture(scope="module")
def found(corpus: Corpus) -> Any:
    """The findings on a date, each computed once."""
    return cache(
        lambda on: assess(corpus, read_profile(EXAMPLE, corpus), choose_dates(on, today=TODAY)).findings,
    )


@pytest.fixture(scope="module")
def meant(corpus: Corpus) -> Any:
    """The rules meant by a name or id, in all versions of the law asked about."""
    rules = {rule.id: rule for day in (*DATES, date.max) for rule in corpus.at(day).rules.values()}

    def of(instrument: str, word: str) -> set[str]:
        ids = {r.id for r in rules.values() if r.instrument == instrument and word in (r.name, *r.aliases)}
        assert ids, f"no rule {instrument}#{word}"
        return ids

    return of


def record(finding: Finding) -> str:
    """What a finding is about: a use, else a model or system, else the company ('')."""
    return finding.instance or finding.artefact or ""


def hits(findings: list[Finding], rules: set[str], about: str) -> list[Finding]:
    return [f for f in findings if f.rule.id in rules and record(f) == about]


def expected(entry: Entry, on: date) -> str | None:
    """The status expected on a date; None for what has ended."""
    if "until" in entry and on >= entry["until"]:
        return None
    if "from" in entry and on >= entry["from"]:
        return "applies"
    word = next((word for word in ("disputed", "open") if word in entry), None)
    if word is not None and on >= entry[word]:
        return word
    # Where nothing is sure to come, what may come is open.
    if word is not None and "from" not in entry:
        return "open"
    return "upcoming" if "from" in entry else "applies"


@each
def test_status(found: Any, meant: Any, case: Case) -> None:
    seen = [f.status for f in hits(found(case.on), meant(case.instrument, case.word), case.about)]
    word = expected(case.entry, case.on)
    if word is None:
        assert set(seen) <= {"ended", "not_applicable"}
    else:
        # An id that stands for several duties may stand for one that only an incident calls for.
        assert word in seen
        assert set(seen) <= {word, "not_applicable"}


@each
def test_paragraph_dates_and_clocks(found: Any, meant: Any, case: Case) -> None:
    entry = case.entry
    word = expected(entry, case.on)
    if word is None:
        return
    told = [f for f in hits(found(case.on), meant(case.instrument, case.word), case.about) if f.status == word]
    assert told
    for f in told:
        if "at" in entry:
            assert f.rule.at[0] == entry["at"]
        if "from" in entry:
            assert f.start == entry["from"]
        if word in ("open", "disputed"):
            assert f.possible_from == entry[word if word in entry else "disputed"]
        if word == "open" and "waits" in entry:
            assert {m.fact for m in f.missing} == set(entry["waits"])
        if "due" in entry:
            due = [d for d in f.dues if d.kind in ("deadline", "before") and d.due]
            assert [d.due for d in due][:1] == [entry["due"].isoformat()]
            if "state" in entry:
                assert due[0].state == entry["state"]
        if "again" in entry:
            assert entry["again"].isoformat() in {d.due for d in f.dues if d.kind == "recurring"}
        if case.section != "is":
            assert (f.certainty == "unverified") == (entry.get("certainty") == "unverified")


@pytest.mark.parametrize("on", DATES, ids=str)
@pytest.mark.parametrize("section", ["duties", "may"])
@pytest.mark.parametrize("instrument", EXPECTED["exact"])
def test_exactly_what_texts_without_force_of_law_ask(
    found: Any, meant: Any, instrument: str, section: str, on: date
) -> None:
    wanted = {
        (rule, about, expected(entry, on))
        for word, entry in EXPECTED[section].get(instrument, {}).items()
        for rule in meant(instrument, word)
        for about in many(entry.get("about", ""))
    }
    acting = [f for f in found(on) if f.instrument.id == instrument and f.rule.kind in ("duty", "prohibition")]
    shown = {
        (f.rule.id, record(f), f.status) for f in acting if asked(f) == (section == "duties") and f.status in WORDS
    }
    assert shown == wanted


@pytest.mark.parametrize(("instrument", "word", "about", "on"), NOT)
def test_what_the_law_does_not_ask(found: Any, meant: Any, instrument: str, word: str, about: str, on: date) -> None:
    rules = meant(instrument, word)
    seen = {f.status for f in found(on) if f.rule.id in rules and about in ("", record(f))}
    assert seen <= {"not_applicable"}


def test_every_text_without_force_of_law_is_in_the_list(corpus: Corpus) -> None:
    """What is not territorial and holds duties has been thought of."""
    abroad = {
        rule.instrument
        for rule in corpus.at(max(DATES)).rules.values()
        if rule.kind in ("duty", "prohibition")
        and corpus.at(max(DATES)).instruments[rule.instrument].jurisdiction == "INT"
    }
    assert abroad <= set(EXPECTED["exact"])


# ---- What the reader sees first: the coverage of every market ----------------------------------------------------------------


@cache
def answer(*options: str) -> str:
    """What the command line answers about the example."""
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        assert run(["assess", str(EXAMPLE), *options]) == 0
    return text.getvalue()


def about_the_twelve(on: date, *options: str) -> str:
    return answer("--market", ",".join(MARKETS), "--as-of", on.isoformat(), *options)


def opening(text: str) -> dict[str, str]:
    """Market → what the opening says about it, unwrapped."""
    head = text[: text.index("\nMatrix")]
    told: dict[str, str] = {}
    code = ""
    for line in head[head.index("What is covered") :].splitlines()[1:]:
        starts = re.match(r"([A-Z]{2,3}(?:-[A-Z]+)?) (?=[A-Z])", line)
        if line.startswith(("!", "Assessed too")):
            break
        if starts:
            code = starts[1]
            told[code] = line
        elif code:
            told[code] += " " + line.strip()
    return told


@pytest.mark.parametrize("on", DATES, ids=str)
def test_coverage_of_all_twelve_markets_comes_first(on: date) -> None:
    assert len(MARKETS) == 12
    text = about_the_twelve(on)
    assert list(opening(text)) == list(MARKETS)
    before = text[: text.index("What is covered")]
    # Nothing is said of any duty before the reader knows what is covered.
    assert "duties now" not in before
    assert "Binding" not in before


@pytest.mark.parametrize("on", DATES, ids=str)
@pytest.mark.parametrize("code", MARKETS)
def test_each_market_is_named_with_what_is_encoded_and_what_is_not(code: str, on: date) -> None:
    told = opening(about_the_twelve(on))[code]
    assert told.startswith(f"{code} {MARKETS[code]['name']}:")
    assert "not covered:" in told
    for instrument in MARKETS[code].get("encoded", ()):
        assert f"({instrument})" in told
    if code in UNCOVERED:
        assert f"nothing is encoded for {code}: this is no answer about it" in told
        assert "known to exist, not encoded: " in told
        assert all(law in told for law in MARKETS[code]["unencoded"])
        for area in MARKETS[code].get("searched", ()):
            assert f"searched, none found: {area}" in told
        # No count that could be read as "nothing to do".
        assert "duties now" not in told
    else:
        assert "nothing is encoded" not in told


@pytest.mark.parametrize("on", DATES, ids=str)
def test_where_nothing_is_encoded_nothing_reads_as_clearance(on: date) -> None:
    text = about_the_twelve(on)
    rows = text[text.index("\nMatrix") :]
    rows = rows[: rows.index("\n\n")]
    assert not [line for line in rows.splitlines() if line.split(" ")[0] in UNCOVERED]
    assert "compliant" not in text.lower()
    made = json.loads(about_the_twelve(on, "--json"))
    by_code = {market["market"]: market for market in made["coverage"] if market["named"]}
    assert {market["market"] for market in made["coverage"] if not market["named"]} == {"INT"}
    assert list(by_code) == list(MARKETS)
    for code in UNCOVERED:
        assert by_code[code]["instruments"] == []
        states = {area["state"] for place in by_code[code]["jurisdictions"] for area in place["areas"]}
        assert states <= {"not_covered", "searched_none_found"}
        assert "not_covered" in states
    for code in set(MARKETS) - set(UNCOVERED):
        assert set(MARKETS[code]["encoded"]) <= {
            i["id"] if isinstance(i, dict) else i for i in by_code[code]["instruments"]
        }


def test_what_was_signed_is_told_whatever_the_markets() -> None:
    """Commitments of a company have no territory: asking about twelve markets must not make them vanish unsaid."""
    text = about_the_twelve(TODAY)
    assert "Seoul commitments" in text
    assert "Hiroshima Code" in text


def test_the_markets_of_the_profile_come_first_without_being_asked_for() -> None:
    text = answer("--as-of", TODAY.isoformat())
    assert set(list(opening(text))[:12]) == set(MARKETS)
    assert "Seoul commitments" in text
    assert "Hiroshima Code" in text
