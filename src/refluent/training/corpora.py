"""Which pairs a stage trains on: corpora by kind, filtered, weighted, noised, free of held-out text.

Kinds of corpora:
    pairs: awkward sources with their fluent targets (post-edits, copy-edits, authored pairs).
    mined: other systems' outputs for segments that an editor repaired (`refluent.training.mining`).
    identity: fluent sentences with themselves, so that good text is left alone.
    noise: fluent sentences made awkward (`refluent.training.noise`).
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from refluent.errors import TrainingError
from refluent.text.segment import split
from refluent.training.mining import distance, mine_edited, segment_key
from refluent.training.noise import Noise
from refluent.training.pairs import HeldOut, Pair, read_pairs, read_rows

__all__ = ["KINDS", "CorpusOptions", "select"]

KINDS = ("pairs", "mined", "identity", "noise")
_MIN_WORDS, _MAX_WORDS = 4, 60


@dataclass(frozen=True)
class CorpusOptions:
    """One corpus of a stage.

    Attributes:
        files: file or pattern, from the data folder; a leading ``@`` means the recipe's own folder.
        kind: one of `KINDS`.
        repeat: how often it is used; a fraction takes a random part.
        max_distance: pairs whose word edit distance is larger are left out.
        edited: for ``mined``, the file of post-edits.
        limit: at most so many pairs before repeating; 0 for all.
        strength: for ``noise``, how much denser than in real machine translation.
    """

    files: str
    kind: str = "pairs"
    repeat: float = 1.0
    max_distance: float = 1.0
    edited: str = ""
    limit: int = 0
    strength: float = 1.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise TrainingError(
                f"kind must be one of {', '.join(KINDS)}, not {self.kind}", subject=self.files
            )

    def paths(self, data: Path, recipe: Path) -> list[Path]:
        """The files, sorted by name.

        Raises:
            TrainingError: there is none.
        """
        base, pattern = (recipe, self.files[1:]) if self.files.startswith("@") else (data, self.files)
        found = sorted(base.glob(pattern))
        if not found:
            raise TrainingError(
                "no such corpus file", subject=str(base / pattern), remedy="check --data and the recipe"
            )
        return found


def _sentences(paths: Iterable[Path], rng: random.Random, limit: int) -> list[str]:
    """Sentences of the paragraphs in some files, the same number from each."""
    files = list(paths)
    found: list[str] = []
    for path in files:
        texts = [str(row["text"]) for row in read_rows(path)]
        rng.shuffle(texts)
        wanted = limit // len(files) if limit else len(texts) * 100
        mine: list[str] = []
        for text in texts:
            if len(mine) >= wanted:
                break
            mine += (
                s.text
                for s in split(text, count_pieces=lambda part: len(part.split()), max_pieces=_MAX_WORDS)
            )
        found += mine[:wanted]
    return found


def _read(
    options: CorpusOptions, data: Path, recipe: Path, noise: Noise | None, rng: random.Random
) -> Iterator[Pair]:
    paths = options.paths(data, recipe)
    if options.kind == "mined":
        edited: dict[tuple[str, str, str, int], list[str]] = defaultdict(list)
        for row in read_rows(data / options.edited):
            if row.get("digits_kept") is not False:
                edited[segment_key(row["id"])] += row["references"]
        for path in paths:
            yield from mine_edited(read_rows(path), edited, max_distance=options.max_distance)
    elif options.kind == "noise":
        if noise is None:
            raise TrainingError("needs a [noise] table", subject=options.files, remedy="add it to the recipe")
        for sentence in _sentences(paths, rng, options.limit):
            yield Pair(noise.corrupt(sentence, rng, strength=options.strength), sentence, "noise")
    else:
        for path in paths:
            for pair in read_pairs(path):
                source = pair.target if options.kind == "identity" else pair.source
                yield Pair(source, pair.target, pair.corpus)


def _usable(pair: Pair, options: CorpusOptions, held_out: HeldOut) -> bool:
    if not _MIN_WORDS <= len(pair.source.split()) <= _MAX_WORDS:
        return False
    if options.max_distance < 1.0 and distance(pair.source, pair.target) > options.max_distance:
        return False
    return not (held_out.covers(pair.source) or held_out.covers(pair.target))


def select(
    options: CorpusOptions, data: Path, recipe: Path, *, held_out: HeldOut, noise: Noise | None, seed: int
) -> list[Pair]:
    """The pairs of one corpus, filtered, limited and repeated; their order follows from the seed."""
    rng = random.Random(seed)
    pairs = [pair for pair in _read(options, data, recipe, noise, rng) if _usable(pair, options, held_out)]
    rng.shuffle(pairs)
    if options.limit:
        pairs = pairs[: options.limit]
    whole, part = divmod(options.repeat, 1.0)
    return pairs * int(whole) + pairs[: int(part * len(pairs))]
