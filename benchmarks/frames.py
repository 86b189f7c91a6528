"""`python -m benchmarks.frames`: many units of 2019/city at once, beside what one would write by hand with the same libraries.

All totals are compared before anything is measured; every round runs every contestant once, and ratios are of one round.
"""

from __future__ import annotations

import sys
import tempfile
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from benchmarks.by_hand import city_in_blocks, city_in_duckdb, city_in_numba
from benchmarks.turns import Task, beside
from egov_scoring import load
from egov_scoring.unit_files import score_file

RULESET = "2019/city"
SIZES = (1_000, 10_000, 100_000, 1_000_000)
LARGEST = 10_000_000
ROUNDS = 5


def frame_of(rows: int, seed: int = 0) -> pd.DataFrame:
    """Made-up cities: small counts, and one in two hundred that is large."""
    dice = np.random.default_rng(seed)
    columns = {}
    for key in load(RULESET).facts:
        cells = dice.integers(0, 12, rows)
        large = dice.random(rows) < 0.005
        cells[large] = dice.integers(1_000, 1_000_001, int(large.sum()))
        columns[key] = cells
    return pd.DataFrame(columns, copy=False)


def in_memory(rows: int) -> list[Task]:
    """What scores a data frame; by hand first."""
    frame, ruleset = frame_of(rows), load(RULESET)
    columns = {key: frame[key].to_numpy() for key in frame}
    found = [
        ("NumPy in blocks, by hand", partial(city_in_blocks, columns), 1),
        ("score_frame", lambda: ruleset.score_frame(frame, points="units", fast=False)["points"], 1),
    ]
    if find_spec("numba") is not None:
        by_hand = city_in_numba()
        found += [
            ("Numba, by hand", partial(by_hand, columns), 1),
            ("score_frame, compiled loops", lambda: ruleset.score_frame(frame, points="units", fast=True)["points"], 1),
        ]
    return found


def from_files(rows: int, folder: Path) -> list[Task]:
    """What scores a Parquet file into another."""
    units, out = folder / f"{rows}.parquet", folder / "scores.parquet"
    frame_of(rows).to_parquet(units)
    return [
        ("DuckDB, by hand", partial(city_in_duckdb, units, out), 1),
        ("score to a file", partial(score_file, load(RULESET), units, out), 1),
    ]


def main() -> None:
    """Measures and prints."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    table = Table(title=f"{RULESET}: ns a unit, and ratio to what is written by hand")
    for name in ("units", "what", "ns a unit", "ratio"):
        table.add_column(name, justify="left" if name == "what" else "right")
    with tempfile.TemporaryDirectory() as folder:
        tasks = [(rows, in_memory(rows)) for rows in SIZES]
        tasks += [(rows, from_files(rows, Path(folder))) for rows in (SIZES[-1], LARGEST)]
        for rows, contestants in tasks:
            totals = [call() for _, call, _ in contestants[:2]]
            if totals[0] is not None:
                assert np.array_equal(totals[0], totals[1].to_numpy("int64"))
            for name, seconds, ratio in beside(contestants, rounds):
                table.add_row(f"{rows:,}", name, f"{seconds / rows * 1e9:,.1f}", f"{ratio:,.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
