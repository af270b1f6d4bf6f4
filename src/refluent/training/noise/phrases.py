"""Noise that looks like machine translation: an inverse phrase table learned from real pairs.

Every rewrite that turns machine translation into an editor's English is read backwards: how often does a
fluent phrase stand where a system had written something awkward, and what? Applied to clean prose with
those probabilities, it reproduces the systems' articles, prepositions, literal collocations and missing
words, instead of typing errors. (Realistic noise beats random noise: Choe et al. 2019; Stahlberg & Kumar
2021.)
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from refluent.modeling.program import rewrites
from refluent.text.tokens import Token, tokenize

__all__ = ["PhraseNoise"]

_MAX_WORDS = 4
Words = tuple[tuple[str, bool], ...]


def _words(tokens: Sequence[Token]) -> Words:
    return tuple((token.text, token.is_spaced) for token in tokens)


def _is_common(words: Words) -> bool:
    """Whether a phrase is made of ordinary words: names and figures must not move into other sentences."""
    return len(words) <= _MAX_WORDS and all(text.islower() or not text[0].isalnum() for text, _ in words)


class PhraseNoise:
    """An inverse phrase table.

    Args:
        awkward: for each fluent phrase, what stood in its place and how often. The key of a phrase that is
            inserted (nothing fluent corresponds to it) is the word before it, alone and marked.
        seen: how often each key occurs in fluent text.
    """

    def __init__(self, awkward: dict[Words, Counter[Words]], seen: Counter[Words]) -> None:
        self._awkward = awkward
        self._seen = seen
        self._longest = max((len(key) for key in awkward), default=0)

    @classmethod
    def learn(cls, pairs: Iterable[tuple[str, str]], *, min_count: int = 3) -> PhraseNoise:
        """Count rewrites over (awkward, fluent) pairs; rarer ones than ``min_count`` are chance."""
        awkward: defaultdict[Words, Counter[Words]] = defaultdict(Counter)
        fluent: list[list[Token]] = []
        for source_text, target_text in pairs:
            source, target = tokenize(source_text), tokenize(target_text)
            fluent.append(target)
            for step in rewrites(source, target):
                old = _words(source[step.start : step.end])
                if _is_common(old) and _is_common(step.words):
                    awkward[step.words or cls._after(source, step.start)][old] += 1
        kept = {
            key: common
            for key, counts in awkward.items()
            if (common := Counter({old: n for old, n in counts.items() if n >= min_count}))
        }
        seen: Counter[Words] = Counter()
        for tokens in fluent:
            for start in range(len(tokens) + 1):
                seen[cls._after(tokens, start)] += 1
                for end in range(start + 1, min(len(tokens), start + _MAX_WORDS) + 1):
                    key = _words(tokens[start:end])
                    if key in kept:
                        seen[key] += 1
        return cls(kept, seen)

    @staticmethod
    def _after(tokens: Sequence[Token], position: int) -> Words:
        """Key of the place after a word, for phrases inserted there."""
        return ((tokens[position - 1].text.lower() if position else "", False), ("", True))

    def __len__(self) -> int:
        return sum(len(counts) for counts in self._awkward.values())

    def corrupt(self, text: str, rng: random.Random, *, strength: float = 1.0) -> str:
        """The text with phrases replaced as the systems would; ``strength`` multiplies probabilities."""
        tokens = tokenize(text)
        words: list[tuple[str, bool]] = []
        position = 0
        while position < len(tokens):
            old = self._drawn(self._after(tokens, position), rng, strength)
            words += old or ()
            for end in range(min(len(tokens), position + self._longest), position, -1):
                old = self._drawn(_words(tokens[position:end]), rng, strength)
                if old is not None:
                    words += old
                    position = end
                    break
            else:
                words.append((tokens[position].text, tokens[position].is_spaced))
                position += 1
        return "".join(f" {word}" if is_spaced else word for word, is_spaced in words).strip()

    def _drawn(self, key: Words, rng: random.Random, strength: float) -> Words | None:
        """Something awkward in place of a phrase, or None to leave it."""
        counts = self._awkward.get(key)
        if not counts:
            return None
        total = counts.total()
        if rng.random() >= strength * total / max(self._seen[key], total):
            return None
        return rng.choices(list(counts), weights=list(counts.values()))[0]
