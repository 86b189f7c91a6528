"""The command that lists duties, and what others need of duty tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from egov_scoring.cli.app import command, ruleset_argument, unit_option
from egov_scoring.facts import nearest
from egov_scoring.messages import text

if TYPE_CHECKING:
    from egov_scoring.duties import DutyTable


@command("duties")
@ruleset_argument
@unit_option
def duties(ruleset: str, unit: str | None) -> None:
    """What the units keep up, and which scored indicator it feeds."""
    from egov_scoring.report import table as tables

    table = duty_table(ruleset)
    rows = table.rows if unit is None else table.of(unit)
    if unit is not None:
        remark_on(unit, table)
        click.echo(text("duties.head", unit=unit, own=len(rows), all=len(table.rows), table=table.title))
    click.echo(tables.show(tables.duties(rows, table.ruleset.program)))


def duty_table(ruleset: str) -> DutyTable:
    """The duty table beside a ruleset; that there is none is a mistake."""
    from egov_scoring.duty_source import duties_of

    table = duties_of(ruleset)
    if table is None:
        raise click.UsageError(text("cli.no_duties", ruleset=ruleset))
    return table


def remark_on(unit: str, table: DutyTable) -> None:
    """Says so where the table does not name the unit: it may be misspelt. A name for all is none of a unit."""
    if unit in table.everyone or not unit.strip():
        raise click.BadParameter(text("cli.everyone", unit=unit), param_hint="--unit")
    if unit not in table.units:
        near = nearest(unit, table.units)
        remark = [text("duties.unnamed", unit=unit), *([text("duties.nearest", nearest=near)] if near else [])]
        remark += [text("duties.others", others=text("join").join(table.not_meant))] if table.not_meant else []
        click.echo("\n".join(remark), err=True)
