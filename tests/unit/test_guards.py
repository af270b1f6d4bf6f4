"""Every guard on its authored cases, alone and in the review; and the review's own rules."""

from __future__ import annotations

from dataclasses import replace

import pytest
from guard_cases import FOLDER, GuardCase, read_case, read_cases

from refluent.guards import GUARDS, review
from refluent.guards.context import Context
from refluent.types import Edit, Span, Status

ALONE = [
    pytest.param(path.stem, case, id=place)
    for path in sorted(FOLDER.glob("*.txt"))
    if path.stem != "review"
    for place, case in read_cases(path)
]
TOGETHER = [pytest.param(case, id=place) for place, case in read_cases(FOLDER / "review.txt")]


def edit(sentence: str, old: str, new: str, *, confidence: float = 1.0) -> Edit:
    start = sentence.index(old)
    return Edit(Span(start, start + len(old)), old, new, confidence=confidence)


def statuses(edits: list[Edit]) -> list[Status]:
    return [each.status for each in edits]


@pytest.mark.parametrize(("name", "case"), ALONE)
def test_guard_alone_stops_and_passes_its_cases(name: str, case: GuardCase):
    violation = GUARDS[name](case.edits[0], case.sentence, case.context)
    assert bool(violation) == case.must_stop, violation
    if violation:
        assert violation.guard == name
        assert violation.message


@pytest.mark.parametrize(("name", "case"), ALONE)
def test_review_stops_and_passes_the_cases_of_every_guard(name: str, case: GuardCase):
    (reviewed,) = review(case.sentence, case.edits, case.context)
    assert (reviewed.status is Status.REJECTED) == case.must_stop, reviewed.reason
    assert bool(reviewed.reason) == case.must_stop


@pytest.mark.parametrize("case", TOGETHER)
def test_review_judges_several_edits_together(case: GuardCase):
    reviewed = review(case.sentence, case.edits, case.context)
    is_any_rejected = any(each.status is Status.REJECTED for each in reviewed)
    assert is_any_rejected == case.must_stop, [each.reason for each in reviewed]


def test_every_guard_has_cases_on_both_sides_and_all_are_four_hundred():
    for name in GUARDS:
        cases = [case for _, case in read_cases(FOLDER / f"{name}.txt")]
        assert {case.must_stop for case in cases} == {True, False}, name
    assert len(ALONE) >= 400


@pytest.mark.parametrize(
    "line",
    ["no edit here", "two [brackets", "same [word->word] twice", "a [b->c] | glossary", "a [b->c] | x: y"],
)
def test_malformed_case_is_an_error(line: str):
    with pytest.raises(ValueError, match=r"needs edits|must change|neither"):
        read_case(line, must_stop=True)


def test_case_file_with_unknown_heading_is_an_error(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text("# must halt\nA [b->c].\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"x\.txt:1"):
        read_cases(path)


def test_review_rejects_what_is_not_sure_enough():
    sentence = "He go home."
    (reviewed,) = review(
        sentence, [edit(sentence, "go", "goes", confidence=0.42)], Context(min_confidence=0.55)
    )
    assert reviewed.reason == "confidence 0.42 is below 0.55"


def test_review_keeps_the_surer_of_two_edits_that_overlap():
    sentence = "He go home."
    edits = [edit(sentence, "He go", "He goes", confidence=0.6), edit(sentence, "go", "went", confidence=0.9)]
    assert statuses(review(sentence, edits, Context())) == [Status.REJECTED, Status.ACCEPTED]


def test_review_of_equally_sure_edits_that_overlap_keeps_the_first():
    sentence = "He go home."
    edits = [edit(sentence, "He go", "He goes"), edit(sentence, "go", "went")]
    reviewed = review(sentence, edits, Context())
    assert statuses(reviewed) == [Status.ACCEPTED, Status.REJECTED]
    assert reviewed[1].reason == "overlaps an edit that is surer"


def test_review_names_guard_and_what_it_protected():
    sentence = "It lent 350 billion yuan."
    (reviewed,) = review(sentence, [edit(sentence, "350 billion", "35 billion")], Context())
    assert reviewed.reason == "numbers: 350 billion yuan would become 35 billion yuan"


def test_review_makes_both_halves_of_a_move_or_none():
    sentence = "The in Monday meeting was held."
    cut = edit(sentence, "in Monday ", "")
    paste = Edit(Span(len(sentence) - 1, len(sentence) - 1), "", " on Monday")
    assert statuses(review(sentence, [cut, paste], Context())) == [Status.ACCEPTED] * 2
    assert statuses(review(sentence, [cut], Context())) == [Status.REJECTED]
    assert statuses(review(sentence, [paste], Context())) == [Status.REJECTED]
    unsure = replace(cut, confidence=0.1)
    assert statuses(review(sentence, [unsure, paste], Context(min_confidence=0.5))) == [Status.REJECTED] * 2


def test_review_drops_the_least_sure_of_edits_that_only_together_do_harm():
    sentence = "The firm grew rapidly and the town slept."
    first = edit(sentence, "grew", "rapidly grew", confidence=0.6)
    assert statuses(review(sentence, [first], Context())) == [Status.ACCEPTED]
    second = Edit(Span(8, 8), "", " very rapidly", confidence=0.9)
    assert statuses(review(sentence, [second], Context())) == [Status.ACCEPTED]
    reviewed = review(sentence, [second, first], Context())
    assert statuses(reviewed) == [Status.ACCEPTED, Status.REJECTED]
    assert reviewed[1].reason == "together with other edits, length: 'rapidly' would stand twice"


def test_review_passes_rule_edits_through_the_same_guards():
    sentence = "It cost 3 yuan."
    rule_edit = replace(edit(sentence, "3 ", "30 "), origin="rule:spacing")
    (reviewed,) = review(sentence, [rule_edit], Context())
    assert reviewed.status is Status.REJECTED


def test_review_of_nothing_is_nothing():
    assert review("He left.", [], Context()) == []
