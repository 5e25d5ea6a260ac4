"""The page of one instrument: what it is, what it asks of whom, what was looked at, and its worked cases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from comity.errors import Faults
from comity.law.corpus import Corpus, Law
from comity.law.model import Instrument, Rule
from comity.law.patches import PatchInfo
from comity.law.raw import RawInstrument
from comity.logic import ir
from comity.logic.program import nodes_of
from comity.source.yaml12 import Map, Node
from comity.verbs.catalogue import catalogues
from comity.verbs.law import rule_dates
from comity.verbs.words import source_words, spaced
from lawdocs.cases import CaseFile, Expected, cases_part
from lawdocs.html import anchor, code, details, esc, fields, heading, items, link, para, table
from lawdocs.raw import maps, text, written
from lawdocs.words import Conditions, Href, clock, penalty_amount, value

__all__ = ["Writer", "outside"]

_KINDS = {
    "role": "Roles: who somebody is in this law",
    "class": "Classes: what something is in this law",
    "duty": "Duties",
    "prohibition": "Prohibitions",
    "exemption": "Exceptions and exemptions",
    "presumption": "Presumptions",
    "transition": "Transition",
    "recognition": "Recognition",
    "value": "Values",
}
_LANGUAGES = {
    "BR": "pt", "CA-QC": "fr", "CN": "zh", "DE": "de", "ES": "es", "FR": "fr", "IT": "it", "JP": "ja", "KR": "ko",
    "KZ": "kk", "TW": "zh-Hant", "VN": "vi",
}  # fmt: skip
_STATES = {"no_duty": "no duty", "out_of_scope": "out of scope", "pointer": "pointed to only", "encoded": "encoded"}
_EFFECTS = {
    "deems_satisfied": "counts as fulfilled",
    "presumes": "is presumed fulfilled",
    "substitutes": "is replaced",
    "evidence_only": "is shown, not fulfilled",
}


def outside(url: str) -> str:
    """A link to the source."""
    return link(url, esc(url)) if url.startswith(("https://", "http://")) else esc(url)


def _named(rule: Rule) -> str:
    return anchor("rule", rule.name)


@dataclass
class Writer:
    """Writes the pages of all instruments in the law with every amendment that is known."""

    corpus: Corpus
    law: Law
    cases: list[CaseFile]
    conditions: Conditions

    def page(self, instrument: Instrument, href: Href) -> str:
        """The page in Markdown, its tables and lists in HTML."""
        i = instrument
        chosen = self.corpus.effective(date.max, date.max)
        raw = self.corpus.amended(tuple(p for p in chosen if p.amends == i.id), Faults(), (i.id,))[0][i.id]
        parts = [
            heading(1, i.native_title or i.title, "law"),
            self._about(i, raw, href),
            self._timeline(i, raw),
            self._parameters(i),
            self._readings(i),
            self._enforcement(i, href),
            self._penalties(i, href),
            *self._rules(i, raw, href),
            self._earlier(i, href),
            self._amendments(i, href),
            self._catalogue(i, href),
            cases_part((each for each in self.cases if each.belongs(Path(i.file))), self._expected(i, href)),
        ]
        return "\n".join(part for part in parts if part)

    def _about(self, i: Instrument, raw: RawInstrument, href: Href) -> str:
        place = self.corpus.jurisdictions.by_code.get(i.jurisdiction)
        native = ""
        if i.native_title:
            language = _LANGUAGES.get(i.jurisdiction, "")
            native = f'<span lang="{language}">{esc(i.native_title)}</span>' if language else esc(i.native_title)
        told = fields(
            [
                ("Title in English", esc(i.title) if i.native_title else ""),
                ("Title", native),
                ("Called", esc(i.short)),
                ("Id", code(i.id)),
                ("Other names", ", ".join(map(code, i.aliases))),
                ("Jurisdiction", esc(f"{place.name} ({i.jurisdiction})" if place else i.jurisdiction)),
                ("Kind", f"{esc(spaced(i.kind))}, {esc(i.force)}"),
                ("Citation", esc(i.cite)),
                ("Source", outside(i.url)),
                ("Checked", esc(f"{i.checked.date} against {source_words(i.checked.against)}")),
                ("Known up to", f"{i.known_to}: what happened later is not in these pages"),
                ("Amended by", ", ".join(link(href(name, ""), esc(name)) for name in i.patches)),
                ("Note", esc(text(raw.header, "note"))),
            ]
        )
        return told + para(
            "In our words, with every amendment that is known, in force or still to come. Not legal advice."
        )

    def _timeline(self, i: Instrument, raw: RawInstrument) -> str:
        rows = [
            (
                text(e, "date"),
                spaced(text(e, "event")),
                text(e, "at"),
                "; ".join(filter(None, (text(e, "certainty"), text(e, "note")))),
            )
            for e in maps(raw.header.get("events"))
        ]
        timeline = raw.named["timeline"]
        rows += [(str(p.value), spaced(p.name), p.at, _note(timeline.get(p.name))) for p in i.timeline.values()]
        rows += [
            (
                "not fixed",
                spaced(name),
                entry.at,
                f"comes when {entry.count} have {spaced(entry.status)} {entry.mechanism}"
                + (f", {entry.at_least} of them members of {spaced(entry.of)}" if entry.of else "")
                + (f", and {entry.then.months} months have passed" if entry.then.months else ""),
            )
            for name, entry in i.computed.items()
        ]
        found = table(("Date", "What", "Pinpoint", "Note"), [[esc(cell) for cell in row] for row in sorted(set(rows))])
        return heading(2, "Timeline", "timeline") + "\n" + found if found else ""

    def _parameters(self, i: Instrument) -> str:
        rows = [(esc(spaced(p.name)), esc(value(p)), esc(p.at)) for p in i.parameters.values()]
        found = table(("Name", "Value", "Pinpoint"), rows)
        return heading(2, "Thresholds, periods and amounts", "parameters") + "\n" + found if found else ""

    def _readings(self, i: Instrument) -> str:
        told = [
            heading(3, r.title, anchor("reading", r.name))
            + "\n"
            + fields([("If yes", esc(r.true_means)), ("If no", esc(r.false_means)), ("Pinpoint", esc(r.at))])
            for r in i.readings.values()
        ]
        return heading(2, "Disputed questions", "disputed") + "\n" + "\n".join(told) if told else ""

    def _enforcement(self, i: Instrument, href: Href) -> str:
        rows = [
            (
                esc(e.state),
                self._names(i, e.governs, href),
                str(e.start or "–"),
                str(e.end or (f"not known; perhaps from {e.unsure_from}" if e.unsure_from else "–")),
                esc(e.at),
                esc(e.note or ""),
            )
            for e in i.enforcement
        ]
        found = table(("State", "Of", "From", "Until", "Pinpoint", "Note"), rows)
        return heading(2, "Enforcement", "enforcement") + "\n" + found if found else ""

    def _penalties(self, i: Instrument, href: Href) -> str:
        rows = [
            (
                esc(spaced(p.name)),
                esc(penalty_amount(p, self.corpus.vocabulary.facts)) or "–",
                self._names(i, (p.addressee,), href) if p.addressee else "–",
                self._names(i, p.rules, href),
                esc(p.authority or "–"),
                str(p.start or "–"),
                esc(p.at),
                esc(p.note or ""),
            )
            for p in i.penalties
        ]
        heads = ("Penalty", "Amount", "Addressee", "For", "Authority", "From", "Pinpoint", "Note")
        found = table(heads, rows)
        return heading(2, "Penalties", "penalties") + "\n" + found if found else ""

    def _names(self, i: Instrument, names: Iterable[str], href: Href) -> str:
        """Rules by their titles, groups and `all` as they are called."""
        found: list[str] = []
        for name in names:
            rule = i.rules.get(name) or self.law.rules.get(name)
            told = esc("all duties" if name == "all" else spaced(name))
            found.append(link(href(rule.instrument, _named(rule)), esc(rule.title)) if rule is not None else told)
        return ", ".join(found)

    # Rules --------------------------------------------------------------------------------------------------

    def _rules(self, i: Instrument, raw: RawInstrument, href: Href) -> Iterable[str]:
        expressions = written(raw)
        shown = [rule for rule in i.rules.values() if not rule.helper]
        for kind, title in _KINDS.items():
            chosen = [rule for rule in shown if rule.kind == kind]
            if chosen:
                yield heading(2, title, anchor("kind", kind))
                for rule in chosen:
                    yield self._rule(rule, i, expressions, href)
        steps = [rule for rule in i.rules.values() if rule.helper]
        if steps:
            yield heading(2, "Steps that other rules are made of", "steps")
            for rule in steps:
                yield self._rule(rule, i, expressions, href)

    def _rule(self, rule: Rule, i: Instrument, expressions: dict[str, list[tuple[str, str]]], href: Href) -> str:
        start, end = rule_dates(rule, i)
        words = self.conditions
        certainty = "" if rule.certainty == "settled" else f"<strong>{esc(rule.certainty)}</strong>"
        own = words.own(rule, href)
        told = fields(
            [
                ("Pinpoint", esc("; ".join(rule.at))),
                ("About", esc(rule.per)),
                ("Who", words.addressees(rule, href)),
                ("What", esc(rule.what or "")),
                ("How strong", esc(spaced(rule.modality or ""))),
                ("To whom", esc(spaced(rule.recipient or ""))),
                ("From", self._dates(rule, i, start)),
                ("Until", self._until(rule, i, end)),
                ("Suspended", self._suspended(rule)),
                ("Time limits", items([esc(clock(each)) for each in rule.clocks])),
                ("When", own[0] if len(own) == 1 else items(own)),
                ("Where", words.scope(rule, href)),
                ("Exceptions", items(words.unless(rule, href))),
                ("Acts on", self._names(i, rule.acts_on, href)),
                ("Why it must be shown", esc(rule.because or "")),
                ("Of", self._names(i, rule.of, href)),
                ("Effect", f"the duty {_EFFECTS[rule.effect]}" if rule.effect else ""),
                ("If it fails", esc(rule.fails or "")),
                ("Values", self._values(rule, href)),
                ("Elements", ", ".join(_element(each.name, each.parameters) for each in rule.elements)),
                ("Evidence", ", ".join(esc(spaced(each)) for each in rule.evidence)),
                ("Certainty", certainty),
                ("Amended by", link(href(rule.amended_by, ""), esc(rule.amended_by)) if rule.amended_by else ""),
                ("Note", esc(rule.note or "")),
                ("Names", ", ".join(code(name) for name in (rule.name, *rule.aliases))),
            ]
        )
        lines = "\n".join(f"{esc(key)}: {esc(expression)}" for key, expression in expressions.get(rule.name, ()))
        folded = details("As written in the law file", f"<pre><code>{lines}</code></pre>") if lines else ""
        return heading(3, rule.title, _named(rule)) + "\n" + told + folded

    def _dates(self, rule: Rule, i: Instrument, start: date | None) -> str:
        open_ = [spaced(name) for name in rule.applies if name in i.computed]
        parts = [start.isoformat()] if start else []
        parts += [f"{esc(name)}, a date that is not fixed yet" for name in open_]
        return " and ".join(parts)

    def _until(self, rule: Rule, i: Instrument, end: date | None) -> str:
        parts = [end.isoformat()] if end else []
        labels = (node for node in nodes_of(rule.node) if isinstance(node, ir.Label) and node.role == "ceases")
        parts += [
            f"{esc(spaced(each.name))}, a date that is not fixed yet" for each in labels if each.name in i.computed
        ]
        return " or ".join(parts)

    def _suspended(self, rule: Rule) -> str:
        if rule.suspended is None:
            return ""
        return f"from {rule.suspended.start or 'the beginning'} until {rule.suspended.end or 'a day that is not fixed'}"

    def _values(self, rule: Rule, href: Href) -> str:
        found: list[str] = []
        for case in rule.cases:
            guard = self.law.rules.get(case.guard)
            node = guard.node if guard is not None else self.conditions.lifted.get(case.guard)
            when = self.conditions.tell(node, href) if node is not None else esc(spaced(case.guard))
            found.append(f"{esc(value(case.then))} if {when}")
        if rule.otherwise is not None:
            found.append(f"otherwise {esc(value(rule.otherwise))}")
        return items(found)

    # What was, what changed, what was looked at -------------------------------------------------------------

    def _earlier(self, i: Instrument, href: Href) -> str:
        """Rules that an amendment took away or wrote anew, in their earlier wording."""
        rows: list[tuple[str, ...]] = []
        patches = sorted((p for p in self.corpus.patches if p.amends == i.id), key=_when)
        before = self.corpus.at(date.min).instruments[i.id]
        for day in dict.fromkeys(patch.in_force for patch in patches):
            after = self.corpus.at(day).instruments[i.id]
            by = [patch.id for patch in patches if patch.in_force == day]
            for name, rule in before.rules.items():
                new = after.rules.get(name)
                if rule.helper or (new is not None and (new.file, new.line) == (rule.file, rule.line)):
                    continue
                how = "written anew" if new is not None else "repealed"
                where = ", ".join(link(href(each, ""), esc(each)) for each in by)
                told = esc(rule.what or "–")
                rows.append(
                    (esc(rule.title), esc(rule.kind), esc("; ".join(rule.at)), told, f"{how} on {day} by {where}")
                )
            before = after
        found = table(("Rule", "Kind", "Pinpoint", "What it said", "What became of it"), rows)
        return heading(2, "Earlier rules", "earlier") + "\n" + found if found else ""

    def _amendments(self, i: Instrument, href: Href) -> str:
        rows = [
            (
                link(href(patch.id, ""), esc(patch.title)),
                esc(patch.cite),
                str(patch.published),
                str(patch.in_force),
            )
            for patch in sorted(self.corpus.patches, key=_when)
            if patch.amends == i.id
        ]
        found = table(("Amendment", "Citation", "Published", "In force"), rows)
        return heading(2, "Amendments", "amendments") + "\n" + found if found else ""

    def _catalogue(self, i: Instrument, href: Href) -> str:
        (found,) = catalogues(self.corpus, [i.id], date.max, date.max)
        rows = [
            (
                esc(row.provision.at),
                esc(row.provision.subject),
                esc(_STATES.get(row.provision.state, row.provision.state)),
                self._names(i, row.rules, href) or esc(row.provision.because or ""),
            )
            for row in found.rows
        ]
        told = table(("Provision", "Subject", "State", "Rules, or why there is none"), rows)
        return heading(2, "Catalogue of provisions", "catalogue") + "\n" + told if told else ""

    def _expected(self, i: Instrument, href: Href) -> Expected:
        names: dict[str, Rule] = {}
        for rule in i.rules.values():
            for word in (rule.name, rule.id, *rule.aliases):
                names.setdefault(word.casefold(), rule)

        def told(word: str) -> str:
            rule = names.get(word.casefold()) or self.law.rules.get(word)
            return link(href(rule.instrument, _named(rule)), code(word)) if rule is not None else code(word)

        return told


def _when(patch: PatchInfo) -> tuple[date, date, str]:
    return patch.in_force, patch.published, patch.id


def _note(node: Node | None) -> str:
    return text(node, "note") if isinstance(node, Map) else ""


def _element(name: str, parameters: Iterable[tuple[str, str]]) -> str:
    told = ", ".join(f"{spaced(key)} {esc(spaced(inner))}" for key, inner in parameters)
    return esc(spaced(name)) + (f" ({told})" if told else "")
