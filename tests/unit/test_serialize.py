"""Edits as JSON: nothing is lost, nothing malformed gets in."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from refluent.batch.render import render_json, source_digest
from refluent.edits.apply import apply
from refluent.edits.serialize import SCHEMA_VERSION, from_json, to_json
from refluent.types import Category, Edit, Finding, Repair, Span, Status

EDIT = Edit(
    Span(3, 5),
    "go",
    "goes",
    Category.AGREEMENT,
    0.75,
    Status.REJECTED,
    "min_confidence: 0.75 < 0.9",
    "rule:x",
)


def test_record_has_every_field_in_words():
    assert to_json(EDIT) == {
        "start": 3,
        "end": 5,
        "original": "go",
        "replacement": "goes",
        "category": "agreement",
        "confidence": 0.75,
        "status": "rejected",
        "reason": "min_confidence: 0.75 < 0.9",
        "origin": "rule:x",
    }
    assert SCHEMA_VERSION == 1


@pytest.mark.parametrize("category", list(Category))
@pytest.mark.parametrize("status", list(Status))
def test_every_category_and_status_survives_the_way_through_json(category: Category, status: Status):
    edit = Edit(Span(0, 0), "", '\ud83d\u2028"é', category, 1.0, status)
    assert from_json(json.loads(json.dumps(to_json(edit)))) == edit


def test_a_reviewer_accepts_a_rejected_edit_by_its_status_alone():
    edit = from_json({**to_json(EDIT), "status": "accepted"})
    assert (edit.status, edit.reason) == (Status.ACCEPTED, "")


@pytest.mark.parametrize("name", list(to_json(EDIT)))
def test_a_missing_field_is_refused(name: str):
    record = to_json(EDIT)
    del record[name]
    with pytest.raises(KeyError, match=name):
        from_json(record)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"start": "3"}, TypeError),
        ({"start": 3.0}, TypeError),
        ({"end": True}, TypeError),
        ({"original": None}, TypeError),
        ({"replacement": ["goes"]}, TypeError),
        ({"confidence": "0.75"}, TypeError),
        ({"confidence": True}, TypeError),
        ({"status": None}, TypeError),
        ({"status": "maybe"}, ValueError),
        ({"category": "grammar"}, ValueError),
        ({"confidence": 1.5}, ValueError),
        ({"confidence": float("nan")}, ValueError),
        ({"start": -1}, ValueError),
        ({"end": 2}, ValueError),
        ({"original": "went"}, ValueError),
        ({"replacement": "go"}, ValueError),
        ({"accepted": True}, ValueError),
    ],
)
def test_a_malformed_field_is_refused(change: dict, error: type[Exception]):
    with pytest.raises(error):
        from_json({**to_json(EDIT), **change})


@pytest.mark.parametrize("record", [None, [], "edit", 3])
def test_a_record_that_is_no_object_is_refused(record: object):
    with pytest.raises(TypeError, match="an edit must be an object"):
        from_json(record)


def test_an_unknown_field_is_named():
    with pytest.raises(ValueError, match="no field 'comment'"):
        from_json({**to_json(EDIT), "comment": "fine"})


PAGE = (Path(__file__).parents[2] / "docs" / "edits-json.md").read_text(encoding="utf-8")


def documented(section: str) -> set[str]:
    table = PAGE.split(f"\n## {section}\n")[1].split("\n## ")[0]
    names = (re.findall(r"`(\w+)`", row.split("|")[1]) for row in table.splitlines() if row.startswith("| `"))
    return {name for found in names for name in found}


def test_the_page_on_the_schema_names_every_field_and_value():
    repair = Repair("go", "go", (Edit(Span(0, 2), "go", "went"),), (Finding("x", "y", (Span(0, 1),)),))
    record = json.loads(render_json("x.txt", repair, {}))
    assert documented("The document") == set(record)
    assert documented("An edit") == set(record["edits"][0])
    assert documented("A finding") == set(record["findings"][0])
    assert all(f"`{value.value}`" in PAGE for value in (*Category, *Status))


def test_the_example_on_the_page_is_one():
    listing, _, rest = PAGE.partition("```json")
    lines = [line for line in listing.splitlines() if line.startswith("    ") and "$" not in line]
    source = "".join(f"{line.strip()}\n" for line in lines)
    record = json.loads(rest.partition("```")[0])
    assert record["schema_version"] == SCHEMA_VERSION
    assert record["source_sha256"] == source_digest(source)
    assert apply(source, map(from_json, record["edits"])) == record["text"] != source
    (finding,) = record["findings"]
    assert [source[start:end] for start, end in finding["places"]] == ["U.S.", "US", "US"]
