"""Every case file: exactly the marked stretches change, byte for byte."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from archives import archive
from phrasebook import CASES, after, before, options_of, rewritten

from refluent.documents.base import Options
from refluent.documents.registry import documents_of, format_of

FILES = sorted(path for path in CASES.glob("*/*") if path.suffix != ".parts")
ARCHIVES = sorted(CASES.glob("*/*.parts"))


def members(data: bytes) -> list[tuple[object, ...]]:
    """Everything that a reader of an archive can see, in order."""
    with zipfile.ZipFile(BytesIO(data)) as file:
        records = [
            (
                info.filename,
                info.date_time,
                info.compress_type,
                info.external_attr,
                file.read(info).decode("latin-1"),
            )
            for info in file.infolist()
        ]
        return [*records, (file.comment,)]


def test_there_are_cases_for_every_format():
    assert len(FILES) + len(ARCHIVES) >= 60


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_exactly_the_marked_stretches_change(path: Path):
    case = path.read_bytes()
    assert "⇒" in case.decode()
    assert rewritten(path.name, before(case), options_of(path)).decode() == after(case).decode()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_document_without_edits_stays_byte_for_byte(path: Path):
    data = before(path.read_bytes())
    documents = documents_of(BytesIO(data), format_of(path.name), options_of(path))
    assert b"".join(document.build([]) for document in documents) == data


@pytest.mark.parametrize("path", ARCHIVES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_exactly_the_marked_stretches_of_an_archive_change(path: Path):
    case, kind = path.read_bytes(), path.parent.name
    data = archive(kind, before(case).decode())
    assert members(rewritten(f"x.{kind}", data, Options())) == members(archive(kind, after(case).decode()))


@pytest.mark.parametrize("path", ARCHIVES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_an_archive_without_edits_stays_byte_for_byte(path: Path):
    data = archive(path.parent.name, before(path.read_bytes()).decode())
    (document,) = documents_of(BytesIO(data), format_of(f"x.{path.parent.name}"), Options())
    assert document.build([]) == data
