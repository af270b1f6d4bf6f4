"""Training examples: a pair as encoder features, detection labels and decoder rows, packed into flat arrays.

A packed file is the unit that travels: it is made once from the corpora, carries no text, and a run reads its
examples in an order that depends on the seed alone.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from refluent.modeling.features import SentenceFeatures, Vocabulary
from refluent.modeling.program import Rewrite, rewrites
from refluent.text.tokens import Token, tokenize
from refluent.training.pairs import Pair

__all__ = ["Example", "ExampleOptions", "PackedExamples", "make_example", "pack"]

IGNORED = -100


@dataclass(frozen=True)
class ExampleOptions:
    """What becomes an example.

    Attributes:
        max_pieces: longer sentences are left out.
        max_span_words: a longer rewrite is no local repair; its words give no detection loss and no row.
        max_output_tokens: likewise for a replacement longer than this.
        max_ignored_share: a sentence with more ignored words than this is left out.
        negatives: share of extra rows over unchanged words; their target is a copy ("no, keep it").
    """

    max_pieces: int = 128
    max_span_words: int = 10
    max_output_tokens: int = 24
    max_ignored_share: float = 0.4
    negatives: float = 0.3


@dataclass
class Example:
    """One sentence with its labels; see `SentenceFeatures` for pieces, shapes and heads.

    Attributes:
        tags: change tag of each word place, W + 1, `IGNORED` where there is no loss.
        gaps: 1 where words are inserted before the place, W + 1.
        rows: start, end of each rewritten span.
        targets: decoder ids of each row; copies are ``-1 - word`` so that they do not depend on the
            vocabulary size.
    """

    features: SentenceFeatures
    tags: list[int]
    gaps: list[int]
    rows: list[tuple[int, int]] = field(default_factory=list)
    targets: list[list[int]] = field(default_factory=list)


def make_example(
    pair: Pair, vocabulary: Vocabulary, rng: random.Random, options: ExampleOptions
) -> Example | None:
    """The example of a pair, or None where the pair teaches no local repair."""
    source, target = tokenize(pair.source), tokenize(pair.target)
    if not source or not target:
        return None
    features = vocabulary.read(source)
    if len(features.pieces) > options.max_pieces:
        return None
    places = len(source) + 1
    example = Example(features, [0] * len(source) + [IGNORED], [0] * places)
    n_ignored = 0
    for step in rewrites(source, target):
        outputs = vocabulary.write(source, step)
        is_local = (
            step.end - step.start <= options.max_span_words and len(outputs) <= options.max_output_tokens
        )
        if not is_local:
            n_ignored += step.end - step.start + 1
            example.tags[step.start : step.end] = [IGNORED] * (step.end - step.start)
            example.gaps[step.start : step.end + 1] = [IGNORED] * (step.end + 1 - step.start)
            continue
        if step.start == step.end:
            example.gaps[step.start] = 1
        else:
            example.tags[step.start : step.end] = [1] + [2] * (step.end - step.start - 1)
        _add_row(example, step, outputs, vocabulary.size)
    if n_ignored > options.max_ignored_share * len(source):
        return None
    _add_negatives(example, source, vocabulary, rng, options)
    return example


def _add_row(example: Example, step: Rewrite, outputs: Sequence[int], size: int) -> None:
    example.rows.append((step.start, step.end))
    example.targets.append([output if output < size else size - 1 - output for output in outputs])


def _add_negatives(
    example: Example,
    source: Sequence[Token],
    vocabulary: Vocabulary,
    rng: random.Random,
    options: ExampleOptions,
) -> None:
    n_rows = max(1, len(example.rows))
    count = int(options.negatives * n_rows) + (rng.random() < options.negatives * n_rows % 1)
    for _ in range(count):
        start = rng.randrange(len(source))
        end = min(len(source), start + rng.choice((0, 1, 1, 2, 3)))
        if any(example.tags[start:end]) or (start == end and example.gaps[start]):
            continue
        words = tuple((token.text, token.is_spaced) for token in source[start:end])
        step = Rewrite(start, end, words)
        _add_row(example, step, vocabulary.write(source, step), vocabulary.size)


@dataclass(frozen=True)
class PackedExamples:
    """Examples as flat arrays with offsets; ``offsets[name][i]`` to ``offsets[name][i + 1]`` is example i."""

    arrays: dict[str, NDArray[np.int32]]

    def __len__(self) -> int:
        return len(self.arrays["pieces_offsets"]) - 1

    @property
    def lengths(self) -> NDArray[np.int32]:
        """Pieces of each example."""
        lengths: NDArray[np.int32] = np.diff(self.arrays["pieces_offsets"]).astype(np.int32)
        return lengths

    def part(self, name: str, index: int) -> NDArray[np.int32]:
        """The values of one field of one example (of one row for ``targets``)."""
        offsets = self.arrays[f"{name}_offsets"]
        return self.arrays[name][offsets[index] : offsets[index + 1]]

    def rows(self, index: int) -> range:
        """Row numbers of one example; its spans are ``part("rows", index)`` two by two."""
        offsets = self.arrays["rows_offsets"]
        return range(int(offsets[index]) // 2, int(offsets[index + 1]) // 2)

    def save(self, path: Path) -> None:
        """Write the arrays, compressed."""
        np.savez_compressed(path, **self.arrays)  # type: ignore[arg-type]

    @classmethod
    def load(cls, path: Path) -> PackedExamples:
        """Read the arrays of a packed file."""
        with np.load(path) as stored:
            return cls({name: stored[name] for name in stored.files})


def pack(examples: Iterable[Example]) -> PackedExamples:
    """Flatten examples."""
    flat: dict[str, list[int]] = {
        name: [] for name in ("pieces", "shapes", "heads", "tags", "gaps", "rows", "targets")
    }
    offsets: dict[str, list[int]] = {name: [0] for name in flat}
    for example in examples:
        parts = {
            "pieces": example.features.pieces,
            "shapes": example.features.shapes,
            "heads": example.features.heads,
            "tags": example.tags,
            "gaps": example.gaps,
            "rows": [edge for row in example.rows for edge in row],
        }
        for name, values in parts.items():
            flat[name] += values
            offsets[name].append(len(flat[name]))
        for target in example.targets:
            flat["targets"] += target
            offsets["targets"].append(len(flat["targets"]))
    arrays = {name: np.asarray(values, dtype=np.int32) for name, values in flat.items()}
    arrays |= {f"{name}_offsets": np.asarray(values, dtype=np.int32) for name, values in offsets.items()}
    return PackedExamples(arrays)
