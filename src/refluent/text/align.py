"""Alignment of two token lists by edit distance: what was kept, replaced, inserted and deleted."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

__all__ = ["Change", "align"]


class Change(NamedTuple):
    """One difference: ``source[source_start:source_end]`` became ``target[target_start:target_end]``."""

    source_start: int
    source_end: int
    target_start: int
    target_end: int


def align(source: Sequence[Hashable], target: Sequence[Hashable]) -> list[Change]:
    """The differences between two lists on a shortest edit path, in order; neighbours are joined.

    >>> align("the cat sat".split(), "a cat has sat".split())
    [Change(source_start=0, source_end=1, target_start=0, target_end=1), \
Change(source_start=2, source_end=2, target_start=2, target_end=3)]
    """
    changes: list[Change] = []
    for operation in Levenshtein.opcodes(source, target):
        if operation.tag == "equal":
            continue
        change = Change(operation.src_start, operation.src_end, operation.dest_start, operation.dest_end)
        if (
            changes
            and changes[-1].source_end == change.source_start
            and changes[-1].target_end == change.target_start
        ):
            last = changes.pop()
            change = Change(last.source_start, change.source_end, last.target_start, change.target_end)
        changes.append(change)
    return changes
