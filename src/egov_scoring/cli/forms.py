"""The command that writes what is to be filled in: a facts file, or forms."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egov_scoring import FactsError, Ruleset, Unit, load
from egov_scoring.cli.app import command, ruleset_argument, unit_option
from egov_scoring.cli.duties import duty_table, remark_on
from egov_scoring.messages import text

if TYPE_CHECKING:
    from egov_scoring.forms.writing import Layout

FORM = ".xlsx"


@command("template")
@ruleset_argument
@click.option("--fill", type=click.Choice(["best", "worst", "random"]))
@click.option("--seed", type=int, default=0, show_default=True)
@unit_option
@click.option("--units", "units_file", type=click.Path(path_type=Path))
@click.option("--output", "-o", "form_file", type=click.Path())
@click.option("--layout", type=click.Choice(["form", "grid"]))
@click.option("--force", is_flag=True)
def template(ruleset: str, form_file: str | None, layout: Layout | None, force: bool, **asked: Any) -> None:
    """A commented facts file, or forms to fill in."""
    if asked["unit"] and (asked["fill"] or asked["units_file"]):
        raise click.UsageError(text("cli.fill_or_unit"))
    loaded = load(ruleset)
    if form_file is not None:
        _write_forms(loaded, form_file, _units(ruleset, loaded, **asked), layout or "form", force=force)
    elif layout or force or asked["units_file"]:
        raise click.UsageError(text("cli.template.output"))
    else:
        click.echo(_facts_file(ruleset, loaded, asked["fill"], asked["seed"], asked["unit"]), nl=False)


def _facts_file(named: str, ruleset: Ruleset, fill: Any, seed: int, unit: str | None) -> str:
    from egov_scoring.samples import sample
    from egov_scoring.template import template as facts_file

    if unit is None:
        return facts_file(ruleset, sample(ruleset, fill, seed) if fill else None)
    table = duty_table(named)
    filled = _prefilled(named, unit)
    head = text("template.prefilled", table=table.title, unit=unit) + "\n" + text("template.head")
    return facts_file(ruleset, filled, head=head)


def _prefilled(named: str, unit: str) -> Unit:
    table = duty_table(named)
    remark_on(unit, table)
    return table.prefilled(unit, by=table.title, why=text("template.not_in_table"))


def _units(named: str, ruleset: Ruleset, fill: Any, seed: int, unit: str | None, units_file: Path | None) -> list[Unit]:
    """The units that the forms are for, with what is filled in."""
    from egov_scoring.samples import sample

    if unit is not None:
        return [_prefilled(named, unit)]
    units = [Unit(name) for name in _names_in(units_file)] if units_file else [Unit()] if fill else []
    if not fill:
        return units
    return [replace(sample(ruleset, fill, seed + at), name=unit.name or fill) for at, unit in enumerate(units)]


def _names_in(path: Path) -> list[str]:
    from egov_scoring.forms.names import names_in

    names, problems = names_in(path)
    if problems:
        raise FactsError(problems)
    return names


def _write_forms(ruleset: Ruleset, asked: str, units: list[Unit], layout: Layout, *, force: bool) -> None:
    """One workbook, or in a folder one for each unit; a form that somebody may have filled in is not written over unasked."""
    from egov_scoring.forms.writing import write

    files = (
        _files(Path(asked), units) if asked.endswith(("/", os.sep)) or Path(asked).is_dir() else {Path(asked): units}
    )
    if any(file.suffix.lower() != FORM for file in files):
        raise click.UsageError(text("cli.template.suffix", file=asked))
    there = [str(file) for file in files if file.exists()]
    if there and not force:
        raise click.UsageError(text("cli.template.exists", files=text("join").join(there)))
    for file, own in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        write(file, ruleset, own, layout)
    click.echo(text("cli.template.ok", count=len(files), path=asked), err=True)


def _files(folder: Path, units: list[Unit]) -> Mapping[Path, list[Unit]]:
    from egov_scoring.forms.names import file_names

    if not units:
        raise click.UsageError(text("cli.template.folder"))
    names = file_names([unit.name for unit in units])
    return {folder / f"{name}{FORM}": [unit] for name, unit in zip(names, units, strict=True)}
