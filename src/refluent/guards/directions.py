"""Nothing turns into its opposite: more and less, before and after, rise and fall, import and export."""

from __future__ import annotations

from itertools import combinations

from refluent.guards.context import Context, Violation, window
from refluent.text.lexicon import load
from refluent.types import Edit

__all__ = ["check"]

_OPPOSITE_SIGN = {"+": "-", "-": "+"}


def check(edit: Edit, sentence: str, context: Context) -> Violation | None:
    """Fires if words of one direction give way to words of the opposite one, or change places with them."""
    lexicon = load("refluent.guards", "directions.txt")
    lost, added = lexicon.changes(*window(edit, sentence))
    for match in lost:
        opposite = _OPPOSITE_SIGN[match.name[0]] + match.name[1:]
        for other in added:
            if other.name == opposite:
                return Violation("directions", match.text, f"{match.text!r} would become {other.text!r}")
    swapped = lexicon.swapped(*window(edit, sentence))
    for match, other in combinations(swapped, 2):
        if other.name == _OPPOSITE_SIGN[match.name[0]] + match.name[1:]:
            return Violation(
                "directions", match.text, f"{match.text!r} and {other.text!r} would change places"
            )
    return None
