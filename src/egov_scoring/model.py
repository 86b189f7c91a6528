"""The ground of all YAML models: strict keys, and scalars that keep what the author wrote.

A value that does not fit raises one of pydantic's errors or one of ours; the type of ours is the code of the problem.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
)
from pydantic_core import PydanticCustomError

from egov_scoring import amounts


class Model(BaseModel):
    """A mapping of the rule language: an unknown key is a mistake, and nothing changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, Decimal, Fraction)) and not isinstance(value, bool)


def _amount(value: Any) -> Fraction:
    if not _is_number(value):
        raise PydanticCustomError("not-a-decimal", "no decimal")
    return Fraction(value)


def _share(value: Any) -> Fraction:
    if isinstance(value, str) and re.fullmatch(amounts.DECIMAL.pattern + "%", value):
        value = amounts.parse(value[:-1]) / 100
    if not (_is_number(value) and 0 <= value <= 1):
        raise PydanticCustomError("not-a-share", "no share")
    return Fraction(value)


def _outcome(value: Any) -> Fraction | str:
    if value != "ask" and not _is_number(value):
        raise PydanticCustomError("not-points", "neither a decimal nor ask")
    return "ask" if value == "ask" else Fraction(value)


def _filled(value: Any) -> Any:
    if isinstance(value, (Mapping, list)) and not value:
        raise PydanticCustomError("empty-value", "nothing in it")
    return value


def _above_zero(value: Fraction) -> Fraction:
    if value <= 0:
        raise PydanticCustomError("not-positive", "not above 0")
    return value


def _not_below_zero(value: Fraction) -> Fraction:
    if value < 0:
        raise PydanticCustomError("below-zero", "below 0")
    return value


def _rising(value: tuple[Fraction, Fraction]) -> tuple[Fraction, Fraction]:
    if value[0] > value[1]:
        raise PydanticCustomError("bad-range", "from the higher to the lower")
    return value


def _word(value: Any) -> Any:
    if _is_number(value):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    return value


def _words(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _as_text(value: Fraction | str) -> str:
    return value if isinstance(value, str) else amounts.to_text(value)


_AS_TEXT = PlainSerializer(_as_text, return_type=str)

Amount = Annotated[Fraction, PlainValidator(_amount, json_schema_input_type=float), _AS_TEXT]
Positive = Annotated[Amount, AfterValidator(_above_zero)]
NotNegative = Annotated[Amount, AfterValidator(_not_below_zero)]
Interval = Annotated[tuple[Amount, Amount], AfterValidator(_rising)]
Share = Annotated[Fraction, PlainValidator(_share, json_schema_input_type=float | str), _AS_TEXT]
PositiveShare = Annotated[Share, AfterValidator(_above_zero)]
Outcome = Annotated[
    Fraction | Literal["ask"],
    PlainValidator(_outcome, json_schema_input_type=float | Literal["ask"]),
    _AS_TEXT,
]
Whole = Annotated[int, Field(strict=True)]
Flag = Annotated[bool, Field(strict=True)]
Word = Annotated[str, BeforeValidator(_word)]
Words = Annotated[tuple[Word, ...], BeforeValidator(_words)]
Expression = Annotated[str, BeforeValidator(_word)]
NotEmpty = BeforeValidator(_filled)
