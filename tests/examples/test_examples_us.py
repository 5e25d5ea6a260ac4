"""The five shipped examples for the United States against what a reader of the law expects (expected-us.yaml)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.examples.checks import EXAMPLES, answers, asked, visible

from comity.assess.findings import Finding
from comity.law.corpus import Corpus, load

EXPECTED: dict[str, dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "expected-us.yaml").read_text(encoding="utf-8")
)
CASES = [
    (name, variant, on)
    for name, expected in EXPECTED.items()
    for variant, dates in [
        ("", expected["dates"]),
        *((v, of["dates"]) for v, of in expected.get("variants", {}).items()),
    ]
    for on in dates
]
IDS = [f"{name}{'+' if variant else ''}{variant}-{on}" for name, variant, on in CASES]
every_case = pytest.mark.parametrize(("name", "variant", "on"), CASES, ids=IDS)

Entry = dict[str, Any]
Found = Callable[[str, str, date], list[Finding]]
Expected = Callable[[str, str, str], dict[str, Entry]]


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return load()


@pytest.fixture(scope="module")
def labels(corpus: Corpus) -> dict[str, set[str]]:
    """`instrument#name` and `instrument#alias` → the rules meant, in all versions of the law."""
    named: dict[str, set[str]] = {}
    days = {on for _, _, on in CASES}
    for law in [corpus.at(day) for day in sorted(days)] + [corpus.at(date.max)]:
        for rule in law.rules.values():
            for word in (rule.name, *rule.aliases):
                named.setdefault(f"{rule.instrument}#{word}", set()).add(label(rule))
    return named


@pytest.fixture(scope="module")
def expected(labels: dict[str, set[str]]) -> Expected:
    """All of one section (duties, may, is) as rule → its entry, with a variant's entries in the place of the general."""

    def of(name: str, variant: str, section: str) -> dict[str, Entry]:
        changes = EXPECTED[name].get("variants", {}).get(variant, {})
        entries: dict[str, Entry] = {}
        for stated in (EXPECTED[name].get(section, {}), changes.get(section, {})):
            for instrument, rules in stated.items():
                for word, entry in rules.items():
                    meant = labels.get(f"{instrument}#{word}")
                    assert meant, f"no rule {instrument}#{word}"
                    for rule in meant:
                        if entry is None:
                            entries.pop(rule, None)
                        else:
                            entries[rule] = entry
        return entries

    return of


