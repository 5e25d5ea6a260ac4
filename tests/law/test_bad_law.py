"""Bad law: each folder under bad/ holds a small corpus with one fault and the message it must produce."""

import re
from pathlib import Path

import pytest

from comity.errors import Fault, Faulty
from comity.law.corpus import load
from comity.law.coverage import begins
from comity.law.lint import lint, severity
from comity.law.lint.prose import figures

BAD = Path(__file__).parent / "bad"
FOLDERS = sorted(path.name for path in BAD.iterdir() if path.is_dir())


def faults_of(folder: Path) -> list[Fault]:
    """What loading refuses, else what any version's compiling refuses or lint finds."""
    try:
        corpus = load(base=folder)
    except Faulty as error:
        return list(error.faults)
    return lint(corpus)


def rendered(folder: Path) -> str:
    return "".join(fault.render() + "\n" for fault in faults_of(folder)).replace(f"{folder}/", "")


@pytest.mark.parametrize("name", FOLDERS)
def test_one_fault_with_its_message(name):
    expected = (BAD / name / "message.txt").read_text(encoding="utf-8")
    assert rendered(BAD / name) == expected
    assert expected.count("\n") == 1


@pytest.mark.parametrize("name", FOLDERS)
def test_every_fault_has_a_place_and_a_way_to_mend(name):
    (fault,) = faults_of(BAD / name)
    assert Path(fault.file).is_file()
    assert fault.line is not None or fault.code in ("source.empty",)
    assert fault.message
    assert fault.mend
    assert severity(fault) == ("warning" if "warn-" in fault.code else "error")


def test_the_folder_covers_the_codes():
    """Every code of the law layer and of lint that the source names has its folder."""
    source = Path(__file__).parents[2] / "src" / "comity" / "law"
    text = "".join(path.read_text(encoding="utf-8") for path in source.rglob("*.py"))
    seen = {fault.code for name in FOLDERS for fault in faults_of(BAD / name)}
    named = set(re.findall(r'"((?:lint|law)\.[a-z-]+[a-z])"', text)) - {"law.changed"}
    assert sorted(named - seen) == []


def test_a_mended_corpus_is_clean(tmp_path):
    """What the folders are variations of has no fault, so that each fault is the variation's own."""
    folder = tmp_path / "corpus"
    for name in ("xx/act.yaml", "xx/act.cases.yaml", "facts.yaml"):
        text = (BAD / "lint-fact-unused" / name).read_text(encoding="utf-8")
        lines = [line for line in text.splitlines(keepends=True) if "fact: open" not in line]
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("".join(lines), encoding="utf-8")
    assert faults_of(folder) == []


@pytest.mark.parametrize(
    "text",
    [
        "Inform the authority under Article 79(1) and Annex III points 1 to 3.",
        "As Regulation (EU) 2026/1744, Regulation (EU) 2024/1689 of 13 June 2024 and EN 18286:2026 say.",
        "ISO/IEC 42001:2023, NIST AI 800-1, CETS 225, COM(2025) 837, Act 1744, 42 U.S.C. § 1983",
        "OJ L, 2024/1689, 12.7.2024; Stats. 2025, ch. 138; § 22757.13(c)(1); Art. 5(1)(f)",
        "A plan with ten topics, in the version of a later year, for the first time.",
    ],
)
def test_pinpoints_and_names_of_acts_may_stand_in_prose(text):
    assert figures(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("from 2026-08-02", "2026-08-02"),
        ("on 2 August 2026", "2 August 2026"),
        ("August 2, 2026", "August 2, 2026"),
        ("within 15 working days", "15 working days"),
        ("a 24-hour limit", "24-hour"),
        ("a ten-year period", "ten-year"),
        ("up to EUR 35 million", "EUR 35 million"),
        ("35 000 000 euros", "35 000 000 euros"),
        ("$5,000 a day", "$5,000"),
        ("7 % of turnover", "7 %"),
        ("seven or 7.5 per cent", "7.5 per cent"),
        ("more than 10^25 operations", "10^25"),
        ("more than 10²⁶", "10²⁶"),
        ("1e26 FLOP", "1e26"),
        ("10 million users", "10 million users"),
        ("Regulation (EU) 2026/1744 gives 15 days", "15 days"),
    ],
)
def test_figures_in_prose_are_found(text, found):
    assert [words for _, words in figures(text)] == [found]


def test_a_pinpoint_lies_in_an_entry_at_a_boundary():
    assert all(begins(at, "Art. 5") for at in ("Art. 5", "Art. 5(1)", "Art. 5 first paragraph", "Art. 5, point 2"))
    assert not any(begins(at, "Art. 5") for at in ("Art. 50", "Art. 5a", "Art. 5-2", "Art. 5.1", "Art. 4", "Art."))
    assert begins("Art. 5-", "Art. 5")
