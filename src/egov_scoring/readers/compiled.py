"""The compiled reader: a ruleset as one plain Python function over whole numbers, to be run a unit at a time or printed.

The function checks the facts as it reads them and gives the total in smallest units of points. Where it finds anything that
is not plainly in order it gives None, and whoever called it asks the exact reader, which says what is the matter.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

from egov_scoring.amounts import Amounts, units_to_decimal
from egov_scoring.columns import Columns, columns
from egov_scoring.expression import FALSE, Fact, Node, Peers, either, in_order, negate
from egov_scoring.facts import FactDeclaration, Misfit, Unit
from egov_scoring.program import Program
from egov_scoring.readers.bounds import Range, in_units
from egov_scoring.readers.division import divided
from egov_scoring.readers.statements import INDENT, Names, Statements, wrapped

# What the function means by these; no fact and no indicator is called so in it.
MEANT = ("facts", "taken", "options", "type", "int", "str", "len")

ABOUT = '''"""{what} in units of {unit} points.

Whole numbers in their range, true and false, and options are read here; `taken(key, value)` reads any other
form of a fact, in smallest units. None where a fact is missing, unknown or does not fit, where a check fails, and
where a person or the peers have to settle something: then the ledger says what is the matter.
"""'''


def total_of(program: Program) -> Callable[[Any], Decimal | None]:
    """The function that gives the total of a unit in points, or None where the exact reader has to be asked.

    It takes what `Ruleset.score` takes. Where parts are never added there is no total, and it always gives None.
    """
    if not program.total.added:
        return lambda facts: None
    units_of = function(columns(program), [program.total.id])
    amounts = Amounts(program.places)

    def total(facts: Any) -> Decimal | None:
        plain = facts if type(facts) is dict else _plain(facts)
        try:
            units = None if plain is None else units_of(plain)
        except (KeyError, Misfit):  # a fact is missing, or does not fit
            return None
        return None if units is None else amounts[units]

    return total


def text_of(program: Program) -> str:
    """The function of a ruleset to be read: of its total, or of its uppermost parts where these are never added."""
    total = program.total
    wanted = [total.id] if total.added else [item.id for item in total.children]
    return text(columns(program), wanted)


def _plain(facts: object) -> dict[str, Any] | None:
    """The facts as a plain dict; None where people recorded something, or they are no mapping."""
    if isinstance(facts, Unit):
        if facts.records:
            return None
        facts = facts.facts
    return dict(facts) if isinstance(facts, Mapping) else None


def function(of: Columns, wanted: Sequence[str]) -> Callable[[dict[str, Any]], Any]:
    """The points of the indicators wanted, in smallest units, from a plain dict of facts: a number, or a tuple of several.

    None where a check fails or a decision is open; raises `KeyError` for a missing fact and `Misfit` for one that does not
    fit. The text that is run holds nothing that anybody wrote but keys, which are proved to be identifiers.
    """
    declared = of.facts
    meaning: dict[str, object] = {
        "options": {key: {name: at for at, name in enumerate(fact.options, 1)} for key, fact in declared.items()},
        "taken": lambda key, value: declared[key].encode(value),
    }
    exec(compile(text(of, wanted), f"<{of.program.id}>", "exec"), meaning)
    return cast("Callable[[dict[str, Any]], Any]", meaning["points"])


def text(of: Columns, wanted: Sequence[str]) -> str:
    """That function's text.

    >>> from egov_scoring import load
    >>> print(text(columns(load("2019/city").program), ["network_cloud"]).splitlines()[-1].strip())
    return network_cloud
    """
    names = Names(MEANT)
    given: dict[Node, str] = {Fact(key): names.new(key) for key in of.facts}
    peers = {node: names.new(f"{name}_{node.statistic}") for node, name in _statistics(of)}
    ready = divided(of.roots, *_known(of))
    points = [ready[of.points[name]] for name in wanted]
    doubts = [*[negate(ready[check]) for check in of.checks.values()], ready[of.asks], ready[of.unranked]]
    doubt = either(*doubts)
    named = {ready[node]: f"{name}_max" for name, node in of.max_applicable.items()}
    named |= {ready[node]: name for name, node in of.points.items()}
    written = Statements([doubt, *points], given | peers, named, names)
    end = [] if doubt is FALSE else [*wrapped("if ", written.values[doubt], ":"), f"{INDENT}return None"]
    end += wrapped("return ", ", ".join(written.values[node] for node in points))
    body = [*_about(of, wanted), *_reading(of.facts, given), "", *written.lines, *end]
    head = ", ".join(["facts", *[f"{name}=0" for name in peers.values()]])
    return "\n".join([*wrapped("def points(", head, "):"), *[f"{INDENT}{line}".rstrip() for line in body]]) + "\n"


def _known(of: Columns) -> tuple[dict[str, Range], dict[Node, Range]]:
    """The ranges of facts and points in smallest units: what is declared, and what the load proved."""
    facts = {key: in_units(fact) for key, fact in of.facts.items()}
    scale = 10**of.program.places
    most = {item.id: item.max for item in of.program.items()}
    return facts, {node: Range(Fraction(0), most[name] * scale) for name, node in of.points.items()}


def _about(of: Columns, wanted: Sequence[str]) -> list[str]:
    what = "The total" if list(wanted) == [of.program.total.id] else "The points of what is returned,"
    unit = units_to_decimal(1, of.program.places)
    return ABOUT.format(what=what, unit=unit).splitlines()


def _statistics(of: Columns) -> Iterator[tuple[Peers, str]]:
    """Every statistic over peers, with the id of the last part that reads it; without peers each counts as 0."""
    readers = {item: name for name, node in of.points.items() for item in in_order([node], closed=Peers)}
    for item in of.peers:
        yield item, readers.get(item, "peers")


def _reading(facts: Mapping[str, FactDeclaration], given: Mapping[Node, str]) -> Iterator[str]:
    """Takes every fact out of the dict; anything but the plainest form is left to `taken`."""
    for key, fact in facts.items():
        name = given[Fact(key)]
        yield f'{name} = facts["{key}"]'
        if fact.options:
            yield f'if type({name}) is str and {name} in options["{key}"]:'
            yield f'{INDENT}{name} = options["{key}"][{name}]'
            yield "else:"
            yield f'{INDENT}{name} = taken("{key}", {name})'
        elif fact.is_condition:
            yield f"if {name} is not True and {name} is not False:"
            yield f'{INDENT}{name} = taken("{key}", {name})'
        else:
            yield from _number(name, key, fact)
    yield f"if len(facts) != {len(facts)}:"
    yield f"{INDENT}return None"


def _number(name: str, key: str, fact: FactDeclaration) -> Iterator[str]:
    low, high = math.ceil(fact.low), math.floor(fact.high)
    if fact.places:
        yield f"if type({name}) is int and {low} <= {name} <= {high}:"
        yield f"{INDENT}{name} *= {10**fact.places}"
        yield "else:"
    else:
        yield from wrapped("if ", f"type({name}) is not int or {name} < {low} or {name} > {high}", ":")
    yield f'{INDENT}{name} = taken("{key}", {name})'
