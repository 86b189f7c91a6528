"""Self-report beside verification in words: what a part is called, what made its difference, what people set and claimed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from egov_scoring import amounts, messages
from egov_scoring.facts import exact_number
from egov_scoring.reconciliation import FactChange, Part, Reconciled, Reconciliation, RecordChange
from egov_scoring.records import Record
from egov_scoring.report import text, wording

SIDES = ("reported", "verified")


class Decided(Record):
    """Points that a person set after verification, beside what the rule gives; or an objection, beside what stands."""

    indicator: str
    points: Decimal | str
    other: Decimal | str
    said: str


class Told:
    """What there is to say of a unit, in one language."""

    def __init__(self, each: Reconciled, lang: str | None = None) -> None:
        self._each, self._lang = each, lang
        self._program = each.verified.program
        self._names = text.called(each.verified)
        self.unit = text.unit(each.verified, lang)

    def name(self, part: Part) -> str:
        """An indicator by its name; of a group, that this is what it does to the sum of its parts."""
        is_total = part.id == self._program.total.id
        called = self._say("card.total") if is_total else self._names[part.id]
        return self._say("reconcile.group", name=called) if self._each.verified[part.id].children else called

    def causes(self, part: Part) -> list[str]:
        """What made a difference: records by people, facts and findings, what is not known, what it follows from."""
        said = [line for change in part.records for line in self._record(change, part)]
        said += [line for change in part.facts for line in self.fact(change)]
        said += self._unknown(part)
        return said + [self._say(f"reconcile.follows.{source}") for source in part.follows]

    def fact(self, change: FactChange) -> list[str]:
        """A fact with both values; below it the findings added and removed."""
        label, before, now, *findings = self.fact_parts(change)
        said = self._say("reconcile.fact", label=label, before=before, now=now)
        return [said, *(f"  {finding}" for finding in findings)]

    def fact_parts(self, change: FactChange) -> list[str]:
        """What a fact is called, what was reported and verified, then each finding added and removed."""
        declared = self._program.facts[change.key]
        before, now = (
            self._say("reconcile.unstated") if value is None else wording.stated(declared, value, self._lang)
            for value in (change.reported, change.verified)
        )
        said = [declared.label or change.key, before, now]
        for sign, findings in (("added", change.added), ("removed", change.removed)):
            said += [self._say(f"reconcile.{sign}", finding=text.finding(finding)) for finding in findings]
        return said

    def overrides(self) -> list[Decided]:
        """The points that a person set, and what the rule gives in their place."""
        return [
            Decided(
                self._names[score.id],
                line.balance,
                wording.by_rule(score, self._lang),
                wording.signed(line.records[0], self._lang),
            )
            for score in self._each.verified.total
            if (line := score.override) is not None
        ]

    def objections(self) -> list[Decided]:
        """What was objected to, with the points that stand after verification and those claimed, and what was decided."""
        return [self._objection(indicator, found) for indicator, found in self._each.objections.items()]

    def _objection(self, indicator: str, found: Mapping[str, Any]) -> Decided:
        score, claimed = self._each.verified[indicator], found.get("points")
        signed, decided = wording.signed(found, self._lang), wording.decided(found, self._lang)
        return Decided(
            self._names[indicator],
            text.brief(score, self._lang) if score.points is None else score.points,
            "" if claimed is None else amounts.to_decimal(exact_number(claimed), self._program.places),
            self._say("reconcile.objection", signed=signed, decided=decided),
        )

    def _record(self, change: RecordChange, part: Part) -> Iterator[str]:
        """What each side recorded."""
        of = "" if change.indicator == part.id else self._names[change.indicator]
        for side in SIDES:
            found = getattr(change, side)
            if found is not None:
                asked = {key: found.get(key, "") for key in ("points", "place", "of")}
                said = self._say(f"reconcile.{change.kind}", **asked, signed=self._signed(found))
                yield self._say(f"reconcile.by.{side}", said=f"{of} {said}".strip())

    def _signed(self, found: Mapping[str, Any]) -> str:
        """Nothing, where a stated place is not signed."""
        signed = wording.signed(found, self._lang)
        return self._say("reconcile.signed", signed=signed) if signed else ""

    def _unknown(self, part: Part) -> Iterator[str]:
        """Why there are no points on a side, unless the facts say it already."""
        told = {change.key for change in part.facts}
        for side in SIDES:
            score = getattr(self._each, side)[part.id]
            if score.status == "missing" and score.reason != "parts" and not told.intersection(score.waits_for):
                labels = [self._program.facts[key].label for key in score.waits_for]
                why = wording.listed([self._say(f"missing.{score.reason}"), *labels], self._lang)
                yield self._say(f"reconcile.by.{side}", said=why)

    def _say(self, message: str, **args: object) -> str:
        return messages.text(message, self._lang, **args)


def remarks(found: Reconciliation, lang: str | None = None) -> list[str]:
    """Who stands on one side only, that nobody stands on both, and among whom places are."""
    nameless = messages.text("card.nameless", lang)
    said = [
        messages.text(f"reconcile.only.{side}", lang, units=wording.listed((name or nameless for name in names), lang))
        for side, names in (("reported", found.only_reported), ("verified", found.only_verified))
        if names
    ]
    if not found.units:
        said.insert(0, messages.text("reconcile.nobody", lang))
    if said or any(item.compares for item in found.program.items()):
        said.append(messages.text("reconcile.peers", lang))
    return said
