"""Scores that the user brings along, for instance of COMET or BERTScore: one number for each segment.

Neural metrics are no dependencies: their packages pin old versions of what Refluent needs. Their numbers
can stand in the table all the same, and be gated and tested like the others; the score of a suite is the
mean.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from refluent.errors import SuiteError
from refluent.evaluation.metrics.base import Array, Measure, ratio
from refluent.evaluation.sources import read_lines
from refluent.evaluation.suite import Example

__all__ = ["External", "read_scores"]


class External:
    """A score by name; statistics are the number of the segment and 1, filled in from a file.

    Args:
        name: what the user calls it.
    """

    size = 2

    def __init__(self, name: str) -> None:
        self.measures = (Measure(name, name, "mean of the scores provided", "free"),)

    def count(self, hypothesis: str, example: Example) -> Sequence[float]:
        """Unknown: the scores of a system are in its file."""
        return (math.nan, math.nan)

    def score(self, totals: Array) -> Array:
        """The mean."""
        return ratio(totals[..., 0], totals[..., 1])[..., np.newaxis]

    def signature(self, n_references: int) -> str:
        """That it comes from outside."""
        return f"{self.measures[0].name}|provided by the user"


def read_scores(path: Path, n_examples: int) -> Array:
    """The statistics in a file of scores. Shape (n_examples, 2).

    Raises:
        SuiteError: the file cannot be read, a line is no number, or there is not one for each segment.
    """
    scores: list[float] = []
    for number, line in enumerate(read_lines(path), start=1):
        try:
            scores.append(float(line))
        except ValueError as error:
            raise SuiteError("is not a number", subject=f"{path}:{number}") from error
    if len(scores) != n_examples or not all(map(math.isfinite, scores)):
        reason = f"has {len(scores)} lines with scores, the suite has {n_examples} segments"
        raise SuiteError(
            reason if len(scores) != n_examples else "has a score that is not finite", subject=str(path)
        )
    return np.column_stack([scores, np.ones(n_examples)])
