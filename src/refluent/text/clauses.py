"""Cutting a sentence that is too long for a model at the boundaries of its clauses.

Places are ranked: after the end of a sentence inside quotation marks and after a semicolon, after a colon or
dash, after a comma before a conjunction, after any comma, and last around brackets and before conjunctions. A
walk from the left chooses for each part the place nearest to an equal share, a better rank making up for some
distance.

The lengths of the parts are estimated from their share of the characters and counted once a part is cut, so
the characters counted grow in proportion to the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from math import ceil
from typing import NamedTuple

from refluent.types import Span

__all__ = ["Clause", "cut"]

_CONJUNCTIONS = (
    "and|but|or|nor|so|yet|for|which|who|whom|whose|where|when|while|whereas|because|although|though|since|as|if|"
    "unless|until|after|before|including|then|thus|however|therefore|according"
)
# Those that part clauses without a comma before them.
_JOINING = "and|but|or|which|who|because|although|though|while|whereas|unless|until|that"
# Distance from an equal share that a better place makes up for -> where the white space between the parts is.
_PLACES = (
    (
        0.0,
        re.compile(r"(?:(?:[!?…]|(?<=[a-z]{3})\.)['\"”’)\]]*(?=\s+['\"“‘(]*[A-Z])|[;；。！？])(?P<gap>\s*)"),
    ),
    (0.1, re.compile(r"(?:[:：](?=\s)|[：—]|(?<=\s)[-–](?=\s))(?P<gap>\s*)")),
    (0.2, re.compile(rf",['\"”’]?(?P<gap>\s+)(?=(?:{_CONJUNCTIONS})\b)", re.IGNORECASE)),
    (0.4, re.compile(r"(?:,['\"”’]?(?=\s)|[，、])(?P<gap>\s*)")),
    (0.6, re.compile(r"[)\]](?P<gap>\s+)|(?<=\S)(?P<before>\s+)(?=[(\[])")),
    (0.6, re.compile(rf"(?<=\S)(?<!\band)(?<!\bbut)(?<!\bor)(?P<gap>\s+)(?=(?:{_JOINING})\b)")),
)
# Parts are planned a little shorter than allowed: some have more pieces per character than the whole.
_FILLING = 0.95


class Clause(NamedTuple):
    """A part of a sentence and its length in pieces."""

    span: Span
    pieces: int


class _Place(NamedTuple):
    """Where a sentence can be cut: the white space between two parts, and how bad the place is."""

    end: int
    start: int
    penalty: float


def cut(text: str, *, count_pieces: Callable[[str], int], max_pieces: int) -> list[Clause]:
    """Parts of at most ``max_pieces`` pieces, in order; one that no place divides is longer.

    >>> sentence = "He came home, and she left; nobody knew."
    >>> clauses = cut(sentence, count_pieces=lambda part: len(part.split()), max_pieces=6)
    >>> [clause.span.of(sentence) for clause in clauses]
    ['He came home, and she left;', 'nobody knew.']
    """
    places: list[_Place] | None = None
    waiting = [Span(0, len(text))]
    done: list[Clause] = []
    while waiting:
        span = waiting.pop()
        pieces = count_pieces(span.of(text))
        if pieces > max_pieces:
            places = _places(text) if places is None else places
            inside = _inside(places, span)
            if inside:
                length = len(span) * max_pieces * _FILLING / pieces
                waiting += reversed(_parts(span, inside, length))
                continue
        done.append(Clause(span, pieces))
    return done


def _places(text: str) -> list[_Place]:
    """Where a text can be cut, in order; the best reading of each place."""
    found: dict[int, _Place] = {}
    for penalty, pattern in _PLACES:
        for match in pattern.finditer(text):
            group = "gap" if match["gap"] is not None else "before"
            end, start = match.span(group)
            if end > 0 and start < len(text):
                found.setdefault(end, _Place(end, start, penalty))
    return [found[end] for end in sorted(found)]


def _inside(places: Sequence[_Place], span: Span) -> Sequence[_Place]:
    """The places with something of the span on both sides."""
    first = bisect_right(places, span.start, key=lambda place: place.end)
    last = bisect_right(places, span.end - 1, key=lambda place: place.start)
    return places[first:last]


def _parts(span: Span, places: Sequence[_Place], length: float) -> list[Span]:
    """Parts of about equal size and at most ``length`` characters where the places allow it; two or more."""
    parts: list[Span] = []
    start, number = span.start, 0
    while number < len(places) and span.end - start > length:
        rest = span.end - start
        share = rest / ceil(rest / length)
        reach = number + 1
        while reach < len(places) and places[reach].end - start <= length:
            reach += 1
        best = min(
            range(number, reach),
            key=lambda at: abs(places[at].end - start - share) / share + places[at].penalty,
        )
        parts.append(Span(start, places[best].end))
        start, number = places[best].start, best + 1
    return [*parts, Span(start, span.end)]
