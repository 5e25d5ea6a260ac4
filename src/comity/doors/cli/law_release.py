"""`comity law new|pack|unpack`: law of one's own, and the corpus as a release."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from comity.doors.cli import output
from comity.doors.cli.options import as_json, corpus_folder, open_corpus

__all__ = ["new", "pack_", "unpack_"]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("code")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option("--name", metavar="NAME", help="What the place is called. Default: as comity knows it.")
@as_json
def new(code: str, folder: Path | None, name: str | None, as_json: bool) -> None:
    """Begin a country pack: a folder DIR (default: the code) with law of one's own that loads and passes as it stands.

    CODE is an ISO code such as KR or CA-QC, or a made-up one.
    """
    from comity.verbs.country_pack import new_pack

    place = folder or Path(code.lower())
    written = new_pack(open_corpus(()), code, place, name=name, today=date.today())
    if as_json:
        output.emit({"schema": "comity.law-new/1", "folder": str(place), "files": [str(path) for path in written]})
        return
    page = output.Page()
    for path in written:
        page.line(f"wrote {path}")
    page.text(f"Next: read {place / 'README.md'}, then `comity law test --law {place}`.")


@click.command("pack")
@click.option(
    "-o", "--out", default=".", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Where to write."
)
@click.option("--sign", "key", type=_FILE, metavar="KEY", help="An Ed25519 private key (PEM) that signs the checksums.")
@as_json
def pack_(out: Path, key: Path | None, as_json: bool) -> None:
    """Write the corpus alone as one archive: law files, codebook, licence, checksums, version and digest."""
    from comity.verbs.pack import pack

    base = corpus_folder()
    made = pack(open_corpus(()), out, key=key, today=date.today(), base=base)
    if as_json:
        output.emit(
            {
                "schema": "comity.law-pack/1",
                "version": made.version,
                "digest": made.digest,
                "file": str(made.path),
                "sha256": made.sha256,
                "files": made.files,
                "signed": made.signed,
            }
        )
        return
    page = output.Page()
    page.line(f"wrote {made.path}")
    page.text(f"corpus {made.version}, {made.files} files, {'signed' if made.signed else 'not signed'}")
    page.line(f"sha256 {made.sha256}")


@click.command("unpack")
@click.argument("archive", type=_FILE)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--verify", "key", type=_FILE, metavar="KEY", help="The Ed25519 public key (PEM) of whoever signed it.")
@as_json
def unpack_(archive: Path, folder: Path, key: Path | None, as_json: bool) -> None:
    """Unpack a release of the corpus into a new folder DIR, after checking every sum (and the signature)."""
    from comity.verbs.pack import unpack

    version = unpack(archive, folder, key=key)
    if as_json:
        output.emit(
            {"schema": "comity.law-unpack/1", "version": version, "folder": str(folder), "signature": key is not None}
        )
        return
    page = output.Page()
    page.text(f"corpus {version} in {folder}; {'the signature is right' if key else 'no signature was checked'}")
    page.line(f"Use it: export COMITY_CORPUS={folder / 'law'}")
