"""pack: the corpus alone as a release: its files, a codebook, checksums, and a signature if a key is given.

The archive is a tar file made the same way every time: the same law gives the same bytes. It is unpacked by `unpack`,
which checks every sum first, and used with `COMITY_CORPUS=DIR`.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import tarfile
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn

from comity.errors import Fault, FaultyInput, UsageFault
from comity.law.corpus import CORPUS, Corpus
from comity.law.raw import law_files
from comity.verbs.facts import facts, facts_record
from comity.verbs.law import law_list, law_list_record

__all__ = ["Pack", "pack", "unpack", "version_of"]

_SUMS, _SIGNATURE = "SHA256SUMS", "SHA256SUMS.sig"
_MOST = 64 * 2**20
"""Bytes that an archive may hold when unpacked; the corpus is a small part of it."""


@dataclass(frozen=True, slots=True)
class Pack:
    """A release of the corpus: what it is called, where it was written, the SHA-256 of the archive."""

    version: str
    digest: str
    path: Path
    sha256: str
    files: int
    signed: bool


def version_of(corpus: Corpus) -> str:
    """The version of the corpus: the last day on which one of its sources was checked, and the digest of its files."""
    days = [each.checked.date for each in corpus.at(date.max).instruments.values()]
    days += [patch.checked.date for patch in corpus.patches]
    return f"{max(days, default=date.min):%Y.%m.%d}+{corpus.digest[:12]}"


def _codebook(corpus: Corpus, law_at: date) -> dict[str, bytes]:
    """What the words mean, for readers without comity: facts and instruments as CSV and JSON, elements as JSON."""
    record = facts_record(corpus, facts(corpus))
    table = io.StringIO()
    columns = ("name", "kind", "type", "unit", "values", "question", "help", "basis", "at", "aliases")
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(columns)
    for fact in record["facts"]:
        writer.writerow([_cell(fact[column]) for column in columns])
    rows = law_list(corpus, law_at, law_at)
    listed = law_list_record(corpus, rows, law_at, law_at)
    instruments = io.StringIO()
    names = ("id", "title", "native_title", "jurisdiction", "kind", "force", "cite", "url", "in_force", "known_to")
    writer = csv.writer(instruments, lineterminator="\n")
    writer.writerow((*names, "checked", "checked_against"))
    for row in listed["instruments"]:
        writer.writerow([*(_cell(row[name]) for name in names), row["checked"]["date"], row["checked"]["against"]])
    return {
        "codebook/facts.csv": table.getvalue().encode(),
        "codebook/facts.json": _json(record),
        "codebook/instruments.csv": instruments.getvalue().encode(),
        "codebook/instruments.json": _json(listed),
    }


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{key}: {label}" for key, label in value.items())  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list):
        return "; ".join(map(str, value))  # pyright: ignore[reportUnknownArgumentType]
    return "" if value is None else str(value)


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _about(corpus: Corpus, version: str) -> bytes:
    return f"""# comity corpus {version}

Law on artificial intelligence as data: instruments, rules with pinpoints, facts, worked cases, coverage.

- Licence: CC BY 4.0 (LICENSE). Cite as: comity corpus {version}.
- Digest of the law files: {corpus.digest}
- law/: the files, YAML 1.2, one folder for each jurisdiction. codebook/: facts and instruments as tables.
- Check: `sha256sum -c {_SUMS}`; a signature, where there is one: `openssl pkeyutl -verify -pubin -inkey KEY.pub.pem
  -rawin -in {_SUMS} -sigfile {_SIGNATURE}`.
- Use it offline: `comity law unpack ARCHIVE DIR`, then set `COMITY_CORPUS=DIR/law`.

