r"""PO files: the translations, plural forms too; the header and obsolete entries stay.

A translation may be written in several strings, one on a line; where they are cut means nothing and stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from refluent.documents.base import Change, Document, Kind, Options, splice
from refluent.documents.builder import Builder
from refluent.documents.encoding import decode
from refluent.documents.language import check_english
from refluent.errors import DocumentError

__all__ = ["read"]

_LINE = re.compile(r'^[ \t]*(?:(?P<word>msg\w+(?:\[\d+\])?)[ \t]*)?"(?P<text>(?:[^"\\\n]|\\.)*)"[ \t\r]*$')
_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{1,2}|[0-7]{1,3}|.)")
_CONTROLS = {"\\n": "\n", "\\t": "\t", "\\r": "\r", '\\"': '"', "\\\\": "\\"}
_CHARSET = re.compile(rb"charset=([\w-]+)")
_LANGUAGE = re.compile(r"^Language: *([\w-]+)", re.MULTILINE)
_HEAD_BYTES = 4096


class _String(NamedTuple):
    """One keyword with its strings, each a range of the content."""

    word: str
    parts: list[tuple[int, int]]


def read(data: bytes, options: Options) -> Document:
    """The document of a PO file.

    Raises:
        DocumentError: it is empty, binary, not in the encoding, has no message, or is a translation into
            another language.
    """
    match = _CHARSET.search(data[:_HEAD_BYTES])
    declared = match[1].decode() if match and match[1] != b"CHARSET" else ""
    decoded = decode(data, subject=options.subject, encoding=options.encoding, declared=declared)
    raw = decoded.text
    builder = Builder()
    context, message, n_messages = "", "", 0
    for word, parts in _strings(raw):
        content = "".join(raw[start:end] for start, end in parts)
        if word == "msgctxt":
            context = content
        elif word == "msgid":
            # The header alone has neither a context nor a message.
            context, message, n_messages = "", context + content, n_messages + 1
        elif word.startswith("msgstr") and not message:
            found = _LANGUAGE.search(content.replace("\\n", "\n"))
            check_english(found[1] if found else "", options.subject)
        elif word.startswith("msgstr"):
            _hand_over(raw, parts, builder)
    if not n_messages:
        raise DocumentError("has no message", subject=options.subject, remedy="is it a PO file?")

    def build(changes: Sequence[Change]) -> bytes:
        return decoded.encode(
            splice(raw, ((change.start, change.end, _escaped(change.new)) for change in changes))
        )

    return Document(raw, builder.pieces(), build)


def _strings(raw: str) -> Iterator[_String]:
    """The keywords in order, each with its strings."""
    current: _String | None = None
    start = 0
    for line in raw.split("\n"):
        match = _LINE.match(line)
        if match is None or match["word"]:
            if current is not None:
                yield current
            current = _String(match["word"], []) if match else None
        if match and current is not None:
            current.parts.append((start + match.start("text"), start + match.end("text")))
        start += len(line) + 1
    if current is not None:
        yield current


def _hand_over(raw: str, parts: Sequence[tuple[int, int]], builder: Builder) -> None:
    last = parts[0][0]
    for start, end in parts:
        builder.add(Kind.SEAM, "", last, start)
        for match in _ESCAPE.finditer(raw, start, end):
            builder.add(Kind.TEXT, raw[start : match.start()], start, match.start())
            shown = _CONTROLS.get(match[0])
            is_fixed = shown is None or shown in "\n\r"
            builder.add(Kind.FIXED if is_fixed else Kind.ESCAPE, shown or match[0], *match.span())
            start = match.end()
        builder.add(Kind.TEXT, raw[start:end], start, end)
        last = end
    builder.end_block()


def _escaped(text: str) -> str:
    for stored, shown in reversed(_CONTROLS.items()):
        text = text.replace(shown, stored)
    return text
