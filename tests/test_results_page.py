"""The page of results: every number is the scorecard's, pictures add up, no text becomes markup, a browser runs and prints it."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_scoring import Ruleset, Scorecard, Unit, load, read_units
from egov_scoring.earlier import Earlier
from egov_scoring.ranking import placed
from egov_scoring.rectification import by_indicator, by_office, losses, lost
from egov_scoring.report import text as as_text
from egov_scoring.report import wording
from egov_scoring.report.results_page import page
from egov_scoring.report.results_pictures import COLOURS, MOST_COLUMNS, SHADES, bar, shade, tables, waterfalls
from egov_scoring.report.templates import TAGS
from egov_scoring.scorecard import Score, plain
from tests.made_up import fewer
from tests.made_up.rulesets import rulesets
from tests.made_up.units import cohorts
from tests.programs import dom_of, printed, text_of
from tests.test_diff_page import contrast, luminance

EXAMPLES = {
    "huaibei_2019": "huaibei_2019",
    "2018/city_overall": "2018_city_overall",
    "2018/internet_plus": "2018_internet_plus",
    "2019/department": "2019_department",
}
every_example = pytest.mark.parametrize("name", EXAMPLES)

BAD = '"><script>alert(1)</script>'
ODD = f"""
ruleset: odd
title: '{BAD}'
max: 30
facts:
  sites: {{type: count, label: '{BAD}', range: [0, 100], unit: <i>}}
  faults: {{type: findings, label: faults, range: [0, 100]}}
  visits: {{type: count, label: visits, range: [0, 1000]}}
  leak: {{type: yes_no, label: a leak}}
  rating: {{type: points, label: rating, range: [0, 5], places: 1}}
grades:
  - {{grade: <b>A</b>, from: 20}}
  - {{grade: B}}
indicators:
  - id: building
    name: Building
    max: 15
    responsible: {{lead: [<lead>], supporting: [<support>]}}
    indicators:
      - {{id: built, name: '{BAD}', max: 10, rule: {{kind: per_unit, each: 2, of: sites}}}}
      - {{id: rated, name: Rated, max: 5, rule: {{kind: assessed, of: rating}}}}
  - id: running
    name: Running
    max: 15
    veto_when: leak
    indicators:
      - {{id: sound, name: Sound, max: 10, rule: {{kind: per_finding, each: 1, of: faults}}}}
      - {{id: visited, name: Visited, max: 5, rule: {{kind: rank, by: visits}}}}
