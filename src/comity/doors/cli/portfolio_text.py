"""A portfolio as text: coverage and assumptions first, then a matrix of counts."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from typing import Any

from comity.assess.mapping import shipped
from comity.doors.cli.output import Page
from comity.verbs.overview import Span, overview
from comity.verbs.portfolio import COUNTED, Counts, InstrumentCount, PortfolioAssessment, RuleCount, TableRead
from comity.verbs.portfolio_record import assumptions
from comity.verbs.record import DISCLAIMER

__all__ = ["head", "many", "named", "rows_read", "show", "span_of", "taken_as_given", "unreadable"]

_SHOWN = ("class", "role", "prohibition", "duty")
_NAMED = 3
_LABEL = "dim"


def show(found: PortfolioAssessment, table: str, written: dict[str, Any] | None, *, everything: bool = False) -> None:
    """Print the answer on standard output."""
    page = Page()
    head(page, found)
    _coverage(page, found)
    rows_read(page, found)
    taken_as_given(page, found)
    unreadable(page, found, everything)
    _instruments(page, found, everything)
    _rest(page, found)
    _next(page, found, table, written)


def many(count: int, one: str, more: str = "") -> str:
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def head(page: Page, found: PortfolioAssessment, what: str = "Portfolio") -> None:
    """What was read, for which dates, through which mapping."""
    dates = found.dates
    page.title(f"{what}: {found.portfolio.source.path.name}")
    text = f"as of {dates.law_at}; what was known on {dates.known_at}"
    if dates.facts_at != dates.law_at:
        text = f"facts of {dates.facts_at}, law of {dates.law_at}; what was known on {dates.known_at}"
    if found.horizon is not None:
        text += f"; and on {found.horizon}, with the facts as they stand"
    if found.patches:
        text += f"; amended by {', '.join(found.patches)}"
    page.text((text, _LABEL))
    mapping = f"  mapping {found.mapping.name}{', with its determinations' if found.mapping.is_determined else ''}"
    page.text(("a row: ", _LABEL), found.mapping.about, (mapping, _LABEL), hang=2)


# What the counts rest on ------------------------------------------------------------------------------------


def _coverage(page: Page, found: PortfolioAssessment) -> None:
    page.heading("What is covered")
    for market in overview(found.coverage).markets:
        gaps = [
            f"{area.jurisdiction}: {', '.join(area.not_covered) if area.declared else 'nothing was looked at'}"
            for area in market.areas
            if area.not_covered or not area.declared
        ]
        after = f"; not covered: {'; '.join(gaps)}" if gaps else ""
        if not market.instruments:
            page.text(
                (f"{market.market} {market.name}: ", "bold"),
                f"nothing is encoded: this is no answer about it{after}",
                hang=2,
            )
            continue
        known = ", ".join(f"{line.short} (known up to {line.known_to})" for line in market.instruments)
        page.text((f"{market.market} {market.name}: ", "bold"), f"{known}{after}", hang=2)
        missing = [f"{area.jurisdiction}: {named(area.not_encoded)}" for area in market.areas if area.not_encoded]
        if missing:
            page.text(f"known to exist, not encoded: {'; '.join(missing)}", indent=2, hang=2)
    for kind, rules in found.not_evaluated:
        article = "an" if kind[0] in "aeio" else "a"
        page.text(
            f"! no row describes {article} {kind}: {many(rules, 'rule')} about {kind}s {'was' if rules == 1 else 'were'} not evaluated"
        )
    late = sorted(
        each.instrument.short
        for each in found.instruments
        if each.instrument.known_to < (found.horizon or found.dates.law_at)
    )
    if late:
        page.text(
            f"! the dates asked about are later than what is known of {', '.join(late)}: changes since are not seen",
            hang=2,
        )


def named(names: Iterable[str]) -> str:
    listed = list(names)
    more = len(listed) - _NAMED
    return ", ".join(listed[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def rows_read(page: Page, found: TableRead) -> None:
    """How many rows were read, which could not be used, and what was carried along."""
    population, limit = found.population, found.portfolio.limit
    page.heading("Rows")
    cut = f" (the first {limit:,} only, by --limit)" if limit is not None and population.read >= limit else ""
    page.text(f"{population.read:,} read{cut}, {population.usable:,} usable; every count below is over usable rows")
    for each in population.unusable.values():
        told = "; ".join(f"row {row}{': ' + detail if detail else ''}" for row, detail in each.examples)
        page.text(f"! {many(each.count, 'row')} left out: {each.why} ({told})", hang=2)
    for name, (at, count, examples) in population.contradictions.found.items():
        told = "; ".join(f"row {row}: {subject}" for row, subject in examples)
        page.text(f"! {many(count, 'row')} left out: facts that contradict each other, {name}, {at} ({told})", hang=2)
    if population.repeated_rows:
        told = "; ".join(f"rows {first:,} and {second:,}" for first, second in population.repeated)
        page.text(
            f"! {many(population.repeated_rows, 'row')} with an id that another row has: each is counted ({told})",
            hang=2,
        )
    children = found.mapping.children
    if children is not None:
        lost = f"; {population.orphans:,} name no row of the table" if population.orphans else ""
        whole = "taken as complete" if children.complete else "not taken as complete"
        page.text(f"{children.table}: {many(population.children, children.row)}, {whole}{lost}", hang=2)
    for carried in found.mapping.carry:
        counts = sorted(population.labels[carried.name].items(), key=lambda pair: -pair[1])
        if 1 < len(counts) <= 12:
            told = ", ".join(f"{text or 'blank'} {count:,}" for text, count in counts)
            page.text((f"{carried.name} (carried along, no fact): ", _LABEL), told, hang=2)


def taken_as_given(page: Page, found: TableRead) -> None:
    """What rows are taken to be beyond their cells."""
    listed = assumptions(found)
    if not listed:
        return
    page.heading("Taken as given", "the counts rest on these, whatever is true of a row")
    for each in listed:
        after = f" [{each['rows']:,} of {found.population.read:,} rows]" if each["rows"] is not None else ""
        page.text(f"- {each['says']}{after}", hang=2)
        if each["where"]:
            page.text((f"where {', '.join(each['where'])}", _LABEL), indent=2, hang=2)


def unreadable(page: Page, found: TableRead, everything: bool) -> None:
    """The cells that could not be read."""
    bad = found.population.bad.found
    if not bad:
        return
    total = sum(each.count for each in bad.values())
    page.heading(f"Cells that could not be used: {total:,}", "kept as unknown, never as no")
    listed = list(bad.items())
    rows: list[list[str]] = []
    for (column, fact, why), each in listed if everything else listed[:12]:
        shown = each.examples if everything else each.examples[:2]
        rows.append([column, fact, why, f"{each.count:,}", "; ".join(f"row {row}: {cell}" for row, cell in shown)])
    page.table(
        ("Column", "Fact", "What is wrong", "Cells", "For example"), rows, flexible=(0, 1, 2, 4), ratios=(3, 3, 4, 4)
    )
    if len(listed) > len(rows):
        page.text(f"and {len(listed) - len(rows)} more reasons (--all)")


# The matrix -------------------------------------------------------------------------------------------------


def span_of(counts: Counts | None) -> str:
    if counts is None:
        return "–"
    span = Span(counts.low, counts.high)
    return f"{span.low:,}" if span.low == span.high else f"{span.low:,}–{span.high:,}"


def _instruments(page: Page, found: PortfolioAssessment, everything: bool) -> None:
    """Each instrument that certainly reaches a row; the others, of which every row is open or out, a line each."""
    quiet: list[list[str]] = []
    for each in found.instruments:
        certain = any(counts is not None and counts.low for r in each.rules for counts in (r.now, r.later))
        if certain or everything:
            _instrument(page, each, found, everything)
        else:
            some = sum(any(counts is not None and counts.high for counts in (r.now, r.later)) for r in each.rules)
            quiet.append([each.instrument.jurisdiction, each.instrument.short, span_of(each.now), str(some)])
    if quiet:
        page.heading(
            "No rule certainly reaches a row", "that is no clearance: rules are open; --all tells them one by one"
        )
        page.table(("Where", "Instrument", "Rows with a duty", "Rules open"), quiet, flexible=(1,))


def _instrument(page: Page, each: InstrumentCount, found: PortfolioAssessment, everything: bool) -> None:
    instrument = each.instrument
    force = "" if instrument.force == "binding" else f" ({instrument.force})"
    page.heading(
        f"{instrument.jurisdiction} {instrument.short}{force}", "rows; from least to most where findings are open"
    )
    word = "binding duty or prohibition" if instrument.force == "binding" else "duty or prohibition"
    if each.now is None and each.later is None:
        page.text((f"no {word} of it is about what the rows describe: this is no answer about it", "bold"))
    else:
        later = f"; on {found.horizon}: {span_of(each.later)}" if each.later is not None else ""
        page.text((f"with at least one {word}: {span_of(each.now)} of {found.population.usable:,}{later}", "bold"))
    if each.not_evaluated:
        told = ", ".join(f"{many(rules, 'rule')} about {kind}s" for kind, rules in each.not_evaluated)
        page.text(f"! not evaluated: {told}")
    if each.readings:
        page.text(
            f"! {many(len(each.readings), 'question')} of law in dispute: what hangs on the reading is counted as open"
        )
    bundles: dict[tuple[str, Counts | None, Counts | None], list[RuleCount]] = {}
    silent = 0
    for rule in each.rules:
        if rule.rule.kind not in _SHOWN and not everything:
            continue
        reached = any(counts is not None and counts.high for counts in (rule.now, rule.later))
        if not reached and not everything:
            silent += 1
            continue
        bundles.setdefault((rule.rule.kind if not everything else rule.rule.id, rule.now, rule.later), []).append(rule)
    if bundles:
        columns = ["Rule", "Kind", "Applies", "Open", "Rows now"] + ([f"Rows {found.horizon}"] if found.horizon else [])
        ordered = sorted(bundles.values(), key=_order)
        page.table(columns, [_line(bundle, found) for bundle in ordered], flexible=(0,), ratios=(1,))
    if silent:
        page.text(
            (
                f"{many(silent, 'other rule reaches', 'other rules reach')} no row on these facts and assumptions (--all)",
                _LABEL,
            )
        )


def _order(bundle: list[RuleCount]) -> tuple[int, int, int]:
    first = bundle[0]
    counts = first.now or first.later
    return COUNTED.index(first.rule.kind), -(counts.low if counts else 0), -(counts.high if counts else 0)


def _line(bundle: list[RuleCount], found: PortfolioAssessment) -> list[str]:
    first = bundle[0]
    told = [f"{rule.rule.title} ({rule.rule.at[0]})" if rule.rule.at else rule.rule.title for rule in bundle]
    now = first.now
    cells = [
        named(told), first.rule.kind, "–" if now is None else f"{now.applies:,}", "–" if now is None else f"{now.open:,}", span_of(now),
    ]  # fmt: skip
    return [*cells, *([span_of(first.later)] if found.horizon is not None else [])]


# What is left out, what next --------------------------------------------------------------------------------


def _rest(page: Page, found: PortfolioAssessment) -> None:
    page.heading("Left out of a portfolio")
    told = [
        f"the deadlines of {many(len(found.clocked), 'rule')}",
        f"the amounts of {many(len(found.penalties), 'penalty', 'penalties')}",
        "proofs and questions",
    ]
    if found.value_rules:
        told.insert(
            0,
            f"{many(len(found.value_rules), 'rule')} that give a number ({named(rule.id for rule in found.value_rules)})",
        )
    page.text(f"{'; '.join(told)}: write a row as a profile and ask comity assess, explain or timeline", hang=2)
    unused = found.portfolio.unused
    if unused:
        page.text(
            f"{many(len(unused), 'column')} of the table {'is' if len(unused) == 1 else 'are'} not used: {named(unused)}",
            hang=2,
        )


def _next(page: Page, found: PortfolioAssessment, table: str, written: dict[str, Any] | None) -> None:
    page.heading("What next")
    mapping = found.mapping
    own = mapping.name not in shipped() or str(shipped()[mapping.name]) != mapping.file
    source = f" --from {shlex.quote(mapping.file)}" if own else f" --from {mapping.name}"
    if written is not None:
        page.text(f"Written: {written['file']}, {many(written['rows'], 'finding')} that apply or are open")
    else:
        command = f"comity portfolio assess {shlex.quote(table)}{source} -o findings.parquet"
        page.text(f"{command}   every finding with its row", hang=2)
    if found.horizon is None:
        page.text("--horizon DATE   the same counts on a later date beside these", hang=2)
    if not own:
        page.text(f"comity portfolio mapping {mapping.name}   what is taken as what, to copy and change", hang=2)
    page.text(DISCLAIMER)
