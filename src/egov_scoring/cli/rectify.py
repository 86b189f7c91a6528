"""The command that lists what was lost by those who answer for it."""

from __future__ import annotations

import json
from pathlib import Path

import click

from egov_scoring import Ruleset, load
from egov_scoring.cli.app import command, facts_argument, ruleset_argument, unit_option
from egov_scoring.cli.gathered import cards_of, earlier_totals
from egov_scoring.cli.units import chosen
from egov_scoring.facts import nearest
from egov_scoring.messages import text


@command("rectify")
@ruleset_argument
@facts_argument
@unit_option
@click.option("--office")
@click.option("--before", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True)
def rectify(
    ruleset: str, facts: Path, unit: str | None, office: str | None, before: Path | None, as_json: bool
) -> None:
    """What the units lost, by those who answer for it."""
    from egov_scoring.report import rectify_table

    loaded = load(ruleset)
    if office is not None:
        _known(loaded, office)
    earlier = None if before is None else earlier_totals(before, loaded)
    with cards_of(facts, loaded, incomplete=True) as scored:
        cards = scored if unit is None else [chosen(scored, unit)]
        if unit is not None:
            earlier = None if earlier is None else [each for each in earlier if each.unit == unit]
        if as_json:
            data = rectify_table.data(cards, office=office, before=earlier)
            click.echo(json.dumps(data, ensure_ascii=False, indent=2))
        else:
            click.echo(rectify_table.text(cards, office=office, before=earlier))


def _known(ruleset: Ruleset, office: str) -> None:
    """Refuses an office that the ruleset does not name."""
    from egov_scoring.rectification import all_offices

    offices = all_offices(ruleset.program)
    if office in offices:
        return
    if not offices:
        raise click.UsageError(text("cli.no-offices", ruleset=ruleset.id))
    said = text("cli.unknown-office", ruleset=ruleset.id, office=office, offices=text("join").join(offices))
    near = nearest(office, offices)
    raise click.UsageError("\n".join([said, *([text("cli.proposed", proposed=near)] if near else [])]))
