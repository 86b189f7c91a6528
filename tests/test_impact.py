"""The same units under two rulesets: what moved them adds up, whatever the rules are."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from egov_scoring import FactsError, RulesetError, Unit, cli, load, messages, read_units
from egov_scoring.comparison.impact import impact
from egov_scoring.comparison.movement import Impact, Movement, Span
from egov_scoring.report import impact_table, schema
from tests.conftest import Golden
from tests.made_up.edits import EDITS, Editor, edited
from tests.made_up.units import cohorts
from tests.test_diff_edits import UNPROVABLE
from tests.test_diff_meaning import leaf, written

ROOT = Path(__file__).parents[1]
CITIES = ROOT / "examples" / "2019_city_units.yaml"
GOLDEN = Path(__file__).parent / "golden"


def known(points: str) -> Span:
    """A movement that is one number."""
    return Span(Decimal(points), Decimal(points))


def of_one(folder: Path, old: tuple[str, ...], new: tuple[str, ...], facts: dict[str, object]) -> Movement:
    """The movement of one unit between two rulesets."""
    found = impact(written(folder, "old", *old), written(folder, "new", *new), [Unit("甲市", facts)])
    return found.movements[0]


EACH = "kind: per_unit, each: {each}, of: platforms"
LESS = "kind: per_finding, each: 1, of: faults"
TWO = (leaf(EACH.format(each=1), name="one", most=4), leaf(LESS, name="two", most=6))


def test_each_leaf_moves_by_its_own(tmp_path: Path) -> None:
    new = (leaf(EACH.format(each=2), name="one", most=4), TWO[1])
    moved = of_one(tmp_path, TWO, new, {"platforms": 1, "faults": 2})
    assert (str(moved.before.points), str(moved.now.points)) == ("5.00", "6.00")
    assert moved.parts == {"one": known("1")}


def test_what_a_group_does_to_its_parts_is_the_groups(tmp_path: Path) -> None:
    parts = ", ".join(f"{{{each}}}" for each in TWO)
    group = "id: all, name: all, max: 10, indicators: [" + parts + "]"
    moved = of_one(tmp_path, (group,), (group + ", veto_when: filed",), {"platforms": 1, "faults": 2, "filed": True})
    assert moved.parts == {"all": known("-5")}  # 1 for the platform, 4 of 6 after two faults


def test_a_rule_that_is_now_parts_moves_as_one(tmp_path: Path) -> None:
    old = (leaf("kind: per_unit, each: 1, of: platforms", name="all"),)
    new = ("id: all, name: all, max: 10, indicators: [" + ", ".join(f"{{{each}}}" for each in TWO) + "]",)
    moved = of_one(tmp_path, old, new, {"platforms": 3, "faults": 1})
    assert moved.parts == {"all": known("5")}  # 3 before; 3 for the platforms and 5 of 6 now


def test_facts_that_only_one_side_knows_give_ranges(tmp_path: Path) -> None:
    new = (leaf(EACH.format(each=1), name="one", most=4), leaf(LESS.replace("faults", "late"), name="two", most=6))
    moved = of_one(tmp_path, TWO, new, {"platforms": 1, "faults": 2})
    assert moved.now.points is None
    assert moved.parts == {"two": Span(Decimal(-4), Decimal(2))}


def test_a_total_moves_no_further_than_it_can(tmp_path: Path) -> None:
    """A group's own effect is a range where a part is: together these say less than the two totals, and are not told."""
    new = (TWO[0], leaf(LESS.replace("faults", "sets"), name="two", most=6))
    group = "id: all, name: All, max: 10, penalties: [{id: named, each: 1, of: late}], indicators: [{%s}, {%s}]"
    old, now = written(tmp_path, "old", group % TWO), written(tmp_path, "new", group % new)
    found = impact(old, now, [Unit("甲市", {"platforms": 1, "faults": 2, "late": 1})])
    (moved,) = found.movements  # 1 + 4 - 1 before; now 1 and up to 6, less 1
    assert moved.moved == Span(Decimal(-4), Decimal(2))
    assert moved.parts == {"two": Span(Decimal(-4), Decimal(2)), "all": Span(Decimal(-6), Decimal(6))}
    assert impact_table.text(found, "en").splitlines()[-1].split()[-2:] == ["two", "-4.00..+2.00"]


def test_a_group_that_lacks_a_fact_of_its_own_is_told(tmp_path: Path) -> None:
    group = "id: all, name: All, max: 10, indicators: [" + ", ".join(f"{{{each}}}" for each in TWO) + "]"
    old, new = written(tmp_path, "old", group), written(tmp_path, "new", group + ", veto_when: filed")
    found = impact(old, new, [Unit("甲市", {"platforms": 1, "faults": 2})])
    assert found.movements[0].moved == Span(Decimal(-5), Decimal(0))
    assert "All -5.00..0" in impact_table.text(found, "en")


