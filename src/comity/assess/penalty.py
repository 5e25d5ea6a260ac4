"""What a breach can cost the actor: amounts of the law, computed where the actor's figures are stated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from comity.assess.context import RecordContext
from comity.assess.evaluate import Evaluation
from comity.law.model import Instrument, Penalty, Rule
from comity.logic.values import NONE, Interval, Mark

__all__ = ["Exposure", "exposures"]


@dataclass(frozen=True, slots=True)
class Exposure:
    """A penalty for one duty: `maximum` in `currency` when it computes, else None with `text` saying the rule."""

    penalty: str
    at: str
    authority: str | None
    maximum: int | float | None
    currency: str | None
    text: str
    applies: bool | None
    note: str | None


def exposures(evaluation: Evaluation, instrument: Instrument, rule: Rule, on: date) -> list[Exposure]:
    """The penalties that back a duty on a date, those that cannot reach this actor left out."""
    found: list[Exposure] = []
    for penalty in instrument.penalties:
        if rule.name not in penalty.rules and not set(rule.groups) & set(penalty.rules):
            continue
        if penalty.start is not None and on < penalty.start:
            continue
        reaches = _reaches(evaluation, instrument, penalty, on)
        if reaches is not False:
            found.append(_exposure(evaluation, instrument, penalty, on, reaches))
    return found


def _value(evaluation: Evaluation, instrument: Instrument, name: str, on: date) -> bool | None:
    rule = instrument.rules.get(name)
    if rule is None:
        return None
    count = len(evaluation.subject.records[rule.per])
    values = [evaluation.at(on).value(rule.id, i) for i in range(count)]
    if True in values:
        return True
    return None if None in values or not values else False


def _reaches(evaluation: Evaluation, instrument: Instrument, penalty: Penalty, on: date) -> bool | None:
    return True if penalty.addressee is None else _value(evaluation, instrument, penalty.addressee, on)


def _money(amount: int | Fraction | date, currency: str | None) -> str:
    number = amount if isinstance(amount, int) else float(amount) if isinstance(amount, Fraction) else 0
    return f"{currency or ''} {number:,}".strip()


def _plain(amount: Fraction) -> int | float:
    return amount.numerator if amount.denominator == 1 else float(amount)


def _exposure(
    evaluation: Evaluation, instrument: Instrument, penalty: Penalty, on: date, reaches: bool | None
) -> Exposure:
    context = evaluation.at(on).contexts["actor"][0]
    take, why = penalty.take, ""
    settled = True
    for exception in penalty.exceptions:
        holds = _value(evaluation, instrument, exception.when, on)
        if holds is True:
            take, why = exception.take, f" ({exception.when.replace('_', ' ')}: {exception.at})"
            break
        settled = settled and holds is False
    currency = penalty.fixed.unit if penalty.fixed else None
    parts: list[str] = []
    if penalty.fixed is not None:
        parts.append(_money(penalty.fixed.value, currency))
    share = _share(penalty, context)
    if penalty.share is not None:
        parts.append(f"{penalty.share.value} % of {_measure(penalty)}")
    text = f"up to {' or '.join(parts)}" if parts else (penalty.note or "penalty set elsewhere")
    if penalty.least is not None:
        # A floor is no maximum: "at least", and nobody can tell how much more.
        currency, text = penalty.least.unit, f"at least {_money(penalty.least.value, penalty.least.unit)}"
    if len(parts) == 2:
        text += f", whichever is {take}{why}"
        if not settled and not why:
            text += "; the lower may apply to a smaller undertaking, whose size is not known here"
    maximum: Fraction | None = None
    if penalty.fixed is not None and not isinstance(penalty.fixed.value, date):
        fixed = Fraction(penalty.fixed.value)
        if penalty.share is None:
            maximum = fixed
        elif share is not None and (settled or why):
            maximum = max(fixed, share) if take == "higher" else min(fixed, share)
    return Exposure(
        penalty.name,
        penalty.at,
        penalty.authority,
        None if maximum is None else _plain(maximum),
        currency,
        text,
        reaches,
        penalty.note,
    )


def _measure(penalty: Penalty) -> str:
    """What a share is taken of, in words; the currency is that of the fixed amount."""
    return (penalty.share_of or "turnover").removesuffix("_eur").removesuffix("_usd").replace("_", " ")


def _share(penalty: Penalty, context: RecordContext) -> Fraction | None:
    if penalty.share is None or penalty.share_of is None or isinstance(penalty.share.value, date):
        return None
    value = context.fact(penalty.share_of)
    if isinstance(value, Mark | Interval | str) or value is NONE or not isinstance(value, int | Fraction):
        return None
    return Fraction(value) * Fraction(penalty.share.value) / 100
