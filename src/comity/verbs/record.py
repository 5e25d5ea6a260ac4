"""The one JSON serialiser of assessments: schema `comity.assessment/1`. Within /1 fields are only added."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from comity.assess.findings import Finding
from comity.assess.questions import Question
from comity.source.stated import as_stated
from comity.verbs.assess import Assessment, MarketCoverage

__all__ = ["assessment_record", "finding_record", "plain"]

Json = dict[str, Any]
DISCLAIMER = "comity is not legal advice."


def plain(value: object) -> Any:
    """A value as JSON: dates in ISO form, exact fractions as text."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else f"{value.numerator}/{value.denominator}"
    return value


def _settled(finding: Finding) -> Json:
    """How a finding was settled that Kleene's logic leaves open; nothing for all others."""
    settled = finding.settled_by
    if settled is None:
        return {}
    return {
        "settled_by": "cases",
        "cases": {
            "on": plain(settled.on),
            "value": settled.value,
            "split": [{"fact": m.fact, "kind": m.kind, "record": m.record} for m in settled.split],
            "given": [{"fact": m.fact, "kind": m.kind, "record": m.record} for m in settled.given],
            "constraints": [{"constraint": name, "at": at} for name, at in settled.by],
        },
    }


def finding_record(finding: Finding, assessment: Assessment) -> Json:
    """One finding as JSON; see docs/reference/assessment.md."""
    rule, instrument = finding.rule, finding.instrument
    state, until, note = finding.enforcement
    return {
        "id": rule.id,
        "about": {
            "actor": assessment.subject.records["actor"][0].name,
            "artefact": finding.artefact,
            "market": instrument.jurisdiction,
            "instance": finding.instance,
        },
        "instrument": instrument.id,
        "jurisdiction": instrument.jurisdiction,
        "kind": rule.kind,
        "per": rule.per,
        "at": rule.at[0] if rule.at else "",
        "pinpoints": list(rule.at),
        "aliases": list(rule.aliases),
        "title": rule.title,
        "what": rule.what,
        "helper": rule.helper,
        "bears": finding.bears,
        "addressee": list(rule.addressee),
        "recipient": rule.recipient,
        "modality": rule.modality,
        "value": finding.value,
        "time": finding.time,
        "certainty": finding.certainty,
        "force": instrument.force,
        "in_force": finding.in_force,
        "enforcement": {"state": state, "until": plain(until), "note": note},
        "phase": rule.phase,
        "status": finding.status,
        "from": plain(finding.start),
        "until": plain(finding.until),
        "possible_from": plain(finding.possible_from),
        "due": finding.due,
        "clocks": [
            {
                "kind": due.kind,
                "text": due.text,
                "at": due.at,
                "due": due.due,
                "due_latest": due.due_latest,
                "state": due.state,
                "note": due.note,
            }
            for due in finding.dues
        ],
        "penalty": [
            {
                "penalty": p.penalty,
                "at": p.at,
                "authority": p.authority,
                "maximum": p.maximum,
                "currency": p.currency,
                "text": p.text,
                "reaches_actor": p.applies,
                "note": p.note,
            }
            for p in finding.penalties
        ],
        "presumed": list(finding.presumed),
        "unless": list(finding.unless),
        "judgement": list(finding.judgement),
        "readings": [{"reading": name, "taken": taken, "value": value} for name, taken, value in finding.readings],
        "missing": [{"fact": m.fact, "kind": m.kind, "record": m.record} for m in finding.missing],
        "derived": [{"fact": d.fact, "by": d.by, "at": d.at, "note": d.note} for d in finding.derived],
        "result": None
        if finding.result is None
        else {"value": plain(finding.result.value), "unit": finding.result.unit, "at": finding.result.at},
        "elements": [{"element": e.name, "parameters": dict(e.parameters)} for e in rule.elements],
        "evidence": list(rule.evidence),
        "amended_by": rule.amended_by,
        "overlay": assessment.corpus.overlay_of(rule.file or instrument.file),
        "url": instrument.url,
        "note": rule.note,
        **_settled(finding),
    }


def _exact(assessment: Assessment) -> Json:
    """What the solver did, where it was asked."""
    if assessment.exact is None:
        return {}
    given_up = list(dict.fromkeys(rule for rule, _, _ in assessment.exact.given_up))
    settled = sum(finding.settled_by is not None for finding in assessment.findings)
    return {"exact": {"settled": settled, "rlimit": assessment.exact.rlimit, "given_up": given_up}}


def _question(question: Question) -> Json:
    return {
        "fact": question.fact,
        "kind": question.kind,
        "record": question.record,
        "ask": question.ask,
        "help": question.help,
        "type": question.type,
        "unit": question.unit,
        "codes": question.codes,
        "basis": question.basis,
        "opens": list(question.opens),
    }


def _market(entry: MarketCoverage, assessment: Assessment) -> Json:
    corpus = assessment.corpus
    return {
        "market": entry.market,
        "name": entry.name,
        "named": entry.named,
        "instruments": list(entry.instruments),
        "not_known_then": list(entry.not_known_then),
        "jurisdictions": [
            {
                "jurisdiction": each.jurisdiction,
                "name": corpus.jurisdictions.by_code[each.jurisdiction].name,
                "declared": each.declared,
                "areas": [
                    {
                        "area": area.area,
                        "state": area.state,
                        "instruments": list(area.instruments),
                        "known_not_encoded": list(area.known_not_encoded),
                        "source": area.source,
                        "date": plain(area.date),
                        "known_to": plain(area.known_to),
                        "note": area.note,
                    }
                    for area in each.areas
                ],
            }
            for each in entry.coverage
        ],
    }


def assessment_record(assessment: Assessment) -> Json:
    """The whole assessment as JSON (`comity.assessment/1`)."""
    subject, dates = assessment.subject, assessment.dates
    law = assessment.evaluation.now.law
    return {
        "schema": "comity.assessment/1",
        "disclaimer": DISCLAIMER,
        "corpus": {"digest": assessment.corpus.digest, "instruments": sorted(law.instruments)},
        "engine": assessment.engine,
        "as_of": plain(dates.law_at),
        "facts_at": plain(dates.facts_at),
        "law_at": plain(dates.law_at),
        "known_at": plain(dates.known_at),
        "patches": list(assessment.patches),
        "user_patches": list(assessment.user_patches),
        "readings": {
            f"{i.id}#{name}": {"title": r.title, "if_true": r.true_means, "if_false": r.false_means, "at": r.at}
            for i in law.instruments.values()
            for name, r in i.readings.items()
        },
        "coverage": [_market(entry, assessment) for entry in assessment.coverage],
        "not_evaluated": [
            {"kind": kind, "rules": count, "because": f"no {kind} is described"}
            for kind, count in assessment.not_evaluated
        ],
        "subject": {
            "name": subject.name,
            "records": [
                {"kind": kind, "name": record.name, "stated": sorted(record.facts)}
                for kind, records in subject.records.items()
                for record in records
            ],
            "closed": [{"group": name, "by": s.by, "on": plain(s.on)} for name, s in subject.closed],
            "notes": list(subject.notes),
        },
        "profile": None if subject.document is None else as_stated(subject.document),
        "findings": [finding_record(finding, assessment) for finding in assessment.findings],
        "questions": [_question(question) for question in assessment.questions],
        **_exact(assessment),
    }
