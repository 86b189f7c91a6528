"""Self-report beside verification: what differs adds up and has its cause, whatever the rules are."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import given, note
from hypothesis import strategies as st

from egov_scoring import Unit, load, read_units
from egov_scoring.comparison.movement import ZERO, Span, effects, total
from egov_scoring.gathering import scored
from egov_scoring.load import load_text
from egov_scoring.reconciliation import FactChange, Part, Reconciled, Reconciliation, reconcile
from egov_scoring.report import reconcile_words as words
from egov_scoring.ruleset import Ruleset
from egov_scoring.samples import sample
from tests.made_up import fewer
from tests.made_up.rulesets import rulesets
from tests.made_up.units import cohorts

TOWN = load_text(
    """
    ruleset: town
    title: Town
    max: 20
    facts:
      platforms: {type: count, label: platforms, unit: 个, range: [0, 50]}
      faults: {type: findings, label: faults}
      named: {type: findings, label: named}
      hosted: {type: yes_no, label: hosted}
      sets: {type: count, label: sets}
    indicators:
      - id: work
        name: Work
        max: 16
        convert: applicable
        indicators:
          - {id: built, name: Built, max: 6, rule: {kind: per_unit, each: 2, of: platforms}}
          - {id: kept, name: Kept, max: 6, applies_when: not hosted, rule: {kind: per_finding, each: 1, of: faults}}
          - {id: open, name: Open, max: 4, rule: {kind: rank, by: sets, scheme: linear, ties: better}}
        penalties:
          - {id: naming, each: 0.5, of: named}
      - {id: rest, name: Rest, max: 4, rule: {kind: per_unit, each: 1, of: platforms}}
    """
)
DEPARTMENT = load("2019/department")
SOUND = {"platforms": 2, "faults": 1, "named": 0, "hosted": False, "sets": 8}
SIGNED = {"by": "张某", "why": "复核"}


def compared(
    reported: dict[str, Any] | None = None,
    verified: dict[str, Any] | None = None,
    *,
    before: dict[str, Any] | None = None,
    now: dict[str, Any] | None = None,
) -> Reconciled:
    """One unit beside another that stays the same; `before` and `now` are its records."""
    other = Unit("乙县", {**SOUND, "sets": 5})
    said = [Unit("甲市", {**SOUND, **(reported or {})}, **(before or {})), other]
    found = [Unit("甲市", {**SOUND, **(verified or {})}, **(now or {})), other]
    units = reconcile(TOWN.program, scored(TOWN, said, incomplete=True), scored(TOWN, found, incomplete=True)).units
    return next(each for each in units if each.unit == "甲市")


def known(points: str) -> Span:
    return Span(Decimal(points), Decimal(points))


def differences(found: Reconciled) -> dict[str, Span]:
    return {part.id: part.difference for part in found.differing}


def the_part(found: Reconciled) -> Part:
    (part,) = found.differing
    return part


# Worked by hand.


def test_a_fact_moves_every_indicator_that_reads_it() -> None:
    found = compared({"platforms": 4}, {"platforms": 1})
    assert differences(found) == {"built": known("-4"), "rest": known("-3")}  # 6 and 4 before, 2 and 1 now
    assert found.difference == known("-7")
    assert [part.facts for part in found.differing] == [(FactChange("platforms", 4, 1),)] * 2


def test_a_fact_without_effect_is_told_apart() -> None:
    found = compared({"platforms": 5}, {"platforms": 6})
    assert found.differing == ()
    assert found.idle == (FactChange("platforms", 5, 6),)


def test_findings_added_and_removed() -> None:
    first, second, third = ({"date": f"2019-05-0{day}", "note": f"no. {day}"} for day in (1, 2, 3))
    part = the_part(compared({"faults": [first, second]}, {"faults": [second, third, third]}))
    assert (part.id, part.difference) == ("kept", known("-1"))
    assert part.facts == (FactChange("faults", 2, 3, added=(third, third), removed=(first,)),)


def test_findings_that_were_only_counted_before() -> None:
    record = {"date": "2019-05-01"}
    assert the_part(compared({"faults": 0}, {"faults": [record]})).facts == (FactChange("faults", 0, 1),)


def test_the_same_value_written_otherwise_is_no_change() -> None:
    assert (
        compared({"platforms": 2, "faults": [{"note": "x"}]}, {"platforms": "2", "faults": [{"note": "x"}]}).facts == ()
    )


def test_what_a_group_does_to_its_parts_is_its_own() -> None:
    part = the_part(compared({}, {"named": 3}))
    assert (part.id, part.reported, part.verified, part.follows) == ("work", known("0"), known("-1.50"), ())


def test_a_conversion_follows_from_its_parts() -> None:
    found = compared({}, {"hosted": True})
    # Kept leaves with its 5 of 6; Built 4 and Open 4 of 10 become 8 x 16 / 10 = 12.80 of 16.
    assert differences(found) == {"kept": known("-5"), "work": known("4.80")}
    assert {part.id: part.follows for part in found.differing} == {"kept": (), "work": ("parts",)}
    assert [change.key for part in found.differing if part.id == "kept" for change in part.facts] == ["hosted"]


def test_places_are_among_the_units_of_a_side() -> None:
    found = compared({"sets": 8}, {"sets": 2})
    assert the_part(found).follows == ("peers",)
    (other,) = [
        each
        for each in reconcile(TOWN.program, *(cards_of({"sets": sets}) for sets in (8, 2))).units
        if each.unit == "乙县"
    ]
    assert (the_part(other).id, the_part(other).facts, the_part(other).follows) == ("open", (), ("peers",))


def test_who_is_passed_by_another_is_told_so() -> None:
    offices = read_units("examples/2019_department_units.yaml")
    *others, last = offices
    more = replace(last, facts={**last.facts, "open_records": 100_000})  # the first now, where it was the fifth
    found = reconcile(DEPARTMENT.program, DEPARTMENT.score_all(offices), DEPARTMENT.score_all([*others, more]))
    passed = {each.unit: [(part.id, part.facts, part.follows) for part in each.differing] for each in found.units}
    assert passed["丁局"] == passed["戊局"] == [("open_volume", (), ("peers",))]


def cards_of(facts: dict[str, Any]) -> Any:
    return scored(TOWN, [Unit("甲市", {**SOUND, **facts}), Unit("乙县", {**SOUND, "sets": 5})], incomplete=True)


def test_points_set_by_a_person() -> None:
    found = compared({}, {"faults": 4}, now={"overrides": {"kept": {"points": 4, **SIGNED}}})
    part = the_part(found)
    assert (part.difference, [change.kind for change in part.records]) == (known("-1"), ["overrides"])
    (decided,) = words.Told(found, "en").overrides()
    assert (str(decided.points), str(decided.other)) == ("4.00", "2.00")  # what was set, what the rule gives


def test_what_does_not_apply_takes_its_parts_along() -> None:
    found = compared({}, {}, now={"not_applicable": {"work": SIGNED}})
    built = next(part for part in found.differing if part.id == "built")
    assert [(change.kind, change.indicator) for change in built.records] == [("not_applicable", "work")]


def test_missing_facts_give_ranges() -> None:
    whole = {key: value for key, value in SOUND.items() if key != "faults"}
    said, found = (TOWN.score(facts, unit="甲市", incomplete=True) for facts in (SOUND, whole))
    (unit,) = reconcile(TOWN.program, [said], [found]).units
    kept = next(part for part in unit.parts if part.id == "kept")
    assert (kept.difference, kept.facts) == (Span(Decimal(-5), Decimal(1)), (FactChange("faults", 1, None),))
    assert unit.difference.low < 0 < unit.difference.high


def test_units_on_one_side_only_are_named() -> None:
    said, found = (
        [TOWN.score(SOUND, unit=name, incomplete=True) for name in names]
        for names in (("甲市", "丙区"), ("乙县", "甲市"))
    )
    both = reconcile(TOWN.program, said, found)
    assert ([each.unit for each in both.units], both.only_reported, both.only_verified) == (
        ["甲市"],
        ("丙区",),
        ("乙县",),
    )


def test_objections_of_both_sides_and_the_verified_ones_first() -> None:
    claims = {"kept": SIGNED, "rest": SIGNED}
    decided = {"kept": {**SIGNED, "decision": "upheld", "decided_by": "李某", "decided_why": "属实"}}
    found = compared(before={"objections": claims}, now={"objections": decided})
    assert found.differing == ()
    assert found.objections == {"kept": decided["kept"], "rest": SIGNED}


def test_parts_that_are_never_added() -> None:
    ruleset = load("2018/internet_plus")
    best, worst = (replace(sample(ruleset, fill), name="甲市") for fill in ("best", "worst"))
    (unit,) = reconcile(ruleset.program, scored(ruleset, [best]), scored(ruleset, [worst])).units
    assert "total" not in {part.id for part in unit.parts}
    lost = [part.difference for part in unit.differing]
    assert lost == sorted(lost, key=lambda span: span.low)
    assert all(span.high < 0 for span in lost)


# Whatever the rules are.


def adds_up(found: Reconciliation) -> None:
    for each in found.units:
        if not each.verified.total.added:
            continue
        before, now = each.reported.points, each.verified.points
        parts = total(part.difference for part in each.parts)
        if before is not None and now is not None:
            assert parts == each.difference == Span(now - before, now - before)
        assert parts.low <= each.difference.low
        assert parts.high >= each.difference.high
        for card in (each.reported, each.verified):
            if card.points is not None:
                assert total(effects(card).values()) == Span(card.points, card.points)


def causes(found: Reconciliation) -> None:
    """Nothing differs without a reason that is told."""
    for each in found.units:
        for part in each.differing:
            note(part.id)
            assert words.Told(each, "en").causes(part)
            assert words.Told(each, "zh").causes(part)


def same(ruleset: Ruleset, units: list[Unit]) -> None:
    """Beside itself nothing differs but what is not known."""
    cards = scored(ruleset, units, incomplete=True)
    for each in reconcile(ruleset.program, cards, cards).units:
        assert each.facts == ()
        assert all(not part.difference.is_known or part.difference == ZERO for part in each.parts)


@fewer(0.6)
@given(data=st.data())
def test_the_parts_add_up_and_each_has_its_cause(data: st.DataObject) -> None:
    ruleset = data.draw(rulesets())
    complete = data.draw(st.booleans())
    said, verified = (data.draw(cohorts(ruleset, complete=complete)) for _ in range(2))
    both = [scored(ruleset, units, incomplete=True) for units in (said, verified)]
    found = reconcile(ruleset.program, *both)
    assert {each.unit for each in found.units} == {unit.name for unit in said} & {unit.name for unit in verified}
    adds_up(found)
    causes(found)
    same(ruleset, said)
