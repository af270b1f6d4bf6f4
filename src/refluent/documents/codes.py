"""Inline codes and edits: every code stays, in its order, at the place that corresponds to its old one.

The repairer sees a block as plain text, without its codes, and answers with edits that say exactly which
characters change. A code outside every edit therefore does not move at all, and since no two codes ever
change places, nesting is kept by construction. Only a code inside the span of an edit has to be placed
anew: at the boundary between words that corresponds to its old one, found by aligning the edit's words
before and after (``[big</b> cars]`` becomes ``[large</b> car]``). Where there is no such boundary, or the
edit would touch fixed content or leave a pair of codes empty, that one edit is rejected with the reason,
and the rest of the sentence is repaired: nothing is gained by repairing the pieces between the codes apart.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from refluent.documents.base import Change, Document, Kind
from refluent.documents.projection import Cut, project
from refluent.edits.apply import apply
from refluent.types import Edit, Repair, Span, Status

__all__ = ["changes_of", "fit"]

_CODES = (Kind.OPEN, Kind.CLOSE, Kind.POINT, Kind.SEAM)


def fit(document: Document, repair: Repair) -> Repair:
    """The repair without the edits that the document has no place for; those are rejected with the reason."""
    reasons: dict[Edit, str] = {}
    changes: list[Change] = []
    for edit in repair.accepted:
        outcome = _place(document, edit)
        if isinstance(outcome, str):
            reasons[edit] = outcome
        else:
            changes += outcome
    reasons.update((edit, "would leave markup around nothing") for edit in _emptying(document, changes))
    repair = reject(repair, reasons)
    return reject(repair, _refused(document, repair))


def changes_of(document: Document, edits: Iterable[Edit]) -> list[Change]:
    """What accepted edits change in the content of a document; to be asked after `fit`.

    Raises:
        ValueError: the document has no place for an edit.
    """
    changes: list[Change] = []
    for edit in edits:
        if edit.status is Status.ACCEPTED:
            outcome = _place(document, edit)
            if isinstance(outcome, str):
                raise ValueError(f"the edit of {edit.original!r} {outcome}")
            changes += outcome
    return changes


def reject(repair: Repair, reasons: dict[Edit, str]) -> Repair:
    """The repair with some of its edits rejected."""
    if not reasons:
        return repair
    edits = tuple(
        replace(edit, status=Status.REJECTED, reason=reasons[edit]) if edit in reasons else edit
        for edit in repair.edits
    )
    return replace(repair, text=apply(repair.source, edits), edits=edits)


def _refused(document: Document, repair: Repair) -> dict[Edit, str]:
    """The edits of blocks that would not do with their new text."""
    if document.accepts is None:
        return {}
    by_block: dict[int, list[Edit]] = {}
    for edit in repair.accepted:
        by_block.setdefault(document.block_at(edit.span.start), []).append(edit)
    refused: dict[Edit, str] = {}
    for number, edits in by_block.items():
        span = document.block(number)
        local = [
            replace(edit, span=Span(edit.span.start - span.start, edit.span.end - span.start))
            for edit in edits
        ]
        reason = document.accepts(number, apply(span.of(document.text), local))
        if reason:
            refused.update((edit, reason) for edit in edits)
    return refused


def _place(document: Document, edit: Edit) -> list[Change] | str:
    """What an edit changes in the content, or why there is no place for it."""
    if not edit.original:
        return _insertion(document, edit)
    start, end = edit.span.start, edit.span.end
    first = bisect_right(document.starts, start) - 1
    last = bisect_right(document.starts, end - 1) - 1
    for number in range(first, last + 1):
        piece = document.pieces[number]
        if piece.kind in (Kind.FIXED, Kind.SEPARATOR):
            return f"touches {piece.text!r}, which must stay"
        stop = document.starts[number] + len(piece.text)
        if piece.kind is Kind.ESCAPE and (document.starts[number] < start or stop > end):
            return f"touches a part of {piece.text!r}"
    cuts = [
        Cut(number, document.starts[number] - start, document.pieces[number].kind)
        for number in range(first, last + 1)
        if document.pieces[number].kind in (*_CODES, Kind.BREAK)
    ]
    places = project(edit.original, edit.replacement, cuts)
    if places is None:
        return "has no place for the markup inside it"
    return list(_stretches(document, edit, places))


def _stretches(document: Document, edit: Edit, places: Sequence[tuple[Cut, int]]) -> Iterator[Change]:
    """The parts of an edit between codes, each with its part of the replacement."""
    number = bisect_right(document.starts, edit.span.start) - 1
    raw = _raw_at(document, edit.span.start)
    offset = place = 0
    for cut, position in places:
        piece = document.pieces[cut.number]
        old, new = edit.original[offset : cut.offset], edit.replacement[place:position]
        if old != new:
            yield Change(raw, piece.start, old, new, edit, number)
        number, raw = cut.number, piece.end
        offset, place = cut.offset + cut.width, position + cut.width
    old, new = edit.original[offset:], edit.replacement[place:]
    if old != new:
        yield Change(raw, _raw_at(document, edit.span.end - 1, is_after=True), old, new, edit, number)


def _raw_at(document: Document, offset: int, *, is_after: bool = False) -> int:
    """Where the content stores the character at an offset of the text; or where that stretch ends."""
    number = bisect_right(document.starts, offset) - 1
    piece = document.pieces[number]
    if piece.kind is Kind.TEXT:
        return piece.start + offset - document.starts[number] + is_after
    return piece.end if is_after else piece.start


def _insertion(document: Document, edit: Edit) -> list[Change] | str:
    offset = edit.span.start
    first = bisect_left(document.starts, offset)
    beyond = bisect_right(document.starts, offset)
    number = max(0, first - 1)
    if first == beyond and offset < len(document.text):
        piece = document.pieces[number]
        if piece.kind is not Kind.TEXT:
            return f"touches a part of {piece.text!r}"
        place = piece.start + offset - document.starts[number]
    else:
        place = _anchor(document, first, beyond)
    return [Change(place, place, "", edit.replacement, edit, number)]


def _anchor(document: Document, first: int, beyond: int) -> int:
    """Where among the codes between two characters new text goes: outside the pairs that meet there.

    ``<b>here</b>| to`` and ``click |<b>here</b>``; next to what stands before it where the codes do not say.
    """
    pieces = document.pieces
    codes = [number for number in range(first, beyond) if pieces[number].kind in _CODES]
    has_left = first > 0 and pieces[first - 1].kind is not Kind.SEPARATOR
    closing = [number for number in codes if pieces[number].kind is Kind.CLOSE]
    if closing:
        return pieces[closing[-1]].end
    opening = [number for number in codes if pieces[number].kind is Kind.OPEN]
    if opening:
        return pieces[opening[0]].start
    return pieces[first - 1].end if has_left else pieces[first].start


def _emptying(document: Document, changes: Sequence[Change]) -> Iterator[Edit]:
    """Edits that take away the last word between an opening and a closing code."""
    gaps: dict[tuple[int, int], list[Change]] = {}
    for change in changes:
        if change.old.strip() and not change.new.strip():
            gaps.setdefault(_gap(document, change.piece), []).append(change)
    for (left, right), emptied in gaps.items():
        n_characters = sum(_n_visible(piece.text) for piece in document.pieces[left:right])
        n_lost = sum(_n_visible(change.old) for change in emptied)
        around = [piece.kind for piece in document.pieces[left : right + 1 : right - left]]
        if around == [Kind.OPEN, Kind.CLOSE] and n_lost == n_characters:
            yield from (change.edit for change in emptied)


def _n_visible(text: str) -> int:
    return sum(not character.isspace() for character in text)


def _gap(document: Document, number: int) -> tuple[int, int]:
    """The codes or ends on both sides of a piece."""
    ends = (Kind.OPEN, Kind.CLOSE, Kind.POINT, Kind.SEPARATOR)
    left, right = number, number + 1
    while left > 0 and document.pieces[left].kind not in ends:
        left -= 1
    while right < len(document.pieces) and document.pieces[right].kind not in ends:
        right += 1
    return left, right
