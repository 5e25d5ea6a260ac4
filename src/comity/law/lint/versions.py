"""The versions of the law that lint looks at, each with the documents it was made from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from comity.errors import Faults, FaultyCorpus
from comity.law.corpus import Corpus
from comity.law.model import Rule
from comity.law.parts import Law
from comity.law.raw import RawInstrument
from comity.law.rules import declare
from comity.source.yaml12 import Map, Node, Seq

__all__ = ["Version", "entries", "versions_of"]


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the law, its documents after the patches, and each rule's node (`kinds`: first key)."""

    law: Law
    raws: dict[str, RawInstrument]
    nodes: dict[str, Map]
    kinds: dict[str, str]

    def node(self, rule: Rule, key: str = "") -> Node:
        """Where a field of the rule stands, or the rule itself."""
        whole = self.nodes[rule.id]
        return whole.get(key) or whole

    def matching(self, instrument: str, word: str) -> list[Rule]:
        """The rules of an instrument that a name or a group stands for."""
        rules = self.law.instruments[instrument].rules
        return [rules[word]] if word in rules else [rule for rule in rules.values() if word in rule.groups]


def entries(node: Node | None) -> list[Node]:
    """The entries of a list; a lone entry is a list of one."""
    return [] if node is None else node.items if isinstance(node, Seq) else [node]


def versions_of(corpus: Corpus, faults: Faults) -> list[Version]:
    """The base version and each after a patch; one that does not compile adds its faults instead."""
    days = [date.min, *corpus.changes(date.max)]
    found: list[Version] = []
    for chosen in dict.fromkeys(tuple(p.id for p in corpus.effective(day, date.max)) for day in days):
        day = max((patch.in_force for patch in corpus.patches if patch.id in chosen), default=date.min)
        try:
            law = corpus.at(day)
        except FaultyCorpus as error:
            faults.extend(error.faults)
            continue
        raws, _ = corpus.amended(corpus.effective(day, date.max), Faults())
        nodes: dict[str, Map] = {}
        kinds: dict[str, str] = {}
        for raw in raws.values():
            for kind, name, _, node in declare(raw, Faults()).nodes:
                nodes[f"{raw.id}#{name}"], kinds[f"{raw.id}#{name}"] = node, kind
        found.append(Version(law, raws, nodes, kinds))
    return found
