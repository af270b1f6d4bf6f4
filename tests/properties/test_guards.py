"""Invariants of the guards and the review, over generated edits of real sentences."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from refluent.edits.apply import apply
from refluent.edits.classify import classify
from refluent.edits.extract import extract
from refluent.guards import GUARDS, review
from refluent.guards.context import Context
from refluent.text.numbers import find
from refluent.text.tokens import tokenize
from refluent.types import Edit, Span, Status

SENTENCES = [
    "The firm sold 350 billion yuan of goods in 2024, up 3.5% from 2023.",
    "On 5 May at 5:30 pm, Wei Sanlo (42) told Xinhua that 3-5 people may leave.",
    'He said "we will not go" and closed https://example.org/a before noon.',
    "About 1,000 of the 12 million users wrote {name} in the first quarter.",
    "World War II ended, and nearly two-thirds of them never came back.",
]
WORDS = [
    "the",
    "a",
    "of",
    "not",
    "Beijing",
    "he",
    "she",
    "300",
    "7",
    "two",
    "million",
    "must",
    "only",
    '"',
    "(",
    "%s",
    "",
]
repeatable = settings(derandomize=True, max_examples=60, deadline=None)
sentences = st.sampled_from(SENTENCES)


@st.composite
def proposals(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    """A sentence with edits of some of its words, in order and apart."""
    sentence = draw(sentences)
    tokens = tokenize(sentence)
    places = draw(st.sets(st.integers(0, len(tokens) - 1), min_size=1, max_size=6))
    edits: list[Edit] = []
    for place in sorted(places):
        span = Span(tokens[place].start, tokens[place].end)
        replacement = draw(st.sampled_from(WORDS))
        if replacement == span.of(sentence) or (edits and edits[-1].span.overlaps(span)):
            continue
        confidence = draw(st.sampled_from([0.2, 0.5, 0.8, 1.0]))
        category = classify(sentence, span, replacement)
        edits.append(Edit(span, span.of(sentence), replacement, category, confidence))
    assume(edits)
    return sentence, edits


@repeatable
@given(sentence=sentences, place=st.integers(0, 40), mark=st.sampled_from([",", ";", " –"]))
def test_guards_are_silent_on_punctuation_between_words(sentence: str, place: int, mark: str):
    gaps = [
        left.end
        for left, right in zip(tokenize(sentence), tokenize(sentence)[1:], strict=False)
        if right.is_spaced
    ]
    # Not inside an amount or a name: "350, billion" is another number.
    gaps = [gap for gap in gaps if not find(sentence[max(0, gap - 15) : gap + 15])]
    assume(gaps)
    gap = gaps[place % len(gaps)]
    edit = Edit(Span(gap, gap), "", mark, classify(sentence, Span(gap, gap), mark))
    assert [name for name, check in GUARDS.items() if check(edit, sentence, Context())] == []


@repeatable
@given(sentence=sentences, place=st.integers(0, 40), spaces=st.integers(2, 4))
def test_guards_are_silent_on_repaired_spacing(sentence: str, place: int, spaces: int):
    gaps = [index for index, char in enumerate(sentence) if char == " "]
    gap = gaps[place % len(gaps)]
    messy = sentence[:gap] + " " * spaces + sentence[gap + 1 :]
    edit = Edit(Span(gap, gap + spaces), " " * spaces, " ", classify(messy, Span(gap, gap + spaces), " "))
    assert [name for name, check in GUARDS.items() if check(edit, messy, Context())] == []


@repeatable
@given(proposal=proposals())
def test_review_never_accepts_edits_that_change_a_number(proposal: tuple[str, list[Edit]]):
    sentence, edits = proposal
    text = apply(sentence, review(sentence, edits, Context()))
    # "two" may stand for "2", so values are compared and not characters.
    before, after = (sorted(numeral.value for numeral in find(side)) for side in (sentence, text))
    assert before == after


@repeatable
@given(sentence=sentences, old=st.integers(0, 10), digits=st.integers(0, 99999))
def test_review_never_accepts_other_digits(sentence: str, old: int, digits: int):
    numbers = [token for token in tokenize(sentence) if token.text.isdigit()]
    assume(numbers)
    token = numbers[old % len(numbers)]
    assume(int(token.text) != digits)
    edit = Edit(Span(token.start, token.end), token.text, str(digits))
    (reviewed,) = review(sentence, [edit], Context())
    assert reviewed.status is Status.REJECTED


@repeatable
@given(proposal=proposals(), seed=st.integers(0, 5))
def test_review_does_not_depend_on_the_order_of_edits(proposal: tuple[str, list[Edit]], seed: int):
    sentence, edits = proposal
    shuffled = random.Random(seed).sample(edits, len(edits))
    expected = {each.span: each for each in review(sentence, edits, Context())}
    assert review(sentence, shuffled, Context()) == [expected[each.span] for each in shuffled]


@repeatable
@given(proposal=proposals(), threshold=st.sampled_from([0.0, 0.3, 0.6]))
def test_review_gives_every_edit_a_status_and_every_rejection_a_reason(
    proposal: tuple[str, list[Edit]], threshold: float
):
    sentence, edits = proposal
    reviewed = review(sentence, edits, Context(min_confidence=threshold))
    assert [replace(each, status=Status.PROPOSED, reason="") for each in reviewed] == edits
    assert all((each.status is Status.REJECTED) == bool(each.reason) for each in reviewed)
    assert all(each.status is not Status.PROPOSED for each in reviewed)


@repeatable
@given(proposal=proposals())
def test_accepted_edits_are_accepted_again_as_a_whole(proposal: tuple[str, list[Edit]]):
    sentence, edits = proposal
    accepted = [each for each in review(sentence, edits, Context()) if each.status is Status.ACCEPTED]
    again = review(sentence, [replace(each, status=Status.PROPOSED) for each in accepted], Context())
    assert all(each.status is Status.ACCEPTED for each in again)


def test_guards_are_silent_on_a_sentence_that_is_not_changed():
    for sentence in SENTENCES:
        assert review(sentence, extract(sentence, sentence), Context()) == []
