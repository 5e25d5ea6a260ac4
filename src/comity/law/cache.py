"""The compiled corpus on disk: data only (JSON with a hash), rebuilt when it is damaged, foreign or stale.

One file per set of corpus folders. Its key is a hash over the bytes of all law files, of the engine's own
source and of the format's number; a cheaper hash over sizes and times spares reading them when nothing moved.
What is compiled anew is written when the program ends. Code is never stored: the quick back end is generated again from the logic.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, fields
from functools import partial
from pathlib import Path
from typing import Any, get_type_hints
from weakref import ref

from comity.errors import ComityError, Faults
from comity.law.corpus import CORPUS, Corpus, load
from comity.law.model import Instrument, Rule
from comity.law.parts import Part
from comity.law.patches import PatchInfo
from comity.law.raw import RawCorpus, RawPatch, law_files, read_raw
from comity.law.records_json import Codec, Codecs
from comity.logic import ir
from comity.logic.ir_json import Reader, Writer, kind_from
from comity.logic.program import Program, RuleDef

__all__ = ["FORMAT", "cache_folder", "load_cached"]

FORMAT = 2
_KEEP = 16
_RACY = 2_000_000_000
"""Nanoseconds within which a file could change again without a new time on it."""


def cache_folder() -> Path | None:
    """$COMITY_CACHE, else the user's cache folder; None where there is neither."""
    named = os.environ.get("COMITY_CACHE")
    if named:
        return Path(named).expanduser()
    shared = os.environ.get("XDG_CACHE_HOME", "")
    try:
        return (Path(shared) if os.path.isabs(shared) else Path.home() / ".cache") / "comity"
    except RuntimeError:
        return None


def load_cached(*folders: Path, base: Path | None = CORPUS) -> Corpus:
    """Like `corpus.load`, from the cache where it is fresh. What is compiled anew is kept when the program ends.

    Raises FaultyCorpus as `load` does; a cache that cannot be read or written is never an error.
    """
    where = cache_folder()
    if where is None:
        return load(*folders, base=base)
    source = _Source([*([] if base is None else [base]), *folders])
    file = where / f"law-{source.name}.json"
    try:
        found = _read(file, source)
        if found is not None:
            return found
    except _DAMAGE:
        pass
    key = source.key()
    corpus = load(*folders, base=base)
    parts = {name: getattr(corpus, name) for name in _parts()}
    return CachedCorpus(corpus.documents, **parts, store=_Store(file, source, key))


_DAMAGE = (
    OSError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    RecursionError,
    OverflowError,
)
"""What reading a file that holds something else can raise."""


# What the cache is made from --------------------------------------------------------------------------------


class _Source:
    """The law files of the folders, and the source of the engine that reads them."""

    def __init__(self, folders: list[Path]) -> None:
        self.folders = folders
        self.engine = Path(__file__).parent.parent
        # Positions of rules are told as the folder was named, so the name counts and not only the place.
        words = [str(self.engine), *(f"{folder}\0{folder.resolve()}" for folder in folders)]
        self.name = hashlib.sha256("\0\0".join(words).encode()).hexdigest()[:24]

    def _files(self) -> Iterator[Path]:
        for folder in self.folders:
            yield from law_files(folder)
        for part in ("law", "logic", "source"):
            yield from sorted((self.engine / part).glob("*.py"))

    def stamp(self) -> str:
        """A hash over names, sizes and times; empty while a file is so new that its time proves nothing."""
        total, newest = hashlib.sha256(), 0
        for path in self._files():
            try:
                about = path.stat()
            except OSError:
                total.update(f"{path}\0not there\n".encode())
                continue
            newest = max(newest, about.st_mtime_ns, about.st_ctime_ns)
            total.update(f"{path}\0{about.st_size}\0{about.st_mtime_ns}\0{about.st_ctime_ns}\n".encode())
        return "" if newest > time.time_ns() - _RACY else total.hexdigest()

    def key(self) -> str:
        """A hash over the bytes of all files."""
        total = hashlib.sha256(f"comity law {FORMAT}".encode())
        for path in self._files():
            total.update(f"\n{path}\0".encode() + _sum(path))
        return total.hexdigest()


