"""Phrases that literal translation writes and no fluent text has, from a table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from refluent.text.rules.change import Change
from refluent.text.wordlists import table

__all__ = ["phrase"]

_WORD = re.compile(r"(?<![\w'’-])[^\W_]+(?:['’][^\W_]+)*")
_GOES_ON = re.compile(r"[\w'’-]")
_NEXT_WORD = re.compile(r" ([^\W\d_]+)")


class _Row(NamedTuple):
    """A phrase, what it becomes, and the words after which it stays."""

    awkward: str
    fluent: str
    unless: frozenset[str]


@cache
def _rows() -> dict[str, tuple[_Row, ...]]:
    """The first two words of a phrase, or its only one -> the phrases that begin so, longest first."""
    found: dict[str, list[_Row]] = {}
    for awkward, fluent, *unless in table("phrases.tsv"):
        key = " ".join(_WORD.findall(awkward)[:2]).lower()
        found.setdefault(key, []).append(_Row(awkward, fluent, frozenset(" ".join(unless).split())))
    return {key: tuple(sorted(rows, key=lambda row: -len(row.awkward))) for key, rows in found.items()}


def phrase(line: str) -> Iterator[Change]:
    """Replaces a phrase of the table: "and in the same time", "despite of", not "in the same time zone".

    The table is written as inside a sentence; in the text the first letter may be a capital, no other.
    """
    rows = _rows()
    words = [(match.start(), match.group().lower()) for match in _WORD.finditer(line)]
    end = 0
    for (start, word), (_, following) in zip(words, [*words, (0, "")][1:], strict=True):
        if start < end:
            continue
        candidates = (*rows.get(f"{word} {following}", ()), *rows.get(word, ()))
        row = next((row for row in candidates if _fits(row, line, start)), None)
        if row is not None:
            end = start + len(row.awkward)
            if row.fluent != "=":
                yield _least(start, line[start:end], row.fluent)


def _fits(row: _Row, line: str, start: int) -> bool:
    end = start + len(row.awkward)
    if not line.startswith(row.awkward[1:], start + 1) or _GOES_ON.match(line, end):
        return False
    following = _NEXT_WORD.match(line, end)
    return following is None or following[1].lower() not in row.unless


def _least(start: int, awkward: str, fluent: str) -> Change:
    """The change without the words that both phrases have at their ends.

    >>> _least(0, "Discuss about the", "discuss the")
    Change(start=7, end=13, replacement='', names=())
    """
    if awkward[0].isupper():
        fluent = fluent[0].upper() + fluent[1:]
    old, new = re.findall(r" ?[^ ]+", awkward), re.findall(r" ?[^ ]+", fluent)
    end = start + len(awkward)
    while len(old) > 1 and new and old[-1] == new[-1]:
        end -= len(old.pop())
        new.pop()
    while len(old) > 1 and new and old[0] == new[0]:
        start += len(old.pop(0))
        new.pop(0)
    return Change(start, end, "".join(new))
