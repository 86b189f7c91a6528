"""Shipped rulesets compared: what a careful reader of the documents finds, with facts that show it, and nothing else."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

import jsonschema
import pytest

from egov_scoring import Diff, RulesetError, Unit, diff, load
from egov_scoring.comparison.difference import Difference, Witness
from egov_scoring.locate import ids_in, shipped
from egov_scoring.report import diff_data, diff_table, schema
from egov_scoring.ruleset import Ruleset
from tests.conftest import Golden

GOLDEN = Path(__file__).parent / "golden"
YEARS = {"city": ("2018/city", "2019/city"), "department": ("2018/department", "2019/department")}
both_years = pytest.mark.parametrize("name", YEARS)

compared = cache(diff)


def of(found: Diff, name: str, subject: str) -> Difference:
    """The only difference of that kind in it."""
    (each,) = [each for each in found if (each.id, each.subject) == (name, subject)]
    return each


def told(found: Diff, name: str, subject: str) -> tuple[str, str, list[tuple[str, str]]]:
    """Class, certainty, and the points of the witnesses."""
    meaning = of(found, name, subject).meaning
    assert meaning
    points = [(str(old), str(new)) for old, new in (shown.points for shown in meaning.witnesses)]
    return meaning.kind, meaning.certainty, points


@pytest.mark.parametrize("ruleset", ids_in(shipped()))
def test_nothing_differs_from_itself(ruleset: str) -> None:
    assert len(diff(ruleset, ruleset)) == 0


@both_years
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_change_that_a_careful_reader_finds(name: str, lang: str, golden: Golden) -> None:
    golden(GOLDEN / f"diff_{name}.{lang}.md", diff_table.markdown(compared(*YEARS[name]), lang))


def test_a_city_that_takes_over_the_table_of_the_province() -> None:
    found = compared("2019/city", "sanming_2019/applications")
    assert {each.meaning.kind for each in found if each.meaning} == {"organisation", "wording"}
    assert {each.id for each in found} == {
        "title-changed",
        "jurisdiction-changed",
        "addressees-changed",
        "document-changed",
        "citation-changed",
        "responsible-unit-added",
        "reading-added",
        "reading-changed",
    }


# What it means, worked by hand.


def test_cities_get_twice_as_much_for_a_platform() -> None:
    found = compared(*YEARS["city"])
    # 8 points as before, but 4 platforms reach them and no longer 8.
    assert told(found, "points-each-changed", "network_cloud") == ("more_generous", "proved", [("4", "8")])
    # Twice the points for each, and twice the maximum: what was a fifth of it still is.
    assert told(found, "maximum-changed", "information_resources") == ("reweighted", "proved", [("5", "10")])
    # One and a half times the maximum, reached with 6 platforms and no longer with 8.
    assert told(found, "points-each-changed", "application_systems") == ("more_generous", "proved", [("6", "12")])


def test_a_naming_by_leaders_costs_cities_points() -> None:
    found = compared(*YEARS["city"])
    assert told(found, "penalty-added", "video") == ("stricter", "proved", [("10", "0")])
    penalty = of(found, "penalty-added", "video")
    assert penalty.meaning
    assert {key: fact for key, fact in penalty.meaning.witnesses[0].facts.items() if fact} == {
        "namings_by_provincial_leaders": 20
    }
    assert of(found, "fact-added", "namings_by_provincial_leaders").follows == (penalty.fingerprint,)


def test_sums_follow_from_their_parts() -> None:
    found = compared(*YEARS["city"])
    by_fingerprint = {each.fingerprint: each for each in found}
    above = of(found, "total-changed", "total")
    assert (above.old, above.new) == ("70", "65")
    assert {by_fingerprint[source].subject for source in above.follows} == {"application", "resources"}


def test_departments_are_ranked_by_all_their_data_sets() -> None:
    found = compared(*YEARS["department"])
    kind, certainty, points = told(found, "rank-scheme-changed", "open_total")
    # Sets outside a confirmed catalogue count from now on: good for who has them, bad for who is ranked with them.
    assert (kind, certainty, points) == ("either", "proved", [("0", "2"), ("2", "1")])


def test_a_rule_over_other_facts_is_other_evidence() -> None:
    found = compared(*YEARS["department"])
    assert told(found, "rule-kind-changed", "gathering")[:2] == ("other_evidence", "proved")
    assert told(found, "parts-replaced-by-rule", "sharing")[:2] == ("other_evidence", "proved")


def test_two_requirements_that_no_longer_share_a_pool() -> None:
    found = compared(*YEARS["department"])
    assert told(found, "rule-replaced-by-parts", "grading") == ("more_generous", "proved", [("2", "4")])


@both_years
def test_no_class_rests_on_a_search_alone(name: str) -> None:
    assert {
        each.meaning.certainty for each in compared(*YEARS[name]) if each.kind.touches == "points" and each.meaning
    } == {"proved"}


@both_years
def test_a_witness_scores_as_it_says(name: str) -> None:
    found = compared(*YEARS[name])
    rulesets = [load(each) for each in YEARS[name]]
    ids = {each.new: each.old for each in found if each.id == "id-changed"}
    shown = 0
    for each in found:
        for witness in each.meaning.witnesses if each.meaning else ():
            points = [
                _points(ruleset, subject, witness)
                for ruleset, subject in zip(rulesets, (ids.get(each.subject, each.subject), each.subject), strict=True)
            ]
            assert points == [Decimal(amount.numerator) / amount.denominator for amount in witness.points], each
            shown += 1
    assert shown > 5


def _points(ruleset: Ruleset, subject: str, witness: Witness) -> Decimal | None:
    unit, other = (
        Unit(name, {key: value for key, value in facts.items() if key in ruleset.facts})
        for name, facts in (("甲厅", witness.facts), ("乙厅", witness.other))
    )
    return ruleset.score(unit, peers=[other] if witness.other else None, incomplete=True)[subject].points


@both_years
def test_shares_are_of_the_total(name: str) -> None:
    found = compared(*YEARS[name])
    for each in found:
        for witness in each.meaning.witnesses if each.meaning else ():
            totals = (found.old.total.max, found.new.total.max)
            assert witness.shares == tuple(Fraction(p) / total for p, total in zip(witness.points, totals, strict=True))


# As data.


@both_years
def test_json_follows_its_published_schema(name: str) -> None:
    published = json.loads(schema.text("diff"))
    jsonschema.Draft202012Validator.check_schema(published)
    written = json.loads(json.dumps(diff_data.data(compared(*YEARS[name])), ensure_ascii=False))
    jsonschema.validate(written, published)
    assert sum(written["classes"].values()) == len(written["differences"])


@both_years
def test_a_fingerprint_stands_for_one_difference(name: str) -> None:
    found = compared(*YEARS[name])
    assert len({each.fingerprint for each in found}) == len(found)


def test_a_fingerprint_does_not_hang_on_lines(tmp_path: Path) -> None:
    text = (shipped() / "2019/city.yaml").read_text("utf-8")
    for name, above in (("plain", ""), ("moved", "# a line\n# another\n")):
        (tmp_path / f"{name}.yaml").write_text(above + text, "utf-8")
    documents = (shipped() / "documents.yaml").read_text("utf-8")
    (tmp_path / "documents.yaml").write_text(documents, "utf-8")
    plain, moved = (diff("2018/city", tmp_path / f"{name}.yaml") for name in ("plain", "moved"))
    assert [each.fingerprint for each in plain] == [each.fingerprint for each in moved]
    assert [each.new_place for each in plain] != [each.new_place for each in moved]


def test_places_name_both_files() -> None:
    found = of(compared(*YEARS["city"]), "points-each-changed", "network_cloud")
    assert found.old_place is not None
    assert found.new_place is not None
    assert (found.old_place.file, found.old_place.clause) == ("2018/city.yaml", "分值计算 1")
    for place, said in ((found.old_place, "each: 1"), (found.new_place, "each: 2")):
        line = (shipped() / place.file).read_text("utf-8").splitlines()[place.line - 1]
        assert said in line
        assert "network_cloud_platforms" in line


def test_what_does_not_load_is_never_no_difference() -> None:
    with pytest.raises(RulesetError, match="unknown-ruleset"):
        diff("2019/city", "2019/nowhere")
