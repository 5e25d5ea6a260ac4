"""Worked cases: a profile, a date, and what a reader of the source expects. Run against the corpus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from comity.assess.evaluate import Dates, Evaluation
from comity.assess.findings import Finding, findings, worst
from comity.assess.profile import subject_of
from comity.errors import Faults, Faulty, FaultyInput, UsageFault
from comity.law.corpus import CORPUS, Corpus
from comity.law.fields import Fields
from comity.law.model import Rule
from comity.source.documents import read_document
from comity.source.near import did_you_mean
from comity.source.yaml12 import Map, Node, Scalar, Seq

__all__ = ["Case", "CaseResult", "matching", "names", "owners", "read_cases", "run_case", "run_cases"]

STATUSES = ("applies", "upcoming", "ended", "not_applicable", "open", "disputed")
# Bare words that cases may use for the value of a rule at the date asked about.
TRUTH = {"true": "applies", "false": "not_applicable", "unknown": "open"}


@dataclass(frozen=True, slots=True)
class Case:
    """One worked case as read."""

    file: str
    line: int
    name: str
    profile: Map
    as_of: date
    known_at: date | None
    expect: dict[str, Node]
    source: str
    path: Path = Path()

    def owner(self, corpus: Corpus) -> str | None:
        """The instrument beside which the case stands: bare names of rules mean its rules first."""
        for instrument in corpus.at(date.max).instruments.values():
            home = Path(instrument.file)
            if home.parent == self.path.parent and (
                home.name.startswith("_") or f"{home.stem}.cases.yaml" == self.path.name
            ):
                return instrument.id
        return None


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One expectation of a case: met or not, with what was expected and found."""

    file: str
    line: int
    case: str
    rule: str
    ok: bool
    expected: str
    found: str
    message: str = ""


def _case_files(folders: list[Path]) -> list[Path]:
    return sorted(path for folder in folders for path in folder.rglob("*.cases.yaml"))


def _merged(base: Map | None, node: Map) -> Map:
    entries = dict(base.entries) if base is not None else {}
    key_pos = dict(base.key_pos) if base is not None else {}
    changed = node.get("set")
    if isinstance(changed, Map):
        entries.update(changed.entries)
        key_pos.update(changed.key_pos)
    removed = node.get("unset")
    names = [item.text for item in removed.items if isinstance(item, Scalar)] if isinstance(removed, Seq) else []
    if isinstance(removed, Scalar):
        names = [removed.text]
    for name in names:
        entries.pop(name, None)
    return Map(node.pos, node.trail, entries, key_pos)


def read_cases(path: Path, faults: Faults) -> list[Case]:
    """The cases of one file."""
    try:
        document = read_document(path)
    except Faulty as error:
        faults.extend(error.faults)
        return []
    if not isinstance(document, Map):
        return []
    fields = Fields(document, faults, "a cases file")
    bases = {name: node for name, node in fields.entries("bases").items() if isinstance(node, Map)}
    found: list[Case] = []
    for node in fields.maps("cases"):
        case = Fields(node, faults, "a case")
        name, base = case.text("case", need=True), case.text("base")
        as_of, known = case.day("as_of", need=True), case.day("known_at")
        expect, source = case.entries("expect"), case.text("source", need=True)
        for key in ("set", "unset", "note", "by", "profile"):
            case.raw(key)
        case.done()
        if base is not None and base not in bases:
            faults.add(
                "cases.base",
                node,
                f"there is no base '{base}'",
                did_you_mean(base, bases) or "declare it under bases",
            )
            continue
        if not expect:
            faults.add("cases.expect", node, f"the case '{name}' expects nothing", "add expect: {rule: status}")
        if name is not None and as_of is not None:
            merged = _merged(bases.get(base) if base else None, node)
            found.append(Case(path.name, node.pos.line, name, merged, as_of, known, expect, source or "", path))
    fields.done()
    return found


def names(rule: Rule, name: str) -> bool:
    """Whether a name stands for the rule: its id, its name, or an alias of the dossiers."""
    if name in (rule.id, rule.name) or name.replace("-", "_") == rule.name:
        return True
    wanted = name.casefold()
    return any(alias.casefold() == wanted for alias in rule.aliases)


def matching(name: str, found: list[Finding]) -> list[Finding]:
    """The findings a name stands for."""
    return [f for f in found if names(f.rule, name)]


