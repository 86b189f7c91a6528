"""`python -m benchmarks`: how long scoring takes, all measured in one run. What counts are the ratios."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.by_hand import city
from benchmarks.turns import Task, medians
from egov_scoring import LedgerLine, Unit, load, read_units
from egov_scoring.samples import sample

RULESET = "2019/city"
UNITS = Path(__file__).parents[1] / "examples" / "2019_city_units.yaml"
COHORT = 1_000
ROUNDS = 7

BARE_IMPORTS = "import pydantic, yaml"
FIRST_MODEL = "import pydantic, yaml\nclass Model(pydantic.BaseModel):\n    amount: int"
ONE_UNIT = f"""
import pathlib
import egov_scoring
unit = egov_scoring.read_units(pathlib.Path({str(UNITS)!r}))[0]
egov_scoring.load({RULESET!r}).score(unit)
"""


def main() -> None:
    """Measures every task by turns, several times, and prints the medians and their ratios to the first."""
    tasks = in_process() + fresh_processes()
    times = medians(tasks, ROUNDS)
    table = Table(title=f"{RULESET}, Python {platform.python_version()}, {platform.machine()}, median of {ROUNDS}")
    table.add_column("what")
    table.add_column("time", justify="right")
    table.add_column("ratio to a unit with ledger", justify="right")
    first = times[0]
    for (name, _, _), seconds in zip(tasks, times, strict=True):
        table.add_row(name, spoken(seconds), f"{seconds / first:,.3f}")
    Console().print(table)
    bare, modelled, whole = times[-3:]
    print(
        f"a fresh process that scores one unit takes {spoken(whole - bare)} more than the bare imports of pydantic and yaml;"
    )
    print(f"{spoken(modelled - bare)} of them are what pydantic takes for its first model")


def in_process() -> list[Task]:
    """What a program that has the library loaded waits for."""
    ruleset = load(RULESET)
    unit = read_units(UNITS)[0]
    facts = dict(sample(ruleset, "random").facts)
    assert ruleset.points(facts) == Decimal(city(facts)) / 100
    cohort = [Unit(f"{number}", sample(ruleset, "random", number).facts) for number in range(COHORT)]
    return [
        ("one unit, full ledger", lambda: ruleset.score(unit), 200),
        ("the same, every line of it read", lambda: [spelled(line) for line in ruleset.score(unit).ledger], 200),
        ("one unit, no ledger", lambda: ruleset.score(unit, ledger=False), 200),
        ("one unit, points only, facts checked", lambda: ruleset.points(facts), 20_000),
        ("the same by hand, facts taken as they are", lambda: city(facts), 20_000),
        (f"{COHORT:,} units through score_all", lambda: ruleset.score_all(cohort), 1),
        ("load and proof of a ruleset", lambda: load(RULESET), 5),
    ]


def spelled(line: LedgerLine) -> tuple[object, ...]:
    """All that a line holds, with the amounts that are worked out when somebody asks for them."""
    return line.code, line.nominal, line.loss, line.balance, line.records, *line.args.items()


def fresh_processes() -> list[Task]:
    """What a command waits for."""
    return [
        ("fresh Python", lambda: run("pass"), 1),
        ("fresh Python that imports pydantic and yaml", lambda: run(BARE_IMPORTS), 1),
        ("the same, and one pydantic model", lambda: run(FIRST_MODEL), 1),
        ("fresh Python that loads, proves and scores one unit", lambda: run(ONE_UNIT), 1),
    ]


def run(code: str) -> None:
    """Runs the code in a Python of its own, which finds its modules compiled as an installed library's are."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)


def spoken(seconds: float) -> str:
    """Seconds in a fitting unit."""
    return f"{seconds * 1e6:,.{1 if seconds < 1e-5 else 0}f} µs" if seconds < 1e-3 else f"{seconds * 1e3:,.1f} ms"


if __name__ == "__main__":
    main()
