"""country pack: a folder of law of one's own to begin from, which loads, lints and passes as it stands."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from comity.errors import UsageFault, shown
from comity.law.corpus import Corpus

__all__ = ["new_pack"]

_TEMPLATE = Path(__file__).parent.parent / "templates" / "pack"
_CODE = re.compile(r"[A-Z]{2,3}(-[A-Z0-9]{1,4})?")


def new_pack(corpus: Corpus, code: str, folder: Path, *, name: str | None = None, today: date) -> list[Path]:
    """Write the files of a country pack into a new folder, and give their paths.

    A code that the corpus knows keeps its place in the tree. Raises UsageFault for a code that is none, and for a
    folder that is there already.
    """
    code = code.strip().upper()
    if _CODE.fullmatch(code) is None:
        raise UsageFault(
            f"'{shown(code)}' is not the code of a place", "write an ISO code such as KR, CA-QC or a made-up XX"
        )
    if folder.exists():
        raise UsageFault(f"{folder} exists already", "name a folder that does not exist yet")
    known = corpus.jurisdictions.by_code.get(code)
    words = {
        "CODE": code,
        "NAME": name or (known.name if known is not None else code),
        "FOLDER": code.lower(),
        "PREFIX": code.lower().replace("-", "_"),
        "TODAY": today.isoformat(),
        "ELSEWHERE": "EU" if code != "EU" else "US",
        "DIR": folder.name,
    }
    places = {
        "README.md": "README.md",
        "vocabulary.yaml": "vocabulary.yaml",
        "coverage.yaml": "coverage.yaml",
        "act.yaml": f"{code.lower()}/example-act.yaml",
        "act.cases.yaml": f"{code.lower()}/example-act.cases.yaml",
    }
    if known is None:
        places["jurisdictions.yaml"] = "jurisdictions.yaml"
    written: list[Path] = []
    for source, place in places.items():
        text = (_TEMPLATE / source).read_text(encoding="utf-8")
        text = re.sub(r"@([A-Z]+)@", lambda match: words[match[1]], text)
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return sorted(written)
