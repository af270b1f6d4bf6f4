"""OpenDocument texts: the paragraphs and headings of text, notes, headers and footers.

Shown but never changed: tabs, repeated spaces, line ends, and fields. Not looked at: drawings with what
they hold, remarks of reviewers, and text that tracked changes deleted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from refluent.documents.archive import Archive, ByPart, Part, document_of
from refluent.documents.base import Document, Kind, Options
from refluent.documents.builder import Builder
from refluent.documents.odt_tracked import track
from refluent.documents.xml import Token, decode_xml, escape_text, local, tokens
from refluent.errors import DocumentError

__all__ = ["read"]

_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
_TYPE = "application/vnd.oasis.opendocument.text"
_MANIFEST = "META-INF/manifest.xml"
_CONTENT, _STYLES = "content.xml", "styles.xml"
_BLOCKS = ("h", "p")
_AROUND = ("a", "span")
_POINTS = (
    "alphabetical-index-mark",
    "bookmark",
    "bookmark-end",
    "bookmark-start",
    "change",
    "change-end",
    "change-start",
    "reference-mark",
    "reference-mark-end",
    "reference-mark-start",
    "toc-mark",
)
_SHOWN = {"line-break": "\n", "tab": "\t"}


def read(data: bytes, options: Options) -> Document:
    """The document of an OpenDocument text.

    Raises:
        DocumentError: it is damaged, hostile, encrypted, or no text document.
    """
    archive = Archive(data, options.subject)
    _check(archive)
    # Headers and footers keep no changes of their own here.
    names = [_CONTENT, *([_STYLES] if _STYLES in archive and not options.is_tracked else [])]
    parts = [Part(name, decode_xml(archive.read(name), subject=options.subject)) for name in names]
    by_name = {part.name: part for part in parts}

    def hand_over(part: Part, builder: Builder) -> None:
        reader = _Reader(part.stored.text, builder)
        for token in tokens(part.stored.text, subject=options.subject):
            reader.handle(token)

    def rewrite(changed: ByPart) -> Mapping[str, bytes]:
        if options.is_tracked:
            return {name: track(by_name[name], changes, options.subject) for name, changes in changed.items()}
        return {
            name: by_name[name].spliced(
                (change.start, change.end, escape_text(change.new)) for change in changes
            )
            for name, changes in changed.items()
        }

    return document_of(archive, data, parts, hand_over=hand_over, rewrite=rewrite)


def _check(archive: Archive) -> None:
    kind = archive.read("mimetype").decode("ascii", "replace").strip() if "mimetype" in archive else _TYPE
    if not kind.startswith(_TYPE) or _CONTENT not in archive:
        raise archive.broken("is no OpenDocument text")
    if _MANIFEST in archive and b"encryption-data" in archive.read(_MANIFEST):
        raise DocumentError("is encrypted", subject=archive.subject, remedy="save it without a password")


@dataclass
class _Reader:
    """Hands the paragraphs of a part to a builder, token by token."""

    raw: str
    builder: Builder
    _depth: int = 0
    _hidden: int = 0
    _passed: Token | None = None
    _inner: int = 0
    _shown: str = ""
    _note: list[Token] = field(default_factory=list)
    _notes: list[list[Token]] = field(default_factory=list)

    def handle(self, token: Token) -> None:
        """Take the next token."""
        space, _, name = token.name.rpartition(" ") if token.kind in ("start", "end") else ("", "", "")
        if self._passed is not None:
            self._pass_over(token)
        elif name == "tracked-changes":
            self._hidden += 1 if token.kind == "start" else -1
        elif self._hidden:
            return
        elif space == _TEXT and name in _BLOCKS:
            self._depth += 1 if token.kind == "start" else -1
            self.builder.end_block()
            if token.kind == "end":
                self._hand_over_notes()
        elif self._depth:
            self._inside(name, space, token)

    def _inside(self, name: str, space: str, token: Token) -> None:
        add = self.builder.add
        if token.kind == "text":
            stored = self.raw[token.start : token.end]
            if stored == token.name or stored.isspace():
                self.builder.wrapped(stored, token.start)
            else:
                add(Kind.ESCAPE, token.name, token.start, token.end)
        elif token.kind == "cdata":
            add(Kind.FIXED, token.name, token.start, token.end)
        elif token.kind == "other":
            add(Kind.POINT, "", token.start, token.end)
        elif space == _TEXT and name in _AROUND:
            add(Kind.OPEN if token.kind == "start" else Kind.CLOSE, "", token.start, token.end)
        elif token.kind == "start":
            self._passed, self._inner, self._shown, self._note = token, 1, "", []

    def _pass_over(self, token: Token) -> None:
        self._inner += (token.kind == "start") - (token.kind == "end")
        if token.kind in ("text", "cdata"):
            self._shown += token.name
        self._note.append(token)
        if self._inner == 0 and self._passed is not None:
            self._close(self._passed, token.end)

    def _close(self, first: Token, end: int) -> None:
        """End an element that is one code with all it holds."""
        self._passed = None
        space, _, name = first.name.rpartition(" ")
        add = self.builder.add
        if space != _TEXT and "as-char" in first.attributes.values():
            self.builder.mask(first.start, end)
        elif space != _TEXT:
            add(Kind.POINT, "", first.start, end)
        elif name == "note":
            add(Kind.POINT, "", first.start, end)
            self._notes.append(self._note)
        elif name == "s":
            count = next((value for key, value in first.attributes.items() if local(key) == "c"), "1")
            add(Kind.FIXED, " " * min(int(count), 100) if count.isdigit() else " ", first.start, end)
        elif name in _SHOWN:
            add(Kind.FIXED, _SHOWN[name], first.start, end)
        elif name == "soft-page-break":
            add(Kind.SEAM, "", first.start, end)
        elif name in _POINTS or not self._shown:
            add(Kind.POINT, "", first.start, end)
        else:
            add(Kind.FIXED, self._shown, first.start, end)

    def _hand_over_notes(self) -> None:
        """The paragraphs of notes come after the paragraph that has their marks."""
        notes, self._notes = self._notes, []
        for note in notes:
            for token in note:
                self.handle(token)
