"""Made-up rulesets: trees of every rule kind with everything that may stand beside a rule, written as YAML and loaded.

Most are such that their proof succeeds; where it does not, the ruleset is set aside.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import assume, note
from hypothesis import strategies as st

from egov_scoring.errors import RulesetError
from egov_scoring.kinds import KINDS
from egov_scoring.load import load
from egov_scoring.ruleset import Ruleset

Texts = st.SearchStrategy[str]
Data = dict[str, Any]

FACTS: dict[str, Data] = {
    "platforms": {"type": "count", "range": [0, 6]},
    "systems": {"type": "count", "range": [0, 60]},
    "staff": {"type": "count", "range": [1, 9]},
    "visits": {"type": "count"},
    "faults": {"type": "findings", "range": [0, 40]},
    "late": {"type": "findings"},
    "filed": {"type": "yes_no"},
    "online": {"type": "yes_no"},
    "rate": {"type": "percent"},
    "state": {"type": "choice", "options": {"full": "F", "part": "P", "none": "N"}},
    "region": {"type": "choice", "options": {"east": "E", "west": "W"}},
}
# Numbers are written as words here, so that no float ever touches them.
AMOUNTS: dict[str, tuple[str, str, str]] = {"change": ("-5", "7.5", "1"), "size": ("0", "2.5", "2")}


class Plain(str):
    """A scalar that stands in YAML as it is."""


def to_yaml(value: object) -> str:
    """Data as YAML in flow style."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {to_yaml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(to_yaml, value)) + "]"
    return value if isinstance(value, Plain) else json.dumps(value, ensure_ascii=False)


# Expressions, as text.

DECIMALS = st.sampled_from(["0", "1", "2", "5", "0.5", "2.5", "10", "0.01", "100"])


@cache
def counted(depth: int = 1, *, peers: bool = False) -> Texts:
    """Numbers that are never negative."""
    facts = st.sampled_from(["platforms", "systems", "staff", "faults", "late", "visits", "rate", "size"])
    if depth == 0:
        return facts
    part, holds = counted(depth - 1, peers=peers), conditions(depth - 1)
    forms = [
        st.builds("({} + {})".format, part, part),
        st.builds("{} * {}".format, DECIMALS, part),
        st.builds("least({}, {})".format, part, part | DECIMALS),
        st.builds("greatest({}, {})".format, part, DECIMALS),
        st.builds("floor({})".format, part),
        st.builds("ceil({})".format, part),
        st.builds("round({}, 1)".format, part),
        st.builds("ratio({}, {}, {})".format, part, part, DECIMALS),
        st.builds("percent({}, {})".format, part, part),
        st.builds("count({}, {})".format, holds, holds),
        st.builds("({} if {} else {})".format, part, holds, part | DECIMALS),
    ]
    if peers:
        statistics = st.sampled_from(["mean", "min", "max", "sum", "count", "rank"])
        forms += [st.builds("peers.{}({})".format, statistics, facts)] * 2
    return st.one_of(facts, facts, *forms)


@cache
def numbers(depth: int = 1, *, peers: bool = False) -> Texts:
    """Numbers of either sign."""
    part = counted(depth, peers=peers)
    if depth == 0:
        return part | st.just("change")
    return st.one_of(
        part,
        st.just("change"),
        st.builds("({} - {})".format, part, part),
        st.builds("(change + {})".format, part),
        st.builds("({} - {}) / 4".format, part, part),
        st.builds("-({})".format, part),
    )


@cache
def conditions(depth: int = 1, *, peers: bool = False) -> Texts:
    """Conditions."""
    yes_no = st.sampled_from(["filed", "online", 'state == "full"', 'region != "west"'])
    if depth == 0:
        return yes_no
    part, number = conditions(depth - 1), numbers(depth - 1, peers=peers)
    operators = st.sampled_from(["<=", "<", ">=", ">", "==", "!="])
    return st.one_of(
        yes_no,
        st.builds("{} {} {}".format, number, operators, number | DECIMALS),
        st.builds("0 < {} <= {}".format, number, DECIMALS),
        st.builds("not ({})".format, part),
        st.builds("({} and {})".format, part, part),
        st.builds("({} or {})".format, part, part),
    )


