"""Where the cuts in a text go when the text is rewritten, by aligning the words before and after.

A cut keeps its word on one side: an opening code prefers the word after it, all others the word before it.
The ends of the text are aligned with each other. Words that were exchanged one for one correspond (``the
big`` and ``a large``), and so do forms of one word (``depending`` and ``depends``). Codes inside a short
stretch that was rewritten otherwise come to stand around all of it: ``make [use] of`` becomes ``[apply]``.
Where words only changed places, no boundary corresponds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from refluent.documents.base import Kind
from refluent.text.align import align
from refluent.text.tokens import Token, tokenize

__all__ = ["Cut", "project"]

# Words that begin with as many same letters are taken for forms of one word.
_STEM = 4
# A code may come to stand around a few words that were rewritten together, not around half a sentence.
_MAX_WORDS = 8


@dataclass(frozen=True)
class Cut:
    """A place in a text.

    Attributes:
        number: number of the piece of the document that it is.
        offset: where it is.
        kind: OPEN, CLOSE, POINT, SEAM, or BREAK, which alone is a character of the text: its space.
    """

    number: int
    offset: int
    kind: Kind

    @property
    def width(self) -> int:
        """How many characters of the text it is."""
        return 1 if self.kind is Kind.BREAK else 0


def project(old: str, new: str, cuts: Sequence[Cut]) -> list[tuple[Cut, int]] | None:
    """The cuts with their offsets in the new text, in order.

    A line break for which the new text has no gap between words is left out.

    Returns:
        None where a code has no boundary that corresponds to its own.
    """
    if not cuts:
        return []
    alignment = _Alignment(old, new)
    placed: list[tuple[Cut, int]] = []
    end = 0
    for cut in cuts:
        place = alignment.place(cut)
        if cut.kind is Kind.BREAK:
            place = _gap(new, end, cut.offset if place is None else place)
            if place is None:
                continue
        elif cut.kind is Kind.SEAM:
            place = max(end, place or 0)
        elif place is None or place < end:
            return None
        placed.append((cut, place))
        end = place + cut.width
    return placed


def _gap(text: str, start: int, near: int) -> int | None:
    """The space nearest to a place, at or after a start."""
    spaces = [offset for offset in range(start, len(text)) if text[offset] == " "]
    return min(spaces, key=lambda offset: (abs(offset - near), offset), default=None)


class _Alignment:
    """Which boundary of the new text corresponds to one of the old."""

    def __init__(self, old: str, new: str) -> None:
        self._old, self._new, self._new_text = tokenize(old), tokenize(new), new
        self._counterpart, self._stretches = _counterparts(self._old, self._new)

    def place(self, cut: Cut) -> int | None:
        """The offset in the new text for a cut in the old one."""
        n_before = sum(token.end <= cut.offset for token in self._old)
        if n_before < len(self._old) and self._old[n_before].start < cut.offset:
            return self._inside(n_before, cut.offset)
        n_new = self._boundary(n_before, cut.kind)
        if n_new is None:
            return None
        return self._offset(n_before, n_new, cut)

    def _inside(self, number: int, offset: int) -> int | None:
        """A cut within a word keeps what both words have in common on one side of it."""
        if number not in self._counterpart:
            return None
        old, new = self._old[number], self._new[self._counterpart[number]]
        head, tail = offset - old.start, old.end - offset
        if old.text[:head] == new.text[:head]:
            return new.start + head
        if old.text[-tail:] == new.text[-tail:]:
            return new.end - tail
        return None

    def _boundary(self, number: int, kind: Kind) -> int | None:
        """How many words of the new text stand before the boundary with ``number`` old words before it."""
        left = 0 if number == 0 else self._counterpart.get(number - 1, -2) + 1
        is_end = number == len(self._old)
        right = len(self._new) if is_end else self._counterpart.get(number, -1)
        first, second = (right, left) if kind is Kind.OPEN else (left, right)
        if first >= 0 or second >= 0:
            return first if first >= 0 else second
        start, end = self._stretches.get(number, (0, _MAX_WORDS + 1))
        if end - start > _MAX_WORDS:
            return None
        return start if kind is Kind.OPEN else end

    def _offset(self, number: int, n_new: int, cut: Cut) -> int:
        """The offset of a boundary: at the end of the word before it or at the start of the one after it."""
        hugs_left = number > 0 and self._old[number - 1].end == cut.offset
        hugs_right = number < len(self._old) and self._old[number].start == cut.offset
        is_left = cut.kind is not Kind.OPEN if hugs_left == hugs_right else hugs_left
        if is_left:
            return self._new[n_new - 1].end if n_new else 0
        return self._new[n_new].start if n_new < len(self._new) else len(self._new_text)


def _counterparts(
    old: Sequence[Token], new: Sequence[Token]
) -> tuple[dict[int, int], dict[int, tuple[int, int]]]:
    """Which words and boundaries correspond.

    Returns:
        For each word of the old text the number of the new one that stands for it, where one does; for each
        boundary inside a rewritten stretch the boundaries of the new one, equal where words are gone.
    """
    found: dict[int, int] = {}
    stretches: dict[int, tuple[int, int]] = {}
    done = shift = 0
    changes = align([token.text for token in old], [token.text for token in new])
    for change in changes:
        found.update((number, number + shift) for number in range(done, change.source_start))
        gone = range(change.source_start, change.source_end)
        come = range(change.target_start, change.target_end)
        before = [old[number].text.casefold() for number in gone]
        after = [new[number].text.casefold() for number in come]
        found.update((gone[place], come[other]) for place, other in _exchanged(before, after))
        if sorted(before) != sorted(after):
            stretches.update((number, (come.start, come.stop)) for number in gone[1:])
        done, shift = change.source_end, change.target_end - change.source_end
    found.update((number, number + shift) for number in range(done, len(old)))
    return found, stretches


def _exchanged(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The words of a rewritten stretch that correspond, in order, by their numbers in it."""
    if len(before) == len(after) and (len(before) == 1 or not set(before) & set(after)):
        yield from enumerate(range(len(after)))
        return
    start = 0
    for place, word in enumerate(before):
        # The word itself has only moved.
        forms = [other for other in range(start, len(after)) if _is_form(after[other], word)]
        if len(forms) == 1:
            start = forms[0] + 1
            yield place, forms[0]


def _is_form(word: str, other: str) -> bool:
    return word != other and len(word) >= _STEM and word[:_STEM] == other[:_STEM]
