"""All metrics side by side: a row of statistics for a segment, a dictionary of scores for sums of rows."""

from __future__ import annotations

from collections.abc import Sequence

from refluent.evaluation.metrics.base import Array, Measure, Metric
from refluent.evaluation.suite import Example

__all__ = ["Scorer"]


class Scorer:
    """Measures segments with several metrics at once.

    Args:
        metrics: their statistics stand in a row one after another, in this order.
    """

    def __init__(self, metrics: Sequence[Metric]) -> None:
        self._metrics = tuple(metrics)
        self._columns: list[slice] = []
        for metric in self._metrics:
            start = self._columns[-1].stop if self._columns else 0
            self._columns.append(slice(start, start + metric.size))
        self.size = self._columns[-1].stop
        self.measures: dict[str, Measure] = {
            measure.name: measure for metric in self._metrics for measure in metric.measures
        }

    def count(self, hypothesis: str, example: Example) -> list[float]:
        """The statistics of one segment, ``size`` numbers."""
        return [number for metric in self._metrics for number in metric.count(hypothesis, example)]

    def score(self, totals: Array) -> dict[str, Array]:
        """Scores by name. Shape of ``totals`` (..., size), of each score (...)."""
        scores: dict[str, Array] = {}
        for metric, columns in zip(self._metrics, self._columns, strict=True):
            values = metric.score(totals[..., columns])
            scores.update((measure.name, values[..., n]) for n, measure in enumerate(metric.measures))
        return scores

    def columns(self, kind: type | str) -> slice:
        """Where the statistics of a metric stand in a row, by its class or one of its measures."""
        for metric, columns in zip(self._metrics, self._columns, strict=True):
            if isinstance(kind, type) and isinstance(metric, kind):
                return columns
            if any(measure.name == kind for measure in metric.measures):
                return columns
        raise KeyError(kind)

    def signatures(self, n_references: int) -> dict[str, str]:
        """By measure, everything that determines its score; ``n_references`` is -1 where it varies."""
        return {
            measure.name: metric.signature(n_references)
            for metric in self._metrics
            for measure in metric.measures
        }
