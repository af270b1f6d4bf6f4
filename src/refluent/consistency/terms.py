"""Abbreviations that the text itself introduces: "the People's Bank of China (PBOC)"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from refluent.consistency.mix import Mix, Usage
from refluent.consistency.page import Page
from refluent.consistency.words import expanded
from refluent.edits.morphology import without_diacritics
from refluent.types import Span

__all__ = ["definitions"]

_KIND = "defined terms"
_DEFINITION = re.compile(r"[ \u00a0\n]\((?P<short>[A-Z][A-Z&.-]{1,9})(?P<plural>s?)\)")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# Words that abbreviations mostly pass over.
_SMALL = frozenset(["of", "the", "and", "for", "in", "on", "to", "a", "an", "at", "by", "with"])
# A long form is looked for so far before its abbreviation.
_REACH = 160


def definitions(page: Page) -> Iterator[Mix]:
    """Terms that are defined twice, or differently."""
    by_short: dict[str, list[Usage]] = {}
    by_long: dict[str, list[Usage]] = {}
    longs: dict[str, str] = {}
    for match in _DEFINITION.finditer(page.own):
        start = _long_start(page.own, match.start(), match["short"])
        if start is None:
            continue
        long = " ".join(page.own[start : match.start()].split())
        key = _key(long)
        shown = longs.setdefault(key, long)
        span = Span(start, match.end())
        by_short.setdefault(match["short"], []).append(Usage(span, shown))
        by_long.setdefault(key, []).append(Usage(span, match["short"]))
    for short, usages in by_short.items():
        if len(usages) > 1:
            is_same = len({usage.form for usage in usages}) == 1
            subject = f"{short} is defined {'more than once' if is_same else 'differently'}"
            yield Mix(_KIND, subject, tuple(usages))
    for key, usages in by_long.items():
        if len({usage.form for usage in usages}) > 1:
            yield Mix(_KIND, f"{longs[key]} has several abbreviations", tuple(usages))


def _key(long: str) -> str:
    """The same for "U.S. Central-Bank" and "United States central banks"."""
    found = _WORD.findall(without_diacritics(expanded(long)).lower().replace("’", "'"))
    words = [word.removesuffix("'s").removesuffix("s") for word in found]
    return " ".join(word for word in words if word not in _SMALL)


def _long_start(text: str, end: int, short: str) -> int | None:
    """Where the words begin whose first letters make up an abbreviation, if they do."""
    first = max(0, end - _REACH)
    words = [(match.group(), first + match.start()) for match in _WORD.finditer(text[first:end])]
    letters = [letter for letter in short.lower() if letter.isalpha()]
    return _matched(words, letters)


def _matched(words: Sequence[tuple[str, int]], letters: Sequence[str]) -> int | None:
    """The offset of the word that the first letter stands for, reading both backwards."""
    rest = list(letters)
    for word, start in reversed(words):
        if word[0].lower() == rest[-1]:
            rest.pop()
            if not rest:
                return start
        elif word.lower() not in _SMALL:
            return None
    return None
