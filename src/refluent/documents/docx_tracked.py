"""Tracked changes in Word documents: each change as w:del and w:ins, with a comment on what it is.

The run that holds the text is ended before a change and begun again, in the same format, after it. Comments
are only written in the main part: Word has none in notes, headers and footers. No date is written, so that
the same input gives the same file.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from refluent.documents.archive import Archive, ByPart, Part
from refluent.documents.base import Change
from refluent.documents.tracked import AUTHOR, remark
from refluent.documents.xml import decode_xml, escape_text, local, tokens
from refluent.types import Edit

__all__ = ["TextNode", "Tracker"]

_TYPES = "[Content_Types].xml"
_TYPES_SPACE = "http://schemas.openxmlformats.org/package/2006/content-types"
_LINKS_SPACE = "http://schemas.openxmlformats.org/package/2006/relationships"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_LINK_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
_IDENTIFIER = re.compile(r"""\bid=["'](\d+)["']""")


@dataclass(frozen=True)
class TextNode:
    """A ``w:t`` element.

    Attributes:
        tag: its start tag.
        tag_end: where that ends.
        start: where its text begins, after spaces that do not count.
        end: where its text ends.
        content_end: where its end tag begins.
        format: the ``w:rPr`` of its run as it is stored; may be empty.
        keeps_space: whether spaces at its ends count.
    """

    tag: str
    tag_end: int
    start: int
    end: int
    content_end: int
    format: str
    keeps_space: bool

    def keeping_space(self) -> Iterator[tuple[int, int, str]]:
        """What makes spaces at the ends of the text count; those that did not count so far go."""
        if not self.keeps_space:
            yield self.tag_end - 1, self.tag_end - 1, ' xml:space="preserve"'
            yield self.tag_end, self.start, ""
            yield self.end, self.content_end, ""

    @property
    def prefix(self) -> str:
        """``w:``, or whatever the file uses."""
        return self.tag[1:].partition(":")[0] + ":" if ":" in self.tag.split()[0] else ""


class Tracker:
    """Writes changes so that a person can accept or reject them.

    Args:
        archive: the document.
        main: its main part.
    """

    def __init__(self, archive: Archive, main: Part) -> None:
        self._archive = archive
        self._main = main
        folder, name = posixpath.split(main.name)
        self._links_name = posixpath.join(folder, "_rels", f"{name}.rels")
        self._comments_name = self._find_comments(folder)
        self._comments: list[str] = []
        stored = [main.stored.text]
        if self._comments_name in archive:
            stored.append(self._read(self._comments_name))
        self._next = 1 + max(
            (int(number) for text in stored for number in _IDENTIFIER.findall(text)), default=0
        )

    def _read(self, name: str) -> str:
        return decode_xml(self._archive.read(name), subject=self._archive.subject).text

    def _find_comments(self, folder: str) -> str:
        """The part that holds the comments, or would hold them."""
        if self._links_name in self._archive:
            for token in tokens(self._read(self._links_name), subject=self._archive.subject):
                if token.attributes.get("Type", "").endswith("/comments"):
                    path = posixpath.join("/", folder, token.attributes["Target"])
                    return posixpath.normpath(path).lstrip("/")
        return posixpath.join(folder, "comments.xml")

    def rewrite(
        self, changed: ByPart, parts: Mapping[str, Part], nodes: Mapping[str, Sequence[TextNode]]
    ) -> dict[str, bytes]:
        """The parts that become others, those of the comments included."""
        new = {
            name: parts[name].spliced(self._splices(parts[name], nodes[name], changes))
            for name, changes in changed.items()
        }
        return {**new, **self._comment_parts()} if self._comments else new

    def _splices(
        self, part: Part, nodes: Sequence[TextNode], changes: Sequence[Change]
    ) -> Iterator[tuple[int, int, str]]:
        raw = part.stored.text
        commented: set[Edit] = set()
        number, marked = 0, -1
        for change in sorted(changes, key=lambda change: change[:2]):
            while change.start > nodes[number].end:
                number += 1
            node = nodes[number]
            if marked != number:
                marked = number
                yield from node.keeping_space()
            has_comment = part is self._main and change.edit not in commented
            commented.add(change.edit)
            old = raw[change.start : change.end]
            yield change.start, change.end, self._marked(node, old, change, has_comment=has_comment)

    def _marked(self, node: TextNode, old: str, change: Change, *, has_comment: bool) -> str:
        w = node.prefix
        changes = self._run("del", "delText", node, old) + self._run(
            "ins", "t", node, escape_text(change.new)
        )
        if has_comment:
            identifier = self._comment(change)
            reference = f'<{w}r><{w}commentReference {w}id="{identifier}"/></{w}r>'
            begin, end = (f'<{w}commentRange{side} {w}id="{identifier}"/>' for side in ("Start", "End"))
            changes = f"{begin}{changes}{end}{reference}"
        again = f'<{w}r>{node.format}<{w}t xml:space="preserve">'
        return f"</{w}t></{w}r>{changes}{again}"

    def _run(self, change: str, text: str, node: TextNode, content: str) -> str:
        if not content:
            return ""
        w = node.prefix
        inside = f'<{w}r>{node.format}<{w}{text} xml:space="preserve">{content}</{w}{text}></{w}r>'
        return f'<{w}{change} {w}id="{self._identifier()}" {w}author="{AUTHOR}">{inside}</{w}{change}>'

    def _identifier(self) -> int:
        self._next += 1
        return self._next - 1

    def _comment(self, change: Change) -> int:
        identifier = self._identifier()
        text = f"<w:p><w:r><w:t>{escape_text(remark(change))}</w:t></w:r></w:p>"
        head = f'<w:comment xmlns:w="{self._space()}" w:id="{identifier}" w:author="{AUTHOR}" w:initials="r">'
        self._comments.append(f"{head}{text}</w:comment>")
        return identifier

    def _space(self) -> str:
        """The namespace of the main part; there are two, by the edition of the standard."""
        root = next(token for token in tokens(self._main.stored.text, subject="") if token.kind == "start")
        return root.name.rpartition(" ")[0]

    def _comment_parts(self) -> dict[str, bytes]:
        comments = "".join(self._comments)
        if self._comments_name in self._archive:
            return {self._comments_name: self._appended(self._comments_name, "comments", comments)}
        head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        part = f'{head}<w:comments xmlns:w="{self._space()}">{comments}</w:comments>'
        override = f'PartName="/{self._comments_name}" ContentType="{_COMMENTS_TYPE}"'
        target = posixpath.basename(self._comments_name)
        link = f'Id="refluentComments" Type="{_LINK_TYPE}" Target="{target}"'
        link = f'<Relationship xmlns="{_LINKS_SPACE}" {link}/>'
        links = f'{head}<Relationships xmlns="{_LINKS_SPACE}">{link}</Relationships>'.encode()
        if self._links_name in self._archive:
            links = self._appended(self._links_name, "Relationships", link)
        types = self._appended(_TYPES, "Types", f'<Override xmlns="{_TYPES_SPACE}" {override}/>')
        return {self._comments_name: part.encode(), self._links_name: links, _TYPES: types}

    def _appended(self, name: str, root: str, addition: str) -> bytes:
        """A part with something more at the end of its root element."""
        part = Part(name, decode_xml(self._archive.read(name), subject=self._archive.subject))
        raw = part.stored.text
        first = next(token for token in tokens(raw, subject=self._archive.subject) if token.kind == "start")
        end = [token for token in tokens(raw, subject=self._archive.subject) if token.kind == "end"][-1]
        if local(first.name) != root:
            raise self._archive.broken(f"has no {root} in {name}")
        if end.start < end.end:
            return part.spliced([(end.start, end.start, addition)])
        # <w:comments/> has no end tag.
        tag = raw[first.start : first.end]
        name = re.sub(r"[\s/>].*", "", tag[1:], flags=re.DOTALL)
        return part.spliced([(first.start, first.end, f"{tag[:-2]}>{addition}</{name}>")])
