"""What may, must or should be stays so: none of the three may vanish, appear or turn into another."""

from __future__ import annotations

from refluent.guards.context import Context, Violation, window
from refluent.text.lexicon import load
from refluent.types import Edit

__all__ = ["check"]


def check(edit: Edit, sentence: str, context: Context) -> Violation | None:
    """Fires if a modal class vanishes or appears; "could" can stand for "may", "needs" for "must"."""
    source, target = window(edit, sentence)
    lexicon = load("refluent.guards", "modality.txt")
    before, after = lexicon.find_both(source, target)
    for name in ("must", "may", "should"):
        old, new, old_near, new_near = (
            [match.text for match in side if match.name == each]
            for each in (name, f"near {name}")
            for side in (before, after)
        )
        if (len(new_near) - len(old_near)) * (len(old) - len(new)) > 0:
            continue
        if old and not new:
            return Violation("modality", old[0], f"{old[0]!r} would be lost")
        if len(new) > len(old):
            return Violation("modality", "", f"{new[-1]!r} would be added")
    if swapped := lexicon.swapped(source, target):
        words = ", ".join(match.text for match in swapped)
        return Violation("modality", words, f"{words} would change places")
    return None
