"""The command line: parse, call, print, exit code. 0 done, 1 the check or test failed, 2 the input is wrong, 3 a bug."""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import click

from egov_scoring import EgovScoringError, Ruleset, Scorecard, Unit, __version__, load, messages, read_units
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
        _fail(text("cli.bug", error=f"{type(error).__name__}: {error}"), BUG)


def _run() -> None:
    try:
        with cli.make_context("egov-scoring", sys.argv[1:]) as context:
            cli.invoke(context)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except EgovScoringError as error:
        _fail(error.format(), WRONG_INPUT)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)


def _speak(words: Sequence[str]) -> None:
    """The help in the language asked for, wherever `--lang` stands; click itself would read it too late."""
    asked = [lang for word, lang in pairwise(words) if word == "--lang" and lang in messages.LANGUAGES]
    messages.use(asked[-1] if asked else None)
    cli.help = text("cli.about")
    for name, command in cli.commands.items():
        command.help = text(f"cli.{name}")
        for parameter in command.params:
            if isinstance(parameter, click.Option) and messages.has(f"cli.option.{parameter.name}"):
                parameter.help = text(f"cli.option.{parameter.name}")


def _fail(message: str, code: int) -> None:
    click.echo(message, err=True)
    sys.exit(code)


_lang = click.option(
    "--lang",
    type=click.Choice(list(messages.LANGUAGES)),
    expose_value=False,
)
_ruleset = click.argument("ruleset")
_facts = click.argument("facts", type=click.Path(path_type=Path))
_unit = click.option("--unit")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="egov-scoring")
@_lang
def cli() -> None:
    """The group of all commands."""


def _command(name: str) -> Callable[[Command], click.Command]:
    def declare(function: Command) -> click.Command:
        return cli.command(name)(_lang(function))

    return declare


@_command("list")
def list_rulesets() -> None:
    """The rulesets that come with the library."""
    from egov_scoring import locate
    from egov_scoring.report import table

    rulesets = [load(name) for name in locate.ids_in(locate.shipped())]
    click.echo(table.show(table.rulesets([ruleset.program for ruleset in rulesets])))


@_command("show")
@_ruleset
def show(ruleset: str) -> None:
    """The official table regenerated from the rules."""
    from egov_scoring.report import table

    program = load(ruleset).program
    click.echo("\n".join(table.heading(program)))
    click.echo(table.show(table.rules(program)))


@_command("check")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
def check(paths: Sequence[Path]) -> None:
    """Checks ruleset files; those below a folder are found."""
    from egov_scoring import locate

    wrong = 0
    for path in _files(paths, locate.files_in):
        try:
            ruleset = load(path)
        except EgovScoringError as error:
            click.echo(error.format(), err=True)
            wrong += len(error.problems)
        else:
            for warning in ruleset.warnings:
                click.echo(warning.format(), err=True)
            items = sum(1 for _ in ruleset.total) - 1
            click.echo(text("cli.check.ok", path=path, id=ruleset.id, items=items, facts=len(ruleset.facts)))
    if wrong:
        _fail(text("cli.check.failed", count=wrong), FAILED)


def _files(paths: Sequence[Path], below: Callable[[Path], list[Path]]) -> list[Path]:
    """The files meant by paths that may be folders; a path with nothing below it is a mistake."""
    found: list[Path] = []
    for path in paths:
        files = below(path) if path.is_dir() else [path] if path.is_file() else []
        if not files:
            raise click.UsageError(text("cli.nothing", path=path))
        found += files
    return found


@_command("template")
@_ruleset
@click.option("--fill", type=click.Choice(["best", "worst", "random"]))
@click.option("--seed", type=int, default=0, show_default=True)
def template(ruleset: str, fill: Any, seed: int) -> None:
    """A commented facts file."""
    from egov_scoring.samples import sample
    from egov_scoring.template import template as facts_file

    loaded = load(ruleset)
    click.echo(facts_file(loaded, sample(loaded, fill, seed) if fill else None), nl=False)


