"""Files beside rulesets that are none: which kind one is, told by its keys, and the command that takes it."""

from __future__ import annotations

from collections.abc import Mapping

from egov_scoring.facts import UNIT_KEYS

OF_RULESETS = {"indicators", "components", "extends"}
OF_FACTS = {"unit", *UNIT_KEYS}
OF_A_DOCUMENT = {"title", "issuer", "number", "date", "about"}
SIGNS = {
    "cases": "cases-file",
    "units": "facts-file",
    "columns": "duties-file",
    "accepted": "accept-list",
    "pairs": "pairs-file",
}
COMMANDS = {
    "cases-file": "egov-scoring test FILE",
    "facts-file": "egov-scoring score RULESET FILE",
    "duties-file": "egov-scoring duties RULESET",
    "accept-list": "egov-scoring diff OLD NEW --accept FILE",
    "pairs-file": "egov-scoring diff OLD NEW --pairs FILE",
    "documents-file": "egov-scoring check FOLDER",
}


def kind_of(data: Mapping[str, object]) -> str | None:
    """The kind of a file that holds no ruleset, a key of `COMMANDS`; None where it may be meant for one.

    >>> kind_of({"units": []}), kind_of({"ruleset": "town"})
    ('facts-file', None)
    """
    if data.keys() & OF_RULESETS:
        return None
    for sign, kind in SIGNS.items():
        if sign in data:
            return kind
    if "facts" in data and data.keys() <= OF_FACTS:
        return "facts-file"
    return "documents-file" if data and all(map(_is_document, data.values())) else None


def _is_document(entry: object) -> bool:
    return isinstance(entry, Mapping) and "title" in entry and entry.keys() <= OF_A_DOCUMENT
