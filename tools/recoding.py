"""Coding a sample of the law a second time, and counting the agreement.

`python tools/recoding.py sample --scope us` writes the blank sheet recoding/SHEET.yaml: which rules were drawn, and
the names that may be used. Filled in from the sources alone, it is kept as recoding/SCOPE.yaml.
`python tools/recoding.py compare [--page]` compares the filled sheets with the law files, writes recoding/SCOPE.results.json
and, with --page, the figures on docs/reference/agreement.md. Results of a sheet that did not change are kept, for the
agreement is that of the codings as they were made blind; --again compares with the law files of today.
"""

from __future__ import annotations

import argparse
import json
import sys
from importlib.util import find_spec
from pathlib import Path

import yaml
from recodes.agreement import compare, digest
from recodes.page import PAGE, results, written
from recodes.sampling import SCOPES, sheet

from comity.law.corpus import load

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "recoding"


def sample(scope: str) -> None:
    found = sheet(load(), scope)
    text = yaml.safe_dump(found, sort_keys=False, allow_unicode=True, width=110)
    (FOLDER / "SHEET.yaml").write_text(text, encoding="utf-8")
    print(f"{len(found['rules'])} of {sum(found['population'].values())} rules: recoding/SHEET.yaml")


def compare_all(again: bool) -> None:
    corpus = load()
    kept = results(FOLDER)
    for scope in SCOPES:
        path = FOLDER / f"{scope}.yaml"
        if path.exists() and not again and kept.get(scope, {}).get("sheet") == digest(path):
            print(f"kept recoding/{scope}.results.json")
        elif path.exists():
            found = compare(corpus, path)
            lines = ",\n".join("  " + json.dumps(row) for row in found.pop("rules"))
            head = json.dumps(found, indent=1)[:-2]
            (FOLDER / f"{scope}.results.json").write_text(f'{head},\n "rules": [\n{lines}\n ]\n}}\n', encoding="utf-8")
            print(f"wrote recoding/{scope}.results.json")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("sample").add_argument("--scope", choices=sorted(SCOPES), required=True)
    comparing = commands.add_parser("compare")
    comparing.add_argument("--page", action="store_true", help="write the figures on the page too")
    comparing.add_argument("--again", action="store_true", help="compare sheets that did not change too")
    args = parser.parse_args()
    if args.command == "sample":
        sample(args.scope)
        return 0
    if find_spec("z3") is None:
        print("the comparison needs the extra solver: pip install 'comity[solver]'", file=sys.stderr)
        return 1
    compare_all(args.again)
    if args.page:
        page = ROOT / PAGE
        page.write_text(written(page.read_text(encoding="utf-8"), FOLDER), encoding="utf-8")
        print(f"wrote {PAGE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
