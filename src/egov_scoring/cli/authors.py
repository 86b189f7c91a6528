"""Commands for those who write rulesets."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from egov_scoring import EgovScoringError
from egov_scoring.cli.app import FAILED, WRONG_INPUT, command, files_below, ruleset_argument
from egov_scoring.messages import text

YEARS = click.IntRange(1900, 2999)


@command("flatten")
@ruleset_argument
def flatten(ruleset: str) -> None:
    """A ruleset with `extends` and `components` written out."""
    from egov_scoring.flatten import flattened

    click.echo(flattened(ruleset), nl=False)


@command("fmt")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--check", "check_only", is_flag=True)
def fmt(paths: Sequence[Path], check_only: bool) -> None:
    """Ruleset files in canonical form; those below a folder are found."""
    from egov_scoring import locate
    from egov_scoring.canonical import format_file

    files = files_below(paths, locate.files_in)
    changed = broken = 0
    for path in files:
        try:
            differs = format_file(path, check=check_only)
        except EgovScoringError as error:
            click.echo(error.format(), err=True)
            broken += 1
        else:
            changed += differs
            if differs:
                click.echo(text("cli.fmt.would" if check_only else "cli.fmt.changed", path=path), err=check_only)
    if broken:
        sys.exit(WRONG_INPUT)
    if check_only and changed:
        sys.exit(FAILED)
    click.echo(text("cli.fmt.ok", count=len(files)))


@command("new")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--from", "base", required=True)
@click.option("--jurisdiction", required=True)
@click.option("--year", type=YEARS, required=True)
def new(folder: Path, base: str, jurisdiction: str, year: int) -> None:
    """A folder to begin the ruleset of a new city with."""
    from egov_scoring.new_city import begin

    begun = begin(folder, base, jurisdiction, year)
    names = ", ".join(file.relative_to(folder).as_posix() for file in begun)
    click.echo(text("cli.new.written", folder=folder, files=names))
    click.echo(text("cli.new.next"))
    for words in (["check", folder], ["test", folder], ["score", begun.ruleset, begun.facts]):
        click.echo(f"  egov-scoring {shlex.join(map(str, words))}")
