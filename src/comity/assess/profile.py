"""Profiles: facts about an actor, its models, systems, uses and incidents, flat or as a graph, into a subject.

Omitted is unknown; `unknown` says so aloud (and raises the exceptions that hang on it); `none` is known
absent. All faults of a profile are reported at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from comity.assess.subject import Record, Stated, Statement, Subject
from comity.assess.values import MOST_SUGGESTED, codes_in, read_value, shape_of
from comity.errors import Faults, FaultyInput, shown, strange
from comity.law.corpus import Corpus
from comity.law.fields import Fields
from comity.law.model import Fact
from comity.logic.kinds import KINDS
from comity.logic.values import NONE, CodeSet, Interval
from comity.source import scalars
from comity.source.documents import read_document
from comity.source.near import did_you_mean
from comity.source.yaml12 import Map, Node, Scalar, Seq

__all__ = ["read_profile", "subject_of"]

_LISTS = {"models": "model", "systems": "system", "uses": "use", "incidents": "incident"}
_LINKS = {"derived_from", "built_on", "of", "about", "uses", "id", "name", "note", "complete"}
_KEYS = {"profile", "name", "note", "actor", "none_of", "stated", "schema", *_LISTS}


def read_profile(path: Path | str, corpus: Corpus) -> Subject:
    """The subject of a profile file (.yaml, .json, .toml). Raises FaultyInput with every fault."""
    document = read_document(path)
    if not isinstance(document, Map):
        faults = Faults()
        faults.add("profile.shape", document, "a profile is a mapping of facts", "write fact: value, one a line")
        faults.raise_as(FaultyInput)
        raise AssertionError
    return subject_of(document, corpus, default_name=Path(path).stem)


def subject_of(document: Map, corpus: Corpus, *, default_name: str = "profile") -> Subject:
    """The subject of a profile that is already read. Raises FaultyInput with every fault."""
    reader = _Reader(corpus, document)
    subject = reader.read(default_name)
    subject.document = document
    reader.faults.raise_as(FaultyInput)
    return subject


class _Reader:
    def __init__(self, corpus: Corpus, document: Map) -> None:
        self.corpus, self.document = corpus, document
        self.faults = Faults()
        self.statement: Statement | None = None
        self.ids: dict[str, tuple[str, int]] = {}
        self.pending: list[tuple[Record, str, Node]] = []
        self.open: list[str] = []

    def read(self, default_name: str) -> Subject:
        document, faults = self.document, self.faults
        name = next(
            (n.text for key in ("profile", "name") if isinstance(n := document.get(key), Scalar)),
            default_name,
        )
        self.subject = Subject(name, {kind: [] for kind in KINDS}, dict.fromkeys(KINDS, True))
        self._statement()
        actor = Record("actor", "actor")
        self.subject.records["actor"].append(actor)
        inner = document.get("actor")
        if isinstance(inner, Map):
            self._facts(actor, inner, {"actor"})
        elif inner is not None:
            faults.add("profile.shape", inner, "'actor' is not a mapping", "write actor: {fact: value}")
        for key, kind in _LISTS.items():
            self._list(key, kind)
        self._flat(actor)
        self._link()
        self._ensure_uses()
        for key, kind in _LISTS.items():
            # What nobody spoke about is unknown, not absent: only `none` or a list says what there is.
            if not self.subject.records[kind] and document.get(key) is None:
                self.subject.complete[kind] = False
        self._close()
        self._base_compute()
        return self.subject

    # Facts --------------------------------------------------------------------------------------------------

    def _statement(self) -> None:
        raw = self.document.get("stated")
        if isinstance(raw, Map):
            fields = Fields(raw, self.faults, "stated")
            self.statement = Statement(fields.text("by"), fields.day("on"), fields.text("basis"))
            fields.done()

    def _named(self, key: str, node: Node, where: Map) -> Fact | None:
        vocabulary = self.corpus.vocabulary
        fact = vocabulary.named(key) or vocabulary.named(key.replace("-", "_"))
        if fact is None:
            options = [*vocabulary.facts, *vocabulary.aliases, *_KEYS]
            self.faults.add(
                "profile.unknown-fact",
                where.key_pos[key],
                f"there is no fact '{shown(key)}'{strange(key)}",
                self._meant(key, options) or "see `comity facts` for the names",
                path=node.path,
            )
            return None
        # A name that means two things in two laws is told apart by the shape of its value.
        other = fact.shapes.get(shape_of(node) or "")
        if other is None and "codes" in fact.shapes:
            # Or by its codes, where all that is written belongs to the other fact and not all of it to this one.
            written, foreign = codes_in(node), vocabulary.facts[fact.shapes["codes"]]
            if written and written <= set(foreign.codes or ()) and not written <= set(fact.codes or ()):
                other = foreign.name
        return fact if other is None else vocabulary.facts[other]

    def _meant(self, word: str, options: Iterable[str]) -> str:
        """What was meant; no longer looked for once there are many faults."""
        return did_you_mean(word, options) if len(self.faults) < MOST_SUGGESTED else ""

    def _value(self, fact: Fact, node: Node) -> Stated | None:
        value = read_value(fact, node, self.corpus.jurisdictions, self.faults)
        if value is not None and value.statement is None and self.statement is not None:
            return replace(value, statement=self.statement)
        return value

    def _state(self, record: Record, fact: Fact, value: Stated, where: Node) -> None:
        old = record.facts.get(fact.name)
        if old is not None and old != value:
            self.faults.add(
                "profile.contradiction",
                where,
                f"{fact.name} is stated twice with different values",
                "keep one of them",
            )
            return
        record.facts[fact.name] = value

    def _facts(self, record: Record, node: Map, kinds: set[str]) -> None:
        for key, entry in node.entries.items():
            if key in _LINKS:
                if key in ("derived_from", "built_on", "of", "about"):
                    self.pending.append((record, key, entry))
                continue
            fact = self._named(key, entry, node)
            if fact is None:
                continue
            if fact.kind not in kinds:
                self.faults.add(
                    "profile.kind",
                    node.key_pos[key],
                    f"{fact.name} is a fact of {fact.kind}, not of {record.kind}",
                    f"state it where the {'model or system' if fact.kind == 'artefact' else fact.kind} is described",
                    path=entry.path,
                )
                continue
            value = self._value(fact, entry)
            if value is not None:
                self._state(record, fact, value, entry)

    def _list(self, key: str, kind: str) -> None:
        node = self.document.get(key)
        if node is None:
            return
        if isinstance(node, Scalar):
            if node.text == "none":
                return
            if node.text == "unknown":
                self.subject.complete[kind] = False
                self.open.append(kind)
                return
        if isinstance(node, Map) and "list" in node.entries:
            fields = Fields(node, self.faults, f"'{key}'")
            complete = fields.raw("complete")
            items = fields.need("list")
            fields.done()
            self.subject.complete[kind] = complete is None or bool(scalars.bool_(complete, self.faults))
            node = items or node
        if not isinstance(node, Seq):
            self.faults.add(
                "profile.shape",
                node,
                f"'{key}' is not a list",
                f"write {key}: with one entry a {kind}, or none",
            )
            return
        for item in node.items:
            if isinstance(item, Map):
                self._record(kind, item)
            else:
                self.faults.add("profile.shape", item, f"a {kind} is not a mapping", "write - id: name, then its facts")

    def _record(self, kind: str, node: Map, system: int | None = None) -> None:
        number = len(self.subject.records[kind])
        label = node.get("id") or node.get("name")
        name = label.text if isinstance(label, Scalar) else f"{kind}-{number + 1}"
        record = Record(kind, name)
        self.subject.records[kind].append(record)
        if name in self.ids:
            self.faults.add(
                "profile.duplicate-id",
                label or node,
                f"the id '{shown(name)}' is used twice",
                "give each record its own id",
            )
        self.ids[name] = kind, number
        if system is not None:
            record.parents["system"] = [system]
        self._facts(record, node, {kind, "artefact"} if kind in ("model", "system") else {kind})
        uses = node.get("uses")
        if kind == "system" and isinstance(uses, Seq):
            for item in uses.items:
                if isinstance(item, Map):
                    self._record("use", item, number)
        elif uses is not None:
            self.faults.add(
                "profile.shape", uses, "'uses' is a list inside a system", "write uses: with one entry a use"
            )

    def _flat(self, actor: Record) -> None:
        """Facts at the top: of the one record of their kind, made if there is none; never spread over several."""
        found: list[tuple[Fact, Node, Stated]] = []
        for key, entry in self.document.entries.items():
            if key in _KEYS:
                continue
            fact = self._named(key, entry, self.document)
            value = None if fact is None else self._value(fact, entry)
            if fact is not None and value is not None:
                found.append((fact, entry, value))
        kinds = {fact.kind for fact, _, _ in found}
        records = self.subject.records
        for kind in ("model", "system", "use", "incident"):
            listed = kind in {_LISTS[key] for key in _LISTS if self.document.get(key) is not None}
            if kind in kinds and not records[kind] and not listed:
                records[kind].append(Record(kind, kind))
        if "use" in kinds and not records["system"]:
            records["system"].append(Record("system", "system"))
        if (
            "artefact" in kinds
            and not records["model"]
            and not records["system"]
            and not self._listed("models", "systems")
        ):
            # Nothing says whether it is a model or a system: what is described is taken as an AI system.
            records["system"].append(Record("system", "system"))
            self.subject.notes.append("no fact says whether a model or a system is described; it was taken as a system")
        for fact, entry, value in found:
            targets = [actor] if fact.kind == "actor" else list(records.get(fact.kind, ()))
            if fact.kind == "artefact":
                targets = [*records["model"], *records["system"]]
                if len(records["model"]) > 1 or len(records["system"]) > 1:
                    targets = [] if len(targets) > 1 else targets
            if not targets or (fact.kind not in ("actor", "artefact") and len(targets) > 1):
                self.subject.notes.append(
                    f"{fact.name} is stated once while there are several {fact.kind}s: it is unknown for each"
                )
                continue
            for record in targets:
                self._state(record, fact, value, entry)

    def _listed(self, *keys: str) -> bool:
        return any(self.document.get(key) is not None for key in keys)

    # Links --------------------------------------------------------------------------------------------------

    def _link(self) -> None:
        records = self.subject.records
        for record, key, node in self.pending:
            wanted = {"derived_from": "model", "built_on": "model", "of": "system"}.get(key)
            for word in scalars.strings(node, self.faults) or []:
                target = self.ids.get(word)
                if target is None or (wanted is not None and target[0] != wanted):
                    self.faults.add(
                        "profile.link",
                        node,
                        f"{key}: there is no {wanted or 'model or system'} '{shown(word)}'",
                        self._meant(word, self.ids) or "give the id of a record in this profile",
                    )
                    continue
                name = "base" if key == "derived_from" else target[0]
                record.parents.setdefault(name, []).append(target[1])
        self._cycles()
        for incident in records["incident"]:
            if not incident.parents:
                for kind in ("system", "model"):
                    if len(records[kind]) == 1:
                        incident.parents[kind] = [0]
        for use in records["use"]:
            if not use.parents and len(records["system"]) == 1:
                use.parents["system"] = [0]
            elif not use.parents:
                self.subject.notes.append(f"the use '{use.name}' names no system: add of: SYSTEM")
        for system in records["system"]:
            if "model" not in system.parents and len(records["model"]) == 1 and len(records["system"]) == 1:
                system.parents["model"] = [0]

    def _cycles(self) -> None:
        models = self.subject.records["model"]
        for start in range(len(models)):
            seen: set[int] = set()
            pending = list(models[start].parents.get("base", ()))
            while pending:
                here = pending.pop()
                if here == start:
                    self.faults.add(
                        "profile.cycle",
                        self.document,
                        f"the model '{shown(models[start].name)}' derives from itself",
                        "break the circle",
                    )
                    return
                if here not in seen:
                    seen.add(here)
                    pending += models[here].parents.get("base", ())

    def _ensure_uses(self) -> None:
        """A system has a purpose even if the profile names none: a use about which nothing is known."""
        records = self.subject.records
        if self._listed("uses") and isinstance(self.document.get("uses"), Scalar):
            return
        with_use = {i for use in records["use"] for i in use.parents.get("system", ())}
        for i, system in enumerate(records["system"]):
            if i not in with_use:
                name = "use" if len(records["system"]) == 1 else f"use of {system.name}"
                records["use"].append(Record("use", name, parents={"system": [i]}))

    def _close(self) -> None:
        """`none_of`: dated statements that no fact of a group holds."""
        raw = self.document.get("none_of")
        if raw is None:
            return
        for item in raw.items if isinstance(raw, Seq) else [raw]:
            statement = self.statement or Statement()
            label: Node | None = item
            if isinstance(item, Map):
                fields = Fields(item, self.faults, "a closing statement")
                label = fields.need("group")
                statement = Statement(fields.text("by"), fields.day("on"), fields.text("basis"))
                fields.done()
            name = label.text if isinstance(label, Scalar) else ""
            group = self.corpus.vocabulary.groups.get(name)
            if group is None:
                self.faults.add(
                    "profile.group",
                    item,
                    f"there is no group of carve-outs '{shown(name)}'",
                    did_you_mean(name, self.corpus.vocabulary.groups) or "see `comity facts --groups`",
                )
                continue
            self.subject.closed.append((name, statement))
            for fact_name in group.facts:
                self._close_fact(self.corpus.vocabulary.facts[fact_name], name, statement)

    def _close_fact(self, fact: Fact, group: str, statement: Statement) -> None:
        for kind, records in self.subject.records.items():
            if fact.kind == kind or (fact.kind == "artefact" and kind in ("model", "system")):
                for record in records:
                    closed = CodeSet(frozenset()) if fact.type == "set" else False if fact.type == "bool" else NONE
                    if fact.name not in record.facts:
                        record.facts[fact.name] = Stated(closed, statement=statement, closed_by=group)

    def _base_compute(self) -> None:
        """A base model's compute answers for its descendant where that is not stated."""
        fact = self.corpus.vocabulary.facts.get("original_model_compute_flop")
        models = self.subject.records["model"]
        for model in models:
            bases = model.parents.get("base", [])
            if fact is None or len(bases) != 1 or fact.name in model.facts:
                continue
            stated = models[bases[0]].facts.get("training_compute_flop")
            if stated is not None and isinstance(stated.value, int | Interval):
                model.facts[fact.name] = stated
