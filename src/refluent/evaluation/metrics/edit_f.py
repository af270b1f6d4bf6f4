"""Edits compared with the edits of the references: precision, recall and F0.5, in all and by category.

The edits of a repair are taken out of its text with `refluent.edits.extract`, whatever system made it, and
so are those of each reference. An edit is right where a reference has the same one: same place, same
replacement. Of several references the one counts that the repair follows best (highest F0.5, then fewest
differences); as in ERRANT (Bryant et al. 2017), except that the choice is made segment by segment. F0.5
values precision twice as much as recall: a wrong edit costs more than a missing one.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from refluent.edits.extract import extract
from refluent.evaluation.metrics.base import Array, Measure, ratio
from refluent.evaluation.suite import Example
from refluent.types import Category

__all__ = ["CATEGORIES", "EditF", "by_category"]

CATEGORIES = tuple(Category)
_NUMBERS = {category: number for number, category in enumerate(CATEGORIES)}
_BETA_SQUARED = 0.25

# start, end, replacement -> category; two edits of one text are the same if their key is.
Edits = dict[tuple[int, int, str], Category]


@lru_cache(maxsize=1 << 13)
def _edits(source: str, text: str) -> Edits:
    found = extract(source, text)
    return {(edit.span.start, edit.span.end, edit.replacement): edit.category for edit in found}


def _f05(right: float, wrong: float, missing: float) -> float:
    weighted = (1 + _BETA_SQUARED) * right
    total = weighted + _BETA_SQUARED * missing + wrong
    return weighted / total if total else 1.0


class EditF:
    """Statistics: right, wrong and missing edits, each by category."""

    measures = (
        Measure("precision", "edit precision", "share of the edits made that a reference has too", "0-100"),
        Measure("recall", "edit recall", "share of the reference's edits that were made", "0-100"),
        Measure("f05", "edit F0.5", "both in one, wrong edits costing more than missing ones", "0-100"),
    )
    size = 3 * len(CATEGORIES)

    def count(self, hypothesis: str, example: Example) -> Sequence[float]:
        """Right, wrong and missing edits against the reference followed best."""
        made = _edits(example.source, hypothesis)
        counts = [_compare(made, _edits(example.source, reference)) for reference in example.references]
        return max(counts, key=_preference).ravel().tolist()

    def score(self, totals: Array) -> Array:
        """Precision, recall and F0.5 in [0, 100]; not a number where there is no edit to judge."""
        right, wrong, missing = by_category(totals).sum(axis=-1)
        return np.stack(_scores(right, wrong, missing), axis=-1)

    def signature(self, n_references: int) -> str:
        """References, and how one of several is chosen."""
        count = "var" if n_references < 0 else n_references
        return f"edit F0.5|nrefs:{count}|refs:best"


def by_category(totals: Array) -> Array:
    """Sums of statistics as right, wrong and missing edits. Shape (..., size) -> (3, ..., categories)."""
    return np.moveaxis(totals.reshape((*totals.shape[:-1], 3, len(CATEGORIES))), -2, 0)


def _compare(made: Edits, wanted: Edits) -> Array:
    """Shape (3, categories): right, wrong, missing."""
    counts = np.zeros((3, len(CATEGORIES)))
    for key, category in made.items():
        counts[0 if key in wanted else 1, _NUMBERS[category]] += 1
    for key, category in wanted.items():
        if key not in made:
            counts[2, _NUMBERS[category]] += 1
    return counts


def _preference(counts: Array) -> tuple[float, float]:
    right, wrong, missing = counts.sum(axis=-1)
    return _f05(right, wrong, missing), -(wrong + missing)


def _scores(right: Array, wrong: Array, missing: Array) -> list[Array]:
    weighted = (1 + _BETA_SQUARED) * right
    pairs = (
        (right, right + wrong),
        (right, right + missing),
        (weighted, weighted + _BETA_SQUARED * missing + wrong),
    )
    return [100 * ratio(part, whole) for part, whole in pairs]
