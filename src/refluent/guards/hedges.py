"""A sentence stays as sure and as exact as it is: about, nearly, at least, reportedly, likely."""

from __future__ import annotations

from refluent.guards.context import Context, Violation, window
from refluent.text.lexicon import load
from refluent.types import Edit

__all__ = ["check"]


def check(edit: Edit, sentence: str, context: Context) -> Violation | None:
    """Fires if a class of hedges vanishes or appears."""
    lexicon = load("refluent.guards", "hedges.txt")
    lost, added = lexicon.changes(*window(edit, sentence))
    if lost and added:
        return Violation("hedges", lost[0].text, f"{lost[0].text!r} would become {added[0].text!r}")
    if lost:
        return Violation("hedges", lost[0].text, f"{lost[0].text!r} would be lost")
    if added:
        return Violation("hedges", "", f"{added[0].text!r} would be added")
    if swapped := lexicon.swapped(*window(edit, sentence)):
        words = ", ".join(match.text for match in swapped)
        return Violation("hedges", words, f"{words} would change places")
    return None
