"""Line breaks, tabs and non-breaking spaces are the writer's: every white space but the plain one stays."""

from __future__ import annotations

import unicodedata

from refluent.guards.context import Context, Violation
from refluent.types import Edit

__all__ = ["check"]


def check(edit: Edit, sentence: str, context: Context) -> Violation | None:
    """Fires if white space other than plain spaces is lost, added or changed."""
    before, after = _special(edit.original), _special(edit.replacement)
    if before == after:
        return None
    names = ", ".join(_name(char) for char in before)
    message = (
        f"{names} would be lost or changed" if before else "white space other than a space would be added"
    )
    return Violation("spacing", "".join(before), message)


def _special(text: str) -> list[str]:
    return [char for char in text if char.isspace() and char != " "]


def _name(char: str) -> str:
    names = {"\\n": "line break", "\\r": "line break", "\\t": "tab"}
    return names.get(char) or unicodedata.name(char, "white space").lower()