"""
FAULT = {"date": "2019-05-06", "note": BAD, "evidence": "<td>"}
SIGNED = {"by": BAD, "why": "<u>", "date": "2019-06-01", "source": "</td>"}
FACTS = {"sites": 4, "faults": [FAULT] * 7, "visits": 10, "leak": False, "rating": {"points": "4.5", "by": BAD}}
UNITS = [
    Unit(BAD, FACTS),
    Unit("vetoed", {**FACTS, "leak": True, "visits": 20}),
    Unit("open", {"sites": 4, "visits": 5, "leak": False, "rating": 2}),
    Unit("apart", {**FACTS, "visits": 1}, not_applicable={"built": SIGNED}),
    Unit(
        "decided",
        {**FACTS, "visits": 2},
        overrides={"rated": {"points": 1, **SIGNED}},
        objections={"sound": {"points": 9, **SIGNED}},
    ),
]


@cache
def cards_of(name: str) -> list[Scorecard]:
    """The cards of the examples, the best first."""
    units = read_units(Path(f"examples/{EXAMPLES[name]}_units.yaml"))
    return [card for _, card in placed(load(name).score_all(units))]


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> list[Scorecard]:
    """Cards with everything that is seldom: markup in every text, and units without points for every reason."""
    file = tmp_path_factory.mktemp("odd") / "odd.yaml"
    file.write_text(ODD, "utf-8")
    return load(file, cache=False).score_all(UNITS, incomplete=True)


# What a browser makes of a page.


class Element:
    """An element with what stands in it."""

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag, self.attributes = tag, attributes
        self.parts: list[Element | str] = []

    def __iter__(self) -> Iterator[Element]:
        """This element and all in it."""
        yield self
        for part in self.parts:
            if isinstance(part, Element):
                yield from part

    def all(self, tag: str, name: str = "") -> list[Element]:
        """The elements in it of that tag, and of that class."""
        return [each for each in self if each.tag == tag and (not name or name in each.classes)]

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    @property
    def text(self) -> str:
        return "".join(part if isinstance(part, str) else part.text for part in self.parts).strip()


class Reader(HTMLParser):
    """Reads a page whose elements are all closed."""

    VOID = ("meta", "input", "br", "wbr")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.root = Element("page", {})
        self._open = [self.root]
        self.feed(text)
        self.close()
        assert self._open == [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].parts.append(element)
        if tag not in self.VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].parts.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self._open[-1].parts.append(data)


def read(cards: Sequence[Scorecard], lang: str = "en", before: Sequence[Earlier] = ()) -> Element:
    return Reader(page(cards, lang, before=before)).root


@cache
def example(name: str) -> Element:
    return read(cards_of(name), "zh" if name.startswith("h") else "en")


def section(root: Element, id: str) -> Element:
    return next(each for each in root if each.attributes.get("id") == id)


def rows(table: Element) -> list[list[str]]:
    """The texts of the cells of the body."""
    (body,) = table.all("tbody")
    return [[cell.text for cell in row.parts if isinstance(cell, Element)] for row in body.all("tr")]


def unit_at(root: Element, number: int) -> Element:
    return section(root, f"u{number}")


def told(score: Score) -> str:
    """What stands in the place of the points."""
    word = {"scored": "", "missing": "open", "not_applicable": "n/a", "vetoed": "veto"}[score.status]
    has_points = score.points is not None and (score.status != "not_applicable" or score.max_applicable > 0)
    return f"{score.points if has_points else ''}{word}"


# Every number is the scorecard's.


@every_example
def test_the_ranking(name: str) -> None:
    cards = cards_of(name)
    (table,) = section(example(name), "ranking").all("table")
    if not cards[0].total.added:
        assert rows(table) == [[card.unit, row[1]] for card, row in zip(cards, rows(table), strict=True)]
        return
    expected = [
        [str(place), card.unit, str(card.points), plain(card.total.max_applicable), wording.percent(card.share)]
        for place, card in placed(cards)
        if card.share is not None
    ]
    assert [row[:5] for row in rows(table)] == expected


@every_example
def test_the_units_by_indicators(name: str) -> None:
    cards = cards_of(name)
    found = section(example(name), "matrix").all("table")
    columns = [[item.id for _, group in groups for item in group] for groups in tables(cards[0].program)]
    for table, ids in zip(found, columns, strict=True):
        cells = [[cell.replace("不适用", "n/a").replace("否决", "veto") for cell in row] for row in rows(table)]
        assert cells == [[card.unit, *(told(card[id]) for id in ids)] for card in cards]
    leaves = {item.id for item in cards[0].program.items() if item.is_leaf}
    assert {id for ids in columns for id in ids} == leaves | {part.id for part in cards[0].total.children}
    assert max(map(len, columns)) <= MOST_COLUMNS


@every_example
def test_the_card_of_each_unit(name: str) -> None:
    for number, card in enumerate(cards_of(name), 1):
        (table,) = unit_at(example(name), number).all("table", "tree")
        scores = [*card, *([card.total] if card.total.added else [])]
        for row, score in zip(rows(table), scores, strict=True):
            assert row[2] == (str(score.loss) if score.loss else "")
            assert row[3].replace(" ", "").replace("不适用", "n/a").replace("否决", "veto") == told(score)
            assert row[4] == plain(score.max_applicable)
            amounts = [f"{-line.loss:+}" for line in score.lines if line.loss]
            assert all(amount in row[1] for amount in amounts)


@every_example
def test_every_entry_and_every_finding_stands_there(name: str) -> None:
    lang = "zh" if name.startswith("h") else "en"
    for number, card in enumerate(cards_of(name), 1):
        text = unit_at(example(name), number).text
        for line in card.ledger:
            assert line.text(lang) in text
            assert all(record in text for record in as_text.records(line))


@every_example
def test_every_fact_stands_there(name: str) -> None:
    for number, card in enumerate(cards_of(name), 1):
        (table,) = unit_at(example(name), number).all("table", "facts")
        assert [row[0] for row in rows(table)] == [fact.label for fact in card.program.facts.values()]
        counts = {key: row[1] for key, row in zip(card.program.facts, rows(table), strict=True)}
        for key, stated in card.inputs["facts"].items():
            if isinstance(stated, (int, Decimal)) and not isinstance(stated, bool):
                assert Decimal(counts[key]) == stated
            elif isinstance(stated, list):
                assert counts[key] == str(len(stated))


@every_example
def test_what_was_lost_over_all_units(name: str) -> None:
    cards = cards_of(name)
    names = as_text.called(cards[0])
    (table,) = section(example(name), "indicators").all("table")
    expected = [[names[e.id], str(e.lost), str(e.units), plain(e.max)] for e in by_indicator(cards)]
    assert [row[:4] for row in rows(table)] == expected


def test_what_was_lost_by_office() -> None:
    cards = cards_of("huaibei_2019")
    (table,) = section(example("huaibei_2019"), "offices").all("table")
    led = by_office([loss for card in cards for loss in losses(card)])
    assert {row[0]: row[1] for row in rows(table) if row[1]} == {name: str(lost(found)) for name, found in led.items()}
    assert [row[0] for row in rows(table)][: len(led)] == list(led)


def test_who_has_gained(odd: Sequence[Scorecard]) -> None:
    before = [Earlier("decided", Decimal(10), Decimal(30)), Earlier("gone", Decimal(1), Decimal(30))]
    found = section(read(odd, before=before), "gained")
    assert [row[:4] for row in rows(found.all("table")[0])] == [["decided", "10", "14.00", "+4.00"]]
    assert "No longer there: gone" in found.text


def test_places_are_among_all_that_were_scored_together() -> None:
    cards = cards_of("huaibei_2019")
    root = Reader(page([cards[3]], "en", among=cards)).root
    assert "Place 4 of 8" in unit_at(root, 1).text
    assert cards[3].unit in root.all("title")[0].text
    assert not [each for each in root if each.attributes.get("id") in ("ranking", "matrix", "indicators")]


# Words, where there are no points.


def test_without_points_there_is_a_word(odd: Sequence[Scorecard]) -> None:
    root = read(odd)
    ranked = {row[1]: row[2:6] for row in rows(section(root, "ranking").all("table")[0])}
    assert ranked["open"] == ["open: points missing", "13.00..23.00 open", "30", ""]
    assert ranked["apart"][2] == "20"
    cells = {row[0]: row[1:] for table in section(root, "matrix").all("table") for row in rows(table)}
    assert cells["open"] == ["10.00", "8.00", "2.00", "open", "open", "3.00"]
    assert cells["vetoed"][3] == "0.00veto"
    assert cells["apart"][1] == "n/a"


def test_what_is_open_says_what_it_waits_for(odd: Sequence[Scorecard]) -> None:
    (card,) = [each for each in read(odd).all("details") if each.all("b", "name")[0].text == "open"]
    (table,) = card.all("table", "tree")
    (sound,) = [row for row in rows(table) if row[0] == "Sound"]
    assert sound[1] == "missing: facts not given (can be 0.00..10.00 of 10)Waits for: faults"
    falls = [table.all("caption")[0].text for table in card.all("table", "fall")]
    assert falls == ["Building: from the maximum to the points"]


def test_both_figures_of_what_people_decided(odd: Sequence[Scorecard]) -> None:
    found = {row[1]: row for row in rows(section(read(odd), "records").all("table")[0])}
    assert found["Points set"][3:6] == ["1", "4.50", "1.00"]
    assert found["Objection"][3:6] == ["9", "", "3.00"]
    assert found["Objection"][7] == "open"
    assert found["Not applicable"][0] == "apart"
    assert all(row[6].startswith(BAD) for row in found.values())


def test_many_findings_stand_with_the_facts(odd: Sequence[Scorecard]) -> None:
    card = unit_at(read(odd), 1)
    finding = as_text.finding(FAULT)
    tree, facts = (card.all("table", name)[0].text for name in ("tree", "facts"))
    assert (tree.count(finding), facts.count(finding)) == (4, 7)
    assert "and 3 more" in tree


# Pictures add up.


def adds_up(cards: Sequence[Scorecard]) -> None:
    for card in cards:
        parts, drawn = card.total.children, bar(card)
        known = [part for part in parts if part.points is not None]
        solid = [each for each in drawn.segments if each.kind != "open"]
        if len(known) == len(parts):
            assert sum(each.size for each in solid) == sum(part.points for part in known if part.points is not None)
            assert len(solid) == len(drawn.segments)
        for one, other in pairwise(drawn.segments):
            assert one.start + one.size <= other.start
        if card.points is not None:
            assert drawn.mark is not None or sum(each.size for each in solid) == card.points
            assert [frame.size for frame in drawn.frames] == [card.max_applicable]
        for fall in waterfalls(card):
            first, *changes, last = fall.steps
            assert (first.left, last.left) == (fall.score.max, fall.score.points)
            assert [step.before for step in changes] == [step.left for step in (first, *changes[:-1])]
            assert first.left + sum(step.change for step in changes) == last.left
            assert min(step.start for step in fall.steps) == fall.low
            assert max(step.start + step.size for step in fall.steps) == fall.low + fall.breadth
            assert all(step.change for step in changes)


@every_example
def test_bars_and_waterfalls_add_up(name: str) -> None:
    adds_up(cards_of(name))


@fewer(0.3)
@given(data=st.data(), ruleset=rulesets())
def test_bars_and_waterfalls_add_up_for_any_ruleset(data: st.DataObject, ruleset: Ruleset) -> None:
    cards = ruleset.score_all(data.draw(cohorts(ruleset)), incomplete=True)
    adds_up(cards)
    read(cards)


@every_example
def test_what_is_drawn_is_what_is_told(name: str) -> None:
    for number, card in enumerate(cards_of(name), 1):
        row = section(example(name), f"r{number}")
        widths = [Decimal(rect.attributes["width"]) for rect in row.all("rect") if "frame" not in rect.classes]
        assert widths == [part.points for part in card.total.children if part.points]
        for table in unit_at(example(name), number).all("table", "fall"):
            for drawn in table.all("tbody")[0].all("tr"):
                rect = {key: Decimal(drawn.all("rect")[0].attributes[key]) for key in ("x", "width")}
                change, left = (cell.text for cell in drawn.all("td")[1:3])
                assert rect["width"] == abs(Decimal(change or left))
                assert rect["x"] == (min(Decimal(left), Decimal(left) - Decimal(change)) if change else 0)


def test_a_shade_tells_the_share() -> None:
    scores = {score.id: score for card in cards_of("huaibei_2019") for score in card}
    for score in scores.values():
        if score.status == "scored":
            assert score.points is not None
            assert (shade(score) == "0") == (score.points == score.max_applicable)
            assert (shade(score) == "5") == (score.points == 0)


def test_shades_and_colours_are_told_apart() -> None:
    """The ink is readable on every shade; shades darken and neighbours differ also without colours."""
    light = [luminance(each[1:]) for each in SHADES]
    assert light == sorted(light, reverse=True)
    assert min(contrast("1c1c1c", each[1:]) for each in SHADES) > 4.5
    assert all(contrast(one[1:], other[1:]) > 1.2 for one, other in pairwise(COLOURS))


# No text becomes markup, nothing comes from elsewhere.


@pytest.mark.parametrize("lang", TAGS)
def test_no_text_becomes_markup(odd: Sequence[Scorecard], lang: str) -> None:
    text = page(odd, lang)
    root = Reader(text).root
    assert len(root.all("script")) == text.count("<script") == 1
    assert {each.tag for each in root} & {"u", "lead", "support"} == set()
    assert all("<" not in value for each in root for value in each.attributes.values() if each.tag != "title")
    assert text.isascii()
    names = {each.text for each in section(root, "ranking").all("a")}
    assert names == {unit.name for unit in UNITS}


def test_no_text_turns_the_direction_of_others() -> None:
    units = read_units(Path("examples/2019_city_units.yaml"))
    named = Unit("a\u202eb\x00c\ud800", units[0].facts)
    text = page([load("2019/city").score(named)], "en")
    assert '<b class="name">a b c </b>' in text
    assert not re.search("&#(8238|55296);|\x00", text)


@every_example
def test_it_needs_nothing_from_elsewhere(name: str) -> None:
    root, text = example(name), page(cards_of(name), "en")
    assert not {each.tag for each in root} & {"link", "img", "iframe", "object", "base", "form"}
    assert not [key for each in root for key in each.attributes if key in ("src", "style") or key.startswith("on")]
    assert not re.search(r"://|url\(|@import", text)
    ids = [each.attributes["id"] for each in root if "id" in each.attributes]
    assert len(ids) == len(set(ids))
    assert {each.attributes["href"] for each in root.all("a")} <= {f"#{id}" for id in ids}


def test_the_one_script_and_the_one_style_are_all_that_is_allowed(odd: Sequence[Scorecard]) -> None:
    text = page(odd, "zh")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy
    for tag in ("style", "script"):
        (inside,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = b64encode(sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src &#39;sha256-{digest}&#39;;".replace("&#39;", "'") in policy[1]
    assert policy[1].startswith("default-src 'none';")


def test_the_same_input_gives_the_same_page() -> None:
    units = read_units(Path("examples/2019_department_units.yaml"))
    pages = {page(load("2019/department").score_all(units), "zh") for _ in range(2)}
    assert len(pages) == 1


@pytest.mark.parametrize(("lang", "tag", "heading"), [("en", "en", "Ranking"), ("zh", "zh-CN", "排名")])
def test_it_speaks_the_language_asked_for(lang: str, tag: str, heading: str) -> None:
    root = read(cards_of("2019/department"), lang)
    assert root.all("html")[0].attributes == {"lang": tag}
    assert section(root, "ranking").all("h2")[0].text == heading


# In a browser.

DRIVER = """
const press = (table, at) => document.querySelectorAll(`${table} thead th[scope=col] button`)[at].click();
const shown = (what) => [...document.querySelectorAll(what)].filter((each) => !each.hidden);
const names = () => shown("#ranking tbody tr").map((row) => row.querySelector("a").textContent);
const told = {};
told.folded = shown("details[open]").length;
press("#ranking", 2); told.down = names();
press("#ranking", 2); told.up = names();
press("#ranking", 1); told.names = names();
press("#ranking", 0); told.places = names();
press(".piece:nth-child(2)", 3);
told.last = [...document.querySelectorAll(".piece:nth-child(2) tbody th")].pop().textContent;
const field = document.getElementById("words");
field.value = "丁局 网络"; field.dispatchEvent(new Event("input"));
setTimeout(() => {
  told.found = shown("details").map((each) => each.querySelector(".name").textContent);
  told.rows = shown("details[open] .tree tbody tr").length;
  told.ranked = names();
  told.said = document.querySelector("output").textContent;
  document.body.textContent = JSON.stringify(told);
}, 500);
"""


def test_a_browser_folds_sorts_and_searches(tmp_path: Path) -> None:
    cards = cards_of("huaibei_2019")
    free = re.sub(r"<meta http-equiv[^>]*>", "", page(cards, "en"))
    driven = free.replace("</body>", f"<script>{DRIVER}</script></body>")
    file = tmp_path / "driven.html"
    file.write_text(driven, "utf-8")
    told = json.loads(Reader(dom_of(file, tmp_path)).root.all("body")[0].text)
    best = [card.unit for card in cards]
    assert told["folded"] == 0
    assert (told["down"], told["up"]) == (best, best[::-1])
    assert sorted(told["names"]) == sorted(best)
    assert told["places"] == best
    assert told["last"] == "某戊局"  # the one to whom it does not apply
    assert told["found"] == ["某丁局"]
    assert 0 < told["rows"] < 10
    assert told["said"] == "1 of 8 units"


def test_a_browser_prints_every_unit(tmp_path: Path) -> None:
    cards = cards_of("2019/department")
    file = tmp_path / "report.html"
    file.write_text(page(cards, "zh"), "utf-8")
    assert 'details class="unit" id="u1"' in dom_of(file, tmp_path)
    text = text_of(printed(file, tmp_path))
    last = list(cards[0].program.facts.values())[-1].label[:8]
    assert text.count(last) >= len(cards)
    assert all(card.unit in text and str(card.points) in text for card in cards)
