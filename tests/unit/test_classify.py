"""The kind of an edit; the cases are in tests/cases/classify.tsv, one a line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from refluent.edits.classify import classify
from refluent.edits.lexicon import common_words, irregular_forms, spelling_pairs
from refluent.edits.morphology import form_change, is_typo
from refluent.types import Category, Span

CASES = Path(__file__).parents[1] / "cases" / "classify.tsv"
LINES = [line for line in CASES.read_text(encoding="utf-8").split("\n") if line and not line.startswith("#")]


@pytest.mark.parametrize("line", LINES)
def test_classify_names_the_kind_of_an_edit(line: str):
    category, _, marked = line.partition("\t")
    match = re.fullmatch(r"([^\[]*)\[([^|]*)\|([^\]]*)\](.*)", marked)
    assert match, "a case marks one change as [old|new]"
    before, old, new, after = match.groups()
    span = Span(len(before), len(before) + len(old))
    assert classify(before + old + after, span, new).value == category


def test_cases_cover_every_category():
    assert {line.partition("\t")[0] for line in LINES} == {category.value for category in Category}
    assert len(LINES) >= 80


def test_classify_looks_at_whole_words_where_the_span_cuts_one():
    assert classify("He go home.", Span(5, 5), "es") is Category.AGREEMENT
    assert classify("He goes home.", Span(5, 7), "") is Category.AGREEMENT
    assert classify("He walks home.", Span(7, 8), "ed") is Category.TENSE


@pytest.mark.parametrize(
    ("source", "replacement"), [("", "x"), (" ", ""), ("x", ""), ("_", "__"), ("…", "...")]
)
def test_classify_takes_any_change(source: str, replacement: str):
    assert isinstance(classify(source, Span(0, len(source)), replacement), Category)


def test_a_word_in_use_is_never_a_slip():
    assert is_typo("recieve", "receive")
    assert not is_typo("house", "horse")
    assert not is_typo("b2b", "b2c")


def test_forms_need_a_common_base():
    assert form_change("studies", "study") is Category.AGREEMENT
    assert form_change("studies", "studied") is Category.TENSE
    assert form_change("bus", "business") is None
    assert form_change("news", "new") is Category.AGREEMENT  # No dictionary tells that these are two words.


def test_word_lists_are_clean():
    assert all(re.fullmatch(r"[a-z]{3,}", word) for word in common_words())
    assert all(form == form.lower() for form in irregular_forms())
    assert {pair.evidence for pair in spelling_pairs()} == {"both", "british", "american", "oxford", "none"}
    assert len(spelling_pairs()) >= 150
    assert len({pair.british for pair in spelling_pairs()}) == len(spelling_pairs())
