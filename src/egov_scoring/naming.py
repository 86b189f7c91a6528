"""Indicators by what people call them: the id, or the name as printed, which several may share."""

from __future__ import annotations

from collections.abc import Mapping

from egov_scoring.facts import nearest

SHOWN = 5


def meant(said: str, names: Mapping[str, str]) -> list[str]:
    """The ids that can be meant: the id itself, otherwise all of that name. `names` maps ids to names.

    >>> meant("视频会议", {"video": "视频会议", "chat": "在线访谈"})
    ['video']
    """
    return [said] if said in names else [key for key, name in names.items() if name == said]


def similar(said: str, names: Mapping[str, str]) -> list[str]:
    """What to propose where nothing is meant: ids and names with this in them, otherwise the nearest id or name.

    >>> similar("视频", {"video": "视频会议", "chat": "在线访谈"})
    ['video']
    """
    holding = [key for key, name in names.items() if said and (said in key or said in name)]
    return (holding or meant(nearest(said, [*names, *names.values()]), names))[:SHOWN]
