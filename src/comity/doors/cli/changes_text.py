"""Changes of findings as text, shared by `whatif` and `impact`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from comity.doors.cli.output import Page

__all__ = ["WORDS", "changes"]

WORDS = {
    "gained": "Now asked",
    "lost": "No longer asked",
    "sooner": "Asked sooner",
    "later": "Asked later",
    "opened": "No longer certain",
    "settled": "Now certain",
    "changed": "Otherwise changed",
}
_FEW = 10


def changes(page: Page, found: Sequence[dict[str, Any]], *, everything: bool = False) -> None:
    """Each way in which findings moved, with the findings: duties and prohibitions first."""
    for move, title in WORDS.items():
        moved = [each for each in found if each["move"] == move]
        if not moved:
            continue
        page.heading(title, str(len(moved)))
        ranked = sorted(moved, key=lambda each: each["kind"] not in ("prohibition", "duty"))
        for each in ranked if everything else ranked[:_FEW]:
            about = " / ".join(word for word in (each["about"]["artefact"], each["about"]["instance"]) if word)
            page.text(
                f"{each['id']}  {each['at']}  {each['kind']}: {each['title']}" + (f"  ({about})" if about else ""),
                hang=4,
            )
            for field in each["fields"]:
                text = _told(field["field"], field["before"], field["after"])
                if text:
                    page.text(text, indent=4, hang=4)
        if len(ranked) > _FEW and not everything:
            page.text(f"… and {len(ranked) - _FEW} more: --all lists them", indent=2)


def _told(name: str, before: Any, after: Any) -> str:
    if name in ("value", "in_force", "missing", "unless", "presumed", "title"):
        return ""
    if name == "penalty":
        return f"penalty: {_penalty(before)} → {_penalty(after)}"
    if name == "clocks":
        texts = _clocks(before), _clocks(after)
        return f"clocks: {texts[0]} → {texts[1]}" if texts[0] != texts[1] else ""
    if name == "enforcement":
        before, after = (side["state"] if side else None for side in (before, after))
    return f"{name}: {_word(before)} → {_word(after)}"


def _word(value: Any) -> str:
    return "–" if value in (None, "", []) else str(value).replace("not_applicable", "does not apply")


def _penalty(found: Any) -> str:
    return "; ".join(p["text"] for p in found) if found else "–"


def _clocks(found: Any) -> str:
    return "; ".join(c["text"] for c in found) if found else "–"
