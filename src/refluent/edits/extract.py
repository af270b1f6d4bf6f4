"""The edits that lead from a source to a hypothesis, each trimmed to what really changes.

Words are aligned and joined to units by `refluent.edits.units`; here units become ranges of characters. White
space belongs to the source: a hypothesis says only whether two words are apart, so line breaks and
non-breaking spaces of the source stay where its words stay, and a line break inside a rewritten unit moves to
the next gap between words rather than being lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from refluent.edits.classify import classify
from refluent.edits.units import key, units
from refluent.text.align import align
from refluent.text.lines import LINE_BREAK
from refluent.text.tokens import Token, tokenize
from refluent.types import Edit, Span

__all__ = ["edit_of_words", "extract"]


def extract(source: str, hypothesis: str) -> list[Edit]:
    """The edits that lead from the source to the words and the spacing of the hypothesis, in order.

    White space around the whole text is not compared: it stays as it is in the source.

    >>> [(edit.original, edit.replacement) for edit in extract("I go home by car.", "I went home by a car.")]
    [('go', 'went'), ('', ' a')]
    """
    tokens, target = _unspaced_start(tokenize(source)), _unspaced_start(tokenize(hypothesis))
    edits: list[Edit] = []
    for unit in units(tokens, target):
        words = [key(token) for token in target[unit.target_start : unit.target_end]]
        edit = edit_of_words(source, tokens, unit.source_start, unit.source_end, words)
        if edit is not None:
            edits.append(edit)
    return edits


def _unspaced_start(tokens: list[Token]) -> list[Token]:
    return [replace(tokens[0], is_spaced=False), *tokens[1:]] if tokens else []


def edit_of_words(
    source: str, tokens: Sequence[Token], start: int, end: int, words: Sequence[tuple[str, bool]]
) -> Edit | None:
    """The edit that puts other words in the place of tokens ``[start, end)``; None where nothing changes.

    Args:
        source: the text.
        tokens: its tokens.
        start: first token to replace; the one before which to insert.
        end: after the last token to replace.
        words: ``(text, is_spaced)`` of each word to put there; for the first word of a text ``is_spaced``
            does not count.
    """
    edges = list(_edges(source, tokens, start, end))
    old = [source[left:right] for left, right in pairwise(edges)]
    new = _pieces(
        old, [(text, is_spaced and (start > 0 or n > 0)) for n, (text, is_spaced) in enumerate(words)]
    )
    while old and new and old[-1] == new[-1]:
        old, new = old[:-1], new[:-1]
    first = 0
    while first < min(len(old), len(new)) and old[first] == new[first]:
        first += 1
    span = Span(edges[first], edges[len(old)])
    original, replacement = span.of(source), "".join(new[first:])
    if original == replacement:
        return None
    return Edit(span, original, replacement, classify(source, span, replacement))


def _edges(source: str, tokens: Sequence[Token], start: int, end: int) -> Iterator[int]:
    """Where the pieces of a range of tokens begin, and its end: white space, word, ..., word, white space."""
    yield tokens[start - 1].end if start else tokens[0].start if tokens else 0
    for token in tokens[start:end]:
        yield token.start
        yield token.end
    if end < len(tokens):
        yield tokens[end].start
    else:
        # White space at the end of the text belongs to no word.
        yield tokens[-1].end if tokens else 0


def _pieces(old: Sequence[str], words: Sequence[tuple[str, bool]]) -> list[str]:
    """The pieces that replace ``old``, alternating white space and words, with white space from ``old``."""
    gaps, after = list(old[:-1:2]), old[-1]
    new_gaps = [" " if is_spaced else "" for _, is_spaced in words]
    used: set[int] = set()
    for place, other in _partners(old[1::2], [text for text, _ in words]):
        if gaps[place] and new_gaps[other]:
            new_gaps[other] = gaps[place]
            used.add(place)
    lost = [gap for place, gap in enumerate(gaps) if place not in used and LINE_BREAK.search(gap)]
    if lost and after and not LINE_BREAK.search(after):
        after = lost[-1]
    pieces: list[str] = []
    for gap, (text, _) in zip(new_gaps, words, strict=True):
        pieces += gap, text
    return [*pieces, after]


def _partners(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Numbers of words that stand for each other: kept ones, and those of a change from left to right."""
    place = other = 0
    for change in align(old, new):
        yield from zip(range(place, change.source_start), range(other, change.target_start), strict=True)
        yield from zip(
            range(change.source_start, change.source_end),
            range(change.target_start, change.target_end),
            strict=False,
        )
        place, other = change.source_end, change.target_end
    yield from zip(range(place, len(old)), range(other, len(new)), strict=True)
