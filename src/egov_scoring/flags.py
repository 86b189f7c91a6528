"""What a person records about an indicator, as facts: so every reader knows marks, overrides and stated places alike.

The same names are optional columns in frames and SQL.
"""

from __future__ import annotations


def not_applicable_flag(indicator: str) -> str:
    """Whether the indicator was marked as not applicable."""
    return f"{indicator}__not_applicable"


def points_flag(indicator: str) -> str:
    """The points that a person sets."""
    return f"{indicator}__points"


def given_flag(indicator: str) -> str:
    """Whether a person has set the points."""
    return f"{indicator}__points_given"


def place_flag(indicator: str) -> str:
    """A place taken over from elsewhere."""
    return f"{indicator}__place"


def of_flag(indicator: str) -> str:
    """Among how many that place is; 0 where none is stated."""
    return f"{indicator}__of"
