"""The shipped examples as the logic sees them, and as the input document of other engines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from comity.assess.context import Contexts, contexts_of
from comity.assess.evaluate import Dates, Evaluation
from comity.assess.profile import read_profile
from comity.law.corpus import Corpus
from comity.law.parts import Law
from comity.logic.kinds import KINDS
from comity.logic.program import Graph, Program
from comity.logic.single import Compiled, Vectors

__all__ = ["AS_OF", "EXAMPLES", "Sample", "document", "samples"]

AS_OF = date(2026, 11, 21)
EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


@dataclass(frozen=True, slots=True)
class Sample:
    """One subject on one date: its records, their contexts and their encoded atoms."""

    name: str
    compiled: Compiled
    graph: Graph
    contexts: Contexts
    vectors: Vectors

    @property
    def present(self) -> list[str]:
        """The kinds it has records of."""
        return [kind for kind in KINDS if self.graph.counts.get(kind)]

    @property
    def single(self) -> list[str]:
        """The kinds it has exactly one record of."""
        return [kind for kind in KINDS if self.graph.counts.get(kind) == 1]


def samples(corpus: Corpus, law: Law) -> list[Sample]:
    """The shipped examples on AS_OF, in the order of their names."""
    found: list[Sample] = []
    for file in sorted(EXAMPLES.glob("*.yaml")):
        subject = read_profile(file, corpus)
        graph = subject.graph()
        derived = Evaluation(corpus, subject, Dates(AS_OF, AS_OF, AS_OF)).derived
        contexts = contexts_of(corpus, subject, AS_OF, AS_OF, derived, known_at=AS_OF)
        compiled = law.compiled(graph)
        found.append(Sample(file.stem, compiled, graph, contexts, compiled.vectors(contexts)))
    return found


def document(program: Program, graph: Graph, vectors: Vectors) -> dict[str, Any]:
    """The input of `bench.export_rego` and `bench.export_jdm`: atoms as answered, and how the records hang together."""
    found: dict[str, Any] = {}
    for kind in KINDS:
        records: list[dict[str, Any]] = []
        for i in range(graph.counts.get(kind, 0)):
            above = {other: rows[i] for (about, other), rows in graph.above.items() if about == kind}
            links = {other: rows[i] for (about, other), rows in graph.linked.items() if about == kind}
            a, b = vectors.get(kind, [([], [])] * (i + 1))[i]
            records.append(
                {
                    "a": a,
                    "b": b,
                    "up": {other: above.get(other) for other in KINDS},
                    "any": {
                        other: {"r": list(links[other][0]), "c": links[other][1]}
                        if other in links
                        else {"r": [], "c": False}
                        for other in KINDS
                    },
                }
            )
        if records:
            found[kind] = records
    return found
