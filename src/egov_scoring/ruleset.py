"""A ruleset ready to use: what it asks, what it says, and scoring by it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from egov_scoring import amounts
from egov_scoring.errors import FactsError, Problem
from egov_scoring.excerpt import with_excerpts
from egov_scoring.expression import Node
from egov_scoring.facts import FactDeclaration, Unit, place_of, position_in
from egov_scoring.given import UnitLike, as_unit, others
from egov_scoring.grading import graded
from egov_scoring.intake import Stated, take_in, truth
from egov_scoring.peers import PeerPass, Statistics
from egov_scoring.program import Check, Item, Program
from egov_scoring.readers.exact import Exact
from egov_scoring.scorecard import PointRange, Score, Scorecard
from egov_scoring.scoring import Scorer

if TYPE_CHECKING:
    from egov_scoring.frames import Detail, Errors, Points


Frame = TypeVar("Frame")


class Ruleset:
    """One indicator system, loaded and proved. Made by `load`.

    >>> from egov_scoring import load
    >>> ruleset = load("2019/city")
    >>> ruleset.id, ruleset.max
    ('2019/city', Decimal('65.00'))
    """

    def __init__(self, program: Program, warnings: Sequence[Problem] = ()) -> None:
        self.program = program
        self.warnings = tuple(warnings)
        self._scorers: dict[tuple[bool, bool], Scorer] = {}

    @property
    def id(self) -> str:
        """Its id, such as `2019/city`."""
        return self.program.id

    @property
    def title(self) -> str:
        """Its official title."""
        return self.program.title

    @property
    def fingerprint(self) -> str:
        """`sha256:...` of the flattened ruleset."""
        return self.program.fingerprint

    @property
    def facts(self) -> Mapping[str, FactDeclaration]:
        """What is asked of a unit, by key, in the order declared."""
        return self.program.facts

    @property
    def total(self) -> Item:
        """The tree of indicators, the total on top."""
        return self.program.total

    @property
    def max(self) -> Decimal | None:
        """The total that can be scored, in points, or None where the parts are never added."""
        total = self.program.total
        return amounts.to_decimal(total.max, self.program.places) if total.added else None

    def __repr__(self) -> str:
        return f"<Ruleset {self.id}>"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled without what is worked out again when needed."""
        return Ruleset, (self.program, self.warnings)

    def score(
        self,
        facts: UnitLike,
        *,
        peers: Iterable[UnitLike] | None = None,
        unit: str = "",
        incomplete: bool = False,
        ledger: bool = True,
    ) -> Scorecard:
        """Scores one unit.

        `facts` is a dict from fact key to value, or a `Unit`; `peers` are the units it is ranked with (the unit itself is
        counted once, whether or not it is among them: it is known by being the same object, or by its name). Raises
        `FactsError` with every problem at once; with `incomplete=True` missing facts leave their indicators `missing`, with
        the range they can still reach. `ledger=False` leaves the ledgers out.

        >>> from egov_scoring import load
        >>> card = load("2019/city").score({"network_cloud_platforms": 5}, incomplete=True)
        >>> print(card["network_cloud"].points, card.status)
        8.00 incomplete
        """
        own = as_unit(facts, unit)
        cohort = None if peers is None else [own, *others(own, facts, peers)]
        stated, problems = self._taken_in([own] if cohort is None else cohort)
        if cohort is not None:
            problems += self._peers.mixed_places(stated) + _same_names(stated)
        cards = self._cards(stated[:1], None if cohort is None else stated, problems, incomplete, ledger)
        return cards[0]

    def score_all(self, units: Iterable[UnitLike], *, incomplete: bool = False, ledger: bool = True) -> list[Scorecard]:
        """Scores units that are ranked with one another, in the order given.

        Raises `FactsError` with every problem of every unit at once.

        >>> from egov_scoring import load
        >>> load("2019/city").score_all([])
        []
        """
        stated, problems = self._taken_in([as_unit(unit, f"#{at}") for at, unit in enumerate(units, 1)])
        problems += self._peers.mixed_places(stated) + _same_names(stated)
        return self._cards(stated, stated, problems, incomplete, ledger)

    def points(self, facts: UnitLike) -> Decimal | None:
        """The total alone, in points: what `score(facts).points` says, many times faster.

        `facts` are checked as ever: raises `FactsError` with every problem at once. None where the parts are never added.

        >>> from egov_scoring import load
        >>> ruleset = load("2019/city")
        >>> ruleset.points(dict.fromkeys(ruleset.facts, 0))
        Decimal('31.00')
        """
        found = self._total_of(facts)
        return self.score(facts, ledger=False).points if found is None else found

    def score_frame(
        self,
        frame: Frame,
        detail: Detail = "total",
        errors: Errors = "raise",
        unit: str | None = None,
        keep: Iterable[str] = (),
        points: Points = "decimal",
        fast: bool | None = None,
    ) -> Frame:
        """Scores a data frame, a row a unit and a column a fact; the result has a row for each, under the same index.

        A frame is one of pandas, polars or pyarrow, and so is what comes back; any other that hands over a table of Arrow comes
        back as a table of pyarrow.

        Its columns are `unit` and those to `keep`, then `points`, `max_applicable`, `status`, and a column for each indicator
        with `detail="indicators"`. Amounts are Decimals, with `points="float"` the nearest doubles, with `"units"` whole
        numbers of the smallest unit. What keeps a row from being scored raises `FactsError`, with every problem at once; with
        `errors="mark"` its code is the row's status, and the row has no points. `fast` says whether loops are compiled for it,
        which takes from seconds to a minute, once for a ruleset; None: from ten million rows on, where Numba is installed.

        >>> import pandas as pd
        >>> from egov_scoring import load
        >>> city = load("2019/city")
        >>> city.score_frame(pd.DataFrame([dict.fromkeys(city.facts, 1)]))["points"].tolist()
        [Decimal('33.00')]
        """
        from egov_scoring.frames import score_frame

        found: Frame = score_frame(self, frame, detail, errors, unit, keep, points, fast)
        return found

    def bounds(self, facts: UnitLike, *, peers: Iterable[UnitLike] | None = None) -> dict[str, PointRange]:
        """What each indicator, and `total`, can still come to with only these facts known, in points.

        >>> from egov_scoring import load
        >>> load("2019/city").bounds({"network_cloud_platforms": 3})["platforms"]
        PointRange(low=Decimal('6.00'), high=Decimal('38.00'))
        """
        card = self.score(facts, peers=peers, incomplete=True, ledger=False)
        return {score.id: score.reach for score in card.total if score.reach is not None}

    def to_sql(
        self,
        dialect: str = "duckdb",
        table: str | Sequence[str] = "units",
        *,
        view: str | Sequence[str] = "",
        keep: Iterable[str] = (),
        recorded: Iterable[str] = (),
    ) -> str:
        """A query that scores every row of a table, in `duckdb`, `postgres` or `spark`: a row a unit, a column a fact.

        `table` is a name, or several where it stands in something: `("public", "units")`; `view` makes the query a view of that
        name. The columns to `keep` come first, then `status`, `total`, `max_applicable` and a column for each indicator;
        a row whose status is not `scored` has no points. `recorded` names columns `ID__not_applicable` and `ID__points`
        that the table has beside the facts. Raises `EgovScoringError` where the query cannot be written.

        >>> from egov_scoring import load
        >>> load("2019/city").to_sql(table="cities").splitlines()[-1]
        'FROM judged;'
        """
        from egov_scoring.readers.sql import to_sql

        return to_sql(self.program, dialect, table, view=view, keep=keep, recorded=recorded)

    # Inside.

    def _taken_in(self, units: Sequence[Unit]) -> tuple[list[Stated], list[Problem]]:
        stated = [take_in(unit, self.program) for unit in units]
        problems = [problem for item in stated for problem in (*item.problems, *self._failed_checks(item))]
        return stated, problems

    @cached_property
    def _only_checked(self) -> frozenset[str]:
        """The facts that no indicator reads: they are stated for the sake of a check."""
        read = {key for item in self.program.items() for key in (*item.needs, *item.peer_needs, *item.needs_to_apply)}
        return frozenset(self.program.facts.keys() - read)

    def _undecided_checks(self, stated: Stated) -> list[Problem]:
        """The facts that a check of what is stated lacks, and nothing else asks for."""
        known = stated.values.keys()
        return [
            Problem("missing-for-check", place_of(stated.unit.facts), **_named(key, check, stated.unit, self.program))
            for check in self.program.checks
            if check.facts & known and truth(check.require, self.program, stated) is None
            for key in sorted(check.facts & self._only_checked - known)
            if stated.unit.facts.get(key) is None
        ]

    def _failed_checks(self, stated: Stated) -> list[Problem]:
        if not self.program.checks:
            return []
        reading = self._checks.evaluate(stated.values, {})
        return [
            _check_problem(check, stated)
            for check in self.program.checks
            if check.facts <= stated.values.keys() and not reading.holds(check.require)
        ]

    @cached_property
    def _places(self) -> dict[str, int]:
        declared = {**self.program.facts, **self.program.flags}
        return {key: declaration.places for key, declaration in declared.items()}

    @cached_property
    def _total_of(self) -> Callable[[UnitLike], Decimal | None]:
        from egov_scoring.readers.compiled import total_of

        return total_of(self.program)

    @cached_property
    def _checks(self) -> Exact:
        roots: dict[Node, Node] = {check.require: check.require for check in self.program.checks}
        return Exact(roots, self._places)

    @cached_property
    def _peers(self) -> PeerPass:
        return PeerPass(self.program, self._places)

    def _scorer(self, flags: bool, ledger: bool) -> Scorer:
        key = (flags, ledger)
        if key not in self._scorers:
            self._scorers[key] = Scorer(self.program, flags=flags, ledger=ledger)
        return self._scorers[key]

    def _cards(
        self,
        scored: Sequence[Stated],
        cohort: Sequence[Stated] | None,
        problems: list[Problem],
        incomplete: bool,
        ledger: bool,
    ) -> list[Scorecard]:
        if problems and incomplete:
            raise FactsError(with_excerpts(problems))
        compared = scored if cohort is None else cohort
        statistics: Sequence[Statistics | None] = [None] * len(compared)
        if cohort is not None and self._peers.asked:
            statistics = self._peers.statistics(cohort)
            if not incomplete:
                problems += self._peers.missing(cohort[len(scored) :])
        unknown = bool(problems or (self._peers.asked and self._peers.missing(scored)))
        missing: list[Problem] = []
        totals = [
            self._scorer(stated.has_flags, ledger).score(stated, peers, missing)
            for stated, peers in zip(scored, statistics, strict=False)
        ]
        if unknown:  # with the facts of all units as they should be, there may be somebody to compare with
            missing = [problem for problem in missing if problem.code != "missing-peers"]
        if not incomplete:
            missing += [problem for stated in scored for problem in self._undecided_checks(stated)]
        if (problems or missing) and not incomplete:
            raise FactsError(with_excerpts(problems + missing))
        peers: list[tuple[Unit, dict[str, Any]]] = []
        if cohort is not None and self._peers.asked:
            peers = [(item.unit, _as_peer(item.unit, self._peers.compared)) for item in cohort]
            peers.sort(key=lambda peer: (peer[0].name, repr(peer[1])))
        cards = [self._card(stated.unit, total, peers) for stated, total in zip(scored, totals, strict=True)]
        return self._with_grades(cards, compared, statistics) if self.program.grades else cards

    def _with_grades(
        self, cards: list[Scorecard], compared: Sequence[Stated], statistics: Sequence[Statistics | None]
    ) -> list[Scorecard]:
        """The cards with their grades; where one is for so many of the units, all of them are scored for it."""
        asked = list(zip(compared, statistics, strict=True))[len(cards) :] if self.program.has_quotas else []
        others = [
            self._card(each.unit, self._scorer(each.has_flags, False).score(each, peers, []), [])
            for each, peers in asked
        ]
        return graded(cards, others, compared)

    def _card(self, unit: Unit, total: Score, peers: list[tuple[Unit, dict[str, Any]]]) -> Scorecard:
        inputs: dict[str, Any] = {"facts": unit.facts, **unit.records}
        if peers:
            inputs["peers"] = [peer for other, peer in peers if other is not unit]
        return Scorecard(unit.name, total, self.program, inputs)


