"""What holds for the segments of every text: nothing is lost, nothing is doubled, lines stay apart."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from refluent.text.segment import split

WORDS = [
    "He",
    "go",
    "Mr",
    "U.S",
    "3.5",
    "“no”",
    "e.g",
    "No",
    "5",
    "(a",
    "b)",
    "Node.js",
    "done.This",
    "1",
    "-",
]
ENDS = [
    ". ",
    "! ",
    ".",
    "; ",
    ".\n",
    ".\r\n",
    "\n\n",
    "  ",
    ", ",
    "...",
    "\t",
    "\u00a0",
    "\u2028",
    "。",
    " — ",
    "\x0b",
]

texts = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from([" ", *ENDS])), max_size=40).map(
    lambda parts: "".join(word + end for word, end in parts)
)
wrapped = st.lists(
    st.sampled_from(["go home", "He", "left.", "the end of it,", "U.S."]), min_size=30, max_size=90
).map(lambda words: re.sub(r"(.{55,65}) ", r"\1\n", " ".join(words)))
anything = st.one_of(texts, wrapped, st.text(max_size=80))
bounded = settings(derandomize=True, deadline=None, max_examples=100)


def count_words(text: str) -> int:
    return len(text.split())


@bounded
@given(anything, st.integers(1, 40))
def test_segments_and_white_space_tile_the_text(text: str, max_pieces: int):
    end = 0
    for segment in split(text, count_pieces=count_words, max_pieces=max_pieces):
        assert segment.text == segment.span.of(text)
        assert segment.text and segment.text == segment.text.strip()
        assert not text[end : segment.start].strip()
        assert segment.start >= end
        end = segment.span.end
    assert not text[end:].strip()


@bounded
@given(anything, st.integers(1, 40))
def test_a_segment_is_short_enough_or_has_a_warning(text: str, max_pieces: int):
    for segment in split(text, count_pieces=count_words, max_pieces=max_pieces):
        assert bool(segment.warning) == (count_words(segment.text) > max_pieces)


@bounded
@given(texts)
def test_short_lines_and_blank_lines_part_segments(text: str):
    for segment in split(text, count_pieces=count_words, max_pieces=1000):
        if len(segment.text) < 50:
            assert len(segment.text.splitlines()) == 1
        assert not re.search(r"\n\s*\n", segment.text)


@bounded
@given(anything)
def test_splitting_is_deterministic_and_needs_no_context(text: str):
    whole = split(text, count_pieces=count_words, max_pieces=1000)
    assert whole == split(text, count_pieces=count_words, max_pieces=1000)
    moved = split(f"\n\n{text}\n", count_pieces=count_words, max_pieces=1000)
    assert [segment.text for segment in moved] == [segment.text for segment in whole]
