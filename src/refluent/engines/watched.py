"""An engine that tells somebody how far it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from refluent.engines.base import Engine
from refluent.types import Hypothesis

__all__ = ["WatchedEngine"]


class WatchedEngine:
    """Counts the texts that another engine rewrites.

    Args:
        engine: the engine that rewrites.
        notify: called with the number of texts after each batch.
    """

    def __init__(self, engine: Engine, notify: Callable[[int], None]) -> None:
        self._engine = engine
        self._notify = notify

    @property
    def max_pieces(self) -> int:
        """Longest text that the wrapped engine takes."""
        return self._engine.max_pieces

    @property
    def min_confidence(self) -> float:
        """Threshold of the wrapped engine."""
        return self._engine.min_confidence

    def count_pieces(self, text: str) -> int:
        """Length of a text for the wrapped engine."""
        return self._engine.count_pieces(text)

    def rewrite(self, texts: Sequence[str]) -> list[Hypothesis]:
        """One hypothesis for each text, in the same order."""
        hypotheses = self._engine.rewrite(texts)
        self._notify(len(texts))
        return hypotheses

    def signature(self) -> Mapping[str, str]:
        """That of the wrapped engine: watching changes no result."""
        return self._engine.signature()
