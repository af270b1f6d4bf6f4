"""Changes that a person can accept or reject in the program that opens the document."""

from __future__ import annotations

from html import escape

from refluent.documents.base import Change

__all__ = ["AUTHOR", "html_change", "remark"]

AUTHOR = "refluent"


def remark(change: Change) -> str:
    """What a reviewer is told about a change."""
    return f"{change.edit.category.value}, confidence {change.edit.confidence:.2f}"


def html_change(raw: str, change: Change) -> str:
    """A change as ``<del>`` and ``<ins>``, with category and confidence as their titles."""
    title = f'title="{escape(remark(change))}"'
    old, new = raw[change.start : change.end], escape(change.new, quote=False)
    deleted = f"<del {title}>{old}</del>" if old else ""
    inserted = f"<ins {title}>{new}</ins>" if new else ""
    return deleted + inserted
