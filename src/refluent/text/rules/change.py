"""One replacement in a line, and joining replacements that were made one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

__all__ = ["Change", "compose", "perform"]


class Change(NamedTuple):
    """``line[start:end]`` becomes ``replacement``, by the rules of these names.

    A change always replaces some characters: what is to be inserted is added to the character before it, so
    that it stays with that character whatever happens behind.
    """

    start: int
    end: int
    replacement: str
    names: tuple[str, ...] = ()

    @property
    def growth(self) -> int:
        """How much longer the line becomes."""
        return len(self.replacement) - (self.end - self.start)


def perform(line: str, changes: Sequence[Change]) -> str:
    """The line with the changes made; they must be in order and apart."""
    parts: list[str] = []
    end = 0
    for change in changes:
        parts += line[end : change.start], change.replacement
        end = change.end
    return "".join(parts) + line[end:]


def compose(line: str, first: Sequence[Change], second: Sequence[Change]) -> list[Change]:
    """The changes of ``line`` that do what ``first`` and then ``second`` do.

    Changes that touch each other become one.

    >>> compose("a,,b", [Change(1, 3, ",")], [Change(1, 2, ", ")])
    [Change(start=1, end=3, replacement=', ', names=())]
    """
    middle = perform(line, first)
    composed: list[Change] = []
    shift = 0  # from a place in the line to that in the middle
    for earlier, later in _clusters(first, second):
        growth = sum(change.growth for change in earlier)
        start = min(
            [*(change.start + shift for change in earlier[:1]), *(change.start for change in later[:1])]
        )
        earlier_end = [change.end + shift + growth for change in earlier[-1:]]
        end = max([*earlier_end, *(change.end for change in later[-1:])])
        inner = [change._replace(start=change.start - start, end=change.end - start) for change in later]
        replacement = perform(middle[start:end], inner)
        source = line[start - shift : end - shift - growth]
        if replacement != source:
            names = tuple(dict.fromkeys(name for change in (*earlier, *later) for name in change.names))
            composed.append(Change(start - shift, end - shift - growth, replacement, names))
        shift += growth
    return composed


def _clusters(
    first: Sequence[Change], second: Sequence[Change]
) -> Iterator[tuple[list[Change], list[Change]]]:
    """Changes of both lists that touch each other, in order."""
    items: list[tuple[int, int, int, Change]] = []
    shift = 0
    for change in first:
        start = change.start + shift
        items.append((start, start + len(change.replacement), 0, change))
        shift += change.growth
    items += ((change.start, change.end, 1, change) for change in second)
    cluster: tuple[list[Change], list[Change]] = [], []
    reach = -1
    for start, end, side, change in sorted(items, key=lambda item: item[:3]):
        if start > reach and reach >= 0:
            yield cluster
            cluster = [], []
        cluster[side].append(change)
        reach = max(reach, end)
    if reach >= 0:
        yield cluster
