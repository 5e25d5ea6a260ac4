"""The five shipped examples against what a reader of the law expects (expected.yaml, by hand from the sources)."""

from datetime import date
from functools import cache
from pathlib import Path

import pytest
import yaml
from tests.examples.checks import DUTIES, EXAMPLES, TODAY, answers, asked, visible

from comity.assess.findings import Finding
from comity.law.corpus import load

HERE = Path(__file__).parent
EXPECTED = yaml.safe_load((HERE / "expected.yaml").read_text(encoding="utf-8"))
ASKED = [(name, on) for name, expected in EXPECTED.items() for on in expected["dates"]]
# The instruments whose answers about these examples were written out by hand; others have examples of their own.
LAWS = ("eu/ai-act", "eu/gpai-code", "eu/transparency-code", "us-ca/sb53")


@pytest.fixture(scope="module")
def corpus():
    return load()


@pytest.fixture(scope="module")
def rules(corpus):
    """The names of all rules of the law as it stands last."""
    return {rule.name for rule in corpus.at(date.max).rules.values() if rule.instrument in LAWS}


@pytest.fixture(scope="module")
def found(corpus):
    """The findings of an example on a date, each computed once."""
    return cache(lambda name, on: answers(corpus, EXAMPLES / f"{name}.yaml", on, LAWS))


def label(finding: Finding) -> str:
    """The rule's name, with the use where the example describes several."""
    several = finding.instance in ("staff", "customers")
    return finding.rule.name + (f"@{finding.instance}" if several else "")


def named(name: str, found: list[Finding]) -> list[Finding]:
    return [f for f in found if name == label(f) or ("@" not in name and name == f.rule.name)]


def entries(expected: dict) -> dict[str, tuple[str, dict]]:
    """Everything expected to hold sooner or later: name → (what it is: duties, may, is; its entry)."""
    every: dict[str, tuple[str, dict]] = {}
    for instrument, duties in expected["duties"].items():
        every |= {name: (f"duties {instrument}", entry) for name, entry in duties.items()}
    every |= {name: ("may", entry) for name, entry in expected["may"].items()}
    every |= {name: ("is", entry) for name, entry in expected["is"].items()}
    return every


def on_date(name: str, on: date) -> dict[str, set[str]]:
    """status → the names expected to have it on a date, with `all` and `rest` written out."""
    expected, there = EXPECTED[name], EXPECTED[name]["dates"][on]
    every = set(entries(expected))
    words = {status: there.get(status, []) for status in ("applies", "upcoming", "open", "disputed")}
    stated = {status: set(names) for status, names in words.items() if isinstance(names, list)}
    spoken = set().union(*stated.values())
    for status, names in words.items():
        if not isinstance(names, list):
            assert names in ("all", "rest")
            stated[status] = every - spoken
    return stated


def duties_on(name: str, on: date, status: str) -> set[str]:
    every = entries(EXPECTED[name])
    return {n for n in on_date(name, on)[status] if n in every and every[n][0].startswith("duties")}


@pytest.mark.parametrize(("name", "on"), ASKED)
def test_exactly_the_duties_and_prohibitions_of_the_law(found, name, on):
    there = EXPECTED[name]["dates"][on]
    binding = [
        f for f in found(name, on)
        if asked(f) and f.instrument.force == "binding" and f.instrument.id not in there.get("unknown_then", ())
    ]  # fmt: skip
    for status in ("applies", "upcoming"):
        assert {label(f) for f in binding if f.status == status} == duties_on(name, on, status)


@pytest.mark.parametrize(("name", "on"), ASKED)
def test_each_duty_is_in_the_instrument_expected(found, name, on):
    every = entries(EXPECTED[name])
    for f in found(name, on):
        if asked(f) and f.instrument.force == "binding" and f.status in ("applies", "upcoming") and label(f) in every:
            assert every[label(f)][0] == f"duties {f.instrument.id}"


@pytest.mark.parametrize(("name", "on"), ASKED)
def test_exactly_the_permissions_of_the_law(found, name, on):
    every = entries(EXPECTED[name])
    for status in ("applies", "upcoming"):
        mays = {label(f) for f in found(name, on) if f.rule.kind in DUTIES and not asked(f) and f.status == status}
        assert mays == {n for n in on_date(name, on)[status] if n in every and every[n][0] == "may"}


