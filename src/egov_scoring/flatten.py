"""A ruleset with all that it takes over from others written out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from egov_scoring.loading import written
from egov_scoring.yaml_writer import as_yaml


def flattened(ruleset: str | Path) -> str:
    """The ruleset of that id, or of the file at that path, as YAML without `extends` and `components`.

    It scores as the ruleset does. Comments are left behind, and so are inherited facts that nothing uses any more.
    Raises `RulesetError` where the ruleset cannot be loaded.

    >>> print(flattened("2018/portal_county")[:67])
    ruleset: 2018/portal_county
    title: 2018年度县（市、区）政府门户网站绩效考核（政府网站建设部分）
    """
    found = written(ruleset)
    data = dict(found.data)
    facts = data.get("facts")
    if isinstance(facts, Mapping):
        data["facts"] = {key: declared for key, declared in facts.items() if key in found.ruleset.facts}
    return as_yaml(data)
