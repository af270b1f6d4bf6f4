"""Markdown: the text of paragraphs, headings, list items and table cells, by tree-sitter's byte offsets.

Shown but never changed: code spans, formulas, automatic links, reference names, ``translate="no"`` and what
stands between the comments ``refluent-off`` and ``refluent-on``. Not looked at: front matter, code blocks,
HTML blocks, link targets, definitions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

from refluent.documents.base import DEFAULTS, Change, Document, Kind, Options, splice
from refluent.documents.builder import Builder
from refluent.documents.encoding import Characters, decode
from refluent.documents.html import is_switched_off, switch, tags

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

__all__ = ["read"]

_TEXT_NODES = ("inline", "pipe_table_cell")
_FIXED_NODES = (
    "code_span",
    "latex_block",
    "uri_autolink",
    "email_autolink",
    "shortcut_link",
    "collapsed_reference_link",
)
_LINKS = ("inline_link", "full_reference_link")
_SINGLE = (
    *_FIXED_NODES,
    "image",
    "strikethrough",
    "html_tag",
    "entity_reference",
    "numeric_character_reference",
    "backslash_escape",
)
_SPECIAL = re.compile(r"([\\`*_\[\]<>|~])")
_TAG = re.compile(r"<(/?)([a-zA-Z][\w:-]*)([^>]*?)(/?)>", re.DOTALL)
_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
# "$5 and $6" is money, "$x$" a formula: a closing dollar has no space before and no digit after it.
_FORMULA = re.compile(r"(\$\$.+\$\$|\$[^\s$](?:[^$]*[^\s$])?\$)(?!\d)", re.DOTALL)


class _Token(NamedTuple):
    """A node that is not plain text, in bytes of the file."""

    name: str
    start: int
    end: int


def read(data: bytes, options: Options = DEFAULTS) -> Document:
    """The document of a Markdown file.

    Raises:
        DocumentError: it is empty, binary, or not in the encoding.
    """
    decoded = decode(data, subject=options.subject, encoding=options.encoding)
    raw = decoded.text
    blocks, inlines = _parsers()
    stored = raw.encode()
    builder = Builder()
    reader = _Reader(raw, stored, inlines, builder)
    for node in _text_nodes(blocks.parse(stored).root_node, reader):
        reader.block(node)

    def build(changes: Sequence[Change]) -> bytes:
        new = ((change.start, change.end, _SPECIAL.sub(r"\\\1", change.new)) for change in changes)
        return decoded.encode(splice(raw, new))

    return Document(raw, builder.pieces(), build)


def _parsers() -> tuple[Parser, Parser]:
    """A parser for blocks and one for what is inside them."""
    import tree_sitter
    import tree_sitter_markdown as grammar

    blocks, inlines = (
        tree_sitter.Parser(tree_sitter.Language(language()))
        for language in (grammar.language, grammar.inline_language)
    )
    return blocks, inlines


def _text_nodes(root: Node, reader: _Reader) -> Iterator[Node]:
    """The nodes that hold text, in order; tells the reader about HTML blocks on the way."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type in _TEXT_NODES:
            yield node
        elif node.type == "html_block":
            reader.html_block(node)
        else:
            waiting += reversed(node.children)


def _tokens(root: Node) -> Iterator[_Token]:
    """Everything in a block that is not plain text, in order."""
    waiting: list[Node | _Token] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, tuple):
            yield node
        elif node.type in _SINGLE or node.type == "hard_line_break":
            yield _Token(node.type, node.start_byte, node.end_byte)
        elif node.type in _LINKS:
            text = next((child for child in node.children if child.type == "link_text"), node.children[0])
            waiting.append(_Token("close", text.end_byte, node.end_byte))
            waiting.append(text)
            waiting.append(_Token("open", node.start_byte, text.start_byte))
        else:
            waiting += reversed([*_delimited(node)])