@pytest.mark.parametrize(("name", "on"), ASKED)
def test_main_classes_and_roles(found, name, on):
    every = entries(EXPECTED[name])
    for status in ("applies", "upcoming"):
        for what in sorted(n for n in on_date(name, on)[status] if n in every and every[n][0] == "is"):
            assert {f.status for f in named(what, found(name, on))} == {status}, what


@pytest.mark.parametrize(("name", "on"), ASKED)
def test_what_is_open_is_named_and_nothing_else_is(found, name, on):
    skipped = EXPECTED[name]["dates"][on].get("unknown_then", ())
    for status in ("open", "disputed"):
        shown = {
            label(f) for f in found(name, on) if f.status == status and visible(f) and f.instrument.id not in skipped
        }
        assert shown == on_date(name, on)[status]


@pytest.mark.parametrize(("name", "on"), ASKED)
def test_paragraphs_and_dates(found, name, on):
    stated = on_date(name, on)
    every = entries(EXPECTED[name])
    for what in sorted((stated["applies"] | stated["upcoming"]) & set(every)):
        entry = every[what][1]
        hits = [f for f in named(what, found(name, on)) if f.status in ("applies", "upcoming")]
        assert hits, what
        for f in hits:
            assert f.rule.at[0] == entry["at"], what
            if "from" in entry:
                assert f.start == entry["from"], what


@pytest.mark.parametrize(("name", "on"), ASKED)
def test_clocks(found, name, on):
    stated = on_date(name, on)
    for what in sorted(duties_on(name, on, "applies") | duties_on(name, on, "upcoming")):
        entry = entries(EXPECTED[name])[what][1]
        for f in named(what, found(name, on)):
            if f.status not in stated:
                continue
            assert f.due == (entry["due"].isoformat() if "due" in entry else None), what
            kept = [due.due for due in f.dues if due.kind == "retention" and due.due is not None]
            assert kept == ([entry["keep"].isoformat()] if "keep" in entry else []), what
            if "period" in entry:
                assert any(entry["period"] in due.text for due in f.dues), what
            if "state" in entry and on > entry["due"]:
                assert f.dues[0].state == entry["state"], what


@pytest.mark.parametrize(("name", "on"), ASKED)
def test_fines(found, name, on):
    fines = EXPECTED[name]["fines"]
    for what in sorted(duties_on(name, on, "applies") | duties_on(name, on, "upcoming")):
        entry = entries(EXPECTED[name])[what][1]
        for f in named(what, found(name, on)):
            if f.status not in ("applies", "upcoming"):
                continue
            begun = {at for at in entry.get("fine", ()) if "from" not in fines[at] or f.at >= fines[at]["from"]}
            assert {p.at for p in f.penalties} == begun, what
            for penalty in f.penalties:
                fine = fines[penalty.at]
                assert (penalty.maximum, penalty.currency) == (fine["amount"], fine["currency"]), what
                assert penalty.applies is True, what
                assert all(word in penalty.text for word in fine["says"]), penalty.text


@pytest.mark.parametrize(("name", "on"), ASKED)
def test_enforcement(found, name, on):
    for what, state in EXPECTED[name]["dates"][on].get("enforcement", {}).items():
        assert {f.enforcement[0] for f in named(what, found(name, on))} == {state}


@pytest.mark.parametrize(("name", "on"), ASKED)
def test_what_the_law_does_not_ask(found, rules, name, on):
    for what in EXPECTED[name]["not"]:
        # A rule about a model or an incident has no finding where none is described; it must at least exist.
        assert what.partition("@")[0] in rules, what
        assert {f.status for f in named(what, found(name, on))} <= {"not_applicable"}, what


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_no_voluntary_instrument_binds_who_did_not_sign(found, name):
    voluntary = [f for f in found(name, TODAY) if f.instrument.force != "binding" and f.rule.kind in DUTIES]
    assert {f.status for f in voluntary} <= {"not_applicable"}


def test_what_was_not_yet_adopted_was_not_known(found):
    for name, on in ASKED:
        for instrument in EXPECTED[name]["dates"][on].get("unknown_then", ()):
            statuses = {f.status for f in found(name, on) if f.instrument.id == instrument}
            assert statuses <= {"not_applicable"}, (name, on, instrument)


def test_every_example_is_expected_and_every_expectation_is_an_example():
    # The examples for the law of the United States have expectations of their own (expected-us.yaml).
    assert {path.stem for path in EXAMPLES.glob("*.yaml") if not path.stem.startswith(("us-", "twelve-"))} == set(
        EXPECTED
    )
