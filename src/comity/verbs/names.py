"""Finding the rules a name stands for: ids, names, the dossiers' aliases, pinpoints; with what was meant if none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from comity.assess.evaluate import Evaluation
from comity.errors import UsageFault, shown
from comity.law.corpus import Corpus
from comity.law.model import Instrument, Rule
from comity.source.near import did_you_mean

__all__ = ["instrument_name", "rule_title", "rules_named", "rules_of"]


def _plain(word: str) -> str:
    """The word without what people mix up: case, blanks, and - for _."""
    return re.sub(r"[\s_-]+", "", word).casefold()


def rules_of(evaluation: Evaluation, instruments: Iterable[str] | None = None) -> dict[str, tuple[Rule, Instrument]]:
    """Every rule by id, of the law now first, then rules that only an earlier or later version has."""
    wanted = None if instruments is None else set(instruments)
    found: dict[str, tuple[Rule, Instrument]] = {}
    for law, part in evaluation.parts:
        for rule in part.rules.values():
            if wanted is None or rule.instrument in wanted:
                found.setdefault(rule.id, (rule, law.instruments[rule.instrument]))
    return found


def rules_named(word: str, rules: Sequence[Rule]) -> list[Rule]:
    """The rules of a name: by id, else by name, title, alias or pinpoint, else by the beginning of an alias.

    Raises UsageFault with near misses when there is none.
    """
    wanted = _plain(word)
    if not wanted:
        raise UsageFault("no rule is named", "write an id, a name or an alias such as 'AIA 53(1)(a)'")
    exact = [rule for rule in rules if _plain(rule.id) == wanted]
    if exact:
        return exact
    named = [rule for rule in rules if wanted in _words(rule)]
    if named:
        return named
    # "AIA 53" stands for 53(1)(a), 53(1)(b) …, never for 530.
    begun = [rule for rule in rules if any(_begins(_plain(alias), wanted) for alias in (*rule.aliases, *rule.at))]
    if begun:
        return begun
    deeper = [rule for rule in rules if _same_place(rule, word)]
    if deeper:
        return deeper
    options = [option for rule in rules for option in (rule.id, rule.name, rule.title, *rule.aliases)]
    raise UsageFault(
        f"there is no rule '{shown(word)}'",
        did_you_mean(word, options) or "see `comity law show INSTRUMENT` for the rules of an instrument",
    )


def _words(rule: Rule) -> set[str]:
    return {_plain(rule.name), _plain(rule.title), *map(_plain, rule.aliases), *map(_plain, rule.at)}


def _split(word: str) -> tuple[str, str]:
    """What stands before the first digit, and the rest."""
    plain = _plain(word)
    digit = next((i for i, c in enumerate(plain) if c.isdigit()), len(plain))
    return plain[:digit], plain[digit:]


def _same_place(rule: Rule, word: str) -> bool:
    """`AIA 9(1)` where the dossier's alias is `AIA 9` and the pinpoint Art. 9(1)."""
    prefix, place = _split(word)
    return bool(place) and prefix in {_split(a)[0] for a in rule.aliases} and place in {_split(at)[1] for at in rule.at}


def _begins(alias: str, wanted: str) -> bool:
    rest = alias[len(wanted) :]
    return alias.startswith(wanted) and bool(rest) and not (rest[0].isalnum() and wanted[-1].isalnum())


def instrument_name(corpus: Corpus, instrument: Instrument) -> str:
    """What people call an instrument; law from a folder of the user's own is named as such."""
    folder = corpus.overlay_of(instrument.file)
    return instrument.short if folder is None else f"{instrument.short} [your law in {folder}]"


def rule_title(evaluation: Evaluation, on: date, rule_id: str) -> str:
    """The title of a rule in the law of a date, else in today's, else of the rule of that name elsewhere."""
    laws = (evaluation.law(on), evaluation.now.law)
    for law in laws:
        if rule_id in law.rules:
            return law.rules[rule_id].title
    name = rule_id.partition("#")[2] or rule_id
    # An exception of another instrument comes along with a rule that rests on that instrument.
    found = {rule.title for law in laws for rule in law.rules.values() if rule.name == name}
    return found.pop() if len(found) == 1 else name.replace("_", " ")
