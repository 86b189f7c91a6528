"""What can be wrong, as data: a stable code, a place and the particulars. The wording stands in `messages`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from egov_scoring import amounts, messages
from egov_scoring.records import Record

Severity = Literal["error", "warning"]
Path = tuple[str | int, ...]


class Position(Record):
    """A place in a file; line and column count from 1. In a workbook they are the row and the column of a cell in a `sheet`.
    Without a line it is something that has none, such as an option of a command.

    >>> str(Position("facts.yaml", 3, 1)), str(Position("甲市.xlsx", 14, 4, "自评"))
    ('facts.yaml:3:1', '甲市.xlsx 自评!D14')
    """

    file: str
    line: int = 0
    column: int = 0
    sheet: str = ""

    def __str__(self) -> str:
        if self.sheet:
            return f"{self.file} {self.sheet}!{column_letters(self.column)}{self.line}"
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


def column_letters(column: int) -> str:
    """A column of a sheet as it is lettered: 1 is A, 27 is AA."""
    before, last = divmod(column - 1, 26)
    return f"{column_letters(before) if before else ''}{chr(ord('A') + last)}"


class Problem:
    """One mistake: `code` is stable, `args` fill the message of that code, `path` are the keys that lead to it in its
    file, `excerpt` is the source line.

    >>> problem = Problem("not-utf8", Position("facts.yaml", 3, 1), offset=20)
    >>> problem.code, str(problem.position), problem.severity
    ('not-utf8', 'facts.yaml:3:1', 'error')
    """

    __slots__ = ("args", "code", "excerpt", "path", "position", "severity")

    def __init__(self, code: str, position: Position | None = None, **args: object) -> None:
        self.code = code
        self.position = position
        self.args: Mapping[str, object] = args
        self.severity: Severity = "error"
        self.path: Path = ()
        self.excerpt = ""

    @classmethod
    def warning(cls, code: str, position: Position | None = None, **args: object) -> Problem:
        """A remark that does not stop anything."""
        problem = cls(code, position, **args)
        problem.severity = "warning"
        return problem

    def message(self, lang: str | None = None) -> str:
        """The sentence, without place or code."""
        return messages.text(f"problem.{self.code}", lang, **self._worded(lang))

    def hint(self, lang: str | None = None) -> str:
        """What to do about it, or an empty string; `hint.CODE.ARG` is said where that particular is known."""
        names = [*(f"hint.{self.code}.{arg}" for arg, value in self.args.items() if value), f"hint.{self.code}"]
        name = next(filter(messages.has, names), None)
        return "" if name is None else messages.text(name, lang, **self._worded(lang))

    def _worded(self, lang: str | None) -> dict[str, object]:
        """The particulars for a sentence: our own terms in its language, exact numbers as decimals."""
        return {key: _in_words(value, key, lang) for key, value in self.args.items()}

    def format(self, lang: str | None = None) -> str:
        """`file:line:column: CODE message`, then the source line with a caret and the hint."""
        place = f"{self.position}: " if self.position else ""
        lines = [f"{place}{self.code} {self.message(lang)}"]
        if self.excerpt and self.position:
            around, column = _window(self.excerpt, self.position.column)
            lines += [f"    {around}", f"    {messages.pad(around[: column - 1])}^"]
        if hint := self.hint(lang):
            lines.append(f"    {messages.text('problem.hint', lang, hint=hint)}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"Problem({self.code!r}, {self.position}, {dict(self.args)!r})"

    def _sort_key(self) -> tuple[bool, str, str, int, int]:
        place = self.position or Position("", 0, 0)
        return (self.position is None, place.file, place.sheet, place.line, place.column)


class Term(str):
    """The id of a message that fills a gap of another one, and is said in its language."""

    __slots__ = ()


TERMS = ("expected", "found", "what", "type", "reason")


def _in_words(value: object, key: str, lang: str | None) -> object:
    if key == "unit" and value == "":
        return messages.word("nameless", lang)
    if isinstance(value, Term):
        return messages.text(value, lang)
    if isinstance(value, tuple):
        return messages.text("join", lang).join(map(str, value))
    if isinstance(value, Fraction):
        return messages.word(shown(value), lang)
    return messages.word(value, lang) if key in TERMS else value


def shown(value: object) -> str:
    """What somebody wrote: text in quotes, a number in decimals, anything else by a word of `messages`."""
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case str():
            return f"'{_cut(value)}'"
        case Mapping():
            return "mapping"
        case list() | tuple():
            return "list"
        case int() | Fraction():
            exact = Fraction(value)
            is_long = max(exact.numerator.bit_length(), exact.denominator.bit_length()) > LONGEST_NUMBER
            return "long-number" if is_long else _cut(amounts.to_text(exact))
        case float() | Decimal():
            return _cut(str(value))
        case _:
            return type(value).__name__


def _window(line: str, column: int) -> tuple[str, int]:
    """The line and the column, or what is around it where the line is very long."""
    if len(line) <= LONGEST_LINE:
        return line, column
    start = max(0, min(column - 1 - LONGEST_LINE // 2, len(line) - LONGEST_LINE))
    before = "..." if start else ""
    after = "..." if start + LONGEST_LINE < len(line) else ""
    return f"{before}{line[start : start + LONGEST_LINE]}{after}", column - start + len(before)


LONGEST_LINE = 160
LONGEST_NUMBER = 4_000  # bits
LONGEST_TEXT = 60


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 3]}..."


class EgovScoringError(Exception):
    """The base of the library's errors: carries every problem found, not only the first.

    `problems` is a tuple of `Problem`; `str(error)` prints them all in the language of the environment.

    >>> import egov_scoring
    >>> try:
    ...     egov_scoring.load("2019/citi")
    ... except EgovScoringError as error:
    ...     [problem.code for problem in error.problems]
    ['unknown-ruleset']
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(problems, key=Problem._sort_key))
        super().__init__(self.problems)

    def format(self, lang: str | None = None) -> str:
        """All problems in one text, in `zh` or `en`."""
        return "\n".join(problem.format(lang) for problem in self.problems)

    def __str__(self) -> str:
        return self.format()


class RulesetError(EgovScoringError):
    """A ruleset cannot be loaded: each problem names file, line and column.

    >>> import egov_scoring
    >>> egov_scoring.load("2019/citi")
    Traceback (most recent call last):
        ...
    egov_scoring.errors.RulesetError: ...
    """


class FactsError(EgovScoringError):
    """Facts cannot be scored: each problem names the unit and the fact.

    >>> import egov_scoring
    >>> try:
    ...     egov_scoring.load("2019/city").score({"network_cloud_platforms": -1, "venue_fault": 2})
    ... except FactsError as error:
    ...     [(problem.code, problem.args["fact"]) for problem in error.problems][:2]
    [('out-of-range', 'network_cloud_platforms'), ('unknown-fact', 'venue_fault')]
    """
