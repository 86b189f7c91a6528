"""Duty tables as their author writes them: the models of the file, and its reading.

A table stands in `duties/NAME.yaml` beside the ruleset `NAME.yaml`; its form is described in docs/language.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field

from egov_scoring.duties import DutyRow, DutyTable
from egov_scoring.errors import EgovScoringError, Position, Problem
from egov_scoring.excerpt import with_excerpts
from egov_scoring.facts import nearest
from egov_scoring.load import load
from egov_scoring.locate import DUTIES, find
from egov_scoring.model import Model, NotEmpty, Word, Words
from egov_scoring.ruleset import Ruleset
from egov_scoring.source import Readings
from egov_scoring.validate import validated
from egov_scoring.yaml_reader import Map, position_of, read


class DutiesError(EgovScoringError):
    """A duty table cannot be used: each problem names file, line and column."""


class Duty(Model):
    """One printed row: what is to be kept up and by whom; `feeds` where it differs from its column's."""

    item: Word = ""
    content: Word
    lead: Words = ()
    units: Words = ()
    feeds: Word | None = None
    why: Word = ""


class DutyColumn(Model):
    """A column with its rows; `feeds` is the scored indicator, or null with the reason in `why`."""

    section: Word
    name: Word = ""
    feeds: Word | None
    why: Word = ""
    duties: Annotated[tuple[Duty, ...], NotEmpty]


class Everyone(Model):
    """Names that stand for every unit, and the units that are not meant by them."""

    names: Words = ()
    except_: Words = Field(default=(), alias="except")


class DutyTableSource(Model):
    """The whole file."""

    ruleset: Word
    title: Word
    document: Word = ""
    reading: Readings = ()
    everyone: Everyone = Everyone()
    columns: Annotated[tuple[DutyColumn, ...], NotEmpty]


def duties_of(ruleset: str | Path) -> DutyTable | None:
    """The duty table beside a ruleset, named by id or path; None where there is none.

    Raises `DutiesError` with everything that is wrong with the table, `RulesetError` where the ruleset itself is wrong.
    """
    file = find(ruleset)
    loaded = load(ruleset)
    assert file is not None
    table = file.parent / DUTIES / file.name
    return read_duties(table, loaded) if table.is_file() else None


def read_duties(path: Path, ruleset: Ruleset) -> DutyTable:
    """The table in a file, for that ruleset."""
    data, problems = read(path)
    if not isinstance(data, Map):
        raise DutiesError(with_excerpts(problems or [Problem("not-a-mapping", position_of(data, ()))]))
    checked = validated(data, DutyTableSource)
    problems += checked.problems
    source = checked.model
    if source is not None:
        problems += _problems(source, data, ruleset)
    if problems or source is None:
        raise DutiesError(with_excerpts(problems))
    readings = tuple(reading.model_dump(mode="json", by_alias=True) for reading in source.reading)
    everyone = source.everyone
    return DutyTable(ruleset, source.title, readings, tuple(_rows(source)), everyone.names, everyone.except_)


def _rows(source: DutyTableSource) -> Iterator[DutyRow]:
    pairs = ((column, duty) for column in source.columns for duty in column.duties)
    for number, (column, duty) in enumerate(pairs, 1):
        stated = duty if "feeds" in duty.model_fields_set else column
        yield DutyRow(
            number,
            column.section,
            column.name,
            duty.item,
            duty.content,
            duty.lead,
            duty.units,
            stated.feeds or "",
            stated.why if stated.feeds is None else "",
        )


def _problems(source: DutyTableSource, data: Map, ruleset: Ruleset) -> Iterator[Problem]:
    """Whatever names something that is not there."""
    if source.ruleset != ruleset.id:
        place = position_of(data, ("ruleset",))
        yield Problem("duties-of-another", place, name=source.ruleset, ruleset=ruleset.id)
    if source.document and source.document not in ruleset.program.about.get("documents", {}):
        known = ruleset.program.about.get("documents", {})
        place = position_of(data, ("document",))
        yield Problem("unknown-document", place, name=source.document, nearest=nearest(source.document, known))
    ids = {item.id for item in ruleset.total}
    for at, column in enumerate(source.columns):
        yield from _fed(column, position_of(data, ("columns", at, "feeds")), ids)
        for row, duty in enumerate(column.duties):
            here = ("columns", at, "duties", row)
            yield from _fed(duty, position_of(data, (*here, "feeds")), ids)
            if not (duty.lead or duty.units):
                yield Problem("duty-without-unit", position_of(data, here), content=duty.content)


def _fed(source: Duty | DutyColumn, place: Position | None, ids: set[str]) -> Iterator[Problem]:
    if source.feeds is not None and source.feeds not in ids:
        yield Problem("duty-feeds-unknown", place, indicator=source.feeds, nearest=nearest(source.feeds, ids))
