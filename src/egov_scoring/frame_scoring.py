"""Many rows scored at once, by two readers that agree.

Rows of which everything is known are scored by the batch reader. Where cells are missing, the exact reader says what that
means: for these rows or, where units are compared with one another, for all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from egov_scoring import cache
from egov_scoring.columns import columns
from egov_scoring.errors import EgovScoringError, FactsError, Problem
from egov_scoring.expression import Node
from egov_scoring.facts import Unit
from egov_scoring.flags import not_applicable_flag, of_flag, place_flag, points_flag
from egov_scoring.frame_intake import Mask, Taken, any_of, look_closely
from egov_scoring.peers import askers
from egov_scoring.program import Check, Item, Program
from egov_scoring.readers.batch import Batch, Unfit
from egov_scoring.readers.bounds import MOST_PEERS
from egov_scoring.readers.cohort import Cohort
from egov_scoring.readers.operations import Column
from egov_scoring.ruleset import Ruleset
from egov_scoring.scorecard import Scorecard

if TYPE_CHECKING:
    from egov_scoring.readers.loops import Loops

# From so many rows on, loops are compiled where Numba is installed: that takes from 4 to 50 seconds, once for a ruleset.
ROWS_OF_LOOPS = 10_000_000
# How many rows go through the exact reader at a time where they are not compared with one another.
CHUNK = 1_000
# From so many problems on, no more rows are looked at for missing facts.
ENOUGH = 1_000
RECORDED = {"by": "-", "why": "-"}
STATUS = {"facts": "missing-fact", "decision": "missing-decision", "peers": "missing-peers"}
# What may be said of a row: that it is scored, or the code of what stands against it.
STATUSES = ("scored", "bad-cell", "check-failed", *STATUS.values())
TOTAL = ("points", "max_applicable")


@dataclass(slots=True)
class Result:
    """Amounts in smallest units by name (`points`, `max_applicable`, or an indicator), where they are unknown, and the status
    of each row, by its place in `STATUSES`."""

    amounts: dict[str, Column]
    unknown: dict[str, Mask]
    status: Column


class _Reader:
    """A program made ready for frames with these records, for the total alone or for indicators too."""

    def __init__(self, program: Program, recorded: frozenset[str], listed: Sequence[Item]) -> None:
        found = self.columns = columns(program, recorded)
        self.compares = bool(askers(program))
        self.is_plain = Cohort.is_plain(found.peers)
        self.cohort = Cohort(found.peers if self.is_plain else {}, found.facts)
        self.amounts: dict[str, Node] = {item.id: found.points[item.id] for item in listed}
        if program.total.added:
            self.amounts |= {"points": found.points["total"], "max_applicable": found.max_applicable["total"]}
        self.open = {name: nodes for name, nodes in found.open.items() if listed}
        self.checks = {check.id: check for check in program.checks}
        undecided = [node for both in self.open.values() for node in both]
        asked = [found.asks, found.unranked, *self.amounts.values(), *undecided]
        self.batch = Batch([*found.checks.values(), *(asked if self.is_plain else ())], found.facts, self.cohort.ranges)

    def for_rows(self, rows: int, fast: bool | None) -> Batch | Loops:
        """What evaluates so many rows: compiled loops where they are asked for, or where there are enough rows and Numba."""
        if not self.batch.is_narrow or not (rows >= ROWS_OF_LOOPS if fast is None else fast):
            return self.batch
        try:
            return self._loops
        except ImportError:  # not there, or not for this NumPy
            if fast is None:
                return self.batch
            raise EgovScoringError([Problem("extra-missing", library="numba", extra="fast")]) from None

    @cached_property
    def _loops(self) -> Loops:
        from egov_scoring.readers.loops import Loops

        apart = {node: name for name, node in self.columns.points.items() if name != self.columns.program.total.id}
        return Loops(self.batch, self.columns.facts, apart, cache.folder())


_READERS: WeakKeyDictionary[Ruleset, dict[tuple[frozenset[str], bool], _Reader]] = WeakKeyDictionary()


def _reader(ruleset: Ruleset, recorded: frozenset[str], listed: Sequence[Item]) -> _Reader:
    """Made once for a ruleset, these records and this detail."""
    made = _READERS.setdefault(ruleset, {})
    key = (recorded, bool(listed))
    if key not in made:
        made[key] = _Reader(ruleset.program, recorded, listed)
    return made[key]


def scored(ruleset: Ruleset, taken: Taken, listed: Sequence[Item], *, mark: bool, fast: bool | None = None) -> Result:
    """All rows scored, with the points of the indicators `listed`; what cannot be scored raises `FactsError` with every
    problem or, with `mark`, has a status. `fast` says whether loops are compiled; None: where that pays."""
    return _Scoring(ruleset, taken, listed, fast).run(mark=mark)


class _Scoring:
    """One frame being scored."""

    def __init__(self, ruleset: Ruleset, taken: Taken, listed: Sequence[Item], fast: bool | None) -> None:
        self._fast = fast
        self._ruleset, self._program, self._taken, self._listed = ruleset, ruleset.program, taken, listed
        recorded = frozenset(taken.values.keys() - ruleset.facts.keys())
        self._reader = _reader(ruleset, recorded, listed)
        if self._reader.compares:
            _refuse_cohort(taken)
        self._found = self._evaluated()
        self._incomplete = taken.absent_in(ruleset.facts)
        self._failed = {name: self._fails(check) for name, check in self._reader.checks.items()}
        self._broken = any_of([taken.bad, *self._failed.values()], taken.rows)
        # What is missing in one row may take away what every other row is compared with.
        amiss = bool(self._broken.any() or self._incomplete.any()) or self._mixed_places()
        self._all_exactly = self._reader.compares and (amiss or not self._reader.is_plain)
        self._exactly = np.full(taken.rows, True) if self._all_exactly else self._incomplete
        if not self._all_exactly and self._broken.any():
            self._exactly = self._incomplete & ~self._broken

    def _evaluated(self) -> dict[Node, Column]:
        """What the batch reader says, of facts within their ranges."""
        taken = self._taken
        look_closely(taken, taken.unlooked.keys() - self._reader.batch.keys)
        reader = self._reader.for_rows(taken.rows, self._fast)
        while True:
            try:
                statistics = self._reader.cohort.statistics(taken.values, taken.rows)
                return reader.evaluate(taken.values, statistics, taken.rows)
            except Unfit as unfit:
                look_closely(taken, unfit.keys)

    def run(self, *, mark: bool) -> Result:
        """All rows."""
        if not mark and (problems := self._problems()):
            problems += self._missing_facts(ENOUGH - len(problems))
            raise FactsError(problems)
        result = self._by_batch()
        problems = []
        left = int(self._exactly.sum())
        for rows in self._chunks(self._exactly):
            left -= len(rows)
            try:
                cards = self._ruleset.score_all(self._units(rows), incomplete=mark, ledger=False)
            except FactsError as error:
                problems += self._renamed(error.problems)
                if left and len(problems) > ENOUGH:
                    raise FactsError([*problems, Problem("more-rows", number=left)]) from None
            else:
                self._enter(result, rows, cards)
        if problems:
            raise FactsError(problems)
        self._mark(result)
        return result

    def _chunks(self, mask: Mask) -> Iterator[list[int]]:
        """The rows of the mask: all at once where they are compared with one another."""
        rows = np.flatnonzero(mask).tolist()
        size = len(rows) if self._reader.compares else CHUNK
        yield from (rows[start : start + size] for start in range(0, len(rows), size or 1))

    def _mark(self, result: Result) -> None:
        """Rows with a cell that does not fit, or whose facts do not fit together: they have no points at all."""
        for failed in self._failed.values():
            result.status[failed] = STATUSES.index("check-failed")
        result.status[self._taken.bad] = STATUSES.index("bad-cell")
        if self._broken.any():
            for unknown in result.unknown.values():
                unknown[self._broken] = True

    def _fails(self, check: Check) -> Mask:
        return ~self._found[self._reader.columns.checks[check.id]] & ~self._taken.absent_in(check.facts)

    def _mixed_places(self) -> bool:
        """Whether some rows state a place that others do not."""
        stated = [self._taken.values[of] > 0 for of in self._taken.values if of.endswith(of_flag(""))]
        return any(bool(column.any()) and not column.all() for column in stated)

    # By the batch reader.

    def _by_batch(self) -> Result:
        """What it says of all rows but those that go the exact way."""
        rows, found = self._taken.rows, self._reader.columns
        none = np.zeros(rows, np.bool_)
        asks, unranked = self._found.get(found.asks, none), self._found.get(found.unranked, none)
        status = np.zeros(rows, np.int8)
        status[unranked] = STATUSES.index("missing-peers")
        status[asks] = STATUSES.index("missing-decision")
        unsettled = dict.fromkeys(TOTAL, any_of([asks, unranked], rows)) | self._open(self._program.total)
        amounts: dict[str, Column] = {}
        unknown: dict[str, Mask] = {}
        for name in [*TOTAL, *(item.id for item in self._listed)]:
            node = self._reader.amounts.get(name)
            is_read = node is not None and node in self._found
            column = self._found[node] if node is not None and is_read else np.zeros(rows, np.int64)
            # Two indicators may be one node; each has a column of its own.
            amounts[name] = column.copy() if any(column is other for other in amounts.values()) else column
            unknown[name] = any_of([unsettled[name], self._exactly], rows) if is_read else np.ones(rows, np.bool_)
        return Result(amounts, unknown, status)

    def _open(self, item: Item) -> dict[str, Mask]:
        """Where each indicator from this one down waits for a person or for peers, itself or in one of its parts."""
        if not self._listed:
            return {}
        opened: dict[str, Mask] = {}
        own = [self._found[node] for node in self._reader.open.get(item.id, ()) if node in self._found]
        for child in item.children:
            opened |= self._open(child)
            own.append(opened[child.id])
        return opened | {item.id: any_of(own, self._taken.rows)}

    # By the exact reader.

    def _units(self, rows: Sequence[int]) -> list[Unit]:
        return [self._unit(row) for row in rows]

    def _unit(self, row: int) -> Unit:
        """The row as a unit, by its number. Nothing is taken from facts that fail a check together, and from a row whose
        records do not fit nothing at all: so nobody is compared with what may be wrong."""
        taken = self._taken
        doubtful = {key for name, rows in self._failed.items() if rows[row] for key in self._reader.checks[name].facts}
        if taken.bad[row] and any(at == row and key not in self._program.facts for at, key, _ in taken.misfits):
            return Unit(str(row))
        facts = {
            key: declared.decode(int(taken.values[key][row]))
            for key, declared in self._program.facts.items()
            if key not in doubtful and not (key in taken.absent and taken.absent[key][row])
        }
        return Unit(str(row), facts, **self._records(row))

    def _records(self, row: int) -> dict[str, dict[str, dict[str, object]]]:
        """What the row records about indicators."""
        records: dict[str, dict[str, dict[str, object]]] = {"overrides": {}, "not_applicable": {}, "places": {}}
        for item in self._program.items():
            if not self._taken.missing_at(points_flag(item.id), row):
                records["overrides"][item.id] = {"points": self._decoded(points_flag(item.id), row), **RECORDED}
            if self._taken.has(not_applicable_flag(item.id), row):
                records["not_applicable"][item.id] = dict(RECORDED)
            if self._taken.has(of_flag(item.id), row):
                flags = {"place": place_flag(item.id), "of": of_flag(item.id)}
                records["places"][item.id] = {key: self._decoded(flag, row) for key, flag in flags.items()}
        return records

    def _decoded(self, flag: str, row: int) -> object:
        return self._program.flags[flag].decode(int(self._taken.values[flag][row]))

    def _enter(self, result: Result, rows: Sequence[int], cards: Sequence[Scorecard]) -> None:
        """What the cards say."""
        for row, card in zip(rows, cards, strict=True):
            settled = card.status != "incomplete"
            result.status[row] = 0 if settled else STATUSES.index(_why(card))
            amounts = {item.id: card[item.id].points for item in self._listed}
            if settled:
                amounts |= {"points": card.points, "max_applicable": card.max_applicable}
            for name, amount in amounts.items():
                if amount is not None:
                    result.amounts[name][row] = int(amount.scaleb(self._program.places))
                    result.unknown[name][row] = False

    # Problems.

    def _problems(self) -> list[Problem]:
        """What stands against scoring, but for facts that are missing."""
        problems = self._taken.cells(self._program)
        for name, failed in self._failed.items():
            for row in np.flatnonzero(failed).tolist():
                problems.append(self._check_failed(self._reader.checks[name], row))
        if not self._all_exactly:
            problems += self._undecided()
        return problems

    def _check_failed(self, check: Check, row: int) -> Problem:
        facts = {key: self._program.facts[key].decode(int(self._taken.values[key][row])) for key in sorted(check.facts)}
        values = ", ".join(f"{key}: {value}" for key, value in facts.items())
        return self._taken.told("check-failed", row, check=check.id, about=check.about or check.id, values=values)

    def _undecided(self) -> Iterator[Problem]:
        """Where rows of which everything is known wait for a person, or have nobody to be compared with."""
        found, rows = self._reader.columns, self._taken.rows
        nobody = np.zeros(rows, np.bool_)
        if not any_of([self._found.get(node, nobody) for node in (found.asks, found.unranked)], rows).any():
            return
        statistics = self._reader.cohort.statistics(self._taken.values, rows)
        nodes = [node for both in found.open.values() for node in both]
        opened = Batch(nodes, found.facts, self._reader.cohort.ranges).evaluate(self._taken.values, statistics, rows)
        names = {item.id: item.name for item in self._program.items()}
        for name, (asks, unranked) in found.open.items():
            for code, node in (("missing-decision", asks), ("missing-peers", unranked)):
                for row in np.flatnonzero(opened[node] & ~self._broken & ~self._exactly).tolist():
                    yield self._taken.told(code, row, indicator=name, name=names[name])

    def _missing_facts(self, enough: int) -> list[Problem]:
        """The facts that rows lack, but for cells that are problems already; from `enough` on only how many rows are left."""
        reported = {(row, key) for row, key, _ in self._taken.misfits}
        problems: list[Problem] = []
        rows = np.flatnonzero(self._incomplete).tolist()
        for start in range(0, len(rows), CHUNK):
            if len(problems) > enough:
                left = [row for row in rows[start:] if not self._taken.bad[row]]
                return problems + ([Problem("more-rows", number=len(left))] if left else [])
            try:
                self._ruleset.score_all(self._units(rows[start : start + CHUNK]), ledger=False)
            except FactsError as error:
                lacking = [
                    problem for problem in error.problems if problem.code in ("missing-fact", "missing-for-check")
                ]
                kept = [each for each in lacking if (int(str(each.args["unit"])), each.args["fact"]) not in reported]
                problems += self._renamed(kept)
        return problems

    def _renamed(self, problems: Sequence[Problem]) -> list[Problem]:
        """Problems of units by their numbers, as those of the rows."""
        renamed = []
        for problem in problems:
            others = {key: value for key, value in problem.args.items() if key != "unit"}
            renamed.append(self._taken.told(problem.code, int(str(problem.args["unit"])), **others))
        return renamed


def _why(card: Scorecard) -> str:
    """What the card waits for in the first place."""
    reasons = {score.reason for score in (card.total, *card)}
    return next(status for reason, status in STATUS.items() if reason in reasons)


def _refuse_cohort(taken: Taken) -> None:
    """Units that are compared are different ones, and not more than the proofs at load allow for."""
    if taken.rows > MOST_PEERS:
        raise FactsError([Problem("too-many-peers", number=taken.rows, limit=int(MOST_PEERS))])
    named = taken.labels[~taken.labels.isna()] if taken.named else ()
    twice = [name for name, times in Counter(map(str, named)).items() if times > 1]
    if twice:
        raise FactsError([Problem("unit-twice", unit=name) for name in twice])
