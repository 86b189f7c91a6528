"""`egov_scoring` as implementations of the comparison in which peers and code by hand are measured, from the rulesets beside this
file: a total for one unit, with and without its ledger, and totals for many.

With the project and `src` on PYTHONPATH, `python bench.py all --add egov-points=benchmarks.egov:Points`, and so for the others.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from egov_scoring import Ruleset, load

RULESETS = Path(__file__).parent / "rulesets"
# Alone, a unit's place among others is a fact.
ALONE = {"city65": "city65", "wide100": "wide100_placed"}


class Implementation:
    """What the comparison asks of each."""

    SCALE, RANKS, RECORDS, THREADS, SINGLE, BATCH, BIG = 1, True, False, 1, False, False, False

    def __init__(self, workload: str) -> None:
        self.workload = workload

    def ruleset(self, name: str) -> Ruleset:
        """One of the rulesets beside this file."""
        return load(RULESETS / f"{name}.yaml")


class Points(Implementation):
    """`Ruleset.points`, the facts checked."""

    SINGLE = True

    def __init__(self, workload: str) -> None:
        super().__init__(workload)
        loaded = self.ruleset(ALONE[workload])
        self._keys, self._total = tuple(loaded.facts), self.total(loaded)
        self._own: dict[int, dict[str, int]] = {}

    def total(self, ruleset: Ruleset) -> Callable[[Mapping[str, int]], Decimal | None]:
        """What gives the total of a unit."""
        return ruleset.points

    def single(self, facts: dict[str, int]) -> Decimal | None:
        """The total in points. The facts of other implementations are left out once, before anything is measured."""
        own = self._own.get(id(facts))
        if own is None:
            own = self._own[id(facts)] = {key: facts[key] for key in self._keys}
        return self._total(own)


class Ledger(Points):
    """`Ruleset.score`, every line of the ledger read."""

    def total(self, ruleset: Ruleset) -> Callable[[Mapping[str, int]], Decimal | None]:
        """Scores the unit and reads what every line says."""

        def scored(facts: Mapping[str, int]) -> Decimal | None:
            card = ruleset.score(facts)
            for line in card.ledger:
                _ = line.code, line.nominal, line.loss, line.balance, line.records, *line.args.items()
            return card.points

        return scored


class Frame(Implementation):
    """`Ruleset.score_frame` with NumPy, on one thread."""

    SCALE, BATCH, BIG = 100, True, True
    FAST = False

    def __init__(self, workload: str) -> None:
        super().__init__(workload)
        self._ruleset = self.ruleset(workload)

    def prepare(self, columns: Mapping[str, Any]) -> Any:
        """A data frame over the columns as they are."""
        import pandas as pd

        return pd.DataFrame(columns, copy=False)

    def batch(self, native: Any) -> Any:
        """The totals in hundredths of points."""
        os.environ["EGOV_SCORING_THREADS"] = str(self.THREADS)
        found = self._ruleset.score_frame(native, points="units", fast=self.FAST)
        return found["points"].to_numpy()


class Frame2(Frame):
    """The same on two threads."""

    THREADS = 2


class Fast(Frame):
    """The same in compiled loops, on one thread."""

    FAST = True


class Fast2(Fast):
    """The same in compiled loops, on two threads."""

    THREADS = 2


class File(Frame):
    """`score_file`, from one Parquet file into another, and the totals read back."""

    THREADS = 2

    def prepare(self, columns: Mapping[str, Any]) -> Any:
        """The file."""
        import duckdb
        import pyarrow

        facts = pyarrow.table(dict(columns))
        source = Path(tempfile.gettempdir(), f"egov-{self.workload}-{facts.num_rows}.parquet")
        with duckdb.connect() as connection:
            connection.register("facts", facts)
            connection.execute(f"COPY facts TO '{source}' (FORMAT parquet)")
        return source

    def batch(self, native: Any) -> Any:
        """The totals in hundredths of points."""
        import duckdb

        from egov_scoring.unit_files import score_file

        target = native.with_suffix(".scores.parquet")
        score_file(self._ruleset, native, target)
        with duckdb.connect() as connection:
            found = connection.execute(f"SELECT CAST(points * 100 AS INTEGER) AS total FROM '{target}'").fetchnumpy()
        return found["total"]
