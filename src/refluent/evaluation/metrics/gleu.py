"""GLEU for edits: Napoles et al. 2015, "Ground Truth for Grammatical Error Correction Metrics", as of 2016.

Not the "Google BLEU" of the same name. N-grams shared with the reference count for the hypothesis, n-grams
that it kept from the source although the reference has none of them count against it; a brevity penalty as
in BLEU.

The published implementation draws one reference for each segment, 500 times, and averages. Here the
statistics of a segment are the means over its references, which is what the draws converge to: deterministic,
and additive, so that segments can be resampled. With a single reference both are equal; with the four of
JFLEG dev the source has 38.31 here, 38.21 there, and 38.27 to 38.36 where the draws have other seeds.

Words are those of `refluent.text.tokens`; the published figures are for text that is tokenized already, which
``tokenize=str.split`` reproduces.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from statistics import fmean

import numpy as np

from refluent.evaluation.metrics.base import Array, Measure, ratio
from refluent.evaluation.suite import Example
from refluent.text.tokens import tokenize as tokens_of

__all__ = ["Gleu"]

_ORDER = 4
Ngrams = Counter[tuple[str, ...]]


def _words(text: str) -> list[str]:
    return [token.text for token in tokens_of(text)]


def _ngrams(words: Sequence[str], order: int) -> Ngrams:
    return Counter(tuple(words[start : start + order]) for start in range(len(words) - order + 1))


def _matches(hypothesis: Ngrams, reference: Ngrams, source: Ngrams) -> int:
    """N-grams shared with the reference, less those kept from the source though it has none of them."""
    shared = sum(min(count, reference[ngram]) for ngram, count in hypothesis.items())
    kept = sum(min(count, source[ngram]) for ngram, count in hypothesis.items() if not reference[ngram])
    return max(0, shared - kept)


class Gleu:
    """Statistics: lengths of hypothesis and reference, then matches and then totals of each n-gram order.

    Args:
        tokenize: splits a text into words.
    """

    measures = (Measure("gleu", "GLEU", "n-grams repaired as in the references (fluency edits)", "0-100"),)
    size = 2 + 2 * _ORDER

    def __init__(self, tokenize: Callable[[str], Sequence[str]] = _words) -> None:
        self._tokenize = tokenize

    def count(self, hypothesis: str, example: Example) -> Sequence[float]:
        """The statistics of one segment, averaged over its references."""
        words, source_words = self._tokenize(hypothesis), self._tokenize(example.source)
        references = [self._tokenize(reference) for reference in example.references]
        statistics = [float(len(words)), fmean(map(len, references))]
        for order in range(1, _ORDER + 1):
            ngrams, source = _ngrams(words, order), _ngrams(source_words, order)
            matches = [_matches(ngrams, _ngrams(reference, order), source) for reference in references]
            statistics.append(fmean(matches))
        return [*statistics, *(float(max(0, len(words) + 1 - order)) for order in range(1, _ORDER + 1))]

    def score(self, totals: Array) -> Array:
        """Geometric mean of the precisions times the brevity penalty, in [0, 100]."""
        length, reference_length = totals[..., 0], totals[..., 1]
        precisions = ratio(totals[..., 2 : 2 + _ORDER], totals[..., 2 + _ORDER :])
        with np.errstate(divide="ignore"):
            mean = np.exp(np.log(np.nan_to_num(precisions)).mean(axis=-1))
        # Nothing written: no precision either, so the length does not matter.
        penalty = np.exp(np.minimum(0.0, 1.0 - reference_length / np.maximum(length, 1.0)))
        score: Array = (100 * mean * penalty)[..., np.newaxis]
        return score

    def signature(self, n_references: int) -> str:
        """References, n-gram order, and how several references are combined."""
        count = "var" if n_references < 0 else n_references
        return f"GLEU for edits|nrefs:{count}|n:{_ORDER}|refs:mean"
