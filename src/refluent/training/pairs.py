"""Corpora as pairs of an awkward source and a fluent target, filtered and free of held-out text.

Readers go through `datasets`, so a corpus may be parquet, JSON lines or CSV, local or on the hub.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from refluent.errors import TrainingError
from refluent.text.tokens import tokenize

__all__ = ["HeldOut", "Pair", "read_pairs", "read_rows"]

_FORMATS = {".parquet": "parquet", ".jsonl": "json", ".json": "json", ".csv": "csv", ".tsv": "csv"}
_NGRAM = 8


@dataclass(frozen=True)
class Pair:
    """One training pair; ``corpus`` says where it comes from, for the report."""

    source: str
    target: str
    corpus: str


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Rows of a corpus file.

    Raises:
        TrainingError: the file is missing or of an unknown format.
    """
    if not path.is_file():
        raise TrainingError("no such corpus file", subject=str(path), remedy="check --data and the recipe")
    if path.suffix not in _FORMATS:
        raise TrainingError("unknown corpus format", subject=str(path), remedy="use parquet, jsonl or csv")
    from datasets import load_dataset

    options = {"delimiter": "\t"} if path.suffix == ".tsv" else {}
    rows = load_dataset(_FORMATS[path.suffix], data_files=str(path), split="train", **options)
    yield from rows


def read_pairs(path: Path, *, corpus: str = "") -> Iterator[Pair]:
    """Pairs of a corpus: ``source`` with ``target`` or with each of ``references``.

    Rows that say ``digits_kept: false`` are left out: a repair must never learn to change a figure.
    """
    for row in read_rows(path):
        if row.get("digits_kept") is False:
            continue
        targets = [row["target"]] if row.get("target") else row.get("references") or []
        for target in targets:
            if row.get("source"):
                yield Pair(row["source"], target, corpus or path.stem)


class HeldOut:
    """Text that must never be trained on, recognized by shared runs of eight words.

    A training sentence is refused when more than a third of its eight-word runs, or the whole of a shorter
    sentence, occurs in a held-out text: common phrases pass, copies and near-copies do not.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._runs = {run for text in texts for run in self._hashes(text)}

    @staticmethod
    def _hashes(text: str) -> set[bytes]:
        words = [token.text.lower() for token in tokenize(text) if token.text[0].isalnum()]
        starts = range(max(1, len(words) - _NGRAM + 1))
        runs = (" ".join(words[start : start + _NGRAM]) for start in starts if words)
        return {hashlib.blake2b(run.encode(), digest_size=8).digest() for run in runs}

    def covers(self, text: str) -> bool:
        """Whether a text is, or nearly is, one of the held-out texts."""
        runs = self._hashes(text)
        return bool(runs) and len(runs & self._runs) > len(runs) / 3
