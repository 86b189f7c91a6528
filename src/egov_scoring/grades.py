"""The grades of a ruleset, built: the condition of each, what is wrong with their order, and their words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from egov_scoring.expression import TRUE, Node, at_most, both, multiply, negate, peers_in
from egov_scoring.grade_source import GradeSource
from egov_scoring.model import Measure
from egov_scoring.program import APPLICABLE, POINTS, Grade, Quota, Text
from egov_scoring.source import Path
from egov_scoring.workbench import Workbench


def grades(bench: Workbench) -> tuple[Grade, ...]:
    """The grades of the total, the best first; mistakes go to the workbench."""
    sources = bench.source.grades
    if sources and bench.source.total == "none":
        bench.key_problem("grades-without-total", ("grades",))
        return ()
    _told_apart(bench, sources)
    _in_order(bench, sources)
    if sources and not sources[-1].is_for_the_rest:
        bench.warning("grades-gap", ("grades", len(sources) - 1), grade=sources[-1].grade)
    return tuple(_grade(bench, source, ("grades", at)) for at, source in enumerate(sources))


def _told_apart(bench: Workbench, sources: Sequence[GradeSource]) -> None:
    names = [source.grade for source in sources]
    for at, name in enumerate(names):
        if name in names[:at]:
            bench.problem("grade-twice", ("grades", at, "grade"), grade=name)


def _in_order(bench: Workbench, sources: Sequence[GradeSource]) -> None:
    """A threshold is below the one before it, or at it where that is the limit of a grade not for all; the rest comes last."""
    before: GradeSource | None = None
    for at, source in enumerate(sources):
        path: Path = ("grades", at, "from")
        if at and sources[at - 1].is_for_the_rest:
            bench.problem("grade-after-rest", path[:-1], grade=source.grade, rest=sources[at - 1].grade)
        if source.from_ is None:
            continue
        if before is not None and before.from_ is not None:
            if source.from_.is_share != before.from_.is_share:
                bench.problem("grades-mixed", path, grade=source.grade, other=before.grade)
            elif source.from_ > before.from_ or (source.from_ == before.from_ and not before.is_limited):
                names = {"grade": source.grade, "other": before.grade}
                bench.problem("grades-order", path, **names, value=str(source.from_), limit=str(before.from_))
        _within_reach(bench, source, path)
        before = source


def _within_reach(bench: Workbench, source: GradeSource, path: Path) -> None:
    """Points as fine as points are, and no more than can be had."""
    threshold, whole = source.from_, bench.source
    if threshold is None or threshold.is_share:
        return
    if (threshold.amount * 10**whole.places).denominator != 1:
        bench.problem("finer-than-places", path, value=threshold.amount, places=whole.places)
    most = whole.reachable or whole.max
    if most is not None and threshold.amount > most:
        bench.problem("grade-out-of-reach", path, grade=source.grade, value=threshold.amount, most=most)


def _grade(bench: Workbench, source: GradeSource, path: Path) -> Grade:
    conditions, words = [_reached(source.from_)], [*_threshold_words(source)]
    quota = None
    if source.quota is not None:
        quota = Quota(source.quota.amount, source.quota.is_share, source.ties == "better")
        words += _quota_words(source.quota, quota)
    if source.unless is not None:
        where: Path = (*path, "unless")
        excluded = bench.expression(source.unless, "condition", where)
        if peers_in([excluded]):
            bench.problem("peers-not-here", where, key="unless")
        conditions.append(negate(excluded))
        words.append(Text("grade.unless", {"when": excluded}))
    return Grade(source.grade, both(*conditions), quota, tuple(words) or (Text("grade.rest"),))


def _reached(threshold: Measure | None) -> Node:
    if threshold is None or not threshold.amount:
        return TRUE
    return at_most(multiply(threshold.amount, APPLICABLE) if threshold.is_share else threshold.amount, POINTS)


def _threshold_words(source: GradeSource) -> Iterator[Text]:
    if source.from_ is not None and source.from_.amount:
        share = source.from_.is_share
        yield Text("grade.from_share" if share else "grade.from", {"from": str(source.from_)})


def _quota_words(measure: Measure, quota: Quota) -> Iterator[Text]:
    yield Text("grade.quota_share" if quota.is_share else "grade.quota", {"quota": str(measure)})
    yield Text("grade.ties.better" if quota.ties_get_it else "grade.ties.worse")
