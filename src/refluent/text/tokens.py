r"""Words with their places: the one tokenization for alignment, guards, edit metrics and the default model.

A token is a number with its separators (``350,000.5``), a word with inner apostrophes (``don't``), or one
symbol. White space is not a token; each token knows whether some stands before it, so that tokens and spacing
together describe a sentence completely.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Token", "tokenize"]

# Underscores stay inside words (identifiers); a hyphen is a token of its own, so that it can be edited.
_TOKEN = re.compile(r"\d+(?:[.,:]\d+)+|\w+(?:['’]\w+)*|[^\w\s]")


@dataclass(frozen=True)
class Token:
    """One word, number or symbol.

    Attributes:
        text: its characters.
        start: offset of its first character in the text.
        end: offset after its last character.
        is_spaced: whether white space stands before it.
    """

    text: str
    start: int
    end: int
    is_spaced: bool


def tokenize(text: str) -> list[Token]:
    """Split a text into tokens, in order.

    >>> [token.text for token in tokenize("It didn't cost $3,500.50.")]
    ['It', "didn't", 'cost', '$', '3,500.50', '.']
    """
    tokens: list[Token] = []
    end = 0
    for match in _TOKEN.finditer(text):
        tokens.append(Token(match.group(), match.start(), match.end(), match.start() > end))
        end = match.end()
    return tokens
