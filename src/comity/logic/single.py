"""The quick back end for one subject: straight-line Python made from (definitely true, definitely false) pairs.

The source is made only from the typed IR and the shape of the subject (how many records of each kind, and how
they hang together), never from text of a law file. It is compiled once for a program and a shape, and run for
every date. Subjects with very many records are left to `comity.logic.proof`: see `MOST_RECORDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, cast

from comity.logic import ir
from comity.logic.encode import Context, Pair, encode
from comity.logic.program import Graph, Program

__all__ = ["MOST_RECORDS", "Compiled", "Moving", "Shape", "Vectors", "compile_program", "shape", "source"]

MOST_RECORDS = 64
"""Every rule is written out for every record, so beyond this compiling costs more than it saves."""

Vectors = dict[str, list[tuple[list[bool], list[bool]]]]
Moving = Mapping[str, Sequence[int]]
"""By kind, the numbers of the atoms that give another answer on another date."""
Shape = tuple[Any, ...]


def shape(graph: Graph) -> Shape:
    """What the source depends on, as a key: two graphs of one shape share their code."""
    counts = tuple(sorted((kind, count) for kind, count in graph.counts.items() if count))
    above = tuple(sorted((pair, tuple(rows)) for pair, rows in graph.above.items() if rows))
    linked = tuple(
        sorted(
            (pair, tuple((tuple(rows), whole) for rows, whole in links))
            for pair, links in graph.linked.items()
            if links
        )
    )
    return counts, above, linked


class _Writer:
    """Writes the two expressions of a rule about one record."""

    def __init__(self, program: Program, graph: Graph, numbers: dict[str, dict[ir.Atom, int]]) -> None:
        self.program, self.graph, self.numbers = program, graph, numbers

    def both(self, node: ir.Node, kind: str, record: int) -> tuple[str, str]:
        match node:
            case ir.Constant(value):
                return str(value), str(not value)
            case ir.AtomRef(atom):
                number = self.numbers[kind][atom]
                return f"a_{kind}{record}[{number}]", f"b_{kind}{record}[{number}]"
            case ir.RuleRef(rule):
                return self.reference(rule, kind, record)
            case ir.Negation(part):
                t, f = self.both(part, kind, record)
                return f, t
            case ir.AllOf(parts) | ir.AnyOf(parts):
                pairs = [self.both(part, kind, record) for part in parts]
                ts, fs = [t for t, _ in pairs], [f for _, f in pairs]
                if isinstance(node, ir.AllOf):
                    return _join("and", ts, "True"), _join("or", fs, "False")
                return _join("or", ts, "False"), _join("and", fs, "True")
            case ir.Claim(part, raised):
                t, f = self.both(part, kind, record)
                return t, f"({f} or not ({t} or {self.both(raised, kind, record)[0]}))"
            case ir.Label(_, _, _, part):
                return self.both(part, kind, record)
            case ir.Exists(other, rule):
                number = self.program.index[rule]
                # Where nothing is known of the links, the list is empty and not complete.
                links = self.graph.linked.get((kind, other))
                rows, complete = links[record] if links else ([], False)
                some = _join("or", [f"t{number}_{row}" for row in rows], "False")
                none = _join("and", [f"f{number}_{row}" for row in rows], "True")
                return some, none if complete else "False"

    def reference(self, rule: str, kind: str, record: int) -> tuple[str, str]:
        number = self.program.index[rule]
        other = self.program.rules[number].kind
        row = record if other == kind else self.graph.above[kind, other][record]
        # Where there is no such record above, the rule cannot hold.
        return ("False", "True") if row is None else (f"t{number}_{row}", f"f{number}_{row}")


def _join(word: str, parts: list[str], empty: str) -> str:
    if not parts:
        return empty
    return parts[0] if len(parts) == 1 else "(" + f" {word} ".join(parts) + ")"


def source(program: Program, graph: Graph) -> str:
    """The Python source of `run(V)`: a flat tuple with two truth values for every rule about every record.

    The order is that of the rules, then of the records, then definitely true before definitely false.
    """
    numbers = {kind: {atom: i for i, atom in enumerate(atoms)} for kind, atoms in program.atoms.items()}
    writer = _Writer(program, graph, numbers)
    lines = ["def run(V):"]
    for kind in sorted({rule.kind for rule in program.rules}):
        lines += [f" a_{kind}{i}, b_{kind}{i} = V[{kind!r}][{i}]" for i in range(graph.counts.get(kind, 0))]
    names: list[str] = []
    for number, rule in enumerate(program.rules):
        for record in range(graph.counts.get(rule.kind, 0)):
            t, f = writer.both(rule.node, rule.kind, record)
            # What is definitely false is not definitely true: the second half is mostly not needed.
            lines.append(f" f{number}_{record} = {f}; t{number}_{record} = not f{number}_{record} and {t}")
            names += [f"t{number}_{record}", f"f{number}_{record}"]
    lines.append(f" return ({', '.join(names)},)" if names else " return ()")
    return "\n".join(lines) + "\n"


class Compiled:
    """A program ready to run on subjects of one shape."""

    def __init__(self, program: Program, graph: Graph) -> None:
        self.program, self.graph = program, graph
        space: dict[str, Any] = {"__builtins__": {}}
        exec(compile(source(program, graph), "<comity program>", "exec"), space)  # noqa: S102 - from the IR alone
        self.kinds = tuple(dict.fromkeys(rule.kind for rule in program.rules))
        self._run = cast(Callable[[Vectors], tuple[bool, ...]], space["run"])

    def vectors(self, contexts: Mapping[str, Sequence[Context]]) -> Vectors:
        """The encoded atoms of every record."""
        return {
            kind: [_vector(self.program.atoms.get(kind, ()), context) for context in contexts.get(kind, ())]
            for kind in self.kinds
        }

    def renewed(self, vectors: Vectors, contexts: Mapping[str, Sequence[Context]], moving: Moving) -> Vectors:
        """The vectors of the same subject on another date: only the atoms that a date can move are encoded again."""
        found: Vectors = {}
        for kind in self.kinds:
            atoms, numbers = self.program.atoms.get(kind, ()), moving.get(kind, ())
            rows: list[tuple[list[bool], list[bool]]] = []
            for (old_true, old_false), context in zip(vectors[kind], contexts.get(kind, ()), strict=True):
                true, false = old_true.copy(), old_false.copy()
                for number in numbers:
                    true[number], false[number] = encode(atoms[number], context)
                rows.append((true, false))
            found[kind] = rows
        return found

    def run(self, vectors: Vectors) -> tuple[bool, ...]:
        """The flat answers, in the order `source` says."""
        return self._run(vectors)

    @cached_property
    def places(self) -> dict[str, int]:
        """Where the answers of a rule begin in what `run` gives; a record further is two places on."""
        found: dict[str, int] = {}
        place = 0
        for rule in self.program.rules:
            found[rule.id] = place
            place += 2 * self.graph.counts.get(rule.kind, 0)
        return found

    def values(self, contexts: Mapping[str, Sequence[Context]]) -> list[list[Pair]]:
        """The same shape as `proof.Run.values`."""
        flat = self.run(self.vectors(contexts))
        pairs = iter(zip(flat[::2], flat[1::2], strict=True))
        return [[next(pairs) for _ in range(self.graph.counts.get(rule.kind, 0))] for rule in self.program.rules]


def _vector(atoms: Sequence[ir.Atom], context: Context) -> tuple[list[bool], list[bool]]:
    pairs = [encode(atom, context) for atom in atoms]
    return [t for t, _ in pairs], [f for _, f in pairs]


def compile_program(program: Program, graph: Graph) -> Compiled:
    """Generate, compile and hold the program for subjects of this shape."""
    return Compiled(program, graph)
