"""The metrics of a report: one module for each kind, one row for each metric here."""

from __future__ import annotations

from refluent.evaluation.metrics.base import Metric
from refluent.evaluation.metrics.distance import Distance
from refluent.evaluation.metrics.edit_f import EditF
from refluent.evaluation.metrics.faithfulness import Faithfulness
from refluent.evaluation.metrics.gleu import Gleu
from refluent.evaluation.metrics.surface import TranslationEditRate, bleu, chrf

__all__ = ["metrics"]


def metrics() -> tuple[Metric, ...]:
    """Every metric, in the order of the report."""
    return (bleu(), chrf(), TranslationEditRate(), Gleu(), EditF(), Distance(), Faithfulness())
