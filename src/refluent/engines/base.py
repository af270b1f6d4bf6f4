"""What every engine offers: texts in, hypotheses out.

The rest of the pipeline knows engines only through this protocol; caching, batching and doing nothing are
engines too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from refluent.types import Hypothesis

__all__ = ["Engine"]


class Engine(Protocol):
    """Rewrites texts, each short enough for the model."""

    @property
    def max_pieces(self) -> int:
        """Longest text that ``rewrite`` takes, in the units of ``count_pieces``."""
        ...

    @property
    def min_confidence(self) -> float:
        """Threshold the engine was calibrated for; 0 where its confidences are not calibrated."""
        ...

    def count_pieces(self, text: str) -> int:
        """Length of a text in the model's own units (subwords)."""
        ...

    def rewrite(self, texts: Sequence[str]) -> list[Hypothesis]:
        """One hypothesis for each text, in the same order; no result depends on its neighbors.

        Raises:
            ValueError: a text is longer than ``max_pieces``; nothing is ever cut silently.
        """
        ...

    def signature(self) -> Mapping[str, str]:
        """What determines the output besides the text: engine, model digest, device type, decoding."""
        ...
