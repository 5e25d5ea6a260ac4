"""`comity ask`: an interview at the terminal, or through a pipe."""

from __future__ import annotations

import os
import shlex
import sys
from contextlib import suppress
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from tempfile import NamedTemporaryFile

import click

from comity.assess.interview import Prompt
from comity.assess.profile_edit import mapping, scalar, written
from comity.doors.cli import output
from comity.doors.cli.options import as_json, date_options, law_option, market_option, markets_of, open_corpus
from comity.errors import Faulty, FaultyInput, UsageFault
from comity.law.corpus import Corpus
from comity.source.documents import read_document
from comity.source.yaml12 import Map
from comity.verbs.ask import Session, Structure, questions_record
from comity.verbs.clock import choose_dates
from comity.verbs.patches import read_patches

__all__ = ["ask"]


def _document(file: str | None, target: Path | None) -> Map:
    if file is None or not Path(file).exists():
        return mapping({"profile": scalar((target or Path("profile")).stem, quoted=True)})
    found = read_document(file)
    if not isinstance(found, Map):
        raise UsageFault(f"{file} is no profile", "write fact: value, one a line")
    return found


def _target(file: str | None, out: Path | None) -> Path:
    """Where the answers go. A file that would lose its comments, or its form, is not written over."""
    if out is not None:
        if out.suffix.lower() not in (".yaml", ".yml"):
            raise UsageFault(f"-o: {out} is written as YAML", "name a file that ends in .yaml")
        return out
    if file is None:
        return Path("profile.yaml")
    path = Path(file)
    if path.suffix.lower() not in (".yaml", ".yml"):
        raise UsageFault(f"answers are written as YAML, and {file} is not", "add -o profile.yaml")
    if path.exists():
        with suppress(OSError, UnicodeDecodeError):
            if any("#" in line for line in path.read_text(encoding="utf-8").splitlines()):
                raise UsageFault(f"{file} has comments, which would be lost", "add -o and another file")
    return path


def _save(target: Path, document: Map) -> None:
    """Write the profile whole or not at all."""
    try:
        with NamedTemporaryFile(
            "w", encoding="utf-8", dir=target.parent, prefix=f".{target.name}.", suffix=".part", delete=False
        ) as stream:
            stream.write(written(document))
        Path(stream.name).chmod(0o600 if not target.exists() else target.stat().st_mode & 0o777)
        os.replace(stream.name, target)
    except OSError as error:
        raise UsageFault(
            f"{target} cannot be written: {error.strerror}", "check the folder and its permissions"
        ) from None


@click.command()
@click.argument("file", metavar="[FILE]", required=False)
@market_option
@date_options
@click.option("--patch", multiple=True, metavar="FILE", help="An amendment or reform to apply to the law (repeatable).")
@law_option
@as_json
@click.option("-o", "--output", "out", type=click.Path(path_type=Path), metavar="FILE", help="Write the profile here.")
@click.option("--most", type=click.IntRange(1), metavar="N", help="Stop after so many questions.")
def ask(
    file: str | None,
    market: tuple[str, ...],
    as_of: date | None,
    facts_at: date | None,
    law_at: date | None,
    known_at: date | None,
    patch: tuple[str, ...],
    law: tuple[Path, ...],
    as_json: bool,
    out: Path | None,
    most: int | None,
) -> int:
    """The fewest questions that settle what is open, one at a time; the answers become a profile.

    FILE is a profile to go on with; without it a new one is begun. Every answer is saved at once, so an interview
    can be left and taken up again. With --json nothing is asked: the questions are printed.
    """
    target = None if as_json else _target(file, out)
    if file is not None and not Path(file).exists() and (as_json or out is not None):
        read_document(file)
    corpus = open_corpus(law)
    session = Session(
        corpus,
        choose_dates(as_of, facts_at, law_at, known_at),
        _document(file, target),
        markets_of(market),
        read_patches(patch, corpus),
        exact=find_spec("z3") is not None,
        name=Path(file).stem if file else "profile",
    )
    _ = session.standing
    if target is None:
        output.emit(questions_record(session))
        return 0
    return _Talk(session, target, most, _options(market, as_of, law)).run()


