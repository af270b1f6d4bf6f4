"""The rewrites the default model is trained on; the cases are in tests/cases/rewrites.tsv."""

from __future__ import annotations

from pathlib import Path

import pytest

from refluent.modeling.program import FUNCTION_WORDS, Rewrite, apply_rewrites, rewrites
from refluent.text.tokens import tokenize

CASES = Path(__file__).parents[1] / "cases" / "rewrites.tsv"
LINES = [line for line in CASES.read_text(encoding="utf-8").split("\n") if line and not line.startswith("#")]
WORDS = (
    "a an and are as at be been but by for from had has have he her his i in is it its not of on or she that "
    "the their there these they this those to was we were which who will with would you"
)


@pytest.mark.parametrize("line", LINES)
def test_rewrites_are_what_the_model_was_taught(line: str):
    source, target, *expected = line.split("\t")
    steps = rewrites(tokenize(source), tokenize(target))
    written = [
        f"{step.start}-{step.end}={''.join(f' {word}' if spaced else word for word, spaced in step.words)}"
        for step in steps
    ]
    assert written == expected


@pytest.mark.parametrize("line", LINES)
def test_apply_rewrites_gives_the_target(line: str):
    source, target, *_ = line.split("\t")
    words = apply_rewrites(tokenize(source), rewrites(tokenize(source), tokenize(target)))
    assert "".join(f" {word}" if spaced else word for word, spaced in words) == target


def test_function_words_are_what_the_model_was_taught():
    assert frozenset(WORDS.split()) | frozenset(",.;:'\"’“”-–—") == FUNCTION_WORDS


def test_rewrite_is_a_plain_tuple():
    assert Rewrite(0, 1, (("a", True),)) == (0, 1, (("a", True),))
