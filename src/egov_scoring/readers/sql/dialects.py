"""What differs between the databases: quoting, types, whole division, and how a stated value becomes a number."""

from __future__ import annotations

from dataclasses import dataclass

from egov_scoring.amounts import INT64

NARROW, LONG, WIDE = range(3)
"""How much room a whole number has: 32 bits, as a literal; 64 bits; more."""

INT32 = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Dialect:
    """One dialect; here is what DuckDB says, others differ.

    `text`, `long` and `wide` are types, `most` is what fits the widest; `fence` stands after a step, so that the planner does
    not write it out again in each place that uses it, `inlined` before one that is read twice, so that it is not kept whole. A
    name has at most `longest` bytes; `divides_wide` says whether a quotient may be as wide as what is divided, `guards`
    whether CASE never works out a value whose condition does not hold.
    """

    name: str = "duckdb"
    quote: str = '"'
    text: str = "VARCHAR"
    long: str = "BIGINT"
    wide: str = "HUGEINT"
    most: int = 2**127 - 1
    longest: int = 10_000
    fence: str = ""
    inlined: str = "NOT MATERIALIZED "
    divides_wide: bool = True
    guards: bool = True

    def identifier(self, name: str) -> str:
        """The name quoted, whatever stands in it."""
        return self.quote + name.replace(self.quote, 2 * self.quote) + self.quote

    def literal(self, text: str) -> str:
        """A text as a constant."""
        return "'" + text.replace("'", "''") + "'"

    def width(self, size: int) -> int | None:
        """How much room a magnitude needs, or None where there is not enough."""
        return next((width for width, most in enumerate((INT32, INT64, self.most)) if size <= most), None)

    def cast(self, text: str, width: int) -> str:
        """The value with that much room."""
        return f"CAST({text} AS {(self.long, self.long, self.wide)[width]})"

    def divided(self, a: str, b: str, width: int) -> str:
        """a / b without its fraction; neither is negative."""
        return f"{a} // {b}"

    def written(self, column: str) -> str:
        """A column as text."""
        return f"CAST({column} AS {self.text})"

    def digits(self, column: str) -> str:
        """A number as text; DuckDB leaves out the 0 of a decimal that never reaches 1."""
        text = self.written(column)
        return rf"CASE WHEN typeof({column}) LIKE 'DECIMAL%' THEN regexp_replace({text}, '^(-?)[.]', '\10.') ELSE {text} END"

    def matches(self, column: str, pattern: str) -> str:
        """Whether all of a column's text has the form of a number."""
        return f"regexp_full_match({self.digits(column)}, {self.literal(pattern)})"

    def truth(self, column: str, words: str) -> str:
        """A stated yes or no; a boolean need not be compared with words."""
        return f"CASE WHEN typeof({column}) = 'BOOLEAN' THEN TRY_CAST({column} AS BOOLEAN) ELSE {words} END"

    def narrowed(self, number: str) -> str:
        """What `number` gave, once it is known to lie in its range, with 64 bits."""
        return number

    def number(self, column: str, places: int) -> str:
        """A stated number in smallest units, or null where it is none or has more places; through text, so that a double is
        what it prints as. Whole columns need no such detour."""
        units = f"CAST({self.written(column)} AS DECIMAL(38, {places}))"
        units, whole = (f"{units} * {10**places}", f"{column}::HUGEINT * {10**places}") if places else (units, column)
        return (
            f"CASE WHEN typeof({column}) LIKE '%INT%' THEN TRY_CAST({whole} AS BIGINT)"
            f" WHEN {self.matches(column, decimals(places, 26))} THEN TRY_CAST({units} AS BIGINT) END"
        )


class _Checked(Dialect):
    """Dialects that try no cast and ask for no type: a number is checked before it gets 64 bits."""

    def truth(self, column: str, words: str) -> str:
        """A stated yes or no, by its words."""
        return words

    def narrowed(self, number: str) -> str:
        """What `number` gave, with 64 bits."""
        return self.cast(number, LONG)


class Postgres(_Checked):
    """PostgreSQL: numeric has room for everything; a subquery is kept apart by an OFFSET."""

    def divided(self, a: str, b: str, width: int) -> str:
        """Whole numbers are cut off by `/`, numerics by div()."""
        return f"div({a}, {b})" if width == WIDE else f"{a} / {b}"

    def matches(self, column: str, pattern: str) -> str:
        """Whether all of a column's text has the form of a number."""
        return f"{self.written(column)} ~ {self.literal(f'^({pattern})$')}"

    def number(self, column: str, places: int) -> str:
        """A stated number in smallest units, as numeric: it is checked against its range before it is made a bigint."""
        number = f"CAST({self.written(column)} AS numeric)" + (f" * {10**places}" if places else "")
        return f"CASE WHEN {self.matches(column, decimals(places, 26))} THEN {number} END"


class Spark(_Checked):
    """Spark: a decimal of 38 digits is the widest; `div` cuts off and gives 64 bits."""

    def literal(self, text: str) -> str:
        """A text as a constant; two quotes would end it, and begin another."""
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

    def divided(self, a: str, b: str, width: int) -> str:
        """a / b without its fraction."""
        return f"{a} div {b}"

    def matches(self, column: str, pattern: str) -> str:
        """Whether all of a column's text has the form of a number."""
        return f"{self.written(column)} RLIKE {self.literal(f'^({pattern})$')}"

    def number(self, column: str, places: int) -> str:
        """A stated number in smallest units."""
        digits = f"CAST({self.written(column)} AS DECIMAL(28, {places}))" + (f" * {10**places}" if places else "")
        return f"CASE WHEN {self.matches(column, decimals(places, 28 - places - 1))} THEN {digits} END"


def decimals(places: int, digits: int) -> str:
    """The pattern of a number with at most so many places; zeros may follow."""
    return f"-?(0|[1-9][0-9]{{0,{digits - 1}}})([.]{f'[0-9]{{1,{places}}}0*' if places else '0+'})?"


DIALECTS: dict[str, Dialect] = {
    "duckdb": Dialect(),
    "postgres": Postgres("postgres", '"', "text", "bigint", "numeric", 10**1000, 63, "OFFSET 0", guards=False),
    "spark": Spark(
        "spark", "`", "STRING", "BIGINT", "DECIMAL(38, 0)", 10**38 - 1, inlined="", divides_wide=False, guards=False
    ),
}
