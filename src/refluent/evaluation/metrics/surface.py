"""BLEU, chrF and TER with the code of sacrebleu, so that the figures are the ones its command line prints.

BLEU: Papineni et al. 2002. chrF: Popović 2015. TER: Snover et al. 2006. Against references of the edited
kind the source already scores high; a score says little without the one of doing nothing beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial

import numpy as np
import sacrebleu
from sacrebleu.metrics.base import Metric as SacrebleuMetric

from refluent.evaluation.metrics.base import Array, Measure, ratio
from refluent.evaluation.suite import Example

__all__ = ["TranslationEditRate", "bleu", "chrf"]


class _Sacrebleu:
    """One metric of sacrebleu, segment by segment.

    Its segment statistics and its score from sums have no public name; a test compares both with the public
    ``corpus_score``.
    """

    def __init__(self, measure: Measure, metric: SacrebleuMetric, size: int) -> None:
        self.measures = (measure,)
        self.size = size
        self._metric = metric

    def count(self, hypothesis: str, example: Example) -> Sequence[float]:
        """The sacrebleu statistics of one segment."""
        return _segment(self._metric, hypothesis, example.references)

    def score(self, totals: Array) -> Array:
        """The sacrebleu score of each row of sums."""
        rows = totals.reshape(-1, self.size).tolist()
        scores = [self._metric._compute_score_from_stats(row).score for row in rows]
        return np.array(scores, dtype=np.float64).reshape((*totals.shape[:-1], 1))

    def signature(self, n_references: int) -> str:
        """Signature of sacrebleu."""
        self._metric.num_refs = n_references
        return str(self._metric.get_signature())


def _segment(metric: SacrebleuMetric, hypothesis: str, references: Sequence[str]) -> list[float]:
    statistics: list[list[float]] = metric._extract_corpus_statistics(
        [hypothesis], [[text] for text in references]
    )
    return statistics[0]


def _against_one(metric: sacrebleu.TER, hypothesis: str, reference: str) -> tuple[float, float]:
    edits, length = _segment(metric, hypothesis, [reference])
    return edits, length


def bleu() -> _Sacrebleu:
    """BLEU: lengths of hypothesis and reference, then matches and totals of each n-gram order."""
    measure = Measure("bleu", "BLEU", "word n-grams shared with the references", "0-100")
    return _Sacrebleu(measure, sacrebleu.BLEU(force=True), 10)


def chrf() -> _Sacrebleu:
    """ChrF with beta 2: hypothesis, reference and match counts of each character n-gram order."""
    measure = Measure("chrf", "chrF", "character n-grams shared with the best reference", "0-100")
    return _Sacrebleu(measure, sacrebleu.CHRF(), 18)


class TranslationEditRate:
    """TER of the repair, and how far that is from the TER of the source.

    Statistics: edits from the hypothesis to the nearest reference, mean length of the references, edits
    from the source to its nearest reference.
    """

    measures = (
        Measure("ter", "TER", "edits still needed, for 100 reference words", "0-100", is_higher_better=False),
        Measure("ter_gain", "TER gain", "TER of the source minus TER of the repair", "points"),
        Measure(
            "distance_closed", "distance closed", "share of the source's edits no longer needed", "share"
        ),
    )
    size = 3

    def __init__(self) -> None:
        self._metric = sacrebleu.TER()
        # One reference at a time: those of the source come again for every system, and those of a hypothesis
        # when references are held out; TER costs more than all other metrics together.
        self._one = lru_cache(maxsize=1 << 13)(partial(_against_one, self._metric))

    def count(self, hypothesis: str, example: Example) -> Sequence[float]:
        """Edits of the hypothesis, reference length, edits of the source."""
        edits, lengths = zip(*(self._one(hypothesis, text) for text in example.references), strict=True)
        source_edits = min(self._one(example.source, text)[0] for text in example.references)
        return min(edits), sum(lengths) / len(lengths), source_edits

    def score(self, totals: Array) -> Array:
        """TER, TER points gained, share of the distance closed."""
        edits, length, source_edits = totals[..., 0], totals[..., 1], totals[..., 2]
        ter, source_ter = 100 * ratio(edits, length), 100 * ratio(source_edits, length)
        return np.stack([ter, source_ter - ter, 1 - ratio(edits, source_edits)], axis=-1)

    def signature(self, n_references: int) -> str:
        """Signature of sacrebleu."""
        self._metric.num_refs = n_references
        return str(self._metric.get_signature())
