"""Forms written: a sheet for each unit or one for all, then findings and records."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from egov_scoring import whole_file
from egov_scoring.errors import EgovScoringError, Position, Problem
from egov_scoring.facts import Unit
from egov_scoring.forms.book import LIST_SHEET, Book
from egov_scoring.forms.parts import parts_of
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

    Without units it is empty. The file is written whole or not at all; raises `EgovScoringError` where it would hold more than
    can be read back from one, and `OSError`.

    >>> from tempfile import mkdtemp
    >>> from egov_scoring import load, read_units
    >>> city, path = load("2019/city"), Path(mkdtemp()) / "form.xlsx"
    >>> write(path, city, [Unit("甲市", {"network_cloud_platforms": 3})])
    >>> read_units(path, city)[0].facts
    {'network_cloud_platforms': 3}
    """
    try:
        with whole_file.beside(Path(path)) as part:
            _write(part, ruleset, units, layout, lang)
            if isinstance(parts_of(part), Problem):
                raise EgovScoringError([Problem("form-too-large", Position(str(path)), count=len(units))])
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def _write(path: Path, ruleset: Ruleset, units: Sequence[Unit], layout: Layout, lang: str | None) -> None:
    book = Book(path, ruleset.title, lang)
    if layout == "grid":
        write_grid(book, ruleset.program, units)
    else:
        _write_forms(book, ruleset, units)
    several = layout == "grid" or len(units) > 1
    write_findings(book, ruleset.program, units, several=several)
    write_records(book, ruleset.program, units, several=several)
    book.close()


def _write_forms(book: Book, ruleset: Ruleset, units: Sequence[Unit]) -> None:
    own, *others = (book.say(f"form.sheet.{kind}") for kind in ("form", "findings", "records"))
    names = [unit.name or own for unit in units] if len(units) > 1 else [own]
    taken = [LIST_SHEET, *others]
    for unit, name in zip(units or [Unit()], sheet_names([*taken, *names])[len(taken) :], strict=True):
        write_form(book, ruleset.program, unit, name)
