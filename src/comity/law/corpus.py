"""The law as a whole: load it once, then ask for it as of a date and as known on a date."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

from comity.errors import Faults, FaultyCorpus
from comity.law.coverage import Coverage, read_coverage, read_not_encoded
from comity.law.fields import Fields
from comity.law.jurisdictions import Jurisdictions, read_jurisdictions
from comity.law.model import Event, Instrument
from comity.law.participation import Participation, read_participation
from comity.law.parts import Law, Part, joined_by, links_of, mentions
from comity.law.patches import Amended, PatchInfo, apply_patch, read_patch
from comity.law.raw import RawCorpus, RawInstrument, read_raw
from comity.law.rules import compile_rules, declare
from comity.law.sections import (
    Sections,
    read_checked,
    read_computed,
    read_enforcement,
    read_events,
    read_params,
    read_penalties,
    read_provisions,
    read_readings,
)
from comity.law.vocabulary import Vocabulary, read_vocabulary
from comity.logic.program import CircularRules, RuleDef, build
from comity.source.yaml12 import Scalar

__all__ = ["CORPUS", "Corpus", "Law", "load"]

CORPUS = Path(__file__).parent.parent / "corpus"
KINDS = (
    "statute",
    "regulation",
    "order",
    "treaty",
    "declaration",
    "code",
    "standard",
    "pledge",
    "guidance",
    "accord",
)
FORCES = ("binding", "voluntary", "pledged", "guidance")


@dataclass
class Corpus:
    """Everything loaded: vocabulary, jurisdictions, patches, and what has been compiled so far.

    `documents` gives the documents as read; it is called only when a part has to be compiled. `links` says to whose
    rules each instrument refers.
    """

    documents: Callable[[], RawCorpus]
    vocabulary: Vocabulary
    jurisdictions: Jurisdictions
    patches: tuple[PatchInfo, ...]
    public: dict[str, tuple[tuple[Event, ...], date]]
    digest: str
    coverage: dict[str, Coverage] = field(default_factory=dict[str, Coverage])
    participation: Participation = field(default_factory=Participation)
    links: dict[str, tuple[str, ...]] = field(default_factory=dict[str, "tuple[str, ...]"])
    not_encoded: dict[str, str] = field(default_factory=dict[str, str])
    overlays: tuple[str, ...] = ()
    versions: dict[tuple[str, ...], Law] = field(default_factory=dict[tuple[str, ...], Law])
    parts: dict[tuple[str, ...], Part] = field(default_factory=dict[tuple[str, ...], Part])
    _made: dict[tuple[str, ...], tuple[PatchInfo, ...]] = field(
        default_factory=dict[tuple[str, ...], "tuple[PatchInfo, ...]"], repr=False
    )

    @cached_property
    def raw(self) -> RawCorpus:
        """The documents as read."""
        return self.documents()

    def effective(self, law_date: date, known_at: date, extra: tuple[PatchInfo, ...] = ()) -> tuple[PatchInfo, ...]:
        """The patches in force on a date as far as known, in the order in which they change the law."""
        known = [p for p in (*self.patches, *extra) if p.published <= known_at and p.in_force <= law_date]
        return tuple(sorted(known, key=lambda p: (p.in_force, p.published, p.id)))

    def at(self, law_date: date, known_at: date | None = None, extra: tuple[PatchInfo, ...] = ()) -> Law:
        """Law(date, known): base plus patches in order. Raises FaultyCorpus with every fault of that version."""
        chosen = self.effective(law_date, known_at or date.max, extra)
        key = tuple(p.id for p in chosen)
        # A made-up patch may have changed under the same id since it was last tried.
        if key not in self.versions or self._made.get(key) != chosen:
            self.versions[key], self._made[key] = self._assembled(chosen), chosen
        return self.versions[key]

    def groups(self, made_up: Iterable[PatchInfo] = ()) -> list[tuple[str, ...]]:
        """The instruments that hang together, under patches of the user's own too."""
        return joined_by(
            self.links, [(p.amends, name) for p in made_up if p.raw is not None for name in mentions(p.raw)]
        )

    def _assembled(self, chosen: tuple[PatchInfo, ...]) -> Law:
        faults = Faults()
        self._check_targets(chosen, faults)
        shipped = {id(patch) for patch in self.patches}
        parts: list[Part] = []
        for names in self.groups(p for p in chosen if id(p) not in shipped):
            mine = tuple(p for p in chosen if p.amends in names)
            try:
                parts.append(self._part(names, mine, all(id(p) in shipped for p in mine)))
            except FaultyCorpus as error:
                faults.extend(error.faults)
        faults.raise_as(FaultyCorpus)
        return Law(tuple(p.id for p in chosen), tuple(parts))

    def _part(self, names: tuple[str, ...], chosen: tuple[PatchInfo, ...], keep: bool) -> Part:
        """The part of these instruments; one with a made-up patch is compiled anew, for it may have changed."""
        key = names[0], *(p.id for p in chosen)
        if not keep:
            return self._compile(names, chosen)
        found = self.parts.get(key)
        if found is None or tuple(found.instruments) != names:
            found = self.parts[key] = self._compile(names, chosen)
        return found

    def _check_targets(self, chosen: tuple[PatchInfo, ...], faults: Faults) -> None:
        for patch in chosen:
            if patch.amends not in self.links:
                where = (patch.raw or self.raw.patches[patch.id]).header
                told = f"{patch.id} amends {patch.amends}, which is not here"
                faults.add("law.patch-target", where, told, "load it")

    def overlay_of(self, file: str) -> str | None:
        """The folder of the user's own from which a rule or an instrument comes; None for the shipped corpus."""
        return next((folder for folder in self.overlays if Path(file).is_relative_to(folder)), None)

    def changes(self, known_at: date, extra: tuple[PatchInfo, ...] = ()) -> list[date]:
        """The dates on which a patch known by then changes the law."""
        return sorted({p.in_force for p in (*self.patches, *extra) if p.published <= known_at})

    def amended(
        self, chosen: tuple[PatchInfo, ...], faults: Faults, names: tuple[str, ...] | None = None
    ) -> tuple[dict[str, RawInstrument], dict[str, Amended]]:
        """The documents of the instruments (all, or those named) with the patches applied in order."""
        raws = {name: self.raw.instruments[name] for name in names or self.raw.instruments}
        amended: dict[str, Amended] = {name: Amended() for name in raws}
        for patch in chosen:
            if patch.amends in raws:
                changes, target = patch.raw or self.raw.patches[patch.id], raws[patch.amends]
                raws[patch.amends] = apply_patch(patch, changes, target, amended[patch.amends], faults)
        return raws, amended

    def _compile(self, names: tuple[str, ...], chosen: tuple[PatchInfo, ...]) -> Part:
        faults = Faults()
        raws, amended = self.amended(chosen, faults, names)
        declared = {name: declare(raw, faults) for name, raw in raws.items()}
        index = {rule_id: (rule_id, per) for each in declared.values() for rule_id, per in each.names.values()}
        regions = frozenset(self.jurisdictions.by_code)
        instruments: dict[str, Instrument] = {}
        defs: list[RuleDef] = []
        for name, raw in raws.items():
            sections = Sections(
                read_params(raw.named["timeline"], faults, dates=True),
                read_params(raw.named["parameters"], faults, dates=False),
                read_computed(raw.named["timeline"], faults),
            )
            readings = read_readings(raw.listed["readings"], faults)
            ids = {reading: f"{name}#{reading}" for reading in readings}
            done = compile_rules(
                declared[name],
                self.vocabulary,
                sections,
                ids,
                regions,
                _market(raw),
                index.get,
                amended[name].by,
                amended[name].suspended,
                faults,
            )
            applied = tuple(p.id for p in chosen if p.amends == name)
            found = _header(raw, sections, applied, faults)
            if found is not None:
                object.__setattr__(found, "readings", readings)
                object.__setattr__(found, "rules", done.rules)
                instruments[name] = found
            defs += [RuleDef(rule.id, rule.per, rule.node) for rule in done.rules.values()]
            defs += done.lifted
        faults.raise_as(FaultyCorpus)
        try:
            program = build(defs)
        except CircularRules as error:
            where = raws[error.circle[0].partition("#")[0]].header
            faults.add("law.circle", where, f"rules refer to each other in a circle: {error}", "break the circle")
            faults.raise_as(FaultyCorpus)
            raise
        rules = {rule.id: rule for each in instruments.values() for rule in each.rules.values()}
        return Part(names[0], tuple(p.id for p in chosen), instruments, rules, program)


