"""HTML and XHTML: text between tags, found by the offsets of the standard library's parser.

A block ends at every tag that is not known to stand inside a sentence. Shown but never changed: ``code``
and its kin, everything under ``translate="no"`` or ``class="notranslate"``, and what stands between the
comments ``refluent-off`` and ``refluent-on``. Not looked at: ``pre``, ``script``, ``style``, deleted text,
attributes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from html import escape, unescape
from html.parser import HTMLParser
from importlib.resources import files

from refluent.documents.base import DEFAULTS, Change, Document, Kind, Options, splice
from refluent.documents.builder import Builder
from refluent.documents.encoding import decode
from refluent.documents.tracked import html_change

__all__ = ["escape_text", "is_switched_off", "pieces_of", "read", "switch", "tags"]

_DECLARED = re.compile(
    rb"""<\?xml[^>]*?encoding=["']([\w-]+)|<meta[^>]*?charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE
)
_SWITCH = re.compile(r"\s*refluent-(on|off)\s*")
_OFF = re.compile(
    r"""\stranslate\s*=\s*["']?no\b|\sclass\s*=\s*(?:"[^"]*|'[^']*|)\bnotranslate\b""", re.IGNORECASE
)
# How far browsers look for the encoding.
_HEAD_BYTES = 1024


def read(data: bytes, options: Options = DEFAULTS) -> Document:
    """The document of an HTML file.

    Raises:
        DocumentError: it is empty, binary, or not in the encoding.
    """
    match = _DECLARED.search(data[:_HEAD_BYTES])
    declared = (match[1] or match[2]).decode("ascii") if match else ""
    decoded = decode(data, subject=options.subject, encoding=options.encoding, declared=declared)
    raw = decoded.text

    def build(changes: Sequence[Change]) -> bytes:
        new = (
            (
                change.start,
                change.end,
                html_change(raw, change) if options.is_tracked else escape_text(change.new),
            )
            for change in changes
        )
        return decoded.encode(splice(raw, new), errors="xmlcharrefreplace")

    builder = Builder()
    pieces_of(raw, builder)
    return Document(raw, builder.pieces(), build)


