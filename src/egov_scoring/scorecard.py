"""The result: a scorecard of plain data, with a ledger for every indicator."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from egov_scoring import amounts
from egov_scoring._version import __version__
from egov_scoring.program import Arg, Program
from egov_scoring.records import Record

if TYPE_CHECKING:
    import pandas as pd

FORMAT = "egov-scoring/scorecard/1"

Status = Literal["scored", "missing", "not_applicable", "vetoed"]
Overall = Literal["complete", "incomplete", "not_applicable"]
Exact = Decimal | Fraction


class PointRange(Record):
    """The least and the most that can still be reached, in points.

    >>> str(PointRange(Decimal("6.00"), Decimal("8.00")))
    '6.00..8.00'
    """

    low: Decimal
    high: Decimal

    def __str__(self) -> str:
        return f"{self.low}..{self.high}"


class LedgerLine(Record):
    """One line of a ledger, in points.

    `nominal` is what the rule says on its own (an exact fraction where no decimal can write it); `loss` is what the line
    takes from the balance, negative where it gives; `balance` is what is left after it. `records` are the findings behind it;
    those `responsible` for it are told only where they are others than for its indicator.

    >>> from egov_scoring import load
    >>> line = load("2019/city").score({"roll_call_absences": 30}, incomplete=True)["video_roll_call"].lines[0]
    >>> line.code, line.nominal, line.loss, line.balance
    ('lost', Decimal('-1.50'), Decimal('1.00'), Decimal('0.00'))
    """

    _aside = ("args", "program")

    indicator: str
    code: str
    nominal: Exact
    loss: Decimal
    balance: Decimal
    args: Mapping[str, Arg | Exact]
    records: tuple[Mapping[str, Any], ...] = ()
    id: str = ""
    name: str = ""
    clause: str = ""
    program: Program | None = None
    responsible: tuple[str, ...] = ()

    def text(self, lang: str | None = None) -> str:
        """The line in words, `zh` or `en`."""
        from egov_scoring.report import wording

        return wording.line(self, lang)


class Score(Record):
    """One indicator of a scorecard, in points.

    `status` is scored, missing, not_applicable or vetoed; `points` is None where it is missing, with the `reason` (`facts`,
    `peers`, `decision` or `parts`), the facts it waits for and the `range` it can still reach. Iterating gives the indicator
    and all below it.

    >>> from egov_scoring import load
    >>> score = load("2019/city").score({}, incomplete=True)["operations"]
    >>> score.status, score.waits_for, str(score.range)
    ('missing', ('counties_without_operations',), '0.00..6.00')
    """

    id: str
    name: str
    max: Decimal
    max_applicable: Decimal
    points: Decimal | None
    status: Status
    lines: tuple[LedgerLine, ...]
    children: tuple[Score, ...]
    kind: str = ""
    reason: str = ""
    waits_for: tuple[str, ...] = ()
    range: PointRange | None = None
    about: Mapping[str, Any] = {}
    added: bool = True

    def __iter__(self) -> Iterator[Score]:
        """This indicator and all below it, in document order."""
        yield self
        for child in self.children:
            yield from child

    @property
    def reach(self) -> PointRange | None:
        """What it can still come to: its points where they are known, the range where they are not."""
        return self.range if self.points is None else PointRange(self.points, self.points)

    @property
    def loss(self) -> Decimal | None:
        """The applicable maximum less the points; None where these are missing."""
        return None if self.points is None else self.max_applicable - self.points

    @property
    def override(self) -> LedgerLine | None:
        """The line of the points that a person set, if one did; its record says who, when and why."""
        last = self.lines[-1] if self.lines else None
        return last if last is not None and last.code == "override" else None

    @property
    def by_rule(self) -> Decimal | None:
        """The points that the rule gives, whatever a person has set; None where it gives none."""
        if self.override is None:
            return self.points
        found = self.override.args.get("rule")
        return found if isinstance(found, Decimal) else None

    @property
    def ledger(self) -> tuple[LedgerLine, ...]:
        """The ledger lines of this indicator and all below it, in document order, its own lines last."""
        lines: list[LedgerLine] = []
        self._collect(lines)
        return tuple(lines)

    def _collect(self, lines: list[LedgerLine]) -> None:
        for child in self.children:
            child._collect(lines)
        lines += self.lines


class Graded(Record):
    """The `name` of a unit's grade; where it has none, the `reason`, and the facts that it waits for.

    The reason is `incomplete` (its points are not known), `facts` (its points are, but not a fact that the grade hangs on),
    `peers` (a grade is for so many of the units, and there are no others), `others` (one of these is not complete),
    `not_applicable` (nothing applies to the unit), or `none`: it is known that it gets none.
    """

    name: str | None
    reason: str = ""
    waits_for: tuple[str, ...] = ()


class Scorecard(Record):
    """What one unit scores under one ruleset, and where every point went.

    Amounts are `Decimal`s in points. `card["video"]` is one indicator, `card["total"]` the whole; iterating gives the
    indicators in document order; `str(card)` is a text to read.

    >>> from egov_scoring import load
    >>> from egov_scoring.facts import Unit
    >>> card = load("2019/city").score({"network_cloud_platforms": 3}, incomplete=True)
    >>> card["network_cloud"].points, card["network_cloud"].loss
    (Decimal('6.00'), Decimal('2.00'))
    """

    _aside = ("program",)

    unit: str
    total: Score
    program: Program
    inputs: Mapping[str, Any]
    graded: Graded | None = None

    __slots__ = ("__dict__",)

    @property
    def points(self) -> Decimal | None:
        """The total; None where it is missing or never added."""
        return self.total.points if self.total.added else None

    @property
    def max(self) -> Decimal | None:
        """The maximum; None where the parts are never added."""
        return self.total.max if self.total.added else None

    @property
    def max_applicable(self) -> Decimal | None:
        """The maximum without what does not apply to this unit."""
        return self.total.max_applicable if self.total.added else None

    @property
    def status(self) -> Overall:
        """complete, incomplete, or not_applicable where nothing applies."""
        asked = [self.total] if self.total.added else list(self)
        if any(score.status == "missing" for score in asked):
            return "incomplete"
        return "not_applicable" if self.total.added and self.total.status == "not_applicable" else "complete"

    @property
    def grade(self) -> str | None:
        """Its grade; None where it has none, or that is open (`graded` says why), or the ruleset declares none."""
        return None if self.graded is None else self.graded.name

    @property
    def share(self) -> Fraction | None:
        """Points by applicable maximum, exactly."""
        return share_of(self.points, self.max_applicable)

    @property
    def ledger(self) -> tuple[LedgerLine, ...]:
        """Every ledger line in document order; the losses add up to the applicable maximum less the points, exactly."""
        return self.total.ledger

    def losses(self) -> list[LedgerLine]:
        """The lines that cost points, the dearest first."""
        return sorted((line for line in self.ledger if line.loss > 0), key=lambda line: -line.loss)

    def gains(self) -> list[LedgerLine]:
        """The lines that give points back (rounding up, a bonus, a conversion to a smaller maximum), the most first."""
        return sorted((line for line in self.ledger if line.loss < 0), key=lambda line: line.loss)

    @property
    def objections(self) -> Mapping[str, Mapping[str, Any]]:
        """What was objected to, by indicator: the records as they were handed in."""
        found: Mapping[str, Mapping[str, Any]] = self.inputs.get("objections", {})
        return found

    @cached_property
    def _by_id(self) -> Mapping[str, Score]:
        return {score.id: score for score in self.total}

    def __getitem__(self, indicator: str) -> Score:
        if indicator not in self._by_id:
            from egov_scoring.naming import meant, similar

            names = {score.id: score.name for score in self.total}
            near = meant(str(indicator), names) or similar(str(indicator), names)
            proposed = " or ".join(f"{key!r} ({names[key]})" for key in near)
            raise KeyError(f"{indicator!r} is no indicator of {self.program.id}" + (f"; {proposed}?" if near else ""))
        return self._by_id[indicator]

    def __contains__(self, indicator: object) -> bool:
        return indicator in self._by_id

    def __iter__(self) -> Iterator[Score]:
        """The indicators in document order, without the total."""
        for child in self.total.children:
            yield from child

    def __len__(self) -> int:
        return len(self._by_id) - 1

    def to_dict(self, lang: str | None = None) -> dict[str, Any]:
        """The result as plain data of format `egov-scoring/scorecard/1`; amounts are strings."""
        from egov_scoring.report import json as report

        return report.scorecard(self, lang)

    def to_json(self, lang: str | None = None, *, indent: int | None = 2) -> str:
        """The same as JSON text."""
        return json.dumps(self.to_dict(lang), ensure_ascii=False, indent=indent)

    def to_frame(self) -> pd.DataFrame:
        """A pandas DataFrame, a row an indicator in document order, the total last; amounts are `Decimal`s."""
        from egov_scoring.report import frame

        return frame.scorecard(self)

    def __str__(self) -> str:
        from egov_scoring.report import text

        return text.scorecard(self)

    def _repr_html_(self) -> str:
        from egov_scoring.report import html

        return html.scorecard(self)


def share_of(points: Decimal | None, most: Decimal | None) -> Fraction | None:
    """Points by maximum, exactly; None where there are no points, or nothing that applies."""
    return None if points is None or not most else Fraction(points) / Fraction(most)


def engine() -> str:
    """The version of the engine, as results carry it."""
    return __version__


def plain(amount: Decimal) -> str:
    """An amount without trailing zeros, for maxima."""
    return amounts.to_text(Fraction(amount))