def test_what_is_done_to_the_total_is_called_so(tmp_path: Path) -> None:
    files = (written(tmp_path, "old", *TWO), written(tmp_path, "new", *TWO, more="max: 10\nveto_when: faults > 1\n"))
    found = impact(*files, [Unit("甲市", {"platforms": 1, "faults": 2})])
    assert impact_table.text(found, "zh").splitlines()[-1].endswith("合计 -5.00")


def test_points_set_by_a_person_count_on_both_sides(tmp_path: Path) -> None:
    old, new = written(tmp_path, "old", *TWO), written(tmp_path, "new", *TWO)
    override = {"two": {"points": 5, "by": "张某", "why": "复核"}}
    found = impact(old, new, [Unit("甲市", {"platforms": 1, "faults": 2}, overrides=override)])
    assert [str(card.points) for card in (found.movements[0].before, found.movements[0].now)] == ["6.00", "6.00"]
    assert found.movements[0].parts == {}


def test_what_the_rules_did_and_what_the_unit_did(tmp_path: Path) -> None:
    new = (leaf(EACH.format(each=2), name="one", most=4), TWO[1])
    old_file, new_file = written(tmp_path, "old", *TWO), written(tmp_path, "new", *new)
    before, now = Unit("甲市", {"platforms": 1, "faults": 2}), Unit("甲市", {"platforms": 1, "faults": 5})
    (moved,) = impact(old_file, new_file, [before], [now]).movements
    assert (moved.parts, moved.own, moved.moved) == ({"one": known("1")}, known("-3"), known("-2"))


def test_units_that_stand_in_one_file_only_are_named(tmp_path: Path) -> None:
    old = written(tmp_path, "old", *TWO)
    with pytest.raises(FactsError) as caught:
        impact(old, old, [Unit("甲市"), Unit("乙县")], [Unit("乙县"), Unit("丙区")])
    assert [problem.args["unit"] for problem in caught.value.problems] == ["甲市", "丙区"]


def test_a_fact_that_neither_knows_is_a_mistake(tmp_path: Path) -> None:
    old = written(tmp_path, "old", *TWO)
    with pytest.raises(FactsError, match="unknown-fact"):
        impact(old, old, [Unit("甲市", {"plattforms": 1})])


def test_without_a_total_nothing_can_move() -> None:
    with pytest.raises(RulesetError, match="impact-without-total"):
        impact("2018/internet_plus", "2019/city", [])


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(data=st.data())
def test_the_parts_add_up(
    edit: Callable[[Editor], tuple[str, str]], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    made = data.draw(edited(edit))
    folder = tmp_path_factory.mktemp("impact")
    for name, text in (("old", made.old), ("new", made.new)):
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    try:
        units = data.draw(cohorts(load(folder / "old.yaml", cache=False), recorded=False))
        found = impact(folder / "old.yaml", folder / "new.yaml", units)
    except RulesetError as error:
        assume({problem.code for problem in error.problems if problem.severity == "error"} - UNPROVABLE)
        raise
    for each in found.movements:
        before, now = each.before.points, each.now.points
        if before is not None and now is not None:
            assert each.moved == Span(now - before, now - before)
        reach = (each.before.total.reach, each.now.total.reach)
        assert reach[0] is not None
        assert reach[1] is not None
        assert each.moved.low <= reach[1].low - reach[0].high
        assert each.moved.high >= reach[1].high - reach[0].low


# What is printed.


def of_cities() -> Impact:
    return impact("2018/city", "2019/city", read_units(CITIES))


@pytest.mark.parametrize("lang", messages.LANGUAGES)
def test_what_it_prints(
    lang: str, golden: Golden, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["egov-scoring", "impact", "2018/city", "2019/city", str(CITIES), "--lang", lang])
    cli.main()
    messages.use(None)
    golden(GOLDEN / f"impact_city.{lang}.txt", capsys.readouterr().out)


@pytest.mark.parametrize(
    "words", [[], ["F", "--facts-new", "F"], ["F", "--facts-old", "F"], ["--facts-old", "F"], ["--facts-new", "F"]]
)
def test_which_facts_has_to_be_said(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["egov-scoring", "impact", "2018/city", "2019/city", *words, "--lang", "en"])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    messages.use(None)
    assert stopped.value.code == 2
    assert "either FACTS, or both" in capsys.readouterr().err


def test_json_follows_its_published_schema() -> None:
    published = json.loads(schema.text("impact"))
    jsonschema.Draft202012Validator.check_schema(published)
    found = json.loads(json.dumps(impact_table.data(of_cities()), ensure_ascii=False))
    jsonschema.validate(found, published)
    for unit in found["units"]:
        for end in (0, 1):
            assert Decimal(unit["moved"][end]) == sum(Decimal(part["moved"][end]) for part in unit["parts"])
