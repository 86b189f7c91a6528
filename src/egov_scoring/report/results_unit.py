"""What a report says of one unit: its indicators with what happened to them, and its facts, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from egov_scoring import messages
from egov_scoring.facts import FactDeclaration
from egov_scoring.rectification import Responsible, losses
from egov_scoring.report import text as as_text
from egov_scoring.report import wording
from egov_scoring.scorecard import LedgerLine, Score, Scorecard, plain

MOST_RECORDS = 5  # of a line; all of them stand with the facts


class Entry(NamedTuple):
    """A ledger line in words; the amount has its sign and is empty where nothing changes."""

    amount: str
    said: str
    records: tuple[str, ...]
    more: int


class Row(NamedTuple):
    """An indicator of a unit: its points, or a word why there are none, and what happened to them.

    `state` is its status; `remarks` say what is not known yet, and what people decided or objected to.
    """

    id: str
    name: str
    depth: int
    state: str
    points: str
    of: str
    lost: str
    entries: tuple[Entry, ...]
    remarks: tuple[str, ...]
    lead: str
    supporting: str
    is_group: bool


class Stated(NamedTuple):
    """A fact as the unit states it, who says so, and the findings one by one."""

    label: str
    said: str
    unit: str
    signed: str
    records: tuple[str, ...]


class InWords:
    """A unit's card in a language."""

    def __init__(self, card: Scorecard, lang: str | None) -> None:
        self._card, self._lang = card, lang
        self._answering: dict[str, list[Responsible]] = {}
        for loss in losses(card):
            self._answering.setdefault(loss.score.id, []).append(loss.responsible)

    def rows(self) -> Iterator[Row]:
        """Every indicator in document order, the total last."""
        for score, depth in as_text.tree(self._card.total):
            yield self._row(score, depth)
        if self._card.total.added:
            yield self._row(self._card.total, 0)

    def _row(self, score: Score, depth: int) -> Row:
        answering = self._answering.get(score.id, ())
        leads = dict.fromkeys(name for each in answering for name in each.lead)
        supports = dict.fromkeys(name for each in answering for name in each.supporting)
        return Row(
            score.id,
            self._say("card.total") if score is self._card.total else score.name,
            depth,
            score.status,
            points(score),
            plain(score.max_applicable),
            str(score.loss) if score.loss else "",
            tuple(map(self._entry, score.lines)),
            tuple(self._remarks(score)),
            wording.listed(leads, self._lang),
            wording.listed([name for name in supports if name not in leads], self._lang),
            bool(score.children),
        )

    def _entry(self, line: LedgerLine) -> Entry:
        records = as_text.records(line)
        amount = f"{-line.loss:+}" if line.loss else ""
        shown = records if len(records) <= MOST_RECORDS else records[: MOST_RECORDS - 1]
        return Entry(amount, line.text(self._lang), tuple(shown), len(records) - len(shown))

    def _remarks(self, score: Score) -> Iterator[str]:
        if score.status == "missing":
            yield as_text.points(score, self._lang)
        if score.waits_for and score.reason != "parts":
            labels = [self._card.program.facts[key].label or key for key in score.waits_for]
            yield self._part("column.waits", wording.listed(labels, self._lang))
        records = {kind: self._card.inputs.get(kind, {}).get(score.id) for kind in ("not_applicable", "places")}
        for kind, record in records.items():
            if record:
                yield self._part(f"results.record.{kind}", self._recorded(record))
        if score.id in self._card.objections:
            said = as_text.objection(self._card, score.id, self._lang)
            yield self._part("results.record.objections", said)

    def _recorded(self, record: Mapping[str, object]) -> str:
        signed = wording.signed(record, self._lang)
        if "place" not in record:
            return signed
        place = wording.recorded("places", record, self._lang)
        return f"{place}{self._say('stop')}{signed}" if signed else str(place)

    def facts(self) -> Iterator[Stated]:
        """Every fact that is asked, in the order of the ruleset."""
        stated = self._card.inputs["facts"]
        for key, fact in self._card.program.facts.items():
            yield self._stated(fact, stated.get(key))

    def _stated(self, fact: FactDeclaration, stated: object) -> Stated:
        said = self._say("results.not_stated") if stated is None else str(wording.value(fact, stated, self._lang))
        signed = wording.judged(stated, self._lang)
        records: tuple[str, ...] = ()
        if isinstance(stated, Sequence) and not isinstance(stated, str):
            records = tuple(filter(None, map(as_text.finding, stated)))
        return Stated(fact.label or fact.key, said, fact.unit if stated is not None else "", signed, records)

    def _part(self, message: str, said: str) -> str:
        return self._say("results.reading", part=self._say(message), said=said)

    def _say(self, message: str, **args: object) -> str:
        return messages.text(message, self._lang, **args)


def points(score: Score) -> str:
    """The points as they are; nothing where they are not known or do not apply."""
    applies = score.status != "not_applicable" or score.max_applicable > 0
    return str(score.points) if score.added and applies and score.points is not None else ""
