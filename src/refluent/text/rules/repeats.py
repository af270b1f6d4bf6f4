"""Words written twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from refluent.text.rules.change import Change
from refluent.text.wordlists import words

__all__ = ["doubled_word"]

_TWICE = re.compile(
    r"(?<![\w'’\"“/-])(?P<word>[A-Za-z]+)(?P<again>(?:[ ]+(?P=word))+)(?![\w'’\"”/-]|[ ]course\b)",
    re.IGNORECASE,
)
_BEGINNING = re.compile(r"(?:^|[.!?][\"”’)]?[ ])[\"“‘(]*$")


def doubled_word(line: str) -> Iterator[Change]:
    """Leaves a word out that stands there twice: "in the the city", not "had had", "very very", "The The"."""
    for match in _TWICE.finditer(line):
        word, again = match["word"], match["again"].split()
        if word.lower() not in words("single_words.txt") or not all(repeat.islower() for repeat in again):
            continue
        if word.islower() or _BEGINNING.search(line, max(0, match.start() - 5), match.start()):
            yield Change(match.start(), match.end(), word)