@_command("score")
@_ruleset
@_facts
@click.option("--json", "as_json", is_flag=True)
@click.option("--csv", "as_csv", is_flag=True)
@click.option("--incomplete", is_flag=True)
def score(ruleset: str, facts: Path, as_json: bool, as_csv: bool, incomplete: bool) -> None:
    """Scores the units of a facts file."""
    cards = _cards(load(ruleset), read_units(facts), incomplete=incomplete)
    if as_json:
        data = [card.to_dict() for card in cards]
        click.echo(json.dumps(data[0] if len(data) == 1 else data, ensure_ascii=False, indent=2))
    elif as_csv:
        _write_csv(cards)
    elif len(cards) == 1:
        click.echo(str(cards[0]))
    else:
        from egov_scoring.report import table

        click.echo(table.show(table.ranking(cards)))


def _cards(ruleset: Ruleset, units: list[Unit], *, incomplete: bool) -> list[Scorecard]:
    """A unit alone is ranked with nobody; several are ranked with one another."""
    if len(units) == 1:
        return [ruleset.score(units[0], incomplete=incomplete)]
    return ruleset.score_all(units, incomplete=incomplete)


def _write_csv(cards: Sequence[Scorecard]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    ids = [part.id for part in cards[0]] if cards else []
    writer.writerow(["unit", "status", "points", "max", *ids])
    for card in cards:
        points = [card[name].points for name in ids]
        writer.writerow([_safe(card.unit), card.status, card.points, card.max_applicable, *points])


def _safe(name: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return f"'{name}" if name[:1] in ("=", "+", "-", "@", "\t", "\r") else name


@_command("explain")
@_ruleset
@_facts
@click.argument("indicator", required=False)
@_unit
def explain(ruleset: str, facts: Path, indicator: str | None, unit: str | None) -> None:
    """Where one unit's points went, line by line."""
    from egov_scoring.report import table
    from egov_scoring.report import text as as_text

    loaded = load(ruleset)
    card = _chosen(_cards(loaded, read_units(facts), incomplete=True), unit)
    if indicator is not None and indicator not in card:
        raise click.UsageError(text("cli.unknown-indicator", ruleset=loaded.id, indicator=indicator))
    click.echo(as_text.scorecard(card) if indicator is None else as_text.headline(card, indicator))
    click.echo(table.show(table.ledger(card, indicator or "total")))


def _chosen(cards: Sequence[Scorecard], unit: str | None) -> Scorecard:
    if not cards:
        raise click.UsageError(text("cli.empty"))
    if unit is None:
        return cards[0]
    for card in cards:
        if card.unit == unit:
            return card
    raise click.UsageError(text("cli.unknown-unit", unit=unit, units=", ".join(card.unit for card in cards)))


@_command("bounds")
@_ruleset
@_facts
@_unit
def bounds(ruleset: str, facts: Path, unit: str | None) -> None:
    """What can still be reached with only some facts known."""
    from egov_scoring.report import table

    card = _chosen(_cards(load(ruleset), read_units(facts), incomplete=True), unit)
    click.echo(card.unit)
    click.echo(table.show(table.bounds(card)))


@_command("readings")
@_ruleset
def readings(ruleset: str) -> None:
    """How the documents are read where they are silent."""
    from egov_scoring.report import table

    program = load(ruleset).program
    found = table.readings(program)
    click.echo(table.show(found) if found.row_count else text("cli.no_readings"))


@_command("test")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
def test(paths: Sequence[Path]) -> None:
    """Runs the cases beside rulesets."""
    from egov_scoring import cases

    failed = 0
    for path in _files(paths, cases.files_in):
        files = cases.beside(path)
        if not files:
            raise click.UsageError(text("cli.no_cases", path=path))
        failed += sum(_report_cases(file, cases.run_file(file)) for file in files)
    if failed:
        sys.exit(FAILED)


def _report_cases(file: Path, results: Sequence[Any]) -> int:
    """Prints how the cases of a file went; the number that failed."""
    failed = [result for result in results if not result.ok]
    for result in failed:
        for difference in result.differences:
            place = {"position": result.position, "name": result.name}
            click.echo(text("cli.test.difference", **place, **difference._asdict()), err=True)
    name = "cli.test.failed" if failed else "cli.test.ok"
    click.echo(text(name, path=file, count=len(results), failed=len(failed)), err=bool(failed))
    return len(failed)


@_command("schema")
@click.argument("kind", type=click.Choice(["scorecard"]))
def schema(kind: str) -> None:
    """The JSON Schema of a result."""
    from egov_scoring.report import schema as published

    click.echo(published.text(kind), nl=False)
