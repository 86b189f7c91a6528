"""What the pictures of a report show, in points: bars of parts, what is left after each loss, and how much is lost in shades."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from egov_scoring.program import Item, Program
from egov_scoring.scorecard import Score, Scorecard, share_of

# Told apart by those who see red and green alike, and each by its lightness from the one before it.
COLOURS = ("#0072b2", "#e69f00", "#d55e00", "#56b4e9", "#009e73", "#f0e442", "#7f7f7f", "#cc79a7")
# From nothing lost to everything: the darker the more, also in print without colours; dark ink stays readable on each.
SHADES = ("#ffffff", "#fdf0d9", "#fbdba8", "#f4bd72", "#e69a42", "#d27a1e")
# The share that each of them begins at, but for the last two: what is less, and nothing.
LIMITS = (Fraction(1), Fraction(3, 4), Fraction(1, 2), Fraction(1, 4))
OPEN = "open"

MOST_LOSSES, MOST_GAINS = 15, 3  # of a waterfall that have a step of their own
MOST_COLUMNS = 22  # of a table that fits a page


class Segment(NamedTuple):
    """A stretch of a bar from `start` on, in points, and what it stands for: the number of a first-level indicator, or `open`."""

    start: Decimal
    size: Decimal
    kind: str


class Bar(NamedTuple):
    """The points of a unit by first-level indicator, before what there was to have.

    They stand end to end; where they are never added each begins where its own maximum does. `mark` is the total, where the
    parts do not add up to it.
    """

    frames: tuple[Segment, ...]
    segments: tuple[Segment, ...]
    mark: Decimal | None = None

    @property
    def end(self) -> Decimal:
        """Where the last of it ends."""
        return max((each.start + each.size for each in (*self.frames, *self.segments)), default=Decimal(0))


def bar(card: Scorecard) -> Bar:
    """The bar of one unit. What is still open is a stretch from the least to the most that an indicator can come to."""
    added, parts = card.total.added, card.total.children
    frames, segments, at = [], [], Decimal(0)
    for number, part in enumerate(parts):
        if not added:
            frames.append(Segment(at, part.max_applicable, "frame"))
        low, high = (part.reach.low, part.reach.high) if part.reach else (Decimal(0), part.max_applicable)
        stretches = (Segment(at, low, str(number % len(COLOURS))), Segment(at + low, high - low, OPEN))
        segments += [each for each in stretches if each.size > 0]
        at += high if added else part.max
    if added:
        frames.append(Segment(Decimal(0), card.total.max_applicable, "frame"))
    mark = card.points if card.points is not None and card.points != at else None
    return Bar(tuple(frames), tuple(segments), mark)


# From the maximum to the points.


class Step(NamedTuple):
    """What the indicators of these ids changed by their own entries, from what was `before` to what is `left`.

    The first step is `most`, what there was to have; the last is `points`, what is left. Between them, `away` is what does
    not apply, then come the `loss`es, the dearest first, and what was given back, `gain`.
    """

    kind: str
    ids: tuple[str, ...]
    before: Decimal
    left: Decimal

    @property
    def is_change(self) -> bool:
        """Whether it stands between the first and the last."""
        return self.kind not in ("most", "points")

    @property
    def change(self) -> Decimal:
        """What it adds, below 0 where it takes."""
        return self.left - self.before

    @property
    def start(self) -> Decimal:
        """Where its stretch begins."""
        return min(self.before, self.left)

    @property
    def size(self) -> Decimal:
        """How long it is."""
        return abs(self.change)


class Waterfall(NamedTuple):
    """The steps of one indicator or of the total, and between which amounts they stay."""

    score: Score
    steps: tuple[Step, ...]

    @property
    def low(self) -> Decimal:
        """The least on the way."""
        return min(step.start for step in self.steps)

    @property
    def breadth(self) -> Decimal:
        """From the least to the most on the way."""
        return max(step.start + step.size for step in self.steps) - self.low


def waterfalls(card: Scorecard) -> list[Waterfall]:
    """How the total came about; where it is not known, or nothing is added, how each first-level indicator did that is known.

    What has its full maximum needs no picture.
    """
    known = card.total.added and card.total.points is not None
    roots = [card.total] if known else [part for part in card.total.children if part.points is not None]
    return [Waterfall(root, tuple(_steps(root))) for root in roots if root.points != root.max]


def _steps(root: Score) -> Iterator[Step]:
    left = root.max
    yield Step("most", (), Decimal(0), left)
    if root.max_applicable != root.max:
        yield Step("away", (), left, root.max_applicable)
        left = root.max_applicable
    own = {score.id: sum((line.loss for line in score.lines), Decimal(0)) for score in root}
    dearest = sorted((id for id in own if own[id]), key=lambda id: -abs(own[id]))
    losses = _gathered([id for id in dearest if own[id] > 0], MOST_LOSSES)
    gains = _gathered([id for id in dearest if own[id] < 0], MOST_GAINS)
    for ids in (*losses, *gains):
        before, left = left, left - sum((own[id] for id in ids), Decimal(0))
        yield Step("loss" if left < before else "gain", ids, before, left)
    yield Step("points", (), Decimal(0), left)


def _gathered(ids: Sequence[str], most: int) -> list[tuple[str, ...]]:
    """Each by itself; where there are more than `most`, the last of them together."""
    cut = len(ids) if len(ids) <= most else most - 1
    alone = [(id,) for id in ids[:cut]]
    return [*alone, tuple(ids[cut:])] if ids[cut:] else [*alone]


# Units by indicators.


def shade(score: Score) -> str:
    """The number of the shade for the share that an indicator has of its applicable maximum; none where it has none."""
    share = share_of(score.points, score.max_applicable)
    if share is None or score.status == "not_applicable":
        return ""
    return str(next((at for at, limit in enumerate(LIMITS) if share >= limit), 4 if share else 5))


def tables(program: Program) -> list[list[tuple[Item, list[Item]]]]:
    """The indicators with a rule as columns below those of the first level, in as many tables as pages need.

    Each first-level indicator heads its own; what is small shares a table, what is broad has several.
    """
    found: list[list[tuple[Item, list[Item]]]] = [[]]
    for first in program.total.children:
        columns = [first, *(item for item in first if item is not first and item.is_leaf)]
        pieces = -(-len(columns) // MOST_COLUMNS)
        broad = -(-len(columns) // pieces)
        for at in range(0, len(columns), broad):
            piece = columns[at : at + broad]
            if found[-1] and sum(len(each) for _, each in found[-1]) + len(piece) > MOST_COLUMNS:
                found.append([])
            found[-1].append((first, piece))
    return [each for each in found if each]
