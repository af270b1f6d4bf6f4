"""Proposals of the default model as edits: trimmed, in their place, with the white space of the source."""

from __future__ import annotations

import pytest

from refluent.engines.span_engine import edit_of
from refluent.modeling.inference import Proposal
from refluent.text.tokens import tokenize
from refluent.types import Edit


def marked(source: str, start: int, end: int, replacement: str) -> str:
    edit = edit_of(source, tokenize(source), Proposal(start, end, replacement, ()), 0.7)
    if edit is None:
        return source
    before, after = source[: edit.span.start], source[edit.span.end :]
    return f"{before}[{edit.original}|{edit.replacement}]{after}"


@pytest.mark.parametrize(
    ("words", "replacement", "expected"),
    [
        ((1, 2), " goes", "He [go|goes] home."),
        ((1, 3), " goes home", "He [go|goes] home."),
        ((1, 3), " go back home", "He go[| back] home."),
        ((2, 3), "", "He go[ home|]."),
        ((3, 4), "", "He go home[.|]"),
        ((3, 4), "!", "He go home[.|!]"),
        ((3, 3), ", too", "He go home[|, too]."),
        ((2, 2), " back", "He go[| back] home."),
        ((4, 4), " Now", "He go home.[| Now]"),
        ((0, 0), "Now", "[|Now ]He go home."),
        ((0, 0), " Now,", "[|Now, ]He go home."),
        ((0, 0), "“", "[|“]He go home."),
        ((0, 1), "", "[He |]go home."),
        ((0, 1), " She", "[He|She] go home."),
        ((0, 1), "Now he", "[He|Now he] go home."),
        ((0, 4), "", "[He go home.|]"),
        ((0, 3), "He goes home", "He [go|goes] home."),
    ],
)
def test_edit_of_is_trimmed_to_what_changes(words: tuple[int, int], replacement: str, expected: str):
    assert marked("He go home.", *words, replacement) == expected


@pytest.mark.parametrize(
    ("source", "words", "replacement", "expected"),
    [
        ("He left , she", (2, 3), ",", "He left[ |], she"),
        ("He left.She", (3, 4), " She", "He left.[| ]She"),
        ("cat\nsat", (1, 1), " often", "cat[| often]\nsat"),
        ("cat\nsat down", (1, 2), "", "cat\n[sat |]down"),
        ("cat\nsat", (1, 2), " lay", "cat\n[sat|lay]"),
        ("very\nbig cat", (0, 2), "huge", "[very\nbig |huge\n]cat"),
        ("10\u00a0km far", (1, 2), " miles", "10\u00a0[km|miles] far"),
    ],
)
def test_edit_of_keeps_the_white_space_of_the_source(
    source: str, words: tuple[int, int], replacement: str, expected: str
):
    assert marked(source, *words, replacement) == expected


def test_edit_of_gives_nothing_where_nothing_changes():
    assert marked("He go home.", 1, 2, " go") == "He go home."
    assert marked("He go home.", 1, 1, "") == "He go home."
    assert marked("He\ngo home.", 1, 2, " go") == "He\ngo home."


def test_edit_of_carries_the_confidence():
    source = "He go home."
    edit = edit_of(source, tokenize(source), Proposal(1, 2, " goes", ()), 0.7)
    assert isinstance(edit, Edit)
    assert (edit.confidence, edit.origin, edit.category.value) == (0.7, "model", "agreement")
