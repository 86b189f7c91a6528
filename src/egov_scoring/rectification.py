"""Where points were lost and who answers for it: by office, by indicator, and who has gained since an earlier scorecard."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from egov_scoring.program import Item, Program
from egov_scoring.records import Record
from egov_scoring.scorecard import LedgerLine, Score, Scorecard


class Responsible(Record):
    """The offices that answer for something: those that lead, and those that support them."""

    lead: tuple[str, ...] = ()
    supporting: tuple[str, ...] = ()


class Loss(Record):
    """One ledger line that cost a unit points, the indicator that it stands in, and who answers for it."""

    unit: str
    score: Score
    line: LedgerLine
    responsible: Responsible

    @property
    def clause(self) -> str:
        """Where it stands in the document: the indicator's clause, and the one of its term."""
        clauses = (str(self.score.about.get("clause", "")), self.line.clause)
        return ", ".join(dict.fromkeys(filter(None, clauses)))


class IndicatorLoss(Record):
    """What an indicator cost all units together, in points; `units` is how many lost there, `max` what each could have."""

    id: str
    name: str
    lost: Decimal
    units: int
    max: Decimal


class Standing(Protocol):
    """A unit's total: a `Scorecard` has these, and so has an earlier one that was kept as JSON."""

    @property
    def unit(self) -> str:
        """The unit's name."""

    @property
    def points(self) -> Decimal | None:
        """Its points, where they are known."""

    @property
    def share(self) -> Fraction | None:
        """Points by applicable maximum."""


class Improver(Record):
    """A unit's points then and now, and the share of the maximum that it has gained (0.05 is five percentage points)."""

    unit: str
    before: Decimal
    now: Decimal
    share_before: Fraction
    share_now: Fraction

    @property
    def gained(self) -> Decimal:
        """The points gained, negative where some were lost."""
        return self.now - self.before

    @property
    def share_gained(self) -> Fraction:
        """The share gained: the measure where the maximum is no longer the same."""
        return self.share_now - self.share_before


# Who answers.


def responsible(program: Program, indicator_id: str, line_id: str = "") -> Responsible:
    """Who answers for an indicator, or for the term of it with that id; nobody where the ruleset names nobody.

    A term's own offices come first, then the indicator's, then those of the nearest indicator above it.

    >>> from egov_scoring import load
    >>> program = load("huaibei_2019").program
    >>> responsible(program, "training")
    Responsible(lead=('办公室',), supporting=('政策法规科', '信息中心'))
    """
    lines = {item.id: item.lines for item in program.items()}[indicator_id]
    own = next((line.responsible for line in lines if line_id and line.id == line_id), ())
    return Responsible(own) if own else offices(program)[indicator_id]


def offices(program: Program) -> Mapping[str, Responsible]:
    """Who answers for each indicator, by its id."""
    return dict(_inherited(program.total, Responsible()))


def _inherited(item: Item, above: Responsible) -> Iterator[tuple[str, Responsible]]:
    said = item.about.get("responsible")
    own = Responsible(tuple(said["lead"]), tuple(said["supporting"])) if said else above
    yield item.id, own
    for child in item.children:
        yield from _inherited(child, own)


def all_offices(program: Program) -> list[str]:
    """Every office that the ruleset names, in document order."""
    terms = (name for item in program.items() for line in item.lines for name in line.responsible)
    items = (name for office in offices(program).values() for name in (*office.lead, *office.supporting))
    return list(dict.fromkeys([*items, *terms]))


# What was lost.


def losses(card: Scorecard) -> list[Loss]:
    """Every ledger line of a card that cost points, the dearest first."""
    answering = offices(card.program)
    return [
        Loss(
            card.unit,
            card[line.indicator],
            line,
            Responsible(line.responsible) if line.responsible else answering[line.indicator],
        )
        for line in card.losses()
    ]


def lost(found: Iterable[Loss]) -> Decimal:
    """The points of these losses together."""
    return sum((loss.line.loss for loss in found), Decimal(0))


