"""A text with what no check may look at hidden: code, addresses and placeholders, and quotations beside them.

Hidden characters are overwritten one for one, so an offset in either view is an offset in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from refluent.types import Span

__all__ = ["Page", "read"]

# Neither a word character nor white space nor punctuation.
_HIDDEN = "\0"
_FENCE = re.compile(r"^[ \t]*(?:```|~~~).*$", re.MULTILINE)
# Runs are bounded, so that no long line costs more than a short one.
_CODE = re.compile(
    r"""
    `[^`\n]{1,200}`
    | (?<!\w)(?:https?|ftp|file)://[^\s<>"“”]+ | (?<!\w)www\.[^\s<>"“”]+
    | (?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,6}
    | (?<![\w.-])(?:[\w-]{1,40}\.){1,4}(?:com|org|net|gov|edu|io|co|py|js|html?|json|txt)\b(?:/[^\s<>"“”]*)?
    | (?<![\w/\\])(?:[A-Za-z]:|~|\.{1,2})?[/\\](?:[\w.-]{1,80}[/\\]){1,20}[\w.-]{0,80}
    | (?<!\w)[@#]\w{1,64}
    | \b\w{1,64}_\w{0,64}
    | </?[A-Za-z!][^<>\n]{0,300}>
    | \{[^{}\n]{0,60}\} | %\(\w{1,40}\)[sdf] | %[sd]\b | \$\{?[A-Z_]{2,40}\}?
    """,
    re.VERBOSE,
)
_QUOTATION = re.compile(
    r"""
    (?<!\w)"(?=\S)([^"\n]{1,2000})"? | “([^”\n]{1,2000}) | «([^»\n]{1,2000}) | „([^“”\n]{1,2000})
    | 「([^」\n]{1,2000}) | ^([ \t]*>.*)$
    """,
    re.VERBOSE | re.MULTILINE,
)


@dataclass(frozen=True)
class Page:
    """The views of a text; all have the same length.

    Attributes:
        text: as given.
        prose: without code, addresses and placeholders.
        own: without quotations as well: what the author wrote.
    """

    text: str
    prose: str
    own: str

    def is_own(self, span: Span) -> bool:
        """Whether a range may be changed: nothing in it is quoted or code."""
        return span.of(self.own) == span.of(self.text)


def read(text: str) -> Page:
    """The views of a text."""
    fences = [match.span() for match in _FENCE.finditer(text)]
    # An opening fence without an end hides nothing.
    blocks = [(start, end) for (start, _), (_, end) in zip(fences[::2], fences[1::2], strict=False)]
    prose = _hide(text, blocks)
    prose = _hide(prose, (match.span() for match in _CODE.finditer(prose)))
    return Page(text, prose, _hide(prose, _quoted(prose)))


def _quoted(prose: str) -> Iterator[tuple[int, int]]:
    """What stands between quotation marks; where the closing one is missing, up to the end of the line."""
    for match in _QUOTATION.finditer(prose):
        yield match.span(match.lastindex or 0)


def _hide(text: str, ranges: Iterable[tuple[int, int]]) -> str:
    parts: list[str] = []
    end = 0
    for start, stop in ranges:
        parts += text[end:start], _HIDDEN * (stop - start)
        end = stop
    return "".join([*parts, text[end:]])
