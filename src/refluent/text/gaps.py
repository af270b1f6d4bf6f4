"""Places where the space after a sentence was forgotten: "It was done.This shows".

A full stop between two words is mostly no such place ("Node.js", "refluent.text", "Yandex.Direct",
"U.S.A"), so the word before must be a plain one and the word after one that begins sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from refluent.text.wordlists import mapping, words

__all__ = ["gaps"]

# The whole run of characters between white spaces takes part, so that no path or identifier slips in.
_GAP = re.compile(
    r"""
    (?<!\S) ["'“‘(\[]*
    (?: [^\W\d_]+ [-–—'’] )*
    (?P<left> [^\W\d_]{2,} | \d[\d.,:]*)
    [%)\]”’]*
    (?: \. | [?!]+ ) [)\]”’]?
    (?= [“‘(]? (?P<right> [A-Z][a-z]*) (?: [\s,’'] | $ ) | (?: Mr | Mrs | Ms | Dr | Prof ) \.[ ] )
    """,
    re.VERBOSE,
)


def gaps(line: str) -> Iterator[int]:
    """Offsets at which a space is missing after the end of a sentence.

    >>> list(gaps("It was done.This shows that Node.js or refluent.text work."))
    [12]
    """
    for match in _GAP.finditer(line):
        if match["left"] not in _abbreviations() and _begins_sentence(match["left"], match["right"]):
            yield match.end()


def _begins_sentence(left: str, right: str | None) -> bool:
    if right is None:
        return True
    word = right.lower()
    return word in words("starters.txt") and not (left.istitle() and word in words("member_words.txt"))


def _abbreviations() -> frozenset[str]:
    """Those that do not end sentences; "no" is a word as well."""
    rows = mapping("abbreviations.txt").items()
    return frozenset(word for word, follower in rows if follower != "either") - {"no"}
