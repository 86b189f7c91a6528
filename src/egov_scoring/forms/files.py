"""One file of forms, a workbook or a CSV: its units, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

from egov_scoring.errors import Position, Problem
from egov_scoring.facts import Unit
from egov_scoring.forms.csv_table import sheet_of
from egov_scoring.forms.reading import Reading
from egov_scoring.forms.workbook import sheets_of
from egov_scoring.ruleset import Ruleset


def read(path: Path, ruleset: Ruleset) -> tuple[tuple[Unit, ...], tuple[Problem, ...], tuple[Problem, ...]]:
    """The units of a workbook or a CSV file, the problems in it, and remarks.

    What is refused in a cell is a problem, and left out of its unit.
    """
    if path.suffix.lower() == ".csv":
        table, problems = sheet_of(path, ruleset.program)
        sheets = [table] if table else []
    else:
        sheets, problems = sheets_of(path)
    if not sheets and not problems:
        problems = [Problem("not-a-form", Position(str(path), 1, 1), ruleset=ruleset.id)]
    reading = Reading(ruleset.program, path)
    reading.read(sheets)
    units = tuple(draft.unit() for draft in reading.drafts)
    problems += reading.problems
    if not units and not problems:
        problems = [Problem("form-without-units", Position(str(path), 1, 1))]
    return units, tuple(problems), tuple(reading.remarks)
