"""Tracked changes in OpenDocument texts.

Inserted text stands in its place between two marks; deleted text is moved to a list at the beginning of the
document, and a mark stays in its place. Both have an entry in that list with what kind of change it is. The
date is the beginning of time, so that the same input gives the same file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from refluent.documents.archive import Part
from refluent.documents.base import Change
from refluent.documents.tracked import AUTHOR, remark
from refluent.documents.xml import escape_text, local, tokens
from refluent.errors import DocumentError

__all__ = ["track"]

_SPACES = (
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
_DATE = "1970-01-01T00:00:00"
_IDENTIFIER = re.compile(r"\brefluent(\d+)\b")


def track(part: Part, changes: Sequence[Change], subject: str) -> bytes:
    """The content with its changes as tracked ones.

    Raises:
        DocumentError: it has no text to keep the list of changes in.
    """
    raw = part.stored.text
    number = max((int(found) for found in _IDENTIFIER.findall(raw)), default=0)
    splices: list[tuple[int, int, str]] = []
    regions: list[str] = []
    for change in sorted(changes, key=lambda change: change[:2]):
        old, marks = raw[change.start : change.end], ""
        if old:
            number += 1
            regions.append(_region(number, "deletion", change, f"<text:p>{_edged(old)}</text:p>"))
            marks += f'<text:change text:change-id="refluent{number}"/>'
        if change.new:
            number += 1
            regions.append(_region(number, "insertion", change, ""))
            begin, end = (
                f'<text:change-{side} text:change-id="refluent{number}"/>' for side in ("start", "end")
            )
            marks += f"{begin}{escape_text(change.new)}{end}"
        splices.append((change.start, change.end, marks))
    splices.append(_list(raw, "".join(regions), subject))
    return part.spliced(splices)


def _region(number: int, kind: str, change: Change, content: str) -> str:
    what = f"<text:p>{escape_text(remark(change))}</text:p>"
    who = f"<dc:creator>{AUTHOR}</dc:creator><dc:date>{_DATE}</dc:date>"
    inside = f"<text:{kind}><office:change-info>{who}{what}</office:change-info>{content}</text:{kind}>"
    names = f'xml:id="refluent{number}" text:id="refluent{number}"'
    return f"<text:changed-region {_SPACES} {names}>{inside}</text:changed-region>"


def _edged(text: str) -> str:
    """Text whose spaces at the ends count: in a paragraph of its own they would not."""
    inner = text.strip(" \t\r\n")
    if not inner:
        return "<text:s/>"
    begin = "<text:s/>" if text[0] != inner[0] else ""
    end = "<text:s/>" if text[-1] != inner[-1] else ""
    return f"{begin}{inner}{end}"


def _list(raw: str, regions: str, subject: str) -> tuple[int, int, str]:
    """Where the list of changes goes: into the one that is there, or a new one after the forms."""
    place, is_in_text = -1, False
    for token in tokens(raw, subject=subject):
        name = local(token.name) if token.kind in ("start", "end") else ""
        if name == "tracked-changes" and token.kind == "end" and token.start < token.end:
            return token.start, token.start, regions
        if name == "text" and token.kind == "start" and token.name.split(" ")[0].endswith(":office:1.0"):
            place, is_in_text = token.end, True
        elif is_in_text and name == "forms" and token.kind == "end":
            place = token.end
    if place < 0:
        raise DocumentError("has no text", subject=subject, remedy="is it what its name says?")
    return place, place, f"<text:tracked-changes {_SPACES}>{regions}</text:tracked-changes>"
