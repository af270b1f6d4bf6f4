"""What holds for the edits between any two texts."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from refluent.edits.apply import apply
from refluent.edits.extract import extract
from refluent.edits.serialize import from_json, to_json
from refluent.text.tokens import tokenize
from refluent.types import Category, Edit, Span, Status

WORDS = [
    "He",
    "he",
    "go",
    "goes",
    "to",
    "the",
    "a",
    "school",
    "red",
    "car",
    "3.5",
    "U.S.",
    "don't",
    "“no”",
    "-",
]
GAPS = [" ", " ", " ", "", ", ", ". ", "\n", "\r\n", "\n\n", "  ", "\t", "\u00a0", "\u2028", " — "]
bounded = settings(derandomize=True, deadline=None, max_examples=150)
sentences = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(GAPS)), max_size=12).map(
    lambda parts: "".join(word + gap for word, gap in parts)
)
texts = st.one_of(sentences, sentences, st.text(max_size=30))


def words(text: str) -> list[tuple[str, bool]]:
    found = [(token.text, token.is_spaced) for token in tokenize(text)]
    return [(found[0][0], False), *found[1:]] if found else []


def accepted(edits: list[Edit]) -> list[Edit]:
    return [replace(edit, status=Status.ACCEPTED) for edit in edits]


@bounded
@given(texts, texts)
def test_all_edits_together_give_the_words_and_spacing_of_the_hypothesis(source: str, hypothesis: str):
    repaired = apply(source, accepted(extract(source, hypothesis)))
    assert words(repaired) == words(hypothesis)
    assert extract(repaired, hypothesis) == []


@bounded
@given(texts)
def test_a_text_has_no_edits_to_itself_whatever_its_white_space(text: str):
    assert extract(text, text) == []
    assert extract(text, " ".join(text.split())) == []


@bounded
@given(texts, texts, st.data())
def test_any_choice_of_edits_can_be_made(source: str, hypothesis: str, data: st.DataObject):
    edits = extract(source, hypothesis)
    chosen = [edit for edit in accepted(edits) if data.draw(st.booleans())]
    repaired = apply(source, chosen)
    growth = sum(len(edit.replacement) - len(edit.original) for edit in chosen)
    assert len(repaired) == len(source) + growth
    assert apply(source, edits) == source


@bounded
@given(texts, texts)
def test_edits_are_trimmed_apart_and_in_order(source: str, hypothesis: str):
    edits = extract(source, hypothesis)
    assert all(edit.span.of(source) == edit.original != edit.replacement for edit in edits)
    for left, right in pairwise(edits):
        assert left.span.end < right.span.start


@bounded
@given(sentences, sentences)
def test_white_space_at_the_ends_and_first_line_breaks_stay(source: str, hypothesis: str):
    repaired = apply(source, accepted(extract(source, hypothesis)))
    lead, trail = re.match(r"\s*", source).group(), re.search(r"\s*$", source).group()
    assert repaired.startswith(lead)
    assert repaired.endswith(trail)


@bounded
@given(st.lists(st.sampled_from(["red", "car", "goes", "he"]), min_size=1, max_size=12), st.data())
def test_replacing_words_moves_no_white_space(source: list[str], data: st.DataObject):
    gaps = [data.draw(st.sampled_from([" ", "\n", "\u00a0", "  "])) for _ in source]
    changed = [data.draw(st.sampled_from([word, "school"])) for word in source]
    text = "".join(word + gap for word, gap in zip(source, gaps, strict=True))
    expected = "".join(word + gap for word, gap in zip(changed, gaps, strict=True))
    assert apply(text, accepted(extract(text, " ".join(changed)))) == expected


@st.composite
def some_edits(draw: st.DrawFn) -> Edit:
    original = draw(st.text(max_size=8))
    replacement = draw(st.text(max_size=8).filter(lambda text: text != original))
    start, status = draw(st.integers(0, 10**9)), draw(st.sampled_from(Status))
    reason = draw(st.text(max_size=8)) if status is Status.REJECTED else ""
    category, confidence = draw(st.sampled_from(Category)), draw(st.floats(0, 1))
    span = Span(start, start + len(original))
    return Edit(span, original, replacement, category, confidence, status, reason, draw(st.text(max_size=8)))


@bounded
@given(some_edits())
def test_edits_survive_the_way_through_json(edit: Edit):
    assert from_json(json.loads(json.dumps(to_json(edit)))) == edit
