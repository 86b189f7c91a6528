"""A grade as its author writes it: from how many points on, for how many of the units, and when not."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from egov_scoring.model import Expression, Model, Quota, Text, Threshold


class GradeSource(Model):
    """A grade of the whole; the grades stand in a list, the best first, and a unit gets the first that it can have."""

    grade: Text
    """What it is called."""
    from_: Threshold | None = Field(default=None, alias="from")
    """From so many points on, or with % from such a share of the points that can be had."""
    quota: Quota | None = None
    """No more than so many units get it, or with % such a share of them, rounded down; the best do."""
    ties: Literal["worse", "better"] | None = None
    """Where equal units go beyond the quota: none of them gets it (`worse`, unless said), or all do (`better`)."""
    unless: Expression | None = None
    """A condition under which a unit does not get it."""

    @model_validator(mode="after")
    def _ties_at_a_quota(self) -> GradeSource:
        if self.ties is not None and self.quota is None:
            raise PydanticCustomError("ties-without-quota", "nothing to tie for", {"key": "ties"})
        return self

    @property
    def is_limited(self) -> bool:
        """Whether a unit with points enough may still not get it."""
        return self.quota is not None or self.unless is not None

    @property
    def is_for_the_rest(self) -> bool:
        """Whether everybody gets it who got no better one."""
        return not (self.is_limited or (self.from_ and self.from_.amount))