@pytest.fixture(scope="module")
def found(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Found:
    """The findings of an example on a date, each computed once."""
    folder = tmp_path_factory.mktemp("variants")

    def of(name: str, variant: str, on: date) -> list[Finding]:
        profile = EXAMPLES / f"{name}.yaml"
        if variant:
            facts = EXPECTED[name]["variants"][variant]["set"]
            changed = folder / f"{name}-{variant}.yaml"
            changed.write_text(patched(profile.read_text(encoding="utf-8"), facts), encoding="utf-8")
            profile = changed
        return answers(corpus, profile, on, EXPECTED[name]["laws"])

    return cache(of)


def patched(text: str, facts: dict[str, Any]) -> str:
    """A profile with facts at its top level in the place of those it states."""
    for fact, value in facts.items():
        flow = yaml.safe_dump(value, default_flow_style=True, width=10_000).removesuffix("...\n").strip()
        line = f"{fact}: {flow}"
        text, times = re.subn(rf"^{fact}:.*$", lambda _, line=line: line, text, flags=re.MULTILINE)
        text += "" if times else f"\n{line}"
    return text


def label(rule: Any) -> str:
    return f"{rule.instrument}#{rule.name}"


def status(entry: Entry, known: date | None, on: date) -> str | None:
    """What an entry expects on a date; None where nothing is told, or that it has ended."""
    since = max((day for day in (known, entry.get("known")) if day), default=None)
    if since is not None and on < since:
        return None
    if "until" in entry and on >= entry["until"]:
        return None
    if "from" in entry and on >= entry["from"]:
        return "applies"
    word = next((word for word in ("disputed", "open") if word in entry), None)
    if word is not None and on >= entry[word]:
        return word
    # Where nothing is sure to come, what may come is open.
    return "upcoming" if "from" in entry else "open"


def statuses(name: str, entries: dict[str, Entry], on: date) -> dict[str, str]:
    """rule → the status expected on a date."""
    known = EXPECTED[name].get("known", {})
    told = {rule: status(entry, known.get(rule.partition("#")[0]), on) for rule, entry in entries.items()}
    return {rule: word for rule, word in told.items() if word is not None}


def told(findings: list[Finding], rule: str) -> list[Finding]:
    return [f for f in findings if label(f.rule) == rule]


def many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


@every_case
def test_exactly_the_duties_and_prohibitions_of_the_law(
    found: Found, expected: Expected, name: str, variant: str, on: date
) -> None:
    wanted = statuses(name, expected(name, variant, "duties"), on)
    acting = [f for f in found(name, variant, on) if asked(f)]
    for word in ("applies", "upcoming", "open", "disputed"):
        shown = {label(f.rule) for f in acting if f.status == word}
        assert shown == {rule for rule, expects in wanted.items() if expects == word}, word


@every_case
def test_exactly_the_permissions_of_the_law(
    found: Found, expected: Expected, name: str, variant: str, on: date
) -> None:
    wanted = statuses(name, expected(name, variant, "may"), on)
    given = [f for f in found(name, variant, on) if f.rule.kind == "duty" and not asked(f)]
    for word in ("applies", "upcoming", "open", "disputed"):
        shown = {label(f.rule) for f in given if f.status == word}
        assert shown == {rule for rule, expects in wanted.items() if expects == word}, word


@every_case
def test_main_classes_and_roles(found: Found, expected: Expected, name: str, variant: str, on: date) -> None:
    for rule, word in statuses(name, expected(name, variant, "is"), on).items():
        assert {f.status for f in told(found(name, variant, on), rule)} == {word}, rule


@every_case
def test_nothing_else_is_open(found: Found, expected: Expected, name: str, variant: str, on: date) -> None:
    wanted = {
        rule
        for section in ("duties", "may", "is")
        for rule, word in statuses(name, expected(name, variant, section), on).items()
        if word in ("open", "disputed")
    }
    shown = {label(f.rule) for f in found(name, variant, on) if f.status in ("open", "disputed") and visible(f)}
    assert shown == wanted


@every_case
def test_what_is_open_waits_for_the_fact(found: Found, expected: Expected, name: str, variant: str, on: date) -> None:
    for section in ("duties", "is"):
        entries = expected(name, variant, section)
        for rule, word in statuses(name, entries, on).items():
            if word == "open":
                waits = {m.fact for f in told(found(name, variant, on), rule) for m in f.missing}
                assert waits == set(many(entries[rule].get("waits"))), rule


@every_case
def test_paragraphs_and_dates(found: Found, expected: Expected, name: str, variant: str, on: date) -> None:
    places: dict[str, tuple[set[str], set[str]]] = {}
    wrong: dict[str, Any] = {}
    for section in ("duties", "may", "is"):
        entries = expected(name, variant, section)
        for rule, word in statuses(name, entries, on).items():
            entry = entries[rule]
            at = entry["at"]
            if isinstance(at, dict):
                at = at[max(day for day in at if day <= on)]
            # An entry for an id that several rules carry names the paragraphs of all of them.
            wanted, seen = places.setdefault(str(at), (set(), set()))
            wanted |= set(many(at))
            maybe = next((entry[word] for word in ("disputed", "open") if word in entry), None)
            begins = (entry.get("from"), maybe)
            for f in told(found(name, variant, on), rule):
                seen.add(f.rule.at[0])
                if (f.start, f.possible_from) != begins:
                    wrong[f"{rule} begins"] = (f.start, f.possible_from), begins
                if "until" in entry and f.until not in (entry["until"], None):
                    wrong[f"{rule} ends"] = f.until, entry["until"]
    wrong |= {at: seen for at, (wanted, seen) in places.items() if seen != wanted}
    assert not wrong


@every_case
def test_clocks(found: Found, expected: Expected, name: str, variant: str, on: date) -> None:
    entries = expected(name, variant, "duties")
    wrong: dict[str, Any] = {}
    for rule in statuses(name, entries, on):
        entry = entries[rule]
        for f in told(found(name, variant, on), rule):
            for word, kinds in (
                ("due", ("deadline", "before", "max_age")),
                ("again", ("recurring",)),
                ("keep", ("retention",)),
            ):
                shown = sorted(moment(d.due) for d in f.dues if d.kind in kinds and d.due)
                if shown != sorted(moment(day) for day in many(entry.get(word))):
                    wrong[f"{rule} {word}"] = shown, entry.get(word)
            for period in many(entry.get("period")):
                if not any(period in d.text for d in f.dues):
                    wrong[f"{rule} period"] = [d.text for d in f.dues], period
            if on in entry.get("state", {}) and f.dues[0].state != entry["state"][on]:
                wrong[f"{rule} state"] = f.dues[0].state, entry["state"][on]
    assert not wrong


def moment(day: Any) -> str:
    """A day or a moment, without seconds that are nought."""
    text = day if isinstance(day, str) else day.isoformat()
    return re.sub(r"(T\d\d:\d\d):00", r"\1", text)


@every_case
def test_penalties(found: Found, expected: Expected, name: str, variant: str, on: date) -> None:
    known = deepcopy(EXPECTED[name]["penalties"])
    for instrument, more in EXPECTED[name].get("variants", {}).get(variant, {}).get("penalties", {}).items():
        known.setdefault(instrument, {}).update(more)
    entries = expected(name, variant, "duties")
    wrong: dict[str, Any] = {}
    for rule, word in statuses(name, entries, on).items():
        if word not in ("applies", "upcoming"):
            continue
        of = known.get(rule.partition("#")[0], {})
        # An amount that the law gives at the least is no maximum; only its words are compared.
        least = {at for at, penalty in of.items() if penalty.get("least")}
        wanted = Counter(
            (at, None if at in least else amount)
            for at in many(entries[rule].get("fine"))
            for amount in of[at]["amounts"]
        )
        for f in told(found(name, variant, on), rule):
            shown = Counter((p.at, None if p.at in least else p.maximum) for p in f.penalties)
            if shown != wanted:
                wrong[rule] = dict(shown), dict(wanted)
                continue
            for p in f.penalties:
                says = f"{p.text}; {p.note or ''}"
                right = p.applies is True and (p.maximum is None or p.currency == "USD")
                right = right and all(phrase in says for phrase in of[p.at].get("says", []))
                if not right or (p.at in least and "up to" in p.text):
                    wrong[f"{rule} {p.at}"] = says
    assert not wrong


@every_case
def test_what_is_not_verified_says_so(found: Found, expected: Expected, name: str, variant: str, on: date) -> None:
    entries = expected(name, variant, "duties")
    acting = {rule for rule, word in statuses(name, entries, on).items() if word in ("applies", "upcoming")}
    shown = {label(f.rule) for f in found(name, variant, on) if label(f.rule) in acting and f.certainty == "unverified"}
    assert shown == {rule for rule in acting if entries[rule].get("certainty") == "unverified"}


@every_case
def test_what_the_law_does_not_ask(
    found: Found, labels: dict[str, set[str]], name: str, variant: str, on: date
) -> None:
    stated = EXPECTED[name]["not"] | EXPECTED[name].get("variants", {}).get(variant, {}).get("not", {})
    wrong: dict[str, set[str]] = {}
    for instrument, words in stated.items():
        for word in words:
            # A rule about an incident has no finding where none is described; it must at least exist.
            assert f"{instrument}#{word}" in labels, word
            for rule in labels[f"{instrument}#{word}"]:
                seen = {f.status for f in told(found(name, variant, on), rule)} - {"not_applicable"}
                if seen:
                    wrong[rule] = seen
    assert not wrong


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_what_was_not_yet_published_was_not_known(found: Found, name: str) -> None:
    for instrument, since in EXPECTED[name].get("known", {}).items():
        for on in EXPECTED[name]["dates"]:
            seen = {
                label(f.rule)
                for f in found(name, "", on)
                if f.instrument.id == instrument and f.status != "not_applicable"
            }
            assert not seen or on >= since, (instrument, on, seen)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_enforcement(found: Found, labels: dict[str, set[str]], name: str) -> None:
    for on, rules in EXPECTED[name].get("enforced", {}).items():
        for word, state in rules.items():
            hits = [f for rule in labels[word] for f in told(found(name, "", on), rule)]
            assert {f.enforcement[0] for f in hits} == {state}, word


def test_every_example_is_expected_and_every_expectation_is_an_example() -> None:
    assert {path.stem for path in EXAMPLES.glob("us-*.yaml")} == set(EXPECTED)
