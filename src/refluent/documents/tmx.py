"""TMX: the English segments of translation memories."""

from __future__ import annotations

from collections.abc import Sequence

from refluent.documents.base import Change, Document, Options, splice
from refluent.documents.builder import Builder
from refluent.documents.inline import SegmentReader
from refluent.documents.xml import decode_xml, escape_text, local, tokens
from refluent.errors import DocumentError

__all__ = ["read"]

_XML_LANG = "http://www.w3.org/XML/1998/namespace lang"


def read(data: bytes, options: Options) -> Document:
    """The document of a translation memory: its English segments.

    Raises:
        DocumentError: it is not well-formed XML, or has no English segment.
    """
    decoded = decode_xml(data, subject=options.subject, encoding=options.encoding)
    raw = decoded.text
    builder = Builder()
    reader: SegmentReader | None = None
    is_english, n_segments = False, 0
    for token in tokens(raw, subject=options.subject):
        name = local(token.name) if token.kind in ("start", "end") else ""
        if name == "seg":
            n_segments += token.kind == "start" and is_english
            builder.end_block()
            reader = SegmentReader(raw, builder) if token.kind == "start" and is_english else None
        elif reader is not None:
            reader.handle(token)
        elif name == "tuv" and token.kind == "start":
            language = token.attributes.get(_XML_LANG) or token.attributes.get("lang", "")
            is_english = language.lower().startswith("en")
    if not n_segments:
        raise DocumentError(
            "has no English segment", subject=options.subject, remedy="Refluent repairs English"
        )

    def build(changes: Sequence[Change]) -> bytes:
        new = ((change.start, change.end, escape_text(change.new)) for change in changes)
        return decoded.encode(splice(raw, new), errors="xmlcharrefreplace")

    return Document(raw, builder.pieces(), build)
