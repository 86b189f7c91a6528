"""The command that sets self-report beside verification."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click

from egov_scoring import EgovScoringError, FactsError, Ruleset, Scorecard, load
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
@click.option("--output", "-o", "reconciled", type=click.Path(path_type=Path))
def reconcile(ruleset: str, self: Path, verified: Path, as_json: bool, reconciled: Path | None) -> None:
    """Self-report beside verification: what differs, and what made it."""
    from egov_scoring import reconciliation
    from egov_scoring.report import reconcile_table

    if reconciled is not None and (wrong := list(_against(reconciled, self, verified))):
        raise EgovScoringError(wrong)
    loaded = load(ruleset)
    found = reconciliation.reconcile(loaded.program, *_both(loaded, self, verified))
    if reconciled is not None:
        _write(found, reconciled)
        click.echo(text("cli.written", file=reconciled), err=True)
    if as_json:
        click.echo(json.dumps(reconcile_table.data(found), ensure_ascii=False, indent=2))
    elif reconciled is None:
        click.echo(reconcile_table.tables(found))


def _against(output: Path, *files: Path) -> Iterator[Problem]:
    """What stands against writing to that file."""
    if output.suffix.lower() not in SUFFIXES:
        yield Problem("output-suffix", file=str(output), known=", ".join(SUFFIXES))
    if output.resolve() in [file.resolve() for file in files]:
        yield Problem("file-same", file=str(output))


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
