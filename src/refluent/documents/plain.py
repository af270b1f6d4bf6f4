"""Plain text files: the content is the text."""

from __future__ import annotations

from collections.abc import Sequence

from refluent.documents.base import DEFAULTS, Change, Document, Kind, Options, Piece, splice
from refluent.documents.encoding import decode

__all__ = ["read"]


def read(data: bytes, options: Options = DEFAULTS) -> Document:
    """The document of a text file.

    Raises:
        DocumentError: it is empty, binary, or not in the encoding.
    """
    decoded = decode(data, subject=options.subject, encoding=options.encoding)

    def build(changes: Sequence[Change]) -> bytes:
        new = ((change.start, change.end, change.new) for change in changes)
        return decoded.encode(splice(decoded.text, new))

    return Document(decoded.text, (Piece(Kind.TEXT, decoded.text, 0, len(decoded.text)),), build)
