"""The command that writes a ruleset as SQL."""

from __future__ import annotations

from collections.abc import Sequence

import click

from egov_scoring import load
from egov_scoring.cli.app import command, ruleset_argument


@command("sql")
@ruleset_argument
@click.option("--dialect", type=click.Choice(["duckdb", "postgres", "spark"]), default="duckdb", show_default=True)
@click.option("--table", default="units", show_default=True)
@click.option("--schema")
@click.option("--view", default="")
@click.option("--keep", multiple=True)
@click.option("--recorded", multiple=True)
def sql(
    ruleset: str, dialect: str, table: str, schema: str | None, view: str, keep: Sequence[str], recorded: Sequence[str]
) -> None:
    """A query that scores every row of a table."""
    source = table if schema is None else (schema, table)
    click.echo(load(ruleset).to_sql(dialect, source, view=view, keep=keep, recorded=recorded), nl=False)
