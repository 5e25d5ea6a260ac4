"""A hook of MkDocs: a page for each instrument and amendment of the corpus, made when the documentation is built.

`docs/law/index.md` is written by hand; the list of what there is takes the place of a line in it.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lawdocs.cases import case_files, cases_part
from lawdocs.html import code, heading
from lawdocs.instrument import Writer
from lawdocs.patch import patch_page
from lawdocs.places import places
from lawdocs.words import Conditions

from comity.law.cache import load_cached
from comity.law.corpus import CORPUS, Corpus
from comity.verbs.law import LawRow, law_list

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

INDEX = "law/index.md"
MARK = "<!-- the instruments are listed here when the documentation is built -->"


@dataclass
class Pages:
    """What there is to write: pages by key (an id, or the path of cases that stand alone), written when asked for."""

    corpus: Corpus
    rows: list[LawRow]
    directories: bool = False
    alone: dict[str, str] = field(default_factory=dict[str, str])
    texts: dict[str, str] = field(default_factory=dict[str, str])

    def source(self, key: str) -> str:
        """The file of a page in the sources of the documentation."""
        return f"law/{key}.md"

    def href(self, here: str, key: str, part: str) -> str:
        """From a page (a source file) to a page by its key and a part of it; empty where there is no such page."""
        if key not in self.texts:
            return ""
        target = self.source(key)
        if target == here:
            return f"#{part}" if part else "#law"
        path = posixpath.relpath(
            _address(target, self.directories), posixpath.dirname(_address(here, self.directories))
        )
        return path.removesuffix("index.html") + (f"#{part}" if part else "")


def _address(source: str, directories: bool) -> str:
    stem = source.removesuffix(".md")
    return f"{stem}/index.html" if directories and not stem.endswith("index") else f"{stem}.html"


def make(corpus: Corpus, directories: bool = False) -> Pages:
    """All pages, in the law with every amendment that is known."""
    law = corpus.at(date.max)
    rows = law_list(corpus, date.max, date.max)
    cases = case_files(CORPUS)
    pages = Pages(corpus, rows, directories)
    homes = [each.file for each in law.instruments.values()]
    homes += [patch.header.pos.file for patch in corpus.raw.patches.values()]
    taken = {file.path for file in cases if any(file.belongs(Path(home)) for home in homes)}
    alone = {f"{file.path.parent.name}/{file.name}": file for file in cases if file.path not in taken}
    # Every key first, so that pages can link to those written after them.
    pages.texts = dict.fromkeys([*law.instruments, *(patch.id for patch in corpus.patches), *alone], "")
    writer = Writer(corpus, law, cases, Conditions(corpus, law))
    for key, instrument in law.instruments.items():
        pages.texts[key] = writer.page(instrument, partial(pages.href, pages.source(key)))
    for patch in corpus.patches:
        pages.texts[patch.id] = patch_page(corpus, law, patch, cases, partial(pages.href, pages.source(patch.id)))
    for key, file in alone.items():
        title = f"Cases: {file.name.replace('-', ' ')}"
        pages.alone[key] = title
        pages.texts[key] = heading(1, title, "law") + "\n" + cases_part([file], code)
    return pages


def navigation(pages: Pages) -> list[dict[str, Any]]:
    """The pages by jurisdiction, for the navigation."""
    names = pages.corpus.jurisdictions.by_code
    order = list(pages.corpus.coverage)
    groups: dict[str, list[dict[str, str]]] = {}
    homes = {row.instrument.id: row.instrument.jurisdiction for row in pages.rows}
    for row in pages.rows:
        entry = {row.instrument.short: pages.source(row.instrument.id)}
        groups.setdefault(row.instrument.jurisdiction, []).append(entry)
    for patch in pages.corpus.patches:
        groups[homes[patch.amends]].append({f"{patch.title}": pages.source(patch.id)})
    codes = sorted(groups, key=lambda code: (order.index(code) if code in order else len(order), code))
    found: list[dict[str, Any]] = [{names[code].name: groups[code]} for code in codes]
    if pages.alone:
        found.append({"Cases of several instruments": [{t: pages.source(key)} for key, t in pages.alone.items()]})
    return found


# What MkDocs calls ------------------------------------------------------------------------------------------

_made: list[Pages] = []


def on_config(config: MkDocsConfig) -> None:
    """Make the pages, and put them under the index in the navigation."""
    _made[:] = [make(load_cached(), config.use_directory_urls)]
    for entry in config.nav or []:
        for title, inner in entry.items() if isinstance(entry, dict) else ():
            if isinstance(inner, list) and inner and inner[0] == INDEX:
                entry[title] = [INDEX, *navigation(_made[0])]


def on_files(files: Files, config: MkDocsConfig) -> None:
    """Add the pages to the files of the documentation."""
    from mkdocs.structure.files import File

    for key, text in _made[0].texts.items():
        files.append(File.generated(config, _made[0].source(key), content=text))


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put the list of instruments into the index."""
    if page.file.src_uri != INDEX:
        return markdown
    pages = _made[0]
    listed = places(pages.corpus, pages.rows, [*pages.alone.items()], partial(pages.href, INDEX))
    return markdown.replace(MARK, listed)
