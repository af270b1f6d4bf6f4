"""Confidences of edits beside what came of them: are four of five edits good where it says 0.8?

An edit is counted as good if it alone brings its segment nearer to a reference. References show only some
of the good edits, so the true rate lies above the one measured here; the order of the bins is what to look
at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from refluent.edits.apply import apply
from refluent.evaluation.metrics.distance import nearest
from refluent.evaluation.suite import Example
from refluent.types import Edit, Status

__all__ = ["Bin", "Calibration"]

N_BINS = 10


@dataclass(frozen=True)
class Bin:
    """Edits of similar confidence.

    Attributes:
        low: smallest confidence; the largest of the bin is a tenth more.
        n_edits: how many.
        n_good: how many bring their segment nearer to a reference.
        mean_confidence: in [0, 1].
    """

    low: float
    n_edits: int
    n_good: int
    mean_confidence: float


class Calibration:
    """Counts edits of a model by confidence, accepted or not; those of rules carry no estimate."""

    def __init__(self) -> None:
        self._edits = [0] * N_BINS
        self._good = [0] * N_BINS
        self._sums = [0.0] * N_BINS

    def add(self, edits: Sequence[Edit], example: Example) -> None:
        """Count the edits of one segment."""
        edits = [edit for edit in edits if edit.origin == "model"]
        if not edits:
            return
        before, _ = nearest(example.source, example.references)
        for edit in edits:
            made = replace(edit, status=Status.ACCEPTED, reason="")
            after, _ = nearest(apply(example.source, [made]), example.references)
            number = min(int(edit.confidence * N_BINS), N_BINS - 1)
            self._edits[number] += 1
            self._good[number] += after < before
            self._sums[number] += edit.confidence

    def bins(self) -> tuple[Bin, ...]:
        """The bins that have edits, from the least sure one."""
        return tuple(
            Bin(number / N_BINS, count, self._good[number], self._sums[number] / count)
            for number, count in enumerate(self._edits)
            if count
        )
