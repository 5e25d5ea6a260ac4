"""What a rule must say about itself: its place in the law, what it is made of, what shows it, who is told."""

from __future__ import annotations

from collections.abc import Iterator

from comity.errors import Faults
from comity.law.calendars import has_calendar
from comity.law.corpus import Corpus
from comity.law.coverage import begins
from comity.law.lint.versions import Version, entries
from comity.law.model import Rule
from comity.logic.kinds import sees
from comity.source.near import did_you_mean
from comity.source.yaml12 import Map, Node, Scalar

__all__ = ["begins", "check", "check_all"]

_ACTS = ("duty", "prohibition")


def check(corpus: Corpus, version: Version, faults: Faults) -> None:
    """Rule by rule."""
    for rule in version.law.rules.values():
        _pinpoint(version, rule, faults)
        _clocks(corpus, version, rule, faults)
        if rule.kind == "duty" and rule.modality != "may":
            for key, why in (("elements", "what it is made of"), ("evidence", "what shows that it is met")):
                if not getattr(rule, key):
                    faults.add(
                        f"lint.{key}",
                        version.node(rule),
                        f"the duty '{rule.name}' has no {key}",
                        f"say {why}",
                    )
        if rule.certainty != "settled" and not rule.note:
            faults.add(
                "lint.certainty",
                version.node(rule, "certainty"),
                f"'{rule.name}' is {rule.certainty} without a note",
                "add note: what is doubtful, and why",
            )
        if rule.kind == "recognition":
            _recognised(version, rule, faults)


def check_all(corpus: Corpus, versions: list[Version], faults: Faults) -> None:
    """What concerns the corpus as a whole: names of elements and recipients."""
    _elements(corpus, versions, faults)
    _recipients(corpus, versions, faults)


def _recognised(version: Version, rule: Rule, faults: Faults) -> None:
    """What a recognition satisfies: duties by name, group or alias; elsewhere: id#name."""
    for word in rule.of:
        instrument, sharp, name = word.rpartition("#")
        there = version.law.instruments.get(instrument if sharp else rule.instrument)
        acts = [found for found in there.rules.values() if found.kind in _ACTS] if there is not None else []
        if not any(name in (found.name, *found.groups, *found.aliases) for found in acts):
            mend = (
                did_you_mean(name, [found.name for found in acts])
                if there
                else did_you_mean(instrument, version.law.instruments)
            )
            faults.add(
                "lint.recognition",
                version.node(rule, "of"),
                f"'{rule.name}' is about '{word}', which is no duty here",
                mend or "name a duty, a prohibition or a group of them",
            )


# Pinpoints --------------------------------------------------------------------------------------------------


def _pinpoint(version: Version, rule: Rule, faults: Faults) -> None:
    catalogue = [provision.at for provision in version.law.instruments[rule.instrument].provisions]
    for at in rule.at:
        if not any(begins(at, entry) for entry in catalogue):
            faults.add(
                "lint.pinpoint",
                version.node(rule, "at"),
                f"'{at}' of '{rule.name}' is not in the catalogue of provisions",
                "add {at: …, subject: …} under provisions, or correct the pinpoint",
            )


# Clocks -----------------------------------------------------------------------------------------------------


def _clocks(corpus: Corpus, version: Version, rule: Rule, faults: Faults) -> None:
    nodes = entries(version.nodes[rule.id].get("clock"))
    facts = corpus.vocabulary.facts
    for clock, node in zip(rule.clocks, nodes, strict=False):
        if clock.calendar is not None and not has_calendar(clock.calendar):
            faults.add(
                "lint.clock-calendar",
                (node.get("calendar") if isinstance(node, Map) else None) or node,
                f"'{clock.calendar}', the calendar of a clock of '{rule.name}', has no table of public holidays",
                "write the code of a country or of one of its parts, or EU",
            )
        done = (clock.done,) if clock.done is not None else ()
        for code, names in (("anchor", clock.anchor), ("done", done)):
            where = (node.get(code) if isinstance(node, Map) else None) or node
            for name in names:
                fact = facts.get(name)
                if fact is None:
                    dates = [each.name for each in facts.values() if each.type in ("date", "instant")]
                    faults.add(
                        f"lint.clock-{code}",
                        where,
                        f"'{name}', the '{code}' of a clock of '{rule.name}', is not a fact",
                        did_you_mean(name, dates) or "declare it in the vocabulary",
                    )
                elif fact.type not in ("date", "instant"):
                    faults.add(
                        f"lint.clock-{code}",
                        where,
                        f"'{name}', the '{code}' of a clock of '{rule.name}', is a {fact.type}",
                        "use a date or an instant",
                    )
                elif not sees(rule.per, fact.kind):
                    faults.add(
                        f"lint.clock-{code}",
                        where,
                        f"'{name}' is a fact of {fact.kind}, not seen by '{rule.name}' (about {rule.per})",
                        "use a fact of the same kind or one above",
                    )


