"""The command that tells where one unit's points went, and what commands about one of several units share."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from egov_scoring import Scorecard, load
from egov_scoring.cli.app import command, facts_argument, ruleset_argument, unit_option
from egov_scoring.cli.gathered import scored
from egov_scoring.facts import nearest
from egov_scoring.messages import text
from egov_scoring.naming import meant, similar

NAMED = 20


@command("explain")
@ruleset_argument
@facts_argument
@click.argument("indicator", required=False)
@unit_option
def explain(ruleset: str, facts: Path, indicator: str | None, unit: str | None) -> None:
    """Where one unit's points went, line by line."""
    from egov_scoring.report import table
    from egov_scoring.report import text as as_text

    cards = scored(facts, load(ruleset))
    card = chosen(cards, unit)
    if indicator is None:
        click.echo(as_text.scorecard(card, broad=table.breadth()))
        click.echo(table.show(table.ledger(card, "total")))
    else:
        found = _indicator(card, indicator)
        click.echo(as_text.headline(card, found))
        click.echo(table.show(table.ledger(card, found)))
    remark_on_others(cards, unit)


def _indicator(card: Scorecard, said: str) -> str:
    """The id of the indicator that is meant by an id, or by a name that no other has."""
    from egov_scoring.report import text as as_text

    names = {score.id: score.name for score in card.total}
    found = meant(said, names)
    if len(found) == 1:
        return found[0]
    shown = as_text.called(card)
    proposed = text("join").join(f"{key} ({shown[key]})" for key in found or similar(said, names))
    problem = "shared-name" if found else "unknown-indicator"
    remark = [text("cli.proposed", proposed=proposed)] if proposed else []
    remark += [text("cli.ids", ruleset=card.program.id)]
    raise click.UsageError("\n".join([text(f"cli.{problem}", ruleset=card.program.id, indicator=said), *remark]))


def chosen(cards: Sequence[Scorecard], unit: str | None) -> Scorecard:
    """The card of the unit named; of the first one, where none is."""
    if not cards:
        raise click.UsageError(text("cli.empty"))
    if unit is None:
        return cards[0]
    for card in cards:
        if card.unit == unit:
            return card
    near = nearest(unit, [card.unit for card in cards])
    remark = [text("cli.proposed", proposed=near)] if near else []
    raise click.UsageError("\n".join([text("cli.unknown-unit", unit=unit, units=_names(cards)), *remark]))


def remark_on_others(cards: Sequence[Scorecard], unit: str | None) -> None:
    """Says after the output, where it is seen, that only the first of several units is shown."""
    if unit is None and len(cards) > 1:
        remark = text("cli.first", unit=cards[0].unit, count=len(cards), others=_names(cards[1:]))
        click.echo(remark, err=True)


def _names(cards: Sequence[Scorecard]) -> str:
    """The units' names; of very many the first ones."""
    names = text("join").join(card.unit for card in cards[:NAMED])
    return names if len(cards) <= NAMED else text("cli.more", names=names, count=len(cards) - NAMED)
