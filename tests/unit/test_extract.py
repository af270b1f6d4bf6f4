"""Edits between two texts; the cases are in tests/cases/extract.txt, one sentence a line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from refluent.edits.extract import edit_of_words, extract
from refluent.edits.units import units
from refluent.text.tokens import tokenize
from refluent.types import Category, Span, Status

CASES = Path(__file__).parents[1] / "cases" / "extract.txt"
LINES = [line for line in CASES.read_text(encoding="utf-8").split("\n") if line and not line.startswith("#")]
MARK = re.compile(r"\[([^|\]]*)\|([^|\]]*)\]")


def marked(source: str, edits: list) -> str:
    parts, end = [], 0
    for edit in edits:
        parts += source[end : edit.span.start], f"[{edit.original}|{edit.replacement}]"
        end = edit.span.end
    return "".join([*parts, source[end:]])


@pytest.mark.parametrize("line", LINES)
def test_extract_gives_the_edits_a_reviewer_would_mark(line: str):
    case = line.replace("\\n", "\n").replace("\\_", "\u00a0").replace("\\s", " ")
    source = MARK.sub(r"\1", case)
    hypothesis = " ".join(MARK.sub(r"\2", case).split())
    assert marked(source, extract(source, hypothesis)) == case


def test_extract_proposes_with_full_confidence_and_a_category():
    (edit,) = extract("He go home.", "He goes home.")
    assert (edit.status, edit.confidence, edit.category) == (Status.PROPOSED, 1.0, Category.AGREEMENT)
    assert (edit.span, edit.original, edit.replacement) == (Span(3, 5), "go", "goes")


@pytest.mark.parametrize("text", ["", " ", "\n", "a", "  a b\n", "\u00a0a\u2028b "])
def test_extract_finds_nothing_between_a_text_and_itself(text: str):
    assert extract(text, text) == []


def test_extract_leaves_white_space_around_the_text_alone():
    assert extract("\n  He left.\n", "He left.") == []
    assert marked("  He go.\n", extract("  He go.\n", "He goes. ")) == "  He [go|goes].\n"
    assert marked(" \n", extract(" \n", "Yes")) == "[|Yes] \n"
    assert marked(" Yes \n", extract(" Yes \n", "")) == " [Yes|] \n"


def test_edit_of_words_gives_nothing_where_nothing_changes():
    source = "He\nleft."
    assert edit_of_words(source, tokenize(source), 1, 2, [("left", True)]) is None


def test_units_join_over_one_function_word_but_not_over_two_or_a_content_word():
    def joined(source: str, target: str) -> int:
        return len(units(tokenize(source), tokenize(target)))

    assert joined("big in town", "small in city") == 1
    assert joined("big in the town", "small in the city") == 2
    assert joined("big house town", "small house city") == 2


def test_units_join_a_word_that_moved_by_up_to_eight_words():
    kept = "b c d e f g h i"
    assert len(units(tokenize(f"a x {kept} z"), tokenize(f"a {kept} x z"))) == 1
    assert len(units(tokenize(f"a x {kept} j z"), tokenize(f"a {kept} j x z"))) == 2
