"""The pages about the law: one for each instrument and amendment, whole, escaped, with headings and links that lead on."""

from __future__ import annotations

import posixpath
import re
import sys
from functools import partial
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from comity.law.cache import load_cached
from comity.law.corpus import CORPUS

ROOT = Path(__file__).parents[2]
VOID = {"br", "hr"}


@pytest.fixture(scope="module")
def made():
    """The hook, and all pages as it makes them."""
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        import law_pages
    finally:
        sys.path.remove(str(ROOT / "tools"))
    return law_pages, law_pages.make(load_cached())


class Reader(HTMLParser):
    """The HTML parts of a page: what is open, what was linked, ids, cells outside of rows, tables without headers."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.faults: list[str] = []
        self.heads: list[int] = []
        self.rows: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "a":
            self.links.append(named["href"] or "")
        if "id" in named:
            self.ids.append(named["id"] or "")
        if tag in ("script", "img", "iframe", "style"):
            self.faults.append(f"<{tag}>")
        if tag == "tr":
            self.rows.append(0)
        if tag in ("th", "td"):
            self.rows[-1] += 1
        if tag == "th" and named.get("scope") not in ("col", "row"):
            self.faults.append("a header without a scope")
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")
        if tag == "table":
            if len(set(self.rows)) != 1:
                self.faults.append(f"a table with rows of {sorted(set(self.rows))} cells")
            self.rows = []


def read(text: str) -> Reader:
    found = Reader()
    found.feed(text)
    found.close()
    found.ids += re.findall(r"^#+ .* \{ #([\w-]+)(?: data-search-exclude)? \}$", text, re.MULTILINE)
    return found


def test_each_instrument_and_each_amendment_has_a_page(made) -> None:
    corpus, pages = made[1].corpus, made[1]
    wanted = {each.id for each in corpus.patches} | corpus.raw.instruments.keys()
    assert wanted <= pages.texts.keys()
    cases = set(CORPUS.rglob("*.cases.yaml"))
    count = sum(len(yaml.safe_load(path.read_text(encoding="utf-8")).get("cases") or ()) for path in cases)
    told = [int(number) for text in pages.texts.values() for number in re.findall(r"<p>(\d+) cases, written", text)]
    assert sum(told) == count > 1000, "a worked case is on no page, or on two"


def test_pages_are_well_formed_and_their_links_lead_somewhere(made) -> None:
    hook, pages = made
    read_pages = {pages.source(key): read(text) for key, text in pages.texts.items()}
    index = hook.places(pages.corpus, pages.rows, [*pages.alone.items()], partial(pages.href, hook.INDEX))
    read_pages[hook.INDEX] = read(index)
    for source, found in read_pages.items():
        assert not found.faults, (source, found.faults[:3])
        assert not found.open, (source, found.open)
        assert len(found.ids) == len(set(found.ids)), f"{source}: an id twice"
        for href in found.links:
            if href.startswith("http"):
                continue
            address, _, part = href.partition("#")
            target = posixpath.normpath(posixpath.join(posixpath.dirname(source), address)) if address else source
            target = target.removesuffix(".html").removesuffix(".md") + ".md"
            assert target in read_pages, (source, href)
            assert not part or part in read_pages[target].ids, (source, href)


def test_headings_do_not_skip_a_level(made) -> None:
    for key, text in made[1].texts.items():
        levels = [len(marks) for marks in re.findall(r"^(#+) ", text, re.MULTILINE)]
        assert levels[0] == 1, key
        assert levels.count(1) == 1, key
        assert all(after <= before + 1 for before, after in pairwise(levels)), key


def test_a_page_says_what_the_law_file_says(made) -> None:
    page = made[1].texts["us-ca/sb53"]
    for text in (
        "<dt>Checked</dt><dd>2026-11-21 against secondary sources</dd>",
        "<dt>Known up to</dt><dd>2026-09-26",
        "### Report a critical safety incident { #rule-incident_report }",
        "within 15 calendar days of incident discovered at",
        "training compute + finetune compute &gt; 1e26 FLOP",
        "when: is_foundation_model AND training_compute_flop + finetune_compute_flop &gt; $frontier_compute",
        "<dt>If yes</dt><dd>the model test alone makes the modifier a frontier developer</dd>",
        "addressed to the Office of Emergency Services",
        "one operation above the compute line",
    ):
        assert text in page, text
    assert "it counts only where it is claimed and shown" in page
    assert "[not stated]" not in page


def test_what_an_amendment_took_away_is_told(made) -> None:
    earlier = made[1].texts["eu/ai-act"].partition("## Earlier rules")[2]
    assert "eu/omnibus-2026" in earlier
    assert "written anew on 2026-07-27" in earlier


def test_the_navigation_names_every_page_once(made) -> None:
    hook, pages = made
    told = [
        source for group in hook.navigation(pages) for inner in group.values() for e in inner for source in e.values()
    ]
    assert sorted(told) == sorted(pages.source(key) for key in pages.texts)


def test_text_is_escaped(made) -> None:
    html = sys.modules["lawdocs.html"]
    assert html.heading(2, "a_b *c* <d> [e](f) & #1", "x") == (
        "## a\\_b \\*c\\* &lt;d&gt; \\[e\\]\\(f\\) &amp; \\#1 { #x }\n"
    )
    assert html.table(["A|B"], [[html.esc("a | <b>")]]).count("a | &lt;b&gt;") == 1
    assert html.anchor("rule", "§ 1 (a)") == "rule-1-a"
    assert html.link("", "x") == "x"
