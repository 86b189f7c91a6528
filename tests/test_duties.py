"""Duty tables: who keeps up what, what it counts in, and what a template knows from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_scoring.duties import DutyTable
from egov_scoring.duty_source import DutiesError, duties_of, read_duties
from egov_scoring.errors import RulesetError
from egov_scoring.load import load
from egov_scoring.locate import DUTIES, files_in, ids_in, shipped
from egov_scoring.template import template

RULESET = """
ruleset: site
title: 网站内容保障
max: 10
facts:
  keeps_news: {type: yes_no, label: 应保障动态}
  news: {type: points, label: 动态评定分}
  replies: {type: points, label: 答复评定分}
indicators:
  - {id: news_columns, name: 动态, max: 6, applies_when: keeps_news, rule: {kind: assessed, of: news}}
  - {id: reply_columns, name: 答复, max: 4, rule: {kind: assessed, of: replies}}
"""
TABLE = """
ruleset: site
title: 分解表
everyone: {names: [各部门], except: [各县办]}
columns:
  - section: 公开
    name: 动态
    feeds: news_columns
    duties:
      - {item: 市级, content: 市级动态, units: [各部门]}
      - {item: 县级, content: 县级动态, units: [各县办], feeds: null, why: 县不计分}
  - section: 公开
    name: 财政
    feeds: null
    why: 只公开
    duties:
      - {content: 预决算, lead: [甲局], units: [各部门]}
  - section: 互动
    feeds: reply_columns
    duties:
      - {item: 答复, content: 来信, units: [乙局, 甲局]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a ruleset and its table."""
    (tmp_path / DUTIES).mkdir()
    (tmp_path / "site.yaml").write_text(RULESET, "utf-8")
    (tmp_path / DUTIES / "site.yaml").write_text(TABLE, "utf-8")
    return tmp_path


@pytest.fixture
def table(folder: Path) -> DutyTable:
    found = duties_of(folder / "site.yaml")
    assert found is not None
    return found


def test_merged_cells_are_resolved(table: DutyTable) -> None:
    rows = [(row.number, row.section, row.column, row.item, row.named, row.feeds, row.why) for row in table.rows]
    assert rows == [
        (1, "公开", "动态", "市级", ("各部门",), "news_columns", ""),
        (2, "公开", "动态", "县级", ("各县办",), "", "县不计分"),
        (3, "公开", "财政", "", ("甲局", "各部门"), "", "只公开"),
        (4, "互动", "", "答复", ("乙局", "甲局"), "reply_columns", ""),
    ]


@pytest.mark.parametrize(
    ("unit", "rows"),
    [("甲局", [1, 3, 4]), ("乙局", [1, 3, 4]), ("各县办", [2]), ("没有点名的局", [1, 3])],
)
def test_a_unit_keeps_up_what_names_it_or_everyone(table: DutyTable, unit: str, rows: list[int]) -> None:
    assert [row.number for row in table.of(unit)] == rows


def test_the_units_named(table: DutyTable) -> None:
    assert table.units == ["各县办", "甲局", "乙局"]


def test_what_applies_is_filled_in(table: DutyTable) -> None:
    county, office = (table.prefilled(unit, by="site", why="分解表") for unit in ("各县办", "甲局"))
    assert (county.facts, office.facts) == ({"keeps_news": False}, {"keeps_news": True})
    assert county.not_applicable == {"reply_columns": {"by": "site", "why": "分解表"}}
    assert office.not_applicable == {}


def test_the_template_of_a_unit_reads_back(table: DutyTable, tmp_path: Path) -> None:
    from egov_scoring.units import read_units

    unit = table.prefilled("各县办", by="site", why="分解表")
    (tmp_path / "facts.yaml").write_text(template(table.ruleset, unit), "utf-8")
    (read,) = read_units(tmp_path / "facts.yaml")
    assert read.name == "各县办"
    assert read.facts["keeps_news"] is False
    assert read.not_applicable == unit.not_applicable
    assert table.ruleset.score(read, incomplete=True).total.status == "not_applicable"


def test_a_table_is_no_ruleset(folder: Path) -> None:
    assert [file.name for file in files_in(folder)] == ["site.yaml"]
    assert ids_in(folder) == ["site"]


def test_no_table_beside_a_ruleset() -> None:
    assert duties_of("2019/city") is None


def test_a_ruleset_that_is_not_there() -> None:
    with pytest.raises(RulesetError):
        duties_of("2019/citi")


WRONG = {
    "ruleset: site": ("ruleset: sites", "duties-of-another", 2),
    "title: 分解表": ("title: 分解表\ndocument: nowhere", "duties-document", 4),
    "feeds: news_columns\n": ("feeds: total\n", "duty-feeds-unknown", 8),
    "except: [各县办]": ("except: [各县政府办]", "duty-unit-unknown", 4),
    "    why: 只公开\n": ("", "duty-without-why", 16),
    "item: 市级, ": ("item: 市级, why: 特别, feeds: news_columns, ", "duty-why-unused", 10),
    "content: 市级动态": ("contnt: 市级动态", "unknown-key", 10),
    "feeds: news_columns": ("feeds: news_column", "duty-feeds-unknown", 8),
    "    feeds: reply_columns\n": ("", "missing-key", 18),
    "units: [乙局, 甲局]": ("units: []", "duty-without-unit", 21),
    "item: 答复": ("itm: 答复", "unknown-key", 21),
}


@pytest.mark.parametrize("sound", WRONG)
def test_what_is_wrong_with_a_table(folder: Path, sound: str) -> None:
    broken, code, line = WRONG[sound]
    file = folder / DUTIES / "site.yaml"
    file.write_text(TABLE.replace(sound, broken), "utf-8")
    with pytest.raises(DutiesError) as error:
        duties_of(folder / "site.yaml")
    (problem,) = error.value.problems
    assert problem.code == code
    assert problem.position is not None
    assert problem.position.line == line


@pytest.mark.parametrize("text", ["", "- 甲局\n", "ruleset: [\n"])
def test_a_file_that_is_no_table(folder: Path, text: str) -> None:
    file = folder / DUTIES / "site.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(DutiesError):
        read_duties(file, load(folder / "site.yaml"))


@pytest.mark.parametrize("name", [name for name in ids_in(shipped()) if duties_of(name) is not None])
def test_shipped_tables_name_units_and_indicators(name: str) -> None:
    table = duties_of(name)
    assert table is not None
    assert all(row.why for row in table.rows if not row.feeds)
    assert all(table.of(unit) for unit in table.units)
