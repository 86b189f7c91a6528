"""Reading YAML: exact scalars, positions, and refusals that point at their place."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from egov_scoring import yaml_reader
from egov_scoring.errors import Position, Problem
from egov_scoring.yaml_reader import MAX_ALIASES, MAX_DEPTH, MAX_DIGITS, MAX_SIZE, Map, Seq, key_position, position_of

PARSERS: dict[str, Any] = {"python": yaml_reader._PythonParser}
if yaml.__with_libyaml__:
    PARSERS["libyaml"] = yaml.CBaseLoader


@pytest.fixture(params=PARSERS, autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test runs with each of PyYAML's parsers."""
    monkeypatch.setattr(yaml_reader, "PARSER", PARSERS[request.param])


def good(text: str) -> Any:
    """The data of a text that nothing is wrong with."""
    data, problems = yaml_reader.read_text(text, "f.yaml")
    assert problems == []
    return data


def wrong(text: str) -> list[tuple[str, str]]:
    """The codes and places of what is wrong with the text."""
    return [place_and_code(problem) for problem in yaml_reader.read_text(text, "f.yaml")[1]]


def the_problem(text: str) -> Problem:
    """The only problem of a text."""
    (problem,) = yaml_reader.read_text(text, "f.yaml")[1]
    return problem


def place_and_code(problem: Problem) -> tuple[str, str]:
    assert problem.position is not None
    return f"{problem.position.line}:{problem.position.column}", problem.code


def at(line: int, column: int) -> Position:
    return Position("f.yaml", line, column)


GUESSED_AT = [
    *("no", "yes", "on", "off", "y", "n", "True", "TRUE", "False", "Null", "NULL"),
    *(
        "012",
        "-012",
        "00",
        "00.5",
        "1e3",
        "1.5e3",
        ".5",
        "5.",
        "+1",
        "+1.5",
        "--",
        "1_000",
        "1,000",
        "0x1F",
        "0o17",
        "0b1",
    ),
    *(".inf", "-.inf", ".nan", "1:30", "2019-01-01", "50%", "1.2.3", "１２", "٣", "=", "甲市", "2018/city"),
]


class TestScalars:
    @pytest.mark.parametrize("text", ["0", "7", "-1", "65", "1000000", "9" * MAX_DIGITS])
    def test_whole_number(self, text: str) -> None:
        value = good(f"a: {text}")["a"]
        assert type(value) is int
        assert value == int(text)

    @pytest.mark.parametrize("text", ["2.50", "0.1", "-0.5", "0.0", "10.00", "0.000000000000000000000000000001"])
    def test_decimal_keeps_its_zeros(self, text: str) -> None:
        value = good(f"a: {text}")["a"]
        assert type(value) is Decimal
        assert format(value, "f") == text

    @pytest.mark.parametrize(
        ("text", "value"),
        [("true", True), ("false", False), ("null", None), ("~", None), ("", None), ("# nothing", None)],
    )
    def test_word_with_a_meaning(self, text: str, value: object) -> None:
        assert good(f"a: {text}")["a"] is value

    @pytest.mark.parametrize("text", GUESSED_AT)
    def test_everything_else_is_text(self, text: str) -> None:
        assert good(f"a: {text}") == {"a": text}

    @pytest.mark.parametrize("text", ["1", "2.50", "true", "null", "~", "", "<<", "no"])
    @pytest.mark.parametrize("quote", ["'", '"'])
    def test_in_quotes_is_text(self, text: str, quote: str) -> None:
        assert good(f"a: {quote}{text}{quote}") == {"a": text}

    def test_block_text(self) -> None:
        assert good("a: |\n  1\nb: >-\n  x\n  y\n") == {"a": "1\n", "b": "x y"}

    def test_too_many_digits(self) -> None:
        text = f"a: {'9' * (MAX_DIGITS + 1)}\nb: 0.{'1' * 5000}"
        assert wrong(text) == [("1:4", "yaml-number"), ("2:4", "yaml-number")]

    @given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**40), max_value=10**40, places=12))
    def test_decimals_come_back_as_written(self, number: Decimal) -> None:
        text = format(number, "f")
        assert format(good(f"[{text}]")[0], "f") == text

    @given(st.integers(min_value=-(10**50), max_value=10**50))
    def test_whole_numbers_come_back(self, number: int) -> None:
        assert good(f"[{number}]") == [number]

    @given(st.text(st.characters(codec="utf-8", exclude_characters="\ufeff", exclude_categories=["Cc", "Cs", "Cn"])))
    def test_quoted_text_comes_back(self, text: str) -> None:
        assert good(yaml.safe_dump([text], default_style='"', allow_unicode=True)) == [text]


