"""Terms: points for each of something. Shared by `per_unit`, `per_finding` and penalties."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import model_validator

from egov_scoring.expression import TRUE, ZERO, Node, floor, least, multiply, when
from egov_scoring.kinds.base import Context, Rule, Step
from egov_scoring.model import Expression, Model, NotEmpty, Positive, Word, Words
from egov_scoring.program import Arg, Line, Text

Effect = Literal["earned", "lost"]


class Term(Model):
    """`each` points for every one of `of`, or for each full `every` of them."""

    each: Positive
    """Points for one of them."""
    of: Expression
    """What is counted; a yes_no counts as 0 or 1."""
    every: Positive | None = None
    """Points only for each full so many."""
    id: Word = ""
    """A name for ledgers and cases."""
    name: Word = ""
    """What the ledger calls it."""
    clause: Word = ""
    """Where it stands in the document."""
    cap: Positive | None = None
    """The most that this term gives or takes."""
    when: Expression | None = None
    """The condition under which it counts."""
    was: Words = ()
    """Its id, or ids, in the ruleset that this one succeeds."""
    responsible: Words = ()
    """Who answers for it."""
    about: Word = ""
    """A remark in your own words."""

    def quantity(self, context: Context, *path: str | int) -> Node:
        """How many times `each` is due: by full `every`, and 0 where `when` does not hold."""
        count = context.expression(self.of, "countable", *path, "of")
        if context.range(count).low < 0:
            context.problem("negative-quantity", *path, "of", low=context.range(count).low)
        if self.every is not None:
            count = floor(multiply(1 / self.every, count))
        if self.when is None:
            return count
        return when(context.expression(self.when, "condition", *path, "when"), count, ZERO)

    def steps(self, context: Context, effect: Effect, *path: str | int) -> list[Step]:
        """What the term comes to, and once more where it has a cap of its own."""
        sign = 1 if effect == "earned" else -1
        count = self.quantity(context, *path)
        points = multiply(self.each, count)
        by: dict[str, Arg] = {}
        if self.every is not None:
            by = {"every": self.every, "value": context.expression(self.of, "countable", *path, "of")}
        args: dict[str, Arg] = {
            "each": self.each,
            "count": count,
            "of": self._words(context, *path),
            "unit": self._unit(context),
            **by,
        }
        step = Step(multiply(sign, points), self._line(effect, multiply(sign, points), context, args, TRUE))
        if self.cap is None:
            return [step]
        capped = least(self.cap, points)
        cap = self._line("term_cap", multiply(sign, capped - points), context, {"cap": self.cap}, ~(points <= self.cap))
        return [step, Step(multiply(sign, capped), cap)]

    def _line(self, code: str, amount: Node, context: Context, args: dict[str, Arg], shown: Node) -> Line:
        fact = self.of if self.of in context.facts else ""
        return Line(
            code,
            ZERO,
            amount,
            args,
            shown,
            fact=fact,
            id=self.id,
            name=self.name,
            clause=self.clause,
            responsible=self.responsible,
        )

    def _unit(self, context: Context) -> Arg:
        unit = context.facts[self.of].unit if self.of in context.facts else ""
        return Text("line.unit", {"unit": unit}) if unit else ""

    def _words(self, context: Context, *path: str | int) -> Text:
        return Text("words", {"value": context.expression(self.of, "countable", *path, "of")})

    def sentence(self, context: Context, effect: Effect, *path: str | int) -> Text:
        """The term in words."""
        declared = context.facts.get(self.of)
        extra: list[Text] = []
        if self.cap is not None:
            extra.append(Text("rule.term.cap", {"cap": self.cap}))
        if self.when is not None:
            extra.append(Text("rule.term.when", {"when": context.expression(self.when, "condition", *path, "when")}))
        args: dict[str, Arg] = {
            "each": self.each,
            "every": self.every or Fraction(1),
            "of": self._words(context, *path),
            "unit": declared.unit if declared else "",
            "extra": tuple(extra),
        }
        line = Text(f"rule.term.{effect}.{self._form(context, *path)}", args)
        if not (self.clause or self.name):
            return line
        clause = Text("line.clause", {"clause": self.clause}) if self.clause else ""
        return Text("rule.term.named", {"clause": clause, "name": self.name, "term": line})

    def _form(self, context: Context, *path: str | int) -> str:
        """How one would say it: for something that holds, for each full so many, for each, or so many times an amount."""
        declared = context.facts.get(self.of)
        if declared and declared.is_condition:
            return "condition"
        whole = context.range(context.expression(self.of, "countable", *path, "of")).grain == 1
        form = "full" if self.every is not None else "each" if whole else "times"
        return f"{form}.unit" if declared and declared.unit and form != "times" else form


class Terms(Rule):
    """A rule made of terms; a rule with a single term may carry the term's keys itself."""

    terms: Annotated[tuple[Term, ...], NotEmpty]
    """The terms, which add up; a single one may stand in the rule itself."""

    @model_validator(mode="before")
    @classmethod
    def _wrap_single_term(cls, data: Any) -> Any:
        if not isinstance(data, dict) or "terms" in data:
            return data
        moved = {key: value for key, value in data.items() if key in Term.model_fields and key not in cls.model_fields}
        return {key: value for key, value in data.items() if key not in moved} | {"terms": [moved]}

    def steps(self, context: Context, effect: Effect) -> list[list[Step]]:
        """The steps of each term, in order."""
        return [term.steps(context, effect, "terms", at) for at, term in enumerate(self.terms)]

    def term_sentences(self, context: Context, effect: Effect) -> tuple[Text, ...]:
        """All terms in words, in order."""
        return tuple(term.sentence(context, effect, "terms", at) for at, term in enumerate(self.terms))
