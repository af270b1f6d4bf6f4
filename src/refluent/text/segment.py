"""Sentences of a text, with their places.

sentencex finds the ends of sentences. Its answer is corrected where news text needs it: abbreviations
before numbers ("Vol. 2"), small letters after an abbreviation, punctuation left alone, words joined by a full
stop ("Node.js" against "done.This"). In doubt two sentences stay together: a model repairs a long segment as
well as a short one, but half a sentence badly.

A line break ends a sentence, but not inside a paragraph that is wrapped at some column (see `lines`): there a
user expects whole sentences to be repaired, and the segment has the line break inside it. Either way segments
and the white space between them tile the text, and no repair moves a line break.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from refluent.text.clauses import cut
from refluent.text.gaps import gaps
from refluent.text.lines import LINE_BREAK, blocks
from refluent.text.wordlists import mapping
from refluent.types import Segment, Span

__all__ = ["split"]

_WORD = re.compile(r"\w")
# The last word before a boundary if a full stop ends it, without marks before it: "(p." -> "p".
_STOPPED = re.compile(r"(?:^|[\s(\[\"'“‘])(?P<word>[^\s(\[\"'“‘]+)\.$")
_NUMBER = re.compile(r"[(\[]?(?:\d|[IVXLC]+\b)")
_SMALL = re.compile(r"[\"'“‘(\[]*[a-z]")
_BRAND = re.compile(r"[\"'“‘(\[]*[a-z]{1,2}[A-Z]")
_FULL_WIDTH_END = tuple("。！？．")
_CLOSING = tuple(")]}”’»")
# "1.", "(a)", "IV.": the label of an item belongs to its sentence.
_LABEL = re.compile(r"[(\[]?(?:\d{1,3}|[A-Za-z]|[IVXivx]{1,4})[.)\]]+")
# How far back from a boundary its last word is looked for.
_REACH = 40


def split(text: str, *, count_pieces: Callable[[str], int], max_pieces: int) -> list[Segment]:
    """The sentences of a text, in order, without the white space around them.

    A sentence of more than ``max_pieces`` pieces is cut at the boundaries of clauses; a part that cannot be
    cut stays whole and has a warning.

    Args:
        text: anything from a word to a document.
        count_pieces: length of a text for the model.
        max_pieces: longest segment the model takes.

    >>> [segment.text for segment in split("Fig. 3 is new.It shows J. Li.  He left.",
    ...     count_pieces=len, max_pieces=99)]
    ['Fig. 3 is new.', 'It shows J. Li.', 'He left.']
    """
    segments: list[Segment] = []
    for block in blocks(text):
        for sentence in _sentences(block.of(text)):
            start = block.start + sentence.start
            whole = sentence.shift(block.start).of(text)
            for span, pieces in cut(whole, count_pieces=count_pieces, max_pieces=max_pieces):
                is_long = pieces > max_pieces
                warning = f"{pieces} pieces are more than the {max_pieces} the model takes" if is_long else ""
                segments.append(Segment(span.of(whole), start + span.start, warning))
    return segments


def _sentences(block: str) -> Iterator[Span]:
    """Sentences of a block without the white space around them, offsets from its start."""
    # Wrapped or not: white space is white space. Offsets stay.
    line = LINE_BREAK.sub(lambda match: " " * len(match.group()), block)
    start = 0
    for end in [*_boundaries(line), len(line)]:
        part = line[start:end]
        if part.strip():
            first = start + len(part) - len(part.lstrip())
            yield Span(first, start + len(part.rstrip()))
        start = end


def _boundaries(line: str) -> list[int]:
    """Offsets between two sentences: those of sentencex that hold, and places where a space is missing."""
    import sentencex

    missing = set(gaps(line))
    found = set(missing)
    end = 0
    for part in sentencex.segment("en", line)[:-1]:
        end += len(part)
        found.add(end)
    kept: list[int] = []
    has_word = False
    places = sorted(found)
    for begin, end in zip([0, *places], [*places, len(line)], strict=True):
        # A stretch without a word belongs to what stands before it, at the beginning to what follows.
        if _WORD.search(line, begin, end):
            if has_word and (begin in missing or _is_end(line, kept[-1] if kept else 0, begin)):
                kept.append(begin)
            has_word = True
    return kept


def _is_end(line: str, start: int, place: int) -> bool:
    """Whether a sentence that began at ``start`` ends at ``place``."""
    left = line[max(start, place - _REACH) : place]
    right = line[place : place + _REACH]
    is_spaced = left[-1:].isspace() or right[:1].isspace()
    left, right = left.rstrip(), right.lstrip()
    if not (is_spaced or left.endswith(_FULL_WIDTH_END)):
        return False
    if right.startswith(_CLOSING) or _LABEL.fullmatch(left):
        return False
    stopped = _STOPPED.search(left)
    kind = mapping("abbreviations.txt").get(stopped["word"]) if stopped else None
    if kind in ("name", "within"):
        return False
    if kind == "number":
        return not _NUMBER.match(right)
    # "done. this" is a sentence begun in small letters; "Inc. said", "Oh! how", 'said "go." and' are not.
    is_plain = stopped is not None and kind is None
    return is_plain or not _SMALL.match(right) or _BRAND.match(right) is not None
