"""Noise from a hand-written table of fluent phrases and what literal translation writes for them."""

from __future__ import annotations

import csv
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from refluent.errors import TrainingError

__all__ = ["AuthoredNoise"]

_WORD = re.compile(r"\S+")
_EDGES = ".,;:!?\"'()“”‘’"


class AuthoredNoise:
    """Replaces fluent phrases by awkward ones, the longest that fits at each place.

    Args:
        table: awkward phrases for each fluent one; words are separated by single spaces.
    """

    def __init__(self, table: Mapping[str, Sequence[str]]) -> None:
        self._table = {tuple(fluent.split()): list(awkward) for fluent, awkward in table.items()}
        self._longest = max(map(len, self._table), default=0)

    @classmethod
    def read(cls, path: Path) -> AuthoredNoise:
        """Read ``fluent<TAB>awkward<TAB>kind`` lines under a header.

        Raises:
            TrainingError: a line has no two phrases.
        """
        table: defaultdict[str, list[str]] = defaultdict(list)
        with path.open(encoding="utf-8", newline="") as stream:
            for number, row in enumerate(
                csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE), start=2
            ):
                if not row.get("fluent") or not row.get("awkward"):
                    raise TrainingError("needs a fluent and an awkward phrase", subject=f"{path}:{number}")
                table[row["fluent"]].append(row["awkward"])
        return cls(table)

    def __len__(self) -> int:
        return sum(map(len, self._table.values()))

    def corrupt(self, text: str, rng: random.Random, *, rate: float) -> str:
        """The text with each matching phrase made awkward with probability ``rate``.

        A capital at the start and punctuation after the phrase stay: "In recent years," -> "In these years,".
        """
        words = list(_WORD.finditer(text))
        parts: list[str] = []
        position, end = 0, 0
        while position < len(words):
            size = self._match(words, position)
            if not size or rng.random() >= rate:
                position += 1
                continue
            first, last = words[position], words[position + size - 1]
            phrase = tuple(word.group() for word in words[position : position + size])
            parts += text[end : first.start()], self._awkward(phrase, rng)
            end = last.end()
            position += size
        return "".join(parts) + text[end:]

    def _match(self, words: Sequence[re.Match[str]], position: int) -> int:
        """Words of the longest phrase that begins at a place; 0 where none does."""
        for size in range(min(self._longest, len(words) - position), 0, -1):
            if self._key(word.group() for word in words[position : position + size]) in self._table:
                return size
        return 0

    def _key(self, words: Iterable[str]) -> tuple[str, ...]:
        """The table's form of some words: no punctuation at the end, no capital at the start."""
        *start, last = words
        key = (*start, last if last in _EDGES else last.rstrip(_EDGES))
        if key in self._table or not key[0][:1].isupper():
            return key
        return (key[0][:1].lower() + key[0][1:], *key[1:])

    def _awkward(self, phrase: tuple[str, ...], rng: random.Random) -> str:
        key = self._key(phrase)
        awkward = rng.choice(self._table[key])
        if phrase[0][:1].isupper() and not key[0][:1].isupper():
            awkward = awkward[:1].upper() + awkward[1:]
        kept = phrase[-1][len(key[-1]) :]
        return awkward + kept
