"""The content of a bilingual segment: text, and the inline elements of XLIFF 1.2, XLIFF 2 and TMX.

An element around text opens and closes; one that begins or ends a format elsewhere (``bpt``, ``sc``) is one
code with all it holds; a placeholder (``x``, ``ph``) stands for a word and is shown as ``{1}``.
"""

from __future__ import annotations

from refluent.documents.base import Kind
from refluent.documents.builder import Builder
from refluent.documents.xml import Token, local

__all__ = ["SegmentReader"]

_AROUND = frozenset(("g", "hi", "mrk", "pc"))
_CODES = {
    "bpt": Kind.OPEN,
    "bx": Kind.OPEN,
    "sc": Kind.OPEN,
    "sm": Kind.OPEN,
    "ept": Kind.CLOSE,
    "ex": Kind.CLOSE,
    "ec": Kind.CLOSE,
    "em": Kind.CLOSE,
    "it": Kind.POINT,
    "ut": Kind.POINT,
    "cp": Kind.POINT,
}


class SegmentReader:
    """Hands the content of segments to a builder, token by token.

    Args:
        raw: the content of the file.
        builder: takes the pieces.
    """

    def __init__(self, raw: str, builder: Builder) -> None:
        self._raw = raw
        self._builder = builder
        # An element that is one code with all it holds: its name, where it starts, its depth and its text.
        self._kept: tuple[str, int] | None = None
        self._is_shown = False
        self._depth = 0
        self._shown = ""

    def handle(self, token: Token) -> None:
        """Take a token between the tags of a segment."""
        if self._kept is not None:
            self._inside_kept(token)
        elif token.kind == "text":
            is_same = token.name == self._raw[token.start : token.end]
            self._builder.add(Kind.TEXT if is_same else Kind.ESCAPE, token.name, token.start, token.end)
        elif token.kind == "cdata":
            self._builder.add(Kind.FIXED, token.name, token.start, token.end)
        elif token.kind == "start":
            self._start(token)
        else:
            is_end = token.kind == "end"
            self._builder.add(Kind.CLOSE if is_end else Kind.POINT, "", token.start, token.end)

    def _start(self, token: Token) -> None:
        name = local(token.name)
        is_fixed = token.attributes.get("mtype") == "protected" or token.attributes.get("translate") == "no"
        if name in _AROUND and not is_fixed:
            self._builder.add(Kind.OPEN, "", token.start, token.end)
            return
        is_line_end = token.attributes.get("ctype") == "lb" or token.attributes.get("subType") == "xlf:lb"
        self._kept = "lb" if is_line_end else name, token.start
        self._is_shown, self._depth, self._shown = name in _AROUND, 1, ""

    def _inside_kept(self, token: Token) -> None:
        self._depth += (token.kind == "start") - (token.kind == "end")
        if token.kind in ("text", "cdata"):
            self._shown += token.name
        if self._depth > 0 or self._kept is None:
            return
        name, start = self._kept
        self._kept = None
        if self._is_shown and self._shown:
            self._builder.add(Kind.FIXED, self._shown, start, token.end)
        elif name == "lb":
            self._builder.add(Kind.FIXED, "\n", start, token.end)
        elif name in _CODES or self._is_shown:
            self._builder.add(_CODES.get(name, Kind.POINT), "", start, token.end)
        else:
            self._builder.mask(start, token.end)
