"""In which order the keys of a ruleset file stand, wherever the library writes or orders one."""

from __future__ import annotations

from collections.abc import Iterable

_MODIFIERS = "convert adjust penalties veto_when cap floor overlap reachable reading"
_TERM = "id name was clause each every of cap when responsible about"

# By the key under which a mapping, or a list of such mappings, stands.
ORDER: dict[str, tuple[str, ...]] = {
    name: tuple(keys.split())
    for name, keys in {
        "ruleset": "ruleset extends title jurisdiction year applies_to document successor_of max places total rank_by"
        f" {_MODIFIERS} grades components facts checks indicators",
        "fact": "type label unit range places options about",
        "indicators": "id absent name was printed max counts clause document rows methods evidence responsible about"
        f" applies_when otherwise ask_when rule {_MODIFIERS} indicators",
        "rule": "kind when id name was clause each every of cap part whole by direction ties among within none_when scheme"
        " full_at none_below step when_whole_is_zero range levels points cases bands places formula responsible about terms",
        "terms": _TERM,
        "penalties": _TERM,
        "adjust": "id name clause multiply add when",
        "cases": "when otherwise points",
        "bands": "from above to below points",
        "places": "from above to below points",
        "reading": "id open chosen else sure",
        "responsible": "lead supporting",
        "grades": "grade from quota ties unless",
        "checks": "id require about",
        "components": "id name ruleset counts clause methods responsible about",
    }.items()
}


def in_order(path: Iterable[str | int], keys: Iterable[str]) -> list[str]:
    """The keys of the mapping at that path of a ruleset file; where authors name the keys, such as facts, as they are.

    >>> in_order(("indicators", 0, "rule"), ["of", "each", "kind"])
    ['kind', 'each', 'of']
    >>> in_order(("facts",), ["visits", "papers"])
    ['visits', 'papers']
    """
    order = ORDER.get(_name(path), ())
    places = {key: place for place, key in enumerate(order)}
    return sorted(keys, key=lambda key: places.get(key, len(order)))


def _name(path: Iterable[str | int]) -> str:
    match [step for step in path if isinstance(step, str)]:
        case []:
            return "ruleset"
        case ["facts", _]:
            return "fact"
        case [*_, last]:
            return last
    raise AssertionError
