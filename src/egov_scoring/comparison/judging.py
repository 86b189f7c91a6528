"""Each difference with its meaning. Differences in one rule are weighed together: a rule is what it does as a whole."""

from __future__ import annotations

from functools import cache

from egov_scoring.comparison.catalogue import named
from egov_scoring.comparison.compare import TOTAL, Comparison
from egov_scoring.comparison.difference import Difference, Meaning, Way
from egov_scoring.comparison.edition import Edition
from egov_scoring.comparison.grades import of_grade
from egov_scoring.comparison.meaning import weighed
from egov_scoring.comparison.rules import Rules, canonical
from egov_scoring.program import Item

ADDED, REMOVED = named("indicator", "added"), named("indicator", "removed")
MOVED = named("indicator", "moved")
WORDS = ("fact-label-", "fact-explanation-")
TOUCHED = {
    "facts": Meaning("other_evidence", "proved", "facts"),
    "evidence": Meaning("other_evidence", "proved", "material"),
    "organisation": Meaning("organisation", "proved", "not_read"),
    "wording": Meaning("wording", "proved", "not_read"),
}
WORDS_OF_A_FACT = Meaning("wording", "open", "words_of_a_fact")
OF_THE_WHOLE = {
    "total-changed": Meaning("reweighted", "proved", "total"),
    "total-added": Meaning("undecided", "open", "parts_added"),
    "total-removed": Meaning("undecided", "open", "parts_added"),
    "rounding-changed": Meaning("undecided", "open", "rounding"),
    "ranking-changed": Meaning("undecided", "open", "ranking"),
}


class Judge:
    """Weighs the differences of one comparison."""

    def __init__(self, comparison: Comparison) -> None:
        self._comparison = comparison
        old, new = comparison.old, comparison.new
        self._rules = Rules(old.program, new.program)
        self._totals = (old.program.total.max, new.program.total.max)
        self._pairs = {name: pair for pair in comparison.pairs for name in (*pair.new, *(() if pair.new else pair.old))}
        self._weighed = cache(self._weigh)

    def meaning(self, difference: Difference) -> Meaning:
        """What the difference means."""
        if difference.id in OF_THE_WHOLE:
            return OF_THE_WHOLE[difference.id]
        if difference.id.startswith(WORDS):
            return WORDS_OF_A_FACT
        if difference.id in (ADDED, REMOVED):
            way: Way = "higher" if difference.id == ADDED else "lower"
            reason = "part" if difference.follows else "came" if difference.id == ADDED else "went"
            return Meaning("reweighted", "proved", reason, way, way)
        if difference.id == "maximum-changed" and difference.follows:
            return Meaning("reweighted", "proved", "parts")
        if difference.id == MOVED:
            return TOUCHED["organisation"] if self._applies_alike(difference) else self._weighed(difference.subject)
        touches = difference.kind.touches
        if touches == "grades":
            return of_grade(difference, self._comparison.old, self._comparison.new)
        return self._weighed(difference.subject) if touches == "points" else TOUCHED[touches]

    def _applies_alike(self, moved: Difference) -> bool:
        """Whether what is above it says the same about when it counts."""
        old = _item(self._comparison.old, self._comparison.was[moved.subject])
        return canonical(old.applies) is canonical(_item(self._comparison.new, moved.subject).applies)

    def _weigh(self, subject: str) -> Meaning:
        if subject == TOTAL:
            old, new = self._comparison.old.program.total, self._comparison.new.program.total
            return weighed(self._rules.beside_parts(old, new, self._comparison.was), self._totals)
        pair = self._pairs[subject]
        olds = [_item(self._comparison.old, name) for name in pair.old]
        news = [_item(self._comparison.new, name) for name in pair.new]
        if len(olds) == len(news) == 1 and olds[0].children and news[0].children:
            question = self._rules.beside_parts(olds[0], news[0], self._comparison.was)
        else:
            question = self._rules.question(olds, news)
        return weighed(question, self._totals)


def _item(edition: Edition, name: str) -> Item:
    return edition.indicators[name].item
