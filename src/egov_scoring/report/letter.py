"""The letter to one unit: what it came to, what it lost and who is to do something about that, what is open, how to object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from egov_scoring import messages
from egov_scoring.errors import EgovScoringError, Problem
from egov_scoring.facts import FINDING_KEYS
from egov_scoring.ranking import placed
from egov_scoring.rectification import Loss, Responsible, by_responsible, losses, lost, still_open
from egov_scoring.report import text as as_text
from egov_scoring.report import wording
from egov_scoring.report.rectify_words import given_back
from egov_scoring.scorecard import Score, Scorecard, engine, plain, share_of

if TYPE_CHECKING:
    from egov_scoring.improvement import Gain
    from egov_scoring.report.paper import Band, Column, Paper

MOST_RECORDS = 6  # beside an entry; where there are more, all of them stand in the annex
MOST_GAINS = 20


def write_letter(
    card: Scorecard,
    path: Path,
    lang: str | None = None,
    *,
    among: Sequence[Scorecard] = (),
    gains: Sequence[Gain] = (),
) -> None:
    """Writes the letter as a Word document; with the cards of all units it says which place the unit has among them.

    `gains` are what would bring points back, as `improvement.gains` finds them.
    """
    letter(card, lang, among=among, gains=gains).save(path)


def letter(
    card: Scorecard, lang: str | None = None, *, among: Sequence[Scorecard] = (), gains: Sequence[Gain] = ()
) -> Paper:
    """The letter, on paper."""
    return _Letter(card, lang, among, gains).paper


class _Letter:
    """A letter being written, part by part."""

    def __init__(self, card: Scorecard, lang: str | None, among: Sequence[Scorecard], gains: Sequence[Gain]) -> None:
        try:
            from egov_scoring.report import paper
        except ImportError:
            raise EgovScoringError([Problem("extra-missing", library="python-docx", extra="office")]) from None
        self._card, self._lang, self._among, self._gains, self._parts = card, lang, among, gains, 0
        self._names = as_text.called(card)
        self._groups = by_responsible(losses(card))
        self._entries = [loss for group in self._groups.values() for loss in group]
        self._kinds = paper
        self.paper = paper.Paper(self._title().replace("\n", " "), self._foot())
        self._head()
        for part in (self._result, self._lost, self._open, self._improve, self._readings, self._objection, self._annex):
            part()

    def _say(self, name: str, /, **args: object) -> str:
        return messages.text(f"letter.{name}", self._lang, **args)

    def _part(self, name: str) -> None:
        """A numbered heading."""
        self._parts += 1
        number = self._say("numerals")[self._parts - 1]
        self.paper.heading(self._say("part", number=number, name=self._say(name)))

    def _columns(self, **widths: int) -> list[Column]:
        """Columns by the messages that name them; those of numbers stand to the right."""
        numbers = ("points", "loss", "max", "of", "entry", "share", "gain")
        return [
            self._kinds.Column(
                messages.text(f"column.{name}", self._lang), width, "right" if name in numbers else "left"
            )
            for name, width in widths.items()
        ]

    # What it is, and for whom.

    def _title(self) -> str:
        return f"{self._card.program.title}\n{self._say('name')}"

    def _foot(self) -> list[str]:
        """The pages, and what the letter was made by."""
        program = self._card.program
        return [
            self._say("page", page="{PAGE}", pages="{NUMPAGES}"),
            self._say("made", id=program.id, engine=engine()),
            self._say("fingerprint", fingerprint=program.fingerprint),
        ]

    def _head(self) -> None:
        self.paper.title(self._title())
        self.paper.text(self._say("to", unit=as_text.unit(self._card, self._lang)), indented=False)
        documents = [self._document(each) for each in self._card.program.about.get("documents", {}).values()]
        if documents:
            self.paper.text(self._say("by_documents", documents=wording.listed(documents, self._lang)))
        else:
            self.paper.text(self._say("by_ruleset", title=self._card.program.title))

    def _document(self, document: Mapping[str, str]) -> str:
        particulars = ", ".join(document[key] for key in ("issuer", "number", "date") if key in document)
        said = self._say("document", title=document["title"])
        return said + (self._say("document.particulars", particulars=particulars) if particulars else "")

    # What it came to.

    def _result(self) -> None:
        self._part("result")
        self.paper.text(self._say("then").join(filter(None, self._totals())))
        columns = self._columns(indicator=64, of=20, points=32, loss=20, share=26)
        total = self._card.total
        last = self._scored(messages.text("card.total", self._lang), total) if total.added else ()
        self.paper.table(columns, [self._scored(score.name, score) for score in total.children], last)
        for line in self._card.ledger:
            if line.code == "override":
                said = self._say("decided", indicator=self._names[line.indicator], line=line.text(self._lang))
                self.paper.text(said)

    def _totals(self) -> Iterator[str]:
        card = self._card
        if not card.total.added:
            yield self._say("not_added")
        elif card.status == "not_applicable":
            yield self._say("not_applicable")
        elif card.points is None or card.share is None:
            reach = card.total.range
            low, high = (reach.low, reach.high) if reach else (Decimal(0), card.total.max)
            yield self._say("no_points", low=low, high=high, max=plain(card.total.max_applicable))
        else:
            most = plain(card.total.max_applicable)
            yield self._say("points", points=card.points, max=most, share=wording.percent(card.share))
            if card.total.max_applicable != card.total.max:
                yield self._say("smaller_max", max=most, whole=plain(card.total.max))
            yield self._place()
        if card.graded is not None:
            yield self._say("grade", grade=as_text.grade(card, self._lang))

    def _place(self) -> str:
        """Which place it has among the units with a total, if there are others."""
        places = {each.unit: place for place, each in placed(self._among) if place}
        place = places.get(self._card.unit)
        if place is None or len(places) == 1:
            return ""
        others = list(places.values()).count(place) - 1
        return self._say("shared_place" if others else "place", place=place, of=len(places), others=others)

    def _scored(self, name: str, score: Score) -> list[str]:
        share = share_of(score.points, score.max_applicable)
        points = as_text.brief(score, self._lang)
        if score.status == "vetoed":
            points = f"{points}\n{messages.text('status.vetoed', self._lang)}"
        loss = "" if score.loss is None else str(score.loss)
        return [name, plain(score.max_applicable), points, loss, "" if share is None else wording.percent(share)]

    # What was lost.

    def _lost(self) -> None:
        self._part("losses")
        if not self._entries:
            self.paper.text(self._say("losses.none"))
            return
        self.paper.text(self._say("then").join(self._sums()))
        columns = self._columns(entry=11, indicator=28, found=52, clause=23, loss=17, remedy=31)
        total = ["", messages.text("card.total", self._lang), "", "", str(lost(self._entries)), ""]
        self.paper.table(columns, self._list(), total if self._card.total.added else ())
        self.paper.text(self._say("deadline"))

    def _sums(self) -> Iterator[str]:
        """How much was lost, and what is asked for; of parts that are never added there is no sum."""
        added, count = self._card.total.added, len(self._entries)
        back = given_back(self._card)
        yield self._say("losses.sum" if added else "losses.count", count=count, lost=lost(self._entries))
        if added and back:
            yield self._say("losses.back", back=back)
        yield self._say("losses.asked" if self._is_shared_out else "losses.unnamed")

    @property
    def _is_shared_out(self) -> bool:
        """Whether anybody is named who answers for what was lost."""
        return any(each != Responsible() for each in self._groups)

    def _list(self) -> Iterator[list[str] | Band]:
        """The entries in order, below those who answer for them."""
        number = 0
        for offices, group in self._groups.items():
            if self._is_shared_out:
                yield self._kinds.Band(self._band(offices, group))
            for loss in group:
                number += 1
                yield [
                    str(number),
                    self._names[loss.score.id],
                    self._found(loss, number),
                    loss.clause,
                    str(loss.line.loss),
                    "",
                ]

    def _band(self, offices: Responsible, group: Sequence[Loss]) -> str:
        lead, supporting = (wording.listed(each, self._lang) for each in (offices.lead, offices.supporting))
        said = [self._say("band", lead=lead)] if lead else []
        said += [self._say("band.supporting", supporting=supporting)] if supporting else []
        named = self._say("band.and").join(said) or self._say("band.nobody")
        return named + self._say("band.sum", count=len(group), lost=lost(group))

    def _found(self, loss: Loss, number: int) -> str:
        """What happened, and the records behind it; many of them stand in the annex."""
        records = as_text.records(loss.line)
        if len(records) > MOST_RECORDS:
            records = [self._say("see_annex", count=len(records), number=number)]
        return "\n".join([replace(loss.line, clause="").text(self._lang), *records])

    # What is left to say.

    def _open(self) -> None:
        """What cannot be scored yet, and why."""
        if not (waiting := still_open(self._card)):
            return
        self._part("open")
        self.paper.text(self._say("open.text"))
        rows = [
            [
                self._names[score.id],
                plain(score.max),
                messages.text(f"missing.{score.reason}", self._lang),
                wording.listed((self._card.program.facts[key].label for key in score.waits_for), self._lang),
                "" if score.range is None else str(score.range),
            ]
            for score in waiting
        ]
        self.paper.table(self._columns(indicator=40, max=14, why=26, needed=52, range=30), rows)

    def _improve(self) -> None:
        """What would bring points back, what brings most first."""
        if not self._gains:
            return
        self._part("improve")
        shown = self._gains[:MOST_GAINS]
        said = [self._say("improve.text")]
        if len(shown) < len(self._gains):
            said.append(self._say("improve.first", count=len(self._gains), shown=len(shown)))
        self.paper.text(self._say("then").join(said))
        rows = [[self._changes(gain), f"+{gain.gain}"] for gain in shown]
        self.paper.table(self._columns(change=142, gain=20), rows)

    def _changes(self, gain: Gain) -> str:
        """The facts that would change, from what to what, a line each."""
        facts, lines = self._card.program.facts, []
        for each in gain.changes:
            now, to = (wording.stated(facts[each.fact], value, self._lang) for value in (each.now, each.to))
            lines.append(self._say("change", label=each.label, now=now, to=to))
        return "\n".join(lines)

    def _readings(self) -> None:
        """How the document is read where it is silent, for the indicators that lost points and those above them."""
        rows = [
            [f"{self._names[id]}\n({reading['id']})", reading["open"], reading["chosen"], "\n".join(reading["else"])]
            for id in self._concerned()
            for reading in self._card[id].about.get("readings", ())
        ]
        if rows:
            self._part("readings")
            self.paper.text(self._say("readings.text"))
            self.paper.table(self._columns(indicator=32, open=52, chosen=46, **{"else": 32}), rows)

    def _concerned(self) -> list[str]:
        """The indicators that lost points and those above them, in document order."""
        lost_at = {loss.score.id for loss in self._entries}
        return [score.id for score in self._card if any(part.id in lost_at for part in score)]

    def _objection(self) -> None:
        self._part("objection")
        for said in as_text.objections(self._card, self._lang):
            self.paper.text(said.strip())
        self.paper.text(self._say("objection.text"), held=True)
        self.paper.text("", held=True)
        self.paper.text(self._say("seal"), side="right", held=True)
        self.paper.text(self._say("date"), side="right")

    def _annex(self) -> None:
        """The records of the entries that have many."""
        many = [(at, loss) for at, loss in enumerate(self._entries, 1) if len(loss.line.records) > MOST_RECORDS]
        if not many:
            return
        self.paper.new_page()
        self.paper.heading(self._say("annex"))
        columns = self._columns(entry=12, date=24, note=76, proof=50)
        for at, loss in many:
            records = loss.line.records
            name = self._names[loss.score.id]
            self.paper.text(self._say("annex.of", number=at, indicator=name, count=len(records)), indented=False)
            self.paper.table(columns, [_record(number, each) for number, each in enumerate(records, 1)])


def _record(number: int, record: Mapping[str, object]) -> list[str]:
    return [str(number), *(str(record.get(key) or "") for key in FINDING_KEYS)]
