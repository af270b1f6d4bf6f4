"""No runaway text: an edit does not grow far beyond what it replaces and does not repeat itself."""

from __future__ import annotations

from collections import Counter

from refluent.guards.context import Context, Violation, edited, window
from refluent.text.lexicon import words
from refluent.types import Edit

__all__ = ["check"]

# Words that may be added for nothing, and for each word replaced.
_FREE_WORDS = 8
_MAX_GROWTH = 2
# A phrase of so many words twice in a sentence is a loop, unless the sentence had it.
_LOOP_WORDS = 7
_MAX_IN_ROW = 4
# Rightly doubled: "the fact that that man", "he had had enough".
_DOUBLED = frozenset({"that", "had", "very", "so", "no", "yes", "ha", "bye"})


def check(edit: Edit, sentence: str, context: Context) -> Violation | None:
    """Fires if the edit is far longer than its span, or words come twice in a row or a phrase again."""
    old, new = _words(edit.original), _words(edit.replacement)
    if len(new) > _FREE_WORDS + _MAX_GROWTH * len(old):
        return Violation("length", "", f"{len(old)} words would become {len(new)}")
    source, target = window(edit, sentence, reach=30)
    loops = _repeated_at_once(_words(target)) - _repeated_at_once(_words(source))
    if not loops and len(new) > _MAX_IN_ROW:
        loops = _repeated_later(_words(edited(edit, sentence))) - _repeated_later(_words(sentence))
    for loop in loops.elements():
        return Violation("length", "", f"{' '.join(loop)!r} would stand twice")
    return None


def _words(text: str) -> list[str]:
    return [word.text for word in words(text)]


def _repeated_at_once(tokens: list[str]) -> Counter[tuple[str, ...]]:
    """One to four words that stand twice in a row."""
    return Counter(
        tuple(tokens[place : place + size])
        for size in range(1, _MAX_IN_ROW + 1)
        for place in range(len(tokens) - 2 * size + 1)
        if tokens[place] == tokens[place + size]
        and tokens[place] not in _DOUBLED
        and tokens[place].isalpha()
        and tokens[place : place + size] == tokens[place + size : place + 2 * size]
    )


def _repeated_later(tokens: list[str]) -> Counter[tuple[str, ...]]:
    """Long phrases that stand more than once, each as often as it is repeated."""
    counts = Counter(zip(*(tokens[start:] for start in range(_LOOP_WORDS)), strict=False))
    return Counter({phrase: count - 1 for phrase, count in counts.items() if count > 1})
