"""All stay all, some stay some, few stay few; what is said of them only is not said of others."""

from __future__ import annotations

from refluent.guards.context import Context, Violation, window
from refluent.text.lexicon import load
from refluent.types import Edit

__all__ = ["check"]


def check(edit: Edit, sentence: str, context: Context) -> Violation | None:
    """Fires if one class of quantifiers gives way to another, or "only" is lost or added."""
    lexicon = load("refluent.guards", "quantifiers.txt")
    lost, added = (
        [match for match in side if match.name != "harmless"]
        for side in lexicon.changes(*window(edit, sentence))
    )
    if {match.name for match in (*lost, *added)} == {"only", "near only"} and lost and added:
        return None
    lost, added = ([match for match in side if match.name != "near only"] for side in (lost, added))
    if lost and added:
        return Violation("quantifiers", lost[0].text, f"{lost[0].text!r} would become {added[0].text!r}")
    for match in (match for match in lost if match.name == "only"):
        return Violation("quantifiers", match.text, f"{match.text!r} would be lost")
    for match in (match for match in added if match.name == "only"):
        return Violation("quantifiers", "", f"{match.text!r} would be added")
    if swapped := lexicon.swapped(*window(edit, sentence)):
        words = ", ".join(match.text for match in swapped)
        return Violation("quantifiers", words, f"{words} would change places")
    return None
