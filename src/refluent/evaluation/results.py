"""What an evaluation found out: records without logic, from which every report is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from refluent.evaluation.calibration import Bin
from refluent.evaluation.metrics.base import Measure
from refluent.evaluation.resampling import Interval
from refluent.evaluation.run import Speed
from refluent.evaluation.suite import SuiteFacts
from refluent.types import Category

__all__ = ["Case", "CategoryCounts", "Comparison", "Difference", "Results", "Score", "SystemResult"]


@dataclass(frozen=True)
class Score:
    """A score on the suite.

    Attributes:
        value: the score.
        interval: where it lies in 95 of 100 resamples of the suite; None where a resample may have no value.
    """

    value: float
    interval: Interval | None


@dataclass(frozen=True)
class CategoryCounts:
    """Edits of one category beside those of the references."""

    category: Category
    n_right: int
    n_wrong: int
    n_missing: int


@dataclass(frozen=True)
class Case:
    """A segment worth looking at.

    Attributes:
        id: of the example.
        source: the text to repair.
        text: what the system made of it.
        other: what it is compared with: the text of another system; empty where that is the source.
        reference: the reference nearest to ``text``.
        gain: words nearer to a reference than ``other``, or than the source; negative: farther.
    """

    id: str
    source: str
    text: str
    other: str
    reference: str
    gain: int


@dataclass(frozen=True)
class SystemResult:
    """One system on the suite.

    Attributes:
        name: the system's.
        signature: what determines its repairs.
        scores: by measure; one is absent where there was nothing to measure.
        held_out: by measure, on segments with several references, against all but one of them.
        categories: its edits by category.
        calibration: confidences of its edits and what came of them; empty without a model.
        histogram: number of segments by chrF, in equal bins from 0 to 100.
        speed: what it costs.
        n_warnings: segments that could not be repaired as they should.
        warning: the first of them.
        best: segments it brought nearest to a reference.
        worst: segments it took farthest away.
    """

    name: str
    signature: Mapping[str, str]
    scores: Mapping[str, Score]
    held_out: Mapping[str, float]
    categories: tuple[CategoryCounts, ...]
    calibration: tuple[Bin, ...]
    histogram: tuple[int, ...]
    speed: Speed
    n_warnings: int
    warning: str
    best: tuple[Case, ...]
    worst: tuple[Case, ...]


@dataclass(frozen=True)
class Difference:
    """A difference between two systems, and how likely one as large is by chance.

    Attributes:
        value: score of the system minus score of the other.
        p_bootstrap: by paired bootstrap; None where a resample has no value.
        p_randomization: by approximate randomization.
    """

    value: float
    p_bootstrap: float | None
    p_randomization: float


@dataclass(frozen=True)
class Comparison:
    """Two systems on the same suite.

    Attributes:
        system: the one that is judged.
        other: the one it is compared with.
        differences: by measure.
        better: segments in which the system is nearer to a reference, most first.
        worse: segments in which the other is.
    """

    system: str
    other: str
    differences: Mapping[str, Difference]
    better: tuple[Case, ...]
    worse: tuple[Case, ...]


@dataclass(frozen=True)
class Results:
    """Everything a report needs.

    Attributes:
        suite: what was evaluated on.
        measures: what the scores mean, by name.
        metric_signatures: everything that determines a score, by measure.
        systems: doing nothing first.
        comparisons: of every two systems.
        human: references judged like a system, against all others of their segment; empty without several.
        environment: versions, seed and numbers of samples.
    """

    suite: SuiteFacts
    measures: Mapping[str, Measure]
    metric_signatures: Mapping[str, str]
    systems: tuple[SystemResult, ...]
    comparisons: tuple[Comparison, ...]
    human: Mapping[str, float]
    environment: Mapping[str, str]

    def system(self, name: str) -> SystemResult:
        """The result of a system."""
        return next(system for system in self.systems if system.name == name)

    def comparison(self, system: str, other: str) -> Comparison | None:
        """The comparison of a system with another one, if there is one in this direction."""
        for comparison in self.comparisons:
            if (comparison.system, comparison.other) == (system, other):
                return comparison
        return None
