"""The engine that changes nothing: the baseline every other one is measured against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from refluent.types import Hypothesis

__all__ = ["CopyEngine"]


class CopyEngine:
    """Proposes no edit; with it, a repair consists of the deterministic rules alone."""

    max_pieces = 4096
    min_confidence = 0.0

    def count_pieces(self, text: str) -> int:
        """Words between white space."""
        return len(text.split())

    def rewrite(self, texts: Sequence[str]) -> list[Hypothesis]:
        """Every text as it is."""
        return [Hypothesis(text) for text in texts]

    def signature(self) -> Mapping[str, str]:
        """Its name."""
        return {"engine": "copy"}
