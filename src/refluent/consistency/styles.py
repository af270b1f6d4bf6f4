"""Mixed ways to write numbers, percentages, dates and dashes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from refluent.consistency.mix import Mix, Usage, mixes
from refluent.consistency.page import Page
from refluent.edits.units import FUNCTION_WORDS
from refluent.types import Span

__all__ = ["dashes", "dates", "numbers", "percentages"]

_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
    "|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
)
# Quantities of five digits and more: four digits may be a year, and a number alone may name something.
_GROUPED = re.compile(r"(?<![\w.,])\d{2,3}(?:,\d{3})+(?![\w,]|\.\d)")
_UNGROUPED = re.compile(r"(?<![\w.,:#№/-])(?<![Nn]o\. )[1-9]\d{4,8}(?=[ \u00a0]([a-z]{3,}))")
_SPACED = re.compile(r"(?<![\w.,])(?<!\d[ ])\d{1,3}(?:[\u00a0\u2009\u202f]\d{3})+(?![\w,]|\.\d)")
_PERCENT = re.compile(r"(?<![\w.,/-])(?P<number>\d+(?:[.,]\d+)*)(?P<sign>\s?%|\spercent\b|\sper\scent\b)")
_RANGE_BEFORE = re.compile(r"\d%?\s?(?:to|and|or|[-–])\s?$")
_RANGE_AFTER = re.compile(r"\s?(?:to|and|or|[-–])\s?\d")
_WHITE_SPACE = re.compile(r"\s+")
_PARENTHESIS = re.compile(r"\([^()\n]{0,300}\)")
_DAY_FIRST = re.compile(
    rf"(?<![\w.,/-])\d{{1,2}}(?:st|nd|rd|th)?[ \u00a0](?:{_MONTHS})\b\.?(?![ \u00a0]\d{{1,2}}\b)"
)
_MONTH_FIRST = re.compile(
    rf"(?<!\w)(?<!\d[ \u00a0])(?:{_MONTHS})\.?[ \u00a0]\d{{1,2}}(?:st|nd|rd|th)?\b(?!:\d)"
)
_DASHES = {
    "word\u2014word": re.compile(r"(?<=[^\W\d])\u2014(?=[^\W\d])"),
    "word \u2014 word": re.compile(r"(?<=[\w,)]) \u2014 (?=\w)"),
    "word \u2013 word": re.compile(r"(?<=[\w,)]) \u2013 (?=\w)"),
    "word--word": re.compile(r"(?<=[^\W\d])--(?=[^\W\d])"),
    "word -- word": re.compile(r"(?<=[\w,)]) -- (?=\w)"),
    "word - word": re.compile(r"(?<=[^\W\d]) - (?=[^\W\d])"),
}


def numbers(page: Page) -> Iterator[Mix]:
    """10,000 beside 10000."""
    usages = [Usage(_span(match), "10,000") for match in _GROUPED.finditer(page.own)]
    usages += [Usage(_span(match), "10 000") for match in _SPACED.finditer(page.own)]
    usages += [
        Usage(_span(match), "10000")
        for match in _UNGROUPED.finditer(page.own)
        if match[1] not in FUNCTION_WORDS
    ]
    yield from mixes("number styles", "thousands are separated differently", usages)


def percentages(page: Page) -> Iterator[Mix]:
    """5% beside 5 percent and 5 per cent; in parentheses the shorter form may stand anyway."""
    outside = _PARENTHESIS.sub(lambda match: "\0" * len(match.group()), page.own)
    usages = [
        Usage(_span(match), f"5{_WHITE_SPACE.sub(' ', match['sign'])}")
        for match in _PERCENT.finditer(outside)
    ]
    yield from mixes("number styles", "percentages are written differently", usages, _percentage)


def _percentage(page: Page, usage: Usage, form: str) -> str | None:
    if _RANGE_BEFORE.search(page.text[: usage.span.start][-8:]) or _RANGE_AFTER.match(
        page.text, usage.span.end
    ):
        # "5 to 10 percent" would have to change in two places.
        return None
    number = _PERCENT.sub(r"\g<number>", usage.span.of(page.text))
    return f"{number}{form.removeprefix('5')}"


def dates(page: Page) -> Iterator[Mix]:
    """3 May beside May 3."""
    usages = [Usage(_span(match), "3 May") for match in _DAY_FIRST.finditer(page.own)]
    usages += [Usage(_span(match), "May 3") for match in _MONTH_FIRST.finditer(page.own)]
    yield from mixes("date styles", "day and month are in different order", usages)


def dashes(page: Page) -> Iterator[Mix]:
    """Dashes between clauses; those between numbers and at the start of lines are something else."""
    usages = [
        Usage(_span(match), form) for form, pattern in _DASHES.items() for match in pattern.finditer(page.own)
    ]
    yield from mixes("dash styles", "dashes between words are written differently", usages)


def _span(match: re.Match[str]) -> Span:
    return Span(match.start(), match.end())
