"""The words reader: an expression as a person would read it, in a language, with the labels of the facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from egov_scoring import amounts, messages
from egov_scoring.expression import (
    FALSE,
    ONE,
    TRUE,
    ZERO,
    Add,
    And,
    Const,
    Div,
    Eq,
    Fact,
    Floor,
    Greatest,
    If,
    Le,
    Least,
    Mark,
    Mul,
    Node,
    Not,
    Or,
    Peers,
    Round,
    Sub,
    const,
    fold,
)
from egov_scoring.facts import FactDeclaration

MINUS_ONE = const(-1)
TURNED = {"≤": "≥", ">": "<"}


class Binding(IntEnum):
    """How tightly a text holds together; a looser one inside a tighter one takes brackets."""

    LOOSE = 0
    COMPARISON = 1
    SUM = 2
    PRODUCT = 3
    ATOM = 4


@dataclass(frozen=True, slots=True)
class Said:
    """A text and how tightly it holds together."""

    text: str
    binding: Binding

    def within(self, binding: Binding) -> str:
        """The text as part of one that binds that tightly."""
        return f"({self.text})" if self.binding < binding else self.text


Table = Mapping[type[Node], Callable[["Words", Node, list[Said]], Said]]


class Words:
    """Puts expressions over these facts into words of one language."""

    def __init__(self, facts: Mapping[str, FactDeclaration], lang: str | None = None) -> None:
        self._facts = facts
        self._lang = lang or messages.language()

    def of(self, node: Node) -> str:
        """The expression in words."""
        inner = _counted(node)
        if isinstance(inner, Fact):
            return self._label(inner)
        return fold([node], self._visit)[node].text

    def _visit(self, node: Node, parts: list[Said]) -> Said:
        return TABLE[type(node)](self, node, parts)

    def say(self, name: str, **args: object) -> str:
        """One of the reader's own messages."""
        return messages.text(f"words.{name}", self._lang, **args)

    def _label(self, node: Node) -> str:
        key = node.key if isinstance(node, Fact) else ""
        declared = self._facts.get(key)
        return declared.label if declared else key

    def number(self, node: Node, _: list[Said]) -> Said:
        """A constant."""
        assert isinstance(node, Const)
        return Said(amounts.to_text(node.value), Binding.ATOM if node.value >= 0 else Binding.SUM)

    def fact(self, node: Node, _: list[Said]) -> Said:
        """A fact by its label; a condition says that it holds."""
        assert isinstance(node, Fact)
        declared = self._facts.get(node.key)
        name = "holds" if declared and declared.is_condition else "fact"
        return Said(self.say(name, label=self._label(node)), Binding.COMPARISON if name == "holds" else Binding.ATOM)

    def total(self, _: Node, parts: list[Said]) -> Said:
        """A sum; a negative constant is taken away."""
        text = parts[0].within(Binding.SUM)
        for part in parts[1:]:
            sign, rest = ("-", part.text[1:]) if part.text.startswith("-") else ("+", part.within(Binding.SUM))
            text += f" {sign} {rest}"
        return Said(text, Binding.SUM)

    def difference(self, _: Node, parts: list[Said]) -> Said:
        """a - b."""
        return Said(f"{parts[0].within(Binding.SUM)} - {parts[1].within(Binding.PRODUCT)}", Binding.SUM)

    def product(self, node: Node, parts: list[Said]) -> Said:
        """a x b; the reciprocal of a whole number is a division, a negative down to a whole number goes up to one."""
        assert isinstance(node, Mul)
        if (inner := _up(node)) is not None:
            return Said(self.say("ceil", a=fold([inner], self._visit)[inner].text), Binding.LOOSE)
        a, b = (part.within(Binding.PRODUCT) for part in parts)
        if isinstance(node.a, Const) and node.a.value.numerator == 1 and amounts.places_needed(node.a.value) is None:
            return Said(f"{b} / {node.a.value.denominator}", Binding.PRODUCT)
        return Said(f"{a} × {b}", Binding.PRODUCT)

    def quotient(self, node: Node, parts: list[Said]) -> Said:
        """a / b, and what stands where b is 0 unless that is 0 too."""
        assert isinstance(node, Div)
        a, b = (part.within(Binding.PRODUCT) for part in parts[:2])
        said = f"{a} / {b}"
        if node.otherwise is not ZERO:
            said = self.say("div", a=a, b=b, otherwise=parts[2].text)
        return Said(said, Binding.PRODUCT)

    def listed(self, node: Node, parts: list[Said]) -> Said:
        """The smallest or largest of several."""
        name = "least" if isinstance(node, Least) else "greatest"
        return Said(self.say(name, items=", ".join(part.text for part in parts)), Binding.ATOM)

    def comparison(self, node: Node, parts: list[Said], sign: str = "≤") -> Said:
        """a <= b; a constant is said last."""
        assert isinstance(node, (Le, Eq))
        a, b = (part.within(Binding.SUM) for part in parts)
        if isinstance(node.a, Const):
            a, b, sign = b, a, TURNED.get(sign, sign)
        return Said(f"{a} {sign} {b}", Binding.COMPARISON)

    def equality(self, node: Node, parts: list[Said], *, holds: bool = True) -> Said:
        """a = b, or which option a choice has."""
        assert isinstance(node, Eq)
        declared = self._facts.get(node.a.key) if isinstance(node.a, Fact) else None
        if declared and declared.options and isinstance(node.b, Const):
            option = declared.labels[int(node.b.value) - 1]
            text = self.say("is" if holds else "is_not", label=declared.label, option=option)
            return Said(text, Binding.COMPARISON)
        return self.comparison(node, parts, "=" if holds else "≠")

    def junction(self, node: Node, parts: list[Said]) -> Said:
        """Conditions joined by and, or."""
        if node is TRUE or node is FALSE:
            return Said(self.say("always" if node is TRUE else "never"), Binding.ATOM)
        word = self.say("and" if isinstance(node, And) else "or")
        return Said(word.join(part.within(Binding.COMPARISON) for part in parts), Binding.LOOSE)

    def negation(self, node: Node, parts: list[Said]) -> Said:
        """The opposite, said straight where there is a straight way."""
        assert isinstance(node, Not)
        inner = node.a
        if isinstance(inner, Fact):
            return Said(self.say("fails", label=self._label(inner)), Binding.COMPARISON)
        if isinstance(inner, (Le, Eq)):
            sides = [fold([side], self._visit)[side] for side in (inner.a, inner.b)]
            return (
                self.comparison(inner, sides, ">")
                if isinstance(inner, Le)
                else self.equality(inner, sides, holds=False)
            )
        return Said(self.say("not", a=parts[0].text), Binding.ATOM)

    def cases(self, node: Node, parts: list[Said]) -> Said:
        """The branches in order; a condition that counts as 1 or 0 is said as the condition."""
        if _counted(node) is not node:
            return parts[0]
        pairs = zip(parts[:-1:2], parts[1::2], strict=True)
        said = [self.say("if", when=condition.text, value=value.text) for condition, value in pairs]
        said.append(self.say("else", value=parts[-1].text))
        return Said(messages.text("join", self._lang).join(said), Binding.LOOSE)

    def rounding(self, node: Node, parts: list[Said]) -> Said:
        """Half up."""
        assert isinstance(node, Round)
        return Said(self.say("round", a=parts[0].text, places=node.places), Binding.LOOSE)

    def down(self, _: Node, parts: list[Said]) -> Said:
        """Down to a whole number."""
        return Said(self.say("floor", a=parts[0].text), Binding.LOOSE)

    def peers(self, node: Node, parts: list[Said]) -> Said:
        """A statistic over the units ranked together."""
        assert isinstance(node, Peers)
        return Said(self.say(f"peers.{node.statistic}", a=parts[0].text), Binding.ATOM)

    def marked(self, _: Node, parts: list[Said]) -> Said:
        """A mark says nothing."""
        return parts[0]


def _counted(node: Node) -> Node:
    """The condition that counts as 1 or 0, or the node itself."""
    if isinstance(node, If) and len(node.branches) == 1 and node.branches[0][1] is ONE and node.otherwise is ZERO:
        return node.branches[0][0]
    return node


def _up(node: Mul) -> Node | None:
    """What is taken up to a whole number, which is built as -floor(-a)."""
    match node:
        case Mul(sign, Floor(Mul(other, a))) if sign is other is MINUS_ONE:
            return a
        case _:
            return None


TABLE: Table = {
    Const: Words.number,
    Fact: Words.fact,
    Add: Words.total,
    Sub: Words.difference,
    Mul: Words.product,
    Div: Words.quotient,
    Least: Words.listed,
    Greatest: Words.listed,
    Le: Words.comparison,
    Eq: Words.equality,
    And: Words.junction,
    Or: Words.junction,
    Not: Words.negation,
    If: Words.cases,
    Round: Words.rounding,
    Floor: Words.down,
    Peers: Words.peers,
    Mark: Words.marked,
}
