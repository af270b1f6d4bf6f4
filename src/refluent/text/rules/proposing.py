"""From the rules to edits of a whole text.

Each line is given to all rules; changes that meet are made one after the other, the line is looked at again
until no rule finds anything, and the steps are joined. So the result needs no second run, and every edit
points into the text as it was.
"""

from __future__ import annotations

from refluent.text.rules.change import Change, compose, perform
from refluent.text.rules.table import RULES
from refluent.text.verbatim import prose_lines, verbatim
from refluent.types import Edit, Span

__all__ = ["propose"]

# Rules only ever lead towards clean text; two or three runs are the most that was seen.
_MAX_RUNS = 8


def propose(text: str) -> list[Edit]:
    """Repairs that need no model: in order, apart from each other, never across a line break.

    >>> [(edit.original, edit.replacement, edit.origin) for edit in propose("It is the the end.He left.")]
    [('the the', 'the', 'rule:doubled_word'), ('.', '. ', 'rule:space_after_sentence')]
    """
    edits: list[Edit] = []
    for span in prose_lines(text):
        line = span.of(text)
        edits += (_edit(line, change, span.start) for change in _settle(line))
    return edits


def _settle(line: str) -> list[Change]:
    """The changes after which no rule finds anything in the line."""
    changes: list[Change] = []
    for _ in range(_MAX_RUNS):
        found = _run(perform(line, changes))
        if not found:
            break
        changes = compose(line, changes, found)
    return changes


def _run(line: str) -> list[Change]:
    """Changes of all rules that touch neither each other nor what must stay; an earlier rule goes first."""
    ranked = [
        (change, rank)
        for rank, (name, rule) in enumerate(RULES.items())
        for change in (found._replace(names=(name,)) for found in rule.find(line))
    ]
    kept = verbatim(line) if ranked else []
    chosen: list[tuple[Change, int]] = []
    number = 0
    for change, rank in sorted(ranked, key=lambda item: (item[0].start, item[0].end, item[1])):
        while number < len(kept) and kept[number].end <= change.start:
            number += 1
        if number < len(kept) and kept[number].start < change.end:
            continue
        if chosen and change.start <= chosen[-1][0].end:
            if chosen[-1][1] <= rank:
                continue
            chosen.pop()
        chosen.append((change, rank))
    return [change for change, _ in chosen]


def _edit(line: str, change: Change, offset: int) -> Edit:
    rules = [RULES[name] for name in change.names]
    return Edit(
        Span(change.start, change.end).shift(offset),
        line[change.start : change.end],
        change.replacement,
        rules[0].category,
        min(rule.confidence for rule in rules),
        origin=f"rule:{'+'.join(change.names)}",
    )
