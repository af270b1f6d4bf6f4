"""A document: what a reader made of a file, and the way back to its bytes.

A reader cuts the file's content (`Document.raw`) into pieces. Each piece says what it shows to the
repairer, if anything, and which stretch of the content it stands for; the texts of all pieces together are
`Document.text`, and edits point into that text. To rewrite is to splice: the stretches under an edit are
replaced, every other character is copied. Nothing is ever serialized again, so nothing else in the file can
change.

A piece may be shown otherwise than it is stored: ``&amp;`` shows ``&``, an inline code such as ``<b>``
shows nothing, the markup between two paragraphs shows an empty line. Where inline codes go when the words
around them change is decided in `refluent.documents.codes`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import NamedTuple

from refluent.types import Edit, Span

__all__ = ["BLOCK_END", "DEFAULTS", "STATES", "Change", "Document", "Kind", "Options", "Piece", "splice"]

# What stands between two blocks: no sentence reaches across it.
BLOCK_END = "\n\n"
STATES = ("needs-review", "translated")


class Kind(Enum):
    """What may happen to a piece."""

    TEXT = "text, stored as it is shown"
    ESCAPE = "shown otherwise than stored; an edit may replace the whole of it"
    BREAK = "a line break in the middle of a paragraph, shown as a space; it stays, at a gap between words"
    OPEN = "an inline code that begins something"
    CLOSE = "an inline code that ends something"
    POINT = "an inline code of its own"
    SEAM = "a cut without meaning, such as between two runs of one format; it stays, anywhere"
    FIXED = "content that no edit may touch"
    SEPARATOR = "what is shown between two blocks; it stands for nothing"


class Piece(NamedTuple):
    """A stretch of the content.

    Attributes:
        kind: what may happen to it.
        text: what it shows; empty for inline codes.
        start: offset of its first character in the content.
        end: offset after its last character.
    """

    kind: Kind
    text: str
    start: int
    end: int


class Change(NamedTuple):
    """One stretch of the content to be rewritten.

    Attributes:
        start: offset of its first character in the content.
        end: offset after its last character; equal to ``start`` for an insertion.
        old: what it shows now.
        new: what it is to show; not yet escaped for the format.
        edit: the edit it is a part of.
        piece: number of the piece it begins in, or next to.
    """

    start: int
    end: int
    old: str
    new: str
    edit: Edit
    piece: int


@dataclass(frozen=True)
class Document:
    """A file, ready to be repaired.

    Attributes:
        raw: its content, decoded; of an archive, the parts that hold text, one after another.
        pieces: the stretches of it between its first and last word. Within a block they follow each other
            without a gap.
        build: makes the file again with some stretches rewritten.
        accepts: why a new text of the block with a number cannot be, or an empty string.
        reread: reads a file that `build` made, for the proof that it shows what it should.
    """

    raw: str
    pieces: tuple[Piece, ...]
    build: Callable[[Sequence[Change]], bytes]
    accepts: Callable[[int, str], str] | None = None
    reread: Callable[[bytes], Document] | None = None

    def __post_init__(self) -> None:
        for last, piece in zip(self.pieces, self.pieces[1:], strict=False):
            apart = Kind.SEPARATOR in (last.kind, piece.kind)
            if last.end != piece.start and not apart:
                raise ValueError(f"pieces must follow each other: {last} and {piece}")

    @cached_property
    def text(self) -> str:
        """What the repairer sees; the one text that edits of this document point into."""
        return "".join(piece.text for piece in self.pieces)

    @cached_property
    def starts(self) -> list[int]:
        """For each piece the offset in `text` at which it begins."""
        starts, offset = [], 0
        for piece in self.pieces:
            starts.append(offset)
            offset += len(piece.text)
        return starts

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The inline codes as they are stored, in order."""
        codes = (Kind.OPEN, Kind.CLOSE, Kind.POINT, Kind.FIXED)
        return tuple(self.raw[piece.start : piece.end] for piece in self.pieces if piece.kind in codes)

    @cached_property
    def block_starts(self) -> list[int]:
        """The offset in `text` at which each block begins."""
        after = (
            start + len(piece.text)
            for start, piece in zip(self.starts, self.pieces, strict=True)
            if piece.kind is Kind.SEPARATOR
        )
        return [0, *after]

    def block(self, number: int) -> Span:
        """The range of `text` that a block covers."""
        start = self.block_starts[number]
        if number + 1 == len(self.block_starts):
            return Span(start, len(self.text))
        number_of_separator = bisect_right(self.starts, self.block_starts[number + 1] - 1) - 1
        return Span(start, self.starts[number_of_separator])

    def block_at(self, offset: int) -> int:
        """The number of the block that has an offset of `text`."""
        return bisect_right(self.block_starts, offset) - 1


@dataclass(frozen=True)
class Options:
    """What a reader may have to be told.

    Attributes:
        subject: what to call the file in an error.
        encoding: how a text file is stored; None for what it says itself, or UTF-8.
        columns: names of the columns of a table, or the fields of JSON records, that hold the text.
        is_tracked: whether changes are to be marked for review rather than made.
        state: what a changed segment of a bilingual file is marked as.
    """

    subject: str = ""
    encoding: str | None = None
    columns: tuple[str, ...] = ()
    is_tracked: bool = False
    state: str = "needs-review"


DEFAULTS = Options()


def splice(raw: str, changes: Iterable[tuple[int, int, str]]) -> str:
    """Replace stretches of a content and copy everything else.

    >>> splice("<p>one &amp; two</p>", [(3, 6, "1"), (15, 15, "!")])
    '<p>1 &amp; two!</p>'

    Raises:
        ValueError: two stretches overlap.
    """
    parts: list[str] = []
    end = 0
    for start, stop, new in sorted(changes, key=lambda change: change[:2]):
        if start < end:
            raise ValueError(f"two changes at {start} overlap")
        parts += raw[end:start], new
        end = stop
    parts.append(raw[end:])
    return "".join(parts)
