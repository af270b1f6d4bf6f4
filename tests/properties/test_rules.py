"""What holds for the rules on every text."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from refluent.edits.apply import apply
from refluent.text.rules import propose
from refluent.types import Status

WORDS = [
    *(
        "the",
        "The",
        "he",
        "this",
        "done",
        "a",
        "an",
        "hour",
        "old",
        "can",
        "not",
        "in",
        "same",
        "time",
        "don",
        "t",
    ),
    *("s", "it", "China", "U.S", "3.5", "8", "2020", "etc", "中", "did", "went", "GonzÃ¡lez"),
    *("http://a.b/c", "`x`", "{n}"),
]
MARKS = [".", ",", "?", "!", "'", '"', "“", "”", "(", ")", "-", "，", "。", "：", "（", "...", ",,"]
SPACES = [" ", "", "\n", "\r\n", "  ", "\u00a0", "\t", "\u2028"]
ENDS = ["", " ", " ", *MARKS, *(f" {mark}" for mark in MARKS), *(f"{mark} " for mark in MARKS), *SPACES]

texts = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(ENDS)), max_size=20).map(
    lambda parts: "".join(word + end for word, end in parts)
)
anything = st.one_of(texts, st.text(max_size=60))
bounded = settings(derandomize=True, deadline=None, max_examples=100)


def repaired(text: str) -> str:
    return apply(text, [replace(edit, status=Status.ACCEPTED) for edit in propose(text)])


@bounded
@given(anything)
def test_edits_are_ordered_apart_and_true_to_the_source(text: str):
    end = -1
    for edit in propose(text):
        assert edit.span.start > end
        assert edit.span.of(text) == edit.original
        assert edit.status is Status.PROPOSED
        assert edit.origin.startswith("rule:")
        end = edit.span.end - 1


@bounded
@given(anything)
def test_rules_find_nothing_in_what_they_repaired(text: str):
    assert propose(repaired(text)) == []


@bounded
@given(anything)
def test_rules_are_deterministic(text: str):
    assert propose(text) == propose(text)


@bounded
@given(anything)
def test_white_space_around_lines_stays(text: str):
    def edges(whole: str) -> list[tuple[str, str]]:
        lines = re.split(r"(\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])", whole)
        return [(line[: len(line) - len(line.lstrip())], line[len(line.rstrip()) :]) for line in lines]

    assert edges(repaired(text)) == edges(text)


@bounded
@given(texts)
def test_no_rule_touches_numbers_addresses_and_code(text: str):
    for kept in ["http://a.b/c", "`x`", "{n}"]:
        assert repaired(text).count(kept) >= text.count(f" {kept} ")
    assert re.findall(r"\d", repaired(text)) == re.findall(r"\d", text)
