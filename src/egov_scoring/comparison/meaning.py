"""What a difference means for points: worked out from the rules on both sides, never from the kind of change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from egov_scoring.comparison.difference import Certainty, Class, Meaning, Way, Witness
from egov_scoring.comparison.order import Order
from egov_scoring.comparison.proof import ends
from egov_scoring.comparison.rules import Question
from egov_scoring.comparison.search import Tried, Values, best, limits, tried
from egov_scoring.comparison.two_units import OTHER
from egov_scoring.expression import Node, multiply, subtract
from egov_scoring.facts import FactDeclaration
from egov_scoring.readers.bounds import Bounds, of_fact

Totals = tuple[Fraction, Fraction]
NOTHING = (Fraction(0), Fraction(0))
WAYS: Mapping[tuple[bool, bool], Way] = {
    (False, False): "same",
    (True, False): "higher",
    (False, True): "lower",
    (True, True): "either",
}
CLASS: Mapping[Way, Class] = {"higher": "more_generous", "lower": "stricter", "either": "either", "same": "wording"}


def weighed(question: Question, totals: Totals) -> Meaning:
    """The class of a change of rule; `totals` are what both rulesets can give at most, for shares."""
    if question.is_same:
        return _of_one_expression(question, totals)
    found = tried(question)
    if question.has_nothing_in_common:
        way, shares, witnesses = _told(question, totals, found)
        return Meaning("other_evidence", "proved", "other_facts", way, shares, len(found), witnesses)
    if question.old_max and question.new_max and question.old_max != question.new_max:
        in_proportion = all(each.new * question.old_max == each.old * question.new_max for each in found)
        if in_proportion and any(each.gain for each in found):
            return _in_proportion(question, totals, found)
    return _compared(question, totals, found)


def _of_one_expression(question: Question, totals: Totals) -> Meaning:
    """The same points for all facts; where more or less can be reached on paper, another share of that."""
    if question.old_max == question.new_max:
        return Meaning("wording", "proved", "same_rule")
    return Meaning("reweighted", "proved", "same_points", "same", _share_of_one(totals))


def _share_of_one(totals: Totals) -> Way:
    old, new = totals
    return "same" if old == new or not (old and new) else "lower" if new > old else "higher"


def _in_proportion(question: Question, totals: Totals, found: Sequence[Tried]) -> Meaning:
    scaled = subtract(multiply(question.old_max, question.new), multiply(question.new_max, question.old))
    certainty: Certainty = "proved" if not question.compares and _ends(scaled, question) == NOTHING else "searched"
    way, shares, witnesses = _told(question, totals, found)
    return Meaning("reweighted", certainty, "in_proportion", way, shares, len(found), witnesses)


def _compared(question: Question, totals: Totals, found: Sequence[Tried]) -> Meaning:
    way, shares, witnesses = _told(question, totals, found)
    is_sure = way == "either" or _never_against(question, way)
    if way == "same" and not is_sure:
        return Meaning("undecided", "open", "nothing_found", way, shares, len(found))
    reason = "same_points" if way == "same" else "witness"
    return Meaning(CLASS[way], "proved" if is_sure else "searched", reason, way, shares, len(found), witnesses)


def _never_against(question: Question, way: Way) -> bool:
    """Whether it is proved that no facts go the other way."""
    if question.compares:
        return False
    old, new = question.old, question.new
    order = Order(Bounds({key: of_fact(fact) for key, fact in question.facts.items()}))
    falls = way in ("lower", "same") and not order.never_above(new, old)
    rises = way in ("higher", "same") and not order.never_above(old, new)
    if not (falls or rises):
        return True
    found = _ends(subtract(new, old), question)
    return found is not None and (not falls or found[1] <= 0) and (not rises or found[0] >= 0)


def _ends(difference: Node, question: Question) -> tuple[Fraction, Fraction] | None:
    box = {key: limits(fact) for key, fact in question.facts.items()}
    return ends(difference, box, {key: fact.places for key, fact in question.facts.items()})


def _told(question: Question, totals: Totals, found: Sequence[Tried]) -> tuple[Way, Way, tuple[Witness, ...]]:
    """Which way points go, which way shares of the total go, and what shows the most of each way of points."""
    up, down = best(found, 1), best(found, -1)
    shares = [_shares(each, totals) for each in found]
    known = [(share[1] > share[0], share[1] < share[0]) for share in shares if share is not None]
    share_way = WAYS[any(higher for higher, _ in known), any(lower for _, lower in known)]
    shown = tuple(_witness(each, question, totals) for each in (up, down) if each is not None)
    return WAYS[up is not None, down is not None], share_way, shown


def _shares(each: Tried, totals: Totals) -> tuple[Fraction, Fraction] | None:
    old, new = totals
    return (each.old / old, each.new / new) if old and new else None


def _witness(each: Tried, question: Question, totals: Totals) -> Witness:
    own = {key: value for key, value in each.values.items() if not key.startswith(OTHER)}
    other = {key.removeprefix(OTHER): value for key, value in each.values.items() if key.startswith(OTHER)}
    facts, others = (
        _decoded(own, question.facts),
        _decoded(other, {k.removeprefix(OTHER): f for k, f in question.facts.items()}),
    )
    return Witness(facts, others, (each.old, each.new), _shares(each, totals))


def _decoded(values: Values, declared: Mapping[str, FactDeclaration]) -> dict[str, object]:
    return {key: declared[key].decode(value) for key, value in values.items()}
