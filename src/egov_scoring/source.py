"""A ruleset as its author writes it: the pydantic models of the YAML file, once `extends` and `components` are resolved."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Literal, Union

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from egov_scoring.amounts import INT64
from egov_scoring.kinds import KINDS, Rule
from egov_scoring.kinds.terms import Term
from egov_scoring.model import (
    Amount,
    Expression,
    Flag,
    Interval,
    Model,
    NotEmpty,
    NotNegative,
    Positive,
    Whole,
    Word,
    Words,
)

if TYPE_CHECKING:
    AnyRule = Rule
else:
    AnyRule = Annotated[Union[tuple(KINDS.values())], Field(discriminator="kind")]  # noqa: UP007

KEY = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
RESERVED = ("total", "peers", "true", "false", "none", "null")


def is_key(text: str) -> bool:
    """Whether the text may be the key of a fact or an id: it is a name in formulas and columns and means nothing else."""
    return bool(KEY.fullmatch(text)) and text not in RESERVED and not keyword.iskeyword(text)


def like_a_key(text: str) -> str:
    """The key nearest to the text, or an empty string where none is."""
    key = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    return key if is_key(key) else ""


def _key(value: str) -> str:
    if not is_key(value):
        raise PydanticCustomError("bad-key", "no key")
    return value


def _readings(value: object) -> object:
    return [value] if isinstance(value, Mapping) else value


Path = tuple[str | int, ...]
Key = Annotated[Word, AfterValidator(_key)]


class Reading(Model):
    """What a document leaves open and how it is taken."""

    id: Word
    open: Word
    chosen: Word
    else_: Words = Field(default=(), alias="else")
    sure: Literal["high", "medium-high", "medium", "low-medium", "low"]


Readings = Annotated[tuple[Reading, ...], BeforeValidator(_readings)]


class Responsible(Model):
    """Who answers for an indicator."""

    lead: Words = ()
    supporting: Words = ()


def _responsible(value: object) -> object:
    return {"lead": value} if isinstance(value, (str, list, tuple)) else value


class Adjustment(Model):
    """`multiply` the points by something, or `add` something, when a condition holds."""

    multiply: Amount | None = None
    add: Amount | None = None
    when: Expression | None = None
    id: Word = ""
    name: Word = ""
    clause: Word = ""


class Modifiers(Model):
    """What may stand on an indicator and on the total alike."""

    convert: Literal["applicable"] | None = None
    adjust: tuple[Adjustment, ...] = ()
    penalties: tuple[Term, ...] = ()
    veto_when: Expression | None = None
    cap: Positive | None = None
    floor: NotNegative | None = None
    overlap: Word | None = None
    reachable: Positive | None = None
    reading: Readings = ()


class IndicatorSource(Modifiers):
    """One indicator: either parts of its own or a rule."""

    id: Key
    name: Word
    max: Positive
    indicators: Annotated[tuple[IndicatorSource, ...], NotEmpty] | None = None
    rule: AnyRule | None = None
    counts: Positive | None = None
    applies_when: Expression | None = None
    otherwise: Literal["exclude", "full", "zero"] | None = None
    ask_when: Expression | None = None
    clause: Word = ""
    methods: Words = ()
    evidence: Words = ()
    about: Word = ""
    document: Word | None = None
    rows: Words = ()
    responsible: Annotated[Responsible, BeforeValidator(_responsible)] = Responsible()
    was: Words = ()
    printed: Flag = True

    def walk(self, path: Path) -> Iterator[tuple[Path, IndicatorSource]]:
        """This indicator and all below it, in document order, with their paths."""
        yield path, self
        for at, child in enumerate(self.indicators or ()):
            yield from child.walk((*path, "indicators", at))


MAX_PLACES = 6
FACT_KEYS = ("range", "places", "options")
KEYS_OF_TYPE: Mapping[str, tuple[str, ...]] = {
    "count": ("range",),
    "findings": ("range",),
    "yes_no": (),
    "number": ("range", "places"),
    "percent": ("places",),
    "choice": ("options",),
    "points": ("range", "places"),
}


class FactSource(Model):
    """How a fact is declared."""

    type: Literal["count", "findings", "yes_no", "number", "percent", "choice", "points"]
    label: Word
    unit: Word = ""
    about: Word = ""
    range: Interval | None = None
    places: Annotated[Whole, Field(ge=0, le=9)] | None = None
    options: Annotated[Mapping[Word, Word], NotEmpty] | None = None

    @model_validator(mode="after")
    def _fits_its_type(self) -> FactSource:
        for key in FACT_KEYS:
            if getattr(self, key) is not None and key not in KEYS_OF_TYPE[self.type]:
                raise PydanticCustomError("key-not-for-type", "not for this type", {"key": key, "type": self.type})
        if self.type == "choice" and self.options is None:
            raise PydanticCustomError("choice-options", "no options")
        if self.type == "number" and (self.range is None or self.places is None):
            raise PydanticCustomError("number-range", "no range or no places")
        if self.type != "number" and self.range is not None and self.range[0] < 0:
            raise PydanticCustomError("below-zero", "below 0", {"key": "range"})
        if self.range is not None and max(map(abs, self.range)) * 10**self._places_at_most > INT64:
            raise PydanticCustomError("fact-too-wide", "beyond 64 bits", {"key": "range"})
        return self

    @property
    def _places_at_most(self) -> int:
        return self.places if self.places is not None else MAX_PLACES if self.type == "points" else 0


class CheckSource(Model):
    """A condition that the facts of a unit must meet."""

    id: Key
    require: Expression
    about: Word = ""


class RulesetSource(Modifiers):
    """The whole file."""

    ruleset: Word
    title: Word
    jurisdiction: Word = ""
    year: Whole | None = None
    applies_to: Word = ""
    document: Word | None = None
    max: Positive | None = None
    places: Annotated[Whole, Field(ge=0, le=MAX_PLACES)] = 2
    total: Literal["none"] | None = None
    rank_by: Literal["points", "share"] = "points"
    successor_of: Word | None = None
    facts: Mapping[Key, FactSource] = {}
    indicators: Annotated[tuple[IndicatorSource, ...], NotEmpty]
    checks: tuple[CheckSource, ...] = ()

    def walk(self) -> Iterator[tuple[Path, IndicatorSource]]:
        """Every indicator in document order, with its path in the file."""
        for at, indicator in enumerate(self.indicators):
            yield from indicator.walk(("indicators", at))


class ComponentSource(Model):
    """Another ruleset as a part of this one; with `counts`, its total counts for that many points."""

    id: Key
    name: Word
    ruleset: Word
    counts: Positive | None = None
    clause: Word = ""
    about: Word = ""
    methods: Words = ()
    responsible: Annotated[Responsible, BeforeValidator(_responsible)] = Responsible()


class Composition(Model):
    """What a ruleset takes over from others."""

    extends: Word | None = None
    components: Annotated[tuple[ComponentSource, ...], NotEmpty] = ()


class Document(Model):
    """A document that rulesets cite."""

    title: Word
    issuer: Word = ""
    number: Word = ""
    date: Word = ""
    about: Word = ""
