"""The command that scores units: on the screen, or into files."""

from __future__ import annotations

import signal
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from egov_scoring import Ruleset, Scorecard, load, output
from egov_scoring.cli.app import command, facts_argument, one_of, ruleset_argument
from egov_scoring.cli.gathered import cards_of, earlier_totals
from egov_scoring.cli.progress import progress_bar
from egov_scoring.cli.units import chosen
from egov_scoring.messages import text
from egov_scoring.rectification import Standing

PARQUET, PAGE = ".parquet", ".html"


@command("score")
@ruleset_argument
@facts_argument
@click.option("--json", "as_json", is_flag=True)
@click.option("--csv", "as_csv", is_flag=True)
@click.option("--incomplete", is_flag=True)
@click.option("--output", "-o", "outputs", multiple=True, type=click.Path(path_type=Path))
@click.option("--before", type=click.Path(path_type=Path))
@click.option("--unit", "unit_or_column")
@click.option("--keep", multiple=True)
@click.option("--detail", type=click.Choice(["total", "indicators"]))
@click.option("--errors", type=click.Choice(["raise", "mark"]))
@click.option("--memory")
def score(
    ruleset: str,
    facts: Path,
    as_json: bool,
    as_csv: bool,
    incomplete: bool,
    outputs: tuple[Path, ...],
    before: Path | None,
    unit_or_column: str | None,
    **of_file: Any,
) -> None:
    """Scores the units of a facts file; the rows of a Parquet file into another."""
    one_of(json=as_json, csv=as_csv, output=outputs)
    # What is ended from outside cleans up as what is interrupted does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    options = {name: value for name, value in of_file.items() if value}
    if facts.suffix.lower() == PARQUET:
        if as_json or as_csv or incomplete or [path.suffix.lower() for path in outputs] != [PARQUET]:
            raise click.UsageError(text("cli.parquet_out"))
        _score_file(load(ruleset), facts, outputs[0], unit_or_column, options)
        return
    if options:
        raise click.UsageError(text("cli.parquet_only"))
    if before is not None and PAGE not in [path.suffix.lower() for path in outputs]:
        raise click.UsageError(text("cli.before_page"))
    output.check(outputs, facts)
    loaded = load(ruleset)
    earlier = [] if before is None else earlier_totals(before, loaded)
    with cards_of(facts, loaded, incomplete=incomplete) as cards:
        asked = cards if unit_or_column is None else [chosen(cards, unit_or_column)]
        if outputs:
            _write(asked, cards, earlier, outputs)
        else:
            _show(asked, as_json=as_json, as_csv=as_csv)


def _score_file(ruleset: Ruleset, facts: Path, target: Path, unit: str | None, options: Mapping[str, Any]) -> None:
    """With a progress bar on a terminal."""
    from egov_scoring.unit_files import score_file

    with warnings.catch_warnings(record=True) as remarks, progress_bar(facts.name) as progress:
        warnings.simplefilter("always")
        score_file(ruleset, facts, target, unit=unit, progress=progress, **options)
    for remark in remarks:
        click.echo(remark.message, err=True)


def _write(
    cards: Sequence[Scorecard], among: Sequence[Scorecard], before: Sequence[Standing], outputs: Sequence[Path]
) -> None:
    """Writes every file; letters are refused before any is."""
    if not cards:
        raise click.UsageError(text("cli.empty"))
    output.check_count(cards, outputs)
    for path in outputs:
        with progress_bar(path.name) as progress:
            output.write(cards, path, among=among, before=before, progress=progress)
        click.echo(text("cli.written", file=path), err=True)


def _show(cards: Sequence[Scorecard], *, as_json: bool, as_csv: bool) -> None:
    """Prints JSON, CSV, the card of the only unit, or the ranking."""
    from egov_scoring.report import json, rows, table
    from egov_scoring.report import text as as_text

    if as_json:
        click.echo(json.text(cards))
    elif as_csv:
        click.echo(rows.csv(cards), nl=False)
    elif len(cards) == 1:
        click.echo(as_text.scorecard(cards[0], broad=table.breadth()))
    else:
        click.echo(table.show(table.ranking(cards)))