def by_office(found: Iterable[Loss]) -> dict[str, list[Loss]]:
    """The losses by the offices that lead, the dearest office first; under "", last, those for which nobody is named.

    A loss led by several offices stands under each of them.
    """
    return _grouped(found, lambda loss: loss.responsible.lead or ("",))


def by_supporting_office(found: Iterable[Loss]) -> dict[str, list[Loss]]:
    """The losses by the offices that support those who lead, the dearest office first."""
    return _grouped(found, lambda loss: loss.responsible.supporting)


def by_responsible(found: Iterable[Loss]) -> dict[Responsible, list[Loss]]:
    """Every loss once, by all those who answer for it, in the same order; groups with the same leading offices stand together."""
    groups: dict[Responsible, list[Loss]] = {}
    for loss in sorted(found, key=lambda loss: -loss.line.loss):
        groups.setdefault(loss.responsible, []).append(loss)
    led: dict[tuple[str, ...], Decimal] = {}
    for offices, losses in groups.items():
        led[offices.lead] = led.get(offices.lead, Decimal(0)) + lost(losses)
    order = list(led)

    def place(group: tuple[Responsible, list[Loss]]) -> tuple[bool, Decimal, int, Decimal]:
        lead = group[0].lead
        return not lead, -led[lead], order.index(lead), -lost(group[1])

    return dict(sorted(groups.items(), key=place))


def _grouped(found: Iterable[Loss], named: Callable[[Loss], Iterable[str]]) -> dict[str, list[Loss]]:
    groups: dict[str, list[Loss]] = {}
    for loss in sorted(found, key=lambda loss: -loss.line.loss):
        for office in dict.fromkeys(named(loss)):
            groups.setdefault(office, []).append(loss)
    return dict(sorted(groups.items(), key=lambda group: (not group[0], -lost(group[1]))))


def still_open(card: Scorecard) -> list[Score]:
    """What nobody knows the points of yet, for a reason of its own: facts, peers or a decision."""
    return [score for score in card.total if score.status == "missing" and score.reason != "parts"]


def by_indicator(cards: Iterable[Scorecard]) -> list[IndicatorLoss]:
    """What each indicator cost all units together by its own lines, the worst first; those that cost nothing are left out.

    Rounding and what gives points back are counted, so an indicator with a rule costs what is missing from its applicable
    maximum. A group stands here where something is taken from the sum of its parts.
    """
    taken: dict[str, list[Decimal]] = {}
    scores: dict[str, Score] = {}
    for card in cards:
        for score in card.total:
            scores.setdefault(score.id, score)
            if own := sum((line.loss for line in score.lines), Decimal(0)):
                taken.setdefault(score.id, []).append(own)
    found = [
        IndicatorLoss(id, scores[id].name, sum(each, Decimal(0)), sum(own > 0 for own in each), scores[id].max)
        for id, each in taken.items()
    ]
    order = list(scores)
    return sorted((each for each in found if each.lost > 0), key=lambda each: (-each.lost, order.index(each.id)))


# Who has gained.


def improvers(cards: Iterable[Standing], before: Iterable[Standing]) -> list[Improver]:
    """The units whose totals are known on both sides, by the share of the maximum that they gained, the fastest first."""
    earlier = {card.unit: card for card in before}
    pairs = [(earlier[card.unit], card) for card in cards if card.unit in earlier]
    found = [
        Improver(now.unit, then.points, now.points, then.share, now.share)
        for then, now in pairs
        if then.points is not None and now.points is not None and then.share is not None and now.share is not None
    ]
    return sorted(found, key=lambda each: -each.share_gained)


def on_one_side(cards: Sequence[Standing], before: Sequence[Standing]) -> tuple[list[str], list[str]]:
    """The units that stand only among the later cards, and those only among the earlier ones."""
    now, then = ([card.unit for card in side] for side in (cards, before))
    return [unit for unit in now if unit not in then], [unit for unit in then if unit not in now]
