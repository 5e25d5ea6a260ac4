"""From a node of a profile to the value of a fact, by the type the vocabulary declares."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone

from comity.assess.subject import Instant, Stated, Statement
from comity.errors import Faults, shown, strange
from comity.law.fields import Fields
from comity.law.jurisdictions import Jurisdictions
from comity.law.model import Fact
from comity.logic.values import NONE, RAISED, CodeSet, Interval, Value
from comity.source import scalars
from comity.source.near import did_you_mean
from comity.source.yaml12 import Map, Node, Scalar, Seq

__all__ = ["MOST_SUGGESTED", "codes_in", "read_value", "shape_of"]

_NAIVE = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?")
_EARLIEST = timezone(timedelta(hours=14))
_LATEST = timezone(timedelta(hours=-12))
_YEARS = 1000, 9000
MOST_SUGGESTED = 50
"""Beyond so many faults nobody reads what was meant, and looking for it takes time."""


def shape_of(node: Node) -> str | None:
    """How a value is written: bool, number, code or set; None where that does not tell (unknown, none, a span)."""
    if isinstance(node, Map):
        inner = node.entries.get("value")
        return shape_of(inner) if inner is not None else "set" if node.keys() & {"has", "not", "rest"} else None
    if not isinstance(node, Scalar):
        return "set" if isinstance(node, Seq) else None
    word = node.text.strip().lower()
    if node.is_null or word in ("unknown", "none"):
        return None
    if word in ("true", "false"):
        return "bool"
    return "number" if re.fullmatch(r"[+-]?[\d_.]+(e[+-]?\d+)?", word) else "code"


def codes_in(node: Node) -> set[str]:
    """The words written in a code or a set, `unknown` and `none` apart."""
    if isinstance(node, Map):
        inner = [node.entries[key] for key in ("value", "has", "not") if key in node.entries]
        return {code for each in inner for code in codes_in(each)}
    found = {
        item.text.strip() for item in (node.items if isinstance(node, Seq) else [node]) if isinstance(item, Scalar)
    }
    return found - {"", "unknown", "none"}


def read_value(fact: Fact, node: Node, jurisdictions: Jurisdictions, faults: Faults) -> Stated | None:
    """The stated fact, or None after a fault. Accepts `{value: …, by: …, on: …, basis: …}`."""
    statement: Statement | None = None
    if isinstance(node, Map) and "value" in node.entries:
        fields = Fields(node, faults, f"the statement of {fact.name}")
        inner = fields.need("value")
        statement = Statement(fields.text("by"), fields.day("on"), fields.text("basis"))
        fields.done()
        if inner is None:
            return None
        node = inner
    if fact.per_market and isinstance(node, Map) and not node.keys() & {"min", "max", "from", "to"}:
        found: list[tuple[str, Value]] = []
        for code, entry in node.entries.items():
            if code not in jurisdictions.by_code:
                _no_jurisdiction(code, entry, jurisdictions, faults)
                continue
            value = _value(fact, entry, jurisdictions, faults)
            if value is not None:
                found.append((code, value.value))
        return Stated(Interval(None, None), None, tuple(found), statement)
    value = _value(fact, node, jurisdictions, faults)
    return None if value is None else Stated(value.value, value.instant, (), statement)


def _value(fact: Fact, node: Node, jurisdictions: Jurisdictions, faults: Faults) -> Stated | None:
    if isinstance(node, Scalar):
        if node.is_null:
            return faults.add(
                "profile.empty",
                node,
                f"{fact.name} has no value",
                "write a value, unknown, or none; or leave the fact out",
            )
        word = node.text.strip().lower() if not node.quoted or node.text.lower() in ("unknown", "none") else ""
        if word == "unknown":
            return Stated(RAISED)
        if word == "none" and (fact.codes is None or "none" not in fact.codes):
            if fact.type == "bool":
                return faults.add("profile.none", node, f"{fact.name} is answered with true or false", "write false")
            return Stated(CodeSet(frozenset()) if fact.type in ("set", "jurisdictions") else NONE)
    match fact.type:
        case "bool":
            found = scalars.bool_(node, faults)
            return None if found is None else Stated(found)
        case "number":
            return _number(fact, node, faults)
        case "date":
            return _date(fact, node, faults)
        case "instant":
            return _instant(node, faults)
        case "code" | "jurisdiction":
            return _code(fact, node, jurisdictions, faults)
        case _:
            return _set(fact, node, jurisdictions, faults)


def _number(fact: Fact, node: Node, faults: Faults) -> Stated | None:
    least = fact.minimum
    if isinstance(node, Map):
        fields = Fields(node, faults, f"the interval of {fact.name}")
        raw_low, raw_high = fields.raw("min"), fields.raw("max")
        fields.done()
        low = None if raw_low is None else scalars.number(raw_low, faults, least=least)
        high = None if raw_high is None else scalars.number(raw_high, faults, least=least)
        if low is not None and high is not None and low > high:
            return faults.add(
                "profile.interval", node, f"the interval of {fact.name} is empty", "write min at most max"
            )
        return Stated(Interval(low, high))
    value = scalars.number(node, faults, least=least)
    return None if value is None else Stated(value)


def _near(node: Node, faults: Faults) -> bool:
    """Whether the years written are such that periods can be counted from them without running off the calendar."""
    ends = node.entries.values() if isinstance(node, Map) else [node]
    for end in ends:
        year = re.match(r"\s*(\d{4})(?!\d)", end.text) if isinstance(end, Scalar) else None
        if year is not None and int(year[1]) and not _YEARS[0] <= int(year[1]) <= _YEARS[1]:
            faults.add(
                "profile.far-date",
                end,
                f"the year {year[1]} is too far away",
                f"write a year from {_YEARS[0]} to {_YEARS[1]}, or none for what never happened",
            )
            return False
    return True


def _span(node: Node, faults: Faults) -> tuple[date, date] | None:
    if not _near(node, faults):
        return None
    if isinstance(node, Map):
        fields = Fields(node, faults, "a span of dates")
        ends = [fields.raw("min") or fields.raw("from"), fields.raw("max") or fields.raw("to")]
        for key in ("min", "from", "max", "to"):
            fields.raw(key)
        fields.done()
        spans = [None if end is None else scalars.date_interval(end, faults) for end in ends]
        low = spans[0][0] if spans[0] else date.min
        high = spans[1][1] if spans[1] else date.max
        if low > high:
            return faults.add("profile.interval", node, "the span is empty", "write the earlier date first")
        return low, high
    return scalars.date_interval(node, faults)


def _date(fact: Fact, node: Node, faults: Faults) -> Stated | None:
    if isinstance(node, Scalar) and "T" in node.text:
        moment = _instant(node, faults)
        return None if moment is None else Stated(moment.value)
    span = _span(node, faults)
    if span is None:
        return None
    low, high = span[0].toordinal(), span[1].toordinal()
    return Stated(low if low == high else Interval(low, high))


def _instant(node: Node, faults: Faults) -> Stated | None:
    text = node.text.strip() if isinstance(node, Scalar) else ""
    if isinstance(node, Map) or re.fullmatch(r"\d{4}(-\d{2}){0,2}", text):
        span = _span(node, faults)
        if span is None:
            return None
        low = datetime.combine(span[0], time.min, _EARLIEST) if span[0] > date.min else datetime.min.replace(tzinfo=UTC)
        high = datetime.combine(span[1], time.max, _LATEST) if span[1] < date.max else datetime.max.replace(tzinfo=UTC)
        first, last = span[0].toordinal(), span[1].toordinal()
        return Stated(first if first == last else Interval(first, last), Instant(low, high))
    if not _near(node, faults):
        return None
    if _NAIVE.fullmatch(text) and isinstance(node, Scalar):
        # No zone: the moment lies anywhere a clock can show this time.
        moment = scalars.instant(replace(node, text=f"{text}Z"), faults)
        if moment is None:
            return None
        naive = moment.replace(tzinfo=None)
        return Stated(naive.date().toordinal(), Instant(naive.replace(tzinfo=_EARLIEST), naive.replace(tzinfo=_LATEST)))
    moment = scalars.instant(node, faults)
    return None if moment is None else Stated(moment.date().toordinal(), Instant(moment, moment))


def _meant(word: str, options: Iterable[str], faults: Faults) -> str:
    """What was meant; no longer looked for once there are many faults."""
    return did_you_mean(word, options) if len(faults) < MOST_SUGGESTED else ""


def _no_jurisdiction(code: str, node: Node, jurisdictions: Jurisdictions, faults: Faults) -> None:
    faults.add(
        "profile.jurisdiction",
        node,
        f"'{shown(code)}' is not a jurisdiction comity knows{strange(code)}",
        _meant(code, jurisdictions.by_code, faults) or "write an ISO code such as DE, US-CA or EU",
    )


def _known(fact: Fact, item: Node, jurisdictions: Jurisdictions, faults: Faults) -> str | None:
    code = scalars.text(item, faults)
    if code is None:
        return None
    code = code.strip()
    if fact.type in ("jurisdiction", "jurisdictions"):
        if code in jurisdictions.by_code:
            return code
        if code.upper() in jurisdictions.by_code:
            return code.upper()
        _no_jurisdiction(code, item, jurisdictions, faults)
        return None
    if fact.codes is None or code in fact.codes:
        return code
    lowered = {known.lower(): known for known in fact.codes}
    if code.lower() in lowered:
        return lowered[code.lower()]
    return faults.add(
        "profile.code",
        item,
        f"'{shown(code)}' is not a value of {fact.name}{strange(code)}",
        _meant(code, fact.codes, faults) or f"use one of {', '.join(fact.codes)}",
    )


def _code(fact: Fact, node: Node, jurisdictions: Jurisdictions, faults: Faults) -> Stated | None:
    if isinstance(node, Scalar) and not node.quoted and node.text.lower() == "false" and fact.type == "code":
        return Stated(NONE)
    if isinstance(node, Seq):
        codes = [_known(fact, item, jurisdictions, faults) for item in node.items]
        if None in codes or not codes:
            return None
        if len(codes) == 1:
            return Stated(str(codes[0]))
        others = frozenset(fact.codes or ()) - {str(code) for code in codes}
        return Stated(CodeSet(frozenset(), others, complete=False))
    code = _known(fact, node, jurisdictions, faults)
    return None if code is None else Stated(code)


def _set(fact: Fact, node: Node, jurisdictions: Jurisdictions, faults: Faults) -> Stated | None:
    if isinstance(node, Map):
        fields = Fields(node, faults, f"the partial set {fact.name}")
        parts: list[frozenset[str]] = []
        for key in ("has", "not"):
            raw = fields.raw(key)
            items = [] if raw is None else raw.items if isinstance(raw, Seq) else [raw]
            parts.append(frozenset(c for item in items if (c := _known(fact, item, jurisdictions, faults))))
        rest = fields.word("rest", ("unknown", "no"), default="unknown")
        fields.done()
        both = parts[0] & parts[1]
        if both:
            return faults.add(
                "profile.contradiction",
                node,
                f"{', '.join(sorted(both))} is in {fact.name} and not in it",
                "remove one",
            )
        return Stated(CodeSet(parts[0], parts[1], rest == "no"))
    items = node.items if isinstance(node, Seq) else [node]
    if isinstance(node, Scalar) and not node.quoted and node.text.lower() in ("true", "false"):
        if node.text.lower() == "false":
            return Stated(CodeSet(frozenset()))
        return faults.add(
            "profile.set",
            node,
            f"{fact.name} is a set",
            f"list what is in it: {', '.join(list(fact.codes or ())[:6])}",
        )
    codes = [_known(fact, item, jurisdictions, faults) for item in items]
    return None if None in codes else Stated(CodeSet(frozenset(str(code) for code in codes)))
