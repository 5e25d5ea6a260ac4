"""The faults comity tells its users about: one shape, one way to print, one exit code per kind."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

__all__ = [
    "ComityError",
    "Fault",
    "Faults",
    "Faulty",
    "FaultyCorpus",
    "FaultyInput",
    "Placed",
    "Pos",
    "UsageFault",
    "shown",
    "strange",
    "worded",
]


def shown(text: str, limit: int = 60) -> str:
    """The text as a message may quote it: on one line, no control characters, at most `limit` long.

    Messages end up in terminals and logs, so what a file holds must not reach them raw.
    """
    clipped = text[:limit]
    if not clipped.isprintable():
        clipped = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in clipped)
    return clipped if len(text) <= limit and len(clipped) <= limit else clipped[: limit - 1] + "…"


def strange(text: str) -> str:
    """What a reader cannot see in a name: the first character that is not ASCII, by its code and name; else nothing."""
    found = next((c for c in text[:1000] if not c.isascii()), None)
    return "" if found is None else f" (it holds U+{ord(found):04X} {unicodedata.name(found, 'without a name')})"


def worded(wording: str, *args: object) -> tuple[str, str]:
    """Message and mend from one line `message — mend`, with the arguments put in.

    An argument for the mend needs its number, {1}: a bare {} counts anew on each side of the dash.
    """
    message, _, mend = wording.partition(" — ")
    return message.format(*args), mend.format(*args)


@dataclass(frozen=True, slots=True)
class Pos:
    """A place in a file: 1-based line and column (in characters); both 0 where the format tells none."""

    file: str
    line: int = 0
    column: int = 0


class Placed(Protocol):
    """Anything that stands somewhere in a document, such as a node of `comity.source`."""

    @property
    def pos(self) -> Pos: ...

    @property
    def path(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in one place, and how to mend it.

    `code` is a stable short id such as `source.duplicate-key`; `line` and `column` are 1-based, or None
    where the format gives no position; `path` is the place in the document, such as `rules[3].when`.
    """

    code: str
    file: str
    line: int | None
    column: int | None
    path: str
    message: str
    mend: str

    def render(self) -> str:
        """`file:line:col: message — mend [code]`; without a line the path stands in for the position."""
        place = self.file
        if self.line is not None:
            place += f":{self.line}" if self.column is None else f":{self.line}:{self.column}"
        elif self.path:
            place += f" ({self.path})"
        mend = f" — {self.mend}" if self.mend else ""
        return f"{place}: {self.message}{mend} [{self.code}]"


class ComityError(Exception):
    """Base of everything comity raises on purpose. `exit_code` is what the command line ends with."""

    code: str = "comity"
    exit_code: int = 1

    def __init__(self, message: str, mend: str = "", code: str | None = None) -> None:
        # All arguments go to Exception so that the error survives pickling between processes.
        super().__init__(message, mend, code)
        self.message = message
        self.mend = mend
        if code is not None:
            self.code = code

    def __str__(self) -> str:
        return f"{self.message} — {self.mend}" if self.mend else self.message


class UsageFault(ComityError):
    """The caller asked for something that makes no sense: a wrong option, an unknown command."""

    code = "usage"
    exit_code = 2


class Faulty(ComityError):
    """Base of the errors that carry faults. `faults` is never empty; `str()` lists them, one a line."""

    code = "faulty"
    faults: tuple[Fault, ...]

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        if not self.faults:
            raise ValueError("an error about faults needs at least one fault")
        count = len(self.faults)
        first = self.faults[0]
        super().__init__(first.message if count == 1 else f"{count} faults", first.mend if count == 1 else "")
        self.args = (self.faults,)

    def __str__(self) -> str:
        return "\n".join(fault.render() for fault in self.faults)


class FaultyInput(Faulty):
    """What a user handed in (a case, a data file, a document) cannot be used as it is."""

    code = "faulty-input"
    exit_code = 3


class FaultyCorpus(Faulty):
    """The law as data itself (the rules, not the case) is wrong."""

    code = "faulty-corpus"
    exit_code = 4


class Faults:
    """Collects faults, so that a reader can tell all that is wrong at once. True when there are any.

    At most `limit` are kept; the rest is counted, and one last fault says how many were left out.
    """

    def __init__(self, limit: int = 1000) -> None:
        self._limit = limit
        self._kept: list[Fault] = []
        self._left_out = 0

    def add(self, code: str, where: Placed | Pos, message: str, mend: str, *, path: str | None = None) -> None:
        """Add a fault at a node (its position and path) or at a position (with the path given, if any).

        Returns None, the value of a reader that failed: `return faults.add(…)`.
        """
        pos, place = (where, "") if isinstance(where, Pos) else (where.pos, where.path)
        place = place if path is None else path
        self.extend([Fault(code, pos.file, pos.line or None, pos.column or None, place, message, mend)])

    def extend(self, faults: Iterable[Fault]) -> None:
        """Take over faults found elsewhere, such as `error.faults` of another file."""
        for fault in faults:
            if len(self._kept) < self._limit:
                self._kept.append(fault)
            else:
                self._left_out += 1

    @property
    def full(self) -> bool:
        """True when no more faults are kept: a reader of one document may stop here."""
        return len(self._kept) >= self._limit

    @property
    def all(self) -> tuple[Fault, ...]:
        """The faults in the order they were found."""
        if not self._left_out:
            return tuple(self._kept)
        message = f"{self._left_out} more faults are not listed"
        file = self._kept[-1].file if self._kept else ""
        return (
            *self._kept,
            Fault("source.more-faults", file, None, None, "", message, "mend the others first"),
        )

    def __bool__(self) -> bool:
        return bool(self._kept or self._left_out)

    def __len__(self) -> int:
        return len(self._kept) + self._left_out

    def raise_as(self, kind: type[FaultyInput] | type[FaultyCorpus]) -> None:
        """Raise all faults as one error of this kind; do nothing when there are none."""
        if self:
            raise kind(self.all)
