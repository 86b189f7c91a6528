"""The house: who may know whom, what scores without help, and how large things may grow."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import egov_scoring

ROOT = Path(egov_scoring.__file__).parent

# Module by module, what it may import of ours; a package stands for all that is in it. Whatever is not listed here is refused.
HOUSE = {
    # the ground
    "_version": "",
    "amounts": "",
    "flags": "",
    "messages": "messages",
    "records": "",
    "expression": "",
    "errors": "amounts messages records",
    "slips": "",
    "days": "",
    "facts": "amounts errors records slips",
    "lower": "amounts expression records",
    "program": "expression facts records",
    # readers know expressions, not kinds
    "readers": "amounts expression facts lower readers records whole_file",
    "readers.words": "amounts expression facts messages",
    "readers.sql": "amounts columns errors expression facts flags lower program readers",
    "readers.compiled": "amounts columns expression facts program readers",
    "columns": "expression facts flags lower peers program readers records",
    # scoring
    "intake": "days errors expression facts flags program readers records",
    "peers": "errors expression facts flags intake program readers",
    "naming": "facts",
    "scorecard": "_version amounts program facts naming records report",
    "plan": "amounts expression facts program readers records",
    "ranking": "scorecard",
    "grading": "expression intake program ranking scorecard",
    "rectification": "program records scorecard",
    "earlier": "amounts errors records scorecard units",
    "scoring": "errors expression facts flags intake peers plan program readers records scorecard",
    "reconciliation": "comparison facts program records scorecard",
    "ruleset": "amounts errors excerpt expression facts flags frames given grading intake peers program readers"
    " scorecard scoring",
    "given": "facts",
    # what would bring points
    "value_search": "facts readers records",
    "improvement": "amounts columns errors expression facts flags given intake peers program readers records ruleset"
    " scorecard scoring value_search",
    "what_if": "errors facts given ranking records ruleset scorecard",
    "worth": "amounts given intake peers program readers records ruleset scoring",
    "frame_intake": "errors facts flags program readers",
    "frame_scoring": "cache columns errors expression facts flags frame_intake peers program readers ruleset scorecard",
    "arrow_frames": "errors",
    "frames": "amounts arrow_frames frame_intake frame_scoring readers ruleset",
    "unit_files": "_version errors peers readers ruleset whole_file",
    "duties": "facts intake program ruleset",
    # reports know scorecards, not rules
    "report": "amounts duties errors expression facts messages program ranking readers rectification report"
    " scorecard spreadsheet whole_file",
    # from text to expressions
    "yaml_reader": "errors",
    "excerpt": "errors",
    "model": "amounts days",
    "formula": "amounts expression facts",
    "kinds": "amounts expression facts kinds model program readers",
    "grade_source": "model",
    "source": "amounts grade_source kinds model",
    "damage": "errors source yaml_reader",
    "placement": "errors grade_source kinds source yaml_reader",
    "validate": "damage errors facts kinds placement source yaml_reader",
    "compose": "errors facts source validate yaml_reader",
    "declare": "facts kinds source",
    "workbench": "declare errors expression facts flags formula kinds readers source yaml_reader",
    "balance": "expression kinds program readers source workbench",
    "describe": "program source workbench",
    "grades": "expression grade_source model program source workbench",
    "build": "balance describe expression flags kinds program source workbench",
    "check": "amounts build expression program readers source workbench",
    "fingerprint": "expression facts",
    "locate": "",
    "other_files": "facts",
    "misplaced": "errors excerpt locate yaml_reader",
    "loading": "build check compose errors excerpt facts fingerprint grades locate origin other_files program ruleset"
    " source validate workbench yaml_reader",
    # what changed between two rulesets
    "comparison": "amounts compose comparison errors excerpt expression facts flags loading locate model program readers records"
    " scorecard validate yaml_reader",
    "report.diff_words": "amounts comparison facts messages report",
    "report.diff_data": "amounts comparison program report scorecard",
    "report.diff_page": "amounts comparison facts messages program records report scorecard",
    "report.diff_table": "comparison messages report",
    "report.advice_table": "facts improvement messages program report scorecard what_if worth",
    "report.impact_table": "comparison messages report scorecard",
    "report.spans": "amounts comparison ranking scorecard",
    "report.reconcile_words": "amounts facts messages program reconciliation records report scorecard",
    "report.reconcile_table": "messages reconciliation report scorecard",
    "report.reconcile_page": "comparison reconciliation records report scorecard",
    "report.reconcile_workbook": "comparison reconciliation report scorecard spreadsheet whole_file",
    # for those who write rulesets
    "ruleset_schema": "kinds source yaml_reader",
    "facts_schema": "amounts facts program report ruleset_schema",
    "case_schema": "cases facts facts_schema ruleset_schema",
    "key_order": "",
    "yaml_writer": "key_order",
    "flatten": "loading yaml_writer",
    "canonical": "errors key_order load whole_file yaml_reader yaml_writer",
    "new_city": "errors facts load locate messages ruleset ruleset_schema samples template whole_file yaml_reader"
    " yaml_writer",
    # what was loaded before
    "whole_file": "",
    "spreadsheet": "",
    "origin": "",
    "program_text": "errors expression facts program",
    "cache": "_version errors origin program program_text whole_file",
    "load": "cache loading origin ruleset",
    # around it
    "units": "errors excerpt facts gathering yaml_reader",
    "forms": "amounts days errors excerpt facts flags forms messages program records report ruleset slips spreadsheet"
    " whole_file yaml_reader",
    "gathering": "errors excerpt facts forms records ruleset scorecard units",
    "output": "errors facts improvement messages report ruleset scorecard whole_file",
    "case_files": "locate",
    "cases": "amounts case_files compose errors excerpt facts load locate ruleset scorecard units yaml_reader",
    "coverage": "cases expression facts flags intake lower messages peers program readers ruleset scorecard scoring",
    "samples": "expression facts flags program readers ruleset",
    "duty_source": "duties errors excerpt facts load locate model ruleset source validate yaml_reader",
    "template": "facts messages report ruleset",
    "cli": "_version cache canonical case_files case_schema cases cli columns comparison coverage duties duty_source"
    " earlier errors excerpt facts facts_schema flatten forms gathering improvement load locate messages misplaced"
    " naming new_city output program readers reconciliation rectification report ruleset ruleset_schema samples"
    " scorecard template unit_files units what_if whole_file worth yaml_reader",
    "__main__": "cli",
    "__init__": "_version comparison errors facts load ruleset scorecard units",
}
# Down in the house, but only when called: a card asks for its own reports, a ruleset for what takes frames.
CALLED_LATE = {("scorecard", "report"), ("ruleset", "frames"), ("units", "gathering")}
# What reads rulesets and facts files costs most of an import, and is not needed where the cache answers.
IMPORTED_LATE = {("load", "loading"), ("__init__", "units"), ("__init__", "comparison")}

# Who may use which library.
LIBRARIES = {
    "yaml": "yaml_reader yaml_writer",
    "ruamel": "canonical",
    "pydantic": "duty_source grade_source model placement ruleset_schema source kinds validate",
    "pydantic_core": "grade_source model source validate",
    "simpleeval": "formula",
    "click": "cli",
    "duckdb": "unit_files",
    "jinja2": "report.templates",
    "rich": "cli report",
    "pandas": "arrow_frames frames report.frame unit_files",
    "numpy": "frame_intake frame_scoring frames readers.batch readers.cohort readers.loops readers.operations",
    "numba": "readers.loops",
    "polars": "arrow_frames",
    "pyarrow": "arrow_frames report.parquet",
    "openpyxl": "forms",
    "python_calamine": "forms",
    "xlsxwriter": "forms report",
    "docx": "report",
}

# What scores and explains, and needs none of the libraries that read a ruleset or make a frame.
SCORES = (
    "amounts days expression lower readers program facts flags intake peers scoring ruleset scorecard messages errors report"
    " cache grading load origin program_text ranking records slips"
)
WITHOUT = ("pydantic", "pydantic_core", "yaml", "simpleeval", "numpy", "pandas")
MAKES_FRAMES = "report.frame readers.batch readers.cohort readers.loops readers.operations"

# What decides a digit.
DECIDES = (
    "amounts expression grades grading improvement intake lower peers program ranking readers reconciliation"
    " rectification ruleset scorecard scoring value_search what_if worth"
)

# Written `/`, and why it loses nothing: both sides are fractions.
EXACT_QUOTIENTS = {
    "expression.divide",
    "readers.bounds._div",
    "readers.spread._quotient",
    "scorecard.share_of",
}

MOST_LINES, MOST_LINES_OF_A_FUNCTION = 350, 50
LARGER = {
    "expression": "the nodes, their constructors and their one fold belong on one page",
    "formula": "the whole language of formulas, half of it tables",
}


def modules() -> dict[str, Path]:
    """Every module of the library by its name below the package; a package goes by its own name."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)] = path
    return found


