"""Bytes to characters and back, with encoding and byte order mark kept.

A file is UTF-8 unless it begins with a byte order mark, says its encoding itself, or the user names it.
Nothing is guessed: a wrong guess would change every accented letter of the file.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from refluent.errors import DocumentError

__all__ = ["Characters", "Decoded", "decode"]

# Longer marks first: that of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Controls that text files have: tab, line ends, form feed, the end mark of DOS, escape.
_TEXT_CONTROLS = frozenset("\t\n\v\f\r\x1a\x1b\x85")


@dataclass(frozen=True)
class Decoded:
    """A decoded file.

    Attributes:
        text: its characters, line ends as they are in the file.
        encoding: how they are stored.
        mark: the byte order mark, if any.
    """

    text: str
    encoding: str = "utf-8"
    mark: bytes = b""

    def encode(self, text: str, *, errors: str = "strict", has_mark: bool = True) -> bytes:
        """Another text in the encoding of this file.

        Args:
            text: what to store.
            errors: what to do about a character that the encoding lacks, as for `str.encode`.
            has_mark: whether to begin with the byte order mark; not in the middle of a file.

        Raises:
            DocumentError: the encoding lacks a character of the text, and nothing is to be done about it.
        """
        try:
            return (self.mark if has_mark else b"") + text.encode(self.encoding, errors)
        except UnicodeEncodeError as error:
            character = text[error.start]
            reason = f"the repair has {character!r}, which {self.encoding} cannot store"
            raise DocumentError(reason, remedy="convert the file to UTF-8 first") from error


def decode(data: bytes, *, subject: str = "", encoding: str | None = None, declared: str = "") -> Decoded:
    """Decode a file.

    Args:
        data: its bytes.
        subject: what to call it in an error.
        encoding: how it is stored, if the user says so.
        declared: how it is stored, if the file says so; a byte order mark counts more.

    Raises:
        DocumentError: it is empty, binary, or not in the encoding.
    """
    mark, stored = b"", encoding or declared or "utf-8"
    if encoding is None:
        mark, stored = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (mark, stored))
    try:
        text = data[len(mark) :].decode(stored)
    except LookupError as error:
        raise DocumentError(
            f"{stored} is not an encoding", subject=subject, remedy="try utf-8 or cp1252"
        ) from error
    except UnicodeDecodeError as error:
        if encoding is None and _is_binary(data.decode("latin-1")):
            raise _binary(subject) from error
        reason = f"is not {stored.upper()} (byte {len(mark) + error.start})"
        raise DocumentError(reason, subject=subject, remedy="name its encoding with --encoding") from error
    if _is_binary(text):
        raise _binary(subject)
    if not text.strip():
        raise DocumentError("is empty", subject=subject, remedy="there is nothing to repair")
    return Decoded(text, stored, mark)


def _binary(subject: str) -> DocumentError:
    return DocumentError("is a binary file", subject=subject, remedy="only text can be repaired")


def _is_binary(text: str) -> bool:
    """Whether it has a NUL, or more than one control character in a hundred."""
    if "\0" in text:
        return True
    controls = sum(character < " " and character not in _TEXT_CONTROLS for character in text)
    return controls * 100 > len(text)


class Characters:
    """Turns byte offsets of UTF-8 data into character offsets; ask in ascending order.

    >>> characters = Characters("a\u00e9b".encode())
    >>> [characters.at(offset) for offset in (0, 1, 3, 4)]
    [0, 1, 2, 3]
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._is_ascii = data.isascii()
        self._bytes = 0
        self._characters = 0

    def at(self, offset: int) -> int:
        """The character offset for a byte offset not before the last one asked for."""
        if self._is_ascii:
            return offset
        self._characters += len(self._data[self._bytes : offset].decode())
        self._bytes = offset
        return self._characters
