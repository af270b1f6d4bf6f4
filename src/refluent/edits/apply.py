"""From a text and its edits to the text that a reader gets."""

from __future__ import annotations

from collections.abc import Iterable

from refluent.types import Edit, Status

__all__ = ["apply"]


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text with the accepted edits made; others are ignored, and so is their order.

    >>> from refluent.types import Span
    >>> apply("He go home.", [Edit(Span(3, 5), "go", "went", status=Status.ACCEPTED)])
    'He went home.'

    Raises:
        ValueError: accepted edits overlap, are out of order, or were made for another text.
    """
    parts: list[str] = []
    end = 0
    previous: Edit | None = None
    for edit in edits:
        if edit.status is not Status.ACCEPTED:
            continue
        if previous is not None and (edit.span < previous.span or edit.span.overlaps(previous.span)):
            raise ValueError(f"{_named(edit)} overlaps or stands before {_named(previous)}")
        if edit.span.of(text) != edit.original:
            raise ValueError(f"{_named(edit)} was made for another text: it has {edit.span.of(text)!r} there")
        parts += text[end : edit.span.start], edit.replacement
        end, previous = edit.span.end, edit
    parts.append(text[end:])
    return "".join(parts)


def _named(edit: Edit) -> str:
    return f"the edit of {edit.original!r} at {edit.span.start}-{edit.span.end}"
