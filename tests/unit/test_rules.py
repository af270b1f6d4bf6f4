"""Every rule on its cases, and what `propose` promises beside."""

from __future__ import annotations

from pathlib import Path

import pytest

from refluent.edits.apply import apply
from refluent.text.rules import RULES, propose
from refluent.text.rules.change import perform
from refluent.text.wordlists import table
from refluent.types import Edit, Status

CASES = Path(__file__).parents[1] / "cases" / "rules"
FILES = [path for path in sorted(CASES.glob("*.txt")) if path.name != "README.txt"]


def repaired(text: str) -> str:
    edits = [_accept(edit) for edit in propose(text)]
    return apply(text, edits)


def _accept(edit: Edit) -> Edit:
    return Edit(
        edit.span,
        edit.original,
        edit.replacement,
        edit.category,
        edit.confidence,
        Status.ACCEPTED,
        "",
        edit.origin,
    )


def sections(path: Path) -> dict[str, list[str]]:
    """Lines by heading; a line before the first heading or under an unknown one is an error."""
    found: dict[str, list[str]] = {}
    heading = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            heading = line[3:]
            assert heading in ("must change", "must not change"), f"{path.name}: {heading}"
        elif not line.startswith("# "):
            assert heading, f"{path.name} begins without a heading"
            found.setdefault(heading, []).append(line)
    return found


def changes(path: Path) -> list[tuple[str, str]]:
    blocks = "\n".join(sections(path).get("must change", [])).strip().split("\n\n")
    pairs = [tuple(block.split("\n")) for block in blocks if block]
    assert all(len(pair) == 2 for pair in pairs), f"{path.name}: a case has two lines"
    return [(pair[0], pair[1]) for pair in pairs]


MUST_CHANGE = [
    pytest.param(path.stem, *pair, id=f"{path.stem}: {pair[0]}") for path in FILES for pair in changes(path)
]
MUST_STAY = [
    pytest.param(line, id=f"{path.stem}: {line}")
    for path in FILES
    for line in sections(path).get("must not change", [])
    if line
]


@pytest.mark.parametrize(("name", "text", "expected"), MUST_CHANGE)
def test_rule_makes_its_repair(name: str, text: str, expected: str):
    assert perform(text, sorted(RULES[name].find(text))) == expected


@pytest.mark.parametrize(("name", "text", "expected"), MUST_CHANGE)
def test_propose_finds_what_the_rule_finds_and_names_it(name: str, text: str, expected: str):
    assert any(name in edit.origin.removeprefix("rule:").split("+") for edit in propose(text))
    assert repaired(repaired(text)) == repaired(expected)


@pytest.mark.parametrize("text", MUST_STAY)
def test_no_rule_touches_what_must_stay(text: str):
    assert propose(text) == []


def test_every_rule_has_cases_of_both_kinds():
    for name in RULES:
        path = CASES / f"{name}.txt"
        assert changes(path), name
        assert sections(path)["must not change"], name


def test_every_rule_says_what_it_changes_and_what_not():
    for name, rule in RULES.items():
        assert rule.find.__name__ == name
        assert "not " in (rule.find.__doc__ or ""), name


def test_each_phrase_of_the_table_is_replaced_and_stays_so():
    for awkward, fluent, *_ in table("phrases.tsv"):
        expected = awkward if fluent == "=" else fluent
        assert repaired(f"They say {awkward} now") == f"They say {expected} now"


def test_no_phrase_of_the_table_stands_there_twice():
    phrases = [row[0] for row in table("phrases.tsv")]
    assert len(phrases) >= 250
    assert len(phrases) == len(set(phrases))


def test_propose_joins_changes_that_meet():
    (edit,) = propose("We saw the the，then left")
    assert (edit.original, edit.replacement) == ("the the，", "the, ")
    assert edit.origin == "rule:full_width_punctuation+doubled_word"


def test_propose_points_into_the_whole_text():
    text = "First line.\r\n\r\n  He lives in the the city.\n"
    (edit,) = propose(text)
    assert edit.span.of(text) == edit.original == "the the"


def test_propose_leaves_fenced_code_alone():
    text = "He lives in the the city.\n```\nin the the city\n```\nIn the the city.\n"
    assert [edit.span.start for edit in propose(text)] == [12, 53]


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "a-",
        "(",
        "()",
        '"',
        "“",
        " ,",
        ". ",
        "é",
        "é ",
        "，",
        "a.b",
        "1,",
        "/a",
        "<a",
        "{",
        "a@",
        "the ",
        "`",
        "[",
        "'",
    ],
)
def test_propose_takes_time_in_proportion(unit: str):
    # A pattern that looks at everything from everywhere would take hours here.
    propose(unit * (60_000 // len(unit)))
