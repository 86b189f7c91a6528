"""`python -m benchmarks.growth`: how cost grows with units and with indicators. Rulesets are made up for it."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from benchmarks.frames import RULESET, frame_of
from benchmarks.turns import Task, medians
from egov_scoring import Ruleset, load

UNITS = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
INDICATORS = (10, 30, 100, 300, 1_000)
ROWS = 100_000
ROUNDS = 5
KINDS = (
    "{{kind: per_unit, each: 0.5, of: {a}}}",
    "{{kind: per_finding, each: 0.25, of: {a}}}",
    "{{kind: ratio, part: {a}, whole: {b}, when_whole_is_zero: zero}}",
    "{{kind: choice, cases: [{{when: {a} >= 5, points: 2}}, {{when: {b} >= 5, points: 1}}, {{otherwise: true, points: 0}}]}}",
)


def ruleset_of(indicators: int, folder: Path) -> Path:
    """A file with so many indicators, of four kinds by turns; each reads two facts."""
    facts = [f"  f{at}: {{type: count, label: f{at}}}" for at in range(indicators)]
    rules = [KINDS[at % len(KINDS)].format(a=f"f{at}", b=f"f{(at + 1) % indicators}") for at in range(indicators)]
    parts = [f"  - {{id: i{at}, name: i{at}, max: 2, rule: {rule}}}" for at, rule in enumerate(rules)]
    (folder / "documents.yaml").write_text(
        "made_up: {title: made up, issuer: nobody, number: none, date: 2019-01-01}\n"
    )
    path = folder / f"of_{indicators}.yaml"
    head = [f"ruleset: of_{indicators}", "title: made up", "document: made_up", f"max: {2 * indicators}", "facts:"]
    path.write_text("\n".join([*head, *facts, "indicators:", *parts]) + "\n", "utf-8")
    return path


def by_units() -> Table:
    """ns a unit for `score_frame`, from a thousand units to ten million."""
    ruleset = load(RULESET)
    table = Table("units", "ns a unit", title=f"score_frame, {RULESET}")
    tasks: list[Task] = []
    for rows in UNITS:
        frame = frame_of(rows)
        tasks.append((f"{rows:,}", lambda frame=frame: ruleset.score_frame(frame, points="units", fast=False), 1))
    for (name, _, _), seconds, rows in zip(tasks, medians(tasks, ROUNDS), UNITS, strict=True):
        table.add_row(name, f"{seconds / rows * 1e9:,.1f}")
    return table


def by_indicators() -> Table:
    """Loading, one unit and many, from ten indicators to a thousand."""
    table = Table(
        "indicators", "load, ms", "points, µs", "ledger, µs", f"score_frame of {ROWS:,}, ns a unit and indicator"
    )
    with tempfile.TemporaryDirectory() as folder:
        for count in INDICATORS:
            path = ruleset_of(count, Path(folder))
            start = time.perf_counter()
            ruleset = load(path, cache=False)
            loading = time.perf_counter() - start
            points, ledger, frame = medians(_tasks(ruleset), ROUNDS)
            each = frame / ROWS / count * 1e9
            table.add_row(
                f"{count:,}", f"{loading * 1e3:,.0f}", f"{points * 1e6:,.1f}", f"{ledger * 1e6:,.0f}", f"{each:,.2f}"
            )
    return table


def _tasks(ruleset: Ruleset) -> list[Task]:
    dice = np.random.default_rng(0)
    frame = pd.DataFrame({key: dice.integers(0, 12, ROWS) for key in ruleset.facts}, copy=False)
    facts = {key: int(frame[key][0]) for key in ruleset.facts}
    return [
        ("points", lambda: ruleset.points(facts), 200),
        ("ledger", lambda: ruleset.score(facts).ledger, 20),
        ("frame", lambda: ruleset.score_frame(frame, points="units"), 1),
    ]


def main() -> None:
    """Measures and prints."""
    console = Console()
    console.print(by_units())
    console.print(by_indicators())


if __name__ == "__main__":
    main()