def run_case(case: Case, corpus: Corpus, today: date) -> list[CaseResult]:
    """Every expectation of the case."""

    def result(rule: str, ok: bool, expected: str, got: str, message: str = "") -> CaseResult:
        return CaseResult(case.file, case.line, case.name, rule, ok, expected, got, message)

    known = case.known_at or min(case.as_of, today)
    try:
        subject = subject_of(case.profile, corpus, default_name=case.name)
        evaluation = Evaluation(corpus, subject, Dates(case.as_of, case.as_of, known))
        asked = {r for _, part in evaluation.parts for n in case.expect for r in part.named.get(n.casefold(), ())}
        found = findings(evaluation, rules=asked)
        owner = case.owner(corpus)
    except FaultyInput as error:
        return [result("", False, "a profile", "a fault", str(error))]
    results: list[CaseResult] = []
    for name, node in case.expect.items():
        wanted = _wanted(node)
        hits = matching(name, found)
        if owner is not None and any(f.rule.instrument == owner and f.rule.name == name for f in hits):
            hits = [f for f in hits if f.rule.instrument == owner or f.rule.name != name]
        about = wanted.pop("about", None)
        if about is not None:
            hits = [f for f in hits if about in (f.instance, f.artefact)]
        if not hits:
            kind = "not_applicable"
            # A rule that only another version of the law has does not apply under this one.
            versions = [evaluation.now.law, corpus.at(date.max)]
            known_name = any(name.casefold() in part.named for law in versions for part in law.parts)
            ok = known_name and set(wanted.values()) <= {kind} and bool(wanted)
            results.append(result(name, ok, str(wanted), "no such rule or record" if not known_name else "no record"))
            continue
        status = worst([f.status for f in hits])
        best = [f for f in hits if f.status == status]
        got = {key: _got(key, best) for key in wanted}
        ok = all(wanted[key] in got[key] for key in wanted)
        shown = {key: (next(iter(values)) if len(values) == 1 else values) for key, values in got.items()}
        results.append(result(name, ok, str(wanted), f"{shown} by {', '.join(f.rule.name for f in best)}"))
    return results


def _wanted(node: Node) -> dict[str, str]:
    if isinstance(node, Map):
        return {
            key: TRUTH.get(value.text, value.text) if key == "status" else value.text
            for key, value in node.entries.items()
            if isinstance(value, Scalar)
        }
    text = node.text if isinstance(node, Scalar) else ""
    return {"status": TRUTH.get(text, text)}


def _got(key: str, hits: list[Finding]) -> list[str]:
    values: list[str] = []
    for f in hits:
        value: object = {
            "status": f.status,
            "from": f.start,
            "until": f.until,
            "possible_from": f.possible_from,
            "due": f.due,
            "certainty": f.certainty,
            "enforcement": f.enforcement[0],
            "time": f.time,
            "recipient": f.rule.recipient,
        }.get(key)
        values.append(value.isoformat() if isinstance(value, date) else str(value))
        if key == "due":
            values += [due.due for due in f.dues if due.due is not None]
    return list(dict.fromkeys(values))


def owners(corpus: Corpus, words: Sequence[str]) -> set[Path] | None:
    """The places (files, or folders of large instruments) of the instruments and patches named; None for no name.

    Raises UsageFault for a name that stands for none.
    """
    if not words:
        return None
    homes: dict[str, Path] = {}
    for instrument in corpus.at(date.max).instruments.values():
        homes.update(dict.fromkeys((instrument.id, *instrument.aliases), Path(instrument.file)))
    if any(word not in homes for word in words):
        homes |= {name: Path(patch.header.pos.file) for name, patch in corpus.raw.patches.items()}
    unknown = [word for word in words if word not in homes]
    if unknown:
        raise UsageFault(
            f"there is no instrument '{unknown[0]}'", did_you_mean(unknown[0], homes) or "see `comity law list`"
        )
    return {homes[word] for word in words}


def _belongs(path: Path, only: set[Path]) -> bool:
    stems = {(home.parent, home.stem) for home in only}
    return (path.parent, path.name.removesuffix(".cases.yaml")) in stems or any(
        home.name.startswith("_") and home.parent == path.parent for home in only
    )


def run_cases(
    corpus: Corpus, folders: list[Path] | None = None, today: date | None = None, only: set[Path] | None = None
) -> list[CaseResult]:
    """All worked cases of the corpus and of other folders of law (`only`: those beside some instruments, see `owners`).

    Faults of the case files are results that are not met.
    """
    faults = Faults()
    results: list[CaseResult] = []
    for path in _case_files(folders or [CORPUS]):
        if only is not None and not _belongs(path, only):
            continue
        for case in read_cases(path, faults):
            results += run_case(case, corpus, today or date.today())
    results += [
        CaseResult(fault.file, fault.line or 0, "", "", False, "a readable case", "a fault", fault.render())
        for fault in faults.all
    ]
    return results
