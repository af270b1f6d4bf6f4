"""A pair of sentences as a programme of span rewrites, and back.

A `Rewrite` replaces the words ``[start, end)`` of the source (none for an insertion before ``start``) by
other words. Words carry whether white space stands before them, so spacing repairs are rewrites like any
other. Rewrites are the units of `refluent.edits.units`, those a person would accept or reject together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from refluent.edits.units import FUNCTION_WORDS, key, units
from refluent.text.tokens import Token

__all__ = ["FUNCTION_WORDS", "Rewrite", "apply_rewrites", "rewrites"]


class Rewrite(NamedTuple):
    """Words ``[start, end)`` of the source become ``words``, each ``(text, is_spaced)``."""

    start: int
    end: int
    words: tuple[tuple[str, bool], ...]


def rewrites(source: Sequence[Token], target: Sequence[Token]) -> list[Rewrite]:
    """The rewrites that turn one token list into another, in order, not overlapping."""
    keys = [key(token) for token in target]
    return [
        Rewrite(unit.source_start, unit.source_end, tuple(keys[unit.target_start : unit.target_end]))
        for unit in units(source, target)
    ]


def apply_rewrites(source: Sequence[Token], steps: Sequence[Rewrite]) -> list[tuple[str, bool]]:
    """The words, each ``(text, is_spaced)``, after all rewrites: the inverse of `rewrites`."""
    words: list[tuple[str, bool]] = []
    position = 0
    for step in steps:
        words += [key(token) for token in source[position : step.start]]
        words += step.words
        position = step.end
    return words + [key(token) for token in source[position:]]
