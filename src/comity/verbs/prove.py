"""law lint --prove: what can be proved of the rules of a corpus, and how definitions of different instruments lie to each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from comity.assess.law_compare import Clash, Compared, alike, clashes, compare
from comity.assess.law_proofs import CODES, Proved, prove_part
from comity.assess.law_questions import LAST, periods
from comity.assess.witness import Example
from comity.errors import Fault
from comity.law.corpus import Corpus
from comity.law.lint import severity
from comity.law.model import Rule
from comity.logic.solver import RLIMIT, need
from comity.verbs.law import law_show
from comity.verbs.record import Json, plain

__all__ = ["Finding", "Proofs", "proofs_record", "prove"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing proved, as a fault with its place and a way to mend it; and a subject that shows it."""

    fault: Fault
    rule: Rule
    on: date
    parts: tuple[str, ...]
    others: tuple[str, ...]
    constraints: tuple[str, ...]
    example: Example | None
    shows: str


@dataclass
class Proofs:
    """All that was proved of some instruments, seen from a day; `questions` says how much was asked."""

    on: date
    instruments: tuple[str, ...]
    findings: list[Finding] = field(default_factory=list[Finding])
    compared: list[Compared] = field(default_factory=list[Compared])
    given_up: list[str] = field(default_factory=list[str])
    questions: int = 0

    @property
    def errors(self) -> int:
        return sum(severity(each.fault) == "error" for each in self.findings)


def prove(
    corpus: Corpus,
    names: Sequence[str],
    on: date,
    *,
    rlimit: int = RLIMIT,
    told: Callable[[str], None] = lambda _: None,
) -> Proofs:
    """Proofs about the rules of some instruments, or of all; needs the extra `solver`.

    Rules are proved for every version of the law; definitions are compared, and duties held against prohibitions, as the
    law stands on the day and as far as it is known to stand at last.
    """
    need()
    law = corpus.at(on)
    chosen = tuple(dict.fromkeys(law_show(corpus, name, on, date.max).instrument.id for name in names))
    found = Proofs(on, chosen or tuple(law.instruments))
    wanted = set(found.instruments)
    seen: set[tuple[str, str, tuple[str, ...]]] = set()
    for part in law.parts:
        if wanted.isdisjoint(part.instruments):
            continue
        told(part.name)
        for period in periods(corpus, part.name):
            proved, given_up, asked = prove_part(corpus, period, wanted, rlimit=rlimit)
            found.given_up += given_up
            found.questions += asked
            for each in proved:
                key = each.what, each.rule.id, each.others
                if key not in seen:
                    seen.add(key)
                    found.findings.append(_finding(each))
    told("definitions")
    for day in (on, max([on, *(p.in_force for p in corpus.patches if p.in_force < LAST), *_last(corpus, on)])):
        clashing, given_up = clashes(corpus, day, found.instruments, rlimit=rlimit)
        known = {(each.rule.id, each.others) for each in found.findings}
        found.findings += [_clash(each) for each in clashing if (each.duty.id, (each.prohibition.id,)) not in known]
        found.given_up += given_up
    pairs = alike(law, chosen or None)
    compared, given_up = compare(corpus, on, pairs, rlimit=rlimit)
    found.compared += compared
    found.given_up += given_up
    found.questions += 3 * len(pairs)
    found.findings.sort(key=lambda each: (each.fault.file, each.fault.line or 0, each.fault.code))
    return found


def _last(corpus: Corpus, on: date) -> list[date]:
    """The last days of the timelines."""
    instruments = corpus.at(on).instruments.values()
    return [p.value for i in instruments for p in i.timeline.values() if isinstance(p.value, date) and p.value < LAST]


def _finding(each: Proved) -> Finding:
    rule, name = each.rule, each.rule.name
    by = f", by the constraint {', '.join(each.constraints)}" if each.constraints else ""
    other = ", ".join(sorted(id_.partition("#")[2] for id_ in each.others))
    match each.what:
        case "unreachable":
            one = len(each.parts) == 1
            what = f"{each.parts[0]} cannot be met" if one else f"{' and '.join(each.parts)} exclude each other"
            said = f"'{name}' can never hold: {what}{by}", "correct the condition, or what it is joined with"
        case "dead_exception":
            said = (
                f"the exception '{name}' never bites: whoever it is about is not in '{other}' anyway{by}",
                "remove it, or correct its condition or its target",
            )
        case "always":
            said = f"'{name}' holds of every subject{by}", "remove its condition, or say what it excludes"
        case "follows":
            said = (
                f"the condition of '{name}' excludes nobody whom {' and '.join(each.parts)} lets in{by}",
                "leave the condition out, or say what it excludes",
            )
        case _:
            said = (
                f"the exception '{name}' is redundant: wherever it bites, '{other}' does too{by}",
                "remove it, or say how the two differ",
            )
    fault = Fault(CODES[each.what], rule.file, rule.line or None, None, rule.id, *said)
    return Finding(fault, rule, each.on, each.parts, each.others, each.constraints, each.example, each.shows)


def _clash(each: Clash) -> Finding:
    rule = each.duty
    message = f"'{rule.name}' must be done ({each.fact}), and doing it is what '{each.prohibition.name}' prohibits"
    mend = "make the one an exception to the other, or correct a condition"
    fault = Fault(CODES["clash"], rule.file, rule.line or None, None, rule.id, message, mend)
    return Finding(fault, rule, each.on, (), (each.prohibition.id,), (), each.example, "is under both")


# As JSON ----------------------------------------------------------------------------------------------------


def proofs_record(corpus: Corpus, found: Proofs) -> Json:
    """The proofs as JSON (`comity.law-proofs/1`); see docs/reference/assessment.md."""
    return {
        "schema": "comity.law-proofs/1",
        "corpus": {"digest": corpus.digest},
        "on": plain(found.on),
        "instruments": list(found.instruments),
        "questions": found.questions,
        "given_up": found.given_up,
        "errors": found.errors,
        "warnings": len(found.findings) - found.errors,
        "findings": [_finding_record(each) for each in found.findings],
        "comparisons": [
            {
                "left": each.left.id,
                "right": each.right.id,
                "on": plain(each.on),
                "relation": each.relation,
                "because": each.because,
                "both": _example(each.both, "is in both"),
                "only_left": _example(each.only_left, "is in the left alone"),
                "only_right": _example(each.only_right, "is in the right alone"),
            }
            for each in found.compared
        ],
    }


def _finding_record(each: Finding) -> Json:
    fault = each.fault
    return {
        "code": fault.code,
        "severity": severity(fault),
        "file": fault.file,
        "line": fault.line,
        "rule": each.rule.id,
        "on": plain(each.on),
        "message": fault.message,
        "mend": fault.mend,
        "parts": list(each.parts),
        "others": list(each.others),
        "constraints": list(each.constraints),
        "witness": _example(each.example, each.shows),
    }


def _example(found: Example | None, shows: str) -> Json | None:
    if found is None:
        return None
    return {
        "on": plain(found.on),
        "shows": shows,
        "profile": found.profile,
        "readings": [{"reading": name, "value": value} for name, value in found.readings],
        "assumes": list(found.assumes),
        "verified": found.verified,
    }
