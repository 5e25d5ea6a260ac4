"""The page of an amendment: what it changes in which instrument, from when, and its worked cases."""

from __future__ import annotations

from pathlib import Path

from comity.law.corpus import Corpus, Law
from comity.law.patches import PatchInfo
from comity.law.raw import RawPatch, rule_name
from comity.source.yaml12 import Map
from comity.verbs.words import source_words, spaced
from lawdocs.cases import CaseFile, cases_part
from lawdocs.html import anchor, code, esc, fields, heading, link, table
from lawdocs.instrument import outside
from lawdocs.raw import flat, maps, text
from lawdocs.words import Href

__all__ = ["patch_page"]


def patch_page(corpus: Corpus, law: Law, patch: PatchInfo, cases: list[CaseFile], href: Href) -> str:
    """The page in Markdown, its tables and lists in HTML."""
    raw = corpus.raw.patches[patch.id]
    target = law.instruments[patch.amends]
    rows = [_row(node, patch, law, href) for node in raw.changes]
    events = [
        [esc(cell) for cell in (text(e, "date"), spaced(text(e, "event")), text(e, "at"), text(e, "note"))]
        for e in maps(raw.header.get("events"))
    ]
    names = {word.casefold(): rule for rule in target.rules.values() for word in (rule.name, rule.id, *rule.aliases)}

    def expected(word: str) -> str:
        rule = names.get(word.casefold()) or law.rules.get(word)
        return link(href(rule.instrument, anchor("rule", rule.name)), code(word)) if rule is not None else code(word)

    parts = [
        heading(1, text(raw.header, "native_title") or patch.title, "law"),
        _about(patch, raw, href, target.title),
        _section("Timeline", "timeline", table(("Date", "What", "Pinpoint", "Note"), events)),
        _section("Changes", "changes", table(("Change", "Of", "What", "Pinpoint"), rows, row_heads=False)),
        _section("Catalogue of provisions", "catalogue", _catalogue(raw)),
        cases_part((each for each in cases if each.belongs(Path(raw.header.pos.file))), expected),
    ]
    return "\n".join(part for part in parts if part)


def _section(title: str, name: str, html: str) -> str:
    return heading(2, title, name) + "\n" + html if html else ""


def _about(patch: PatchInfo, raw: RawPatch, href: Href, amended: str) -> str:
    header = raw.header
    known = text(header, "known_to")
    return fields(
        [
            ("Amends", link(href(patch.amends, ""), esc(amended))),
            ("Title in English", esc(patch.title) if text(header, "native_title") else ""),
            ("Called", esc(text(header, "short"))),
            ("Id", code(patch.id)),
            ("Other names", ", ".join(code(name) for name in text(header, "aliases").split(", ") if name)),
            ("Kind", esc(", ".join(filter(None, (spaced(text(header, "kind")), text(header, "force")))))),
            ("Citation", esc(patch.cite)),
            ("Source", outside(patch.url) if patch.url else ""),
            ("Published", str(patch.published)),
            ("In force", str(patch.in_force)),
            ("Checked", esc(f"{patch.checked.date} against {source_words(patch.checked.against)}")),
            ("Known up to", esc(known)),
            ("Note", esc(text(header, "note"))),
        ]
    )


def _row(node: Map, patch: PatchInfo, law: Law, href: Href) -> tuple[str, str, str, str]:
    key = next(iter(node.keys()), "")
    at, target = esc(text(node, "at")), node.get(key)
    match key:
        case "add" | "replace":
            rule = node.get("add" if key == "add" else "with")
            named = rule_name(rule) if isinstance(rule, Map) else None
            if named is None or not isinstance(rule, Map):
                return esc(key), esc(flat(target)), "", at
            now = law.rules.get(f"{patch.amends}#{named[1]}")
            title = esc(text(rule, "title") or spaced(named[1]).capitalize())
            href_ = href(patch.amends, anchor("rule", named[1])) if now is not None else ""
            word = "added" if key == "add" else "written anew"
            return word, f"{esc(named[0])}: {link(href_, title)}", esc(text(rule, "what")) or "–", at
        case "set":
            told = " ".join(filter(None, (text(node, "value"), spaced(text(node, "unit")))))
            return "set", esc(spaced(flat(target).removeprefix("$"))), esc(told), at
        case "repeal":
            return "repealed", esc(spaced(flat(target))), "–", at
        case "renumber":
            return "renumbered", esc(spaced(flat(target))), f"now {esc(text(node, 'to'))}", at
        case "suspend":
            until = text(node, "until")
            told = f"{text(node, 'what')}, {f'until {until}' if until else 'with no end'}"
            return "suspended", esc(spaced(flat(target))), esc(told), at
        case _:
            return esc(spaced(key)), esc(flat(target)), esc(flat(node.get("with"))), at


def _catalogue(raw: RawPatch) -> str:
    rows = [
        [
            esc(cell)
            for cell in (text(p, "at"), text(p, "subject"), spaced(text(p, "state")) or "encoded", text(p, "because"))
        ]
        for p in raw.provisions
    ]
    return table(("Provision", "Subject", "State", "Why there is no rule"), rows)
