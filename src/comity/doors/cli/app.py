"""The command `comity`: its group, loaded a command at a time, and what an error looks like."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from io import TextIOWrapper
from typing import Any

import click

from comity.doors.cli import output
from comity.errors import ComityError, UsageFault

__all__ = ["COMMANDS", "app", "run"]

COMMANDS = {
    "assess": "what is asked of the subject of a profile, in every market, on a date",
    "explain": "why a rule came out as it did",
    "ask": "an interview: the fewest questions that settle what is open",
    "timeline": "the dates on which something changes",
    "diff": "what differs between two versions of the law, and what that can and cannot change",
    "whatif": "what a patch would change for a subject",
    "impact": "what a newer corpus changes in saved assessments",
    "facts": "the facts a profile can state",
    "law": "what the corpus holds: list, show, coverage, lint, test",
    "portfolio": "many systems or models in one table",
}
"""Every command with its line of help; the module of the same name in this folder holds it."""


class Lazy(click.Group):
    """Imports a command when it is asked for, so that none pays for another."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name in COMMANDS if find_spec(f"comity.doors.cli.{name}") is not None]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS or find_spec(f"comity.doors.cli.{cmd_name}") is None:
            return None
        return getattr(import_module(f"comity.doors.cli.{cmd_name}"), cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            from comity.source.near import did_you_mean

            hint = did_you_mean(args[0], self.list_commands(ctx)) or "see `comity --help`"
            raise click.UsageError(f"there is no command '{output.clean(args[0])}': {hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name]) for name in self.list_commands(ctx)])


_SETTINGS: dict[str, Any] = {
    "auto_envvar_prefix": "COMITY",
    "help_option_names": ["-h", "--help"],
    "max_content_width": 100,
}


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value:
        from comity._version import __version__

        click.echo(f"comity {__version__}")
        ctx.exit()


@click.group(cls=Lazy, context_settings=_SETTINGS)
@click.option(
    "--version",
    "-V",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Show the version and leave.",
)
def app() -> None:
    """What law on AI asks, where, from when and why. Facts about a system are written once, in a profile.

    comity is not legal advice. Every answer opens with what is covered and what is not.

    Exit codes: 0 done, 2 wrong use, 3 faulty input, 4 faulty corpus. Every option can also be given as an
    environment variable COMITY_COMMAND_OPTION; the shared ones as COMITY_AS_OF, COMITY_MARKET, COMITY_LAW …
    """


def run(args: Sequence[str]) -> int:
    """Run the command line; returns the exit code and prints every fault."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    state: dict[str, bool] = {}
    try:
        result = app.main(list(args), prog_name="comity", standalone_mode=False, obj=state)
    except click.exceptions.NoArgsIsHelpError as error:
        sys.stderr.write(f"{error.format_message()}\n")
        return 2
    except click.ClickException as error:
        return output.faults(UsageFault(error.format_message()), _wants_json(args, state), hint=_help(error))
    except ComityError as error:
        return output.faults(error, _wants_json(args, state))
    except (click.Abort, KeyboardInterrupt):
        return 130
    return result if isinstance(result, int) else 0


def _wants_json(args: Sequence[str], state: dict[str, bool]) -> bool:
    return "--json" in args or state.get("json", False)


def _help(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"Try '{context.command_path} --help'." if context is not None else ""
