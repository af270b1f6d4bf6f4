"""Small letters at the beginning of a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from refluent.text.rules.change import Change
from refluent.text.wordlists import mapping, words

__all__ = ["capital_after_sentence"]

_START = re.compile(r"(?<=[ ])(?P<left>[a-z]{3,})\)?\.\)?[ ](?P<right>[a-z]+)(?=[ ,'’])")


def capital_after_sentence(line: str) -> Iterator[Change]:
    """Begins a sentence with a capital: "is done. this shows", not "approx. this", "new. iPhone"."""
    for match in _START.finditer(line):
        if match["left"] in mapping("abbreviations.txt") or match["right"] not in words("sentence_words.txt"):
            continue
        place = match.start("right")
        yield Change(place, place + 1, line[place].upper())
