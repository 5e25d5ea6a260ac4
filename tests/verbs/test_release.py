"""The corpus as a release: a pack that another program can open and check, and a country pack that works at once."""

from __future__ import annotations

import csv
import hashlib
import io
import subprocess
import tarfile
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from comity.assess.cases import owners, run_cases
from comity.errors import FaultyInput, UsageFault
from comity.law.corpus import CORPUS, Corpus, load
from comity.law.lint import lint, severity
from comity.verbs.country_pack import new_pack
from comity.verbs.pack import pack, unpack, version_of

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """(private, public) in PEM, made for this run alone."""
    folder = tmp_path_factory.mktemp("keys")
    private = Ed25519PrivateKey.generate()
    secret, public = folder / "key.pem", folder / "key.pub.pem"
    secret.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_bytes(private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return secret, public


def test_the_same_law_gives_the_same_bytes(corpus: Corpus, tmp_path: Path) -> None:
    one, two = pack(corpus, tmp_path / "a", today=TODAY), pack(corpus, tmp_path / "b", today=TODAY)
    assert one.sha256 == two.sha256 == hashlib.sha256(one.path.read_bytes()).hexdigest()
    assert one.version == version_of(corpus)
    assert one.path.name == f"comity-corpus-{one.version.partition('+')[0]}-{corpus.digest[:12]}.tar.gz"


def test_other_programs_open_and_check_it(corpus: Corpus, tmp_path: Path, keys: tuple[Path, Path]) -> None:
    made = pack(corpus, tmp_path, key=keys[0], today=TODAY)
    subprocess.run(["tar", "-xzf", made.path, "-C", tmp_path], check=True)
    (folder,) = [path for path in tmp_path.iterdir() if path.is_dir()]
    checked = subprocess.run(
        ["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=True
    )
    assert checked.stdout.count(": OK") == made.files - 2
    openssl = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", keys[1], "-rawin", "-in", "SHA256SUMS"]
    said = subprocess.run(
        [*openssl, "-sigfile", "SHA256SUMS.sig"], cwd=folder, capture_output=True, text=True, check=True
    )
    assert "Verified Successfully" in said.stdout
    facts = list(csv.DictReader(io.StringIO((folder / "codebook" / "facts.csv").read_text(encoding="utf-8"))))
    assert {row["name"] for row in facts} == set(corpus.vocabulary.facts)
    assert "Attribution 4.0" in (folder / "LICENSE").read_text(encoding="utf-8")


def test_an_unpacked_release_is_the_same_law(corpus: Corpus, tmp_path: Path, keys: tuple[Path, Path]) -> None:
    made = pack(corpus, tmp_path, key=keys[0], today=TODAY)
    assert unpack(made.path, tmp_path / "here", key=keys[1]) == made.version
    again = load(base=tmp_path / "here" / "law")
    assert again.digest == corpus.digest
    assert again.at(TODAY).rules.keys() == corpus.at(TODAY).rules.keys()
    assert len(list((tmp_path / "here" / "law").rglob("*.cases.yaml"))) == len(list(CORPUS.rglob("*.cases.yaml")))


def changed(archive: Path, change: dict[str, bytes | None]) -> Path:
    """The archive with some files changed, added or (None) left out."""
    target = archive.with_name("changed.tar.gz")
    with tarfile.open(archive) as old, tarfile.open(target, "w:gz") as new:
        held = {info.name: old.extractfile(info).read() for info in old}  # type: ignore[union-attr]
        root = next(iter(held)).partition("/")[0]
        held |= {f"{root}/{name}" if not name.startswith("/") else name: data for name, data in change.items()}  # type: ignore[dict-item]
        for name, data in held.items():
            if data is not None:
                info = tarfile.TarInfo(name)
                info.size = len(data)
                new.addfile(info, io.BytesIO(data))
    return target


@pytest.mark.parametrize(
    "change",
    [
        {"LICENSE": b"mine"},
        {"LICENSE": None},
        {"law/more.yaml": b"facts: []"},
        {"SHA256SUMS": b""},
        {"SHA256SUMS": None},
        {"../outside.yaml": b"x"},
    ],
)
def test_a_changed_release_is_refused_and_nothing_is_written(
    corpus: Corpus, tmp_path: Path, change: dict[str, bytes | None]
) -> None:
    made = pack(corpus, tmp_path, today=TODAY)
    with pytest.raises(FaultyInput, match="the release is refused"):
        unpack(changed(made.path, change), tmp_path / "here")
    assert not (tmp_path / "here").exists()
    assert not (tmp_path / "outside.yaml").exists()


def test_a_signature_must_be_there_and_right(corpus: Corpus, tmp_path: Path, keys: tuple[Path, Path]) -> None:
    unsigned = pack(corpus, tmp_path / "a", today=TODAY)
    with pytest.raises(FaultyInput, match="signature"):
        unpack(unsigned.path, tmp_path / "x", key=keys[1])
    signed = pack(corpus, tmp_path / "b", key=keys[0], today=TODAY)
    other = tmp_path / "other.pem"
    raw = Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    other.write_bytes(raw)
    with pytest.raises(FaultyInput, match="not by this key"):
        unpack(signed.path, tmp_path / "x", key=other)
    with pytest.raises(UsageFault, match=r"is not an Ed25519 key|cannot be read"):
        pack(corpus, tmp_path, key=keys[1], today=TODAY)


def test_rubbish_is_refused(tmp_path: Path) -> None:
    for number, data in enumerate((b"", b"not a tar file", b"\x1f\x8b\x08\x00rest")):
        archive = tmp_path / f"{number}.tar.gz"
        archive.write_bytes(data)
        with pytest.raises(FaultyInput, match="cannot be read"):
            unpack(archive, tmp_path / "here")


@pytest.mark.parametrize(("code", "place"), [("XX", "xx"), ("KR", "kr"), ("XX-A", "xx-a")])
def test_a_new_country_pack_lints_and_passes_as_it_stands(
    corpus: Corpus, tmp_path: Path, code: str, place: str
) -> None:
    written = new_pack(corpus, code, tmp_path / "mine", today=TODAY)
    assert all(path.is_file() and "@" not in path.read_text(encoding="utf-8") for path in written)
    mine = load(tmp_path / "mine")
    new = [fault for fault in lint(mine) if fault.file.startswith(str(tmp_path)) and severity(fault) == "error"]
    assert new == []
    results = run_cases(mine, [tmp_path / "mine"], TODAY, owners(mine, [f"{place}/example-act"]))
    assert len(results) == 8
    assert [result for result in results if not result.ok] == []
    assert mine.overlay_of(mine.at(TODAY).instruments[f"{place}/example-act"].file) == str(tmp_path / "mine")
    assert mine.overlay_of(mine.at(TODAY).instruments["eu/ai-act"].file) is None


def test_a_country_pack_never_writes_over_a_folder(corpus: Corpus, tmp_path: Path) -> None:
    with pytest.raises(UsageFault, match="exists already"):
        new_pack(corpus, "XX", tmp_path, today=TODAY)
    for code in ("", "X", "france", "X X", "../XX"):
        with pytest.raises(UsageFault, match="is not the code"):
            new_pack(corpus, code, tmp_path / "new", today=TODAY)
