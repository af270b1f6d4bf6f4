"""Parquet files: the named column changes, everything else reads back the same."""

from __future__ import annotations

from io import BytesIO

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from phrasebook import repair

from refluent.documents.base import Document, Options
from refluent.documents.registry import FORMATS, documents_of
from refluent.documents.rewrite import rewrite
from refluent.errors import RefluentError

TABLE = pa.table(
    {
        "text": ["informations", None, "two\n\nparts goed", ""],
        "number": [1.5, 2.25, None, 4],
        "nested": [{"text": "informations"}] * 4,
        "kind": pa.array(["childs", "b", "childs", "b"]).dictionary_encode(),
    }
).replace_schema_metadata({"informations": "childs"})


def stored(table: pa.Table = TABLE) -> bytes:
    target = BytesIO()
    codecs = {"text": "gzip", "number": "snappy", "nested.text": "zstd", "kind": "none"}
    pq.write_table(table, target, row_group_size=3, compression=codecs)
    return target.getvalue()


def opened(data: bytes, *columns: str) -> Document:
    (document,) = documents_of(BytesIO(data), FORMATS["parquet"], Options(subject="x", columns=columns))
    return document


def test_only_the_named_column_changes():
    document = opened(stored(), "text")
    file = pq.ParquetFile(BytesIO(rewrite(document, repair(document.text)).data))
    wanted = TABLE.to_pydict() | {"text": ["information", None, "two\n\nparts went", ""]}
    assert file.read().to_pydict() == wanted
    assert file.schema_arrow.equals(TABLE.schema, check_metadata=True)
    groups = [file.metadata.row_group(number) for number in range(file.num_row_groups)]
    assert [group.num_rows for group in groups] == [3, 1]
    assert [groups[0].column(n).compression for n in range(4)] == ["GZIP", "SNAPPY", "ZSTD", "UNCOMPRESSED"]


@pytest.mark.parametrize(
    ("data", "columns", "message"),
    [
        (stored(), ("words",), "has no column 'words'; the columns are text, number, nested, kind"),
        (stored(), (), "needs the name of the column"),
        (stored(), ("number",), "holds no text in the column 'number', but double"),
        (b"PAR1 not at all", ("text",), "is not a Parquet file"),
    ],
)
def test_what_cannot_be_read_is_said(data: bytes, columns: tuple[str, ...], message: str):
    with pytest.raises(RefluentError, match=message):
        opened(data, *columns)
