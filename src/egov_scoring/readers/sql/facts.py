"""The first steps: every stated fact as a whole number in smallest units, and what is wrong with those that are not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from egov_scoring.columns import Columns
from egov_scoring.facts import FactDeclaration
from egov_scoring.flags import given_flag, of_flag, place_flag, points_flag
from egov_scoring.readers.bounds import in_units
from egov_scoring.readers.sql.dialects import Dialect
from egov_scoring.readers.sql.layers import Step

WRONG = "what is wrong"
AT_ONCE = 50  # PostgreSQL takes no more than 100 arguments


class Stated:
    """The columns of the first three steps, from those of the table.

    `stated` reads each fact, `fitting` keeps what lies in its range, and `facts` says what is wrong: a fact that does not fit
    is null from there on. What people record may be null: then nothing was recorded.
    """

    def __init__(self, columns: Columns, dialect: Dialect, kept: Sequence[str]) -> None:
        self._flags = columns.program.flags
        self._dialect = dialect
        self._kept = kept
        self._given = {given_flag(item.id): points_flag(item.id) for item in columns.program.items()}
        self._facts = {key: fact for key, fact in columns.facts.items() if key not in self._given}
        self._placed = [item.id for item in columns.program.items() if of_flag(item.id) in columns.facts]
        self._derived = [key for key in columns.facts if key in self._given]

    def stated(self) -> Step:
        """What is kept, each fact as it stands in the table and as it is read, and which points people gave."""
        kept = [(f"kept {name}", self._of_table(name)) for name in self._kept]
        raw = [(f"stated {key}", self._of_table(key)) for key in self._facts]
        read = [(self._read_as(fact), self._read(fact)) for fact in self._facts.values()]
        given = [(key, f"{self._of_table(self._given[key])} IS NOT NULL") for key in self._derived]
        return [*kept, *raw, *read, *given]

    def fitting(self) -> Step:
        """The numbers that lie in their range."""
        return [(key, self._fitting(fact)) for key, fact in self._facts.items() if _is_number(fact)]

    def wrong(self) -> Step:
        """What is wrong with the facts of a row, or null."""
        places = {place_flag(name): f"NOT ({self._is_place(name)})" for name in self._placed}
        texts = [self._misfit(fact) for fact in self._facts.values()]
        texts += [
            f"CASE WHEN {bad} THEN {self._dialect.literal(f'place-form: {key}')} END" for key, bad in places.items()
        ]
        amiss = "\n    OR ".join([*(f"{self._quoted(key)} IS NULL" for key in self._facts), *places.values()])
        return [(WRONG, f"CASE WHEN {amiss} THEN {joined(texts)}\nEND")] if texts else [(WRONG, joined([]))]

    @property
    def taken(self) -> Iterator[str]:
        """The names of all these columns."""
        return (name for name, _ in (*self.stated(), *self.fitting(), *self.wrong()))

    # One fact.

    def _read_as(self, fact: FactDeclaration) -> str:
        return f"read {fact.key}" if _is_number(fact) else fact.key

    def _read(self, fact: FactDeclaration) -> str:
        column = self._of_table(fact.key)
        if fact.options:
            found = self._one_of(column, {name: str(at) for at, name in enumerate(fact.options, 1)})
        elif fact.is_condition:
            words = self._one_of(column, {"true": "TRUE", "yes": "TRUE", "false": "FALSE", "no": "FALSE"})
            found = self._dialect.truth(column, words)
        else:
            return self._dialect.number(column, fact.places)
        absent = "FALSE" if fact.is_condition else "0"
        return f"CASE WHEN {column} IS NULL THEN {absent} ELSE {found} END" if fact.key in self._flags else found

    def _one_of(self, column: str, words: dict[str, str]) -> str:
        cases = " ".join(f"WHEN {self._dialect.literal(word)} THEN {value}" for word, value in words.items())
        return f"CASE {self._dialect.written(column)} {cases} END"

    def _fitting(self, fact: FactDeclaration) -> str:
        declared = in_units(fact)
        number = self._quoted(f"read {fact.key}")
        fits = f"WHEN {number} BETWEEN {declared.low} AND {declared.high} THEN {self._dialect.narrowed(number)}"
        absent = f"WHEN {self._quoted(f'stated {fact.key}')} IS NULL THEN 0 " if fact.key in self._flags else ""
        return f"CASE {absent}{fits} END"

    def _misfit(self, fact: FactDeclaration) -> str:
        stated = self._quoted(f"stated {fact.key}")
        lines = [f"WHEN {self._quoted(fact.key)} IS NOT NULL THEN NULL"]
        lines += [f"WHEN {stated} IS NULL THEN {self._said('missing-fact', fact)}"]
        wrong = "unknown-option" if fact.options else "wrong-type"
        if _is_number(fact):
            finer = "too-many-places" if fact.places else "not-whole"
            lines += [f"WHEN {self._quoted(f'read {fact.key}')} IS NOT NULL THEN {self._said('out-of-range', fact)}"]
            lines += [f"WHEN {self._dialect.matches(stated, '-?[0-9]+[.][0-9]+')} THEN {self._said(finer, fact)}"]
        return f"CASE {' '.join(lines)} ELSE {self._said(wrong, fact)} END"

    def _is_place(self, indicator: str) -> str:
        """Neither a place nor of how many is stated, or both are: from 1 to so many, of two or more, at most a half between."""
        place, of = place_flag(indicator), of_flag(indicator)
        scale = 10 ** self._facts[place].places
        none, nothing = (f"{self._quoted(f'stated {key}')} IS NULL" for key in (place, of))
        own, many = self._quoted(place), self._quoted(of)
        fits = f"{many} >= 2 AND {own} BETWEEN {scale} AND {scale} * {many}"
        fits += f" AND 2 * {own} % {scale} = 0" if scale > 1 else ""
        return f"({none}) = ({nothing}) AND ({none} OR ({fits}))"

    def _said(self, code: str, fact: FactDeclaration) -> str:
        return self._dialect.literal(f"{code}: {fact.key}")

    def _of_table(self, name: str) -> str:
        return f"units.{self._quoted(name)}"

    def _quoted(self, name: str) -> str:
        return self._dialect.identifier(name)


def _is_number(fact: FactDeclaration) -> bool:
    return not fact.options and not fact.is_condition


def joined(texts: list[str]) -> str:
    """Those that are not null in one text, or null where all are."""
    parts = [texts[at : at + AT_ONCE] for at in range(0, len(texts), AT_ONCE)]
    if len(parts) > 1:
        return joined([joined(part) for part in parts])
    lines = ",\n  ".join(text.replace("\n", "\n  ") for text in texts)
    return f"NULLIF(concat_ws('; ',\n  {lines}\n), '')" if texts else "NULLIF('', '')"