class TestKeys:
    @pytest.mark.parametrize("key", ["true", "1", "no", "null", "~", "012", "2.50", "甲", "'<<'", "'a b'"])
    def test_key_is_text_as_written(self, key: str) -> None:
        assert list(good(f"{key}: 1")) == [key.strip("'")]

    def test_order_is_kept(self) -> None:
        assert list(good("b: 1\na: 2\nc: 3")) == ["b", "a", "c"]

    def test_duplicate_names_both_lines(self) -> None:
        problem = the_problem("a: 1\nb:\n  x: 1\n  y: 2\n  x: 3\n")
        assert place_and_code(problem) == ("5:3", "duplicate-key")
        assert problem.args == {"key": "x", "line": 5, "first_line": 3}

    def test_first_of_equal_keys_is_kept(self) -> None:
        data, _ = yaml_reader.read_text("a: 1\n'a': 2\na: 3", "f.yaml")
        assert data == {"a": 1}
        assert wrong("a: 1\n'a': 2\na: 3") == [("2:1", "duplicate-key"), ("3:1", "duplicate-key")]

    @pytest.mark.parametrize("key", ["[a]", "{a: b}", "? [a]\n", "? - a\n", "? {a: b}\n", "&x a", "? \n"])
    def test_key_must_be_one_word(self, key: str) -> None:
        ((_, code),) = wrong(f"{key}: 1\nb: 2")
        assert code == "yaml-key"
        assert yaml_reader.read_text(f"{key}: 1\nb: 2", "f.yaml")[0] == {"b": 2}

    def test_alias_is_no_key(self) -> None:
        assert wrong("a: &x b\n*x : 1") == [("2:1", "yaml-key")]

    def test_merge_key(self) -> None:
        text = "a: &a {x: 1}\nb:\n  <<: *a\n  y: 2"
        assert wrong(text) == [("3:3", "yaml-merge-key")]
        assert yaml_reader.read_text(text, "f.yaml")[0] == {"a": {"x": 1}, "b": {"y": 2}}


class TestPositions:
    TEXT = (
        "# 一张表\n"
        "ruleset: 2019/city\n"
        "指标:\n"
        "  - id: a\n"
        "    rule: {kind: per_unit, each: 2.50}\n"
        "  -\n"
        "    id: b\n"
        "  - [x, 'y']\n"
        "empty:\n"
        "text: |\n"
        "  lines\n"
    )

    @pytest.mark.parametrize(
        ("path", "key", "value"),
        [
            ((), at(2, 1), at(2, 1)),
            (("ruleset",), at(2, 1), at(2, 10)),
            (("指标",), at(3, 1), at(4, 3)),
            (("指标", 0), at(4, 5), at(4, 5)),
            (("指标", 0, "id"), at(4, 5), at(4, 9)),
            (("指标", 0, "rule"), at(5, 5), at(5, 11)),
            (("指标", 0, "rule", "each"), at(5, 28), at(5, 34)),
            (("指标", 1, "id"), at(7, 5), at(7, 9)),
            (("指标", 2, 1), at(8, 9), at(8, 9)),
            (("empty",), at(9, 1), at(9, 1)),
            (("text",), at(10, 1), at(10, 7)),
        ],
    )
    def test_of_what_is_there(self, path: tuple[str | int, ...], key: Position, value: Position) -> None:
        data = good(self.TEXT)
        assert key_position(data, path) == key
        assert position_of(data, path) == value

    @pytest.mark.parametrize(
        ("path", "value"),
        [
            (("missing",), at(2, 1)),
            (("指标", 0, "missing"), at(4, 5)),
            (("指标", 0, "rule", "of", "deeper"), at(5, 11)),
            (("指标", 9, "id"), at(4, 3)),
            (("指标", -1), at(4, 3)),
            (("指标", "0"), at(4, 3)),
            (("ruleset", "x"), at(2, 10)),
            ((0,), at(2, 1)),
        ],
    )
    def test_of_what_is_not_there(self, path: tuple[str | int, ...], value: Position) -> None:
        data = good(self.TEXT)
        assert position_of(data, path) == value
        assert key_position(data, path) == value

    def test_marks(self) -> None:
        data = good("a: [1,\n  b]")
        assert (data.position, data.key_marks, data.value_marks) == (at(1, 1), {"a": at(1, 1)}, {"a": at(1, 4)})
        assert (data["a"].position, data["a"].marks) == (at(1, 4), [at(1, 5), at(2, 3)])

    def test_alias_stands_where_it_is_written(self) -> None:
        data = good("a: &x\n  k: 1\nb: *x")
        assert position_of(data, ("b",)) == at(3, 4)
        assert position_of(data, ("b", "k")) == at(2, 6)

    @pytest.mark.parametrize("data", [None, "text", {}, []])
    def test_only_of_what_was_read(self, data: object) -> None:
        with pytest.raises(TypeError, match="only what `read` returned"):
            position_of(data, ())

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x85", "\u2028"])
    def test_line_ends(self, end: str) -> None:
        assert position_of(good(f"a: 1{end}b: 2{end}"), ("b",)) == at(2, 4)


