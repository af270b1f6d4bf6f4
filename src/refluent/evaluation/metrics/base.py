"""What a metric is: statistics of each segment that add up, and scores computed from their sums.

A segment is measured once. The same statistics then give the score of the whole suite, of one segment, of
every bootstrap resample and of every permutation of a paired test, as in sacrebleu.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from refluent.evaluation.suite import Example

__all__ = ["Array", "Measure", "Metric", "ratio"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Measure:
    """A number of the report.

    Attributes:
        name: in code, flags and JSON.
        label: its published spelling, for a reader.
        purpose: what it is for, in a few words.
        unit: ``"0-100"``, ``"points"`` (a difference of two of those), ``"share"`` for a number in [0, 1], or
            ``"free"`` for scores that the user provides.
        is_higher_better: the direction of improvement; None where neither is better.
    """

    name: str
    label: str
    purpose: str
    unit: str
    is_higher_better: bool | None = True


class Metric(Protocol):
    """Counts statistics of one segment and turns sums of them into scores."""

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The scores it gives, in the order of the last axis of ``score``."""
        ...

    @property
    def size(self) -> int:
        """How many statistics it counts."""
        ...

    def count(self, hypothesis: str, example: Example) -> Sequence[float]:
        """The statistics of one segment, ``size`` numbers that may be added to those of others."""
        ...

    def score(self, totals: Array) -> Array:
        """Scores from sums of statistics.

        Args:
            totals: Shape (..., size).

        Returns:
            Shape (..., number of measures); not a number where there was nothing to measure.
        """
        ...

    def signature(self, n_references: int) -> str:
        """Everything that determines the score; ``n_references`` is -1 where it varies."""
        ...


def ratio(part: Array, whole: Array) -> Array:
    """``part / whole`` element by element; not a number where there is no whole."""
    with np.errstate(divide="ignore", invalid="ignore"):
        result: Array = np.where(whole > 0, part / whole, np.nan)
    return result
