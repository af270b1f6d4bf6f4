"""XML by offsets: the events of expat, each with the stretch of the content it stands for.

Hostile files are refused: one that declares entities could grow without bounds. External entities are never
fetched, and depth needs no stack here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, NamedTuple
from xml.parsers import expat

from refluent.documents.encoding import Characters, Decoded, decode
from refluent.errors import DocumentError

__all__ = ["Token", "decode_xml", "escape_text", "local", "tokens"]

_BYTES_AT_ONCE = 1 << 16
_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)""")
_HEAD_BYTES = 200


class Token(NamedTuple):
    """An event of the parser.

    Attributes:
        kind: ``"start"``, ``"end"``, ``"text"``, ``"cdata"`` (text in a CDATA section) or ``"other"``.
        name: of an element, ``"namespace name"``; what text shows.
        attributes: of a start tag, by such names.
        start: offset of its first character.
        end: offset after its last one; the end of ``<x/>`` has no characters.
    """

    kind: str
    name: str
    attributes: Mapping[str, str]
    start: int
    end: int


def local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition(" ")[2]


def decode_xml(data: bytes, *, subject: str, encoding: str | None = None) -> Decoded:
    """Decode an XML file by its mark or declaration.

    Raises:
        DocumentError: it is empty, binary or not in the encoding.
    """
    match = _DECLARED.match(data[:_HEAD_BYTES])
    return decode(data, subject=subject, encoding=encoding, declared=match[1].decode() if match else "")


def escape_text(text: str) -> str:
    """Text as it is stored between tags."""
    return escape(text, quote=False)


def tokens(raw: str, *, subject: str) -> Iterator[Token]:
    """All events in order; together they cover the content from the first tag on.

    Raises:
        DocumentError: it is no well-formed XML, or declares entities.
    """
    waiting: Token | None = None
    for token in _events(raw, subject):
        if waiting is None:
            waiting = token
        elif _is_literal(waiting, raw) and _is_literal(token, raw):
            # expat ends text at every line.
            waiting = Token("text", waiting.name + token.name, waiting.attributes, waiting.start, token.end)
        else:
            yield waiting
            waiting = token
    if waiting is not None:
        yield waiting


def _is_literal(token: Token, raw: str) -> bool:
    return token.kind == "text" and token.name == raw[token.start : token.end]


def _events(raw: str, subject: str) -> Iterator[Token]:
    data = raw.encode()
    found: list[tuple[str, str, Mapping[str, str], int]] = []
    parser = _parser(found, subject)
    characters = Characters(data)
    waiting: tuple[str, str, Mapping[str, str], int] | None = None
    for start in range(0, len(data) + 1, _BYTES_AT_ONCE):
        chunk = data[start : start + _BYTES_AT_ONCE]
        try:
            parser.Parse(chunk, start + _BYTES_AT_ONCE > len(data))
        except expat.ExpatError as error:
            reason = f"is not well-formed XML ({error})"
            raise DocumentError(reason, subject=subject, remedy="is it what its name says?") from error
        for kind, name, attributes, offset in found:
            place = characters.at(offset)
            if waiting is not None:
                yield Token(*waiting, place)
            waiting = kind, name, attributes, place
        found.clear()
    if waiting is not None:
        yield Token(*waiting, len(raw))


def _parser(found: list[tuple[str, str, Mapping[str, str], int]], subject: str) -> expat.XMLParserType:
    parser = expat.ParserCreate("utf-8", " ")
    nothing: Mapping[str, str] = {}
    is_cdata = False

    def add(kind: str, name: str = "", attributes: Mapping[str, str] = nothing) -> None:
        found.append((kind, name, attributes, parser.CurrentByteIndex))

    def start_cdata() -> None:
        nonlocal is_cdata
        is_cdata = True
        add("other")

    def end_cdata() -> None:
        nonlocal is_cdata
        is_cdata = False
        add("other")

    def refuse(*declaration: Any) -> None:
        remedy = "write the characters themselves; entities can hide an attack"
        raise DocumentError("declares entities", subject=subject, remedy=remedy)

    def other(*ignored: Any) -> None:
        add("other")

    parser.StartElementHandler = lambda name, attributes: add("start", name, attributes)
    parser.EndElementHandler = lambda name: add("end", name)
    parser.CharacterDataHandler = lambda text: add("cdata" if is_cdata else "text", text)
    parser.StartCdataSectionHandler = start_cdata
    parser.EndCdataSectionHandler = end_cdata
    parser.EntityDeclHandler = refuse
    for handler in ("Comment", "ProcessingInstruction", "SkippedEntity", "StartDoctypeDecl", "XmlDecl"):
        setattr(parser, f"{handler}Handler", other)
    return parser
