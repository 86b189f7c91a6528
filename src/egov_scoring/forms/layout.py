"""What stands where in a form: the one description that its writer and its reader follow.

Whatever is read back goes by ids, never by position. The first row of every sheet is hidden and holds the ids of its columns,
the first column is hidden and holds the ids of its rows; where they meet stands the sheet's mark, so that a sheet that is
copied into another workbook still says what it is. The id of a fact is its key; all other ids begin with `#`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from egov_scoring import messages
from egov_scoring.facts import DECISIONS, JUDGEMENT_KEYS, RECORDS, FactDeclaration
from egov_scoring.program import Item, Program
from egov_scoring.records import Record
from egov_scoring.slips import plain

FORMAT = "egov-scoring/form/1"

Kind = Literal["form", "grid", "findings", "records"]
KINDS: tuple[Kind, ...] = ("form", "grid", "findings", "records")

# Ids of rows and columns.
TITLE, HEAD = "#title", "#head"
UNIT, VALUE, EVIDENCE, REMARK = "#unit", "#value", "#evidence", "#remark"
INDICATOR, RULE, LABEL, MEASURE, TAKEN = "#indicator", "#rule", "#label", "#measure", "#taken"
FACT, SECTION = "#fact", "#section"

# The columns of a sheet, and how broad each is, in characters. A grid has those of its facts between its own.
FORM = {INDICATOR: 20, RULE: 46, LABEL: 30, VALUE: 14, MEASURE: 7, TAKEN: 20, EVIDENCE: 24, REMARK: 14}
GRID = {UNIT: 20, EVIDENCE: 24, REMARK: 18}
FINDINGS = {UNIT: 20, FACT: 44, "#date": 12, "#note": 50, "#evidence": 40}

# What an assessor gave goes with the records of people; its reason stands where theirs does.
SECTIONS: Mapping[str, tuple[str, ...]] = {**RECORDS, "judgements": JUDGEMENT_KEYS}
COLUMN_OF = {"reason": "why"}

_BROAD = {"why": 30, "source": 22, "decided_why": 26}
_NARROW = {"points": 8, "place": 7, "of": 7}
NUMBERS = ("points", "place", "of")


class Mark(Record):
    """What a sheet says of itself: its kind, and which ruleset it was made from.

    >>> Mark.read(str(Mark("grid", "2019/city", "sha256:12")))
    Mark(kind='grid', ruleset='2019/city', fingerprint='sha256:12')
    """

    kind: str
    ruleset: str
    fingerprint: str

    def __str__(self) -> str:
        return f"{FORMAT} {self.kind} {self.fingerprint} {self.ruleset}"

    @staticmethod
    def read(text: object) -> Mark | None:
        """The mark that the text is, if it is one."""
        match str(text).split(" ", 3):
            case [form, kind, fingerprint, ruleset] if form == FORMAT and kind in KINDS:
                return Mark(kind, ruleset, fingerprint)
        return None


def records() -> Mapping[str, int]:
    """The columns of the sheet of records, and how broad each is."""
    keys = dict.fromkeys(record_column(key) for keys in SECTIONS.values() for key in keys)
    broad = {**_BROAD, **_NARROW}
    return {UNIT: 18, SECTION: 14, INDICATOR: 36, **{key: broad.get(key.removeprefix("#"), 12) for key in keys}}


def record_column(key: str) -> str:
    """The column of a key of a record."""
    return f"#{COLUMN_OF.get(key, key)}"


class Group(Record):
    """Facts that stand together, and the indicators that are scored from them."""

    facts: tuple[FactDeclaration, ...]
    items: tuple[Item, ...] = ()


def groups(program: Program) -> list[Group]:
    """All facts once, each with the first indicator that reads it, in document order; last those that only checks read.

    An indicator whose facts all stand with others before it stands with the first of these.

    >>> from egov_scoring import load
    >>> [(fact.key, item.id) for group in groups(load("2019/city").program)[:2] for fact in group.facts for item in group.items]
    [('network_cloud_platforms', 'network_cloud'), ('information_resource_platforms', 'information_resources')]
    """
    placed: dict[str, int] = {}
    found: list[tuple[list[str], list[Item]]] = []
    for item, _ in [*program.total.levels(), (program.total, 0)]:
        read = item.needs | item.peer_needs | item.needs_to_apply
        own = [key for key in program.facts if key in read and key not in placed]
        if own:
            placed |= dict.fromkeys(own, len(found))
            found.append((own, [item]))
        elif read:
            found[min(placed[key] for key in read)][1].append(item)
    rest = tuple(fact for key, fact in program.facts.items() if key not in placed)
    made = [Group(tuple(program.facts[key] for key in keys), tuple(items)) for keys, items in found]
    return [*made, Group(rest)] if rest else made


# What people choose from: shown by name, known by id.


def shown(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What is shown for each id: its name, and the id too where another goes by the same name.

    >>> shown([("a", "Site"), ("b", "Mail"), ("c", "site")])
    {'a': 'Site (a)', 'b': 'Mail', 'c': 'site (c)'}
    """
    pairs = list(named)
    known = Counter(said for id, name in pairs for said in {folded(id), folded(name)})
    return {id: name if known[folded(name)] == 1 else f"{name} ({id})" for id, name in pairs}


def folded(written: str) -> str:
    """A text without what nobody sees: the breadth of its characters, blanks around it, capitals."""
    return plain(written).casefold()


def options(fact: FactDeclaration, lang: str | None = None) -> dict[str, str]:
    """What is shown for each value of a choice, or of a yes or no; nothing for what is a number."""
    if fact.is_condition:
        return {answer: messages.text(f"form.{answer}", lang) for answer in ("yes", "no")}
    return shown(zip(fact.options, fact.labels, strict=True))


def findings(program: Program) -> dict[str, str]:
    """What is shown for each fact of which findings are recorded."""
    return shown((key, fact.label or key) for key, fact in program.facts.items() if fact.type == "findings")


def judged(program: Program) -> dict[str, str]:
    """What is shown for each fact that an assessor gives points for."""
    return shown((key, fact.label or key) for key, fact in program.facts.items() if fact.type == "points")


def indicators(program: Program) -> dict[str, str]:
    """What is shown for each indicator: its name, after that of what it is part of where another has the same."""
    names = [item.name for item in program.items()]
    return shown(
        (child.id, f"{item.name} › {child.name}" if names.count(child.name) > 1 else child.name)
        for child, item in _with_parents(program.total)
    )


def _with_parents(item: Item) -> Iterator[tuple[Item, Item]]:
    for child in item.children:
        yield child, item
        yield from _with_parents(child)


def sections(lang: str | None = None) -> dict[str, str]:
    """What is shown for each kind of record."""
    return {section: messages.text(f"form.section.{section}", lang) for section in SECTIONS}


def decisions(lang: str | None = None) -> dict[str, str]:
    """What is shown for each decision on an objection."""
    return {decision: messages.text(f"decision.{decision}", lang) for decision in DECISIONS}
