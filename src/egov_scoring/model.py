"""The ground of all YAML models: strict keys, and scalars that keep what the author wrote.

A value that does not fit raises one of pydantic's errors or one of ours; the type of ours is the code of the problem.
What a YAML editor is told of a scalar stands beside it; a text below a field is what the editor says of that key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError

from egov_scoring import amounts
from egov_scoring.days import day


class Model(BaseModel):
    """A mapping of the rule language: an unknown key is a mistake, and nothing changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, use_attribute_docstrings=True)


class Measure(NamedTuple):
    """So much, or such a share of all that there is.

    >>> str(Measure(Fraction(90))), str(Measure(Fraction(3, 10), is_share=True))
    ('90', '30%')
    """

    amount: Fraction
    is_share: bool = False

    def __str__(self) -> str:
        return f"{amounts.to_text(100 * self.amount)}%" if self.is_share else amounts.to_text(self.amount)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, Decimal, Fraction)) and not isinstance(value, bool)


def _amount(value: Any) -> Fraction:
    if not _is_number(value):
        raise PydanticCustomError("not-a-decimal", "no decimal")
    return Fraction(value)


def _measure(value: Any) -> Measure | None:
    if isinstance(value, str) and re.fullmatch(amounts.DECIMAL.pattern + "%", value):
        return Measure(amounts.parse(value[:-1]) / 100, is_share=True)
    return Measure(Fraction(value)) if _is_number(value) else None


def _share(value: Any) -> Fraction:
    found = _measure(value)
    if found is None or not 0 <= found.amount <= 1:
        raise PydanticCustomError("not-a-share", "no share")
    return found.amount


def _threshold(value: Any) -> Measure:
    found = _measure(value)
    if found is None or found.amount < 0 or (found.is_share and found.amount > 1):
        raise PydanticCustomError("not-a-threshold", "neither points nor a share")
    return found


def _quota(value: Any) -> Measure:
    found = _measure(value)
    is_whole = found is not None and (found.amount.denominator == 1 or found.is_share)
    if found is None or not is_whole or found.amount <= 0 or (found.is_share and found.amount > 1):
        raise PydanticCustomError("not-a-quota", "neither a number of units nor a share of them")
    return found


def _outcome(value: Any) -> Fraction | str:
    if value != "ask" and not _is_number(value):
        raise PydanticCustomError("not-points", "neither a decimal nor ask")
    return "ask" if value == "ask" else Fraction(value)


def _filled(value: Any) -> Any:
    if isinstance(value, (Mapping, list)) and not value:
        raise PydanticCustomError("empty-value", "nothing in it")
    return value


def _said(value: str) -> str:
    if not value.strip():
        raise PydanticCustomError("empty-value", "nothing said")
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


def _day(value: Any) -> date:
    if (found := day(value)) is None:
        raise PydanticCustomError("not-a-day", "no day")
    return found


def _word(value: Any) -> Any:
    if _is_number(value):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    return value


def _words(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _as_text(value: Fraction | str) -> str:
    return value if isinstance(value, str) else amounts.to_text(value)


class _Filled(BeforeValidator):
    """Refuses an empty list or mapping, and lets an editor do so."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        schema = handler(core)
        return {**schema, "minItems" if schema["type"] == "array" else "minProperties": 1}


_AS_TEXT = PlainSerializer(_as_text, return_type=str)
_NUMBER = {"type": "number"}
_SHARE = {"type": ["number", "string"], "minimum": 0, "maximum": 1, "pattern": f"^{amounts.DECIMAL.pattern}%$"}
_WORD = {"type": ["string", "number"]}

Amount = Annotated[Fraction, PlainValidator(_amount), WithJsonSchema(_NUMBER), _AS_TEXT]
Positive = Annotated[Amount, AfterValidator(_above_zero), WithJsonSchema({**_NUMBER, "exclusiveMinimum": 0})]
NotNegative = Annotated[Amount, AfterValidator(_not_below_zero), WithJsonSchema({**_NUMBER, "minimum": 0})]
Interval = Annotated[
    tuple[Amount, Amount],
    AfterValidator(_rising),
    WithJsonSchema({"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2}),
]
Share = Annotated[Fraction, PlainValidator(_share), WithJsonSchema(_SHARE), _AS_TEXT]
PositiveShare = Annotated[Share, AfterValidator(_above_zero), WithJsonSchema({**_SHARE, "exclusiveMinimum": 0})]
_MEASURE = {"type": ["number", "string"], "minimum": 0, "pattern": f"^{amounts.DECIMAL.pattern}%$"}
_MEASURED = PlainSerializer(str, return_type=str)
Threshold = Annotated[Measure, PlainValidator(_threshold), WithJsonSchema(_MEASURE), _MEASURED]
Quota = Annotated[
    Measure, PlainValidator(_quota), WithJsonSchema({**_MEASURE, "minimum": 1, "multipleOf": 1}), _MEASURED
]
Outcome = Annotated[
    Fraction | Literal["ask"],
    PlainValidator(_outcome),
    WithJsonSchema({"anyOf": [_NUMBER, {"const": "ask"}]}),
    _AS_TEXT,
]
Whole = Annotated[int, Field(strict=True)]
Flag = Annotated[bool, Field(strict=True)]
Word = Annotated[str, BeforeValidator(_word), WithJsonSchema(_WORD)]
Words = Annotated[
    tuple[Word, ...],
    BeforeValidator(_words),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": _WORD}]}),
]
Expression = Annotated[str, BeforeValidator(_word), WithJsonSchema(_WORD)]
NotEmpty = _Filled(_filled)
Text = Annotated[str, AfterValidator(_said)]
Day = Annotated[date, PlainValidator(_day)]
