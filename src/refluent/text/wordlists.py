"""Word lists and tables that lie beside the code as text files, read when first asked for.

A line that begins with ``#`` is a comment. A list has words separated by white space; a table has one row on
a line, its cells separated by tabs.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

__all__ = ["mapping", "table", "words"]


@cache
def words(name: str) -> frozenset[str]:
    """The words of a list.

    >>> "therefore" in words("starters.txt")
    True
    """
    return frozenset(word for line in _lines(name) for word in line.split())


@cache
def table(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of a table, in order.

    >>> table("abbreviations.txt")[0]
    ('Adm', 'name')
    """
    return tuple(tuple(line.split("\t")) for line in _lines(name))


@cache
def mapping(name: str) -> dict[str, str]:
    """A table of two columns, the first of which has every value once.

    >>> mapping("abbreviations.txt")["Fig"]
    'number'
    """
    return {row[0]: row[1] for row in table(name)}


def _lines(name: str) -> list[str]:
    content = (files("refluent.text") / "data" / name).read_text(encoding="utf-8")
    return [line for line in content.splitlines() if line.strip() and not line.startswith("#")]