def _sum(path: Path) -> bytes:
    """The hash of a file's bytes; what is no regular file is not opened, for a pipe could block: loading refuses it."""
    return hashlib.sha256(path.read_bytes()).digest() if path.is_file() else b"not a file"


@dataclass(slots=True)
class _Store:
    """Where compiled versions are kept, for one state of the source files."""

    file: Path
    source: _Source
    key: str

    def save(self, corpus: CachedCorpus) -> None:
        """Write everything known, unless a file has changed meanwhile or the folder cannot be written."""
        try:
            stamp = self.source.stamp()
            if self.source.key() != self.key:
                return
            self.write(stamp, json.dumps(_encode(corpus), ensure_ascii=False, separators=(",", ":")).encode())
        except OSError:
            pass

    def write(self, stamp: str, body: bytes) -> None:
        header = {"format": f"comity law {FORMAT}", "key": self.key, "stamp": stamp, "sha256": _hash(body)}
        self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(prefix="law-", suffix=".part", dir=self.file.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(json.dumps(header).encode() + b"\n" + body)
            os.replace(name, self.file)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
        _prune(self.file.parent)


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _prune(folder: Path) -> None:
    """Keep the newest files only: each set of folders ever asked for leaves one."""
    files = sorted(folder.glob("law-*.json"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for old in files[_KEEP:]:
        old.unlink(missing_ok=True)


def _read(file: Path, source: _Source) -> CachedCorpus | None:
    """The corpus of a cache file, or None where it is stale; raises one of _DAMAGE where it is damaged."""
    with file.open("rb") as stream:
        # Whoever can write the file decides what the law says, so another user's is not read.
        if hasattr(os, "getuid") and os.fstat(stream.fileno()).st_uid not in (0, os.getuid()):
            return None
        head, _, body = stream.read().partition(b"\n")
    header = json.loads(head)
    stored, key = header["stamp"], header["key"]
    if header["format"] != f"comity law {FORMAT}" or header["sha256"] != _hash(body):
        return None
    store, stamp = _Store(file, source, key), source.stamp()
    if not stamp or stored != stamp:
        if source.key() != key:
            return None
        if stamp:
            with suppress(OSError):
                store.write(stamp, body)
    return _decode(json.loads(body), store)


# The corpus with its cache ----------------------------------------------------------------------------------


@dataclass
class CachedCorpus(Corpus):
    """A corpus that takes compiled parts from its cache, and keeps new ones there on `keep()`, at the latest when the
    program ends while the corpus is still in use.

    `kept` are the parts in the cache, read when asked for. Parts with made-up patches are never kept.
    """

    store: _Store | None = None
    kept: dict[tuple[str, ...], Callable[[], Part]] = field(default_factory=dict[tuple[str, ...], "Callable[[], Part]"])
    unsaved: bool = False

    def __post_init__(self) -> None:
        here = ref(self)

        def ending() -> None:
            corpus = here()
            if corpus is not None:
                corpus.keep()

        # Writing costs about as much as compiling, so it is done once, after the answer.
        atexit.register(ending)

    def keep(self) -> None:
        """Write what was compiled since the cache was read."""
        if not self.unsaved or self.store is None:
            return
        # The file is written whole, so the parts not asked for yet come along.
        for other in list(self.kept):
            self._from_cache(other)
        self.store.save(self)
        self.unsaved = False

    def _part(self, names: tuple[str, ...], chosen: tuple[PatchInfo, ...], keep: bool) -> Part:
        key = names[0], *(patch.id for patch in chosen)
        if keep and key not in self.parts and self._from_cache(key) is None:
            self.unsaved = True
        return super()._part(names, chosen, keep)

    def _from_cache(self, key: tuple[str, ...]) -> Part | None:
        kept = self.kept.pop(key, None)
        if kept is None:
            return None
        try:
            self.parts[key] = kept()
        except _DAMAGE:
            return None
        return self.parts[key]


def _documents(source: _Source, key: str) -> RawCorpus:
    """The documents, read because a version is asked for that the cache does not hold."""
    faults = Faults()
    raw = read_raw(source.folders, faults)
    if faults or source.key() != key:
        raise ComityError("the law files changed while they were in use", "start again", "law.changed")
    return raw


# Writing and reading the records ----------------------------------------------------------------------------


class _Pool:
    """Records written once, however many versions of the law hold them; each is read when first asked for."""

    def __init__(self, codec: Codec, rows: list[Any]) -> None:
        self.codec, self.rows = codec, rows
        self.numbers: dict[str, int] = {}
        self.made: dict[int, Any] = {}

    def put(self, value: Any) -> int:
        row = self.codec.write(value)
        number = self.numbers.setdefault(json.dumps(row), len(self.rows))
        if number == len(self.rows):
            self.rows.append(row)
        return number

    def get(self, number: int) -> Any:
        if number not in self.made:
            self.made[number] = self.codec.read(self.rows[number])
        return self.made[number]


class _Records:
    """The codecs, joined to one table of logic and to pools of rules, steps and instruments."""

    def __init__(self, logic: Codec, pools: dict[str, list[Any]]) -> None:
        self.plain = Codecs({ir.Node: logic, RawPatch: Codec(lambda _: None, lambda _: None)})
        self.rules = _Pool(self.plain.of(Rule), pools["rules"])
        self.steps = _Pool(Codec(_step_to(logic), _step_from(logic)), pools["steps"])
        pooled = Codecs({Rule: Codec(self.rules.put, self.rules.get)})
        self.instruments = _Pool(pooled.of(Instrument), pools["instruments"])


def _step_to(logic: Codec) -> Callable[[RuleDef], list[Any]]:
    return lambda step: [step.id, step.kind, logic.write(step.node)]


def _step_from(logic: Codec) -> Callable[[list[Any]], RuleDef]:
    return lambda row: RuleDef(str(row[0]), kind_from(row[1]), logic.read(row[2]))


def _encode(corpus: CachedCorpus) -> dict[str, Any]:
    logic = Writer()
    pools: dict[str, list[Any]] = {"rules": [], "steps": [], "instruments": []}
    records = _Records(Codec(logic.node, logic.node), pools)
    parts = {name: records.plain.of(kind).write(getattr(corpus, name)) for name, kind in _parts().items()}
    versions = [
        [
            list(key),
            [records.instruments.put(instrument) for instrument in part.instruments.values()],
            [records.steps.put(step) for step in part.program.rules],
            {kind: [logic.atom(atom) for atom in atoms] for kind, atoms in part.program.atoms.items()},
        ]
        for key, part in corpus.parts.items()
    ]
    return {"parts": parts, "versions": versions, **pools, "logic": logic.table}


def _decode(data: dict[str, Any], store: _Store) -> CachedCorpus:
    logic = Reader(data["logic"])
    records = _Records(Codec(logic.node, logic.node), data)
    parts = {name: records.plain.of(kind).read(data["parts"][name]) for name, kind in _parts().items()}
    kept = {tuple(map(str, row[0])): partial(_part, row, records, logic) for row in data["versions"]}
    return CachedCorpus(partial(_documents, store.source, store.key), **parts, store=store, kept=kept)


def _parts() -> dict[str, Any]:
    """What a corpus holds beside documents and versions: field by field with its type."""
    hints = get_type_hints(Corpus)
    return {
        part.name: hints[part.name]
        for part in fields(Corpus)
        if part.name not in ("documents", "versions", "parts", "_made")
    }


def _part(row: list[Any], records: _Records, logic: Reader) -> Part:
    key, instruments, steps, atoms = row
    found = {each.id: each for each in map(records.instruments.get, instruments)}
    rules = {rule.id: rule for each in found.values() for rule in each.rules.values()}
    ordered = tuple(map(records.steps.get, steps))
    asked = {kind_from(kind): tuple(map(logic.atom, numbers)) for kind, numbers in atoms.items()}
    program = Program(ordered, {step.id: number for number, step in enumerate(ordered)}, asked)
    name, *patches = map(str, key)
    return Part(name, tuple(patches), found, rules, program)
