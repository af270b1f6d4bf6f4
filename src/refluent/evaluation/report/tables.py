"""What the reports for people share: figures as text, and the rows of the table of scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from refluent.evaluation.metrics.base import Measure
from refluent.evaluation.results import Difference, Results, SystemResult
from refluent.evaluation.systems import COPY

__all__ = [
    "HUMAN_MEASURES",
    "Cell",
    "cost_rows",
    "figure",
    "is_significant",
    "label",
    "p_value",
    "score_cell",
    "style",
    "title",
]

# What is shown beside the human upper bound: figures that compare with references word by word.
HUMAN_MEASURES = ("bleu", "chrf", "ter", "gleu", "f05")
ALPHA = 0.05
_COSTS = {
    "words_per_s": "words per second",
    "load_s": "seconds to load",
    "memory_mib": "peak memory, MiB",
}


@dataclass(frozen=True)
class Cell:
    """A figure in a table.

    Attributes:
        text: the figure.
        half_width: of its 95 % interval; empty where there is none.
        is_significant: whether it differs from doing nothing.
        style: ``"up"`` if it is then better, ``"down"`` if worse, empty if neither.
    """

    text: str
    half_width: str = ""
    is_significant: bool = False
    style: str = ""


def figure(measure: Measure, value: float | None) -> str:
    """A score in the precision of its unit; a dash where there is none."""
    if value is None:
        return "–"
    digits = {"share": 3, "free": 4}.get(measure.unit, 2)
    return f"{value:.{digits}f}"


def title(system: str) -> str:
    """The name of a system for a reader."""
    return "do nothing" if system == COPY else system


def label(measure: Measure) -> str:
    """The name of a measure with its direction."""
    return f"{measure.label} ↓" if measure.is_higher_better is False else measure.label


def p_value(p: float | None) -> str:
    """A probability, not more precise than it is."""
    if p is None:
        return "–"
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def is_significant(p: float | None) -> bool:
    """Whether to mark a difference."""
    return p is not None and p < ALPHA


def style(measure: Measure, difference: Difference) -> str:
    """``"up"`` for a significant improvement, ``"down"`` for the opposite, empty otherwise."""
    if not is_significant(difference.p_randomization) or measure.is_higher_better is None:
        return ""
    return "up" if (difference.value > 0) == measure.is_higher_better else "down"


def score_cell(results: Results, system: SystemResult, measure: Measure) -> Cell:
    """The score of a system, marked where it differs significantly from doing nothing."""
    score = system.scores.get(measure.name)
    if score is None:
        return Cell(figure(measure, None))
    half_width = figure(measure, score.interval.half_width) if score.interval else ""
    comparison = results.comparison(system.name, COPY)
    difference = comparison.differences.get(measure.name) if comparison else None
    if difference is None:
        return Cell(figure(measure, score.value), half_width)
    return Cell(
        figure(measure, score.value),
        half_width,
        is_significant(difference.p_randomization),
        style(measure, difference),
    )


def cost_rows(results: Results) -> Mapping[str, list[str]]:
    """Speed, time to load and memory by label, for each system; nothing where nothing was timed."""
    rows: dict[str, list[str]] = {}
    for name, text in _COSTS.items():
        values: list[float | None] = [getattr(system.speed, name) for system in results.systems]
        if any(value is not None for value in values):
            rows[text] = ["–" if value is None else _rounded(value) for value in values]
    return rows


def _rounded(value: float) -> str:
    return f"{value:,.1f}" if value < 100 else f"{value:,.0f}"
