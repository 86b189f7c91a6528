"""The pages in docs/rulesets are what `egov-scoring pages docs/rulesets` makes of the rulesets now.

After a change of a ruleset run `make pages`, and read the difference.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_scoring.duty_source import duties_of
from egov_scoring.load import load, load_text
from egov_scoring.locate import ids_in, shipped
from egov_scoring.report.page import file_name, index, page
from tests.conftest import Golden

FOLDER = Path(__file__).parents[1] / "docs" / "rulesets"
NAMES = ids_in(shipped())


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_made_from_its_ruleset(name: str, golden: Golden) -> None:
    program = load(name).program
    golden(FOLDER / file_name(program), page(program, duties_of(name), "zh"))


def test_the_index_leads_to_every_page(golden: Golden) -> None:
    golden(FOLDER / "README.md", index([load(name).program for name in NAMES], "zh"))


def test_there_are_no_other_pages() -> None:
    made = {file_name(load(name).program) for name in NAMES}
    assert {file.name for file in FOLDER.iterdir()} == {*made, "README.md"}


def test_what_would_break_a_table_is_made_safe() -> None:
    rule = "{kind: per_unit, each: 1, of: done}"
    ruleset = load_text(
        r"""
ruleset: odd
title: 甲 | 乙
max: 1
facts: {done: {type: yes_no, label: "做完|没有"}}
"""
        f"indicators: [{{id: only, name: 一|二, max: 1, about: 'a\\b', rows: [上, 下], rule: {rule}}}]"
    )
    lines = page(ruleset.program, lang="en").splitlines()
    name = r"一\|二 `only`<br>· 上<br>· 下<br>*a\\b*"
    assert rf"| {name} | 1 | 1 point for 做完\|没有; at most 1 point in all |" in lines
    assert r"| `done` | 做完\|没有 |  | true or false |  |" in lines