def covers(listed: str, name: str) -> bool:
    """Whether a list of modules and packages holds the module."""
    return any(name == each or name.startswith(f"{each}.") for each in listed.split())


MODULES = modules()
every_module = pytest.mark.parametrize("name", MODULES)
every_module_that_decides = pytest.mark.parametrize("name", [name for name in MODULES if covers(DECIDES, name)])


@cache
def tree(name: str) -> ast.Module:
    return ast.parse(MODULES[name].read_text("utf-8"))


def imported(name: str) -> Iterator[str]:
    """The full names of what a module imports, anywhere in it, but for what only a type checker reads."""
    typed = {
        part
        for block in ast.walk(tree(name))
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for part in ast.walk(block)
    }
    for part in ast.walk(tree(name)):
        if part in typed:
            continue
        if isinstance(part, ast.Import):
            yield from (alias.name for alias in part.names)
        elif isinstance(part, ast.ImportFrom):
            assert part.level == 0, f"{name} imports by dots"
            yield from (f"{part.module}.{alias.name}" for alias in part.names)


def ours(name: str) -> set[str]:
    """The modules of the library that a module imports."""
    inside = (full.removeprefix("egov_scoring.") for full in imported(name) if full.startswith("egov_scoring."))
    return {_module_of(full) for full in inside} - {name}


