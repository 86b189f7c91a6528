"""The scorecard as others take it: dict, JSON with its schema, frame, text, notebook."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest

from egov_scoring import Scorecard, Unit, load, read_units
from egov_scoring.locate import ids_in, shipped
from egov_scoring.report import schema, text

EXAMPLES = Path(__file__).parents[1] / "examples"


def cards(ruleset: str) -> list[Scorecard]:
    return load(ruleset).score_all(read_units(EXAMPLES / f"{ruleset.replace('/', '_')}_units.yaml"))


@pytest.fixture(scope="module")
def card() -> Scorecard:
    return cards("2019/city")[1]


@pytest.mark.parametrize("ruleset", ids_in(shipped()))
def test_json_follows_its_published_schema(ruleset: str) -> None:
    published = json.loads(schema.text("scorecard"))
    jsonschema.Draft202012Validator.check_schema(published)
    for card in cards(ruleset):
        jsonschema.validate(json.loads(card.to_json()), published)


def test_an_incomplete_card_follows_the_schema_too() -> None:
    data = load("2019/department").score({"public_platforms_used": 3}, incomplete=True).to_dict()
    jsonschema.validate(data, json.loads(schema.text("scorecard")))
    assert data["status"] == "incomplete"
    assert data["points"] is None
    assert data["missing"]["range"][1] == "47.50"  # 3 x 2.5 + 30 + 10


def test_amounts_are_text(card: Scorecard) -> None:
    data = card.to_dict()
    assert (data["points"], data["max"]) == ("60.85", "65")
    assert data["indicators"][0]["points"] == "47.85"


def test_a_result_can_be_replayed(card: Scorecard) -> None:
    data = json.loads(card.to_json())
    again = load(data["ruleset"]["id"]).score(data["inputs"]["facts"], unit=data["unit"])
    assert data["ruleset"]["fingerprint"] == card.program.fingerprint
    assert again.to_json() == card.to_json()


def test_a_rank_can_be_replayed_from_the_peers_it_carries() -> None:
    card = cards("2019/department")[2]
    data = json.loads(card.to_json())
    peers = [Unit(peer["unit"], peer["facts"]) for peer in data["inputs"]["peers"]]
    again = load("2019/department").score(Unit(data["unit"], data["inputs"]["facts"]), peers=peers)
    assert again.to_dict()["indicators"] == data["indicators"]


def test_one_indicator_by_id(card: Scorecard) -> None:
    assert card["video"].points == Decimal("8.85")
    assert card["total"].points == card.points
    assert "video" in card
    assert "vidio" not in card


def test_an_unknown_indicator_is_named_with_its_near_miss(card: Scorecard) -> None:
    with pytest.raises(KeyError, match=r"'vidio'.*'video'"):
        card["vidio"]


def test_iteration_follows_the_document(card: Scorecard) -> None:
    assert [score.id for score in card][:3] == ["application", "platforms", "network_cloud"]
    assert len(card) == len(list(card)) == 17


def test_losses_come_dearest_first(card: Scorecard) -> None:
    losses = card.losses()
    assert [line.loss for line in losses] == sorted((line.loss for line in losses), reverse=True)
    assert sum(line.loss for line in losses) == Decimal("4.15")


def test_losses_and_gains_add_up_to_what_is_missing() -> None:
    for card in cards("2018/city_overall"):
        assert card.points is not None
        lost = sum(line.loss for line in card.losses()) + sum(line.loss for line in card.gains())
        assert lost == card.total.loss
    # 100 points count 30: of the 24.15 that were lost, 16.90 are given back, then 22.755 is rounded up
    gains = [(line.indicator, line.loss) for line in cards("2018/city_overall")[0].gains()]
    assert gains == [("portal", Decimal("-16.90")), ("portal", Decimal("-0.01"))]


@pytest.mark.parametrize("ruleset", ids_in(shipped()))
def test_the_changes_shown_add_up_to_the_last_of_them(ruleset: str) -> None:
    for card in cards(ruleset):
        *shown, total = (Decimal(change.amount) for change in text.changes(card, "en"))
        if card.points is not None and card.max_applicable is not None:
            assert sum(shown) == total == card.points - card.max_applicable
            assert f"{total:+}" in str(card)
            assert f"<td>{total:+}</td>" in card._repr_html_()


def test_an_indicator_named_as_printed_is_answered_with_its_id(card: Scorecard) -> None:
    with pytest.raises(KeyError, match=r"'video' \(视频会议\)"):
        card["视频会议"]
    with pytest.raises(KeyError, match=r"portal_interview_richness.*portal_collection_richness"):
        cards("2018/city_overall")[0]["内容丰富度"]


def test_the_frame_has_a_row_an_indicator_and_the_total(card: Scorecard) -> None:
    frame = card.to_frame()
    assert list(frame.columns) == ["id", "name", "level", "max", "max_applicable", "points", "loss", "status"]
    assert frame.iloc[-1].tolist()[5:] == [Decimal("60.85"), Decimal("4.15"), "scored"]
    assert len(frame) == 18


def test_the_text_says_where_the_points_went(card: Scorecard) -> None:
    said = str(card)
    assert "60.85 / 65" in said
    assert "-1.00" in said


def test_html_shows_text_as_text() -> None:
    card = load("2019/city").score({}, unit="<b>甲市</b>", incomplete=True)
    html = card._repr_html_()
    assert "&lt;b&gt;甲市&lt;/b&gt;" in html
    assert "<b>甲市" not in html


def test_a_veto_shows_what_it_rests_on() -> None:
    card = cards("2018/portal_city")[0]
    (line,) = [line for line in card["consultation"].lines if line.code == "veto"]
    assert line.text("zh") == "否决：「超过3个月仍未回应的咨询信件」 ≥ 1"
    assert [record["date"] for record in line.records] == ["2018-06-12", "2018-07-03"]
