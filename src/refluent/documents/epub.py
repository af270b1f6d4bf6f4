"""EPUB: the chapters in reading order, each as XHTML; pictures, styles and everything else are copied."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from urllib.parse import unquote

from refluent.documents.archive import Archive, ByPart, Part, document_of
from refluent.documents.base import Document, Options
from refluent.documents.builder import Builder
from refluent.documents.html import pieces_of
from refluent.documents.language import check_english
from refluent.documents.xml import Token, decode_xml, escape_text, local, tokens
from refluent.errors import DocumentError

__all__ = ["read"]

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_XHTML = "application/xhtml+xml"


def read(data: bytes, options: Options) -> Document:
    """The document of an EPUB file.

    Raises:
        DocumentError: it is damaged, hostile, encrypted, not EPUB, or in another language than English.
    """
    subject = options.subject
    archive = Archive(data, subject)
    names = _chapters(archive)
    if _ENCRYPTION in archive:
        locked = {unquote(token.attributes.get("URI", "")) for token in _starts(archive, _ENCRYPTION)}
        if locked & set(names):
            raise DocumentError(
                "is encrypted", subject=subject, remedy="Refluent cannot open protected books"
            )
    parts = [Part(name, decode_xml(archive.read(name), subject=subject)) for name in names]
    by_name = {part.name: part for part in parts}

    def hand_over(part: Part, builder: Builder) -> None:
        pieces_of(part.stored.text, builder)

    def rewrite(changed: ByPart) -> Mapping[str, bytes]:
        return {
            name: by_name[name].spliced(
                (change.start, change.end, escape_text(change.new)) for change in changes
            )
            for name, changes in changed.items()
        }

    return document_of(archive, data, parts, hand_over=hand_over, rewrite=rewrite)


def _starts(archive: Archive, name: str) -> list[Token]:
    """The start tags of a part."""
    raw = decode_xml(archive.read(name), subject=archive.subject).text
    return [token for token in tokens(raw, subject=archive.subject) if token.kind == "start"]


def _chapters(archive: Archive) -> list[str]:
    """The names of the chapters in reading order."""
    roots = [token.attributes.get("full-path", "") for token in _starts(archive, _CONTAINER)]
    package = next((path for path in roots if path), "")
    items: dict[str, str] = {}
    order: list[str] = []
    raw = decode_xml(archive.read(package), subject=archive.subject).text
    language = ""
    is_language = False
    for token in tokens(raw, subject=archive.subject):
        name = local(token.name) if token.kind in ("start", "end") else ""
        if name == "item" and token.attributes.get("media-type") == _XHTML:
            path = posixpath.join(posixpath.dirname(package), unquote(token.attributes.get("href", "")))
            items[token.attributes.get("id", "")] = posixpath.normpath(path)
        elif name == "itemref" and token.kind == "start":
            order.append(token.attributes.get("idref", ""))
        elif name == "language":
            is_language = token.kind == "start"
        elif token.kind == "text" and is_language and not language:
            language = token.name.strip()
    check_english(language, archive.subject)
    # A chapter may stand in the order twice.
    return list(dict.fromkeys(items[identifier] for identifier in order if identifier in items))
