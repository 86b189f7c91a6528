"""What Hypothesis makes up for the tests: expressions, rulesets and units.

Two profiles: `fast` tries the same examples each time, `thorough` (HYPOTHESIS_PROFILE=thorough) many new ones.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

SLOW_TO_MAKE = (HealthCheck.too_slow, HealthCheck.data_too_large)

settings.register_profile("fast", max_examples=100, deadline=None, derandomize=True, suppress_health_check=SLOW_TO_MAKE)
settings.register_profile("thorough", max_examples=3_000, deadline=None, suppress_health_check=SLOW_TO_MAKE)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))


def fewer(share: float) -> settings:
    """The profile's examples for a test that takes long: only this share of them."""
    return settings(max_examples=max(1, int(settings().max_examples * share)))
