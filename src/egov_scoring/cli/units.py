"""Commands about units: what is asked of them, what they come to, and why."""

from __future__ import annotations

import csv
import json
import signal
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egov_scoring import Ruleset, Scorecard, Unit, load, read_units
from egov_scoring.cli.app import command, facts_argument, ruleset_argument, unit_option
from egov_scoring.facts import nearest
from egov_scoring.messages import text

if TYPE_CHECKING:
    from egov_scoring.duties import DutyTable


@command("template")
@ruleset_argument
@click.option("--fill", type=click.Choice(["best", "worst", "random"]))
@click.option("--seed", type=int, default=0, show_default=True)
@unit_option
def template(ruleset: str, fill: Any, seed: int, unit: str | None) -> None:
    """A commented facts file."""
    from egov_scoring.samples import sample
    from egov_scoring.template import template as facts_file

    loaded = load(ruleset)
    if unit is None:
        click.echo(facts_file(loaded, sample(loaded, fill, seed) if fill else None), nl=False)
    elif fill:
        raise click.UsageError(text("cli.fill_or_unit"))
    else:
        table = _duty_table(ruleset)
        _remark_on(unit, table)
        filled = table.prefilled(unit, by=table.title, why=text("template.not_in_table"))
        head = text("template.prefilled", table=table.title, unit=unit) + "\n" + text("template.head")
        click.echo(facts_file(loaded, filled, head=head), nl=False)


@command("duties")
@ruleset_argument
@unit_option
def duties(ruleset: str, unit: str | None) -> None:
    """What the units keep up, and which scored indicator it feeds."""
    from egov_scoring.report import table as tables

    table = _duty_table(ruleset)
    rows = table.rows if unit is None else table.of(unit)
    if unit is not None:
        _remark_on(unit, table)
        click.echo(text("duties.head", unit=unit, own=len(rows), all=len(table.rows), table=table.title))
    click.echo(tables.show(tables.duties(rows, table.ruleset.program)))


def _duty_table(ruleset: str) -> DutyTable:
    from egov_scoring.duty_source import duties_of

    table = duties_of(ruleset)
    if table is None:
        raise click.UsageError(text("cli.no_duties", ruleset=ruleset))
    return table


def _remark_on(unit: str, table: DutyTable) -> None:
    """Says so where the table does not name the unit: it may be misspelt. A name for all is none of a unit."""
    if unit in table.everyone or not unit.strip():
        raise click.BadParameter(text("cli.everyone", unit=unit), param_hint="--unit")
    if unit not in table.units:
        near = nearest(unit, table.units)
        remark = [text("duties.unnamed", unit=unit), *([text("duties.nearest", nearest=near)] if near else [])]
        remark += [text("duties.others", others=text("join").join(table.not_meant))] if table.not_meant else []
        click.echo("\n".join(remark), err=True)


@command("score")
@ruleset_argument
@facts_argument
@click.option("--json", "as_json", is_flag=True)
@click.option("--csv", "as_csv", is_flag=True)
@click.option("--incomplete", is_flag=True)
@click.option("--output", "-o", type=click.Path(path_type=Path))
@click.option("--unit", "unit_column")
@click.option("--keep", multiple=True)
@click.option("--detail", type=click.Choice(["total", "indicators"]))
@click.option("--errors", type=click.Choice(["raise", "mark"]))
@click.option("--memory")
def score(ruleset: str, facts: Path, as_json: bool, as_csv: bool, incomplete: bool, **of_file: Any) -> None:
    """Scores the units of a facts file, or the rows of a Parquet file into another."""
    given = {name: value for name, value in of_file.items() if value}
    if facts.suffix.lower() == ".parquet":
        if as_json or as_csv or incomplete or "output" not in given:
            raise click.UsageError(text("cli.parquet_out"))
        _score_file(load(ruleset), facts, **given)
        return
    if given:
        raise click.UsageError(text("cli.parquet_only"))
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


def _score_file(ruleset: Ruleset, facts: Path, output: Path, unit_column: str | None = None, **options: Any) -> None:
    """With a progress bar on a terminal; what is ended from outside cleans up as what is interrupted does."""
    from egov_scoring.unit_files import score_file

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with warnings.catch_warnings(record=True) as remarks, _progress_bar(facts.name) as progress:
        warnings.simplefilter("always")
        score_file(ruleset, facts, output, unit=unit_column, progress=progress, **options)
    for remark in remarks:
        click.echo(remark.message, err=True)


@contextmanager
def _progress_bar(name: str) -> Iterator[Callable[[float], None]]:
    """What moves a bar on the terminal; where errors are not shown on one, there is none."""
    if not sys.stderr.isatty():
        yield lambda percent: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=100)
        yield lambda percent: bar.update(task, completed=max(percent, 0))


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


@command("explain")
@ruleset_argument
@facts_argument
@click.argument("indicator", required=False)
@unit_option
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


@command("bounds")
@ruleset_argument
@facts_argument
@unit_option
def bounds(ruleset: str, facts: Path, unit: str | None) -> None:
    """What can still be reached with only some facts known."""
    from egov_scoring.report import table

    card = _chosen(_cards(load(ruleset), read_units(facts), incomplete=True), unit)
    click.echo(card.unit)
    click.echo(table.show(table.bounds(card)))
