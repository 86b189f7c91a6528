"""`python -m benchmarks.workbooks`: 500 filled forms, scored in one call, beside the bare reading of the same files.

Every way of reading runs in a process of its own, by turns, so that its peak memory is its own.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from egov_scoring import load
from egov_scoring.facts import Unit
from egov_scoring.forms.writing import write
from egov_scoring.samples import sample

RULESET = "huaibei_2019"
WORKBOOKS = 500
ROUNDS = 3

MEASURED = """
import resource, sys, time
from pathlib import Path
folder = Path(sys.argv[1])
{prepared}
start = time.perf_counter()
{work}
taken = time.perf_counter() - start
print(taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
SCORED = (
    f"import egov_scoring\nfrom egov_scoring import gathering\nruleset = egov_scoring.load({RULESET!r})",
    "cards = gathering.score(ruleset, gathering.gather(folder, ruleset)).cards",
)
BY_CALAMINE = (
    "import python_calamine",
    """
for path in sorted(folder.iterdir()):
    with python_calamine.load_workbook(path) as book:
        pages = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
""",
)
BY_OPENPYXL = (
    "import openpyxl",
    """
for path in sorted(folder.iterdir()):
    pages = [[[cell.value for cell in row] for row in sheet] for sheet in openpyxl.load_workbook(path)]
""",
)
WAYS = {
    "read and scored": SCORED,
    "bare reading by python-calamine": BY_CALAMINE,
    "bare reading by openpyxl": BY_OPENPYXL,
}


def main(workbooks: int = WORKBOOKS, rounds: int = ROUNDS) -> None:
    """Writes the forms, measures every way by turns, and prints the medians."""
    with TemporaryDirectory() as folder:
        fill(Path(folder), workbooks)
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in WAYS}
        for _ in range(rounds):
            for name, way in WAYS.items():
                found[name].append(measured(Path(folder), way))
    table = Table(title=f"{workbooks} workbooks of {RULESET}, median of {rounds}")
    for column in ("what", "seconds", "workbooks per second", "peak memory", "ratio"):
        table.add_column(column, justify="left" if column == "what" else "right")
    first = found["read and scored"]
    for name, runs in found.items():
        seconds, memory = (median(values) for values in zip(*runs, strict=True))
        ratio = median(own[0] / each[0] for own, each in zip(runs, first, strict=True))
        table.add_row(name, f"{seconds:.2f}", f"{workbooks / seconds:,.0f}", f"{memory / 1024:,.0f} MB", f"{ratio:.2f}")
    Console(width=100).print(table)


def fill(folder: Path, workbooks: int) -> None:
    """Forms of made-up units, with findings one by one."""
    ruleset = load(RULESET)
    findings = [key for key, fact in ruleset.facts.items() if fact.type == "findings"]
    for number in range(workbooks):
        name = f"单位{number:03}"
        listed = [{"date": "2019-05-06", "note": "中断", "evidence": "值班记录"}] * (number % 4)
        facts = {**sample(ruleset, "random", number).facts, findings[0]: listed}
        write(folder / f"{name}.xlsx", ruleset, [Unit(name, facts)], lang="zh")


def measured(folder: Path, way: Sequence[str]) -> tuple[float, float]:
    """Seconds and peak memory (KiB) of one way, in a fresh process."""
    program = MEASURED.format(prepared=way[0], work=way[1])
    run = subprocess.run([sys.executable, "-c", program, str(folder)], capture_output=True, text=True, check=True)
    seconds, memory = map(float, run.stdout.split())
    return seconds, memory


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
