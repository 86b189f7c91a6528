"""Measuring by turns: every round runs every task once, so that a slow moment hits them all."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

Task = tuple[str, Callable[[], Any], int]
"""A name, what is called, and how often in a round."""


def rounds_of(tasks: Sequence[Task], rounds: int) -> list[list[float]]:
    """The seconds of one call of each task, one for each round; each is called once before."""
    times: list[list[float]] = [[] for _ in tasks]
    for _, call, _ in tasks:
        call()
    for _ in range(rounds):
        for found, (_, call, repeats) in zip(times, tasks, strict=True):
            start = time.perf_counter()
            for _ in range(repeats):
                call()
            found.append((time.perf_counter() - start) / repeats)
    return times


def medians(tasks: Sequence[Task], rounds: int) -> list[float]:
    """The median seconds of one call of each task."""
    return [median(found) for found in rounds_of(tasks, rounds)]


def beside(tasks: Sequence[Task], rounds: int) -> list[tuple[str, float, float]]:
    """Of each task its name, its median seconds, and the median of its ratios to the one it is a pair with: what is
    written by hand comes first, and has 1."""
    times = rounds_of(tasks, rounds)
    found = []
    for at, (name, _, _) in enumerate(tasks):
        by_hand = times[at - at % 2]
        ratio = median(own / other for own, other in zip(times[at], by_hand, strict=True))
        found.append((name, median(times[at]), ratio))
    return found
