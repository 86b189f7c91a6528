"""Where rulesets are found, and by which names."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_scoring.load import load
from egov_scoring.locate import find, ids_in, known_ids, shipped


@pytest.mark.parametrize("name", ids_in(shipped()))
def test_a_shipped_ruleset_is_found_by_the_id_that_it_gives_itself(name: str) -> None:
    assert load(name).id == name


def test_a_file_named_ruleset_is_that_of_its_folder(tmp_path: Path) -> None:
    for file in ("甲市_2019/ruleset.yaml", "2018/city.yaml", "2018/cases/city.yaml", "ruleset.yaml", "documents.yaml"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("", "utf-8")
    assert ids_in(tmp_path) == ["2018/city", "ruleset", "甲市_2019"]
    beside = tmp_path / "2018" / "city.yaml"
    assert find("甲市_2019", beside) == tmp_path / "甲市_2019" / "ruleset.yaml"
    assert find("2018/city", beside) == beside
    assert "甲市_2019" in known_ids(beside)
    assert find("2018", beside) is None
