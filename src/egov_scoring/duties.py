"""Duty tables: which columns of a website each unit keeps up, and which scored indicator each of them feeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from egov_scoring.facts import Unit
from egov_scoring.intake import Stated, truth
from egov_scoring.program import Item
from egov_scoring.ruleset import Ruleset


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A row of the table with everything that its merged cells say.

    `feeds` is the id of an indicator, or empty; then `why` says why.
    """

    number: int
    section: str
    column: str
    item: str
    content: str
    lead: tuple[str, ...]
    units: tuple[str, ...]
    feeds: str
    why: str

    @property
    def named(self) -> tuple[str, ...]:
        """Everybody who is named, the lead first."""
        return (*self.lead, *self.units)


@dataclass(frozen=True, slots=True)
class DutyTable:
    """A duty table and the ruleset that it belongs to."""

    ruleset: Ruleset
    title: str
    readings: tuple[Mapping[str, Any], ...]
    rows: tuple[DutyRow, ...]
    everyone: tuple[str, ...]
    not_meant: tuple[str, ...]

    @property
    def units(self) -> list[str]:
        """Every unit named, in order, without the names that stand for all."""
        named = dict.fromkeys(name for row in self.rows for name in row.named)
        return [name for name in named if name not in self.everyone]

    def of(self, unit: str) -> list[DutyRow]:
        """What a unit keeps up: the rows that name it, and those that name everyone, if it is meant.

        >>> from egov_scoring.duty_source import duties_of
        >>> table = duties_of("sanming_2019/portal")
        >>> {row.column for row in table.of("市财政局")} >= {"财政资金", "政府采购"}
        True
        """
        meant = {unit} if unit in self.not_meant else {unit, *self.everyone}
        return [row for row in self.rows if meant.intersection(row.named)]

    def prefilled(self, unit: str, *, by: str, why: str) -> Unit:
        """The unit with everything stated that the table settles: which of the indicators that rows feed apply to it.

        Where one yes_no fact alone says whether an indicator applies, that fact is filled in; otherwise the indicator is
        marked as not applicable, by whom and why being as given.
        """
        fed, own = ({row.feeds for row in rows} for rows in (self.rows, self.of(unit)))
        facts: dict[str, object] = {}
        marks: dict[str, dict[str, str]] = {}
        for item in self.ruleset.total:
            if item.id not in fed:
                continue
            if (fact := self._deciding(item)) is not None:
                facts[fact] = item.id in own
            elif item.id not in own:
                marks[item.id] = {"by": by, "why": why}
        return Unit(unit, facts, not_applicable=marks)

    def _deciding(self, item: Item) -> str | None:
        """The yes_no fact that alone says whether the item applies, if there is one."""
        program = self.ruleset.program
        if len(item.needs_to_apply) != 1:
            return None
        (fact,) = item.needs_to_apply
        stated = [Stated(Unit(""), {fact: value}, []) for value in (0, 1)]
        settled = [truth(item.applies, program, each) for each in stated]
        return fact if program.facts[fact].type == "yes_no" and settled == [False, True] else None