class TestAliases:
    def test_alias_is_the_value(self) -> None:
        assert good("a: &x [1, {b: &y 2.50}]\nc: *x\nd: *y") == {"a": [1, {"b": Decimal("2.50")}]} | {
            "c": [1, {"b": Decimal("2.50")}],
            "d": Decimal("2.50"),
        }

    def test_anchor_on_nothing(self) -> None:
        assert good("a: &x\nb: *x") == {"a": None, "b": None}

    @pytest.mark.parametrize(
        ("text", "place", "reason"),
        [
            ("a: *x", "1:4", "unknown"),
            ("a: *x\nb: &x 1", "1:4", "unknown"),
            ("a: &x [1, *x]", "1:11", "recursive"),
            ("a: &x\n  b: *x", "2:6", "recursive"),
            ("a: &x 1\nb: &x 2\nc: *x", "2:4", "twice"),
        ],
    )
    def test_refused(self, text: str, place: str, reason: str) -> None:
        problem = the_problem(text)
        assert place_and_code(problem) == (place, "yaml-alias")
        assert problem.args == {"name": "x", "reason": reason}

    def test_billion_laughs(self) -> None:
        lines = ["a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]"]
        lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
        problem = the_problem("\n".join(lines))
        assert place_and_code(problem) == ("5:45", "yaml-alias")
        assert problem.args["reason"] == "too-many"

    def test_number_of_aliases(self) -> None:
        text = "- &x 1\n" + "- *x\n" * MAX_ALIASES
        assert good(text) == [1] * (MAX_ALIASES + 1)
        assert wrong(text + "- *x\n") == [(f"{MAX_ALIASES + 2}:3", "yaml-alias")]

    def test_aliases_cannot_hide_depth(self) -> None:
        deep = MAX_DEPTH // 2
        text = f"a: &a {'[' * deep}{']' * deep}\nb: &b [{'[' * (deep - 3)}*a{']' * (deep - 3)}, &c 1]\nc: "
        assert good(f"{text}[*b, *c]")
        assert wrong(f"{text}[[*b]]") == [("3:6", "yaml-depth")]


