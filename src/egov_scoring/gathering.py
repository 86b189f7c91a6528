"""Units from a file, or from a folder of files, of which one that is wrong does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from egov_scoring.errors import FactsError, Position, Problem
from egov_scoring.excerpt import with_excerpts
from egov_scoring.facts import Unit
from egov_scoring.forms.marking import original_of
from egov_scoring.records import Record
from egov_scoring.ruleset import Ruleset
from egov_scoring.scorecard import Scorecard
from egov_scoring.units import facts_file

FACTS_FILES = (".yaml", ".yml", ".json")
FORMS = (".xlsx", ".xlsm", ".csv")
SAVE_ANEW = (".xls", ".xlsb", ".et", ".ods")  # tables of other kinds, which would otherwise be passed over

Progress = Callable[[float], None]
"""Told how much is done, in percent."""


class Source(Record):
    """What a file brings: units, with what could be understood of them; what is wrong in it; remarks that stop nothing."""

    path: Path
    units: tuple[Unit, ...] = ()
    problems: tuple[Problem, ...] = ()
    remarks: tuple[Problem, ...] = ()


def gather(path: Path, ruleset: Ruleset | None = None, progress: Progress = lambda percent: None) -> list[Source]:
    """What a file brings, or each of those in a folder, by name.

    In a folder a unit without a name goes by that of its file; files of other kinds, and what lies deeper, are passed over.
    Forms (`.xlsx`, `.csv`) are read by the ruleset that they were made from.
    """
    if not path.is_dir():
        return [_source(path, ruleset)]
    files = sorted(each for each in path.iterdir() if _holds_units(each))
    if not files:
        return [Source(path, (), (Problem("folder-without-units", Position(str(path), 1, 1)),))]
    sources = []
    for done, file in enumerate(files):
        progress(100 * done / len(files))
        source = _source(file, ruleset)
        sources.append(replace(source, units=tuple(_named(source))))
    return sources


class Scored(Record):
    """The cards of all units that could be scored, the files that were left out, and what is wrong with these."""

    cards: tuple[Scorecard, ...]
    left_out: tuple[Path, ...] = ()
    problems: tuple[Problem, ...] = ()


def score(ruleset: Ruleset, sources: Sequence[Source], *, incomplete: bool = False) -> Scored:
    """Scores all units, ranked with one another. A file that is wrong anywhere is left out whole, unless it is the only one, or
    none is right: `FactsError` then has every problem."""
    sound, problems = list(sources), list[Problem]()
    while True:
        cards, found = _attempt(ruleset, sound, incomplete)
        problems += found
        if not found:
            left_out = [source.path for source in sources if source not in sound]
            return Scored(tuple(cards), tuple(left_out), tuple(problems))
        right = [source for source in sound if not _concerned(source, found)]
        if len(sources) == 1 or not right or len(right) == len(sound):
            raise FactsError(with_excerpts(problems))
        sound = right


def _concerned(source: Source, problems: Sequence[Problem]) -> bool:
    """Whether a problem stands in the file, or is one of a unit of it."""
    names = {unit.name for unit in source.units}
    return any(
        problem.position.file == str(source.path) if problem.position else problem.args.get("unit") in names
        for problem in problems
    ) or any(problem.code == "unit-twice" and problem.args.get("unit") in names for problem in problems)


def _holds_units(path: Path) -> bool:
    if path.name.startswith((".", "~$")) or not path.is_file():
        return False
    original = original_of(path)
    if original is not None and original.exists():
        return False
    return path.suffix.lower() in (*FACTS_FILES, *FORMS, *SAVE_ANEW)


def _source(path: Path, ruleset: Ruleset | None) -> Source:
    suffix = path.suffix.lower()
    place = Position(str(path), 1, 1)
    if suffix in SAVE_ANEW:
        return Source(path, (), (Problem("workbook-old", place),))
    if suffix not in FORMS:
        units, problems = facts_file(path)
        return Source(path, tuple(units), tuple(problems))
    if ruleset is None:
        return Source(path, (), (Problem("form-without-ruleset", place),))
    from egov_scoring.forms.files import read

    return Source(path, *read(path, ruleset))


def _named(source: Source) -> Iterator[Unit]:
    for unit in source.units:
        yield replace(unit, name=source.path.stem) if not unit.name and len(source.units) == 1 else unit


def _attempt(ruleset: Ruleset, sources: Sequence[Source], incomplete: bool) -> tuple[list[Scorecard], list[Problem]]:
    """The cards of all units, or what is wrong with the files and with the units in them.

    A cell that was refused is a missing fact of its unit: of it nothing is said twice.
    """
    problems = [problem for source in sources for problem in source.problems]
    told = {problem.position for problem in problems}
    try:
        return scored(ruleset, [unit for source in sources for unit in source.units], incomplete=incomplete), problems
    except FactsError as error:
        return [], problems + [problem for problem in error.problems if problem.position not in told]


def scored_all(ruleset: Ruleset, sources: Sequence[Source], *, incomplete: bool = False) -> list[Scorecard]:
    """The cards of all units; one file that is wrong anywhere stops everything: `FactsError` then has every problem."""
    cards, problems = _attempt(ruleset, sources, incomplete)
    if problems:
        raise FactsError(with_excerpts(problems))
    return cards


def scored(ruleset: Ruleset, units: Sequence[Unit], *, incomplete: bool = False) -> list[Scorecard]:
    """A unit alone is ranked with nobody; several are ranked with one another."""
    if len(units) == 1:
        return [ruleset.score(units[0], incomplete=incomplete)]
    return ruleset.score_all(units, incomplete=incomplete)
