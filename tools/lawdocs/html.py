"""Small pieces of a page: text that is escaped, tables with headers, lists, folded parts, headings with their anchors.

Tables and lists are HTML and headings Markdown: text of the law cannot be taken for markup, headings get into the
contents of the page, and nothing has to be parsed twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

__all__ = ["anchor", "code", "details", "esc", "fields", "heading", "items", "link", "para", "table"]

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!])")


def esc(text: object) -> str:
    """Text as HTML, on one line."""
    return escape(" ".join(str(text).split()), quote=True)


def code(text: object) -> str:
    """A name as it is written in files."""
    return f"<code>{esc(text)}</code>"


def anchor(prefix: str, name: str) -> str:
    """The id of a part of a page: letters, digits and hyphens or underscores only."""
    return f"{prefix}-{re.sub(r'[^A-Za-z0-9_-]+', '-', name).strip('-')}"


def link(href: str, html: str) -> str:
    """A link around HTML; just the HTML where there is nowhere to go."""
    return f'<a href="{escape(href, quote=True)}">{html}</a>' if href else html


def heading(level: int, text: str, name: str, *, searched: bool = True) -> str:
    """A heading in Markdown: its text escaped, its anchor given, so that links to it stay; perhaps left out of the search."""
    # An entity first, then a backslash before whatever Markdown could read: `&lt;` keeps its meaning.
    safe = _MARKS.sub(r"\\\1", " ".join(text.split()))
    safe = safe.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"{'#' * level} {safe} {{ #{name}{'' if searched else ' data-search-exclude'} }}\n"


def para(html: str) -> str:
    """A paragraph."""
    return f"<p>{html}</p>\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, row_heads: bool = True) -> str:
    """A table of HTML cells with a header for each column, and for each row its first cell; nothing without rows."""
    lines: list[str] = []
    for row in rows:
        told = [f"<time>{cell}</time>" if _DAY.fullmatch(cell) else cell for cell in row]
        first, rest = (told[0], told[1:]) if row_heads else ("", told)
        cells = "".join(f"<td>{cell}</td>" for cell in rest)
        lines.append(f'<tr><th scope="row">{first}</th>{cells}</tr>' if row_heads else f"<tr>{cells}</tr>")
    if not lines:
        return ""
    top = "".join(f'<th scope="col">{esc(head)}</th>' for head in heads)
    body = "\n".join(lines)
    return f"<table>\n<thead><tr>{top}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n"


def fields(pairs: Iterable[tuple[str, str]]) -> str:
    """Terms with what they are, those without anything left out."""
    told = "\n".join(f"<dt>{esc(name)}</dt><dd>{html}</dd>" for name, html in pairs if html)
    return f'<dl class="law">\n{told}\n</dl>\n' if told else ""


def items(parts: Sequence[str]) -> str:
    """A list of HTML items."""
    return f"<ul>{''.join(f'<li>{part}</li>' for part in parts)}</ul>" if parts else ""


def details(summary: str, html: str) -> str:
    """A part that is folded until somebody opens it."""
    return f"<details><summary>{esc(summary)}</summary>\n{html}\n</details>\n" if html else ""
