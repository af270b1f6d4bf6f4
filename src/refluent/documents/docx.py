"""Word documents: the paragraphs of text, notes, headers and footers.

A paragraph is stored in runs, often cut in the middle of a word; a cut between two runs of one format means
nothing. Everything between the texts of two runs is one code: a change of format, the beginning or end of a
link, a bookmark. Shown but never changed: tabs and line ends, results of fields, formulas, and what
somebody's tracked changes inserted. Not looked at: text boxes and other drawings, comments, deleted text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from refluent.documents.archive import Archive, ByPart, Part, document_of
from refluent.documents.base import Change, Document, Kind, Options, splice
from refluent.documents.builder import Builder
from refluent.documents.docx_tracked import TextNode, Tracker
from refluent.documents.xml import Token, decode_xml, escape_text, local, tokens

__all__ = ["read"]

_TYPES = "[Content_Types].xml"
_MAIN = re.compile(r"\.(?:document|template)(?:\.macroEnabled(?:Template)?)?\.main\+xml$")
_OTHERS = re.compile(r"\.wordprocessingml\.(?:footnotes|endnotes|header|footer)\+xml$")
_SPACE = "http://www.w3.org/XML/1998/namespace space"
# Elements that are passed over with all they hold; those that stand for a word are shown as "{1}".
_PASSED = frozenset(
    ("AlternateContent", "del", "drawing", "moveFrom", "oMath", "oMathPara", "object", "pict", "sym")
)
_WORDS = frozenset(("oMath", "oMathPara", "sym"))
_KEPT = frozenset(("fldSimple", "ins", "moveTo"))
_SHOWN = {"br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t", "tab": "\t"}
_INVISIBLE = frozenset(("lastRenderedPageBreak", "p", "pPr", "proofErr", "r", "rPr", "softHyphen", "t"))
# Parts of a format that nobody sees.
_UNSEEN = re.compile(r"<\w+:(?:lang|noProof)\b[^>]*/>")


def read(data: bytes, options: Options) -> Document:
    """The document of a Word file.

    Raises:
        DocumentError: it is damaged, hostile, encrypted, or no Word document.
    """
    archive = Archive(data, options.subject)
    names = _names(archive)
    parts = [Part(name, decode_xml(archive.read(name), subject=options.subject)) for name in names]
    by_name = {part.name: part for part in parts}
    nodes: dict[str, list[TextNode]] = {}

    def hand_over(part: Part, builder: Builder) -> None:
        reader = _Reader(part.stored.text, builder)
        for token in tokens(part.stored.text, subject=options.subject):
            reader.handle(token)
        nodes[part.name] = reader.nodes

    def rewrite(changed: ByPart) -> Mapping[str, bytes]:
        if options.is_tracked:
            return Tracker(archive, by_name[names[0]]).rewrite(changed, by_name, nodes)
        return {
            name: by_name[name].spliced(_splices(by_name[name].stored.text, nodes[name], changes))
            for name, changes in changed.items()
        }

    return document_of(archive, data, parts, hand_over=hand_over, rewrite=rewrite)


def _names(archive: Archive) -> list[str]:
    """The parts that hold text, the main one first."""
    main: list[str] = []
    others: list[str] = []
    raw = decode_xml(archive.read(_TYPES), subject=archive.subject).text
    for token in tokens(raw, subject=archive.subject):
        kind = token.attributes.get("ContentType", "")
        name = token.attributes.get("PartName", "").lstrip("/")
        if name in archive and _MAIN.search(kind):
            main.append(name)
        elif name in archive and _OTHERS.search(kind):
            others.append(name)
    if not main:
        raise archive.broken("is no Word document")
    return [*main[:1], *sorted(others)]


def _splices(
    raw: str, nodes: Sequence[TextNode], changes: Sequence[Change]
) -> Iterator[tuple[int, int, str]]:
    """The new texts; a node that now begins or ends with a space must say that it counts."""
    starts = [node.start for node in nodes]
    by_node: dict[int, list[tuple[int, int, str]]] = {}
    for change in changes:
        number = bisect_right(starts, change.start) - 1
        by_node.setdefault(number, []).append((change.start, change.end, escape_text(change.new)))
    for number, new in by_node.items():
        node = nodes[number]
        text = splice(
            raw[node.start : node.end], ((a - node.start, b - node.start, text) for a, b, text in new)
        )
        if text != text.strip():
            yield from node.keeping_space()
        yield from new


@dataclass
class _Gap:
    """What stands between two texts of a paragraph.

    Attributes:
        shown: content that must stay.
        opens: links that begin.
        closes: links that end.
        is_plain: whether nothing is there but the end of one run and the beginning of another.
    """

    shown: str = ""
    opens: int = 0
    closes: int = 0
    is_plain: bool = True

    def kind(self, *, is_same_format: bool) -> Kind:
        """What the repairer is told it is."""
        if self.shown:
            return Kind.FIXED
        if self.opens != self.closes:
            return Kind.OPEN if self.opens > self.closes else Kind.CLOSE
        return Kind.SEAM if self.is_plain and not self.opens and is_same_format else Kind.POINT


@dataclass
class _Reader:
    """Hands the paragraphs of a part to a builder, token by token."""

    raw: str
    builder: Builder
    nodes: list[TextNode] = field(default_factory=list)
    _gap: _Gap = field(default_factory=_Gap)
    _start_of_block: int = 0
    _last_end: int | None = None
    _last_format: str = ""
    _format: str = ""
    _format_start: int = -1
    _format_depth: int = 0
    _is_in_run: bool = False
    _passed: str = ""
    _depth: int = 0
    _is_inline: bool = False
    _n_kept: int = 0
    _has_kept: bool = False
    _n_fields: int = 0
    _node: Token | None = None
    _texts: list[Token] = field(default_factory=list)
    _n_masks: int = 0

    def handle(self, token: Token) -> None:
        """Take the next token."""
        if token.kind in ("text", "cdata"):
            if self._node is not None:
                self._texts.append(token)
        elif token.kind not in ("start", "end"):
            return
        elif self._passed:
            self._pass_over(token)
        elif token.kind == "start":
            self._start(local(token.name), token)
        else:
            self._end(local(token.name), token)

    def _pass_over(self, token: Token) -> None:
        self._depth += 1 if token.kind == "start" else -1
        self._is_inline = self._is_inline or local(token.name) == "inline"
        if self._depth:
            return
        self._gap.is_plain = False
        if self._is_inline or self._passed in _WORDS:
            self._n_masks += 1
            self._gap.shown += f"{{{self._n_masks}}}"
        self._passed = ""

    def _start(self, name: str, token: Token) -> None:
        if name in _PASSED:
            self._passed, self._depth, self._is_inline = name, 1, False
        elif name == "p":
            self._gap, self._start_of_block, self._last_end, self._n_masks = _Gap(), token.end, None, 0
            self._has_kept = False
        elif name == "r":
            self._is_in_run, self._format = True, ""
        elif name == "rPr" and self._is_in_run:
            self._format_depth += 1
            self._format_start = token.start if self._format_depth == 1 else self._format_start
        elif name == "t" and self._is_in_run:
            self._node, self._texts = token, []
        elif name in _SHOWN and self._is_in_run:
            self._gap.shown += _SHOWN[name]
        elif name == "hyperlink":
            self._gap.opens += 1
        elif name == "fldChar":
            kind = _attribute(token, "fldCharType")
            self._n_fields += (kind == "begin") - (kind == "end")
            self._gap.is_plain = False
        elif name in _KEPT:
            self._n_kept += 1
            self._has_kept, self._gap.is_plain = True, False
        elif name not in _INVISIBLE and not self._format_depth:
            self._gap.is_plain = False

    def _end(self, name: str, token: Token) -> None:
        if name == "p":
            self._keep_shown(token.start)
            # What tracked changes inserted is text, although it must stay.
            self.builder.end_block(is_shown=self._has_kept)
        elif name == "r":
            self._is_in_run = False
        elif name == "rPr" and self._format_depth:
            self._format_depth -= 1
            if not self._format_depth:
                self._format = self.raw[self._format_start : token.end]
        elif name == "hyperlink":
            self._gap.closes += 1
        elif name in _KEPT:
            self._n_kept -= 1
        elif name == "t" and self._node is not None:
            self._text(self._node, token)
            self._node = None

    def _text(self, tag: Token, end: Token) -> None:
        """One text node: shown, or a part of the gap if it must stay."""
        content = self.raw[tag.end : end.start]
        keeps_space = tag.attributes.get(_SPACE) == "preserve"
        start, stop = tag.end, end.start
        if not keeps_space:
            # Spaces around a text that does not say that they count are not there.
            start += len(content) - len(content.lstrip(" \t\r\n"))
            stop = max(start, stop - len(content) + len(content.rstrip(" \t\r\n")))
        if start == stop:
            return
        if self._n_kept or self._n_fields > 0:
            self._gap.shown += "".join(text.name for text in self._texts)
            return
        seen = _UNSEEN.sub("", self._format)
        if self._last_end is None:
            self._keep_shown(start)
        else:
            kind = self._gap.kind(is_same_format=seen == self._last_format)
            self.builder.add(kind, self._gap.shown if kind is Kind.FIXED else "", self._last_end, start)
        for text in self._texts:
            self._piece(text, start, stop)
        tag_text = self.raw[tag.start : tag.end]
        self.nodes.append(TextNode(tag_text, tag.end, start, stop, end.start, self._format, keeps_space))
        self._gap, self._last_end, self._last_format = _Gap(), stop, seen

    def _keep_shown(self, end: int) -> None:
        """Fixed content at the beginning or end of a paragraph; other codes there matter to nobody."""
        if self._gap.shown:
            start = self._start_of_block if self._last_end is None else self._last_end
            self.builder.add(Kind.FIXED, self._gap.shown, start, end)

    def _piece(self, text: Token, start: int, stop: int) -> None:
        stored = self.raw[text.start : text.end]
        if text.kind == "cdata" or (stored != text.name and not stored.isspace()):
            if start <= text.start and text.end <= stop:
                kind = Kind.FIXED if text.kind == "cdata" else Kind.ESCAPE
                self.builder.add(kind, text.name, text.start, text.end)
            return
        first, last = max(start, text.start), min(stop, text.end)
        if first < last:
            self.builder.wrapped(self.raw[first:last], first)


def _attribute(token: Token, name: str) -> str:
    """The value of an attribute by its name without namespace; empty where there is none."""
    return next((value for key, value in token.attributes.items() if local(key) == name), "")
