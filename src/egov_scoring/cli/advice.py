"""Commands that say what a unit can still come to, and what would bring it points."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import click

from egov_scoring import FactsError, Ruleset, load
from egov_scoring.cli.app import command, facts_argument, ruleset_argument, unit_option
from egov_scoring.cli.gathered import units_of, units_with_cards
from egov_scoring.cli.progress import progress_bar
from egov_scoring.cli.units import chosen, remark_on_others
from egov_scoring.errors import Position, Problem
from egov_scoring.facts import Misfit
from egov_scoring.messages import text
from egov_scoring.naming import meant, similar
from egov_scoring.yaml_reader import Map, read_text


@command("improve")
@ruleset_argument
@facts_argument
@unit_option
@click.option("--steps", type=click.IntRange(1))
@click.option("--json", "as_json", is_flag=True)
def improve(ruleset: str, facts: Path, unit: str | None, steps: int | None, as_json: bool) -> None:
    """For each fact the smallest change that brings points; or the best step, and the best after it."""
    from egov_scoring.improvement import Adviser
    from egov_scoring.report import advice_table

    loaded = load(ruleset)
    adviser = Adviser(loaded, units_of(facts, loaded))
    cards = adviser.cards if unit is None else [chosen(adviser.cards, unit)]
    said, data = [], []
    with progress_bar(facts.name) as progress:
        for number, card in enumerate(cards):
            at = next(at for at, each in enumerate(adviser.cards) if each is card)
            taken = None if steps is None else adviser.sequence(steps, at)
            found = adviser.gains(at) if as_json or taken is None else []
            if as_json:
                data.append(advice_table.of_unit(card, found, taken))
            elif taken is None:
                said.append(advice_table.gains(card, found))
            else:
                said.append(advice_table.steps(card, taken, steps or 0))
            progress(100 * (number + 1) / len(cards))
    if as_json:
        whole = advice_table.improvement(loaded.program, data, adviser.held, adviser.given_up)
        click.echo(json.dumps(whole, ensure_ascii=False, indent=2))
    else:
        remarks = advice_table.remarks(loaded.program, adviser.held, adviser.given_up)
        click.echo("\n\n".join([*said, *remarks]) or text("cli.empty"))


@command("whatif")
@ruleset_argument
@facts_argument
@unit_option
@click.option("--set", "changes", multiple=True, required=True, metavar="KEY=VALUE")
@click.option("--json", "as_json", is_flag=True)
def whatif(ruleset: str, facts: Path, unit: str | None, changes: tuple[str, ...], as_json: bool) -> None:
    """What a unit would come to if it stated some facts otherwise."""
    from egov_scoring.report import advice_table
    from egov_scoring.what_if import what_if

    loaded = load(ruleset)
    one = _One(loaded, facts, unit)
    found = what_if(loaded, one.unit, _stated(loaded, one.card.unit, changes), one.peers)
    if as_json:
        click.echo(json.dumps(advice_table.what_if_data(found), ensure_ascii=False, indent=2))
    else:
        click.echo(advice_table.what_if(found))
    remark_on_others(one.cards, unit)


@command("bounds")
@ruleset_argument
@facts_argument
@unit_option
def bounds(ruleset: str, facts: Path, unit: str | None) -> None:
    """What can still be reached with only some facts known, and which of the others matter most."""
    from egov_scoring.report import advice_table, table
    from egov_scoring.report import text as as_text
    from egov_scoring.worth import worths

    loaded = load(ruleset)
    one = _One(loaded, facts, unit)
    click.echo(as_text.unit(one.card))
    click.echo(table.show(table.bounds(one.card)))
    if found := worths(loaded, one.unit, one.peers):
        click.echo(text("advice.worths"))
        click.echo(table.show(advice_table.worths(one.card, found)))
    remark_on_others(one.cards, unit)


class _One:
    """The unit that is meant of those in a file, with its card, and the units that it is ranked with, if there are any."""

    def __init__(self, ruleset: Ruleset, facts: Path, name: str | None) -> None:
        units, self.cards = units_with_cards(facts, ruleset)
        self.card = chosen(self.cards, name)
        self.unit = next(unit for unit, card in zip(units, self.cards, strict=True) if card is self.card)
        self.peers = units if len(units) > 1 else None


def _stated(ruleset: Ruleset, unit: str, changes: Iterable[str]) -> Map:
    """The facts as the options state them, each checked, with the option for its place."""
    stated = Map(Position("--set"))
    problems: list[Problem] = []
    for change in changes:
        said, equals, written = change.partition("=")
        if not equals:
            raise click.BadParameter(text("cli.whatif.form", said=change), param_hint="--set")
        key = _key(ruleset, said.strip())
        place = Position(f"--set {key}")
        if key in stated:
            raise click.BadParameter(text("cli.whatif.twice", fact=key), param_hint="--set")
        data, wrong = read_text(f"value: {written}", str(place))
        if isinstance(data, Map) and len(data) > 1:
            raise click.BadParameter(text("cli.whatif.form", said=change), param_hint="--set")
        stated[key] = data.get("value") if isinstance(data, Map) else None
        stated.value_marks[key] = place
        problems += [_elsewhere(problem, place) for problem in wrong]
        if stated[key] is not None:
            try:
                ruleset.facts[key].encode(stated[key])
            except Misfit as misfit:
                named = {"unit": unit, "fact": key, "label": ruleset.facts[key].label}
                problems.append(Problem(misfit.code, place, **named, **misfit.args_))
    if problems:
        raise FactsError(problems)
    return stated


def _elsewhere(problem: Problem, place: Position) -> Problem:
    problem.position = place
    return problem


def _key(ruleset: Ruleset, said: str) -> str:
    """The key of the fact that is meant by a key, or by a label that no other has."""
    labels = {key: fact.label for key, fact in ruleset.facts.items()}
    found = meant(said, labels)
    if len(found) == 1:
        return found[0]
    near = text("join").join(f"{key} ({labels[key]})" for key in found or similar(said, labels))
    message = text("cli.shared-label" if found else "cli.unknown-fact", ruleset=ruleset.id, fact=said)
    raise click.BadParameter(
        "\n".join([message, *([text("cli.proposed", proposed=near)] if near else [])]), param_hint="--set"
    )
