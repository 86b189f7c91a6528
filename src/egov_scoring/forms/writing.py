"""Forms written: a sheet for each unit or one for all, then findings and records."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from egov_scoring import whole_file
from egov_scoring.facts import Unit
from egov_scoring.forms.book import Book
from egov_scoring.forms.record_sheets import write_findings, write_records
from egov_scoring.forms.unit_sheets import write_form, write_grid
from egov_scoring.ruleset import Ruleset
from egov_scoring.spreadsheet import sheet_names

Layout = Literal["form", "grid"]
LAYOUTS: tuple[Layout, ...] = ("form", "grid")


def write(
    path: str | Path, ruleset: Ruleset, units: Sequence[Unit] = (), layout: Layout = "form", lang: str | None = None
) -> None:
    """A workbook to fill in, with what is known of the units: `layout` is `form` (a sheet for each) or `grid` (a row for each).

    Without units it is empty. The file is written whole or not at all.

    >>> from tempfile import mkdtemp
    >>> from egov_scoring import load, read_units
    >>> city, path = load("2019/city"), Path(mkdtemp()) / "form.xlsx"
    >>> write(path, city, [Unit("甲市", {"network_cloud_platforms": 3})])
    >>> read_units(path, city)[0].facts
    {'network_cloud_platforms': 3}
    """
    with whole_file.beside(Path(path)) as part:
        book = Book(part, ruleset.title, lang)
        if layout == "grid":
            write_grid(book, ruleset.program, units)
        else:
            _write_forms(book, ruleset, units)
        several = layout == "grid" or len(units) > 1
        write_findings(book, ruleset.program, units, several=several)
        write_records(book, ruleset.program, units, several=several)
        book.close()


def _write_forms(book: Book, ruleset: Ruleset, units: Sequence[Unit]) -> None:
    own = book.say("form.sheet.form")
    names = [unit.name or own for unit in units] if len(units) > 1 else [own]
    for unit, name in zip(units or [Unit()], sheet_names(names), strict=True):
        write_form(book, ruleset.program, unit, name)
