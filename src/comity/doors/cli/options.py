"""Options that several commands share, and what they ask for: corpus, subject, dates, patches."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from comity.assess.evaluate import Dates
from comity.assess.profile import read_profile, subject_of
from comity.assess.subject import Subject
from comity.doors.cli.output import clean
from comity.errors import Faults, FaultyCorpus, FaultyInput, UsageFault
from comity.law.cache import CachedCorpus, load_cached
from comity.law.corpus import CORPUS, Corpus
from comity.law.patches import PatchInfo
from comity.source.documents import read_bytes
from comity.source.yaml12 import DEFAULT, Map
from comity.verbs.assess import Assessment, assess
from comity.verbs.clock import choose_dates
from comity.verbs.patches import read_patches

__all__ = [
    "Question",
    "as_json",
    "corpus_folder",
    "day",
    "exact_option",
    "law_option",
    "market_option",
    "markets_of",
    "open_corpus",
    "question_options",
]

Command = TypeVar("Command", bound=Callable[..., Any])


def day(text: str) -> date:
    """An ISO date, as the type of an option."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"'{clean(text)}' is not a date; write yyyy-mm-dd") from None


def _want_json(ctx: click.Context, param: click.Parameter, value: bool) -> bool:
    state = ctx.find_root().obj
    if value and isinstance(state, dict):
        state["json"] = True
    return value


def as_json(command: Command) -> Command:
    """`--json`: the answer as JSON on standard output, faults too."""
    return click.option(
        "--json",
        "as_json",
        is_flag=True,
        is_eager=True,
        callback=_want_json,
        envvar="COMITY_JSON",
        help="Write JSON with a documented schema.",
    )(command)


def law_option(command: Command) -> Command:
    """`--law DIR`: folders of law beside the shipped corpus."""
    return click.option(
        "--law",
        "law",
        multiple=True,
        envvar="COMITY_LAW",
        metavar="DIR",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="A folder of law files to load beside the corpus (repeatable).",
    )(command)


def market_option(command: Command) -> Command:
    """`--market EU,US-CA`."""
    return click.option(
        "--market",
        "market",
        multiple=True,
        envvar="COMITY_MARKET",
        metavar="CODES",
        help="Markets asked about, such as EU,US-CA (repeatable). Default: those of the profile and all encoded.",
    )(command)


def markets_of(values: tuple[str, ...]) -> list[str] | None:
    """The codes of one or several comma lists; None where the option was not given."""
    if not values:
        return None
    codes = [code.strip() for value in values for code in value.split(",") if code.strip()]
    if not codes:
        raise UsageFault("--market names no market", "write --market EU,US-CA")
    return codes


def date_options(command: Command) -> Command:
    """The dates of a question."""
    for name, text in (
        ("--known-at", "What had been published by then. Default: the law's date, at most today."),
        ("--law-at", "The law in force on this date. Default: --as-of."),
        ("--facts-at", "The date the facts describe. Default: --as-of."),
        ("--as-of", "The date asked about, for facts and law. Default: today."),
    ):
        variable = f"COMITY_{name[2:].replace('-', '_').upper()}"
        command = click.option(name, type=day, envvar=variable, metavar="DATE", help=text)(command)
    return command


def corpus_folder() -> Path:
    """The folder of the corpus: the one shipped, or an unpacked release named by COMITY_CORPUS."""
    named = os.environ.get("COMITY_CORPUS")
    if not named:
        return CORPUS
    folder = Path(named).expanduser()
    if not (folder / "jurisdictions.yaml").is_file():
        raise UsageFault(
            f"COMITY_CORPUS names {folder}, which holds no corpus", "name the folder law/ of an unpacked release"
        )
    return folder


def open_corpus(folders: tuple[Path, ...]) -> Corpus:
    """The corpus with other folders of law, from the cache where it is fresh."""
    corpus = load_cached(*folders, base=corpus_folder())
    context = click.get_current_context(silent=True)
    if context is not None and isinstance(corpus, CachedCorpus):
        # What this command had to compile is written once it has answered.
        context.call_on_close(corpus.keep)
    return corpus


@dataclass
class Question:
    """What the shared options of a command ask: `assessment()` answers it."""

    file: str
    markets: list[str] | None
    dates: Dates
    patch_files: tuple[str, ...]
    folders: tuple[Path, ...]
    exact: bool = False
    corpus: Corpus = field(init=False)

    def __post_init__(self) -> None:
        self.corpus = open_corpus(self.folders)

    def subject(self) -> Subject:
        """The subject of the profile; `-` reads YAML from standard input."""
        if self.file != "-":
            return read_profile(self.file, self.corpus)
        data = sys.stdin.buffer.read(DEFAULT.max_bytes + 1)
        document = read_bytes(data, "standard input", "yaml")
        if not isinstance(document, Map):
            faults = Faults()
            faults.add("profile.shape", document, "a profile is a mapping of facts", "write fact: value, one a line")
            raise FaultyInput(faults.all)
        return subject_of(document, self.corpus)

    def assessment(self) -> Assessment:
        """The assessment of the profile under the options given."""
        patches: tuple[PatchInfo, ...] = read_patches(self.patch_files, self.corpus)
        subject = self.subject()
        try:
            return assess(self.corpus, subject, self.dates, markets=self.markets, patches=patches, exact=self.exact)
        except FaultyCorpus as error:
            # A patch of the user's own that does not fit the law is faulty input, not a faulty corpus.
            if any(fault.file in self.patch_files for fault in error.faults):
                raise FaultyInput(error.faults) from error
            raise


def exact_option(command: Command) -> Command:
    """`--exact`, below `question_options`: the command gets it inside its `Question`."""

    @wraps(command)
    def asked(question: Question, *, exact: bool, **rest: Any) -> Any:
        question.exact = exact
        return command(question, **rest)

    return click.option(
        "--exact",
        is_flag=True,
        envvar="COMITY_EXACT",
        help="Settle also what is settled whatever the missing facts turn out to be (needs the extra solver).",
    )(asked)  # pyright: ignore[reportReturnType]


def question_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """FILE and the options that say what is asked; the command gets them as one `Question`."""

    @wraps(command)
    def asked(
        file: str,
        market: tuple[str, ...],
        as_of: date | None,
        facts_at: date | None,
        law_at: date | None,
        known_at: date | None,
        patch: tuple[str, ...],
        law: tuple[Path, ...],
        **rest: Any,
    ) -> Any:
        markets = markets_of(market)
        dates = choose_dates(as_of, facts_at, law_at, known_at)
        return command(Question(file, markets, dates, patch, law), **rest)

    found: Callable[..., Any] = as_json(law_option(asked))
    found = click.option(
        "--patch",
        "patch",
        multiple=True,
        metavar="FILE",
        help="An amendment or reform to apply to the law (repeatable).",
    )(found)
    found = market_option(date_options(found))
    return click.argument("file", metavar="FILE")(found)
