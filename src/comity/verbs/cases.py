"""Answers settled by cases, in words: on what they split, and which constraints between facts they need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from comity.law.model import Fact
from comity.verbs.words import fact_label, listed, spaced

if TYPE_CHECKING:
    from comity.assess.exact import Settled

__all__ = ["cases_words"]


def cases_words(settled: Settled, facts: Mapping[str, Fact]) -> str:
    """Why the answer is settled though facts are missing, without a verb of its own: `whatever … turns out to be`."""
    things: dict[str, None] = {}
    for each in settled.split:
        if each.fact.startswith("any "):
            things[f"another {each.fact.removeprefix('any ')} there may be"] = None
        else:
            things[fact_label(facts.get(each.fact), each.fact)] = None
    what = f"nothing that {listed(things, 'and')} can turn out to be changes the answer"
    if not things:
        what = "no value that the facts can have changes the answer"
    because = [fact_label(facts.get(each.fact), each.fact) for each in settled.given]
    because += [f"'{spaced(name)}'" + (f" ({at})" if at else "") for name, at in settled.by]
    return f"{what}, because of {listed(because, 'and')}" if because else what
