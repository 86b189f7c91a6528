"""Which grade each of several units gets: grade by grade from the best, each for units that got no better one."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from egov_scoring.expression import FALSE, TRUE, Node, const, facts_in, substitute
from egov_scoring.intake import Stated, truth
from egov_scoring.program import APPLICABLE, POINTS, Grade, Program, Quota
from egov_scoring.ranking import standing
from egov_scoring.scorecard import Graded, Scorecard

UNSURE = ("incomplete", "facts", "others")


def graded(cards: Sequence[Scorecard], others: Sequence[Scorecard], stated: Sequence[Stated]) -> list[Scorecard]:
    """The cards with their grades; `others` are those that they are compared with, `stated` the units of both."""
    given = _given(cards[0].program, [*cards, *others], stated) if cards else []
    return [
        Scorecard(card.unit, card.total, card.program, card.inputs, grade)
        for card, grade in zip(cards, given, strict=False)
    ]


def _given(program: Program, cards: Sequence[Scorecard], stated: Sequence[Stated]) -> list[Graded]:
    """What these units get, who are all that are compared; where that is open, why.

    While the points of one unit, or a fact that its grade hangs on, are not known, nobody gets a grade that has a quota.
    """
    found = [_without_points(card) for card in cards]
    compared = sum(each is None for each in found)
    for grade in program.grades:
        waiting = [at for at, each in enumerate(found) if each is None]
        for at in waiting:
            found[at] = _by_itself(grade, program, cards[at], stated[at])
        candidates = [at for at in waiting if (each := found[at]) is not None and each.name]
        if grade.quota is None:
            continue
        unsure = any(each is not None and each.reason in UNSURE for each in found)
        reason = "others" if unsure else "peers" if compared < 2 else ""
        values = {at: standing(cards[at]) or Fraction(0) for at in candidates}
        within = set() if reason else _within(grade.quota, values, compared)
        for at in candidates:
            if at not in within:
                found[at] = Graded(None, reason) if reason else None
    return [each or Graded(None, "none") for each in found]


def _without_points(card: Scorecard) -> Graded | None:
    if card.points is None:
        return Graded(None, "incomplete")
    return Graded(None, "not_applicable") if card.status == "not_applicable" else None


def _by_itself(grade: Grade, program: Program, card: Scorecard, stated: Stated) -> Graded | None:
    """What the grade is to a unit with points, whatever others have; None where it cannot have it."""
    whole = ((POINTS, card.points), (APPLICABLE, card.max_applicable))
    known: dict[Node, Node] = {fact: const(Fraction(amount)) for fact, amount in whole if amount is not None}
    condition = substitute([grade.condition], known)[grade.condition]
    holds = condition is TRUE if condition in (TRUE, FALSE) else truth(condition, program, stated)
    if holds is None:
        return Graded(None, "facts", tuple(sorted(facts_in([condition]) - stated.values.keys())))
    return Graded(grade.name) if holds else None


def _within(quota: Quota, values: dict[int, Fraction], compared: int) -> set[int]:
    """Those who are within the quota, by what each of the candidates has."""
    places = quota.of(compared)
    if places >= len(values):
        return set(values)
    best_first = sorted(values.values(), reverse=True)
    if places and quota.ties_get_it:
        return {at for at, value in values.items() if value >= best_first[places - 1]}
    return {at for at, value in values.items() if value > best_first[places]}
