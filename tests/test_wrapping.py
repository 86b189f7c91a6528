"""Text broken into lines, by hand and for any text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from egov_scoring.messages import width
from egov_scoring.report import wrapping


def test_chinese_is_broken_anywhere_and_words_are_not() -> None:
    assert wrapping.lines("闽政通APP访问量", 8) == ["闽政通", "APP访问", "量"]


def test_no_line_begins_with_a_comma_or_ends_with_a_bracket() -> None:
    assert wrapping.lines("交谈、睡觉（会场）", 6) == ["交谈、", "睡觉", "（会", "场）"]


def test_lines_that_go_on_hang_under_the_first() -> None:
    assert wrapping.lines("  甲乙丙", 6) == ["  甲乙", "  丙"]
    assert wrapping.lines("-1  甲乙丙", 8, hang=4) == ["-1  甲乙", "    丙"]


def test_what_is_broader_than_a_line_is_broken_anywhere() -> None:
    assert wrapping.lines("network", 4) == ["netw", "ork"]


@given(st.text(st.sampled_from("甲乙，。（）「 ab1.%[]()“”≈×\n-")), st.integers(4, 12), st.none() | st.integers(0, 6))
def test_nothing_is_lost_and_no_line_is_too_broad(text: str, broad: int, hang: int | None) -> None:
    lines = wrapping.lines(text, broad, hang)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width(line) <= broad for line in lines)
