"""A pair of sentences as a programme of span rewrites, and back.

A `Rewrite` replaces the words ``[start, end)`` of the source (none for an insertion before ``start``) by
other words. Words carry whether white space stands before them, so spacing repairs are rewrites like any
other. Rewrites are the units a person would accept or reject together: a single function word or symbol that
was kept between two changes joins them, and a word that moved joins the place it left and the place it went to
(otherwise one half could be accepted alone, which would lose or double the word).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from refluent.text.align import Change, align
from refluent.text.tokens import Token

__all__ = ["FUNCTION_WORDS", "Rewrite", "apply_rewrites", "rewrites"]

FUNCTION_WORDS = frozenset(
    "a an the of to in on at for from by with as and or but that which who it its is are was were be been has have "
    "had will would not this these those their his her he she they we i you there , . ; : ' \" ’ “ ” - – —".split()
)
# How far apart a word's old and new place may lie for the two changes to be one unit.
_MAX_MOVE_WORDS = 8


class Rewrite(NamedTuple):
    """Words ``[start, end)`` of the source become ``words``, each ``(text, is_spaced)``."""

    start: int
    end: int
    words: tuple[tuple[str, bool], ...]


def _key(token: Token) -> tuple[str, bool]:
    return token.text, token.is_spaced


def _moved(left: Change, right: Change, source: Sequence[Token], target: Sequence[Token]) -> bool:
    """Whether a content word deleted by one change is inserted by the other."""

    def content(tokens: Sequence[Token], start: int, end: int) -> set[str]:
        return {t.text.lower() for t in tokens[start:end] if t.text.lower() not in FUNCTION_WORDS}

    left_out, left_in = content(source, *left[:2]), content(target, *left[2:])
    right_out, right_in = content(source, *right[:2]), content(target, *right[2:])
    return bool((left_out - left_in) & right_in or left_in & (right_out - right_in))


def _joined(changes: list[Change], source: Sequence[Token], target: Sequence[Token]) -> list[Change]:
    units: list[Change] = []
    for change in changes:
        units.append(change)
        while len(units) > 1:
            reach = next(
                (
                    index
                    for index in range(max(0, len(units) - 4), len(units) - 1)
                    if _belong_together(units[index], units[-1], index == len(units) - 2, source, target)
                ),
                None,
            )
            if reach is None:
                break
            first, last = units[reach], units[-1]
            units[reach:] = [Change(first.source_start, last.source_end, first.target_start, last.target_end)]
    return units


def _belong_together(
    left: Change, right: Change, adjacent: bool, source: Sequence[Token], target: Sequence[Token]
) -> bool:
    kept = source[left.source_end : right.source_start]
    if adjacent and len(kept) == 1 and kept[0].text.lower() in FUNCTION_WORDS:
        return True
    return len(kept) <= _MAX_MOVE_WORDS and _moved(left, right, source, target)


def rewrites(source: Sequence[Token], target: Sequence[Token]) -> list[Rewrite]:
    """The rewrites that turn one token list into another, in order, not overlapping."""
    keys = [_key(token) for token in target]
    changes = align([_key(token) for token in source], keys)
    return [
        Rewrite(unit.source_start, unit.source_end, tuple(keys[unit.target_start : unit.target_end]))
        for unit in _joined(changes, source, target)
    ]


def apply_rewrites(source: Sequence[Token], steps: Sequence[Rewrite]) -> list[tuple[str, bool]]:
    """The words, each ``(text, is_spaced)``, after all rewrites: the inverse of `rewrites`."""
    words: list[tuple[str, bool]] = []
    position = 0
    for step in steps:
        words += [_key(token) for token in source[position : step.start]]
        words += step.words
        position = step.end
    return words + [_key(token) for token in source[position:]]
