"""CSV and TSV: the named columns of each record; every other byte stays, quotes and line ends included.

Records are read one by one, so a table may be larger than memory. A field that gets a separator or a quote
is put in quotes, as RFC 4180 wants; all others keep the form they have. Columns go by the names in the
first line; where all are given by number, counted from 1, the first line is a record too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from refluent.documents.base import BLOCK_END, Change, Document, Kind, Options, Piece, splice
from refluent.documents.encoding import Decoded
from refluent.documents.lines import MAX_RECORD_CHARACTERS, escaped, mark_of, open_lines
from refluent.errors import ConfigError, DocumentError

__all__ = ["read_csv", "read_tsv"]

_SEPARATORS = ",;\t|"
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')
_DOUBLED = re.compile('""')


class _Field(NamedTuple):
    """A field of a record: where it is, without its quotes, and whether it has some."""

    start: int
    end: int
    is_quoted: bool


def read_csv(file: BinaryIO, options: Options) -> Iterator[Document]:
    """The records of a CSV file whose separator is a comma, semicolon, tab or bar.

    Raises:
        ConfigError: no column is named, or one that the header lacks.
        DocumentError: it is empty, binary, not in the encoding, or its quotes do not close.
    """
    stored, lines = open_lines(file, options)
    header = next(lines)
    separator = max(_SEPARATORS, key=lambda mark: (header.count(mark), -_SEPARATORS.index(mark)))
    return _Table(separator, stored, options, has_lines=True).documents(header, lines)


def read_tsv(file: BinaryIO, options: Options) -> Iterator[Document]:
    """The records of a file with tabs between fields; no field has a line break.

    Raises:
        ConfigError: no column is named, or one that the header lacks.
        DocumentError: it is empty, binary, or not in the encoding.
    """
    stored, lines = open_lines(file, options)
    return _Table("\t", stored, options, has_lines=False).documents(next(lines), lines)


@dataclass
class _Table:
    """A table whose records become documents.

    Attributes:
        separator: what stands between fields.
        stored: the encoding.
        options: the columns.
        has_lines: whether a quoted field may have line breaks.
        numbers: of the columns with text, from 0.
    """

    separator: str
    stored: Decoded
    options: Options
    has_lines: bool
    numbers: tuple[int, ...] = ()

    def documents(self, header: str, lines: Iterator[str]) -> Iterator[Document]:
        """The byte order mark, the first line, and the records."""
        yield mark_of(self.stored)
        header, fields = self._complete(header, lines, 1)
        if self._find_columns(header, fields):
            fields = []
        yield self._document(header, fields)
        for number, line in enumerate(lines, start=2):
            yield self._document(*self._complete(line, lines, number))

    def _find_columns(self, header: str, fields: Sequence[_Field]) -> bool:
        """Find out the numbers of the columns; whether the first line has their names."""
        names = ["".join(piece.text for piece in _pieces(header, found)).strip() for found in fields]
        columns = self.options.columns
        known = f"the columns are {', '.join(names)}"
        if not columns:
            problem = "needs the name of the column that holds the text"
            raise ConfigError(problem, subject=self.options.subject, remedy=f"--column NAME; {known}")
        if all(column.isdigit() and column not in names for column in columns):
            self.numbers = tuple(int(column) - 1 for column in columns)
            return False
        for column in columns:
            if column not in names:
                raise ConfigError(f"has no column {column!r}", subject=self.options.subject, remedy=known)
        self.numbers = tuple(names.index(column) for column in columns)
        return True

    def _complete(self, record: str, lines: Iterator[str], number: int) -> tuple[str, list[_Field]]:
        """A record with the lines that its quoted fields go on in, and its fields."""
        fields = self._fields(record, number)
        while fields is None:
            line = next(lines, "")
            record += line
            if not line or len(record) > MAX_RECORD_CHARACTERS:
                raise DocumentError(f"a quote in record {number} is not closed", subject=self.options.subject)
            fields = self._fields(record, number) if '"' in line else None
        return record, fields

    def _fields(self, record: str, number: int) -> list[_Field] | None:
        """The fields of a record; None where a quote is still open."""
        fields: list[_Field] = []
        start, stop = 0, len(record.rstrip("\r\n"))
        while start <= stop:
            match = _QUOTED.match(record, start) if record[start : start + 1] == '"' else None
            is_quoted = match is not None and (match.end() >= stop or record[match.end()] == self.separator)
            if record[start : start + 1] == '"' and self.has_lines and not is_quoted:
                if match is None:
                    return None
                reason = f"record {number} has text after a closing quote"
                raise DocumentError(reason, subject=self.options.subject)
            if match and is_quoted:
                fields.append(_Field(*match.span(1), is_quoted=True))
                start = match.end() + 1
            else:
                end = record.find(self.separator, start, stop)
                fields.append(_Field(start, stop if end < 0 else end, is_quoted=False))
                start = fields[-1].end + 1
        return fields

    def _document(self, record: str, fields: Sequence[_Field]) -> Document:
        chosen = [fields[number] for number in self.numbers if number < len(fields)]
        pieces: list[Piece] = []
        for found in sorted(chosen):
            if pieces:
                pieces.append(Piece(Kind.SEPARATOR, BLOCK_END, found.start, found.start))
            pieces += _pieces(record, found)

        def build(changes: Sequence[Change]) -> bytes:
            return self.stored.encode(
                splice(record, self._rewritten(record, chosen, changes)), has_mark=False
            )

        def reread(data: bytes) -> Document:
            again = data.decode(self.stored.encoding)
            return self._document(again, self._fields(again, 0) or [])

        return Document(record, tuple(pieces), build, reread=reread)

    def _rewritten(
        self, record: str, fields: Sequence[_Field], changes: Sequence[Change]
    ) -> Iterator[tuple[int, int, str]]:
        """The new content of each field with a change."""
        for start, end, is_quoted in fields:
            inside = [change for change in changes if start <= change.start and change.end <= end]
            new = splice(
                record[start:end],
                (
                    (
                        change.start - start,
                        change.end - start,
                        _doubled(change.new) if is_quoted else change.new,
                    )
                    for change in inside
                ),
            )
            special = {self.separator, '"', "\r", "\n"} - {*record[start:end]}
            needs_quotes = self.has_lines and not is_quoted and any(mark in new for mark in special)
            if inside:
                yield start, end, f'"{_doubled(new)}"' if needs_quotes else new


def _doubled(text: str) -> str:
    return text.replace('"', '""')


def _pieces(record: str, found: _Field) -> list[Piece]:
    escapes = (
        (match.start(), match.end(), '"') for match in _DOUBLED.finditer(record, found.start, found.end)
    )
    return list(escaped(record, found.start, found.end, escapes if found.is_quoted else iter(())))
