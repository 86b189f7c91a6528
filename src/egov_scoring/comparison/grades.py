"""What a difference between grades means, taken by itself: whether units get better or worse ones by it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from egov_scoring import amounts
from egov_scoring.comparison.difference import Class, Difference, Meaning
from egov_scoring.comparison.edition import Data, Edition

OPEN = Meaning("undecided", "open", "grade_open")
SAME = Meaning("wording", "proved", "grade_same")


def of_grade(difference: Difference, old: Edition, new: Edition) -> Meaning:
    """The meaning of a difference in one grade, or in which there are, and in what order."""
    key, _, how = difference.id.rpartition("-")
    if key == "grade-threshold":
        return _of_threshold(difference, old, new)
    if key == "grade-quota":
        return _of_quota(difference)
    if key == "grade-ties":
        return _of_ties(difference, old, new)
    if key == "grade-exclusion" and how != "changed" and not (old.program.has_quotas or new.program.has_quotas):
        return _moved("stricter" if how == "added" else "more_generous")
    return OPEN


def _moved(way: Class) -> Meaning:
    return Meaning(way, "proved", f"grade_{way}")


def _compared(old: Fraction, new: Fraction) -> Meaning:
    """Where more of it is generous."""
    return SAME if old == new else _moved("more_generous" if new > old else "stricter")


def _of_threshold(difference: Difference, old: Edition, new: Edition) -> Meaning:
    before, now = (_number(text or "0") for text in (difference.old, difference.new))
    is_share = any("%" in str(text) for text in (difference.old, difference.new))
    if before and now and ("%" in difference.old) != ("%" in difference.new):
        return OPEN
    maxima = old.program.total.max, new.program.total.max
    if not is_share and maxima[0] != maxima[1]:
        in_proportion = before * maxima[1] == now * maxima[0]
        return Meaning("reweighted", "proved", "grade_in_proportion") if in_proportion else OPEN
    ranks = {each.program.rank_by for each in (old, new) if each.program.has_quotas}
    if ranks - {"share" if is_share else "points"}:
        return OPEN  # who goes beyond a quota need not be who is below the threshold
    return _compared(-before, -now)


def _of_quota(difference: Difference) -> Meaning:
    if None in (difference.old, difference.new):
        return _moved("stricter" if difference.old is None else "more_generous")
    if ("%" in difference.old) != ("%" in difference.new):
        return OPEN
    return _compared(_number(difference.old), _number(difference.new))


def _of_ties(difference: Difference, old: Edition, new: Edition) -> Meaning:
    """Where one side has no quota to tie for, it says nothing beside that."""
    quotas = [any(grade.get("quota") for grade in _named(each, difference.part)) for each in (old, new)]
    if not all(quotas):
        return _moved("stricter" if quotas[1] else "more_generous")
    return _compared(*(Fraction(ties == "better") for ties in (difference.old, difference.new)))


def _named(edition: Edition, name: str) -> Iterator[Data]:
    yield from (grade for grade in edition.data.get("grades", ()) if grade["grade"] == name)


def _number(text: str) -> Fraction:
    return amounts.parse(text.removesuffix("%"))
