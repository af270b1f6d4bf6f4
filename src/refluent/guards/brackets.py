"""Brackets stay in pairs."""

from __future__ import annotations

from refluent.guards.context import Context, Violation, edited
from refluent.text.quantities import fold
from refluent.types import Edit

__all__ = ["check"]

_PAIRS = {")": "(", "]": "[", "}": "{", "】": "【", "》": "《"}
_OPENING = frozenset(_PAIRS.values())


def check(edit: Edit, sentence: str, context: Context) -> Violation | None:
    """Fires if the edit leaves more brackets without a partner than there were."""
    before, after = _alone(sentence), _alone(edited(edit, sentence))
    if len(after) <= len(before):
        return None
    return Violation("brackets", edit.original, f"{after[-1]!r} would have no partner")


def _alone(text: str) -> list[str]:
    """Brackets without a partner."""
    opened: list[str] = []
    alone: list[str] = []
    for char in fold(text):
        if char in _OPENING:
            opened.append(char)
        elif char in _PAIRS:
            if _PAIRS[char] in opened:
                while (last := opened.pop()) != _PAIRS[char]:
                    alone.append(last)
            else:
                alone.append(char)
    return [*opened, *alone]
