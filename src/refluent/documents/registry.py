"""Formats by name and suffix; a reader is imported when the first file of its format is opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from refluent.documents.base import Document, Options
from refluent.errors import ConfigError, DocumentError

__all__ = ["FORMATS", "Format", "documents_of", "format_of"]

# A document is held in memory as a whole, several times over; tables are read record by record.
MAX_DOCUMENT_BYTES = 64 << 20


@dataclass(frozen=True)
class Format:
    """A kind of file.

    Attributes:
        name: what to call it, also on the command line.
        suffixes: how names of such files end.
        reader: ``module:function``; takes the bytes and options, or for records the open file and options.
        has_records: whether it holds many texts that have nothing to do with each other.
        is_binary: whether it is no text that a terminal can show.
        can_track: whether changes can be marked in it for review.
    """

    name: str
    suffixes: tuple[str, ...]
    reader: str
    has_records: bool = False
    is_binary: bool = False
    can_track: bool = False


FORMATS = {
    made.name: made
    for made in (
        Format("txt", (".txt", ".text"), "refluent.documents.plain:read"),
        Format("md", (".md", ".markdown"), "refluent.documents.markdown:read"),
        Format("html", (".html", ".htm", ".xhtml"), "refluent.documents.html:read", can_track=True),
        Format("docx", (".docx", ".docm"), "refluent.documents.docx:read", is_binary=True, can_track=True),
        Format("odt", (".odt",), "refluent.documents.odt:read", is_binary=True, can_track=True),
        Format("epub", (".epub",), "refluent.documents.epub:read", is_binary=True),
        Format("srt", (".srt",), "refluent.documents.subtitles:read_srt"),
        Format("vtt", (".vtt",), "refluent.documents.subtitles:read_vtt"),
        Format("xliff", (".xliff", ".xlf"), "refluent.documents.xliff:read"),
        Format("tmx", (".tmx",), "refluent.documents.tmx:read"),
        Format("po", (".po",), "refluent.documents.gettext:read"),
        Format("csv", (".csv",), "refluent.documents.tables:read_csv", has_records=True),
        Format("tsv", (".tsv", ".tab"), "refluent.documents.tables:read_tsv", has_records=True),
        Format("parquet", (".parquet",), "refluent.documents.parquet:read", is_binary=True),
        Format("jsonl", (".jsonl", ".ndjson"), "refluent.documents.records:read", has_records=True),
    )
}
_BY_SUFFIX = {suffix: made for made in FORMATS.values() for suffix in made.suffixes}


def format_of(name: str, chosen: str | None = None) -> Format:
    """The format of a file.

    Args:
        name: its name; one with an unknown suffix is taken for plain text.
        chosen: the name of a format, if the user says so.

    Raises:
        ConfigError: there is no format of the chosen name.
    """
    if chosen is None:
        return _BY_SUFFIX.get(Path(name).suffix.lower(), FORMATS["txt"])
    if chosen not in FORMATS:
        raise ConfigError(f"{chosen} is not a format", subject="format", remedy=f"use {', '.join(FORMATS)}")
    return FORMATS[chosen]


def documents_of(file: BinaryIO, made: Format, options: Options) -> Iterator[Document]:
    """What an open file holds: one document, or one for each record, as they are read.

    Raises:
        DocumentError: it cannot be read, or is not what it says.
        ConfigError: an option is missing that the format needs.
    """
    if options.is_tracked and not made.can_track:
        able = ", ".join(name for name, other in FORMATS.items() if other.can_track)
        reason = f"{made.name} has no tracked changes"
        raise DocumentError(reason, subject=options.subject, remedy=f"these have: {able}")
    module, _, attribute = made.reader.partition(":")
    reader: Callable[..., Any] = getattr(import_module(module), attribute)
    if made.has_records:
        yield from reader(file, options)
        return
    data = file.read(MAX_DOCUMENT_BYTES + 1)
    if len(data) > MAX_DOCUMENT_BYTES:
        reason = f"is larger than {MAX_DOCUMENT_BYTES >> 20} MiB"
        remedy = "split it; jsonl and csv are read record by record and may be larger"
        raise DocumentError(reason, subject=options.subject, remedy=remedy)
    document: Document = reader(data, options)
    yield replace(document, reread=lambda again: reader(again, options))
