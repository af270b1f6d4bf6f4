"""Splitting into sentences: cases a linguist can add to, long sentences, and what splitting may cost."""

from __future__ import annotations

from pathlib import Path

import pytest

from refluent.text.segment import split
from refluent.types import Segment

CASES = Path(__file__).parents[1] / "cases" / "segment"


def count_words(text: str) -> int:
    return len(text.split())


def sentences(text: str, max_pieces: int = 1000) -> list[Segment]:
    return split(text, count_pieces=count_words, max_pieces=max_pieces)


def read(path: Path) -> list[tuple[int, str, list[str]]]:
    """Longest segment, text and expected sentences of each case; a malformed file is an error."""
    content = "".join(
        line
        for line in path.read_text(encoding="utf-8").splitlines(keepends=True)
        if not line.startswith("##")
    )
    *blocks, rest = content.split("===\n")
    assert blocks and not rest.strip(), f"{path.name} does not end with ==="
    cases = []
    for block in blocks:
        text, expected = block.split("\n---\n")
        head, _, tail = text.partition("\n")
        limit, text = (int(head[5:]), tail) if head.startswith("max: ") else (1000, text)
        cases.append((limit, text, expected.splitlines()))
    return cases


ALL_CASES = [
    pytest.param(*case, id=f"{path.stem}-{number}")
    for path in sorted(CASES.glob("*.txt"))
    if path.name != "README.txt"
    for number, case in enumerate(read(path), start=1)
]


@pytest.mark.parametrize(("max_pieces", "text", "expected"), ALL_CASES)
def test_split_finds_the_sentences_of_each_case(max_pieces: int, text: str, expected: list[str]):
    found = sentences(text, max_pieces)
    shown = [segment.text.replace("\n", "⏎") + (" !!" if segment.warning else "") for segment in found]
    assert shown == expected


def test_split_says_how_long_a_segment_is_and_how_long_it_may_be():
    (segment,) = sentences("go " * 9, max_pieces=8)
    assert segment.warning == "9 pieces are more than the 8 the model takes"


def test_split_cuts_into_parts_of_similar_size():
    text = ", ".join(["one two three"] * 40)
    sizes = [count_words(segment.text) for segment in sentences(text, max_pieces=50)]
    assert len(sizes) == 3
    assert max(sizes) - min(sizes) <= 6


def test_split_allows_for_parts_denser_than_the_whole():
    def count(text: str) -> int:
        return sum(1 if character.isascii() else 8 for character in text)

    text = "a, " * 300 + "é, " * 300
    found = split(text, count_pieces=count, max_pieces=100)
    assert not any(segment.warning for segment in found)
    assert all(count(segment.text) <= 100 for segment in found)


@pytest.mark.parametrize(
    "unit",
    [
        "word, ",
        "word ",
        "a.b",
        "He left. ",
        "(",
        '"Yes," ',
        "Mr. ",
        "a; b — c, and d ",
        "。",
        "x" * 300 + ", y, z, ",
    ],
)
def test_split_counts_no_more_than_a_few_times_the_text(unit: str):
    def cost(size: int) -> int:
        total = 0

        def count(text: str) -> int:
            nonlocal total
            total += len(text) + 1
            return len(text)

        split(unit * (size // len(unit)), count_pieces=count, max_pieces=200)
        return total

    assert cost(100_000) <= 6 * 100_000
    assert cost(100_000) <= 12 * cost(10_000)


@pytest.mark.parametrize("text", ["", " ", "\n\n\r\n", "\u00a0\u2028\t"])
def test_split_finds_nothing_in_white_space(text: str):
    assert sentences(text) == []
