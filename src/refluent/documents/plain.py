"""Plain text files: bytes to text and back, with encoding, byte order mark and line ends kept.

A file is UTF-8 unless it begins with a byte order mark or the user names its encoding. Nothing is guessed: a
wrong guess would change every accented letter of the file.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from refluent.errors import DocumentError

__all__ = ["PlainText", "read"]

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
class PlainText:
    """A decoded file.

    Attributes:
        text: its characters, line ends as they are in the file.
        encoding: how they are stored.
        mark: the byte order mark, if any.
    """

    text: str
    encoding: str = "utf-8"
    mark: bytes = b""

    def encode(self, text: str) -> bytes:
        """Another text in the encoding of this file.

        Raises:
            DocumentError: the encoding lacks a character of the text.
        """
        try:
            return self.mark + text.encode(self.encoding)
        except UnicodeEncodeError as error:
            character = text[error.start]
            reason = f"the repair has {character!r}, which {self.encoding} cannot store"
            raise DocumentError(reason, remedy="convert the file to UTF-8 first") from error


def read(data: bytes, *, subject: str = "", encoding: str | None = None) -> PlainText:
    """Decode a file.

    Args:
        data: its bytes.
        subject: what to call it in an error.
        encoding: how it is stored; None for UTF-8, or what its byte order mark says.

    Raises:
        DocumentError: it is empty, binary, or not in the encoding.
    """
    mark, stored = b"", encoding or "utf-8"
    if encoding is None:
        mark, stored = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (mark, stored))
    try:
        text = data[len(mark) :].decode(stored)
    except LookupError as error:
        raise DocumentError(
            f"{encoding} is not an encoding", subject=subject, remedy="try utf-8 or cp1252"
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
    return PlainText(text, stored, mark)


def _binary(subject: str) -> DocumentError:
    return DocumentError("is a binary file", subject=subject, remedy="only text can be repaired")


def _is_binary(text: str) -> bool:
    """Whether it has a NUL, or more than one control character in a hundred."""
    if "\0" in text:
        return True
    controls = sum(character < " " and character not in _TEXT_CONTROLS for character in text)
    return controls * 100 > len(text)
