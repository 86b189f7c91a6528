"""The command line: parse, call, print, exit code.

0 done, 1 the check or test failed or files were left out, 2 the input is wrong, 3 a bug.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from egov_scoring import EgovScoringError, __version__, cache, messages
from egov_scoring.messages import text

Command = TypeVar("Command", bound=Callable[..., Any])

FAILED, WRONG_INPUT, BUG = 1, 2, 3


def main() -> None:
    """Runs the command line; whatever goes wrong ends in a message and an exit code, never in a traceback."""
    try:
        _speak(sys.argv)
        _run()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        if os.environ.get("EGOV_SCORING_TRACEBACK"):
            raise
        fail(text("cli.bug", error=f"{type(error).__name__}: {error}"), BUG)


def _run() -> None:
    try:
        with cli.make_context("egov-scoring", sys.argv[1:]) as context:
            cli.invoke(context)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except EgovScoringError as error:
        fail(error.format(), WRONG_INPUT)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BrokenPipeError:
        raise
    except OSError as error:
        fail(text("cli.no_access", file=error.filename, reason=error.strerror), WRONG_INPUT)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)


def _speak(words: Sequence[str]) -> None:
    """The help in the language asked for, wherever `--lang` stands; click itself would read it too late."""
    apart = [part for word in words for part in (word.split("=", 1) if word.startswith("--lang=") else [word])]
    asked = [lang for word, lang in pairwise(apart) if word == "--lang" and lang in messages.LANGUAGES]
    messages.use(asked[-1] if asked else None)
    cli.help = text("cli.about")
    for name, command in cli.commands.items():
        command.help = text(f"cli.{name}")
        for parameter in command.params:
            if isinstance(parameter, click.Option) and messages.has(f"cli.option.{parameter.name}"):
                parameter.help = text(f"cli.option.{parameter.name}")


def fail(message: str, code: int) -> NoReturn:
    """Ends with a message and an exit code."""
    click.echo(message, err=True)
    sys.exit(code)


_lang = click.option(
    "--lang",
    type=click.Choice(messages.LANGUAGES),
    expose_value=False,
)


def _load_afresh(context: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        context.with_resource(cache.off())


_no_cache = click.option("--no-cache", is_flag=True, expose_value=False, callback=_load_afresh)
ruleset_argument = click.argument("ruleset")
facts_argument = click.argument("facts", type=click.Path(path_type=Path))
unit_option = click.option("--unit")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="egov-scoring")
@_lang
@_no_cache
def cli() -> None:
    """The group of all commands."""


def command(name: str) -> Callable[[Command], click.Command]:
    """Declares a command of that name; its help stands in the messages."""

    def declare(function: Command) -> click.Command:
        return cli.command(name)(_lang(_no_cache(function)))

    return declare


def one_of(**asked: object) -> None:
    """Refuses options that exclude one another; each stands under its name without the dashes."""
    given = [f"--{name}" for name, value in asked.items() if value]
    if len(given) > 1:
        raise click.UsageError(text("cli.one_of", options=", ".join(given)))


def files_below(paths: Sequence[Path], below: Callable[[Path], list[Path]]) -> list[Path]:
    """The files meant by paths that may be folders, or by ids of rulesets; what leads to none is a mistake."""
    from egov_scoring import locate

    found: list[Path] = []
    wrong: list[str] = []
    for path in paths:
        named = path if path.exists() else locate.find(str(path))
        if named is None or not named.exists():
            wrong.append(_missing(path))
        elif named.is_dir():
            found += (files := below(named))
            wrong += [] if files else [text("cli.nothing", path=path)]
        else:
            found.append(named)
    if wrong:
        raise click.UsageError("\n".join(wrong))
    return found


def _missing(path: Path) -> str:
    from egov_scoring.facts import nearest
    from egov_scoring.locate import known_ids

    near = nearest(str(path), known_ids())
    return text("cli.missing.nearest" if near else "cli.missing", path=path, nearest=near)
