"""Scoring: the expressions of a ruleset evaluated for one unit, and the scorecard filled from their values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from egov_scoring.errors import Problem
from egov_scoring.expression import Node
from egov_scoring.facts import place_of, position_in
from egov_scoring.flags import given_flag, of_flag
from egov_scoring.intake import Stated, known_ranges, truth
from egov_scoring.peers import Statistics
from egov_scoring.plan import Amount, ItemPlan, LinePlan, Particulars, Plan
from egov_scoring.program import Arg, Item, Program
from egov_scoring.readers.bounds import Bounds, Range, of_fact
from egov_scoring.readers.exact import Values
from egov_scoring.records import Record
from egov_scoring.scorecard import LedgerLine, PointRange, Score

EITHER = Range(Fraction(0), Fraction(1), 1)

Records = tuple[Mapping[str, Any], ...]
RECORDED = (list, tuple, dict)


class Run(Record, frozen=False):
    """One unit being scored."""

    stated: Stated
    values: Values
    problems: list[Problem]
    peers: Statistics | None
    missing: frozenset[str]
    recorded: bool
    evidence: Mapping[str, Records]
    reported: set[str]
    ranges: Bounds | None = None

    @property
    def is_plain(self) -> bool:
        """Whether all of its facts are there, and nothing that people recorded."""
        return not (self.missing or self.recorded)

    def lacks(self, needs: frozenset[str]) -> list[str]:
        """Which of these facts are missing."""
        return sorted(needs & self.missing) if self.missing else []

    def has(self, flag: Callable[[str], str], item: Item) -> bool:
        """Whether a person recorded that about a leaf."""
        return self.recorded and item.is_leaf and bool(self.stated.values.get(flag(item.id)))


class Scorer:
    """Scores units by one way of reading a program: with or without flags, with or without the ledger."""

    def __init__(self, program: Program, *, flags: bool, ledger: bool) -> None:
        self._program = program
        self._ledger = ledger
        self._plan = Plan(program, flags=flags, ledger=ledger)
        self._amounts = self._plan.amounts

    def score(self, stated: Stated, peers: Statistics | None, problems: list[Problem]) -> Score:
        """The unit's scores; what is missing is recorded in `problems` and stands with the range it can still reach."""
        values = self._plan.exact.evaluate(stated.values, peers or {}).values
        asked = self._program.facts.keys()
        evidence = {key: _records(value) for key, value in stated.unit.facts.items() if isinstance(value, RECORDED)}
        missing = frozenset[str]() if asked <= stated.values.keys() else asked - stated.values.keys()
        run = Run(stated, values, problems, peers, frozenset(missing), stated.has_flags, evidence, set())
        return self._item(self._plan.total, run, asked=True)

    def _item(self, plan: ItemPlan, run: Run, *, asked: bool) -> Score:
        """The score of an item; where it is not `asked` for, because nobody knows whether it applies, nothing is reported."""
        item = plan.item
        if plan.is_certain and run.is_plain:
            return self._certain(plan, run)
        applies: bool | None = plan.applies is None or bool(run.values[plan.applies])
        lacking = run.lacks(item.needs_to_apply) if run.missing else []
        if lacking:
            applies = self._known_to_apply(item, run)
        children = tuple(self._item(child, run, asked=asked and applies is not None) for child in plan.children)
        if applies is None:
            if asked:
                self._report(item, run, "facts", lacking)
            return self._missing(plan, run, children, "facts", lacking)
        if not applies and not _any_missing(children):
            return self._absent(plan, run, children)
        return self._applying(plan, run, children)

    def _certain(self, plan: ItemPlan, run: Run) -> Score:
        """The score of an item that is certain, for a unit of which all is known."""
        children = tuple([self._certain(child, run) for child in plan.children])
        return self._filled(plan, run, children, "scored", self._lines(plan, run, ruled=True))

    def _known_to_apply(self, item: Item, run: Run) -> bool | None:
        """Whether it applies for all that is known; None where that, or what takes its place, is open."""
        applies, counts = (truth(node, self._program, run.stated) for node in (item.applies, item.counts))
        return applies if applies or counts is not None else None

    def _applying(self, plan: ItemPlan, run: Run, children: tuple[Score, ...]) -> Score:
        item = plan.item
        given = run.has(given_flag, item)
        lacking = self._lacking(item, run) if run.missing else []
        reason = self._open(plan, run, lacking)
        if reason and not given:
            waits_for = lacking if reason == "facts" else []
            self._report(item, run, reason, waits_for)
            return self._missing(plan, run, children, reason, waits_for)
        if item.added and _any_missing(children):
            return self._missing(plan, run, children, "parts", _waits(children))
        vetoed = plan.vetoed is not None and bool(run.values[plan.vetoed]) and not given
        lines = self._lines(plan, run, ruled=not reason)
        return self._filled(plan, run, children, "vetoed" if vetoed else "scored", lines)

    def _open(self, plan: ItemPlan, run: Run, lacking: list[str]) -> str:
        """Why the rule gives no points; empty where it does. Where a person has to decide, no facts are asked for."""
        if not lacking:
            return _open_case(plan, run) if plan.undecided else ""
        asked = [each.condition for each in plan.item.undecided if each.reason == "decision"]
        decided = any(truth(condition, self._program, run.stated) for condition in asked)
        return "decision" if decided else "facts"

    @staticmethod
    def _lacking(item: Item, run: Run) -> list[str]:
        """The facts that are missing; those only compared with peers where there are peers to compare with."""
        compares = run.peers is not None and not run.has(of_flag, item)
        return run.lacks(item.needs | item.peer_needs if compares else item.needs)

    def _filled(
        self, plan: ItemPlan, run: Run, children: tuple[Score, ...], status: Any, lines: tuple[LedgerLine, ...]
    ) -> Score:
        item = plan.item
        return Score(
            item.id,
            item.name,
            plan.max,
            self._amounts[run.values[plan.max_applicable]],
            self._amounts[run.values[plan.points]] if item.added else None,
            status,
            lines,
            children,
            item.kind,
            "",
            (),
            None,
            item.about,
            item.added,
        )

    def _absent(self, plan: ItemPlan, run: Run, children: tuple[Score, ...]) -> Score:
        """An indicator that does not apply: nothing is lost but what `otherwise: zero` takes."""
        points, most = run.values[plan.points], run.values[plan.max_applicable]
        lines: tuple[LedgerLine, ...] = ()
        if self._ledger and most != points:
            taken, left = self._amounts[most - points], self._amounts[points]
            lines = (LedgerLine(plan.item.id, "not_applicable", -taken, taken, left, {}, program=self._program),)
        children = tuple(_silenced(child) for child in children)
        return self._filled(plan, run, children, "not_applicable", lines)

    def _missing(self, plan: ItemPlan, run: Run, children: tuple[Score, ...], reason: str, facts: list[str]) -> Score:
        item = plan.item
        return Score(
            item.id,
            item.name,
            plan.max,
            self._most(item, run),
            None,
            "missing",
            (),
            children,
            item.kind,
            reason,
            tuple(facts),
            self._range(item, run),
            item.about,
            item.added,
        )

    def _report(self, item: Item, run: Run, reason: str, facts: list[str]) -> None:
        unit = run.stated.unit
        named = {"unit": unit.name, "indicator": item.id, "name": item.name}
        if reason != "facts":
            run.problems.append(Problem(f"missing-{reason}", place_of(unit.facts), **named))
        for key in facts:
            # One that is stated and does not fit has a problem already.
            if unit.facts.get(key) is None and key not in run.reported:
                run.reported.add(key)
                place = position_in(unit.facts, key) or place_of(unit.facts)
                label = self._program.facts[key].label
                run.problems.append(Problem("missing-fact", place, fact=key, label=label, **named))

    @cached_property
    def _anyone(self) -> Bounds:
        return anyone(self._program)

    def _ranges(self, run: Run) -> Bounds:
        if run.ranges is None:
            run.ranges = reach(self._program, run.stated, run.peers, self._anyone)
        return run.ranges

    def _most(self, item: Item, run: Run) -> Decimal:
        """The applicable maximum, or the most that it may be."""
        return self._amounts[int(self._ranges(run).of(item.max_applicable).high * self._plan.scale)]

    def _range(self, item: Item, run: Run) -> PointRange | None:
        found = self._ranges(run).of(item.points)
        low, high = found.low * self._plan.scale, found.high * self._plan.scale
        return PointRange(self._amounts[int(low // 1)], self._amounts[int(-(-high // 1))])

    # The ledger.

    def _lines(self, plan: ItemPlan, run: Run, *, ruled: bool) -> tuple[LedgerLine, ...]:
        """The lines that have something to say; where the rule has no outcome of its own, only that of the override."""
        if not plan.lines:
            return ()
        values = run.values
        previous = values[plan.max_applicable]
        if plan.children:
            previous = sum([values[child.points] for child in plan.children])
        lines: list[LedgerLine] = []
        for each in plan.lines:
            if each.shown is not None and not values[each.shown]:
                continue
            balance = values[each.balance]
            loss = previous - balance if each.raised is None else previous - balance + values[each.raised]
            if ruled:
                lines.append(self._line(plan.item, each, run, loss, balance, ruled=True))
            elif each.line.code == "override":
                return (self._line(plan.item, each, run, loss, balance, ruled=False),)
            else:
                continue
            previous = balance
        return tuple(lines)

    def _line(self, item: Item, plan: LinePlan, run: Run, loss: int, balance: int, *, ruled: bool) -> LedgerLine:
        """A line; its nominal amount is what the rule says, or where the rule has no outcome, what the line takes."""
        line = plan.line
        fixed: Mapping[str, Arg | Amount] = plan.fixed
        records: Records = ()
        if plan.is_told or run.evidence:
            fixed, records = self._told(item, plan, run)
            if ruled and line.code == "override":
                fixed = {**fixed, "rule": self._amounts[balance + loss]}
        return LedgerLine(
            item.id,
            line.code,
            plan.nominal(run.values) if ruled else -self._amounts[loss],
            self._amounts[loss],
            self._amounts[balance],
            Particulars(fixed, plan.read, run.values),
            records,
            line.id,
            line.name,
            line.clause,
            self._program,
            line.responsible,
        )

    def _told(self, item: Item, plan: LinePlan, run: Run) -> tuple[Mapping[str, Arg], Records]:
        """What a line says of an option, a judgement or a decision in words, and the records behind it."""
        if plan.line.code == "override":
            record = run.stated.unit.overrides[item.id]
            return plan.fixed, (record,)
        records = tuple(record for key in plan.cited for record in run.evidence.get(key, ()))
        if not plan.words:
            return plan.fixed, records
        return {**plan.fixed, "stated": plan.words[run.stated.values[plan.line.fact]]}, records


def _records(value: Records | list[Mapping[str, Any]] | dict[str, Any]) -> Records:
    """The records that a fact is stated by."""
    return (value,) if isinstance(value, dict) else tuple(value)


def _open_case(plan: ItemPlan, run: Run) -> str:
    """Why nobody but a person, or peers, can give the points; empty where the rule can."""
    return next((each.reason for each, slot in plan.undecided if run.values[slot]), "")


def _any_missing(children: tuple[Score, ...]) -> bool:
    return any(child.status == "missing" for child in children)


def _waits(children: tuple[Score, ...]) -> list[str]:
    return list(dict.fromkeys(key for child in children for key in child.waits_for))


def _silenced(score: Score) -> Score:
    """A part of something that does not apply: it does not apply either, and asks for nothing."""
    return Score(
        score.id,
        score.name,
        score.max,
        score.max - score.max,
        score.max - score.max if score.added else None,
        "not_applicable",
        (),
        tuple(_silenced(child) for child in score.children),
        score.kind,
        about=score.about,
    )


def anyone(program: Program) -> Bounds:
    """The bounds for any unit."""
    declared = {**program.facts, **program.flags}
    return Bounds({key: of_fact(declaration) for key, declaration in declared.items()})


def reach(program: Program, stated: Stated, peers: Statistics | None, peer: Bounds) -> Bounds:
    """The bounds for a unit of which some things are known, its peers like any `peer`; where a person may have to decide,
    they may set any points."""
    ranges = known_ranges(program, stated)
    for item in program.items():
        asks = (each.condition for each in item.undecided if each.reason == "decision")
        if given_flag(item.id) not in stated.values and any(
            truth(condition, program, stated) is not False for condition in asks
        ):
            ranges[given_flag(item.id)] = EITHER
    return Bounds(ranges, {**proved(program), **_known_places(peers)}, peer)


def proved(program: Program) -> dict[Node, Range]:
    """What the load proved of every indicator's value: it stays within 0..max."""
    return {item.points: Range(Fraction(0), item.max, 10**program.places) for item in program.items() if item.added}


def _known_places(peers: Statistics | None) -> dict[Node, Range]:
    """The places and counts that the peers have settled."""
    counted = {node: units for node, units in (peers or {}).items() if node.statistic in ("rank", "dense", "count")}
    return {node: Range(Fraction(units), Fraction(units)) for node, units in counted.items()}
