"""What a patch would change for the rows of a table, as text."""

from __future__ import annotations

from comity.doors.cli.output import Page
from comity.doors.cli.portfolio_text import many, named, rows_read, span_of, taken_as_given, unreadable
from comity.verbs.portfolio import binding
from comity.verbs.record import DISCLAIMER
from comity.verbs.whatif_portfolio import Moved, PortfolioWhatIf, RuleMoved

__all__ = ["show"]


def show(found: PortfolioWhatIf, *, everything: bool = False) -> None:
    """Print the answer on standard output."""
    page, dates = Page(), found.dates
    page.title(f"What if: {found.portfolio.source.path.name}")
    for each in found.patches:
        page.text(f"{each.title}{' (hypothetical)' if each.hypothetical else ''}, in force {each.in_force}", hang=4)
    page.text(f"facts of {dates.facts_at}, law of {dates.law_at}, known by {dates.known_at}", hang=4)
    page.text(
        f"{many(len(found.rules), 'rule')} touched on that day and evaluated under both versions; {found.outside:,} cannot "
        "change on it",
        hang=4,
    )
    for kind, rules in found.not_evaluated:
        page.text(f"! {many(rules, 'touched rule')} not evaluated: about {kind}s, which no row describes", hang=2)
    page.text(("a row: ", "dim"), found.mapping.about, (f"  mapping {found.mapping.name}", "dim"), hang=2)
    rows_read(page, found)
    taken_as_given(page, found)
    unreadable(page, found, everything)
    _duties(page, found)
    _rules(page, found, everything)
    page.blank()
    page.text((DISCLAIMER, "dim"))


def _span(found: Moved) -> str:
    return f"{found.certainly:,}–{found.certainly + found.possibly:,}" if found.possibly else f"{found.certainly:,}"


def _duties(page: Page, found: PortfolioWhatIf) -> None:
    page.heading("Rows whose duties change", f"of {found.population.usable:,}; from certainly to possibly")
    if not any(binding(each.rule) for each in found.rules):
        page.text("No duty or prohibition about what the rows describe is touched.")
        return
    for word, moved in (("gain a duty or prohibition", found.gained), ("lose one", found.lost)):
        told = "; ".join(f"row {row}: {subject}" for row, subject in moved.examples)
        page.text((f"{word}: {_span(moved)}", "bold"), f"  ({told})" if told else "", hang=2)


def _rules(page: Page, found: PortfolioWhatIf, everything: bool) -> None:
    shown = [each for each in found.rules if everything or each.moves]
    bundles: dict[object, list[RuleMoved]] = {}
    for each in shown:
        spans = _span(each.gained), _span(each.lost)
        same = (each.rule.kind, each.since, each.before, each.after, spans)
        bundles.setdefault(each.rule.id if everything else same, []).append(each)
    if bundles:
        page.heading("Rules", "rows; from least to most where findings are open")
        columns = ("Rule", "Kind", "From", "Before", "After", "Gained", "Lost")
        page.table(columns, [_line(bundle) for bundle in bundles.values()], flexible=(0,), ratios=(1,))
    quiet = len(found.rules) - len(shown)
    if quiet:
        page.text((f"{many(quiet, 'touched rule changes', 'touched rules change')} for no row (--all)", "dim"))


def _line(bundle: list[RuleMoved]) -> list[str]:
    first = bundle[0]
    told = [f"{each.rule.title} ({each.rule.at[0]})" if each.rule.at else each.rule.title for each in bundle]
    return [
        named(told), first.rule.kind, str(first.since), span_of(first.before), span_of(first.after), _span(first.gained),
        _span(first.lost),
    ]  # fmt: skip
