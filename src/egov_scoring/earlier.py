"""Earlier totals of units, read from scorecards that `score --json` has written."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from egov_scoring import amounts
from egov_scoring.errors import FactsError, Position, Problem, shown
from egov_scoring.records import Record
from egov_scoring.scorecard import FORMAT, share_of
from egov_scoring.units import read_json

LONGEST = 24  # characters of an amount of points


class Earlier(Record):
    """What a unit came to before: its points, None where they were not known, and under which ruleset."""

    unit: str
    points: Decimal | None
    max_applicable: Decimal | None
    ruleset: str = ""

    @property
    def share(self) -> Fraction | None:
        """Points by applicable maximum."""
        return share_of(self.points, self.max_applicable)


def read_earlier(file: str | Path) -> list[Earlier]:
    """The totals in a file of one scorecard or a list of them. Raises `FactsError` with everything that is wrong with it."""
    data, problems = read_json(Path(file))
    if not problems:
        place = Position(str(file), 1, 1)
        cards = [
            _Card(number, card, place) for number, card in enumerate(data if isinstance(data, list) else [data], 1)
        ]
        found = [card.read() for card in cards]
        problems = [problem for card in cards for problem in card.problems]
        problems += [] if problems else _twice(found, place)
    if problems:
        raise FactsError(problems)
    return found


class _Card:
    """One scorecard of the file, the so-and-so-many-th, and what is wrong with it."""

    def __init__(self, number: int, data: object, place: Position) -> None:
        self.problems: list[Problem] = []
        self._number, self._place = number, place
        self._data: Mapping[str, object] = data if isinstance(data, dict) else {}

    def read(self) -> Earlier:
        data, ruleset = self._data, self._data.get("ruleset")
        if data.get("format") != FORMAT:
            self.problems.append(Problem("no-scorecard", self._place, number=self._number, format=FORMAT))
            return Earlier("", None, None)
        unit = data.get("unit")
        if not isinstance(unit, str):
            self._misread("unit", unit)
        named = ruleset.get("id", "") if isinstance(ruleset, dict) else ""
        return Earlier(str(unit), self._amount("points"), self._amount("max_applicable"), str(named))

    def _amount(self, key: str) -> Decimal | None:
        """The amount under the key; there is none where nothing is known, or nothing added."""
        value = self._data.get(key)
        if value is None:
            return None
        if isinstance(value, str) and len(value) <= LONGEST and amounts.DECIMAL.fullmatch(value) and value[0] != "-":
            return Decimal(value)
        self._misread(key, value)
        return None

    def _misread(self, key: str, value: object) -> None:
        problem = Problem("scorecard-value", self._place, number=self._number, key=key, found=shown(value))
        self.problems.append(problem)


def _twice(found: list[Earlier], place: Position) -> list[Problem]:
    names = [each.unit for each in found]
    return [Problem("unit-twice", place, unit=name) for name in dict.fromkeys(names) if names.count(name) > 1]
