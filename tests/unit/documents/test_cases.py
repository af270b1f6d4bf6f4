"""Every case file: exactly the marked stretches change, byte for byte, and independent readers agree."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from phrasebook import CASES, after, before, repair

from refluent.documents.base import Options
from refluent.documents.registry import documents_of, format_of
from refluent.documents.rewrite import rewrite

FILES = sorted(path for path in CASES.glob("*/*") if path.is_file())
OPTIONS = Options(columns=("text", "translation.en"))


def rewritten(path: Path, data: bytes, options: Options = OPTIONS) -> bytes:
    if path.suffix in (".csv", ".tsv", ".tab"):
        options = Options(columns=("text",))
    documents = documents_of(BytesIO(data), format_of(path.name), options)
    return b"".join(rewrite(document, repair(document.text)).data for document in documents)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_exactly_the_marked_stretches_change(path: Path):
    case = path.read_bytes()
    assert "⇒" in case.decode()
    assert rewritten(path, before(case)).decode() == after(case).decode()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_document_without_edits_stays_byte_for_byte(path: Path):
    data = path.read_bytes()
    options = Options(columns=("text",)) if path.suffix != ".ndjson" else OPTIONS
    documents = documents_of(BytesIO(data), format_of(path.name), options)
    assert b"".join(document.build([]) for document in documents) == data
