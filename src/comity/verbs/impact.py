"""impact: saved assessments asked again of the present corpus: what changed for whom."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

from comity._version import __version__
from comity.assess.evaluate import Dates
from comity.assess.profile import subject_of
from comity.errors import UsageFault, shown
from comity.law.corpus import Corpus
from comity.law.patches import PatchInfo
from comity.source.documents import read_bytes
from comity.source.yaml12 import Map
from comity.verbs.assess import assess
from comity.verbs.moves import compare_findings, counts_of
from comity.verbs.record import DISCLAIMER, Json, assessment_record, plain

__all__ = ["Impact", "feed_lines", "impact", "impact_record", "read_saved"]


@dataclass(frozen=True)
class Impact:
    """What a newer corpus or a later date changes in one saved assessment."""

    file: str
    subject: str
    digests: tuple[str, str]
    as_of: tuple[date, date]
    known_at: date
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changes: tuple[Json, ...]


def read_saved(path: Path | str) -> Json:
    """A saved assessment. Raises UsageFault where the file is none, or one that does not hold its facts."""
    name = shown(str(path), 200)
    try:
        found: Any = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageFault(f"{name} cannot be read: {error.strerror}", "name a saved assessment") from None
    except ValueError:
        raise UsageFault(f"{name} is no JSON", "save one with comity assess FILE -o SAVED.json") from None
    saved = cast("Json", found) if isinstance(found, dict) else {}
    if saved.get("schema") != "comity.assessment/1":
        raise UsageFault(f"{name} is no saved assessment", "save one with comity assess FILE -o SAVED.json")
    if not isinstance(saved.get("profile"), dict):
        raise UsageFault(
            f"{name} does not hold the facts it rests on: an older version wrote it",
            "assess the profile again and save it",
        )
    return saved


def impact(
    corpus: Corpus, file: str, saved: Json, *, as_of: date | None = None, patches: Sequence[PatchInfo] = ()
) -> Impact:
    """One saved assessment against a corpus; with `as_of` on that date, else on its own dates."""
    if sorted(saved["user_patches"]) != sorted(patch.id for patch in patches):
        wanted = ", ".join(saved["user_patches"]) or "no patch"
        raise UsageFault(f"{shown(file, 200)} was made with {wanted}", "give the same files with --patch")
    text = json.dumps(saved["profile"]).encode()
    document = read_bytes(text, file, "json")
    if not isinstance(document, Map):
        raise UsageFault(f"{shown(file, 200)} holds no profile", "assess the profile again and save it")
    subject = subject_of(document, corpus, default_name=saved["subject"]["name"])
    law, facts, known = (date.fromisoformat(saved[key]) for key in ("law_at", "facts_at", "known_at"))
    dates = Dates(facts, law, known) if as_of is None else Dates(as_of, as_of, max(as_of, known))
    markets = [each["market"] for each in saved["coverage"] if each["market"] in corpus.jurisdictions.by_code]
    made = assess(corpus, subject, dates, markets=markets, patches=patches, exact="exact" in saved)
    record = assessment_record(made)
    before, after = (set(each["corpus"]["instruments"]) for each in (saved, record))
    return Impact(
        file,
        subject.name,
        (saved["corpus"]["digest"], corpus.digest),
        (law, dates.law_at),
        dates.known_at,
        tuple(sorted(after - before)),
        tuple(sorted(before - after)),
        tuple(compare_findings(saved["findings"], json.loads(json.dumps(record["findings"])))),
    )


def _head(each: Impact) -> Json:
    return {
        "file": each.file,
        "subject": each.subject,
        "corpus_before": each.digests[0],
        "corpus_after": each.digests[1],
        "as_of_before": plain(each.as_of[0]),
        "as_of_after": plain(each.as_of[1]),
    }


def impact_record(corpus: Corpus, found: Sequence[Impact]) -> Json:
    """All as JSON (`comity.impact/1`)."""
    return {
        "schema": "comity.impact/1",
        "disclaimer": DISCLAIMER,
        "corpus": {"digest": corpus.digest},
        "engine": __version__,
        "assessments": [
            {
                **_head(each),
                "known_at": plain(each.known_at),
                "instruments_added": list(each.added),
                "instruments_removed": list(each.removed),
                "counts": counts_of(each.changes),
                "changes": list(each.changes),
            }
            for each in found
        ],
    }


def feed_lines(found: Sequence[Impact]) -> Iterator[str]:
    """One line of JSON for each finding that moved."""
    for each in found:
        for change in each.changes:
            yield json.dumps({"schema": "comity.impact-line/1", **_head(each), **change}, ensure_ascii=False)
