"""Lines of a text file that may be larger than memory, and records as documents."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from refluent.documents.base import Change, Document, Kind, Options, Piece
from refluent.documents.encoding import Decoded, decode
from refluent.errors import DocumentError

__all__ = ["MAX_RECORD_CHARACTERS", "escaped", "mark_of", "open_lines"]

MAX_RECORD_CHARACTERS = 16 << 20
_BYTES_AT_ONCE = 1 << 16


def open_lines(file: BinaryIO, options: Options) -> tuple[Decoded, Iterator[str]]:
    """How a file is stored, and its lines with their ends.

    Raises:
        DocumentError: it is empty, binary, or not in the encoding, or a line is too long; maybe on the way.
    """
    head = file.read(_BYTES_AT_ONCE)
    # The last line may end in the middle of a character.
    whole = head[: head.rfind(b"\n") + 1] or head
    checked = decode(whole, subject=options.subject, encoding=options.encoding)
    stored = Decoded("", checked.encoding, checked.mark)
    return stored, _lines(file, head[len(stored.mark) :], stored.encoding, options.subject)


def _lines(file: BinaryIO, chunk: bytes, encoding: str, subject: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    rest, number = "", 0
    while True:
        try:
            rest += decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            reason = f"is not {encoding.upper()} after line {number}"
            raise DocumentError(
                reason, subject=subject, remedy="name its encoding with --encoding"
            ) from error
        *lines, rest = rest.split("\n")
        for line in lines:
            number += 1
            yield f"{line}\n"
        if len(rest) > MAX_RECORD_CHARACTERS:
            reason = f"line {number + 1} is longer than {MAX_RECORD_CHARACTERS >> 20} Mi characters"
            raise DocumentError(reason, subject=subject, remedy="is it what its name says?")
        if not chunk:
            break
        chunk = file.read(_BYTES_AT_ONCE)
    if rest:
        yield rest


def mark_of(stored: Decoded) -> Document:
    """The byte order mark of a file, as the document before its first record."""

    def build(changes: Sequence[Change]) -> bytes:
        return stored.mark

    return Document("", (), build)


def escaped(raw: str, start: int, end: int, escapes: Iterator[tuple[int, int, str]]) -> Iterator[Piece]:
    """The pieces of a stored string.

    Args:
        raw: what it is a part of.
        start: where it begins.
        end: where it ends.
        escapes: start, end and meaning of each escape in it.
    """
    for first, last, shown in escapes:
        if start < first:
            yield Piece(Kind.TEXT, raw[start:first], start, first)
        yield Piece(Kind.ESCAPE, shown, first, last)
        start = last
    if start < end:
        yield Piece(Kind.TEXT, raw[start:end], start, end)
