"""Duty tables as their author writes them: the models of the file, and its reading.

A table stands in `duties/NAME.yaml` beside the ruleset `NAME.yaml`; its form is described in docs/language.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field

from egov_scoring.duties import DutyRow, DutyTable
from egov_scoring.errors import EgovScoringError, Problem
from egov_scoring.errors import Path as Path_
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
    return beside(file, load(ruleset)) if file is None or _table(file).is_file() else None


def beside(file: Path | None, ruleset: Ruleset) -> DutyTable | None:
    """The duty table beside the file of a ruleset that is loaded already."""
    table = None if file is None else _table(file)
    return read_duties(table, ruleset) if table is not None and table.is_file() else None


def _table(file: Path) -> Path:
    return file.parent / DUTIES / file.name


def read_duties(path: Path, ruleset: Ruleset) -> DutyTable:
    """The table in a file, for that ruleset."""
    data, problems = read(path)
    if not isinstance(data, Map):
        raise DutiesError(with_excerpts(problems or [Problem("not-a-mapping", position_of(data, ()))]))
    checked = validated(data, DutyTableSource)
    problems += checked.problems
    source = checked.model
    if source is not None:
        rest, damage = checked.damage.rest, checked.damage
        found = [(place, problem) for place, problem in _problems(source, rest, ruleset) if not damage.touches(place)]
        problems += [problem for _, problem in found]
    if problems or source is None:
        raise DutiesError(with_excerpts(problems))
    readings = tuple(reading.model_dump(mode="json", by_alias=True) for reading in source.reading)
    everyone = source.everyone
    return DutyTable(ruleset, source.title, readings, tuple(_rows(source)), everyone.names, everyone.except_)


def _rows(source: DutyTableSource) -> Iterator[DutyRow]:
    pairs = ((column, duty) for column in source.columns for duty in column.duties)
    for number, (column, duty) in enumerate(pairs, 1):
        feeds = _fed(duty, column)
        yield DutyRow(
            number,
            column.section,
            column.name,
            duty.item,
            duty.content,
            duty.lead,
            duty.units,
            feeds or "",
            "" if feeds else duty.why or column.why,
        )


def _problems(source: DutyTableSource, data: Map, ruleset: Ruleset) -> Iterator[tuple[Path_, Problem]]:
    """Whatever names something that is not there, or leaves something out; each with its path in the file."""

    def problem(code: str, path: Path_, **args: object) -> tuple[Path_, Problem]:
        return path, Problem(code, position_of(data, path), **args)

    if source.ruleset != ruleset.id:
        yield problem("duties-of-another", ("ruleset",), name=source.ruleset, ruleset=ruleset.id)
    cited = ruleset.program.about.get("documents", {})
    if source.document and source.document not in cited:
        near = nearest(source.document, cited)
        yield problem("duties-document", ("document",), name=source.document, ruleset=ruleset.id, nearest=near)
    named = {unit for column in source.columns for duty in column.duties for unit in (*duty.lead, *duty.units)}
    for key, units in {"names": source.everyone.names, "except": source.everyone.except_}.items():
        for at, unit in enumerate(units):
            if unit not in named:
                yield problem("duty-unit-unknown", ("everyone", key, at), unit=unit, nearest=nearest(unit, named))
    ids = {item.id for item in ruleset.program.items() if item is not ruleset.program.total}
    for at, column in enumerate(source.columns):
        stated: list[tuple[Path_, Duty | DutyColumn]] = [(("columns", at), column)]
        stated += [(("columns", at, "duties", row), duty) for row, duty in enumerate(column.duties)]
        for where, here in stated:
            if here.feeds is not None and here.feeds not in ids:
                near = nearest(here.feeds, ids)
                yield problem("duty-feeds-unknown", (*where, "feeds"), indicator=here.feeds, nearest=near)
            if here.feeds is not None and here.why:
                yield problem("duty-why-unused", (*where, "why"), indicator=here.feeds)
        for where, duty in ((where, here) for where, here in stated if isinstance(here, Duty)):
            if _fed(duty, column) is None and not (duty.why or column.why):
                yield problem("duty-without-why", where, content=duty.content)
            if not (duty.lead or duty.units):
                yield problem("duty-without-unit", where, content=duty.content)


def _fed(duty: Duty, column: DutyColumn) -> str | None:
    """The indicator that a row feeds: its own word, or else its column's."""
    return duty.feeds if "feeds" in duty.model_fields_set else column.feeds
