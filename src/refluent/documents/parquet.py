"""Parquet: the named columns of text; schema, metadata, row groups and all other columns stay.

A Parquet file is compressed column by column, so that it is read and written as a whole.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

from refluent.documents.base import BLOCK_END, Change, Document, Kind, Options, Piece, splice
from refluent.errors import ConfigError, DocumentError

__all__ = ["read"]

_MAX_BYTES = 1 << 30


def read(data: bytes, options: Options) -> Document:
    """The document of a Parquet file.

    Raises:
        ConfigError: no column is named, or one that is missing or holds no text.
        DocumentError: it is damaged or too large.
    """
    import pyarrow as arrow
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(BytesIO(data))
        _check(file, arrow, options)
        groups = [file.read_row_group(number) for number in range(file.num_row_groups)]
    except (arrow.ArrowException, OSError, ValueError) as error:
        reason = f"is not a Parquet file, or damaged ({str(error).partition(chr(10))[0]})"
        raise DocumentError(reason, subject=options.subject, remedy="is it what its name says?") from error
    cells = list(_cells(groups, options.columns))
    starts, length = [], 0
    for *_, text in cells:
        starts.append(length)
        length += len(text)
    raw = "".join(text for *_, text in cells)

    def build(changes: Sequence[Change]) -> bytes:
        if not changes:
            return data
        by_cell: dict[int, list[tuple[int, int, str]]] = {}
        for change in changes:
            number = bisect_right(starts, change.start) - 1
            start = starts[number]
            by_cell.setdefault(number, []).append((change.start - start, change.end - start, change.new))
        new = {cells[number][:3]: splice(cells[number][3], splices) for number, splices in by_cell.items()}
        return _written(file, groups, new, arrow, parquet)

    return Document(raw, tuple(_pieces(cells, starts)), build)


Place = tuple[int, str, int]


def _check(file: Any, arrow: Any, options: Options) -> None:
    known = f"the columns are {', '.join(file.schema_arrow.names)}"
    if not options.columns:
        problem = "needs the name of the column that holds the text"
        raise ConfigError(problem, subject=options.subject, remedy=f"--column NAME; {known}")
    for name in options.columns:
        if name not in file.schema_arrow.names:
            raise ConfigError(f"has no column {name!r}", subject=options.subject, remedy=known)
        kind = file.schema_arrow.field(name).type
        if not (arrow.types.is_string(kind) or arrow.types.is_large_string(kind)):
            raise ConfigError(f"holds no text in the column {name!r}, but {kind}", subject=options.subject)
    sizes = (file.metadata.row_group(number).total_byte_size for number in range(file.num_row_groups))
    if sum(sizes) > _MAX_BYTES:
        raise DocumentError(f"unpacks to more than {_MAX_BYTES >> 20} MiB", subject=options.subject)


def _cells(groups: Sequence[Any], columns: Sequence[str]) -> Iterator[tuple[int, str, int, str]]:
    """Row group, column, row and text of every cell with text, row by row."""
    for number, group in enumerate(groups):
        texts = {column: group.column(column).to_pylist() for column in dict.fromkeys(columns)}
        for row in range(group.num_rows):
            for column, values in texts.items():
                if values[row] and any(character.isalnum() for character in values[row]):
                    yield number, column, row, values[row]


def _pieces(cells: Sequence[tuple[int, str, int, str]], starts: Sequence[int]) -> Iterator[Piece]:
    for number, (start, (*_, text)) in enumerate(zip(starts, cells, strict=True)):
        if number:
            yield Piece(Kind.SEPARATOR, BLOCK_END, start, start)
        yield Piece(Kind.TEXT, text, start, start + len(text))


def _written(file: Any, groups: Sequence[Any], new: dict[Place, str], arrow: Any, parquet: Any) -> bytes:
    first = file.metadata.row_group(0)
    columns = [first.column(number) for number in range(first.num_columns)]
    # What is read as UNCOMPRESSED is called NONE when it is written.
    codecs = {column.path_in_schema: column.compression.replace("UNCOMPRESSED", "NONE") for column in columns}
    target = BytesIO()
    with parquet.ParquetWriter(target, file.schema_arrow, compression=codecs) as writer:
        for number, group in enumerate(groups):
            for column in {column for place, column, _ in new if place == number}:
                values = group.column(column).to_pylist()
                for row in range(len(values)):
                    values[row] = new.get((number, column, row), values[row])
                position = group.schema.get_field_index(column)
                changed = arrow.array(values, type=group.schema.field(column).type)
                group = group.set_column(position, group.schema.field(column), changed)
            writer.write_table(group, row_group_size=max(1, group.num_rows))
    return target.getvalue()
