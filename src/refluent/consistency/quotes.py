"""Mixed quotation marks and apostrophes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from refluent.consistency.mix import Mix, Usage, mixes
from refluent.consistency.page import Page
from refluent.text.lines import lines
from refluent.types import Span

__all__ = ["apostrophes", "quotation_marks", "quotation_pairs"]

_STRAIGHT, _CURLY = 'straight "', "curly “”"
_MARKS = {_STRAIGHT: '"', _CURLY: "“”", "guillemets «»": "«»", "low „": "„", "corner 「」": "「」『』"}
_MARK = re.compile("|".join(f"[{marks}]" for marks in _MARKS.values()))
# Inches and seconds: 5'10", 12".
_PRIME = re.compile(r"\d\"")
_APOSTROPHES = {"'": "straight '", "’": "curly ’"}
_APOSTROPHE = re.compile(r"(?<=[^\W\d])['’](?=[^\W\d])")
_PAIR = re.compile(
    r"""
    (?<!\w)"(?=\S)(?P<straight>[^"\n]{1,2000})(?:"|$) | “(?P<curly>[^”\n]{1,2000})(?:”|$)
    | (?<![\w'’])['‘](?=\w)(?P<single>(?:[^'‘’\n]|(?<=\w)['’](?=\w)){1,600})(?<=[\w.,!?…])['’](?!\w)
    """,
    re.VERBOSE | re.MULTILINE,
)
# A few words between single marks are a term, whatever marks speech has.
_MIN_QUOTED_WORDS = 4
_BEFORE_OPENING, _AFTER_CLOSING = "([{—–-", ".,;:!?)]}…—–-'’"


def quotation_marks(page: Page) -> Iterator[Mix]:
    """Straight beside curly and foreign marks."""
    usages = [
        Usage(Span(match.start(), match.end()), _style(match.group()))
        for match in _MARK.finditer(page.prose)
        if not _PRIME.match(page.prose, max(0, match.start() - 1))
    ]

    def rewrite(page: Page, usage: Usage, form: str) -> str | None:
        if (usage.form, form) == (_CURLY, _STRAIGHT):
            return _STRAIGHT[-1]
        return curly.get(usage.span.start) if (usage.form, form) == (_STRAIGHT, _CURLY) else None

    forms = {usage.form for usage in usages}
    curly = _curly_marks(page) if len(forms) > 1 else {}
    yield from mixes("quotation marks", "quotation marks are of different kinds", usages, rewrite)


def _style(mark: str) -> str:
    return next(style for style, marks in _MARKS.items() if mark in marks)


def _curly_marks(page: Page) -> dict[int, str]:
    """The curly mark for each straight one, in lines where opening and closing ones take turns."""
    found: dict[int, str] = {}
    for line in lines(page.prose):
        places = [line.start + place for place, char in enumerate(line.of(page.prose)) if char == '"']
        marks = [_curly_mark(page.prose, place) for place in places]
        if marks == ["“", "”"] * (len(marks) // 2):
            found.update(zip(places, marks, strict=True))
    return found


def _curly_mark(text: str, place: int) -> str:
    """The mark that fits between its neighbors, or nothing where that is not clear."""
    before, after = text[max(0, place - 1) : place], text[place + 1 : place + 2]
    opens = (not before.strip() or before in _BEFORE_OPENING) and bool(after.strip())
    closes = bool(before.strip()) and (not after.strip() or after in _AFTER_CLOSING)
    if opens == closes:
        return ""
    return "“" if opens else "”"


def apostrophes(page: Page) -> Iterator[Mix]:
    """Straight beside curly apostrophes inside words."""
    usages = [
        Usage(Span(match.start(), match.end()), _APOSTROPHES[match.group()])
        for match in _APOSTROPHE.finditer(page.own)
    ]
    yield from mixes("quotation marks", "apostrophes are of different kinds", usages, _apostrophe)


def _apostrophe(page: Page, usage: Usage, form: str) -> str:
    return form[-1]


def quotation_pairs(page: Page) -> Iterator[Mix]:
    """Quotations in double beside those in single marks; marks inside a quotation do not count."""
    usages = [
        Usage(Span(match.start(), match.end()), "single marks" if match["single"] else "double marks")
        for match in _PAIR.finditer(page.prose)
        if len((match["straight"] or match["curly"] or match["single"]).split()) >= _MIN_QUOTED_WORDS
    ]
    yield from mixes("quotation marks", "quotations have single or double marks", usages)