# Elements ---------------------------------------------------------------------------------------------------


def _declared(corpus: Corpus) -> dict[str, dict[str, Node]]:
    """The elements that are declared, with their parameters."""
    found: dict[str, dict[str, Node]] = {}
    for document in corpus.raw.shared.get("elements", []):
        for node in entries(document.get("elements")):
            name = node.get("element") if isinstance(node, Map) else None
            if isinstance(node, Map) and isinstance(name, Scalar):
                parameters = node.get("parameters")
                found[name.text] = dict(parameters.entries) if isinstance(parameters, Map) else {}
    return found


def _used(versions: list[Version]) -> Iterator[tuple[Rule, str, str, str, Node]]:
    """Each (rule, element, parameter, value, place); the parameter is empty for the element itself."""
    for version in versions:
        for rule in version.law.rules.values():
            where = version.node(rule, "elements")
            for element in rule.elements:
                yield rule, element.name, "", "", where
                for parameter, value in element.parameters:
                    yield rule, element.name, parameter, value, where


def _elements(corpus: Corpus, versions: list[Version], faults: Faults) -> None:
    declared = _declared(corpus)
    told: set[tuple[str, ...]] = set()
    for rule, name, parameter, value, where in _used(versions):
        if name not in declared:
            if not parameter and (name,) not in told:
                told.add((name,))
                count = len({r.id for r, other, p, _, _ in _used(versions) if other == name and not p})
                faults.add(
                    "lint.element",
                    where,
                    f"the element '{name}' is not declared ({count} rule{'s' * (count > 1)})",
                    did_you_mean(name, declared) or "declare it under elements/",
                )
            continue
        if not parameter:
            continue
        if parameter not in declared[name]:
            if (name, parameter) not in told:
                told.add((name, parameter))
                faults.add(
                    "lint.element-parameter",
                    where,
                    f"the element '{name}' has no parameter '{parameter}'",
                    did_you_mean(parameter, declared[name]) or "declare it under elements/",
                )
            continue
        order = _order(declared[name][parameter])
        for word in value.split(", ") if order else ():
            if word not in order and (name, parameter, word) not in told:
                told.add((name, parameter, word))
                faults.add(
                    "lint.element-value",
                    where,
                    f"'{word}' is no value of '{parameter}' of the element '{name}' in '{rule.name}'",
                    did_you_mean(word, order) or f"use one of {', '.join(order)}",
                )


def _order(node: Node) -> list[str]:
    """The values of a parameter that lists them."""
    listed = node.get("order") if isinstance(node, Map) else None
    return [item.text for item in entries(listed) if isinstance(item, Scalar)]


# Recipients -------------------------------------------------------------------------------------------------


def _recipients(corpus: Corpus, versions: list[Version], faults: Faults) -> None:
    """A recipient is in recipients.yaml, where there is one; else its folder must be one with law."""
    declared = {
        name.text
        for document in corpus.raw.shared.get("recipients", [])
        for node in entries(document.get("recipients"))
        if isinstance(node, Map) and isinstance(name := node.get("recipient"), Scalar)
    }
    folders = {name.partition("/")[0] for name in corpus.raw.instruments}
    told: set[str] = set()
    for version in versions:
        for rule in version.law.rules.values():
            name = rule.recipient
            if name is None or name in told:
                continue
            folder, slash, _ = name.partition("/")
            if (name not in declared) if declared else (slash and folder not in folders):
                told.add(name)
                mend = did_you_mean(name, declared) if declared else did_you_mean(folder, folders)
                faults.add(
                    "lint.warn-recipient",
                    version.node(rule, "recipient"),
                    f"the recipient '{name}' of '{rule.name}' is not known",
                    mend
                    or (
                        "declare it in recipients.yaml" if declared else "begin it with the folder of its jurisdiction"
                    ),
                )
