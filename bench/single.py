"""The whole shipped law for one subject: the generated source against regorus and zen-engine on the same rules."""

from __future__ import annotations

import json
from collections.abc import Callable
from statistics import mean
from typing import Any

from bench.export_jdm import export_jdm, read_jdm
from bench.export_rego import QUERY, export_rego, read_rego
from bench.peers import peer
from bench.report import Row, Table, medians, seconds
from bench.subjects import AS_OF, Sample, document, samples
from comity.law.corpus import load
from comity.logic.program import Program
from comity.logic.single import Compiled

__all__ = ["PEERS", "TARGET", "Unable", "peers", "single"]

TARGET = 50.0
WHOLE = 0.002
"""Seconds in which one subject is to be evaluated against the whole corpus."""
ROUNDS = 25
LEAST = 0.01

Columns = list[tuple[list[bool], list[bool]]]
"""For each rule, whether it is definitely true and definitely false for each record."""
Run = Callable[[], Any]
Read = Callable[[Any], Columns]


class Unable(Exception):
    """An engine cannot run the rules; the message says why."""


class _Prepared:
    """A program and an input for one subject, with the shape of that subject: as quick as each engine lets it be."""

    def __init__(self, program: Program, sample: Sample) -> None:
        self.program, self.counts = program, sample.graph.counts
        self.input = document(program, sample.graph, sample.vectors)
        self.text = json.dumps(self.input)
        self.rego = export_rego(program, sample.present, sample.single)
        self.jdm = export_jdm(program, sample.present)

    def regorus(self) -> tuple[Run, Read]:
        engine = peer("regorus").Engine()
        engine.set_policy_length_config(max_col=1 << 20, max_file_bytes=1 << 28, max_lines=1 << 20)
        engine.add_policy("comity.rego", self.rego)

        def run() -> Any:
            engine.set_input_json(self.text)
            return engine.eval_rule_as_json(QUERY)

        return run, self._read_rego

    def regorus_vm(self) -> tuple[Run, Read]:
        regorus = peer("regorus")
        machine = regorus.Rvm()

        def run() -> Any:
            machine.set_input_json(self.text)
            return machine.execute()

        try:
            machine.load_program(regorus.Program.compile_from_modules("{}", [("comity.rego", self.rego)], [QUERY]))
            run()
        except BaseException as error:
            # Too many registers is a panic, too many instructions an error.
            if isinstance(error, RuntimeError) or type(error).__name__ == "PanicException":
                raise Unable(str(error).partition("\n")[0]) from None
            raise
        return run, self._read_rego

    def _read_rego(self, found: str) -> Columns:
        return read_rego(self.program, self.counts, json.loads(found))

    def zen(self) -> tuple[Run, Read]:
        decision = peer("zen").ZenEngine().create_decision(json.dumps(self.jdm))
        return lambda: decision.evaluate(self.input), self._read_jdm

    def zen_compiled(self) -> tuple[Run, Read]:
        engine = peer("zen").ZenEngine({"loader": {"type": "static", "content": {"law": self.jdm}}})
        return lambda: engine.evaluate("law", self.input), self._read_jdm

    def _read_jdm(self, found: Any) -> Columns:
        return read_jdm(self.program, self.counts, found["result"])


PEERS: dict[str, Callable[[_Prepared], tuple[Run, Read]]] = {
    "regorus, interpreter": _Prepared.regorus,
    "regorus, its virtual machine": _Prepared.regorus_vm,
    "zen-engine, decision from JSON": _Prepared.zen,
    "zen-engine, compiled at load": _Prepared.zen_compiled,
}


def peers(program: Program, sample: Sample) -> dict[str, Run | str]:
    """How each engine answers all rules for the subject, checked against comity; or why it cannot."""
    expected = sample.compiled.values(sample.contexts)
    prepared = _Prepared(program, sample)
    found: dict[str, Run | str] = {}
    for name, prepare in PEERS.items():
        try:
            run, read = prepare(prepared)
        except Unable as error:
            found[name] = str(error)
            continue
        given = read(run())
        wrong = [
            rule.id
            for rule, ours, (true, false) in zip(program.rules, expected, given, strict=True)
            if ours != list(zip(true, false, strict=True))
        ]
        if wrong:
            raise SystemExit(f"{sample.name}: {name} answers {len(wrong)} rules otherwise, {wrong[0]} first")
        found[name] = run
    return found


def single() -> Table:
    """The comparison on the shipped examples."""
    corpus = load()
    law = corpus.at(AS_OF)
    subjects = samples(corpus, law)
    engines = {sample.name: peers(law.program, sample) for sample in subjects}
    runs: dict[tuple[str, str], Run] = {}
    for sample in subjects:
        runs["run", sample.name] = lambda s=sample: s.compiled.run(s.vectors)
        runs["encode", sample.name] = lambda s=sample: s.compiled.vectors(s.contexts)
        for name, run in engines[sample.name].items():
            if not isinstance(run, str):
                runs[name, sample.name] = run
    times = medians(runs, ROUNDS, LEAST)
    compiling = {s.name: lambda s=s: Compiled(law.program, s.graph) for s in subjects}
    compiled = mean(medians(compiling, 5).values())

    rows: list[Row] = []
    notes = [
        f"All {len(law.program.rules)} rules of the law on {AS_OF} for one subject: the mean of {len(subjects)} "
        f"examples, each the median processor time of {ROUNDS} turns. All answers were found equal first.",
        f"Once for each version of the law and shape of subject comity makes and compiles its source, in {seconds(compiled)}.",
    ]
    for name in PEERS:
        able = [s.name for s in subjects if (name, s.name) in times]
        if able:
            ours, theirs = (mean(times[which, each] for each in able) for which in ("run", name))
            rows.append(Row(f"rules, atoms given: {name}", ours, theirs, TARGET))
        for s in subjects:
            if isinstance(reason := engines[s.name][name], str):
                notes.append(f"{name}: does not run {s.name}, which its row leaves out ({reason}).")
    run, encode = (mean(times[which, s.name] for s in subjects) for which in ("run", "encode"))
    rows += [
        Row("facts to atoms (what every engine was given)", encode),
        Row("facts to answers", encode + run, target=WHOLE),
    ]
    return Table("single", tuple(rows), tuple(notes))
