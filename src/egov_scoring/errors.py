"""What can be wrong, as data: a stable code, a place and the particulars. The wording stands in `messages`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from egov_scoring import amounts, messages

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a file; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Problem:
    """One mistake: `code` is stable, `args` fill the message of that code, `excerpt` is the source line."""

    __slots__ = ("args", "code", "excerpt", "position", "severity")

    def __init__(self, code: str, position: Position | None = None, **args: object) -> None:
        self.code = code
        self.position = position
        self.args: Mapping[str, object] = args
        self.severity: Severity = "error"
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
        """What to do about it, or an empty string; `hint.CODE.nearest` is said where a near miss is known."""
        for name in (f"hint.{self.code}.nearest", f"hint.{self.code}"):
            if messages.has(name) and (not name.endswith("nearest") or self.args.get("nearest")):
                return messages.text(name, lang, **self._worded(lang))
        return ""

    def _worded(self, lang: str | None) -> dict[str, object]:
        """The particulars for a sentence: our own terms in its language, exact numbers as decimals."""
        return {key: _in_words(value, key, lang) for key, value in self.args.items()}

    def format(self, lang: str | None = None) -> str:
        """`file:line:column: CODE message`, then the source line with a caret and the hint."""
        place = f"{self.position}: " if self.position else ""
        lines = [f"{place}{self.code} {self.message(lang)}"]
        if self.excerpt and self.position:
            lines += [f"    {self.excerpt}", f"    {messages.pad(self.excerpt[: self.position.column - 1])}^"]
        if hint := self.hint(lang):
            lines.append(f"    {messages.text('problem.hint', lang, hint=hint)}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"Problem({self.code!r}, {self.position}, {dict(self.args)!r})"

    def _sort_key(self) -> tuple[bool, str, int, int]:
        place = self.position
        return (place is None, place.file if place else "", place.line if place else 0, place.column if place else 0)


TERMS = ("expected", "found", "what", "type", "section", "statistic", "reason")


def _in_words(value: object, key: str, lang: str | None) -> object:
    if isinstance(value, Fraction):
        return amounts.to_text(value)
    return messages.word(value, lang) if key in TERMS else value


class EgovScoringError(Exception):
    """The base of the library's errors: carries every problem found, not only the first.

    `problems` is a tuple of `Problem`; `str(error)` prints them all in the language of the environment.
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
    """A ruleset cannot be loaded: each problem names file, line and column."""


class FactsError(EgovScoringError):
    """Facts cannot be scored: each problem names the unit and the fact."""
