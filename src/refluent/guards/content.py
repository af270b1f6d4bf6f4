"""An edit says the same in other words: it brings in, leaves out and replaces little that has a meaning."""

from __future__ import annotations

from refluent.guards.context import Context, Violation, content_changes
from refluent.types import Edit

__all__ = ["check"]

# Content words that an edit may add or lose, and how many it may keep for each further one: two for a short
# edit, more for one that reaches over a whole sentence.
_MAX_ADDED = 2
_MAX_LOST = 3
_MAX_REPLACED = 3
_KEPT_FOR_ANOTHER = 5


def check(edit: Edit, sentence: str, context: Context) -> Violation | None:
    """Fires if more content words come, go or change than the length of the edit accounts for."""
    lost, added = content_changes(edit.original, edit.replacement)
    kept = len(content_changes(edit.original, "")[0]) - len(lost)
    more = kept // _KEPT_FOR_ANOTHER
    if len(added) - len(lost) > _MAX_ADDED + more:
        return Violation("content", "", f"{len(added)} words would be added: {', '.join(added)}")
    if len(lost) - len(added) > _MAX_LOST + more:
        return Violation("content", ", ".join(lost), f"{len(lost)} words would be lost: {', '.join(lost)}")
    if min(len(lost), len(added)) > _MAX_REPLACED + more:
        message = f"{len(lost)} words would be replaced: {', '.join(lost)}"
        return Violation("content", ", ".join(lost), message)
    return None