class TestRefusals:
    @pytest.mark.parametrize(
        ("text", "place", "tag"),
        [
            ("a: !!python/object:os.system x", "1:4", "!!python/object:os.system"),
            ("a: !!str 12", "1:4", "!!str"),
            ("a:\n  - !mine [1]", "2:5", "!mine"),
            ("a: !mine {b: 1}", "1:4", "!mine"),
            ("a: ! x", "1:4", "!"),
            ("!!str a: 1", "1:1", "!!str"),
            ("!x", "1:1", "!x"),
        ],
    )
    def test_tag(self, text: str, place: str, tag: str) -> None:
        problem = next(problem for problem in yaml_reader.read_text(text, "f.yaml")[1] if problem.code == "yaml-tag")
        assert place_and_code(problem) == (place, "yaml-tag")
        assert problem.args == {"tag": tag}

    def test_all_that_can_be_found_is_found(self) -> None:
        text = "a: !x 1\nb: *u\n<<: {c: !y 2}\na: 3\n[k]: 4\nd: {e: 1, e: 2}\n"
        assert wrong(text) == [
            ("1:4", "yaml-tag"),
            ("2:4", "yaml-alias"),
            ("3:1", "yaml-merge-key"),
            ("3:9", "yaml-tag"),
            ("4:1", "duplicate-key"),
            ("5:1", "yaml-key"),
            ("6:11", "duplicate-key"),
        ]

    def test_documents(self) -> None:
        data, problems = yaml_reader.read_text("a: 1\n---\nb: 2\n---\nc: 3", "f.yaml")
        assert data == {"a": 1}
        assert [place_and_code(problem) for problem in problems] == [("2:1", "yaml-documents")]

    def test_document_markers_around_one_document(self) -> None:
        assert good("%YAML 1.1\n---\na: 1\n...\n") == {"a": 1}

    @pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n", "---\n", "---\n...\n", "~", "null", "\ufeff"])
    def test_empty(self, text: str) -> None:
        assert wrong(text) == [("1:1", "empty-file")]
        assert yaml_reader.read_text(text, "f.yaml")[0] is None

    @pytest.mark.parametrize("text", ["word", "'a'", "2.50", "true", "several words\n in two lines"])
    def test_scalar(self, text: str) -> None:
        assert wrong(f"# no mapping\n{text}") == [("2:1", "yaml-scalar")]

    @pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ("{a: ", "}"), ("- ", ""), ("? ", "")])
    def test_depth(self, opening: str, closing: str) -> None:
        fits = MAX_DEPTH - 1
        codes = {code for _, code in wrong(f"{opening * fits}[]{closing * fits}")}
        assert "yaml-depth" not in codes
        place = f"1:{len(opening) * MAX_DEPTH + 1}"
        assert (place, "yaml-depth") in wrong(f"{opening * MAX_DEPTH}[]{closing * MAX_DEPTH}")

    @pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "{"])
    def test_endless_depth_ends_soon(self, opening: str) -> None:
        assert wrong(opening * (MAX_SIZE // len(opening)))[-1][1] in {"yaml-depth", "yaml-syntax"}

    @pytest.mark.parametrize(
        ("text", "place"),
        [
            ("a: 1\n b: 2", "2:3"),
            ("a: 'x\nb: 2\n", "3:1"),
            ("a: @b", "1:4"),
            ("a: b: c", "1:5"),
            ("a: 1\n\tb: 2", "2:1"),
            ("a: {b: 1]", "1:9"),
            ("a: &", "1:5"),
            ("a: b\x07", "1:5"),
            ("a: 1\nb: \ud800", "2:4"),
            ("a: 1\nb: \ufeff", "2:4"),
            ("甲: 1\x85乙: \ufffe", "2:4"),
        ],
    )
    def test_syntax(self, text: str, place: str) -> None:
        data, problems = yaml_reader.read_text(text, "f.yaml")
        assert data is None
        assert [place_and_code(problem) for problem in problems] == [(place, "yaml-syntax")]
        assert problems[0].args["detail"]

    @pytest.mark.parametrize("escape", [r"\q", r"\ud800", r"\U00110000", r"\UFFFFFFFF", r"\xg0"])
    def test_broken_escapes(self, escape: str) -> None:
        assert [code for _, code in wrong(f'a: "{escape}"')] == ["yaml-syntax"]

    @pytest.mark.parametrize("text", [f"%YAML {'9' * 5000}.1\n---\n", "a: !%ff b"])
    def test_broken_in_other_ways(self, text: str) -> None:
        assert [code for _, code in wrong(text)] == ["yaml-syntax"]

    def test_broken_tag(self) -> None:
        assert wrong("a: !%ed%a0%80 x")[0][1] in {"yaml-syntax", "yaml-tag"}

    def test_detail_is_the_parsers_own(self) -> None:
        detail = the_problem("a: {b: 1]").args["detail"]
        assert str(detail).startswith("while parsing a flow mapping, ")

    def test_problems_before_a_broken_line_are_kept(self) -> None:
        assert wrong("a: 1\na: 2\nb: [\n") == [("2:1", "duplicate-key"), wrong("a: 1\nb: 2\nb1: [\n")[0]]

    @given(st.text(alphabet="ab01:-,[]{}?&*!|>'\"%@#~<=\\ \n\t.\x85\ufeff\ud800甲"))
    def test_any_text_is_read_or_refused(self, text: str) -> None:
        data, problems = yaml_reader.read_text(text, "f.yaml")
        assert isinstance(data, Map | Seq) or problems
        assert all(problem.position for problem in problems)


class TestFiles:
    @pytest.mark.parametrize("start", ["", "\ufeff"])
    def test_read(self, tmp_path: Path, start: str) -> None:
        file = tmp_path / "city.yaml"
        file.write_text(f"{start}甲: 2.50\n", encoding="utf-8")
        data, problems = yaml_reader.read(file)
        assert (data, problems) == ({"甲": Decimal("2.50")}, [])
        assert position_of(data, ("甲",)) == Position(str(file), 1, 4)

    def test_missing(self, tmp_path: Path) -> None:
        self.refused(tmp_path / "none.yaml", "cannot-read", detail="No such file or directory")

    def test_folder(self, tmp_path: Path) -> None:
        self.refused(tmp_path, "cannot-read", detail="Is a directory")

    def test_impossible_name(self) -> None:
        self.refused(Path("a\0b"), "cannot-read", detail="embedded null byte")

    @pytest.mark.parametrize(
        ("content", "offset", "line", "column"),
        [
            (b"\xff\xfea\0", 0, 1, 1),
            ("a: 1\n乙: 甲".encode() + b"\xff", 13, 2, 5),
            ("标题: 甲市".encode("gb18030"), 0, 1, 1),
            (b"a: \xed\xa0\x80", 3, 1, 4),
        ],
    )
    def test_not_utf8(self, tmp_path: Path, content: bytes, offset: int, line: int, column: int) -> None:
        file = tmp_path / "f.yaml"
        file.write_bytes(content)
        self.refused(file, "not-utf8", line, column, offset=offset)

    def test_size(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(yaml_reader, "MAX_SIZE", 8)
        file = tmp_path / "f.yaml"
        file.write_text("a: 甲\n\n", encoding="utf-8")
        assert yaml_reader.read(file) == ({"a": "甲"}, [])
        file.write_text("a: 甲\n\n\n", encoding="utf-8")
        self.refused(file, "file-too-large", limit=8)

    def test_size_of_text(self) -> None:
        assert wrong("#" * (MAX_SIZE + 1)) == [("1:1", "file-too-large")]

    def refused(self, path: Path, code: str, line: int = 1, column: int = 1, **args: object) -> None:
        data, (problem,) = yaml_reader.read(path)
        assert data is None
        assert (problem.code, problem.args) == (code, args)
        assert problem.position == Position(str(path), line, column)


WORDS = st.text("ab 甲:#-'\"\n?01.") | st.sampled_from(["no", "1e3", "<<"])
KEYS = st.text("abc甲- ", min_size=1)
DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
)


class TestParsersAgree:
    """The same data, marks and problems from libyaml and from PyYAML's own parser."""

    @given(st.lists(DATA, min_size=1, max_size=4), st.sampled_from([None, False, True]), st.booleans())
    def test_on_what_yaml_writes(self, data: object, flow: bool | None, unicode: bool) -> None:
        text = yaml.safe_dump(data, default_flow_style=flow, allow_unicode=unicode)
        readings = [outline(*self.reading(text, parser)) for parser in PARSERS.values()]
        assert readings == readings[:1] * len(readings)

    @given(st.lists(DATA, min_size=1, max_size=4), st.sampled_from([None, False, True]))
    def test_on_the_data_that_was_written(self, data: list[object], flow: bool | None) -> None:
        assert good(yaml.safe_dump(data, default_flow_style=flow)) == data

    @pytest.mark.parametrize(
        "text",
        [
            TestPositions.TEXT,
            "a: &x [1, {b: , c}]\nd: *x\ne: !t &y\n  - *y\n- z",
            "- - a\n  - b:\n-\n- ? k\n  : v\n- |\n  x\n- {a, b: }\n",
            "[a: b, {x: *q}]",
            "a:\n- x\n-\n- y: &z\n",
        ],
    )
    def test_on_odd_texts(self, text: str) -> None:
        readings = [outline(*self.reading(text, parser)) for parser in PARSERS.values()]
        assert readings == readings[:1] * len(readings)

    def reading(self, text: str, parser: Any) -> tuple[object, list[Problem]]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(yaml_reader, "PARSER", parser)
            return yaml_reader.read_text(text, "f.yaml")


def outline(data: object, problems: list[Problem]) -> object:
    """Data and problems with all their marks, in plain words; how a parser says things is left out."""
    said = [(problem.code, problem.position, {**problem.args, "detail": ""}) for problem in problems]
    return marked(data), said


def marked(data: object) -> object:
    match data:
        case Map():
            return data.position, [(k, data.key_marks[k], data.value_marks[k], marked(v)) for k, v in data.items()]
        case Seq():
            return data.position, data.marks, [marked(value) for value in data]
        case _:
            return type(data).__name__, str(data)
