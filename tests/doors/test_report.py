"""The page: one file, no script, nothing from outside, everything told."""

import builtins
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from doors.conftest import AT, FRONTIER

VOID = {"meta", "link", "br", "img", "input", "hr", "line", "path"}


class Page(HTMLParser):
    """Elements with attributes, text, and whether every element is closed."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.text = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)

    def of(self, *tags):
        return [(tag, attrs) for tag, attrs in self.elements if tag in tags]


@pytest.fixture
def made(comity, tmp_path):
    """`made(profile, *args)`: the page of a profile, as text."""

    def page(profile, *args):
        (tmp_path / "p.yaml").write_text(profile, encoding="utf-8")
        ran = comity("assess", tmp_path / "p.yaml", *(args or AT), "-o", tmp_path / "r.html")
        assert ran.code == 0, ran.err
        assert "Written" in ran.out
        return (tmp_path / "r.html").read_text(encoding="utf-8")

    return page


def test_the_page_is_well_formed_and_stands_alone(made):
    text = made(FRONTIER)
    page = Page(text)
    assert page.open == []
    assert text.startswith("<!doctype html>")
    assert not page.of("script", "iframe", "object", "embed", "img", "link", "form")
    assert not re.search(r"url\(|@import|javascript:|\son\w+=", text)
    assert not [attrs for _, attrs in page.elements if "style" in attrs]
    policy = next(a["content"] for t, a in page.elements if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy


def test_landmarks_headings_and_tables(made):
    page = Page(made(FRONTIER, "--as-of", "2026-11-21"))
    assert page.elements[0] == ("html", {"lang": "en"})
    assert [len(page.of(tag)) for tag in ("main", "nav", "footer", "h1")] == [1, 1, 1, 1]
    levels = [int(tag[1]) for tag, _ in page.of("h1", "h2", "h3", "h4")]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert len(page.of("caption")) == len(page.of("table"))
    assert all(attrs.get("scope") in ("col", "row") for _, attrs in page.of("th"))
    for _, attrs in page.elements:
        for name in ("aria-labelledby", "href"):
            for target in attrs.get(name, "").split() if name != "href" else [attrs.get(name) or ""]:
                if name != "href" or target.startswith("#"):
                    assert not target or target.removeprefix("#") in ids, target


def test_the_same_record_is_told(made, comity, tmp_path):
    text = " ".join(made(FRONTIER, "--as-of", "2026-11-21").split())
    record = comity("assess", tmp_path / "p.yaml", "--as-of", "2026-11-21", "--json").json
    assert record["corpus"]["digest"] in text
    assert record["disclaimer"] in text
    page = " ".join(" ".join(Page(text).text).split())
    for finding in record["findings"]:
        if finding["kind"] in ("duty", "prohibition") and not finding["helper"]:
            assert " ".join(finding["title"].split()) in page
    for question in record["questions"]:
        assert " ".join(question["ask"].split()) in page
    for market in record["coverage"]:
        assert market["name"] in page
        for jurisdiction in market["jurisdictions"]:
            for area in jurisdiction["areas"]:
                for law in area["known_not_encoded"]:
                    assert law in page


def test_coverage_comes_first_and_dates_stand_above(made):
    text = made(FRONTIER)
    places = [text.index(f'id="{name}"') for name in ("coverage", "matrix", "timeline", "binding-now", "questions")]
    assert places == sorted(places)
    assert text.index("2026-11-21") < text.index("<main")


def test_the_drawing_has_a_table_twin(made):
    text = made(FRONTIER)
    assert 'role="img"' in text
    drawing = text[text.index("<svg class") : text.index("</svg>")]
    twin = text[text.index('id="events-caption"') :]
    for day in re.findall(r"\d{4}-\d\d-\d\d", drawing):
        assert day in twin or day == "2026-11-21"


def test_what_a_profile_holds_cannot_break_the_page(made):
    text = made('name: "<script>alert(1)</script> & \\"quoted\\""\n' + FRONTIER.partition("\n")[2])
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_an_empty_market_is_told_not_cleared(made):
    text = " ".join(made(FRONTIER, "--market", "JP", "--as-of", "2026-11-21").split())
    assert "Nothing is encoded for JP: this is no answer about it" in text
    assert "Assessed too, and not named by the profile" in text


def test_the_same_question_gives_the_same_page(made):
    assert made(FRONTIER) == made(FRONTIER)


def test_json_can_be_written_to_a_file(comity, frontier, tmp_path):
    ran = comity("assess", frontier, *AT, "-o", tmp_path / "a.json", "--json")
    assert (tmp_path / "a.json").read_text(encoding="utf-8") == ran.out


def test_without_jinja2_the_way_to_mend_is_told(comity, frontier, tmp_path, monkeypatch):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name.partition(".")[0] == "jinja2":
            raise ModuleNotFoundError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    ran = comity("assess", frontier, *AT, "-o", tmp_path / "r.html")
    assert ran.code == 2
    assert "pip install 'comity[reports]'" in ran.err
    assert not (tmp_path / "r.html").exists()
