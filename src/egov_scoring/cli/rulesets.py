"""Commands about rulesets: what there is, what it says, whether it is sound."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from egov_scoring import EgovScoringError, load
from egov_scoring.cli.app import FAILED, command, fail, files_below, ruleset_argument
from egov_scoring.messages import text
from egov_scoring.program import Program

if TYPE_CHECKING:
    from egov_scoring.duties import DutyTable


@command("list")
def list_rulesets() -> None:
    """The rulesets that come with the library."""
    from egov_scoring import locate
    from egov_scoring.report import table

    rulesets = [load(name) for name in locate.ids_in(locate.shipped())]
    click.echo(table.show(table.rulesets([ruleset.program for ruleset in rulesets])))


@command("show")
@ruleset_argument
@click.option("--ids", is_flag=True)
def show(ruleset: str, ids: bool) -> None:
    """The official table regenerated from the rules, or the ids of its indicators."""
    from egov_scoring.report import table
    from egov_scoring.report import text as as_text

    program = load(ruleset).program
    click.echo("\n".join(as_text.fitted(table.heading(program), table.breadth())))
    click.echo(table.show(table.ids(program) if ids else table.rules(program)))
    if program.grades and not ids:
        click.echo("\n".join(as_text.fitted(table.grades(program), table.breadth())))


@command("check")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
def check(paths: Sequence[Path]) -> None:
    """Checks ruleset files, and their duty tables; those below a folder are found."""
    from egov_scoring import locate
    from egov_scoring.duty_source import beside
    from egov_scoring.misplaced import misplaced

    wrong = 0
    for path in files_below(paths, locate.files_in):
        try:
            ruleset = load(path, cache=False)
            beside(path, ruleset)
        except EgovScoringError as error:
            click.echo(error.format(), err=True)
            wrong += len(error.problems)
        else:
            for warning in (*ruleset.warnings, *misplaced(path, ruleset.id)):
                click.echo(warning.format(), err=True)
            items = sum(1 for _ in ruleset.total) - 1
            click.echo(text("cli.check.ok", path=path, id=ruleset.id, items=items, facts=len(ruleset.facts)))
    if wrong:
        fail(text("cli.check.failed", count=wrong), FAILED)


@command("readings")
@ruleset_argument
def readings(ruleset: str) -> None:
    """How the documents are read where they are silent."""
    from egov_scoring.report import table

    found = table.readings(*_with_duties(ruleset))
    click.echo(table.show(found) if found.row_count else text("cli.no_readings"))


@command("page")
@ruleset_argument
def page(ruleset: str) -> None:
    """A ruleset as a Markdown page."""
    from egov_scoring.report.page import page as as_page

    click.echo(as_page(*_with_duties(ruleset)), nl=False)


@command("compile")
@ruleset_argument
def compile_ruleset(ruleset: str) -> None:
    """The rules as one plain Python function."""
    from egov_scoring.readers.compiled import text_of

    click.echo(text_of(load(ruleset).program), nl=False)


@command("pages")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def pages(folder: Path) -> None:
    """The pages of all rulesets that come with the library, and one that leads to them."""
    from egov_scoring import locate
    from egov_scoring.report.page import file_name, index
    from egov_scoring.report.page import page as as_page
    from egov_scoring.whole_file import write

    found = [_with_duties(name) for name in locate.ids_in(locate.shipped())]
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "README.md", index(program for program, _ in found))
    for program, table in found:
        write(folder / file_name(program), as_page(program, table))
    click.echo(text("cli.pages.ok", count=len(found) + 1, folder=folder))


def _with_duties(ruleset: str) -> tuple[Program, DutyTable | None]:
    """A ruleset, and the duty table beside it if there is one."""
    from egov_scoring.duty_source import beside
    from egov_scoring.locate import find

    loaded = load(ruleset)
    return loaded.program, beside(find(ruleset), loaded)


@command("schema")
@click.argument("kind", type=click.Choice(["ruleset", "cases", "facts", "scorecard", "diff", "impact", "reconcile"]))
@click.argument("ruleset", required=False)
def schema(kind: str, ruleset: str | None) -> None:
    """The JSON Schema of a file to write or of a result."""
    if (kind == "facts") != (ruleset is not None):
        raise click.UsageError(text("cli.schema.facts"))
    click.echo(_schema(kind, ruleset), nl=False)


def _schema(kind: str, ruleset: str | None) -> str:
    from egov_scoring import case_schema, facts_schema, ruleset_schema
    from egov_scoring.report import schema as published

    if ruleset is not None:
        return facts_schema.text(load(ruleset).program)
    return {"ruleset": ruleset_schema.text, "cases": case_schema.text}.get(kind, lambda: published.text(kind))()
