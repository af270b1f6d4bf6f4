r"""What no rule may touch: addresses, code, placeholders, markup, file names, numbers with their separators.

Patterns are made to err on the side of protection: a repair that is not made costs less than a broken link.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from refluent.text.lines import lines
from refluent.types import Span

__all__ = ["prose_lines", "verbatim"]

_VERBATIM = re.compile(
    r"""
    `[^`\n]+`                                               # `code`
    | \{[^{}\n]*\} | \$\{?\w+\}? | %\(\w+\)\w | %[sdrif](?!\w)  # {name} $VAR %(x)d %s
    | </?[A-Za-z!?][^<>\n]* > | &(?:\#\d+|\#x[\da-f]+|[a-z]+);  # <b> &amp;
    | (?:https?|ftp|file|mailto|doi|urn):[^\s<>"]+ | \bwww\.[^\s<>"]+
    | (?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*              # e-mail
    | (?<!\w)[@\#][\w.-]*\w                                 # @handle #tag
    | (?<![\w.-])(?:[\w-]+\.)+
      (?:com|org|net|edu|gov|mil|int|info|io|cn|uk|de|fr|ru|jp|eu|tv|co|ly|me|ai)\b[^\s<>"]*
    | (?<![\w.])[A-Za-z]:\\[^\s"]* | (?<![\w.])[.~]{0,2}/(?:[\w.~+-]+/)*[\w.~+-]*\w  # C:\x ./a/b
    | (?<![\w.])\w+(?:\.(?-i:[a-z])\w*)+(?:\(\))?                 # refluent.text Node.js e.g a.m
    | (?<!\S)(?=\S*(?:\w_\w|::|->|=>|\(\)|==))\S+           # snake_case a::b f()
    | (?<![\w.,])\d[\d.,:/]*\d                              # 1,000.5 3:30 1/2/2020
    | (?<!\w)-{1,2}[a-z][\w-]*                              # --flag
    | \[\[?[^\[\]\n]*\]\]?\([^()\s]*\)                      # [text](target)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_FENCE = re.compile(r"\s*(?:```|~~~)")
_CODE_LINE = re.compile(
    r"\s*(?:import |from \S+ import |def \w+\(|class \w+[(:]|return\b|\#include|const \w+ =|let \w+ ="
    r"|var \w+ =|sudo |\$ )"
    r"|.*(?:[{}]\s*$|\);\s*$|==|!=|:=|=>|&&|\|\||\+=|</\w|/>|\\[a-z]+\{)"
)


def prose_lines(text: str) -> Iterator[Span]:
    r"""The lines of a text without the white space around them; not those that are or look like code.

    >>> text = "A line.\n```\nx = 1\n```\nif (a == b) {"
    >>> [span.of(text) for span in prose_lines(text)]
    ['A line.']
    """
    is_code = False
    for span in lines(text):
        line = span.of(text)
        if _FENCE.match(line):
            is_code = not is_code
        elif not is_code and not _CODE_LINE.match(line):
            stripped = line.strip()
            if stripped:
                start = span.start + line.index(stripped)
                yield Span(start, start + len(stripped))


def verbatim(line: str) -> list[Span]:
    """The stretches of a line that stay as they are, in order.

    >>> [span.of("Run x_y() at a@b.org , ok") for span in verbatim("Run x_y() at a@b.org , ok")]
    ['x_y()', 'a@b.org']
    """
    return [Span(match.start(), match.end()) for match in _VERBATIM.finditer(line)]
