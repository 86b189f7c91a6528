"""The command that sets self-report beside verification."""

from __future__ import annotations

import json
from pathlib import Path

import click

from egov_scoring import FactsError, Ruleset, Scorecard, load, output
from egov_scoring.cli.app import command, ruleset_argument
from egov_scoring.cli.gathered import scored
from egov_scoring.errors import Problem
from egov_scoring.messages import text
from egov_scoring.reconciliation import Reconciliation

SUFFIXES = (".xlsx", ".html")


@command("reconcile")
@ruleset_argument
@click.argument("self", type=click.Path(path_type=Path))
@click.argument("verified", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True)
@click.option("--output", "-o", "reconciled", type=click.Path(path_type=Path), multiple=True)
def reconcile(ruleset: str, self: Path, verified: Path, as_json: bool, reconciled: tuple[Path, ...]) -> None:
    """Self-report beside verification: what differs, and what made it."""
    from egov_scoring import reconciliation
    from egov_scoring.report import reconcile_table

    output.check(reconciled, self, verified, known=SUFFIXES)
    loaded = load(ruleset)
    found = reconciliation.reconcile(loaded.program, *_both(loaded, self, verified))
    for file in reconciled:
        _write(found, file)
        click.echo(text("cli.written", file=file), err=True)
    if as_json:
        click.echo(json.dumps(reconcile_table.data(found), ensure_ascii=False, indent=2))
    elif not reconciled:
        click.echo(reconcile_table.tables(found))


def _both(ruleset: Ruleset, *files: Path) -> list[list[Scorecard]]:
    """The scorecards of both sides; what is wrong with either is told at once."""
    problems: list[Problem] = []
    cards: list[list[Scorecard]] = []
    for file in files:
        try:
            cards.append(scored(file, ruleset))
        except FactsError as error:
            problems += error.problems
    if problems:
        raise FactsError(problems)
    return cards


def _write(found: Reconciliation, file: Path) -> None:
    from egov_scoring import whole_file

    if file.suffix.lower() == ".xlsx":
        from egov_scoring.report import reconcile_workbook

        reconcile_workbook.write(found, file)
    else:
        from egov_scoring.report import reconcile_page

        whole_file.write(file, reconcile_page.page(found))