def _same_names(cohort: Sequence[Stated]) -> list[Problem]:
    seen: set[str] = set()
    problems = []
    for stated in cohort:
        if stated.unit.name and stated.unit.name in seen:
            problems.append(Problem("unit-twice", place_of(stated.unit.facts), unit=stated.unit.name))
        seen.add(stated.unit.name)
    return problems


def _named(key: str, check: Check, unit: Unit, program: Program) -> dict[str, str]:
    about = check.about or check.id
    return {"unit": unit.name, "fact": key, "label": program.facts[key].label, "check": check.id, "about": about}


def _check_problem(check: Check, stated: Stated) -> Problem:
    facts = stated.unit.facts
    found = {key: facts.get(key) for key in sorted(check.facts)}
    values = ", ".join(
        f"{key}: {len(value) if isinstance(value, (list, tuple)) else value}" for key, value in found.items()
    )
    place = next((place for key in found if (place := position_in(facts, key))), place_of(facts))
    args = {"check": check.id, "about": check.about or check.id, "values": values}
    return Problem("check-failed", place, unit=stated.unit.name, **args)


def _as_peer(unit: Unit, compared: frozenset[str]) -> dict[str, Any]:
    """What others are compared with: the facts in question, and the records, which may take the unit out of a comparison."""
    facts = {key: value for key, value in unit.facts.items() if key in compared}
    return {"unit": unit.name, "facts": facts, **unit.deciding}
