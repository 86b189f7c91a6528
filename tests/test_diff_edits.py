"""One thing changed in a made-up ruleset: it is found, named right, and nothing else is reported but what follows from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st

from egov_scoring.comparison.catalogue import CATALOGUE
from egov_scoring.comparison.diff import between
from egov_scoring.comparison.difference import Diff, Difference
from egov_scoring.comparison.edition import Edition, edition
from egov_scoring.errors import RulesetError
from egov_scoring.facts import Unit
from tests.made_up.edits import EDITS, Edited, Editor, edited
from tests.made_up.rulesets import REFUSED_BY_PROOF
from tests.made_up.units import cohorts

TURNED = {"stricter": "more_generous", "more_generous": "stricter"}
TURNED_WAY = {"higher": "lower", "lower": "higher"}
UNPROVABLE = REFUSED_BY_PROOF | {"rank-order", "finer-than-places"}

EXAMPLES = 8  # of each edit

every_edit = pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
Edit = Callable[[Editor], tuple[str, str]]


def loaded(folder: Path, made: Edited) -> tuple[Edition, Edition]:
    """Both editions; what cannot be proved is set aside."""
    found = []
    for name, text in (("old", made.old), ("new", made.new)):
        file = folder / f"{name}.yaml"
        file.write_text(text, "utf-8")
        try:
            found.append(edition(file))
        except RulesetError as error:
            assume({problem.code for problem in error.problems if problem.severity == "error"} - UNPROVABLE)
            raise
    return found[0], found[1]


def sources(each: Difference, found: Diff) -> Iterator[Difference]:
    """All from which it follows, near or far."""
    by_fingerprint = {other.fingerprint: other for other in found}
    for fingerprint in each.follows:
        yield by_fingerprint[fingerprint]
        yield from sources(by_fingerprint[fingerprint], found)


@every_edit
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(data=st.data())
def test_an_edit_is_found_and_nothing_else(
    edit: Edit, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    made = data.draw(edited(edit))
    old, new = loaded(tmp_path_factory.mktemp("edit"), made)
    found = between(old, new)
    note("\n".join(f"{each.id} {each.subject} {each.part} {each.meaning}" for each in found))
    (meant,) = [each for each in found if (each.id, each.subject) == (made.id, made.subject)]
    assert not meant.follows
    for each in found:
        assert each is meant or meant in sources(each, found)
    _mirrored(found, between(new, old))
    _kept(found, old, new, data)


def _mirrored(found: Diff, turned: Diff) -> None:
    """From the other side it is the same, turned round."""
    called = {each.new: each.old for each in found if each.id == "id-changed"}
    seen = {
        (CATALOGUE[each.id].opposite, called.get(each.subject, each.subject), repr(each.new), repr(each.old)): each
        for each in found
    }
    back = {(each.id, each.subject, repr(each.old), repr(each.new)): each for each in turned}
    assert seen.keys() == back.keys()
    for key, each in seen.items():
        there, here = each.meaning, back[key].meaning
        assert there is not None
        assert here is not None
        assert TURNED.get(there.kind, there.kind) == here.kind
        assert TURNED_WAY.get(there.points, there.points) == here.points
        assert bool(each.follows) == bool(back[key].follows)


def _kept(found: Diff, old: Edition, new: Edition, data: st.DataObject) -> None:
    """What is proved of points holds for units made up at random."""
    claims = {each.subject: each.meaning for each in found if each.kind.touches == "points" and not each.follows}
    units = data.draw(cohorts(new.ruleset, recorded=False))
    for subject, meaning in claims.items():
        assert meaning
        if meaning.certainty != "proved" or meaning.points == "either":
            continue
        for before, now in _points(subject, old, new, units):
            assert meaning.points != "same" or before == now
            assert meaning.points != "higher" or before <= now
            assert meaning.points != "lower" or before >= now


def _points(subject: str, old: Edition, new: Edition, units: list[Unit]) -> Iterator[tuple[Decimal, Decimal]]:
    """The points of an indicator for each unit by both editions, where both have any."""
    if not all(subject in each.indicators for each in (old, new)):
        return
    cards = [
        each.ruleset.score_all(
            [Unit(unit.name, {key: value for key, value in unit.facts.items() if key in each.facts}) for unit in units],
            incomplete=True,
        )
        for each in (old, new)
    ]
    for before, now in zip(*cards, strict=True):
        points = before[subject].points, now[subject].points
        if points[0] is not None and points[1] is not None:
            yield points[0], points[1]
