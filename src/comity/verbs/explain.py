"""explain: why a rule came out as it did, as a tree in words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from comity.assess.findings import Finding, atom_facts
from comity.errors import UsageFault, shown
from comity.law.model import Instrument, Rule
from comity.logic import ir
from comity.logic.proof import Proof
from comity.source.near import did_you_mean
from comity.verbs.assess import Assessment
from comity.verbs.cases import cases_words
from comity.verbs.names import rule_title, rules_named, rules_of
from comity.verbs.steps import FactUsed, Step
from comity.verbs.words import article, atom_words, fact_label, spaced, stated_words, value_words

if TYPE_CHECKING:
    from comity.assess.exact import Settled

__all__ = ["Explained", "explain"]


@dataclass(frozen=True, slots=True)
class Explained:
    """A rule about one record with its proof; `finding` is None for rules that are no findings (transitions)."""

    rule: Rule
    instrument: Instrument
    record: str | None
    finding: Finding | None
    value: bool | None
    on: str
    proof: Step | None
    because: str | None = None


def explain(assessment: Assessment, word: str, about: str | None = None) -> list[Explained]:
    """Every rule that `word` stands for, about every record (or the one named `about`).

    Raises UsageFault for an unknown rule or record, with near misses.
    """
    evaluation = assessment.evaluation
    instruments = {name for each in assessment.coverage for name in each.instruments}
    rules = {key: pair for key, pair in rules_of(evaluation, instruments).items() if "~" not in key}
    chosen = rules_named(word, [rule for rule, _ in rules.values()])
    _known_record(assessment, about)
    found: list[Explained] = []
    for rule in chosen:
        hits = [finding for finding in assessment.findings if finding.rule.id == rule.id]
        if about is not None:
            hits = [hit for hit in hits if about in _names(assessment, hit.rule.per, hit.record)]
        if hits:
            found += [_of_finding(assessment, hit) for hit in hits]
        else:
            found += _without(assessment, *rules[rule.id], about)
    return found


def _known_record(assessment: Assessment, about: str | None) -> None:
    names = [record.name for records in assessment.subject.records.values() for record in records]
    if about is not None and about not in names:
        raise UsageFault(
            f"the profile has no record '{shown(about)}'",
            did_you_mean(about, names) or f"it has {', '.join(map(shown, names))}",
        )


def _names(assessment: Assessment, kind: str, record: int) -> set[str]:
    """The names a record answers to: its own and those of the records above it."""
    subject = assessment.subject
    above = ((k, subject.above(kind, record, k)) for k in ("actor", "model", "system", "use", "incident"))
    return {subject.records[k][i].name for k, i in above if i is not None and (k == kind or k != "actor")}


def _of_finding(assessment: Assessment, finding: Finding) -> Explained:
    evaluation, rule = assessment.evaluation, finding.rule
    there = evaluation.law(finding.at)
    record = assessment.subject.records[rule.per][finding.record].name
    proof = None
    if rule.id in there.rules:
        teller = _Teller(assessment, finding)
        proof = teller.tell(evaluation.proof(rule.id, finding.record, finding.at))
        if finding.settled_by is not None and finding.settled_by.on == finding.at:
            proof = teller.settled(proof, finding.settled_by)
    because = None if proof is not None else "the law in force on that date does not have this rule"
    return Explained(rule, finding.instrument, record, finding, finding.value, finding.at.isoformat(), proof, because)


def _without(assessment: Assessment, rule: Rule, instrument: Instrument, about: str | None) -> list[Explained]:
    """A rule that is no finding: because it is about a kind of record not described, or is a transition."""
    evaluation, subject = assessment.evaluation, assessment.subject
    on = assessment.dates.law_at
    if not subject.records[rule.per]:
        because = f"not evaluated: it is about {article(rule.per)} {rule.per}, and no {rule.per} is described"
        return [Explained(rule, instrument, None, None, None, on.isoformat(), None, because)]
    if rule.id not in evaluation.now.law.rules:
        because = "not evaluated: the law of the date asked about does not have this rule"
        return [Explained(rule, instrument, None, None, None, on.isoformat(), None, because)]
    found: list[Explained] = []
    for number, record in enumerate(subject.records[rule.per]):
        if about is None or about in _names(assessment, rule.per, number):
            proof = _Teller(assessment, None).tell(evaluation.proof(rule.id, number, on))
            value = evaluation.now.value(rule.id, number)
            found.append(Explained(rule, instrument, record.name, None, value, on.isoformat(), proof))
    if not found:
        because = f"not evaluated: '{about}' is not {article(rule.per)} {rule.per}, which this rule is about"
        found.append(Explained(rule, instrument, None, None, None, on.isoformat(), None, because))
    return found


class _Teller:
    """Proofs to steps. A rule that is met again is the same step again: a proof is a graph, not a tree."""

    def __init__(self, assessment: Assessment, finding: Finding | None) -> None:
        self.assessment, self.evaluation = assessment, assessment.evaluation
        self.on = finding.at if finding is not None else assessment.dates.law_at
        self.contexts = self.evaluation.at(self.on).contexts
        self.law = self.evaluation.law(self.on)
        self.made: dict[tuple[str, int], Step] = {}

    def tell(self, proof: Proof) -> Step:
        match proof.form:
            case "rule":
                return self._rule(proof)
            case "all" | "any":
                return self._joined(proof)
            case "not":
                return self._not(proof.parts[0])
            case "atom":
                return self._atom(proof)
            case "exists":
                return self._exists(proof)
            case "claim":
                return self._claim(proof)
            case "constant":
                return Step("constant", "always" if proof.value else "never", proof.value, proof.value)
            case "condition":
                return self.tell(proof.parts[0])
            case _:
                return self._label(proof)

    def settled(self, proof: Step, by: Settled) -> Step:
        """A proof that is open step by step, and settled all the same by the cases its facts can make."""
        facts = self.assessment.corpus.vocabulary.facts
        text = f"settled by cases: {cases_words(by, facts)}"
        numbers = {r.name: (k, i) for k, rs in self.assessment.subject.records.items() for i, r in enumerate(rs)}
        used = tuple(
            self._used(each.fact, Proof("atom", None, *numbers[each.record]))
            for each in (*by.split, *by.given)
            if each.fact in facts and each.record in numbers
        )
        return Step("cases", text, by.value, by.value, join="all", record=proof.record, facts=used, parts=(proof,))

    def _record(self, proof: Proof) -> str | None:
        records = self.assessment.subject.records[proof.kind]
        return records[proof.record].name if 0 <= proof.record < len(records) else None

    def _inner(self, proof: Proof) -> tuple[str | None, tuple[Step, ...]]:
        """How the body of a rule or label is joined, and its parts."""
        while proof.form == "condition":
            proof = proof.parts[0]
        if proof.form in ("all", "any"):
            return self._flat(proof)
        return "all", (self.tell(proof),)

    def _flat(self, proof: Proof) -> tuple[str, tuple[Step, ...]]:
        """The parts of a conjunction or disjunction, those of the same kind inside it taken up."""
        steps: list[Step] = []
        for part in proof.parts:
            inner = part
            while inner.form == "condition":
                inner = inner.parts[0]
            if inner.form == proof.form:
                steps += self._flat(inner)[1]
            elif inner.form == "constant" and inner.value is (proof.form == "all"):
                # "Always" among conditions that must all hold, and "never" among alternatives, say nothing.
                continue
            else:
                steps.append(self.tell(part))
        return proof.form, tuple(steps)

    def _joined(self, proof: Proof) -> Step:
        join, parts = self._flat(proof)
        text = "all of these" if join == "all" else "at least one of these"
        return Step(join, text, proof.value, proof.value, join=join, parts=parts)

    def _not(self, inner: Proof) -> Step:
        step = self.tell(inner)
        counts = None if step.value is None else not step.value
        return replace(step, negated=True, counts=counts)

    def _rule(self, proof: Proof) -> Step:
        rule = self.law.rules.get(proof.name)
        if proof.record < 0:
            title = rule.title if rule is not None else spaced(proof.name)
            text = f"{title}: there is no {proof.kind} it could be true of"
            return Step("rule", text, proof.value, proof.value, rule=proof.name, title=title)
        record = self._record(proof)
        if rule is None:
            # The body of an `any`, lifted into a rule of its own.
            join, parts = self._inner(proof.parts[0])
            return Step(
                "each", f"{proof.kind} '{record}'", proof.value, proof.value, join=join, record=record, parts=parts
            )
        key = proof.name, proof.record
        if key not in self.made:
            join, parts = self._inner(proof.parts[0])
            self.made[key] = Step(
                rule.kind,
                rule.title,
                proof.value,
                proof.value,
                join=join,
                rule=rule.id,
                title=rule.title,
                at="; ".join(rule.at),
                record=record,
                note=rule.note,
                parts=parts,
            )
        return self.made[key]

    def _label(self, proof: Proof) -> Step:
        """A named part: its role and pinpoint, joined with the rule or date it stands for."""
        inner = self.tell(proof.parts[0])
        at = proof.at or inner.at
        if proof.form == "rebuttal":
            title = rule_title(self.evaluation, self.on, f"{self._owner(proof)}#{proof.name}")
            text = f"the presumption '{title}' is rebutted"
            return Step("rebuttal", text, proof.value, proof.value, join="all", title=title, at=at, parts=(inner,))
        if proof.form == "suspended":
            return Step("suspended", "not suspended", proof.value, proof.value, title=spaced(proof.name))
        title = spaced(proof.name) if proof.form in ("applies", "ceases") else inner.title
        return replace(inner, role=proof.form, title=title, at=at, value=proof.value, counts=proof.value)

    def _owner(self, proof: Proof) -> str:
        return next((rule.instrument for rule in self.law.rules.values() if rule.name == proof.name), "")

    def _claim(self, proof: Proof) -> Step:
        """Something that must be claimed: while nobody did, it counts as not so, though its facts are open."""
        inner = self.tell(proof.parts[0])
        note = "whoever relies on it must show it, and nobody has claimed it" if self._unclaimed(proof) else None
        if proof.value is inner.counts and inner.negated:
            return inner
        if inner.negated or inner.role in ("all", "any"):
            return Step("claim", "claimed and shown", proof.value, proof.value, join="all", note=note, parts=(inner,))
        return replace(inner, value=proof.value, counts=proof.value, note=_notes(note, inner.note) or None)

    def _unclaimed(self, proof: Proof) -> bool:
        return proof.value is False and proof.parts[0].value is None

    def _exists(self, proof: Proof) -> Step:
        kind = proof.name
        parts = tuple(self.tell(part) for part in proof.parts)
        complete = self.assessment.subject.complete[kind]
        if not parts:
            text = f"no {kind} is described" if complete else f"no {kind} is described, and there may be some"
            return Step("exists", text, proof.value, proof.value)
        note = None if complete else f"the list of {kind}s is not complete: another may fulfil it"
        return Step(
            "exists", f"at least one {kind} of these", proof.value, proof.value, join="any", note=note, parts=parts
        )

    # Leaves -------------------------------------------------------------------------------------------------

    def _atom(self, proof: Proof) -> Step:
        atom = proof.atom
        if atom is None:
            raise AssertionError("an atom without its question")
        if isinstance(atom, ir.Reading):
            return self._reading(atom, proof)
        context = self.contexts[proof.kind][proof.record]
        facts = self.assessment.corpus.vocabulary.facts
        text = atom_words(atom, lambda name: (facts.get(name.partition("@")[0]), context.fact(name)))
        role = "gate" if isinstance(atom, ir.Gate) else "party" if isinstance(atom, ir.Party) else "fact"
        names = atom.facts if isinstance(atom, ir.Raised) else atom_facts(atom)
        used = tuple(self._used(name, proof) for name in dict.fromkeys(n.partition("@")[0] for n in names))
        return Step(role, text, proof.value, proof.value, facts=used)

    def _reading(self, atom: ir.Reading, proof: Proof) -> Step:
        owner, _, name = atom.name.partition("#")
        instrument = self.law.instruments.get(owner)
        info = instrument.readings.get(name) if instrument is not None else None
        if info is None:
            return Step("reading", f"disputed question of law: {spaced(name)}", proof.value, proof.value)
        return Step(
            "reading",
            f"disputed question of law: {info.title}",
            proof.value,
            proof.value,
            rule=atom.name,
            title=info.title,
            at=info.at,
            if_true=info.true_means,
            if_false=info.false_means,
        )

    def _used(self, name: str, proof: Proof) -> FactUsed:
        fact = self.assessment.corpus.vocabulary.facts[name]
        context = self.contexts[proof.kind][proof.record]
        owner, stated = context.owner(name), context.stated(name)
        record = self.assessment.subject.records[owner[0]][owner[1]].name if owner is not None else ""
        extra = self.evaluation.derived.get(owner, {}).get(name) if owner is not None else None
        by = stated.statement if stated is not None else None
        derived = extra[1] if extra is not None else None
        value = (
            stated_words(fact, stated)
            if stated is not None and derived is None
            else value_words(fact, context.fact(name))
        )
        return FactUsed(
            name,
            fact_label(fact),
            fact.kind,
            record,
            value,
            stated is not None,
            fact.basis,
            fact.ask,
            by.by if by else None,
            by.on.isoformat() if by and by.on else None,
            by.basis if by else None,
            stated.closed_by if stated is not None else None,
            derived.by if derived else None,
            derived.at if derived else None,
            derived.note if derived else None,
        )


def _notes(*parts: str | None) -> str:
    return "; ".join(part for part in parts if part)
