"""Quotations: the marks stay in pairs, and the words between them change in grammar only."""

from __future__ import annotations

import re

from refluent.guards.context import Context, Violation, content_changes, edited
from refluent.types import Category, Edit

__all__ = ["check"]

_GRAMMAR = frozenset(
    {Category.ARTICLE, Category.PREPOSITION, Category.AGREEMENT, Category.PUNCTUATION, Category.SPACING}
)
_OPENING = frozenset("“„«「『")
_CLOSING = frozenset("”»」』")
_MARK = re.compile(r"[“”„«»「」『』\"]")
# 'so' or ‘so’, and not the apostrophes of "the workers' rights".
_SINGLE = re.compile(r"(?<![\w'’])(?:'(?=\w)|‘)([^'‘’\n]{1,200}?)(?:'|’)(?![\w'’])")


def check(edit: Edit, sentence: str, context: Context) -> Violation | None:
    """Fires if a mark loses its partner, or a quotation loses or gains a word with a meaning."""
    after = edited(edit, sentence)
    if not any(pattern.search(text) for pattern in (_MARK, _SINGLE) for text in (sentence, after)):
        return None
    old, new = _quotations(sentence), _quotations(after)
    alone = [sum(not is_closed for _, is_closed in side) for side in (old, new)]
    if alone[1] > alone[0]:
        return Violation("quotations", edit.original, "a quotation mark would have no partner")
    if alone[1] < alone[0]:
        # A mark that finds its partner shows only now what is quoted.
        return None
    if edit.category in _GRAMMAR and not _MARK.search(edit.original + edit.replacement):
        return None
    words = [" ".join(text for text, _ in side) for side in (old, new)]
    lost, added = content_changes(words[0], words[1], free=("grammar",))
    if lost:
        change = f"would become {added[0]!r}" if added else "would be lost"
        return Violation("quotations", lost[0], f"{lost[0]!r} in quotation marks {change}")
    if added:
        return Violation("quotations", "", f"{added[0]!r} would be added in quotation marks")
    return None


def _quotations(text: str) -> list[tuple[str, bool]]:
    """What stands in quotation marks, and whether both marks are there; a missing one counts as an end."""
    found: list[tuple[str, bool]] = []
    start: int | None = None
    for match in _MARK.finditer(text):
        if _opens(text, match, is_open=start is not None):
            if start is not None:
                found.append((text[start : match.start()], False))
            start = match.end()
        elif start is not None:
            found.append((text[start : match.start()], True))
            start = None
        elif not text[: match.start()][-1:].isdigit():
            # Not the inches of 5".
            found.append((text[: match.start()], False))
    if start is not None:
        found.append((text[start:], False))
    return found + [(match[1], True) for match in _SINGLE.finditer(text)]


def _opens(text: str, match: re.Match[str], *, is_open: bool) -> bool:
    """Whether a mark opens a quotation; a straight one is told by the space beside it."""
    mark = match.group()
    if mark in _OPENING or mark in _CLOSING:
        # German closes with the mark that opens in English.
        return mark in _OPENING and not (mark == "“" and is_open and "„" in text)
    before, after = text[: match.start()][-1:], text[match.end() :][:1]
    is_after_word, is_before_word = bool(before.strip()) and before not in "([{—–-", bool(after.strip())
    if is_after_word == is_before_word or (is_before_word and after in ".,;:!?)"):
        return not is_open
    return is_before_word
