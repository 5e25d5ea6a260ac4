"""What is still open, as a puzzle: the open parts of the proofs of the open targets, over the facts that can be asked.

A fact that is not to be asked (somebody said "don't know") stays open for good. A part that can then no longer be
settled is left out, with every fact that only it rests on: asking for those would settle nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from comity.assess.context import RecordContext
from comity.assess.evaluate import Evaluation
from comity.assess.ordering import Ask, Node, Puzzle
from comity.assess.trials import answers_of
from comity.logic import ir
from comity.logic.encode import unknown
from comity.logic.program import atoms_of, facts_of
from comity.logic.proof import Proof

__all__ = ["Key", "Residual", "Target", "residual"]

Key = tuple[str, str, int]
"""A fact of a record: its name, the kind of record, its number."""
Site = tuple[ir.Atom, str, int, date]


@dataclass(frozen=True, slots=True)
class Target:
    """A rule about a record that is open, on the date on which it is."""

    rule: str
    record: int
    on: date


@dataclass(frozen=True)
class Residual:
    """A puzzle, the facts its asks stand for, and for each fact the targets that wait for it."""

    puzzle: Puzzle
    keys: tuple[Key, ...]
    waiting: dict[Key, tuple[Target, ...]]
    by_node: dict[int, tuple[Target, ...]]

    def alone(self, key: Key) -> tuple[Target, ...]:
        """The targets that some answer about a fact settles, whatever the others turn out to be."""
        number = self.keys.index(key)
        return tuple(target for root in _settled_alone(self.puzzle, number) for target in self.by_node[root])

    @property
    def open(self) -> set[Target]:
        """The targets that an answer can still settle."""
        return {target for found in self.waiting.values() for target in found}


@dataclass
class _Builder:
    evaluation: Evaluation
    blocked: Callable[[Key], bool]
    atoms: dict[tuple[object, ...], int] = field(default_factory=dict[tuple[object, ...], int])
    asked: dict[Key, dict[int, Site]] = field(default_factory=dict[Key, "dict[int, Site]"])
    nodes: list[Node] = field(default_factory=list[Node])
    numbers: dict[int, int] = field(default_factory=dict[int, int])
    sources: dict[str, tuple[str, ...]] = field(default_factory=dict[str, "tuple[str, ...]"])
    kept: list[Proof] = field(default_factory=list[Proof])
    made: dict[Node, int] = field(default_factory=dict[Node, int])

    def put(self, form: str, parts: tuple[int, ...]) -> int:
        """The number of a node; the same node is made once."""
        node = (form, tuple(sorted(set(parts))))
        if form in ("all", "any") and len(node[1]) == 1:
            return node[1][0]
        if node not in self.made:
            self.made[node] = len(self.nodes)
            self.nodes.append(node)
        return self.made[node]

    def opened(self) -> int:
        return self.put("open", ())

    def atom(self, proof: Proof, on: date) -> int:
        atom = proof.atom
        if atom is None:
            return self.opened()
        context = self.evaluation.at(on).contexts[proof.kind][proof.record]
        owners: list[Key] = []
        for name in facts_of(atom):
            base = name.partition("@")[0]
            owner = context.owner(base)
            if unknown(context.fact(name)):
                found = [] if owner is None else self._askable(base, owner, context)
                if not found:
                    return self.opened()
                owners += found
        if not owners:
            return self.opened()
        moves = isinstance(atom, ir.Within | ir.Party) or (
            isinstance(atom, ir.Dates) and (atom.left.as_of or atom.right.as_of)
        )
        key = (atom, tuple(owners), on if moves else None)
        if key not in self.atoms:
            self.atoms[key] = len(self.atoms)
            # Where two facts are open, the answer to the later one decides.
            self.asked.setdefault(owners[-1], {})[self.atoms[key]] = (atom, proof.kind, proof.record, on)
            for owner in owners[:-1]:
                self.asked.setdefault(owner, {})
        number = self.atoms[key]
        return self.put("atom", (number,))

    def _askable(self, name: str, owner: tuple[str, int], context: RecordContext) -> list[Key]:
        """The fact itself, or, where it is not to be asked, those from which it may follow."""
        if not self.blocked((name, *owner)):
            return [(name, *owner)]
        if name not in self.sources:
            self.sources[name] = _sources(self.evaluation, name)
        found: list[Key] = []
        for source in self.sources[name]:
            holder = context.owner(source)
            if holder is not None and unknown(context.fact(source)) and not self.blocked((source, *holder)):
                found.append((source, *holder))
        return found

    def node(self, proof: Proof, on: date) -> int:
        found = self.numbers.get(id(proof))
        if found is None:
            found = self.numbers[id(proof)] = self._node(proof, on)
            self.kept.append(proof)
        return found

    def _node(self, proof: Proof, on: date) -> int:
        if proof.form == "atom":
            return self.atom(proof, on)
        parts = tuple(self.node(part, on) for part in proof.parts if part.value is None)
        if proof.form == "exists" and not proof.complete:
            parts = (*parts, self.opened())
        if not parts:
            return self.opened()
        if proof.form == "not":
            return self.put("not", parts)
        return self.put("all" if proof.form == "all" else "any", parts)


def _sources(evaluation: Evaluation, name: str) -> tuple[str, ...]:
    """The facts from which a constraint or a bridge of the vocabulary may draw a fact."""
    vocabulary = evaluation.corpus.vocabulary
    found: dict[str, None] = {}
    for constraint in vocabulary.constraints:
        if constraint.fact == name:
            found.update((each, None) for atom in atoms_of(constraint.when) for each in facts_of(atom))
    for bridge in vocabulary.bridges:
        if bridge.fill == name:
            found.update((each, None) for each in bridge.terms)
    return tuple(each for each in found if each != name and "@" not in each)


def residual(
    evaluation: Evaluation, targets: Iterable[Target], blocked: Callable[[Key], bool], late: Callable[[str], bool]
) -> Residual:
    """The puzzle of some open targets; `late` facts are asked last."""
    builder = _Builder(evaluation, blocked)
    roots = [
        (target, builder.node(evaluation.proof(target.rule, target.record, target.on), target.on)) for target in targets
    ]
    facts = evaluation.corpus.vocabulary.facts
    keys: list[Key] = []
    asks: list[Ask] = []
    for key, atoms in builder.asked.items():
        sites = [(atom, evaluation.at(on).contexts[kind][record]) for atom, kind, record, on in atoms.values()]
        answers = answers_of(facts[key[0]], sites)
        keys.append(key)
        asks.append(Ask(key[0], tuple(atoms), answers))
    nodes, kept = _settleable(builder, asks, [root for _, root in roots])
    puzzle = Puzzle(nodes, kept, tuple(asks), frozenset(i for i, key in enumerate(keys) if late(key[0])))
    return _waiting(puzzle, tuple(keys), roots)


def _settleable(builder: _Builder, asks: list[Ask], roots: list[int]) -> tuple[tuple[Node, ...], tuple[int, ...]]:
    """The nodes with what can neither become true nor false, or to no end, left open; and the targets that can."""
    can_true = dict.fromkeys(range(len(builder.atoms)), False)
    can_false = dict(can_true)
    for ask in asks:
        for place, atom in enumerate(ask.atoms):
            values = {answer[place] for answer in ask.answers}
            # An atom of two open facts is not decided by one: it may still come out either way.
            both = values == {None}
            can_true[atom] = can_true[atom] or True in values or both
            can_false[atom] = can_false[atom] or False in values or both
    ends: list[tuple[bool, bool]] = []
    for form, parts in builder.nodes:
        if form == "atom":
            ends.append((can_true[parts[0]], can_false[parts[0]]))
        elif form == "not":
            true, false = ends[parts[0]]
            ends.append((false, true))
        elif form == "all":
            ends.append((all(ends[p][0] for p in parts), any(ends[p][1] for p in parts)))
        elif form == "any":
            ends.append((any(ends[p][0] for p in parts), all(ends[p][1] for p in parts)))
        else:
            ends.append((False, False))
    wanted = [(False, False)] * len(builder.nodes)
    for root in roots:
        wanted[root] = ends[root]
    for number in range(len(builder.nodes) - 1, -1, -1):
        true, false = wanted[number]
        form, parts = builder.nodes[number]
        if form == "not":
            true, false = false, true
        for part in parts if form != "atom" and (true or false) else ():
            before, able = wanted[part], ends[part]
            wanted[part] = before[0] or (true and able[0]), before[1] or (false and able[1])
    nodes = tuple(node if any(wanted[number]) else ("open", ()) for number, node in enumerate(builder.nodes))
    return nodes, tuple(dict.fromkeys(root for root in roots if any(wanted[root])))


def _waiting(puzzle: Puzzle, keys: tuple[Key, ...], roots: list[tuple[Target, int]]) -> Residual:
    """Which targets rest on which fact, and which facts have an answer that settles one alone."""
    by_node: dict[int, list[Target]] = {}
    for target, root in roots:
        by_node.setdefault(root, []).append(target)
    waiting: dict[Key, tuple[Target, ...]] = {}
    for number, mask in enumerate(_each(puzzle)):
        found = [t for place, root in enumerate(puzzle.targets) if mask >> place & 1 for t in by_node[root]]
        if found:
            waiting[keys[number]] = tuple(found)
    return Residual(puzzle, keys, waiting, {root: tuple(found) for root, found in by_node.items()})


def _each(puzzle: Puzzle) -> list[int]:
    """For every ask the targets that rest on it, one bit each."""
    need = [0] * len(puzzle.nodes)
    for place, target in enumerate(puzzle.targets):
        need[target] |= 1 << place
    atoms = [0] * puzzle.atoms
    for number in range(len(puzzle.nodes) - 1, -1, -1):
        here = need[number]
        form, parts = puzzle.nodes[number]
        if not here or form == "open":
            continue
        if form == "atom":
            atoms[parts[0]] |= here
        else:
            for part in parts:
                need[part] |= here
    return [_union(atoms[atom] for atom in ask.atoms) for ask in puzzle.asks]


def _union(masks: Iterable[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found


def _settled_alone(puzzle: Puzzle, number: int) -> list[int]:
    """The targets that some answer of an ask settles, whatever the rest."""
    ask = puzzle.asks[number]
    full = (1 << len(ask.answers)) - 1
    atoms = [(0, 0)] * puzzle.atoms
    for case, answer in enumerate(ask.answers):
        for atom, value in zip(ask.atoms, answer, strict=True):
            if value is not None:
                true, false = atoms[atom]
                atoms[atom] = (true | 1 << case, false) if value else (true, false | 1 << case)
    truth = puzzle.truth(atoms, full)
    return [target for target in puzzle.targets if truth[target][0] | truth[target][1]]