# Indicators.


@dataclass
class Maker:
    """Draws one ruleset; ids start with `prefix`, so that two of them may be put together."""

    draw: st.DrawFn
    places: int
    kinds: tuple[str, ...]
    prefix: str = ""
    made: int = 0
    loose: bool = False
    """Whether the rule drawn last may lead out of 0..max."""

    def __post_init__(self) -> None:
        self.facts: dict[str, Data] = {}

    def one(self, *options: Any) -> Any:
        """One of the options; the first is the simplest."""
        return self.draw(st.sampled_from(options))

    def seldom(self, one_in: int = 6) -> bool:
        """Now and then true."""
        return self.draw(st.integers(1, one_in)) == one_in

    def name(self, kind: str) -> str:
        self.made += 1
        return f"{self.prefix}{kind}_{self.made}"

    def amount(self, units: int) -> Plain:
        """So many of the smallest units of points."""
        whole, rest = divmod(abs(units), 10**self.places)
        digits = f"{whole}.{rest:0{self.places}}" if self.places else str(whole)
        return Plain(digits if units >= 0 else f"-{digits}")

    def up_to(self, most: int) -> Plain:
        """Points from 0 to so many units, the ends often."""
        return self.amount(self.draw(st.sampled_from([most, 0, most // 2]) | st.integers(0, most)))

    def each(self) -> Plain:
        return Plain(self.one("1", "0.5", "0.05", "2", "0.333", "10"))

    def condition(self, *, peers: bool = False) -> str:
        return self.draw(conditions(peers=peers and self.seldom(3)))

    def outcome(self, most: int) -> Plain:
        if self.seldom(20):
            self.loose = True
            return self.amount(self.one(2 * most, -most))
        return Plain("ask") if self.seldom(8) else self.up_to(most)

    # Rules.

    def term(self, *, peers: bool = False) -> Data:
        term: Data = {"each": self.each(), "of": self.draw(counted(peers=peers) | conditions(0))}
        if self.seldom(4):
            term["every"] = Plain(self.one("2", "10", "0.5"))
        if self.seldom(4):
            term["cap"] = self.each()
        if self.seldom(4):
            term["when"] = self.condition()
        return term

    def rule(self, name: str, most: int) -> Data:
        kind = self.one(*self.kinds)
        return {"kind": kind, **getattr(self, kind)(name, most)}

    def per_unit(self, _: str, __: int) -> Data:
        if self.seldom(2):
            return self.term()
        return {"terms": [{"id": self.name("term"), **self.term()} for _ in range(self.one(1, 2, 3))]}

    def per_finding(self, name: str, most: int) -> Data:
        rule = self.per_unit(name, most)
        if "terms" in rule and self.seldom(3):
            rule["when"] = self.condition()
        return rule

    def choice(self, _: str, most: int) -> Data:
        form = self.one("filed", "state", "cases")
        if form == "filed":
            return {"of": "filed", "points": {"yes": self.up_to(most), "no": self.outcome(most)}}
        if form == "state":
            return {"of": "state", "points": {key: self.outcome(most) for key in ("full", "part", "none")}}
        cases: list[Data] = [{"when": self.condition(), "points": self.outcome(most)} for _ in range(self.one(1, 2, 3))]
        return {"cases": [*cases, {"otherwise": True, "points": self.outcome(most)}]}

    def bands(self, _: str, most: int) -> Data:
        of, cuts = self.one(
            ("platforms", ["1", "3", "5"]),
            ("rate", ["0.5", "50", "99.99"]),
            ("change", ["-2.5", "0", "4"]),
            ("systems + faults", ["1", "30", "99"]),
        )
        return {"of": of, "bands": self.stepped(self.draw(st.sets(st.sampled_from(cuts))), most)}

    def stepped(self, chosen: set[str], most: int) -> list[Data]:
        """Bands between these cuts, each cut in the band below it or in the one above."""
        bands: list[Data] = [{}]
        for cut in sorted(chosen, key=float):
            upper, lower = self.one(("below", "from"), ("to", "above"))
            bands[-1][upper] = Plain(cut)
            bands.append({lower: Plain(cut)})
        return [{**band, "points": self.outcome(most)} for band in bands]

    def ratio(self, _: str, __: int) -> Data:
        rule: Data = {"part": self.draw(numbers()), "whole": self.draw(counted())}
        rule["when_whole_is_zero"] = self.one("zero", "full", "exclude", "ask")
        for key, options in (("full_at", ("50%", "0.8")), ("none_below", ("20%", "0.5")), ("step", ("10%", "0.3"))):
            if self.seldom(3):
                rule[key] = Plain(self.one(*options))
        return rule

    def rank(self, _: str, most: int) -> Data:
        rule: Data = {"by": self.one("systems", "change", "ratio(faults, systems, 0)", "ratio(size, staff, 0)")}
        rule["scheme"] = self.one("linear", "places", "share_of_best")
        if rule["scheme"] == "share_of_best":
            rule["by"] = self.one("systems", "size", "2 * platforms")
        else:
            rule["direction"] = self.one("high", "low")
            rule["ties"] = self.one("better", "worse", "average", "dense")
        if rule["scheme"] == "places":
            rule["places"] = self.stepped(self.draw(st.sets(st.sampled_from(["2", "4"]), min_size=1)), most)
        for key, drawn in (("among", conditions()), ("none_when", conditions()), ("within", st.just("region"))):
            if self.seldom(4):
                rule[key] = self.draw(drawn)
        return rule

    def assessed(self, name: str, most: int) -> Data:
        of = f"{name}_given"
        self.facts[of] = {"type": "points"}
        form = self.one("freely", "range", "levels")
        if form == "levels":
            return {"of": of, "levels": {"A": self.up_to(most), "B": self.up_to(most), "C": Plain("0")}}
        return {"of": of, "range": [Plain("0"), self.up_to(most)]} if form == "range" else {"of": of}

    def formula(self, _: str, most: int) -> Data:
        number = self.draw(numbers(2, peers=self.seldom(3)))
        if self.seldom(3):
            self.loose = True
            return {"formula": number}
        return {"formula": f"least({self.amount(most)}, greatest(0, {number}))"}

    # What stands beside a rule or a sum.

    def modifiers(self, most: int) -> Data:
        """Adjustments, penalties, limits, a veto; what may lead out of 0..max comes with its limits."""
        found: Data = {}
        limits = self.limits(most) if self.seldom() else {}
        if self.seldom():
            found["adjust"] = [self.adjustment() for _ in range(self.one(1, 2))]
        if "adjust" in found or self.loose:
            limits = {"cap": self.amount(most), "floor": Plain("0")} | limits
            self.loose = False
        if self.seldom():
            found["penalties"] = [self.term(peers=self.seldom()) for _ in range(self.one(1, 2))]
        if self.seldom():
            found["veto_when"] = self.condition(peers=True)
        return found | limits

    def adjustment(self) -> Data:
        amounts = {"multiply": ("0.5", "1.2", "0.333"), "add": ("1", "-0.5", "0.25")}
        key = self.one(*amounts)
        adjustment: Data = {key: Plain(self.one(*amounts[key]))}
        if not self.seldom():
            adjustment["when"] = self.condition(peers=True)
        return adjustment

    def limits(self, most: int) -> Data:
        low, high = sorted(self.draw(st.tuples(st.integers(0, most), st.integers(1, most))))
        return {"cap": self.amount(high)} | ({"floor": self.amount(low)} if self.seldom(3) else {})

    def applicability(self) -> Data:
        if not self.seldom(4):
            return {}
        return {"applies_when": self.condition(), "otherwise": self.one("exclude", "full", "zero")}

    def leaf(self) -> tuple[Data, int]:
        most = self.draw(st.sampled_from([100, 200, 50]) | st.integers(1, 1000)) * 10**self.places // 100 or 1
        name = self.name("leaf")
        leaf = {"id": name, "name": name, "max": self.amount(most), "rule": self.rule(name, most)}
        if self.seldom(10):
            leaf["ask_when"] = self.condition()
        return leaf | self.applicability() | self.modifiers(most), most

    def sum(self, depth: int) -> tuple[Data, int]:
        """What a group and the total have in common: the parts, the maximum and what stands beside it."""
        parts = [self.item(depth - 1) for _ in range(self.draw(st.integers(1, 3)))]
        whole = sum(most for _, most in parts)
        found: Data = {"indicators": [part for part, _ in parts]}
        most, limits = whole, {}
        if self.seldom():
            most = self.draw(st.integers(1, whole))
            limits = {"overlap": "made up", "cap": self.amount(most)}
        elif self.seldom():
            most = whole + self.draw(st.integers(1, 300))
            found["reachable"] = self.amount(whole)
        if self.seldom(4):
            found["convert"] = "applicable"
        return found | limits | self.modifiers(most) | {"max": self.amount(most)}, most

    def group(self, depth: int) -> tuple[Data, int]:
        name = self.name("group")
        found, most = self.sum(depth)
        return {"id": name, "name": name, **found, **self.applicability()}, most

    def item(self, depth: int) -> tuple[Data, int]:
        return self.group(depth) if depth > 0 and self.seldom(2) else self.leaf()

    def finished(self, name: str, found: Data) -> Data:
        head = {"ruleset": name, "title": "T", "places": self.places}
        return {**head, "facts": used_facts(found, self.facts), **found}


def used_facts(found: Data, own: Mapping[str, Data]) -> Data:
    """The declarations of all facts that are mentioned anywhere."""
    words = {word for text in _texts(found) for word in re.findall("[a-z_0-9]+", text)}
    ranges = {
        key: {"type": "number", "range": [Plain(low), Plain(high)], "places": Plain(places)}
        for key, (low, high, places) in AMOUNTS.items()
    }
    declared = {**FACTS, **ranges, **own}
    return {key: {"label": key, **declared[key]} for key in declared if key in words}


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value


@st.composite
def texts(draw: st.DrawFn, kinds: tuple[str, ...] = tuple(KINDS)) -> dict[str, str]:
    """The files of a made-up ruleset by id; `made/up` is the one to load, and may be composed of `made/part`."""
    places = draw(st.sampled_from([2, 2, 1, 0, 3]))
    maker = Maker(draw, places, kinds)
    found, most = maker.sum(draw(st.integers(1, 3)))
    files = {}
    if maker.seldom(10):
        found = {"total": Plain("none"), "indicators": found["indicators"]}
    elif maker.seldom(8):
        part = Maker(draw, places, kinds, "p")
        files["made/part"] = to_yaml(part.finished("made/part", part.sum(2)[0]))
        counts = draw(st.integers(1, 500))
        component = {"id": "portal", "name": "P", "ruleset": "made/part", "counts": maker.amount(counts)}
        found |= {"components": [component], "max": maker.amount(most + counts)}
    data = maker.finished("made/up", found)
    return {"made/up": to_yaml(data), **files}


def loaded(files: Mapping[str, str]) -> Ruleset:
    """The ruleset `made/up` of these files."""
    with TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder, f"{name}.yaml")
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
        return load(Path(folder, "made/up.yaml"), cache=False)


@st.composite
def rulesets(draw: st.DrawFn, kinds: tuple[str, ...] = tuple(KINDS)) -> Ruleset:
    """A made-up ruleset whose proof succeeds, of rules of these kinds."""
    files = draw(texts(kinds))
    for name, text in files.items():
        note(f"{name}: {text}")
    try:
        return loaded(files)
    except RulesetError as error:
        assume({problem.code for problem in error.problems if problem.severity == "error"} - REFUSED_BY_PROOF)
        raise


REFUSED_BY_PROOF = {"leaves-range", "too-wide", "reachable-wrong", "rank-order", "peers-of-quotient"}
