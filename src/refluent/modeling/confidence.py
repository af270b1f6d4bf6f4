"""How likely a proposal improves the text: logistic calibration of the model's evidence.

Fitted after training on post-edits that were never trained on; the label of a proposal is whether making it
alone brings the sentence closer to the editor's version (word edit distance). Platt scaling (Platt 1999) over
several measures instead of one.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from refluent.modeling.inference import MEASURES

__all__ = ["Calibration"]

_BOUND = 20.0


@dataclass(frozen=True)
class Calibration:
    """Weights of the logistic function and the thresholds that were chosen with it.

    Attributes:
        weights: one for each of `evidence`.
        bias: constant term.
        floor: lowest probability of change at which a span is looked at.
        min_confidence: the default threshold for accepting an edit.
    """

    weights: tuple[float, ...]
    bias: float
    floor: float
    min_confidence: float

    @staticmethod
    def evidence(measures: Sequence[float]) -> tuple[float, ...]:
        """The terms that are weighed: the bounded measures, and what the rewrite gains over keeping."""
        bounded = [max(-_BOUND, min(_BOUND, value)) for value in measures]
        by_name = dict(zip(MEASURES, bounded, strict=True))
        gain = by_name["rewrite"] - by_name["keep"]
        return (
            *bounded,
            max(-_BOUND, min(_BOUND, gain)),
            by_name["detection"] * by_name["is_gap"],
            by_name["detection"] * by_name["is_deletion"],
            by_name["rewrite"] / (1.0 + by_name["length"]),
        )

    def confidence(self, measures: Sequence[float]) -> float:
        """Probability in [0, 1] that the proposal improves the text."""
        terms = zip(self.weights, self.evidence(measures), strict=True)
        score = self.bias + sum(weight * value for weight, value in terms)
        return 1.0 / (1.0 + math.exp(-max(-_BOUND, min(_BOUND, score))))

    def save(self, folder: Path) -> None:
        """Write ``calibration.json`` into a model folder."""
        (folder / "calibration.json").write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Calibration:
        """Read ``calibration.json`` of a model folder."""
        stored = json.loads((folder / "calibration.json").read_text(encoding="utf-8"))
        return cls(tuple(stored["weights"]), stored["bias"], stored["floor"], stored["min_confidence"])