def _module_of(full: str) -> str:
    """The module that holds this name; what the package itself offers comes from `__init__`."""
    while full and full not in MODULES:
        full = full.rpartition(".")[0]
    return full or "__init__"


def row(name: str) -> str:
    """The row of the house that speaks for a module: its own, or that of its package."""
    while name and name not in HOUSE:
        name = name.rpartition(".")[0]
    return name


# Arrows.


@every_module
def test_a_module_knows_only_what_the_house_allows(name: str):
    assert row(name), f"{name} has no place in the house: give it a row"
    allowed = HOUSE[row(name)] + (" __init__" if row(name) == "cli" else "")
    assert {found for found in ours(name) if not covers(allowed, found)} == set()


def test_every_row_of_the_house_is_lived_in():
    assert {name for name in HOUSE if not any(row(module) == name for module in MODULES)} == set()


def test_arrows_run_one_way():
    arrows = {name: set(allowed.split()) - {name.partition(".")[0]} for name, allowed in HOUSE.items()}
    for name, late in CALLED_LATE:
        arrows[name].discard(late)
    list(TopologicalSorter(arrows).static_order())


@pytest.mark.parametrize(("name", "late"), sorted(CALLED_LATE | IMPORTED_LATE))
def test_what_is_called_late_is_imported_late(name: str, late: str):
    at_once = {part for part in tree(name).body if isinstance(part, (ast.Import, ast.ImportFrom))}
    assert not any(late in ast.unparse(part) for part in at_once)


@every_module
def test_a_library_is_used_in_its_place_only(name: str):
    for full in imported(name):
        library = full.partition(".")[0]
        if library not in sys.stdlib_module_names and library != "egov_scoring":
            assert covers(LIBRARIES.get(library, ""), name), f"{name} imports {library}"


# Scoring without help.


def python(program: str) -> subprocess.CompletedProcess[str]:
    """A fresh Python that runs the program."""
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)


def test_scoring_and_explaining_need_no_library_of_the_loader():
    needed = [name for name in MODULES if covers(SCORES, name) and not covers(MAKES_FRAMES, name)]
    # The package's own `__init__` offers `load` as well; a bare package of the same name stands in for it.
    run = python(f"""
import importlib, sys, types
sys.modules.update(dict.fromkeys({WITHOUT!r}))
package = types.ModuleType("egov_scoring")
package.__path__ = [{str(ROOT)!r}]
sys.modules["egov_scoring"] = package
for name in {needed!r}:
    importlib.import_module("egov_scoring." + name)
""")
    assert run.returncode == 0, run.stderr


def test_importing_the_library_brings_in_neither_pandas_nor_numpy():
    run = python('import egov_scoring, sys; print({"pandas", "numpy"} & set(sys.modules))')
    assert run.stdout.strip() == "set()", run.stderr


# Exactness.


@every_module_that_decides
def test_nothing_that_decides_uses_a_float(name: str):
    for part in ast.walk(tree(name)):
        assert not (isinstance(part, ast.Constant) and isinstance(part.value, float)), ast.unparse(part)
        assert not (isinstance(part, ast.Call) and ast.unparse(part.func) in ("float", "math.fsum")), ast.unparse(part)


@every_module_that_decides
def test_nothing_that_decides_divides_but_exactly(name: str):
    """`/` stands where both sides are fractions; everything else divides whole numbers with `//`."""
    for function in ast.walk(tree(name)):
        if isinstance(function, ast.FunctionDef) and f"{name}.{function.name}" not in EXACT_QUOTIENTS:
            divided = [
                part for part in ast.walk(function) if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Div)
            ]
            assert [ast.unparse(part) for part in divided] == []


# Size.


@every_module
def test_a_module_fits_its_page(name: str):
    lines = len(MODULES[name].read_text("utf-8").splitlines())
    assert (lines > MOST_LINES) == (name in LARGER), f"{name} has {lines} lines"


@every_module
def test_a_function_fits_a_screen(name: str):
    long = [
        f"{part.name}: {length} lines"
        for part in ast.walk(tree(name))
        if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (length := (part.end_lineno or 0) - part.lineno + 1) > MOST_LINES_OF_A_FUNCTION
    ]
    assert long == []
