"""Terms of the user's glossary stay as they are."""

from __future__ import annotations

import re
from functools import lru_cache

from refluent.guards.context import Context, Violation, edited
from refluent.types import Edit

__all__ = ["check"]


def check(edit: Edit, sentence: str, context: Context) -> Violation | None:
    """Fires if a term, in any case, is lost, or is no longer written as in the glossary."""
    if not context.glossary:
        return None
    after = edited(edit, sentence)
    for term in context.glossary:
        pattern = _pattern(term)
        old, new = pattern.findall(sentence), pattern.findall(after)
        if len(new) < len(old) or _exact(new, term) < _exact(old, term):
            return Violation("glossary", old[0], f"the term {term!r} would be lost or changed")
    return None


def _exact(found: list[str], term: str) -> int:
    """How many are written as in the glossary; the first letter of ordinary words follows their place."""
    is_free = term[1:].islower()
    return sum(text == term or (is_free and text[1:] == term[1:]) for text in found)


@lru_cache(maxsize=4096)
def _pattern(term: str) -> re.Pattern[str]:
    words = r"\s+".join(map(re.escape, term.split()))
    return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)
