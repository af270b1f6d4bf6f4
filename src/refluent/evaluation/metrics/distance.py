"""How many segments got nearer to a reference, how many farther, and what became of those that were fine.

Distance is the number of words and symbols to insert, delete or replace (Levenshtein) on the way to the
nearest reference; white space before a word belongs to it, so that a repaired space counts.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rapidfuzz.distance import Levenshtein

from refluent.evaluation.metrics.base import Array, Measure, ratio
from refluent.evaluation.suite import Example
from refluent.text.tokens import tokenize

__all__ = ["Distance", "nearest"]


def _words(text: str) -> list[tuple[str, bool]]:
    return [(token.text, token.is_spaced) for token in tokenize(text)]


def nearest(text: str, references: Sequence[str]) -> tuple[int, str]:
    """The distance to the nearest reference, and that reference.

    >>> nearest("He go home.", ["She went home.", "He goes home."])
    (1, 'He goes home.')
    """
    words = _words(text)
    distances = [Levenshtein.distance(words, _words(reference)) for reference in references]
    shortest = min(distances)
    return shortest, references[distances.index(shortest)]


class Distance:
    """Shares of segments by what became of them.

    Statistics: 1, distance of the source, distance of the hypothesis, nearer, farther, changed, fine, both.
    """

    measures = (
        Measure("improved", "improved", "share of segments nearer to a reference than before", "share"),
        Measure("worsened", "worsened", "share of segments farther from every reference", "share", False),
        Measure("unchanged", "unchanged", "share of segments as far as before", "share", None),
        Measure(
            "overcorrection", "over-correction", "share of fine segments that were changed", "share", False
        ),
    )
    size = 8

    def count(self, hypothesis: str, example: Example) -> Sequence[float]:
        """Distances before and after, and what follows from them."""
        before, _ = nearest(example.source, example.references)
        after, _ = nearest(hypothesis, example.references)
        is_changed = hypothesis != example.source
        return (
            1.0,
            before,
            after,
            after < before,
            after > before,
            is_changed,
            example.is_fine,
            example.is_fine and is_changed,
        )

    def score(self, totals: Array) -> Array:
        """Shares in [0, 1]; over-correction is not a number for a suite without fine segments."""
        n, nearer, farther = totals[..., 0], totals[..., 3], totals[..., 4]
        shares = [ratio(part, n) for part in (nearer, farther, n - nearer - farther)]
        return np.stack([*shares, ratio(totals[..., 7], totals[..., 6])], axis=-1)

    def signature(self, n_references: int) -> str:
        """References, unit, and which reference counts."""
        count = "var" if n_references < 0 else n_references
        return f"word distance|nrefs:{count}|refs:nearest"