It is a paraphrase, checked against what each instrument names under `checked`. It is not legal advice.
""".encode()


def pack(corpus: Corpus, folder: Path, *, key: Path | None = None, today: date, base: Path = CORPUS) -> Pack:
    """Write `comity-corpus-VERSION.tar.gz` into the folder. `key` is an Ed25519 private key (PEM) that signs the sums.

    Raises UsageFault where the key cannot be used.
    """
    version = version_of(corpus)
    held = {f"law/{path.relative_to(base).as_posix()}": path.read_bytes() for path in law_files(base)}
    held |= {f"law/{path.relative_to(base).as_posix()}": path.read_bytes() for path in base.rglob("*.cases.yaml")}
    held |= {"LICENSE": (CORPUS / "LICENSE").read_bytes(), "README.md": _about(corpus, version)}
    held |= _codebook(corpus, today)
    held["corpus.json"] = _json({"version": version, "digest": corpus.digest, "licence": "CC-BY-4.0"})
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(held.items())).encode()
    held[_SUMS] = sums
    if key is not None:
        held[_SIGNATURE] = _sign(sums, key)
    folder.mkdir(parents=True, exist_ok=True)
    name = f"comity-corpus-{version.partition('+')[0]}-{corpus.digest[:12]}"
    archive = folder / f"{name}.tar.gz"
    data = _tar(name, held, version)
    archive.write_bytes(data)
    return Pack(version, corpus.digest, archive, hashlib.sha256(data).hexdigest(), len(held), key is not None)


def _tar(root: str, held: dict[str, bytes], version: str) -> bytes:
    # Every time is that of the version, so that the same law gives the same bytes.
    stamp = int(datetime.strptime(version.partition("+")[0], "%Y.%m.%d").replace(tzinfo=UTC).timestamp())
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, data in sorted(held.items()):
            info = tarfile.TarInfo(f"{root}/{name}")
            info.size, info.mtime, info.mode = len(data), stamp, 0o644
            tar.addfile(info, io.BytesIO(data))
    return gzip.compress(raw.getvalue(), 9, mtime=stamp)


def _sign(data: bytes, key: Path) -> bytes:
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    except ImportError:
        raise UsageFault("signing needs another package", 'pip install "comity[release]"') from None
    try:
        private = load_pem_private_key(key.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise UsageFault(
            f"the key {key} cannot be read: {error}", "write an Ed25519 private key in PEM without a password"
        ) from None
    if not isinstance(private, Ed25519PrivateKey):
        raise UsageFault(f"{key} is not an Ed25519 key", "make one: openssl genpkey -algorithm ed25519 -out key.pem")
    return private.sign(data)


# Unpacking --------------------------------------------------------------------------------------------------


def unpack(archive: Path, folder: Path, *, key: Path | None = None) -> str:
    """Unpack a release into a new folder after checking every sum (and the signature, with a public key); its version.

    Raises UsageFault for a folder that exists, FaultyInput for an archive that is not whole or was changed.
    """
    if folder.exists():
        raise UsageFault(f"{folder} exists already", "name a folder that does not exist yet")
    held = _read(archive)
    sums = held.get(_SUMS, b"")
    lines = (line.partition("  ") for line in sums.decode(errors="replace").splitlines())
    listed = {name: total for total, _, name in lines if name}
    found = {name: hashlib.sha256(data).hexdigest() for name, data in held.items() if name not in (_SUMS, _SIGNATURE)}
    wrong = sorted(name for name in listed.keys() | found.keys() if listed.get(name) != found.get(name))
    if not listed or wrong:
        _refuse(archive, f"{wrong[0] if wrong else _SUMS} is not as the checksums say")
    if key is not None:
        _verify(archive, held, key)
    about = json.loads(held["corpus.json"])
    for name, data in held.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return str(about["version"])


def _read(archive: Path) -> dict[str, bytes]:
    held: dict[str, bytes] = {}
    total = 0
    try:
        with tarfile.open(archive, "r:gz") as tar:
            for info in tar:
                name = PurePosixPath(*PurePosixPath(info.name).parts[1:])
                total += info.size
                if not info.isfile() or ".." in name.parts or name.is_absolute() or total > _MOST:
                    _refuse(archive, f"'{info.name}' has no place in a release of the corpus")
                stream = tar.extractfile(info)
                held[name.as_posix()] = b"" if stream is None else stream.read()
    except (OSError, EOFError, tarfile.TarError) as error:
        _refuse(archive, f"it cannot be read: {error}")
    return held


def _verify(archive: Path, held: dict[str, bytes], key: Path) -> None:
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        from cryptography.hazmat.primitives.serialization import load_pem_public_key
    except ImportError:
        raise UsageFault("checking a signature needs another package", 'pip install "comity[release]"') from None
    try:
        public = load_pem_public_key(key.read_bytes())
    except (OSError, ValueError) as error:
        raise UsageFault(f"the key {key} cannot be read: {error}", "name an Ed25519 public key in PEM") from None
    if not isinstance(public, Ed25519PublicKey):
        raise UsageFault(f"{key} is not an Ed25519 key", "name the key of whoever signed the release")
    try:
        public.verify(held.get(_SIGNATURE, b""), held[_SUMS])
    except InvalidSignature:
        _refuse(archive, "the signature is not by this key, or there is none")


def _refuse(archive: Path, why: str) -> NoReturn:
    raise FaultyInput(
        [Fault("pack.changed", str(archive), None, None, "", f"the release is refused: {why}", "get it again")]
    )
