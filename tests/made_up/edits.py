"""Made-up rulesets with one thing changed: what was changed is known, so a comparison can be checked against it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from hypothesis import assume, note
from hypothesis import strategies as st

from egov_scoring.kinds import KINDS
from tests.made_up.rulesets import Data, Maker, Plain, to_yaml

Entry = dict[str, Any]


@dataclass
class Edited:
    """A ruleset before and after; `id` is what the difference is called, `subject` what it is about."""

    old: str
    new: str
    id: str
    subject: str


@dataclass
class Editor:
    """Changes one thing in the data of a ruleset; each method says what the change is called and what it is about."""

    maker: Maker
    data: Data

    def __post_init__(self) -> None:
        self.entries = list(_walk(self.data, []))
        self.leaves = [each for each in self.entries if "rule" in each[0]]

    def any(self) -> tuple[Entry, list[Entry]]:
        """An indicator, every other time a group if there is one, and all that it is in, from the top."""
        groups = [each for each in self.entries if "indicators" in each[0]]
        found: tuple[Entry, list[Entry]] = self.maker.one(
            *(groups if groups and self.maker.seldom(2) else self.entries)
        )
        return found

    def leaf(self) -> tuple[Entry, list[Entry]]:
        found: tuple[Entry, list[Entry]] = self.maker.one(*self.leaves)
        return found

    # What no rule reads.

    def rename(self) -> tuple[str, str]:
        entry, _ = self.any()
        entry["name"] += " renamed"
        return "indicator-renamed", entry["id"]

    def cite(self) -> tuple[str, str]:
        return self._said("clause", "citation-added")

    def answer_for(self) -> tuple[str, str]:
        return self._said("responsible", "responsible-unit-added")

    def ask_evidence(self) -> tuple[str, str]:
        return self._said("evidence", "evidence-added")

    def explain(self) -> tuple[str, str]:
        return self._said("about", "explanation-added")

    def _said(self, key: str, name: str) -> tuple[str, str]:
        entry, _ = self.any()
        entry[key] = "something"
        return name, entry["id"]

    def read(self) -> tuple[str, str]:
        entry, _ = self.any()
        entry["reading"] = {"id": "R1", "open": "o", "chosen": "c", "sure": "low"}
        return "reading-added", entry["id"]

    def reorder(self) -> tuple[str, str]:
        lists = [
            each for each in [self.data, *[entry for entry, _ in self.entries]] if len(each.get("indicators", [])) > 1
        ]
        assume(lists)
        entry = self.maker.one(*lists)
        entry["indicators"].reverse()
        return "order-changed", entry.get("id", "total")

    def change_id(self) -> tuple[str, str]:
        entry, _ = self.leaf()
        entry["was"], entry["id"] = entry["id"], "another_id"
        return "id-changed", "another_id"

    # What a rule reads.

    def each(self) -> tuple[str, str]:
        found = [(entry, term) for entry, _ in self.leaves for term in entry["rule"].get("terms", [entry["rule"]])]
        found = [(entry, term) for entry, term in found if "each" in term]
        assume(found)
        entry, term = self.maker.one(*found)
        term["each"] = Plain("3")
        return "points-each-changed", entry["id"]

    def kind(self) -> tuple[str, str]:
        entry, _ = self.leaf()
        kind = "formula" if entry["rule"]["kind"] != "formula" else "choice"
        entry["rule"] = {"kind": "formula", "formula": "0"}
        if kind == "choice":
            entry["rule"] = {"kind": kind, "of": "filed", "points": {"yes": Plain("0"), "no": entry["max"]}}
        return "rule-kind-changed", entry["id"]

    # What stands beside.

    def veto(self) -> tuple[str, str]:
        return self._beside("veto_when", "veto", "filed")

    def cap(self) -> tuple[str, str]:
        return self._beside("cap", "cap", self.maker.amount(1))

    def apply(self) -> tuple[str, str]:
        return self._beside("applies_when", "applicability", "online")

    def refer(self) -> tuple[str, str]:
        entry, _ = self.leaf()
        return self._put(entry, "ask_when", "referral", "online")

    def _beside(self, key: str, name: str, value: Any) -> tuple[str, str]:
        entry, _ = self.any()
        assume("indicators" not in entry or key != "cap")
        return self._put(entry, key, name, value)

    def _put(self, entry: Entry, key: str, name: str, value: Any) -> tuple[str, str]:
        assume(entry.get(key) != value)
        how = "changed" if key in entry else "added"
        entry[key] = value
        return f"{name}-{how}", entry["id"]

    def forget_veto(self) -> tuple[str, str]:
        found = [entry for entry, _ in self.entries if "veto_when" in entry]
        assume(found)
        entry = self.maker.one(*found)
        del entry["veto_when"]
        return "veto-removed", entry["id"]

    def penalise(self) -> tuple[str, str]:
        entry, _ = self.any()
        term = {"id": "new_penalty", "each": Plain("1"), "of": "late"}
        entry["penalties"] = [*entry.get("penalties", []), term]
        return "penalty-added", entry["id"]

    # What changes sums.

    def remove(self) -> tuple[str, str]:
        entry, above = self.any()
        assume(len(above[-1]["indicators"]) > 1)
        above[-1]["indicators"].remove(entry)
        self._carry(above, -self._units(entry["max"]))
        return "indicator-removed", entry["id"]

    def add(self) -> tuple[str, str]:
        _, above = self.any()
        entry: Entry = {"id": "newcomer", "name": "newcomer", "max": self.maker.amount(300)}
        entry["rule"] = {"kind": "choice", "of": "filed", "points": {"yes": entry["max"], "no": Plain("0")}}
        above[-1]["indicators"].append(entry)
        self._carry(above, 300)
        return "indicator-added", "newcomer"

    def raise_maximum(self) -> tuple[str, str]:
        entry, above = self.leaf()
        self._carry([*above, entry], 100)
        return "maximum-changed", entry["id"]

    def move(self) -> tuple[str, str]:
        entry, above = self.leaf()
        homes = [(each, path) for each, path in self.entries if "indicators" in each and each is not above[-1]]
        assume(homes and len(above[-1]["indicators"]) > 1)
        home, path = self.maker.one(*homes)
        above[-1]["indicators"].remove(entry)
        home["indicators"].append(entry)
        units = self._units(entry["max"])
        self._carry(above, -units)
        self._carry([*path, home], units)
        return "indicator-moved", entry["id"]

    def _carry(self, above: list[Entry], units: int) -> None:
        """The maxima of all these so much higher; a sum that is not that of its parts stays out of it."""
        for entry in above:
            assume(not {"overlap", "reachable"} & entry.keys() and ("max" in entry))
            entry["max"] = self.maker.amount(self._units(entry["max"]) + units)

    def _units(self, amount: Plain) -> int:
        return int(float(amount) * 10**self.maker.places + 0.5)


EDITS: tuple[Callable[[Editor], tuple[str, str]], ...] = (
    Editor.rename,
    Editor.cite,
    Editor.answer_for,
    Editor.ask_evidence,
    Editor.explain,
    Editor.read,
    Editor.reorder,
    Editor.change_id,
    Editor.each,
    Editor.kind,
    Editor.veto,
    Editor.cap,
    Editor.apply,
    Editor.refer,
    Editor.forget_veto,
    Editor.penalise,
    Editor.remove,
    Editor.add,
    Editor.raise_maximum,
    Editor.move,
)


def _walk(entry: Entry, above: list[Entry]) -> Iterator[tuple[Entry, list[Entry]]]:
    for part in entry["indicators"]:
        yield part, [*above, entry]
        if "indicators" in part:
            yield from _walk(part, [*above, entry])


@st.composite
def edited(draw: st.DrawFn, edit: Callable[[Editor], tuple[str, str]]) -> Edited:
    """A made-up ruleset before and after that edit."""
    maker = Maker(draw, draw(st.sampled_from([2, 1, 0])), tuple(KINDS))
    found, _ = maker.sum(draw(st.integers(1, 2)))
    before = to_yaml(maker.finished("made/up", found))
    after = deepcopy(found)
    name, subject = edit(Editor(maker, after))
    new = to_yaml(maker.finished("made/next", after) | {"successor_of": "made/up"})
    note(f"{name} {subject}\nold: {before}\nnew: {new}")
    return Edited(before, new, name, subject)
