"""The units of a difference that a person would accept or reject together, as ranges of words.

A single function word or symbol that was kept between two changes joins them, and a word that moved joins the
place it left and the place it went to: otherwise one half could be accepted alone, which would lose or double
the word. The default model is trained on these units, and reviewers see them.
"""

from __future__ import annotations

from collections.abc import Sequence

from refluent.edits.lexicon import function_words
from refluent.text.align import Change, align
from refluent.text.tokens import Token

__all__ = ["FUNCTION_WORDS", "key", "units"]

FUNCTION_WORDS = function_words()
# How far apart a word's old and new place may lie for the two changes to be one unit.
_MAX_MOVE_WORDS = 8
# How many units back the other half of a move is looked for.
_MAX_MOVE_UNITS = 3


def key(token: Token) -> tuple[str, bool]:
    """What makes two tokens the same in an alignment: the word, and whether white space stands before it."""
    return token.text, token.is_spaced


def units(source: Sequence[Token], target: Sequence[Token]) -> list[Change]:
    """The changes that turn one token list into another, in order, joined where they belong together."""
    changes = align([key(token) for token in source], [key(token) for token in target])
    joined: list[Change] = []
    for change in changes:
        joined.append(change)
        while (reach := _reach(joined, source, target)) is not None:
            first, last = joined[reach], joined[-1]
            joined[reach:] = [
                Change(first.source_start, last.source_end, first.target_start, last.target_end)
            ]
    return joined


def _reach(joined: Sequence[Change], source: Sequence[Token], target: Sequence[Token]) -> int | None:
    """The first unit that belongs together with the last one, if any."""
    last = len(joined) - 1
    for index in range(max(0, last - _MAX_MOVE_UNITS), last):
        if _belong_together(joined[index], joined[last], index == last - 1, source, target):
            return index
    return None


def _belong_together(
    left: Change, right: Change, adjacent: bool, source: Sequence[Token], target: Sequence[Token]
) -> bool:
    kept = source[left.source_end : right.source_start]
    if adjacent and len(kept) == 1 and kept[0].text.lower() in FUNCTION_WORDS:
        return True
    return len(kept) <= _MAX_MOVE_WORDS and _moved(left, right, source, target)


def _moved(left: Change, right: Change, source: Sequence[Token], target: Sequence[Token]) -> bool:
    """Whether a content word deleted by one change is inserted by the other."""

    def content(tokens: Sequence[Token], start: int, end: int) -> set[str]:
        return {t.text.lower() for t in tokens[start:end] if t.text.lower() not in FUNCTION_WORDS}

    left_out, left_in = content(source, *left[:2]), content(target, *left[2:])
    right_out, right_in = content(source, *right[:2]), content(target, *right[2:])
    return bool((left_out - left_in) & right_in or left_in & (right_out - right_in))
