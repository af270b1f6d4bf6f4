"""All stay all, some stay some, few stay few; what is said of them only is not said of others."""

from __future__ import annotations

from refluent.guards.context import Context, Violation, window
from refluent.text.lexicon import load
from refluent.types import Edit

__all__ = ["check"]


def check(edit: Edit, sentence: str, context: Context) -> Violation | None:
    """Fires if one class of quantifiers gives way to another, or "only" is lost or added."""
    lost, added = load("refluent.guards", "quantifiers.txt").changes(*window(edit, sentence))
    if lost and added:
        return Violation("quantifiers", lost[0].text, f"{lost[0].text!r} would become {added[0].text!r}")
    if lost and lost[0].name == "only":
        return Violation("quantifiers", lost[0].text, f"{lost[0].text!r} would be lost")
    if added and added[0].name == "only":
        return Violation("quantifiers", "", f"{added[0].text!r} would be added")
    return None
