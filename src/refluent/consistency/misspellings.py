"""Names that differ by one letter, reported only on strong evidence that they are one name.

Both have the same first part and never stand in one sentence, and either the letter is one that
transcriptions and typists change ("Wei Sanlo", "Wei Sanluo"; "Merkel", "Merkl") or one form is a single slip
against many. Relatives and namesakes stay two people: "Xiaoli", "Xiaolin"; "Johnson", "Johnston".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from rapidfuzz.distance import OSA

from refluent.consistency.mix import Mix, Usage
from refluent.consistency.names import NAME_VARIANTS, Chain, Part, is_common, is_no_name, span_of, written
from refluent.consistency.page import Page

__all__ = ["misspelled_names"]

_MIN_LETTERS = 5
_MAX_PARTS = 3
# A slip: once, where the other form stands at least this often.
_MANY = 4
_VOWELS = frozenset("aeiouy")
# Letters that stand for the same sound in transcriptions.
_SAME_SOUND = frozenset(map(frozenset, ("iy", "ck", "sz", "vw", "kq")))
_SENTENCE_END = re.compile(r"[.!?][\"”'’)\]]*\s|\n")
_LONG_SENTENCE = 600

Name = tuple[str, str]


def misspelled_names(page: Page, found: Sequence[Chain]) -> Iterator[Mix]:
    """Names of a page, given as its chains of capitalized words, that differ by a letter."""
    places: dict[Name, list[Sequence[Part]]] = {}
    for chain in found:
        parts = _bare(chain)
        if 2 <= len(parts) <= _MAX_PARTS:
            name = parts[0].letters, "".join(part.letters for part in parts[1:])
            places.setdefault(name, []).append(parts)
    counts = {name: len(spelled) for name, spelled in places.items()}
    for left, right in _neighbors(places):
        if _is_slip(left, right, counts) and not _meet(page.prose, places[left], places[right]):
            both = sorted([*places[left], *places[right]], key=span_of)
            usages = tuple(Usage(span_of(parts), written(parts)) for parts in both)
            yield Mix(NAME_VARIANTS, "this may be one name", usages)


def _bare(chain: Sequence[Part]) -> Sequence[Part]:
    """A chain without titles and the words of a sentence before the name: "But President Wei Sanlo"."""
    start = 0
    while start < len(chain) and is_no_name(chain[start].text):
        start += 1
    return chain[start:]


def _neighbors(names: dict[Name, list[Sequence[Part]]]) -> Iterator[tuple[Name, Name]]:
    """Pairs of names with the same first part whose rest is one letter apart, each pair once.

    Names that share a form with one letter left out are compared, which takes time in proportion to names.
    """
    buckets: dict[Name, list[Name]] = {}
    seen: set[tuple[Name, Name]] = set()
    for name in sorted(names):
        first, rest = name
        if len(rest) < _MIN_LETTERS:
            continue
        for short in {rest, *(rest[:place] + rest[place + 1 :] for place in range(len(rest)))}:
            bucket = buckets.setdefault((first, short), [])
            for other in bucket:
                if (other, name) not in seen and OSA.distance(other[1], rest) == 1:
                    seen.add((other, name))
                    yield other, name
            bucket.append(name)


def _is_slip(left: Name, right: Name, counts: Mapping[Name, int]) -> bool:
    shorter, longer = sorted((left[1], right[1]), key=len)
    if longer.startswith(shorter) or (is_common(shorter) and is_common(longer)):
        return False
    few, many = sorted((counts[left], counts[right]))
    return _is_same_sound(shorter, longer) or (few == 1 and many >= _MANY)


def _is_same_sound(shorter: str, longer: str) -> bool:
    """Whether a vowel or doubled letter is left out, two letters change places, or two sound the same."""
    start = next(
        (place for place, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter)
    )
    if len(shorter) < len(longer):
        extra = longer[start]
        return extra in _VOWELS or extra == longer[start - 1]
    if sorted(shorter) == sorted(longer):
        return True
    return frozenset((shorter[start], longer[start])) in _SAME_SOUND


def _meet(text: str, left: Sequence[Sequence[Part]], right: Sequence[Sequence[Part]]) -> bool:
    """Whether both names stand in one sentence, as two people do."""
    marked = [(span_of(parts), side) for side, names in enumerate((left, right)) for parts in names]
    for (span, side), (other, other_side) in pairwise(sorted(marked)):
        is_near = side != other_side and other.start - span.end < _LONG_SENTENCE
        if is_near and not _SENTENCE_END.search(text, span.end, other.start):
            return True
    return False
