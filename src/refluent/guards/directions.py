"""Nothing turns into its opposite: more and less, before and after, rise and fall, import and export."""

from __future__ import annotations

from refluent.guards.context import Context, Violation, window
from refluent.text.lexicon import load
from refluent.types import Edit

__all__ = ["check"]

_OPPOSITE_SIGN = {"+": "-", "-": "+"}


def check(edit: Edit, sentence: str, context: Context) -> Violation | None:
    """Fires if words of one direction become rarer and words of the opposite one more frequent."""
    lost, added = load("refluent.guards", "directions.txt").changes(*window(edit, sentence))
    for match in lost:
        opposite = _OPPOSITE_SIGN[match.name[0]] + match.name[1:]
        for other in added:
            if other.name == opposite:
                return Violation("directions", match.text, f"{match.text!r} would become {other.text!r}")
    return None
