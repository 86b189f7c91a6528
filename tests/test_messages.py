"""The wording: both languages say the same things, every problem has its words, and every word has its use."""

from __future__ import annotations

import re
import string

import pytest

from egov_scoring import messages, other_files, units, validate
from egov_scoring.errors import Position, Problem, RulesetError
from egov_scoring.formula import OTHER, WORDS
from egov_scoring.messages import en, zh
from egov_scoring.source import KEYS_OF_TYPE
from tests.codes import CODES, RAISED, ROOT, Raised

BOTH = {"en": en.TEXTS, "zh": zh.TEXTS}
PROBLEMS = {name.removeprefix("problem.") for name in en.TEXTS if name.startswith("problem.")} - {"hint"}


def gaps(text: str) -> set[str]:
    """The names of what a text leaves open."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


# Both languages.


def test_same_messages() -> None:
    assert en.TEXTS.keys() == zh.TEXTS.keys()


@pytest.mark.parametrize("name", en.TEXTS)
def test_same_gaps(name: str) -> None:
    assert gaps(en.TEXTS[name]) == gaps(zh.TEXTS[name])


@pytest.mark.parametrize("name", [name for name in en.TEXTS if name.startswith(("problem.", "hint."))])
def test_a_message_is_one_short_sentence(name: str) -> None:
    for text in (en.TEXTS[name], zh.TEXTS[name]):
        assert text == text.strip()
        assert text.endswith("...") or text[-1] not in ".。"
        assert "\n" not in text
    assert not re.search("[\u3000-\u9fff\uff00-\uffef]", en.TEXTS[name])
    assert re.search("[\u4e00-\u9fff]", zh.TEXTS[name])


@pytest.mark.parametrize("lang", BOTH)
def test_no_module_says_what_another_says(lang: str) -> None:
    package = {"en": en, "zh": zh}[lang]
    parts = [module.TEXTS for module in vars(package).values() if hasattr(module, "TEXTS")]
    assert sum(map(len, parts)) == len(BOTH[lang])


# Problems.


def test_every_code_has_its_message() -> None:
    assert CODES.keys() == PROBLEMS


def test_every_hint_belongs_to_a_code() -> None:
    hints = {name.split(".")[1] for name in en.TEXTS if name.startswith("hint.")}
    assert hints <= PROBLEMS


def _needed(raised: Raised) -> set[str]:
    """What the message and the plain hint of a problem leave open, and what its other hints hang on."""
    texts = [text for name, text in en.TEXTS.items() if name in (f"problem.{raised.code}", f"hint.{raised.code}")]
    others = [name.split(".")[2] for name in en.TEXTS if name.startswith(f"hint.{raised.code}.")]
    return set().union(*map(gaps, texts), others)


@pytest.mark.parametrize(
    "raised", [each for each in RAISED if not each.more], ids=lambda each: f"{each.module}:{each.code}"
)
def test_every_gap_is_filled(raised: Raised) -> None:
    """What cannot be seen in the source is seen in the tests that assert whole messages in both languages."""
    assert _needed(raised) <= raised.args | {"text", "offset"}


# Our own terms.


def test_every_word_has_its_use() -> None:
    said = re.findall(r"reason=(.*)\)", (ROOT / "yaml_reader.py").read_text("utf-8"))
    reasons = {reason for each in said for reason in re.findall(r'"([a-z-]+)"', each)}
    shown = {"nothing", "mapping", "list", "long-number"}
    expected = {"number", "true-false", *validate.FORMS.values(), *units.FORMS.values()}
    types = {"condition", *KEYS_OF_TYPE}
    limits = {"greater_than_equal", "less_than_equal"}
    used = (
        reasons | shown | expected | types | limits | {*WORDS.values(), OTHER, "nameless"} | other_files.COMMANDS.keys()
    )
    assert {name.removeprefix("word.") for name in en.TEXTS if name.startswith("word.")} == used


# How a problem is printed.


def test_without_a_place() -> None:
    assert Problem("unit-twice", unit="甲市").format("en") == "unit-twice 甲市 stands here twice"


def test_with_a_place_the_line_and_a_hint() -> None:
    problem = Problem("unknown-document", Position("a.yaml", 3, 11), name="nowhere", nearest="")
    problem.excerpt = "document: nowhere"
    assert problem.format("en") == (
        "a.yaml:3:11: unknown-document there is no document nowhere in documents.yaml\n"
        "    document: nowhere\n"
        "              ^\n"
        "    hint: declare it there with its title"
    )
    assert problem.format("zh").splitlines()[-1] == "    提示：请在其中写明它的 title"


def test_the_caret_stands_below_its_character() -> None:
    problem = Problem("empty-value", Position("a.yaml", 1, 9), key="单位")
    problem.excerpt = "\t单位:   x"
    assert problem.format("en").splitlines()[1:3] == ["    \t单位:   x", "    \t         ^"]


def test_a_long_line_is_shown_around_the_place() -> None:
    problem = Problem("yaml-number", Position("a.yaml", 1, 1001), limit=100)
    problem.excerpt = "x" * 1000 + "!" + "x" * 1000
    _, line, caret = problem.format("en").splitlines()
    assert len(line) < 200
    assert line[len(caret) - 1] == "!"


def test_a_unit_without_a_name_is_called_something() -> None:
    problem = Problem("unknown-fact", unit="", fact="platform", nearest="platforms")
    assert problem.format("en") == (
        "unknown-fact the unit: the ruleset knows no fact platform\n    hint: did you mean platforms?"
    )
    assert problem.message("zh") == "该单位：规则集没有事实 platform"


def test_a_name_is_not_taken_for_a_term() -> None:
    assert Problem("unknown-fact", unit="count", fact="list", nearest="").message("zh") == "count：规则集没有事实 list"


def test_an_endless_number_is_not_printed() -> None:
    from fractions import Fraction

    problem = Problem("too-wide", id="x", reach=Fraction(10**5000))
    assert "a number too long to print" in problem.message("en")


def test_errors_come_in_the_order_of_the_file() -> None:
    places = [
        Position("b.yaml", 1, 1),
        Position("a.yaml", 2, 1),
        None,
        Position("a.yaml", 1, 5),
        Position("a.yaml", 1, 2),
    ]
    error = RulesetError([Problem("empty-file", place) for place in places])
    printed = [str(problem.position) for problem in error.problems]
    assert printed == ["a.yaml:1:2", "a.yaml:1:5", "a.yaml:2:1", "b.yaml:1:1", "None"]


# The language.


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "C", "EGOV_SCORING_LANG": "ZH"}, "zh"),
    ],
)
def test_language_of_the_environment(
    environment: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("EGOV_SCORING_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert messages.language() == expected