def _options(market: tuple[str, ...], as_of: date | None, law: tuple[Path, ...]) -> str:
    parts = [f"--market {shlex.quote(each)}" for each in market]
    parts += [f"--as-of {as_of}"] if as_of else []
    return " ".join(["", *parts, *(f"--law {shlex.quote(str(each))}" for each in law)])


class _Talk:
    """Prompts on standard output, answers from standard input, one a line."""

    def __init__(self, session: Session, target: Path, most: int | None, options: str) -> None:
        self.session, self.target, self.most, self.options = session, target, most, options
        self.page = output.Page()
        self.asked = 0

    def run(self) -> int:
        page, session = self.page, self.session
        page.title(f"Interview: {session.subject.name}")
        page.text(
            "Answer, or write: dk (don't know), skip (or nothing: later), back (undo), ? (help), quit (save and leave). ",
            f"Every answer is saved in {self.target}.",
        )
        _save(self.target, session.document)
        while (question := session.question) is not None and (self.most is None or self.asked < self.most):
            if not self._one(question):
                page.blank()
                page.text(f"Saved. Go on with: comity ask {self._again()}")
                return 0
        return self._end()

    def _again(self) -> str:
        return f"{shlex.quote(str(self.target))}{self.options}"

    def _one(self, question: Structure | Prompt) -> bool:
        """Put one question until it is answered; False to leave."""
        page, session = self.page, self.session
        page.blank()
        page.text((f"{session.standing.waiting} open. ", "dim"), (self._words(question), "bold"), hang=2)
        self._choices(question)
        while True:
            sys.stdout.write("> ")
            sys.stdout.flush()
            line = sys.stdin.readline()
            if not sys.stdin.isatty():
                page.line(line.rstrip("\n"))
            word = line.strip().casefold()
            if not line or word == "quit":
                return False
            if word == "?":
                self._help(question)
                continue
            if word == "back":
                if not session.back():
                    page.text("There is nothing to undo.")
                    continue
                self.asked -= 1
                _save(self.target, session.document)
                return True
            if word in ("", "skip", "later"):
                session.skip(question)
                self.asked += 1
                return True
            try:
                settled = session.answer(question, line)
            except (FaultyInput, Faulty) as error:
                for fault in error.faults:
                    page.text(f"! {fault.message}" + (f": {fault.mend}" if fault.mend else ""), hang=2)
                continue
            self.asked += 1
            _save(self.target, session.document)
            self._settled(settled)
            return True

    # Words --------------------------------------------------------------------------------------------------

    def _record(self, kind: str, record: int) -> str:
        name = self.session.subject.records[kind][record].name
        return "" if kind == "actor" or name == kind else f" ({kind} {name})"

    def _words(self, question: Structure | Prompt) -> str:
        if isinstance(question, Structure):
            if question.kind == "use":
                name = self.session.subject.records["system"][question.system or 0].name
                return f"Which uses has {name}? Names with commas, or a number; none or nothing for one use."
            what = "is there to report" if question.kind == "incident" else "is there to describe"
            return f"Which {question.kind} {what}? Names with commas, or a number; none if there is none."
        if question.group is not None:
            return f"Is any of this so: {question.group.title}?"
        fact = question.fact
        if fact is None:
            return ""
        at = f" [{', '.join(fact.at)}]" if question.late and fact.at else ""
        return f"{fact.ask}{self._record(question.kind, question.record)}{at}"

    def _choices(self, question: Structure | Prompt) -> None:
        page = self.page
        if isinstance(question, Structure):
            return
        if question.group is not None:
            waiting = self.session.standing.residual.waiting
            facts = self.session.corpus.vocabulary.facts
            for name in dict.fromkeys(key[0] for key in waiting if key[0] in question.group.facts):
                page.text(f"- {facts[name].ask}", indent=2, hang=2)
            page.text("no: none of them; yes: asked one by one", indent=2)
            return
        fact = question.fact
        if fact is None:
            return
        for code, label in (fact.codes or {}).items():
            page.text(f"{code}: {label}" if label and label != code else code, indent=2, hang=4)
        kinds = {
            "bool": "yes or no",
            "number": f"a number{f' in {fact.unit}' if fact.unit else ''}, a span such as 10..20, or none",
            "date": "yyyy-mm-dd, yyyy-mm, a span such as 2026-01..2026-03, or none",
            "instant": "a day or a moment with its zone (2026-03-01T10:00Z), or none",
            "jurisdiction": "a code such as DE or US-CA",
            "jurisdictions": "codes with commas such as EU, US-CA, or none",
            "set": "codes with commas, or none",
        }
        page.text((kinds.get(fact.type, "one of the codes"), "dim"), indent=2)

    def _help(self, question: Structure | Prompt) -> None:
        page = self.page
        if isinstance(question, Structure):
            page.text("What is not named here is taken not to exist; each record has facts of its own.", indent=2)
            return
        if question.fact is not None:
            if question.fact.help:
                page.text(question.fact.help, indent=2)
            if question.fact.at:
                page.text(f"Defined in: {', '.join(question.fact.at)}. Name: {question.fact.name}", indent=2)
        rules = list(dict.fromkeys(target.rule for target in question.opens))
        page.text(f"{len(rules)} wait for it: {', '.join(self._title(rule) for rule in rules[:6])}", indent=2, hang=2)

    def _title(self, rule: str) -> str:
        for law in self.session.standing.evaluation.laws:
            if rule in law.rules:
                return f"{law.rules[rule].title} ({rule.partition('#')[0]})"
        return rule

    def _settled(self, settled: dict[tuple[str, int], str]) -> None:
        page = self.page
        shown = [(rule, status) for (rule, _), status in settled.items() if status != "not_applicable"]
        for rule, status in shown[:6]:
            page.text(("settled: ", "green"), f"{self._title(rule)}: {status}", indent=2, hang=2)
        more, out = len(shown) - 6, len(settled) - len(shown)
        if more > 0:
            page.text(f"and {more} more that apply, will or did", indent=2)
        if out:
            some = [self._title(rule) for (rule, _), status in settled.items() if status == "not_applicable"][:2]
            page.text(f"settled: {out} not applicable, such as {'; '.join(some)}", indent=2, hang=2)

    def _end(self) -> int:
        from comity.doors.cli.assess_text import show
        from comity.verbs.assess import assess
        from comity.verbs.overview import overview

        page, session = self.page, self.session
        page.blank()
        if session.question is None:
            rest = "Nothing is left that an answer could settle."
        else:
            rest = f"{session.standing.waiting} still open. Go on with: comity ask {self._again()}"
        page.text(f"{self.asked} questions. {rest}", hang=2)
        _save(self.target, session.document)
        corpus: Corpus = session.corpus
        made = assess(corpus, session.subject, session.dates, markets=session.markets, patches=session.patches)
        page.blank()
        show(overview(made), str(self.target), brief=True)
        stays = [
            f for f in made.findings if f.status in ("open", "disputed") and f.rule.kind in ("duty", "prohibition")
        ]
        stays = [f for f in stays if f.instrument.id in made.focus]
        if stays:
            page.heading("What stays open", f"{len(stays)}")
            for finding in stays[:20]:
                names = ", ".join(dict.fromkeys(missing.fact for missing in finding.missing))
                page.text(f"{finding.rule.title} ({finding.instrument.id}): {names or 'a disputed reading'}", hang=2)
        return 0
