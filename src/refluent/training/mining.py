"""More pairs from translations of the same sentence: weak output -> an edited or better one.

Several systems translated the same sentences. Where an editor has repaired one system's output, the
repaired sentence is also a fluent version of what the other systems meant; outputs within a bound of word
edit distance become sources for it. (Poor against good translation of one Chinese sentence: Zhou et al.
2020, "Improving Grammatical Error Correction with Machine Translation Pairs".)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rapidfuzz.distance import Levenshtein

from refluent.text.tokens import tokenize
from refluent.training.pairs import Pair

__all__ = ["distance", "mine_edited", "segment_key"]


def segment_key(identifier: str) -> tuple[str, str, str, int]:
    """Corpus, language, set and line of a post-edit's id ``corpus:lang:set:system:n``."""
    corpus, lang, name, _, line = identifier.split(":")
    return corpus, lang, name, int(line)


def distance(source: str, target: str) -> float:
    """Word edit distance over the longer length, in [0, 1].

    >>> distance("He go home.", "He goes home.")
    0.25
    """
    return Levenshtein.normalized_distance(
        [t.text for t in tokenize(source)], [t.text for t in tokenize(target)]
    )


def mine_edited(
    segments: Iterable[Mapping[str, Any]],
    edited: Mapping[tuple[str, str, str, int], Sequence[str]],
    *,
    max_distance: float,
) -> Iterator[Pair]:
    """Pairs of every system's output with the edited version of the same segment.

    Args:
        segments: rows with corpus, lang, set, n and outputs.
        edited: edited texts by corpus, lang, set and n.
        max_distance: bound on `distance`; a far output says something else.
    """
    for row in segments:
        targets = edited.get((row["corpus"], row["lang"], row["set"], row["n"]))
        if not targets:
            continue
        for output in dict.fromkeys(row["outputs"]):
            if not output:
                continue
            best = min(targets, key=lambda target, output=output: distance(output, target))  # type: ignore[misc]
            if distance(output, best) <= max_distance:
                yield Pair(output, best, "mined")
