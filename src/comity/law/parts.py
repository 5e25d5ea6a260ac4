"""One version of the law, made of independent parts: instruments that refer to one another's rules are compiled together.

An amendment of one instrument leaves every other part as it is, and a question about one regime neither compiles nor
evaluates the rest. What joins two instruments is `rule('other#name')` in one of them, or in a patch of one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from comity.law.model import Instrument, Rule
from comity.law.raw import RawCorpus, RawInstrument, RawPatch
from comity.logic.program import Graph, Program
from comity.logic.single import Compiled, Shape, compile_program, shape
from comity.source.yaml12 import Map, Node, Scalar, Seq

__all__ = ["Law", "Part", "joined_by", "links_of", "mentions"]

_REFERENCE = re.compile(r"""\brule\(\s*['"]([^'"#]+)#""")


@dataclass
class Part:
    """Instruments that hang together, under the patches that amend them, compiled into one program."""

    name: str
    patches: tuple[str, ...]
    instruments: dict[str, Instrument]
    rules: dict[str, Rule]
    program: Program
    moving: dict[str, tuple[int, ...]] | None = field(default=None, repr=False, compare=False)
    _compiled: dict[Shape, Compiled] = field(default_factory=dict["Shape", Compiled], repr=False, compare=False)

    def compiled(self, graph: Graph) -> Compiled:
        """The generated program for subjects of this shape; made once for each shape."""
        key = shape(graph)
        if key not in self._compiled:
            self._compiled[key] = compile_program(self.program, graph)
        return self._compiled[key]

    @cached_property
    def named(self) -> dict[str, set[str]]:
        """The rules that a word stands for, letter case aside: an id, a name (with - or _), an alias."""
        found: dict[str, set[str]] = {}
        for rule in self.rules.values():
            words = (rule.id, rule.name, rule.name.replace("_", "-"), *rule.aliases)
            for word in words:
                found.setdefault(word.casefold(), set()).add(rule.id)
        return found


@dataclass
class Law:
    """One version of the law: all instruments with the patches in force, part by part."""

    patches: tuple[str, ...]
    parts: tuple[Part, ...]

    @cached_property
    def instruments(self) -> dict[str, Instrument]:
        """Every instrument by id."""
        return {name: each for part in self.parts for name, each in part.instruments.items()}

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """Every rule by id."""
        return {name: each for part in self.parts for name, each in part.rules.items()}

    @cached_property
    def homes(self) -> dict[str, Part]:
        """The part of each instrument."""
        return {name: part for part in self.parts for name in part.instruments}

    def part_of(self, rule: str) -> Part | None:
        """The part in which a rule, or a step made from one, is compiled."""
        return self.homes.get(rule.partition("#")[0])

    @cached_property
    def program(self) -> Program:
        """All parts as one program."""
        rules = tuple(rule for part in self.parts for rule in part.program.rules)
        atoms: dict[str, dict[object, None]] = {}
        for part in self.parts:
            for kind, asked in part.program.atoms.items():
                atoms.setdefault(kind, {}).update(dict.fromkeys(asked))
        whole = {kind: tuple(asked) for kind, asked in atoms.items()}
        return Program(rules, {rule.id: i for i, rule in enumerate(rules)}, whole)  # pyright: ignore[reportArgumentType]

    def compiled(self, graph: Graph) -> Compiled:
        """All parts generated as one program, for subjects of this shape."""
        return compile_program(self.program, graph)


# Which instruments hang together ----------------------------------------------------------------------------


def _scalars(node: Node) -> Iterator[str]:
    stack: list[Node] = [node]
    while stack:
        here = stack.pop()
        if isinstance(here, Scalar):
            yield here.text
        elif isinstance(here, Seq):
            stack.extend(here.items)
        elif isinstance(here, Map):
            stack.extend(here.entries.values())


def mentions(raw: RawInstrument | RawPatch) -> set[str]:
    """The instruments to whose rules an instrument or a patch refers."""
    parts: list[Node] = list(
        raw.changes if isinstance(raw, RawPatch) else (m for ms in raw.listed.values() for m in ms)
    )
    return {name for part in parts for text in _scalars(part) for name in _REFERENCE.findall(text)}


def links_of(raw: RawCorpus) -> dict[str, tuple[str, ...]]:
    """For each instrument those whose rules it or a patch of it refers to."""
    found: dict[str, set[str]] = {name: mentions(each) for name, each in raw.instruments.items()}
    for patch in raw.patches.values():
        amends = patch.header.get("amends")
        if isinstance(amends, Scalar) and amends.text in found:
            found[amends.text] |= mentions(patch)
    return {name: tuple(sorted(names & found.keys() - {name})) for name, names in found.items()}


def joined_by(links: dict[str, tuple[str, ...]], more: Iterable[tuple[str, str]] = ()) -> list[tuple[str, ...]]:
    """The groups of instruments that hang together, each in the order of the corpus, by their first member."""
    first = {name: name for name in links}

    def root(name: str) -> str:
        while first[name] != name:
            first[name] = first[first[name]]
            name = first[name]
        return name

    order = {name: i for i, name in enumerate(links)}
    for name, other in [*((a, b) for a, bs in links.items() for b in bs), *more]:
        if name in first and other in first:
            low, high = sorted((root(name), root(other)), key=order.__getitem__)
            first[high] = low
    groups: dict[str, list[str]] = {}
    for name in links:
        groups.setdefault(root(name), []).append(name)
    return [tuple(group) for group in groups.values()]
