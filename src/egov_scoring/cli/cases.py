"""The command that runs the cases beside rulesets."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from textwrap import indent
from typing import Any

import click

from egov_scoring import load
from egov_scoring.cli.app import FAILED, command, files_below
from egov_scoring.messages import text


@command("test")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--coverage", is_flag=True)
def test(paths: Sequence[Path], coverage: bool) -> None:
    """Runs the cases beside rulesets."""
    from egov_scoring import case_files, cases

    results: list[cases.Result] = []
    for path in files_below(paths, case_files.files_in):
        files = case_files.beside(path)
        if not files:
            raise click.UsageError(text("cli.no_cases", path=path))
        for file in files:
            found = cases.run_file(file)
            _report_cases(file, found)
            results += found
    covered = not coverage or _report_coverage(results, paths)
    if not (covered and all(result.ok for result in results)):
        sys.exit(FAILED)


def _report_cases(file: Path, results: Sequence[Any]) -> None:
    """Prints how the cases of a file went."""
    failed = [result for result in results if not result.ok]
    for result in failed:
        for difference in result.differences:
            place = {"position": result.position, "name": result.name}
            click.echo(text("cli.test.difference", **place, **difference._asdict()), err=True)
        for problem in result.problems:
            click.echo(indent(problem.format(), "    "), err=True)
    name = "cli.test.failed" if failed else "cli.test.ok"
    click.echo(text(name, path=file, count=len(results), failed=len(failed)), err=bool(failed))


def _report_coverage(results: Sequence[Any], paths: Sequence[Path]) -> bool:
    """Prints which edges of the rules no case reaches; whether there are none. A ruleset without cases has them all."""
    from egov_scoring import coverage, locate

    rulesets = [load(file) for path in paths if path.is_dir() for file in locate.files_in(path)]
    found = coverage.of_results(results, rulesets)
    for each in found:
        click.echo("\n".join(coverage.told(each)), err=bool(each.missed))
    return not any(each.missed for each in found)
