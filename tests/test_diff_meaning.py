"""What changes mean, on rulesets small enough to work out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import pytest

from egov_scoring import Diff, RulesetError, diff
from egov_scoring.comparison.difference import Difference, Meaning

FACTS: Mapping[str, str] = {
    "platforms": "{type: count, range: [0, 20]}",
    "faults": "{type: findings}",
    "late": "{type: findings}",
    "filed": "{type: yes_no}",
    "sets": "{type: count}",
    "rate": "{type: percent}",
}
Shown = tuple[Mapping[str, object], Fraction | int, Fraction | int]
HEAD = "ruleset: made/{name}\ntitle: T\n{more}facts:\n{facts}indicators:\n"


def written(folder: Path, name: str, *indicators: str, more: str = "max: 10\n") -> Path:
    """A ruleset file of these indicators, with the facts that they mention."""
    body = "".join(f"  - {{{indicator}}}\n" for indicator in indicators)
    facts = "".join(f"  {key}: {said[:-1]}, label: {key}}}\n" for key, said in FACTS.items() if key in body)
    file = folder / f"{name}.yaml"
    file.write_text(HEAD.format(name=name, more=more, facts=facts) + body, "utf-8")
    return file


def leaf(rule: str, more: str = "", name: str = "only", most: int = 10) -> str:
    """An indicator with that rule."""
    return f"id: {name}, name: {name}, max: {most}, rule: {{{rule}}}" + (f", {more}" if more else "")


def of_rules(folder: Path, old: str, new: str) -> Diff:
    """What differs between two rulesets of one indicator each."""
    return diff(written(folder, "old", old), written(folder, "new", new))


def meaning_of(found: Diff, name: str) -> Meaning:
    """What the only difference of that kind means."""
    (each,) = [each for each in found if each.id == name]
    assert each.meaning is not None
    return each.meaning


def points(meaning: Meaning) -> list[Shown]:
    """Each witness by the facts that are there, and its points before and now."""
    facts = [{key: fact for key, fact in each.facts.items() if fact} for each in meaning.witnesses]
    return [(each, *shown.points) for each, shown in zip(facts, meaning.witnesses, strict=True)]


EACH = "kind: per_unit, each: {each}, of: platforms"
LESS = "kind: per_finding, each: {each}, of: faults"
POOL = "kind: per_finding, terms: [{{each: 1, of: faults}}{more}]"


@pytest.mark.parametrize(
    ("old", "new", "name", "kind", "shown"),
    [
        # 10 platforms earn all 10 points at 1 each, 5 at 2 each.
        (
            leaf(EACH.format(each=1)),
            leaf(EACH.format(each=2)),
            "points-each-changed",
            "more_generous",
            ({"platforms": 5}, 5, 10),
        ),
        (
            leaf(LESS.format(each=1)),
            leaf(LESS.format(each=2)),
            "points-each-changed",
            "stricter",
            ({"faults": 5}, 5, 0),
        ),
        (
            leaf(POOL.format(more="")),
            leaf(POOL.format(more=", {each: 1, of: late, id: lateness, name: late}")),
            "clause-added",
            "stricter",
            ({"late": 10}, 10, 0),
        ),
        (
            leaf(EACH.format(each=1)),
            leaf(EACH.format(each=1), "veto_when: filed"),
            "veto-added",
            "stricter",
            ({"platforms": 10, "filed": True}, 10, 0),
        ),
        (
            leaf(EACH.format(each=1)),
            leaf(EACH.format(each=1), "cap: 4"),
            "cap-added",
            "stricter",
            ({"platforms": 10}, 10, 4),
        ),
        (
            leaf(EACH.format(each=1), "cap: 4"),
            leaf(EACH.format(each=1), "cap: 6"),
            "cap-changed",
            "more_generous",
            ({"platforms": 6}, 4, 6),
        ),
        (
            leaf("kind: bands, of: rate, bands: [{below: 50, points: 0}, {from: 50, points: 10}]"),
            leaf("kind: bands, of: rate, bands: [{below: 60, points: 0}, {from: 60, points: 10}]"),
            "band-changed",
            "stricter",
            ({"rate": 50}, 10, 0),
        ),
        (
            leaf("kind: ratio, part: rate, whole: 100"),
            leaf("kind: ratio, part: rate, whole: 100, none_below: 20%"),
            "threshold-added",
            "stricter",
            None,
        ),
        (
            leaf("kind: choice, of: filed, points: {yes: 10, no: 0}"),
            leaf("kind: choice, of: filed, points: {yes: 10, no: 4}"),
            "option-changed",
            "more_generous",
            ({}, 0, 4),
        ),
    ],
)
def test_one_way(old: str, new: str, name: str, kind: str, shown: Shown | None, tmp_path: Path) -> None:
    found = of_rules(tmp_path, old, new)
    for each in found:
        assert each.meaning
        if each.id.startswith(name.rpartition("-")[0]):
            assert (each.meaning.kind, each.meaning.certainty) == (kind, "proved")
            if shown is not None:
                assert points(each.meaning) == [shown]


def test_either_way_with_a_witness_of_each(tmp_path: Path) -> None:
    steps = "kind: bands, of: platforms, bands: [{{below: 5, points: {low}}}, {{from: 5, points: {high}}}]"
    found = of_rules(tmp_path, leaf(steps.format(low=2, high=10)), leaf(steps.format(low=4, high=8)))
    meaning = next(each.meaning for each in found if each.id == "band-changed")
    assert meaning
    assert (meaning.kind, meaning.certainty) == ("either", "proved")
    assert points(meaning) == [({}, 2, 4), ({"platforms": 5}, 10, 8)]


def test_reworded_and_not_rescored(tmp_path: Path) -> None:
    old = leaf("kind: formula, formula: 'least(10, platforms)'")
    new = leaf("kind: formula, formula: '(least(platforms, 10))'")
    meaning = meaning_of(of_rules(tmp_path, old, new), "formula-changed")
    assert (meaning.kind, meaning.certainty, meaning.reason) == ("wording", "proved", "same_rule")


def test_another_form_of_the_same_rule(tmp_path: Path) -> None:
    old = leaf("kind: per_unit, each: 10, of: filed")
    new = leaf("kind: choice, of: filed, points: {yes: 10, no: 0}")
    meaning = meaning_of(of_rules(tmp_path, old, new), "rule-kind-changed")
    assert (meaning.kind, meaning.certainty) == ("wording", "proved")


def test_the_same_part_of_another_maximum(tmp_path: Path) -> None:
    old, new = (
        written(tmp_path, name, leaf(EACH.format(each=each), most=most), more=f"max: {most}\n")
        for name, each, most in (("old", 1, 5), ("new", 2, 10))
    )
    meaning = meaning_of(diff(old, new), "maximum-changed")
    assert (meaning.kind, meaning.certainty, meaning.reason) == ("reweighted", "proved", "in_proportion")
    assert (meaning.points, meaning.share) == ("higher", "same")  # all there is, before and now


def test_no_fact_in_common_is_other_evidence(tmp_path: Path) -> None:
    meaning = meaning_of(of_rules(tmp_path, leaf(EACH.format(each=1)), leaf(LESS.format(each=1))), "rule-kind-changed")
    assert (meaning.kind, meaning.certainty) == ("other_evidence", "proved")


def test_places_are_compared_with_one_other_unit(tmp_path: Path) -> None:
    rank = "kind: rank, by: sets, scheme: linear, ties: {ties}"
    meaning = meaning_of(
        of_rules(tmp_path, leaf(rank.format(ties="better")), leaf(rank.format(ties="worse"))), "rank-scheme-changed"
    )
    # Two units with as many share the first place, or the second: 10 x (2 - 2 + 1) / 2.
    assert meaning.kind == "stricter"
    assert meaning.certainty == "searched"
    assert [[int(amount) for amount in each.points] for each in meaning.witnesses] == [[10, 5]]
    assert meaning.witnesses[0].facts == meaning.witnesses[0].other


def test_a_case_handed_to_a_person(tmp_path: Path) -> None:
    found = of_rules(tmp_path, leaf(LESS.format(each=1)), leaf(LESS.format(each=1), "ask_when: faults >= 3"))
    assert meaning_of(found, "referral-added").kind == "either"


def test_what_cannot_be_decided_says_so(tmp_path: Path) -> None:
    # A sum is the same whichever part is named first; nobody has told the library.
    rank = "kind: rank, by: {by}, scheme: linear"
    old, new = leaf(rank.format(by="sets + platforms")), leaf(rank.format(by="platforms + sets"))
    meaning = meaning_of(of_rules(tmp_path, old, new), "counted-changed")
    assert (meaning.kind, meaning.certainty, meaning.reason) == ("undecided", "open", "nothing_found")
    assert meaning.searched > 10


# Indicators that come, go, split and merge.

PARTS = [leaf(EACH.format(each=1), name="one", most=4), leaf(LESS.format(each=1), name="two", most=6)]


def test_split_and_merged_are_weighed_as_wholes(tmp_path: Path) -> None:
    whole = written(tmp_path, "whole", leaf("kind: per_unit, each: 2, of: platforms"))
    parts = [leaf("kind: per_unit, each: 1, of: platforms", "was: only", name=name, most=5) for name in ("one", "two")]
    split = written(tmp_path, "split", *parts, more="max: 10\nsuccessor_of: made/whole\n")
    found = diff(whole, split)
    assert [each.id for each in found] == ["indicator-split"]
    meaning = meaning_of(found, "indicator-split")
    # 2 for each, 10 at most, is 1 for each twice, 5 at most each.
    assert (meaning.kind, meaning.certainty, meaning.reason) == ("wording", "proved", "same_points")
    assert [each.id for each in diff(split, whole)] == ["indicator-merged"]


def test_added_and_removed_change_weights(tmp_path: Path) -> None:
    old = written(tmp_path, "old", PARTS[0], more="max: 4\n")
    new = written(tmp_path, "new", *PARTS)
    found = {each.id: each for each in diff(old, new)}
    assert set(found) == {"indicator-added", "total-changed", "fact-added"}
    assert found["total-changed"].follows == (found["indicator-added"].fingerprint,)
    assert found["fact-added"].follows == (found["indicator-added"].fingerprint,)
    assert {each.meaning.kind for each in found.values() if each.meaning} == {"reweighted", "other_evidence"}


# Pairs.


def pairs_of(found: Diff) -> list[tuple[str, bool]]:
    """What differs, and whether the pairing was proposed."""
    return [(each.id, each.proposed) for each in found]


def test_a_likely_pair_is_proposed_and_can_be_confirmed_or_refused(tmp_path: Path) -> None:
    old = written(tmp_path, "old", leaf(EACH.format(each=1)).replace("name: only", "name: 公共平台应用情况"))
    new_text = leaf(EACH.format(each=1), name="apps").replace("name: apps", "name: 公共平台的应用情况")
    new = written(tmp_path, "new", new_text)
    assert pairs_of(diff(old, new)) == [("id-changed", True), ("indicator-renamed", True)]
    file = tmp_path / "pairs.yaml"
    file.write_text("pairs: {apps: only}", "utf-8")
    assert pairs_of(diff(old, new, pairs_file=file)) == [("id-changed", False), ("indicator-renamed", False)]
    file.write_text("pairs: {apps: []}", "utf-8")
    assert {name for name, _ in pairs_of(diff(old, new, pairs_file=file))} == {"indicator-added", "indicator-removed"}


def test_a_file_of_pairs_with_mistakes_names_them_all(tmp_path: Path) -> None:
    old, new = (written(tmp_path, name, *PARTS) for name in ("old", "new"))
    file = tmp_path / "pairs.yaml"
    file.write_text("pairs:\n  ome: two\n  two: nothing_like_it\n", "utf-8")
    with pytest.raises(RulesetError) as caught:
        diff(old, new, pairs_file=file)
    told = [
        (problem.code, problem.position.line, problem.hint("en"))
        for problem in caught.value.problems
        if problem.position
    ]
    assert told == [("pair-unknown", 2, "did you mean one?"), ("pair-unknown", 3, "")]
    file.write_text("- pairs", "utf-8")
    with pytest.raises(RulesetError, match="not-a-mapping"):
        diff(old, new, pairs_file=file)
    with pytest.raises(RulesetError, match="cannot-read"):
        diff(old, new, pairs_file=tmp_path / "nowhere.yaml")


def test_positions_pair_nothing(tmp_path: Path) -> None:
    old, new = written(tmp_path, "old", *PARTS), written(tmp_path, "new", *PARTS[::-1])
    assert [(each.id, each.subject) for each in diff(old, new)] == [("order-changed", "total")]


# Several things at once.


def test_differences_in_one_rule_are_weighed_together(tmp_path: Path) -> None:
    found = of_rules(tmp_path, leaf(EACH.format(each=1)), leaf(EACH.format(each=2), "cap: 4"))
    together: dict[str, Difference] = {each.id: each for each in found}
    assert set(together) == {"points-each-changed", "cap-added"}
    assert together["cap-added"].meaning is together["points-each-changed"].meaning
    assert together["cap-added"].meaning
    assert points(together["cap-added"].meaning) == [({"platforms": 2}, 2, 4), ({"platforms": 10}, 10, 4)]


def grouped(more: str, *parts: str) -> str:
    """A group of these parts."""
    return f"id: all, name: all, max: 10, {more}indicators: [" + ", ".join(f"{{{part}}}" for part in parts) + "]"


def test_a_group_that_no_longer_applies_to_all(tmp_path: Path) -> None:
    found = of_rules(tmp_path, grouped("", *PARTS), grouped("applies_when: filed, ", *PARTS))
    meaning = meaning_of(found, "applicability-added")
    assert (meaning.kind, meaning.certainty) == ("stricter", "proved")
    assert points(meaning) == [({"points.one": 4, "points.two": 6}, 10, 0)]


def test_a_group_is_weighed_apart_from_its_parts(tmp_path: Path) -> None:
    easier = leaf(EACH.format(each=2), name="one", most=4)
    found = of_rules(tmp_path, grouped("", *PARTS), grouped("veto_when: filed, ", easier, PARTS[1]))
    assert meaning_of(found, "points-each-changed").kind == "more_generous"
    veto = meaning_of(found, "veto-added")
    assert (veto.kind, veto.certainty) == ("stricter", "proved")
    assert points(veto) == [({"points.one": 4, "filed": True}, 10, 0)]  # and no fault in the other part
