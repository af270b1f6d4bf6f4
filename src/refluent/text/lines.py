"""The stretches of a text that sentences never leave: lines, and paragraphs wrapped over several lines.

Most texts have one paragraph, heading or list item per line: there a line break ends a sentence, whatever
stands before it. E-mail style text is broken at 70 to 100 columns instead, in the middle of sentences; taken
line by line, a model would see halves of sentences and put full stops where none belong. So lines are taken
together where the breaks are those of a program that fills lines: the lines have no markers of lists or
quotations, every line but the last is so full that the next word would not have fitted, and some line goes on
with a small letter. In doubt each line stands alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from refluent.types import Span

__all__ = ["LINE_BREAK", "blocks", "lines"]

LINE_BREAK = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# "- item", "* item", "> quoted", "# heading", "| cell", "1. item", "(a) item".
_MARKER = re.compile(r"\s*(?:[-*+•·‣>#|=~_]|[–—]\s|\(?(?:\d{1,3}|[A-Za-z]|[ivx]{1,4})[.)]\s)")
_SMALL = re.compile(r"\s*[a-z]")
_WIDTHS = range(50, 101)
# Programs that even out the right margin leave a line a little shorter than it could be.
_SLACK = 10


def lines(text: str) -> Iterator[Span]:
    r"""Every line without its break, in order, empty ones too.

    >>> [span.of("a\r\n\nb") for span in lines("a\r\n\nb")]
    ['a', '', 'b']
    """
    start = 0
    for match in LINE_BREAK.finditer(text):
        yield Span(start, match.start())
        start = match.end()
    yield Span(start, len(text))


def blocks(text: str) -> Iterator[Span]:
    r"""The stretches that are split into sentences one by one; blank lines belong to none.

    >>> [span.of("Title\nOne paragraph.\n") for span in blocks("Title\nOne paragraph.\n")]
    ['Title', 'One paragraph.']
    """
    for paragraph in _paragraphs(text):
        if _is_wrapped([span.of(text) for span in paragraph]):
            yield Span(paragraph[0].start, paragraph[-1].end)
        else:
            yield from paragraph


def _paragraphs(text: str) -> Iterator[list[Span]]:
    """Runs of lines without a blank line, a marker or an unusual break between them."""
    paragraph: list[Span] = []
    for span in lines(text):
        line = span.of(text)
        is_blank = not line or line.isspace()
        goes_on = (
            text[span.start - 1 : span.start] in ("\n", "\r") and not is_blank and not _MARKER.match(line)
        )
        if paragraph and not goes_on:
            yield paragraph
            paragraph = []
        if not is_blank:
            paragraph.append(span)
    if paragraph:
        yield paragraph


def _is_wrapped(paragraph: list[str]) -> bool:
    width = max(len(line) for line in paragraph)
    if len(paragraph) < 2 or width not in _WIDTHS:
        return False
    following = paragraph[1:]
    needed = [len(line.split(maxsplit=1)[0]) + 1 for line in following]
    is_full = all(len(line) + word + _SLACK > width for line, word in zip(paragraph, needed, strict=False))
    return is_full and any(_SMALL.match(line) for line in following)
