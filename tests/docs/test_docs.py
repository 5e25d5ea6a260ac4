"""The documentation is true: its commands run, its Python runs, its links lead somewhere, its pages can be reached.

A page is a small script. A block with `title="NAME"` is a file the reader saves; it is written to a temporary folder
beside a copy of examples/. Each `$ comity …` line of a console block then runs there, in order, and ends with 0, or with
the N of a trailing `# exit N`. Python blocks are doctests that run after the commands of their page.
"""

from __future__ import annotations

import doctest
import os
import re
import shlex
import shutil
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from comity.doors.cli.app import run

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
WITH_LINKS = [*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]

# Commands that do not run here, each with the reason.
SKIPPED = {
    "comity portfolio assess models.csv --from epoch -o findings.parquet": "reads a table from outside, not shipped",
    "comity portfolio compare inventory_2025.csv --from us-inventory --as-of 2026-04-03": "reads a table from outside, not shipped",
    "comity law lint": "takes long; how-to/add-law.md runs it with --law, which checks the shipped law too",
    "comity law test": "takes long; how-to/add-law.md runs it with --law, which runs the shipped cases too",
}

FENCE = re.compile(r"^(?P<indent> *)(?P<marks>`{3,})(?P<lang>[\w-]*)(?P<rest>[^`\n]*)$")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<target>[^)\s]+)(?:\s+\"[^\"]*\")?\)")
EXIT = re.compile(r"\s+# exit (\d+)$")


class Block(NamedTuple):
    lang: str
    title: str
    lines: list[str]
    number: int


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page, without their indentation."""
    opened: re.Match[str] | None = None
    lines: list[str] = []
    start = 0
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        match = FENCE.match(line)
        if opened is None and match:
            opened, lines, start = match, [], number
        elif opened is not None and match and not match["lang"] and len(match["marks"]) >= len(opened["marks"]):
            title = re.search(r'title="([^"]+)"', opened["rest"])
            yield Block(opened["lang"], title[1] if title else "", lines, start)
            opened = None
        elif opened is not None:
            lines.append(line.removeprefix(opened["indent"]))
    assert opened is None, f"{page.name}:{start}: a block that does not end"


def prose(page: Path) -> str:
    """A page without its blocks and without code in the text."""
    kept: list[str] = []
    inside = False
    for line in page.read_text(encoding="utf-8").splitlines():
        if FENCE.match(line):
            inside = not inside
        elif not inside:
            kept.append(re.sub(r"`[^`]*`", "", line))
    return "\n".join(kept)


def commands(block: Block) -> Iterator[tuple[str, int]]:
    """The `$ comity …` lines of a console block, each with the exit code it states."""
    for line in block.lines:
        if line.startswith("$ comity"):
            stated = EXIT.search(line)
            command = re.sub(r"\s+#\s.*$", "", line[2:])
            yield command, int(stated[1]) if stated else 0


def ids(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.fixture
def reader(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a reader of a page works: a folder with the examples, and no settings of whoever runs the tests."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("COMITY_")]:
        monkeypatch.delenv(name)
    cache = tmp_path_factory.getbasetemp() / "docs-cache"
    cache.mkdir(exist_ok=True)
    monkeypatch.setenv("COMITY_CACHE", str(cache))
    return tmp_path


RUNNABLE = [page for page in PAGES if any(b.lang == "python" or list(commands(b)) for b in blocks(page))]


@pytest.mark.parametrize("page", RUNNABLE, ids=ids)
def test_what_a_page_shows_runs(page: Path, reader: Path, capfd: pytest.CaptureFixture[str]) -> None:
    names: dict[str, object] = {}
    for block in blocks(page):
        where = f"{ids(page)}:{block.number}"
        text = "\n".join(block.lines) + "\n"
        if block.title:
            file = reader / block.title
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        if block.lang == "console":
            for command, code in commands(block):
                if command in SKIPPED:
                    continue
                capfd.readouterr()
                ended = run(shlex.split(command)[1:])
                out, err = capfd.readouterr()
                assert ended == code, f"{where}: `{command}` ended with {ended}, not {code}\n{out[-1500:]}{err[-1500:]}"
        elif block.lang == "python" and ">>>" in text:
            example = doctest.DocTestParser().get_doctest(text, names, where, str(page), block.number)
            told: list[str] = []
            with capfd.disabled():
                failed = doctest.DocTestRunner(verbose=False).run(example, out=told.append, clear_globs=False).failed
            names = example.globs
            assert not failed, "".join(told)


def test_every_skip_is_needed() -> None:
    written = {command for page in PAGES for block in blocks(page) for command, _ in commands(block)}
    assert all(SKIPPED.values()), "a command is skipped without a reason"
    assert set(SKIPPED) <= written, "no page shows these: take them off the list"


@pytest.mark.parametrize("page", WITH_LINKS, ids=ids)
def test_relative_links_lead_somewhere(page: Path) -> None:
    for match in LINK.finditer(prose(page)):
        target = match["target"]
        if re.match(r"[a-z]+:", target) or target.startswith("#"):
            continue
        path = (page.parent / target.partition("#")[0]).resolve()
        assert path.exists(), f"{ids(page)}: the link to {target} leads nowhere"
        if page.is_relative_to(DOCS):
            assert path.is_relative_to(DOCS), f"{ids(page)}: {target} lies outside the built documentation"


def navigation(entry: object) -> Iterator[str]:
    if isinstance(entry, str):
        yield entry
    elif isinstance(entry, list):
        for each in entry:
            yield from navigation(each)
    elif isinstance(entry, dict):
        for each in entry.values():
            yield from navigation(each)


def test_every_page_can_be_reached() -> None:
    site = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    named = list(navigation(site["nav"]))
    assert len(named) == len(set(named)), "a page is named twice"
    assert not [name for name in named if not (DOCS / name).is_file()], "a page of the navigation is not there"
    elsewhere = [pattern.removeprefix("/") for pattern in site["not_in_nav"].split()]
    for page in DOCS.rglob("*.md"):
        name = page.relative_to(DOCS).as_posix()
        assert name in named or any(fnmatch(name, pattern) for pattern in elsewhere), f"{name} is not in the navigation"


def test_every_decision_is_in_the_list() -> None:
    index = (DOCS / "decisions" / "README.md").read_text(encoding="utf-8")
    for note in sorted((DOCS / "decisions").glob("[0-9]*.md")):
        title = note.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
        assert f"- [{title}]({note.name})" in index, f"{note.name} is not in the list, or under another title"


@pytest.mark.parametrize(
    "page",
    [ROOT / "README.md", *(DOCS / room / "index.md" for room in (".", "tutorial", "how-to", "reference", "why"))],
    ids=ids,
)
def test_every_entrance_says_that_it_is_no_legal_advice(page: Path) -> None:
    assert "not legal advice" in page.read_text(encoding="utf-8")
