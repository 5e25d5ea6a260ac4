"""catalogue: provision by provision what encodes it, or why nothing does; and the same for a folder of source notes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from comity.errors import UsageFault
from comity.law.corpus import Corpus
from comity.law.coverage import begins
from comity.law.model import Instrument, Provision
from comity.verbs.law import law_list, law_show
from comity.verbs.record import Json

__all__ = ["Catalogue", "CatalogueRow", "Section", "catalogues", "catalogues_record", "sections", "sections_record"]

_HEADING = re.compile(r"^##+ +([a-z0-9]+(?:-[a-z0-9.]+)+)(?:(?: and | / )([a-z0-9-]+))? +[—–-] +(.+)$")


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """One provision: the rules whose pinpoints lie in it (none where `state` is another than encoded)."""

    provision: Provision
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """An instrument by its provisions."""

    instrument: Instrument
    rows: tuple[CatalogueRow, ...]

    @property
    def unanswered(self) -> tuple[CatalogueRow, ...]:
        """Provisions said to be encoded that no rule names."""
        return tuple(row for row in self.rows if row.provision.state == "encoded" and not row.rules)


def _catalogue(instrument: Instrument) -> Catalogue:
    rules = [rule for rule in instrument.rules.values() if not rule.helper]
    # A pinpoint belongs to the narrowest entry in which it lies.
    named: dict[str, list[str]] = {}
    for rule in rules:
        for at in rule.at:
            inside = [p.at for p in instrument.provisions if begins(at, p.at)]
            if inside:
                named.setdefault(max(inside, key=len), []).append(rule.name)
    return Catalogue(
        instrument,
        tuple(CatalogueRow(each, tuple(dict.fromkeys(named.get(each.at, ())))) for each in instrument.provisions),
    )


def catalogues(corpus: Corpus, names: Sequence[str], law_at: date, known_at: date) -> list[Catalogue]:
    """The catalogues of some instruments (ids, short names, aliases), or of all. Raises UsageFault for a name unknown."""
    if names:
        return [_catalogue(law_show(corpus, name, law_at, known_at).instrument) for name in names]
    return [_catalogue(row.instrument) for row in law_list(corpus, law_at, known_at)]


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a source note with an id: what encodes it, or why nothing does (`because`); else it is missing."""

    file: str
    line: int
    id: str
    title: str
    encoded_by: tuple[str, ...]
    because: str | None

    @property
    def state(self) -> str:
        return "encoded" if self.encoded_by else "reason given" if self.because else "missing"


def _homes(corpus: Corpus) -> dict[str, list[str]]:
    """Instruments, patches and standards by id and alias."""
    found: dict[str, list[str]] = {}
    for each in corpus.at(date.max).instruments.values():
        for word in (each.id, *each.aliases):
            found.setdefault(word.casefold(), []).append(each.id)
    for patch in corpus.raw.patches.values():
        aliases = patch.header.get("aliases")
        words = [patch.id, *([item.text for item in getattr(aliases, "items", ())] if aliases is not None else [])]
        for word in words:
            found.setdefault(word.casefold(), []).append(patch.id)
    for name in corpus.public:
        found.setdefault(name.casefold(), []).append(name)
    return found


def sections(corpus: Corpus, folder: Path) -> list[Section]:
    """Each section `## id — title` of the Markdown notes in a folder, against the corpus. Raises UsageFault for no notes."""
    files = sorted(folder.glob("*.md"))
    if not files:
        raise UsageFault(
            f"there are no notes (*.md) in {folder}", "name a folder whose notes have headings `## id — title`"
        )
    homes = _homes(corpus)
    found: list[Section] = []
    for file in files:
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            match = _HEADING.match(line)
            if match is None:
                continue
            for name in filter(None, match.groups()[:2]):
                by = tuple(dict.fromkeys(homes.get(name.casefold(), ())))
                found.append(Section(file.name, number, name, match[3], by, corpus.not_encoded.get(name)))
    return found


# JSON -------------------------------------------------------------------------------------------------------


def catalogues_record(corpus: Corpus, found: Sequence[Catalogue]) -> Json:
    """Catalogues as JSON (`comity.catalogue/1`)."""
    return {
        "schema": "comity.catalogue/1",
        "corpus": {"digest": corpus.digest},
        "instruments": [
            {
                "id": each.instrument.id,
                "unanswered": len(each.unanswered),
                "provisions": [
                    {
                        "at": row.provision.at,
                        "subject": row.provision.subject,
                        "state": row.provision.state,
                        "because": row.provision.because,
                        "rules": list(row.rules),
                    }
                    for row in each.rows
                ],
            }
            for each in found
        ],
    }


def sections_record(corpus: Corpus, found: Sequence[Section]) -> Json:
    """Sections of source notes as JSON (`comity.sections/1`)."""
    return {
        "schema": "comity.sections/1",
        "corpus": {"digest": corpus.digest},
        "sections": [
            {
                "file": each.file,
                "line": each.line,
                "id": each.id,
                "title": each.title,
                "state": each.state,
                "encoded_by": list(each.encoded_by),
                "because": each.because,
            }
            for each in found
        ],
    }