@cache
def tags(kind: str) -> frozenset[str]:
    """The tags of a kind in ``data/html_tags.tsv``: ``"inline"``, ``"kept"`` or ``"void"``."""
    content = (files("refluent.documents") / "data" / "html_tags.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in content.splitlines() if not line.startswith("#"))
    return frozenset(tag for row in rows if row[0] == kind for tag in row[1].split())


def escape_text(text: str) -> str:
    """Text as it is stored between tags."""
    return escape(text, quote=False)


def pieces_of(raw: str, builder: Builder) -> None:
    """Hand the pieces of an HTML file to a builder."""
    scanner = _Scanner(raw, builder)
    scanner.feed(raw)
    scanner.close()
    scanner.finish()


def switch(comment: str) -> str:
    """``"on"`` or ``"off"`` where a comment switches Refluent, else an empty string."""
    match = _SWITCH.fullmatch(comment)
    return match[1] if match else ""


def is_switched_off(tag: str) -> bool:
    """Whether a start tag says that its content must stay."""
    return bool(_OFF.search(tag))


class _Scanner(HTMLParser):
    """Turns the parser's events into pieces.

    The parser says only where something starts; it ends where the next thing starts, so an event is handled
    when the next one arrives.
    """

    def __init__(self, raw: str, builder: Builder) -> None:
        super().__init__(convert_charrefs=False)
        self._raw = raw
        self._builder = builder
        self._lines = [0, *(match.end() for match in re.finditer("\n", raw))]
        self._is_xhtml = (
            raw.lstrip().startswith("<?xml") or "http://www.w3.org/1999/xhtml" in raw[:_HEAD_BYTES]
        )
        self._waiting: tuple[str, str, int] | None = None
        self._kept: _Kept | None = None

    def _event(self, kind: str, name: str = "") -> None:
        line, column = self.getpos()
        start = self._lines[line - 1] + column
        self._flush(start)
        self._waiting = (kind, name, start)

    def _flush(self, end: int) -> None:
        if self._waiting is not None:
            kind, name, start = self._waiting
            self._waiting = None
            self._handle(kind, name, start, end)

    def finish(self) -> None:
        """Handle the last event."""
        self._flush(len(self._raw))
        self._builder.end_block()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A start tag; those with ``translate="no"`` get another kind."""
        is_off = tag not in tags("void") and is_switched_off(self.get_starttag_text() or "")
        is_kept = tag in tags("kept") or is_off
        self._event("keep" if is_kept else "start", tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that ends in ``/>``: empty in XHTML, a start tag in HTML."""
        if self._is_xhtml or tag in tags("void"):
            self._event("empty", tag)
        else:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """An end tag."""
        self._event("end", tag)

    def handle_data(self, data: str) -> None:
        """Text without character references."""
        self._event("text")

    def handle_entityref(self, name: str) -> None:
        """A reference by name, or an ampersand that looks like one."""
        self._event("reference")

    def handle_charref(self, name: str) -> None:
        """A reference by number."""
        self._event("reference")

    def handle_comment(self, data: str) -> None:
        """A comment, maybe one that switches Refluent."""
        self._event(switch(data) or "other")

    def handle_decl(self, decl: str) -> None:
        """A document type."""
        self._event("other")

    def handle_pi(self, data: str) -> None:
        """A processing instruction."""
        self._event("other")

    def unknown_decl(self, data: str) -> None:
        """A marked section."""
        self._event("other")

    def _handle(self, kind: str, name: str, start: int, end: int) -> None:
        if self._kept is not None:
            self._inside_kept(self._kept, kind, name, start, end)
        elif kind == "text":
            self._builder.wrapped(self._raw[start:end], start)
        elif kind == "reference":
            stored = self._raw[start:end]
            shown = unescape(stored)
            self._builder.add(Kind.TEXT if shown == stored else Kind.ESCAPE, shown, start, end)
        elif kind == "keep" or kind == "off":
            self._kept = _Kept(name, start, is_inline=not name or name in tags("inline"))
        elif kind in ("start", "end", "empty"):
            self._tag(kind, name, start, end)
        else:
            self._builder.add(Kind.POINT, "", start, end)

    def _tag(self, kind: str, name: str, start: int, end: int) -> None:
        if name == "br":
            self._builder.add(Kind.FIXED, "\n", start, end)
        elif name in ("img", "input"):
            self._builder.mask(start, end)
        elif name not in tags("inline"):
            self._builder.end_block()
        elif kind == "empty" or name in tags("void"):
            self._builder.add(Kind.POINT, "", start, end)
        else:
            self._builder.add(Kind.OPEN if kind == "start" else Kind.CLOSE, "", start, end)

    def _inside_kept(self, kept: _Kept, kind: str, name: str, start: int, end: int) -> None:
        if kind in ("text", "reference"):
            kept.shown += unescape(self._raw[start:end])
        elif kind in ("start", "keep") and name == kept.name:
            kept.depth += 1
        elif (kind == "end" and name == kept.name) or (kind == "on" and not kept.name):
            kept.depth -= 1
        elif kind in ("start", "keep", "end") and name not in tags("inline"):
            kept.is_inline = False
        if kept.depth == 0:
            self._kept = None
            self._close_kept(kept, end)

    def _close_kept(self, kept: _Kept, end: int) -> None:
        if not kept.is_inline:
            self._builder.end_block()
            return
        shown = " ".join(kept.shown.split())
        is_note = (
            kept.name == "sup"
            and not re.search("[^\\W\\d]", shown)
            and not self._builder.shown[-1:].isdigit()
        )
        is_hidden = kept.name == "del" or is_note or not shown
        self._builder.add(
            Kind.POINT if is_hidden else Kind.FIXED, "" if is_hidden else shown, kept.start, end
        )


class _Kept:
    """An element, or a stretch switched off, that is being passed over."""

    def __init__(self, name: str, start: int, *, is_inline: bool) -> None:
        self.name = name
        self.start = start
        self.is_inline = is_inline
        self.shown = ""
        self.depth = 1
