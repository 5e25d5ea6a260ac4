"""The worked cases beside an instrument or an amendment: what is changed, on which date, what is expected and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from comity.source.documents import read_document
from comity.source.yaml12 import Map
from lawdocs.html import anchor, code, details, esc, fields, heading, items, table
from lawdocs.raw import flat, maps, text

__all__ = ["CaseFile", "case_files", "cases_part"]

Expected = Callable[[str], str]
"""The name of a rule or its alias as HTML, a link where the page knows it."""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One file of worked cases."""

    path: Path
    name: str
    bases: dict[str, Map]
    cases: tuple[Map, ...]

    def belongs(self, home: Path) -> bool:
        """Whether it stands beside the file of an instrument or amendment (or of its chapters)."""
        if self.path.parent != home.parent:
            return False
        return home.name.startswith("_") or home.stem == self.name


def case_files(folder: Path) -> list[CaseFile]:
    """All worked cases of a folder of law."""
    found: list[CaseFile] = []
    for path in sorted(folder.rglob("*.cases.yaml")):
        document = read_document(path)
        if isinstance(document, Map):
            bases = document.get("bases")
            named = bases.entries.items() if isinstance(bases, Map) else ()
            held = {name: node for name, node in named if isinstance(node, Map)}
            name = path.name.removesuffix(".cases.yaml")
            found.append(CaseFile(path, name, held, tuple(maps(document.get("cases")))))
    return found


def cases_part(files: Iterable[CaseFile], expected: Expected) -> str:
    """The section of a page; empty where there are no cases."""
    chosen = list(files)
    parts = [_file(each, expected, several=len(chosen) > 1) for each in chosen]
    if not parts:
        return ""
    total = sum(len(each.cases) for each in chosen)
    intro = (
        f"<p>{total} cases, written from the source and not from the rules. Each begins with a base and changes what the "
        "table says; an expectation names a rule and what comity must answer.</p>\n"
    )
    return heading(2, "Worked cases", "cases", searched=False) + "\n" + intro + "\n" + "\n".join(parts)


def _file(file: CaseFile, expected: Expected, several: bool) -> str:
    title = file.name.strip("_").replace("-", " ").capitalize()
    head = heading(3, title, anchor("cases", file.name), searched=False) + "\n" if several else ""
    bases = "".join(
        details(f"Base: {name}", fields((fact, esc(flat(inner)) or "(empty)") for fact, inner in node.entries.items()))
        for name, node in file.bases.items()
    )
    rows = [
        (
            esc(text(case, "case")),
            code(text(case, "base")) if text(case, "base") else "–",
            _changes(case),
            _date(case),
            _expectations(case, expected),
            esc(text(case, "source")),
        )
        for case in file.cases
    ]
    return head + bases + "\n" + table(("Case", "Base", "Change", "Date", "Expected", "Source"), rows)


def _changes(case: Map) -> str:
    changed = case.get("set")
    parts = [f"{code(k)}: {esc(flat(v))}" for k, v in changed.entries.items()] if isinstance(changed, Map) else []
    removed = case.get("unset")
    parts += [f"without {code(name)}" for name in flat(removed).split(", ") if name]
    return items(parts) or "none"


def _date(case: Map) -> str:
    known = text(case, "known_at")
    return esc(text(case, "as_of")) + (f", as known on {esc(known)}" if known else "")


def _expectations(case: Map, expected: Expected) -> str:
    wanted = case.get("expect")
    entries = wanted.entries.items() if isinstance(wanted, Map) else ()
    return items([f"{expected(name)}: {esc(flat(inner).replace('_', ' '))}" for name, inner in entries])
