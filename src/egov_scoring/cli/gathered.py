"""Units as commands take them: from a file or a folder, with a progress bar, and what is left out told at the end."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from egov_scoring import FactsError, Ruleset, Scorecard, Unit, read_units
from egov_scoring.cli.app import FAILED, WRONG_INPUT, fail
from egov_scoring.cli.progress import progress_bar
from egov_scoring.errors import Problem
from egov_scoring.excerpt import with_excerpts
from egov_scoring.messages import text

if TYPE_CHECKING:
    from egov_scoring.earlier import Earlier
    from egov_scoring.gathering import Source


def units_of(path: Path, ruleset: Ruleset | None) -> list[Unit]:
    """The units of a file or folder; one that is wrong stops everything. Remarks go where errors are shown."""
    with warnings.catch_warnings(record=True) as remarks:
        warnings.simplefilter("always")
        units = read_units(path, ruleset)
    for remark in remarks:
        click.echo(remark.message, err=True)
    return units


def scored(path: Path, ruleset: Ruleset) -> list[Scorecard]:
    """The cards of the units of a file or folder, as far as they can be worked out."""
    return units_with_cards(path, ruleset)[1]


def units_with_cards(path: Path, ruleset: Ruleset) -> tuple[list[Unit], list[Scorecard]]:
    """The units of a file or folder and their cards; one that is wrong stops everything, and all that is wrong is told."""
    from egov_scoring import gathering

    sources = gathering.gather(path, ruleset)
    _remark(sources)
    cards = gathering.scored_all(ruleset, sources, incomplete=True)
    return [unit for source in sources for unit in source.units], cards


@contextmanager
def cards_of(path: Path, ruleset: Ruleset, *, incomplete: bool) -> Iterator[list[Scorecard]]:
    """The cards of all units that can be scored; whoever asked ends with 1 where a file was left out.

    Of workbooks with problems copies are written in which these are marked.
    """
    from egov_scoring import gathering

    with progress_bar(path.name) as progress:
        sources = gathering.gather(path, ruleset, progress)
    _remark(sources)
    try:
        found = gathering.score(ruleset, sources, incomplete=incomplete)
    except FactsError as error:
        fail("\n".join([error.format(), *_marked(error.problems)]), WRONG_INPUT)
    yield list(found.cards)
    if found.left_out:
        told = [FactsError(with_excerpts(found.problems)).format(), *_marked(found.problems)]
        files = text("join").join(path.name for path in found.left_out)
        told.append(text("cli.left_out", count=len(found.left_out), all=len(sources), files=files))
        told += [text("cli.left_out.places")] if any(item.compares for item in ruleset.program.items()) else []
        told += [text("cli.left_out.quotas")] if any(grade.quota for grade in ruleset.program.grades) else []
        fail("\n".join(told), FAILED)


def earlier_totals(file: Path, ruleset: Ruleset) -> list[Earlier]:
    """The totals in a file of earlier scorecards; by which other rulesets these were scored is told where errors are shown."""
    from egov_scoring.earlier import read_earlier

    found = read_earlier(file)
    if others := dict.fromkeys(each.ruleset for each in found if each.ruleset not in ("", ruleset.id)):
        click.echo(text("cli.before_others", file=file, rulesets=text("join").join(others)), err=True)
    return found


def _remark(sources: Sequence[Source]) -> None:
    """Says what stops nothing, where errors are shown."""
    for remark in (remark for source in sources for remark in source.remarks):
        click.echo(remark.format(), err=True)


def _marked(problems: Sequence[Problem]) -> list[str]:
    """Writes copies of the workbooks with these problems, and says where they are."""
    if not any(problem.position and problem.position.sheet for problem in problems):
        return []
    from egov_scoring.forms.marking import mark

    try:
        return [text("cli.marked", file=copy) for copy in mark(problems)]
    except OSError as error:
        return [text("cli.no_access", file=error.filename, reason=error.strerror)]
