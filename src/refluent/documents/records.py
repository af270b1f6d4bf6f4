r"""JSON lines: the named fields of each record; every other byte stays, spaces and ``\u`` escapes included.

Lines are read one by one, so a file may be larger than memory. A field inside another one goes by its path,
``translation.en``; an array of strings is a field of many texts. What is no string is left alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import BinaryIO

from refluent.documents.base import BLOCK_END, Change, Document, Kind, Options, Piece, splice
from refluent.documents.encoding import Decoded
from refluent.documents.lines import escaped, mark_of, open_lines
from refluent.errors import ConfigError, DocumentError

__all__ = ["read"]

_ESCAPE = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.")
_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


def read(file: BinaryIO, options: Options) -> Iterator[Document]:
    """The records of a file with one JSON object on each line.

    Raises:
        ConfigError: no field is named, or one that no record has.
        DocumentError: it is empty or binary, or a line is not a JSON object.
    """
    if not options.columns:
        problem = "needs the name of the field that holds the text"
        raise ConfigError(problem, subject=options.subject, remedy="--field NAME")
    stored, lines = open_lines(file, options)
    return _documents(stored, lines, options)


def _documents(stored: Decoded, lines: Iterator[str], options: Options) -> Iterator[Document]:
    yield mark_of(stored)
    is_found, first = False, ""
    for number, line in enumerate(lines, start=1):
        try:
            document = _document(line, stored, options.columns)
        except (ValueError, IndexError, RecursionError) as error:
            raise DocumentError(f"line {number} is not a JSON object", subject=options.subject) from error
        is_found = is_found or bool(document.pieces)
        first = first or line
        yield document
    if not is_found:
        known = ", ".join(json.loads(first))
        remedy = f"the first has {known}"
        raise ConfigError(
            f"no record has text in {', '.join(options.columns)}", subject=options.subject, remedy=remedy
        )


def _document(line: str, stored: Decoded, names: Sequence[str]) -> Document:
    pieces: list[Piece] = []
    for start, end in _strings(line, names) if line.strip() else ():
        if pieces:
            pieces.append(Piece(Kind.SEPARATOR, BLOCK_END, start, start))
        escapes = (
            (*match.span(), json.loads(f'"{match[0]}"')) for match in _ESCAPE.finditer(line, start, end)
        )
        pieces += escaped(line, start, end, escapes)

    def build(changes: Sequence[Change]) -> bytes:
        # A file in ASCII stays one.
        new = (
            (change.start, change.end, json.dumps(change.new, ensure_ascii=line.isascii())[1:-1])
            for change in changes
        )
        return stored.encode(splice(line, new), has_mark=False)

    def reread(data: bytes) -> Document:
        return _document(data.decode(stored.encoding), stored, names)

    return Document(line, tuple(pieces), build, reread=reread)


def _strings(line: str, names: Sequence[str]) -> list[tuple[int, int]]:
    """Where the strings in the named fields of a record are, without their quotes, in order.

    Raises:
        ValueError: the line is not a JSON object.
    """
    found: list[tuple[int, int]] = []
    start = _skip(line, 0)
    if line[start : start + 1] != "{":
        raise ValueError("not an object")
    end = _value(line, start, "", names, found)
    if _skip(line, end) != len(line):
        raise ValueError("something follows the object")
    return found


def _skip(line: str, start: int) -> int:
    match = _SPACE.match(line, start)
    return match.end() if match else start


def _value(line: str, start: int, path: str, names: Sequence[str], found: list[tuple[int, int]]) -> int:
    """Note the strings of a value if its path is named.

    Returns:
        Where the value ends.
    """
    is_named = path in names
    if line[start] == '"' and is_named:
        _, end = scanstring(line, start + 1, True)
        found.append((start + 1, end - 1))
        return int(end)
    if line[start] == "{" and (not path or any(name.startswith(f"{path}.") for name in names)):
        return _members(line, start, path, names, found)
    if line[start] == "[" and is_named:
        return _items(line, start, path, names, found)
    _, end = _DECODER.raw_decode(line, start)
    return end


def _members(line: str, start: int, path: str, names: Sequence[str], found: list[tuple[int, int]]) -> int:
    start = _skip(line, start + 1)
    if line[start] == "}":
        return start + 1
    while True:
        if line[start] != '"':
            raise ValueError(f"no name at {start}")
        name, start = scanstring(line, start + 1, True)
        start = _skip(line, start)
        if line[start] != ":":
            raise ValueError(f"no colon at {start}")
        start = _skip(line, start + 1)
        start = _skip(line, _value(line, start, f"{path}.{name}" if path else name, names, found))
        if line[start] == "}":
            return start + 1
        if line[start] != ",":
            raise ValueError(f"no comma at {start}")
        start = _skip(line, start + 1)


def _items(line: str, start: int, path: str, names: Sequence[str], found: list[tuple[int, int]]) -> int:
    start = _skip(line, start + 1)
    if line[start] == "]":
        return start + 1
    while True:
        start = _skip(line, _value(line, start, path, names, found))
        if line[start] == "]":
            return start + 1
        if line[start] != ",":
            raise ValueError(f"no comma at {start}")
        start = _skip(line, start + 1)
