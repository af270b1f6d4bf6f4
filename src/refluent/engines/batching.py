"""Batches by length under a budget, for any engine.

Texts of similar length share a batch, so little is padded; equal texts are rewritten once; results come
back in the order of the texts. The budget counts padding: texts times the longest of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from refluent.engines.base import Engine
from refluent.types import Hypothesis

__all__ = ["BatchedEngine"]


class BatchedEngine:
    """An engine that hands its texts to another one in batches.

    Args:
        engine: the engine that rewrites.
        batch_pieces: most pieces in a batch, padding included; a longer text goes alone.
    """

    def __init__(self, engine: Engine, *, batch_pieces: int) -> None:
        self._engine = engine
        self._batch_pieces = batch_pieces

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
        lengths = {text: self._engine.count_pieces(text) for text in texts}
        for text, length in lengths.items():
            if length > self._engine.max_pieces:
                raise ValueError(f"{length} pieces are more than {self._engine.max_pieces}: {text[:60]!r}")
        found: dict[str, Hypothesis] = {}
        for batch in self._batches(lengths):
            for text, hypothesis in zip(batch, self._engine.rewrite(batch), strict=True):
                found[text] = hypothesis
        return [found[text] for text in texts]

    def _batches(self, lengths: Mapping[str, int]) -> Iterator[list[str]]:
        """Longest first: a budget too large for the device fails at once, not after hours."""
        batch: list[str] = []
        longest = 0
        for text in sorted(lengths, key=lambda text: (-lengths[text], text)):
            if batch and longest * (len(batch) + 1) > self._batch_pieces:
                yield batch
                batch = []
            longest = longest if batch else lengths[text]
            batch.append(text)
        if batch:
            yield batch

    def signature(self) -> Mapping[str, str]:
        """That of the wrapped engine: batching changes no result."""
        return self._engine.signature()
