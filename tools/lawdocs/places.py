"""All jurisdictions: the instruments that are encoded and what was looked at beside them."""

from __future__ import annotations

from collections.abc import Sequence

from comity.law.corpus import Corpus
from comity.law.coverage import AREAS, Coverage
from comity.verbs.law import LawRow, first_application
from comity.verbs.markets import AREA_NAMES
from comity.verbs.words import day_words
from lawdocs.html import anchor, esc, heading, items, link, table
from lawdocs.words import Href

__all__ = ["places"]

_STATES = {
    "encoded": "encoded",
    "pointer": "pointed to only",
    "searched_none_found": "searched, none found",
    "not_covered": "not covered",
}


def places(corpus: Corpus, rows: Sequence[LawRow], more: Sequence[tuple[str, str]], href: Href) -> str:
    """The instruments by jurisdiction, then coverage by subject area. `more` is pages of cases that stand alone."""
    by_place: dict[str, list[LawRow]] = {}
    for row in rows:
        by_place.setdefault(row.instrument.jurisdiction, []).append(row)
    known = corpus.jurisdictions.by_code
    parts = [heading(2, "Instruments by jurisdiction", "instruments")]
    for code in [*(each for each in corpus.coverage if each in by_place), *(by_place.keys() - corpus.coverage.keys())]:
        parts.append(heading(3, f"{known[code].name} ({code})", anchor("in", code)))
        cells = [
            (
                link(href(row.instrument.id, ""), esc(row.instrument.title)),
                esc(row.instrument.force),
                day_words(row.in_force),
                day_words(first_application(row)),
                str(row.instrument.known_to),
                str(sum(row.kinds.values())),
            )
            for row in by_place[code]
        ]
        parts.append(table(("Instrument", "Force", "In force", "Applies", "Known up to", "Rules"), cells))
    if more:
        parts.append(heading(2, "Cases that concern several instruments", "cases"))
        parts.append(items([link(href(key, ""), esc(title)) for key, title in more]))
    parts.append(heading(2, "What is covered", "coverage"))
    parts.append(
        "<p>A jurisdiction that is not listed has not been looked at. Silence is no clearance: where the state is another "
        "than encoded, nothing follows from there being no rule.</p>\n"
    )
    heads = ("Jurisdiction", "AI-specific law", "Other areas")
    parts.append(table(heads, [_covered(corpus, each) for each in corpus.coverage.values()]))
    return "\n".join(parts)


def _covered(corpus: Corpus, each: Coverage) -> tuple[str, str, str]:
    """A jurisdiction with the state of its areas; those that are declared in no way are not covered."""
    place = corpus.jurisdictions.by_code[each.jurisdiction]
    states = {area.area: _STATES.get(area.state, area.state) for area in each.areas}
    by_state: dict[str, list[str]] = {}
    for name in AREAS:
        by_state.setdefault(states.get(name, "not covered"), []).append(name)
    own = next((area for area in each.areas if area.area == "ai_specific"), None)
    told = states.get("ai_specific", "not covered")
    if own is not None and own.known_to is not None and own.state != "not_covered":
        told += f", known up to {own.known_to}"
    rest = [
        f"{state}: {', '.join(AREA_NAMES.get(name, name) for name in names if name != 'ai_specific')}"
        for state, names in by_state.items()
        if names != ["ai_specific"]
    ]
    return esc(f"{place.name} ({each.jurisdiction})"), esc(told), esc("; ".join(rest))
