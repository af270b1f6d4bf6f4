"""Applying edits: accepted ones exactly, others not at all, impossible ones never silently."""

from __future__ import annotations

import pytest

from refluent.edits.apply import apply
from refluent.types import Edit, Span, Status

TEXT = "He go home.\nShe stayed ."


def edit(start: int, original: str, replacement: str, status: Status = Status.ACCEPTED) -> Edit:
    return Edit(Span(start, start + len(original)), original, replacement, status=status)


def test_apply_makes_accepted_edits_and_no_others():
    edits = [
        edit(3, "go", "goes"),
        edit(12, "She", "They", Status.REJECTED),
        edit(16, "stayed", "left", Status.PROPOSED),
        edit(22, " ", ""),
    ]
    assert apply(TEXT, edits) == "He goes home.\nShe stayed."
    assert apply(TEXT, edits[1:3]) == TEXT
    assert apply(TEXT, []) == TEXT


def test_apply_inserts_at_both_ends_and_takes_a_generator():
    edits = (edit(start, "", text) for start, text in [(0, "Now: "), (len(TEXT), "\n")])
    assert apply(TEXT, edits) == f"Now: {TEXT}\n"


def test_apply_makes_edits_that_touch():
    assert apply("abcd", [edit(0, "ab", "x"), edit(2, "cd", "y")]) == "xy"


@pytest.mark.parametrize(
    "edits",
    [
        [edit(3, "go", "goes"), edit(4, "o home", "x")],
        [edit(3, "go", "goes"), edit(3, "go", "went")],
        [edit(3, "go", "goes"), edit(5, "", " back")],
        [edit(3, "", "not "), edit(3, "", "never ")],
    ],
    ids=["one reaches into the other", "same range", "insertion at an edge", "two insertions at one place"],
)
def test_apply_refuses_edits_that_meet(edits: list[Edit]):
    with pytest.raises(ValueError, match="overlaps or stands before"):
        apply(TEXT, edits)


def test_apply_refuses_edits_out_of_order():
    with pytest.raises(ValueError, match="'go' at 3-5 overlaps or stands before the edit of 'She' at 12-15"):
        apply(TEXT, [edit(12, "She", "They"), edit(3, "go", "goes")])


@pytest.mark.parametrize("start", [4, 23, 500])
def test_apply_refuses_edits_of_another_text(start: int):
    with pytest.raises(ValueError, match="made for another text"):
        apply(TEXT, [edit(start, "go", "goes")])


def test_rejected_edits_may_overlap_and_stand_anywhere():
    rejected = [edit(12, "She", "They", Status.REJECTED), edit(3, "go home", "x", Status.REJECTED)]
    assert apply(TEXT, [*rejected, edit(3, "go", "goes")]) == "He goes home.\nShe stayed ."