def _delimited(node: Node) -> Iterator[Node | _Token]:
    """The children of a node, its emphasis marks as tokens that open or close."""
    marks = [child for child in node.children if child.type == "emphasis_delimiter"]
    for child in node.children:
        if child.type == "emphasis_delimiter":
            name = "open" if child in marks[: len(marks) // 2] else "close"
            yield _Token(name, child.start_byte, child.end_byte)
        else:
            yield child


class _Reader:
    """Turns blocks into pieces."""

    def __init__(self, raw: str, stored: bytes, inlines: Parser, builder: Builder) -> None:
        self._raw, self._stored = raw, stored
        self._inlines, self._builder = inlines, builder
        self._characters = Characters(stored)
        self._is_off = False
        self._kept: tuple[str, int, str] | None = None

    def html_block(self, node: Node) -> None:
        """Notice a comment that switches Refluent."""
        for comment in _COMMENT.findall(self._stored[node.start_byte : node.end_byte].decode()):
            self._is_off = (switch(comment) or ("off" if self._is_off else "on")) == "off"

    def block(self, node: Node) -> None:
        """Hand one block to the builder."""
        if self._is_off:
            return
        base, data = node.start_byte, _without_continuations(node, self._stored)
        end = 0
        for name, start, stop in _tokens(self._inlines.parse(data).root_node):
            if name == "latex_block" and not self._is_formula(base + start, base + stop):
                continue
            self._text(data[end:start].decode(), base + end)
            if name == "hard_line_break":
                # What the next line begins with, such as "> ", is not text.
                stop += len(data[stop:]) - len(data[stop:].lstrip(b" \t"))
            elif name == "shortcut_link" and start == 0 and data[: stop + 1].endswith(b"]:"):
                stop += 1
            self._token(name, data[start:stop].decode(), base + start, base + stop)
            end = stop
        self._text(data[end:].decode(), base + end)
        self._close(self._characters.at(base + len(data)), is_end=True)
        self._builder.end_block()

    def _is_formula(self, start: int, stop: int) -> bool:
        stored = self._stored[start : stop + 1].decode(errors="ignore")
        match = _FORMULA.match(stored)
        return match is not None and len(match[0].encode()) == stop - start

    def _text(self, text: str, start: int) -> None:
        if self._kept is not None:
            name, begin, shown = self._kept
            self._kept = name, begin, shown + text
        else:
            self._builder.wrapped(text, self._characters.at(start))

    def _token(self, name: str, stored: str, start: int, end: int) -> None:
        begin, stop = self._characters.at(start), self._characters.at(end)
        add = self._builder.add
        if name == "html_tag":
            self._tag(stored, begin, stop)
        elif self._kept is not None:
            kept_name, kept_start, shown = self._kept
            self._kept = kept_name, kept_start, shown + _shown(name, stored)
        elif name in ("open", "close"):
            add(Kind.OPEN if name == "open" else Kind.CLOSE, "", begin, stop)
        elif name == "image":
            self._builder.mask(begin, stop)
        elif name == "hard_line_break":
            add(Kind.FIXED, "\n", begin, stop)
        elif name == "strikethrough" or stored.startswith("[^"):
            add(Kind.POINT, "", begin, stop)
        else:
            add(Kind.FIXED if name in _FIXED_NODES else Kind.ESCAPE, _shown(name, stored), begin, stop)

    def _tag(self, stored: str, start: int, end: int) -> None:
        comment = _COMMENT.fullmatch(stored)
        match = _TAG.fullmatch(stored)
        is_closing, name = (bool(match[1]), match[2].lower()) if match else (False, "")
        if self._kept is not None:
            if (is_closing and name == self._kept[0]) or (comment and switch(comment[1]) == "on"):
                self._close(end)
        elif comment and switch(comment[1]) == "off":
            self._kept = "", start, ""
        elif name == "br":
            self._builder.add(Kind.FIXED, "\n", start, end)
        elif name == "img":
            self._builder.mask(start, end)
        elif (
            match
            and not is_closing
            and name not in tags("void")
            and (name in tags("kept") or is_switched_off(stored))
        ):
            self._kept = name, start, ""
        elif match and name in tags("inline") and name not in tags("void") and not match[4]:
            self._builder.add(Kind.CLOSE if is_closing else Kind.OPEN, "", start, end)
        else:
            self._builder.add(Kind.POINT, "", start, end)

    def _close(self, end: int, *, is_end: bool = False) -> None:
        """End an element, or a stretch switched off, that is being passed over."""
        if self._kept is None:
            return
        name, start, shown = self._kept
        self._kept = None
        self._is_off = is_end and not name
        shown = " ".join(shown.split())
        is_hidden = name == "del" or not shown
        self._builder.add(Kind.POINT if is_hidden else Kind.FIXED, "" if is_hidden else shown, start, end)


def _without_continuations(node: Node, stored: bytes) -> bytes:
    """The bytes of a block, with spaces for what its lines begin with (such as ``> ``)."""
    data = bytearray(stored[node.start_byte : node.end_byte])
    for child in node.children:
        if child.type == "block_continuation":
            start, end = child.start_byte - node.start_byte, child.end_byte - node.start_byte
            data[start:end] = b" " * (end - start)
    return bytes(data)


def _shown(name: str, stored: str) -> str:
    """What a reader sees of a node."""
    if name == "code_span":
        return " ".join(stored.strip("`").split())
    if name == "backslash_escape":
        return stored[1:]
    if name in ("uri_autolink", "email_autolink"):
        return stored[1:-1]
    return unescape(stored) if name.endswith("reference") else stored
