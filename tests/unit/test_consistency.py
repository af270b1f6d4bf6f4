"""Findings over a whole text, and what may be unified; the cases are in consistency.tsv and unify.txt."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from time import process_time

import pytest

from refluent.consistency import find, survey, unify
from refluent.consistency.mix import majority
from refluent.edits.apply import apply
from refluent.types import Finding, Span, Status

CASES = Path(__file__).parents[1] / "cases"
MARK = re.compile(r"\[([^|\]]*)\|([^|\]]*)\]")


def cases(name: str) -> list[str]:
    lines = (CASES / name).read_text(encoding="utf-8").split("\n")
    return [line for line in lines if line and not line.startswith("#")]


def unescaped(text: str) -> str:
    return text.replace("\\n", "\n").replace("\\_", "\u00a0")


def marked(text: str, finding: Finding) -> str:
    for span in reversed(finding.places):
        text = f"{text[: span.start]}[{span.of(text)}]{text[span.end :]}"
    return text


@pytest.mark.parametrize("line", cases("consistency.tsv"))
def test_find_reports_each_inconsistency_with_all_its_places(line: str):
    kind, suggestion, case = unescaped(line).split("\t")
    text = case if kind == "nothing" else case.replace("[", "").replace("]", "")
    findings = find(text)
    if kind == "nothing":
        assert findings == []
        return
    (finding,) = findings
    assert (finding.kind, finding.suggestion, marked(text, finding)) == (kind, suggestion, case)


@pytest.mark.parametrize("line", cases("unify.txt"))
def test_unify_changes_what_is_safe_to_the_majority_form(line: str):
    case = unescaped(line)
    text = MARK.sub(r"\1", case)
    edits = unify(text)
    accepted = [replace(edit, status=Status.ACCEPTED) for edit in edits]
    assert apply(text, accepted) == MARK.sub(r"\2", case)
    assert len(edits) == len(MARK.findall(case))
    assert all(edit.origin == "rule:consistency" and edit.status is Status.PROPOSED for edit in edits)


@pytest.mark.parametrize("line", cases("unify.txt"))
def test_what_was_unified_stays(line: str):
    assert unify(MARK.sub(r"\2", unescaped(line))) == []


def test_a_finding_says_how_often_each_form_stands():
    (finding,) = find("The US won. The US lost. In the U.S. it rained.")
    assert finding.message == "United States is abbreviated differently: US (2), U.S. (1)"


def test_findings_are_in_order_of_their_first_place():
    findings = find("On 3 May and June 4 the colour of the center changed. The US beat the U.S. team.")
    assert [finding.kind for finding in findings] == ["date styles", "spelling", "abbreviations"]


def test_survey_knows_the_preferred_spelling_of_names():
    text = "Wei Sanluo came. Wei Sanluo sat. Wei Sanlo left. The US won. The US lost. In the U.S. it rained."
    context = survey(text, min_confidence=0.5, glossary=["sanlo"])
    assert (context.min_confidence, context.glossary) == (0.5, ("sanlo",))
    assert context.preferred == {"Wei Sanlo": "Wei Sanluo", "Sanlo": "Sanluo", "U.S.": "US"}


def test_survey_prefers_nothing_without_a_majority():
    context = survey("Wei Sanluo came. Then Wei Sanlo left.", min_confidence=0.0, glossary=())
    assert context.preferred == {}


@pytest.mark.parametrize(
    "text", ["", " ", "\n", '"', "“", "`", "```\n", "(A)", "\0", "a" * 5000, "- " * 5000]
)
def test_any_text_can_be_looked_at(text: str):
    assert find(text) == []
    assert unify(text) == []


def test_majority_needs_half_of_all_and_twice_the_next():
    assert majority("aab") == "a"
    assert majority("aaabc") == "a"
    assert majority("aabb") == ""
    assert majority("aabcd") == ""
    assert majority([]) == ""


@pytest.mark.parametrize(
    "part",
    [
        "Lee Jae-myung met Wei Sanlo in the U.S. on 3 May. ",
        '"A "B ',
        "“no end ",
        "'x y z w ",
        "word-word-",
        "aB",
        "(NGO) ",
        "1,000",
        "Wei Sanl{}o ",
    ],
)
def test_time_grows_with_the_text_and_not_with_its_square(part: str):
    def seconds(count: int) -> float:
        text = "".join(part.replace("{}", "abcdefgh"[number % 8]) for number in range(count))
        start = process_time()
        find(text)
        return process_time() - start

    seconds(10)
    short = min(seconds(60) for _ in range(3))
    # Eight times the text; a square would take sixty-four times as long.
    assert min(seconds(480) for _ in range(2)) < 24 * short + 0.05


def test_places_never_leave_the_text():
    text = '\ufeffCafé “yes” "no" it’s don\'t 5% 6 percent Lee Jae-myung Lee Jae Myung \U0001f600 US U.S.'
    for finding in find(text):
        assert all(Span(0, len(text)).start <= span.start < span.end <= len(text) for span in finding.places)