def _market(raw: RawInstrument) -> str:
    found = raw.header.get("jurisdiction")
    return found.text if isinstance(found, Scalar) else ""


def _header(raw: RawInstrument, sections: Sections, applied: tuple[str, ...], faults: Faults) -> Instrument | None:
    fields = Fields(raw.header, faults, f"the instrument {raw.id}")
    for key in (
        "instrument",
        "timeline",
        "parameters",
        "scope",
        "readings",
        "enforcement",
        "penalties",
        "provisions",
        "rules",
    ):
        fields.raw(key)
    title, jurisdiction = fields.text("title", need=True), fields.text("jurisdiction", need=True)
    kind, force = fields.word("kind", KINDS), fields.word("force", FORCES)
    cite, url = fields.text("cite", need=True), fields.text("url", need=True)
    known_to = fields.day("known_to", need=True)
    checked = read_checked(fields.raw("checked"), raw.header, faults)
    short, native = fields.text("short"), fields.text("native_title")
    aliases, events = fields.texts("aliases"), read_events(fields.maps("events"), faults)
    for key in ("pinpoint_prefix", "note", "subject_areas", "supersedes", "superseded_by"):
        fields.raw(key)
    fields.done()
    if None in (title, jurisdiction, kind, force, cite, url, known_to):
        return None
    return Instrument(
        raw.id,
        str(title),
        short or str(title),
        str(jurisdiction),
        str(kind),
        str(force),
        str(cite),
        str(url),
        checked,
        known_to or date.min,
        native,
        aliases,
        events,
        sections.timeline,
        sections.parameters,
        {},
        read_enforcement(raw.listed["enforcement"], sections, faults, known_to or date.max),
        read_penalties(raw.listed["penalties"], sections, faults),
        read_provisions(raw, faults),
        {},
        applied,
        raw.header.pos.file,
        sections.computed,
    )


