"""Collects the pieces of a document, block by block; what all readers with markup have in common.

White space around a block belongs to the markup, and a block without a letter or digit is not shown at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from refluent.documents.base import BLOCK_END, Kind, Piece

__all__ = ["Builder"]

_SHOWN = (Kind.TEXT, Kind.ESCAPE, Kind.BREAK, Kind.FIXED)
_EDITABLE = (Kind.TEXT, Kind.ESCAPE)
# White space with a line break in it. A non-breaking space is a character of the text.
_LINE_BREAK = re.compile(r"[ \t\f]*(?:\r\n|\r|\n)[ \t\r\n\f]*")


class Builder:
    """Takes pieces in reading order and gives those of the whole document.

    Args:
        separator: what to show between two blocks, from the texts of both; an empty line by default.

    Attributes:
        base: added to all offsets, for a file of several parts.
    """

    def __init__(self, separator: Callable[[str, str], str] = lambda before, after: BLOCK_END) -> None:
        self.base = 0
        self._separator = separator
        self._done: list[Piece] = []
        self._last_text = ""
        self._block: list[Piece] = []
        self._n_blocks = 0
        self._n_masks = 0

    def add(self, kind: Kind, text: str, start: int, end: int) -> None:
        """Append a piece to the current block."""
        if start < end or text:
            self._block.append(Piece(kind, text, self.base + start, self.base + end))

    def wrapped(self, text: str, start: int) -> None:
        """Append text in which line breaks mean no more than a space."""
        end = 0
        if self._block and self._block[-1].kind is Kind.BREAK:
            # Its other spaces were stored apart from the line break.
            end = len(text) - len(text.lstrip(" \t\r\n\f"))
            self.add(Kind.SEAM, "", start, start + end)
        for match in _LINE_BREAK.finditer(text, end):
            self.add(Kind.TEXT, text[end : match.start()], start + end, start + match.start())
            # After "<br>" or a space the break would be shown as a second one.
            shown = self.shown[-1:]
            kind = Kind.SEAM if not shown or shown.isspace() else Kind.BREAK
            self.add(kind, "" if kind is Kind.SEAM else " ", start + match.start(), start + match.end())
            end = match.end()
        self.add(Kind.TEXT, text[end:], start + end, start + len(text))

    def mask(self, start: int, end: int) -> None:
        """Append a code that stands for a word, such as a picture: shown as ``{1}``, ``{2}`` and so on."""
        self._n_masks += 1
        self.add(Kind.FIXED, f"{{{self._n_masks}}}", start, end)

    @property
    def shown(self) -> str:
        """The last characters of the current block."""
        for piece in reversed(self._block):
            if piece.text:
                return piece.text
        return ""

    def end_block(self, *, is_shown: bool = False) -> int:
        """Close the current block.

        Args:
            is_shown: whether to show it even if all its words are fixed.

        Returns:
            How many blocks there are so far.
        """
        block = _trim_end(_trim_start(self._block))
        self._block = []
        self._n_masks = 0
        kinds = _SHOWN if is_shown else _EDITABLE
        words = "".join(piece.text for piece in block if piece.kind in kinds)
        if any(character.isalnum() for character in words):
            text = "".join(piece.text for piece in block)
            if self._done:
                place = block[0].start
                self._done.append(Piece(Kind.SEPARATOR, self._separator(self._last_text, text), place, place))
            self._done += block
            self._last_text = text
            self._n_blocks += 1
        return self._n_blocks

    def pieces(self) -> tuple[Piece, ...]:
        """All pieces; closes the last block."""
        self.end_block()
        return tuple(self._done)


def _trim_start(block: list[Piece]) -> list[Piece]:
    for number, piece in enumerate(block):
        if piece.text and piece.kind in _SHOWN:
            rest = piece.text.lstrip(" \t\r\n\f")
            if piece.kind is Kind.TEXT and rest:
                cut = piece.end - len(rest)
                return [Piece(Kind.TEXT, rest, cut, piece.end), *block[number + 1 :]]
            if rest:
                return block[number:]
        elif piece.kind not in (Kind.SEAM, Kind.BREAK):
            return block[number:]
    return []


def _trim_end(block: list[Piece]) -> list[Piece]:
    for number in range(len(block) - 1, -1, -1):
        piece = block[number]
        if piece.text and piece.kind in _SHOWN:
            rest = piece.text.rstrip(" \t\r\n\f")
            if piece.kind is Kind.TEXT and rest:
                return [*block[:number], Piece(Kind.TEXT, rest, piece.start, piece.start + len(rest))]
            if rest:
                return block[: number + 1]
        elif piece.kind not in (Kind.SEAM, Kind.BREAK):
            return block[: number + 1]
    return []
