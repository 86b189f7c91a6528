"""Commands about two rulesets: what changed between them, and what that does to units."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from egov_scoring.cli.app import FAILED, command, fail, one_of
from egov_scoring.messages import text

if TYPE_CHECKING:
    from egov_scoring import Unit
    from egov_scoring.comparison.difference import Class, Diff

# Where it cannot be decided, nobody may take it that nothing got stricter or more generous.
FAILS_ON: Mapping[str, tuple[Class, ...]] = {
    "stricter": ("stricter", "either", "undecided"),
    "generous": ("more_generous", "either", "undecided"),
}


@command("diff")
@click.argument("old", required=False)
@click.argument("new", required=False)
@click.option("--catalogue", is_flag=True)
@click.option("--json", "as_json", is_flag=True)
@click.option("--markdown", "as_markdown", is_flag=True)
@click.option("--html", "as_html", is_flag=True)
@click.option("--pairs", "pairs_file", type=click.Path(path_type=Path))
@click.option("--accept", "accept_file", type=click.Path(path_type=Path))
@click.option("--fail-on", type=click.Choice([*FAILS_ON, "any"]))
def diff(
    old: str | None,
    new: str | None,
    catalogue: bool,
    as_json: bool,
    as_markdown: bool,
    as_html: bool,
    pairs_file: Path | None,
    accept_file: Path | None,
    fail_on: str | None,
) -> None:
    """What changed between two rulesets, and what each change means."""
    from egov_scoring.comparison.diff import diff as differences
    from egov_scoring.report import diff_data, diff_page, diff_table, table

    one_of(catalogue=catalogue, json=as_json, markdown=as_markdown, html=as_html)
    if catalogue:
        click.echo(table.show(diff_table.catalogue()))
        return
    if old is None or new is None:
        raise click.UsageError(text("cli.diff.two"))
    found = differences(old, new, pairs_file=pairs_file, accept_file=accept_file)
    if as_json:
        click.echo(json.dumps(diff_data.data(found), ensure_ascii=False, indent=2))
    elif as_markdown:
        click.echo(diff_table.markdown(found), nl=False)
    elif as_html:
        click.echo(diff_page.page(found), nl=False)
    else:
        click.echo(diff_table.text(found))
    if fail_on is not None:
        _fail(fail_on, found)


def _fail(level: str, found: Diff) -> None:
    """Ends with 1 where something differs at that level that nobody has accepted, and says what."""
    from egov_scoring.report import diff_words

    classes = FAILS_ON.get(level)
    counting = [
        each for each in found.not_accepted() if classes is None or (each.meaning and each.meaning.kind in classes)
    ]
    if counting:
        fail("\n".join(diff_words.counting(each, found) for each in counting), FAILED)


@command("impact")
@click.argument("old")
@click.argument("new")
@click.argument("facts", required=False, type=click.Path(path_type=Path))
@click.option("--facts-old", type=click.Path(path_type=Path))
@click.option("--facts-new", type=click.Path(path_type=Path))
@click.option("--pairs", "pairs_file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True)
def impact(
    old: str,
    new: str,
    facts: Path | None,
    facts_old: Path | None,
    facts_new: Path | None,
    pairs_file: Path | None,
    as_json: bool,
) -> None:
    """What two rulesets make of the same units: who gains, who loses, and by what."""
    from egov_scoring.comparison import impact as impacts
    from egov_scoring.report import impact_table

    before = facts or facts_old
    if before is None or (facts is None) == (facts_new is None) or (facts is not None and facts_old is not None):
        raise click.UsageError(text("cli.impact.facts"))
    now = None if facts_new is None else _units(facts_new, new)
    found = impacts.impact(old, new, _units(before, old), now, pairs_file=pairs_file)
    if as_json:
        click.echo(json.dumps(impact_table.data(found), ensure_ascii=False, indent=2))
    else:
        click.echo(impact_table.text(found))


def _units(path: Path, ruleset: str) -> list[Unit]:
    """The units of a file; forms are read by the ruleset that they were made from, facts files by none."""
    from egov_scoring import load
    from egov_scoring.cli.gathered import units_of
    from egov_scoring.gathering import FACTS_FILES

    return units_of(path, None if path.suffix.lower() in FACTS_FILES else load(ruleset))
