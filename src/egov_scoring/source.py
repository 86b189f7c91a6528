"""A ruleset as its author writes it: the pydantic models of the YAML file, once `extends` and `components` are resolved."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Literal, Union

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from egov_scoring.amounts import INT64
from egov_scoring.grade_source import GradeSource
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


KEY_SCHEMA = {
    "type": "string",
    "pattern": f"^(?!({'|'.join((*RESERVED, *filter(str.islower, keyword.kwlist)))})$){KEY.pattern}$",
}


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
Key = Annotated[Word, AfterValidator(_key), WithJsonSchema(KEY_SCHEMA)]


class Reading(Model):
    """What a document leaves open and how it is taken."""

    id: Word
    """As it is known to the people who discussed it."""
    open: Word
    """What the document leaves open."""
    chosen: Word
    """What this ruleset takes."""
    else_: Words = Field(default=(), alias="else")
    """What was set aside: a text or a list."""
    sure: Literal["high", "medium-high", "medium", "low-medium", "low"]
    """How sure the reading is."""


Readings = Annotated[
    tuple[Reading, ...], BeforeValidator(_readings, json_schema_input_type=Reading | tuple[Reading, ...])
]


class Responsible(Model):
    """Who answers for an indicator."""

    lead: Words = ()
    """Units that lead."""
    supporting: Words = ()
    """Units that support."""


def _responsible(value: object) -> object:
    return {"lead": value} if isinstance(value, (str, list, tuple)) else value


Responsibles = Annotated[Responsible, BeforeValidator(_responsible, json_schema_input_type=Responsible | Words)]


class Adjustment(Model):
    """`multiply` the points by something, or `add` something, when a condition holds."""

    multiply: Amount | None = None
    """What the points are multiplied by."""
    add: Amount | None = None
    """What is added to the points; below 0 it is taken away."""
    when: Expression | None = None
    """The condition; always, unless said."""
    id: Word = ""
    """A name for ledgers and cases."""
    name: Word = ""
    """What the ledger calls it."""
    clause: Word = ""
    """Where it stands in the document."""


class Modifiers(Model):
    """What may stand on an indicator and on the total alike."""

    convert: Literal["applicable"] | None = None
    """`applicable`: points x maximum / applicable maximum."""
    adjust: tuple[Adjustment, ...] = ()
    """What multiplies the points or adds to them, in order."""
    penalties: tuple[Term, ...] = ()
    """Terms taken from what is left, down to 0."""
    veto_when: Expression | None = None
    """A condition that makes it 0."""
    cap: Positive | None = None
    """The most it may come to."""
    floor: NotNegative | None = None
    """The least it may come to."""
    overlap: Word | None = None
    """A reason why the parts may add up to more than the maximum."""
    reachable: Positive | None = None
    """The most that can be had, where a cap keeps the maximum out of reach."""
    reading: Readings = ()
    """How the document is read where it is silent: one reading or a list."""


class IndicatorSource(Modifiers):
    """One indicator: either parts of its own or a rule."""

    id: Key
    """Its key, once in a ruleset: small letters, digits and single _."""
    name: Word
    """Its name as printed."""
    max: Positive
    """Its points in full."""
    indicators: Annotated[tuple[IndicatorSource, ...], NotEmpty] | None = None
    """Its parts, instead of a rule."""
    rule: AnyRule | None = None
    """How its points are worked out."""
    counts: Positive | None = None
    """On a group: what its maximum counts for in the whole."""
    applies_when: Expression | None = None
    """A condition; where it does not hold the indicator is not applicable."""
    otherwise: Literal["exclude", "full", "zero"] | None = None
    """What a unit gets to which it does not apply: it leaves the maximum (unless said), full points, or zero."""
    ask_when: Expression | None = None
    """A condition under which a person decides, on an indicator with a rule."""
    clause: Word = ""
    """Where it stands in the document."""
    methods: Words = ()
    """How it is assessed: a text or a list."""
    evidence: Words = ()
    """What is asked for: a text or a list."""
    about: Word = ""
    """A remark in your own words."""
    document: Word | None = None
    """The document, if it is another: an id of documents.yaml."""
    rows: Words = ()
    """Several printed rows that share this one score: a text or a list."""
    responsible: Responsibles = Responsible()
    """Who answers for it: a list of units, or {lead: [...], supporting: [...]}."""
    was: Words = ()
    """Its id, or ids, in the ruleset that this one succeeds."""
    printed: Flag = True
    """`false`: a row that the paper lacks, added by a reading."""

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
NEEDED_BY_TYPE: Mapping[str, tuple[str, ...]] = {"number": ("range", "places"), "choice": ("options",)}


class FactSource(Model):
    """How a fact is declared."""

    type: Literal["count", "findings", "yes_no", "number", "percent", "choice", "points"]
    """What may be entered."""
    label: Word
    """What is asked, in the words of the document."""
    unit: Word = ""
    """What is counted in."""
    about: Word = ""
    """A remark for those who fill it in."""
    range: Interval | None = None
    """The least and the most: [0, 50]."""
    places: Annotated[Whole, Field(ge=0, le=9)] | None = None
    """How many decimal places may be entered."""
    options: Annotated[Mapping[Word, Word], NotEmpty] | None = None
    """The options of a choice: {key: label}."""

    @model_validator(mode="after")
    def _fits_its_type(self) -> FactSource:
        for key in FACT_KEYS:
            if getattr(self, key) is not None and key not in KEYS_OF_TYPE[self.type]:
                raise PydanticCustomError("key-not-for-type", "not for this type", {"key": key, "type": self.type})
        if any(getattr(self, key) is None for key in NEEDED_BY_TYPE.get(self.type, ())):
            raise PydanticCustomError("choice-options" if self.type == "choice" else "number-range", "a key is missing")
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
    """Its key."""
    require: Expression
    """The condition."""
    about: Word = ""
    """What it means, for those whose facts fail it."""


class RulesetSource(Modifiers):
    """The whole file."""

    ruleset: Word
    """Its id: the path below the rulesets folder, without `.yaml`."""
    title: Word
    """Its title as printed."""
    jurisdiction: Word = ""
    """Where it applies."""
    year: Whole | None = None
    """The year assessed."""
    applies_to: Word = ""
    """Who is assessed."""
    document: Word | None = None
    """The document that states it: an id of documents.yaml."""
    max: Positive | None = None
    """The total; the first level of indicators adds up to it."""
    places: Annotated[Whole, Field(ge=0, le=MAX_PLACES)] = 2
    """Decimal places of every score; 2 unless said."""
    total: Literal["none"] | None = None
    """`none`: the parts are never added up; then there is no `max`."""
    rank_by: Literal["points", "share"] = "points"
    """Units are placed by `points` (unless said) or by `share` of the applicable maximum."""
    successor_of: Word | None = None
    """Last year's ruleset."""
    grades: Annotated[tuple[GradeSource, ...], NotEmpty] = ()
    """Grades of the total, the best first."""
    facts: Mapping[Key, FactSource] = {}
    """What is asked of a unit: each key with its declaration."""
    indicators: Annotated[tuple[IndicatorSource, ...], NotEmpty]
    """The table: a tree of indicators."""
    checks: tuple[CheckSource, ...] = ()
    """Conditions that the facts of a unit must meet."""

    def walk(self) -> Iterator[tuple[Path, IndicatorSource]]:
        """Every indicator in document order, with its path in the file."""
        for at, indicator in enumerate(self.indicators):
            yield from indicator.walk(("indicators", at))


class ComponentSource(Model):
    """Another ruleset as a part of this one; with `counts`, its total counts for that many points."""

    id: Key
    """The id of the group that it becomes; a prefix of all ids in it."""
    name: Word
    """The name of the group."""
    ruleset: Word
    """The id of the ruleset taken in."""
    counts: Positive | None = None
    """What its maximum counts for in this one."""
    clause: Word = ""
    """Where the document says so."""
    about: Word = ""
    """A remark in your own words."""
    methods: Words = ()
    """How it is assessed: a text or a list."""
    responsible: Responsibles = Responsible()
    """Who answers for it."""


class Composition(Model):
    """What a ruleset takes over from others."""

    extends: Word | None = None
    """The ruleset that this one changes; only what differs stands here."""
    components: Annotated[tuple[ComponentSource, ...], NotEmpty] = ()
    """Other rulesets as parts of this one."""


class Document(Model):
    """A document that rulesets cite."""

    title: Word
    """Its title as printed."""
    issuer: Word = ""
    """Who issued it."""
    number: Word = ""
    """Its number."""
    date: Word = ""
    """Its date."""
    about: Word = ""
    """A remark in your own words."""