def _public(raw: RawCorpus, faults: Faults) -> dict[str, tuple[tuple[Event, ...], date]]:
    """Events of the public record by instrument or standard, each with the date up to which the record is known."""
    found: dict[str, tuple[tuple[Event, ...], date]] = {}
    for name, instrument in raw.instruments.items():
        fields = Fields(instrument.header, Faults(), "an instrument")
        found[name] = read_events(fields.maps("events"), Faults()), fields.day("known_to") or date.min
    for document in raw.shared.get("standards", []):
        for node in Fields(document, faults, "a standards file").maps("standards"):
            fields = Fields(node, faults, "a standard")
            name, known = fields.text("standard", need=True), fields.day("known_to", need=True)
            events = read_events(fields.maps("events"), faults)
            for key in ("title", "covers", "note", "url", "certainty", "checked", "aliases", "at", "stage"):
                fields.raw(key)
            fields.done()
            if name is not None:
                found[name] = events, known or date.min
    return found


def _digest(files: list[Path]) -> str:
    total = hashlib.sha256()
    for path in files:
        total.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def load(*folders: Path, base: Path | None = CORPUS) -> Corpus:
    """Load the shipped corpus (`base`) and any other folders of law. Raises FaultyCorpus with every fault found."""
    faults = Faults()
    raw = read_raw([*([] if base is None else [base]), *folders], faults)
    documents = raw.shared.get("jurisdictions", [])
    jurisdictions = read_jurisdictions(*documents, faults=faults)
    participation = read_participation(raw.shared.get("participation", []), jurisdictions, faults)
    for name, instrument in raw.instruments.items():
        # The faults of these entries are told when the instrument is compiled.
        if entries := read_computed(instrument.named["timeline"], Faults()):
            participation.entries[name] = entries
    vocabulary = read_vocabulary(raw.vocabulary, frozenset(jurisdictions.by_code), faults)
    patches = tuple(found for patch in raw.patches.values() if (found := read_patch(patch, faults)))
    public = _public(raw, faults)
    coverage: dict[str, Coverage] = {}
    not_encoded: dict[str, str] = {}
    for document in raw.shared.get("coverage", []):
        coverage.update(read_coverage(document, faults))
        not_encoded.update(read_not_encoded(document, faults))
    faults.raise_as(FaultyCorpus)
    return Corpus(
        lambda: raw,
        vocabulary,
        jurisdictions,
        patches,
        public,
        _digest(raw.files),
        coverage,
        participation,
        links_of(raw),
        not_encoded,
        tuple(str(folder) for folder in folders),
    )
