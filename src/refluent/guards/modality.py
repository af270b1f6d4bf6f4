"""What may, must or should be stays so: none of the three may vanish, appear or turn into another."""

from __future__ import annotations

from refluent.guards.context import Context, Violation, window
from refluent.text.lexicon import load
from refluent.types import Edit

__all__ = ["check"]


def check(edit: Edit, sentence: str, context: Context) -> Violation | None:
    """Fires if a modal class vanishes or appears; "could" can stand for "may"."""
    source, target = window(edit, sentence)
    lexicon = load("refluent.guards", "modality.txt")
    before, after = lexicon.find(source), lexicon.find(target)
    for name in ("must", "may", "should"):
        old = [match.text for match in before if match.name == name]
        new = [match.text for match in after if match.name == name]
        if bool(old) == bool(new):
            continue
        here, there = (before, after) if old else (after, before)
        if name == "may" and len([m for m in there if m.name == "could"]) > len([m for m in here if m.name == "could"]):
            continue
        if old:
            return Violation("modality", old[0], f"{old[0]!r} would be lost")
        return Violation("modality", "", f"{new[0]!r} would be added")
    return None
