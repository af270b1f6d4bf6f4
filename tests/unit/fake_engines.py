"""Engines for tests: they do exactly what a table says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from refluent.types import Edit, Hypothesis, Span

__all__ = ["BrokenEngine", "TableEngine"]


class TableEngine:
    """Replaces words by a table, each with the same confidence.

    Args:
        table: word -> replacement.
        confidence: of every edit.
        max_pieces: longest text in words.
    """

    min_confidence = 0.5

    def __init__(self, table: Mapping[str, str], *, confidence: float = 0.9, max_pieces: int = 64) -> None:
        self.table = dict(table)
        self.confidence = confidence
        self.max_pieces = max_pieces
        self.seen: list[str] = []

    def count_pieces(self, text: str) -> int:
        return len(text.split())

    def rewrite(self, texts: Sequence[str]) -> list[Hypothesis]:
        self.seen += texts
        return [Hypothesis(text, tuple(self._edits(text))) for text in texts]

    def _edits(self, text: str) -> list[Edit]:
        return [
            Edit(
                Span(match.start(), match.end()),
                match.group(),
                self.table[match.group()],
                confidence=self.confidence,
            )
            for match in re.finditer(r"\w+", text)
            if match.group() in self.table
        ]

    def signature(self) -> Mapping[str, str]:
        return {"engine": "table"}


class BrokenEngine(TableEngine):
    """Fails on every batch that has a text with the word "poison"."""

    def rewrite(self, texts: Sequence[str]) -> list[Hypothesis]:
        if any("poison" in text for text in texts):
            raise RuntimeError("out of memory")
        return super().rewrite(texts)
