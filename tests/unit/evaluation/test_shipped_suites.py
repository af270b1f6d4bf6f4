"""The shipped suites keep their promises: records, documents, README counts, facts in the references."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

SUITES = Path(__file__).parents[3] / "eval" / "suites"
FILES = ("news.jsonl", "documents.jsonl", "hard_facts.jsonl")
Record = dict[str, Any]

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_LITERAL = re.compile(
    r"https?://\S+|\{\{?\w+\}?\}|%\{\w+\}|%[ds]\b|</?\w+>|\[\[\w+\]\]|__\w+__|\S+@\S+|[@#]\w+"
)
_WORDS = re.findall(
    r"\w+",
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty",
)
_ROW = re.compile(r"^\| `([\w.-]+)` \|(.*)\|$", re.MULTILINE)
_CLOSERS = {")": "(", "]": "[", "}": "{", "”": "“"}


def read(name: str) -> list[Record]:
    lines = (SUITES / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def readme_rows() -> dict[str, list[str]]:
    """Cells after the first, by the backquoted name in the first cell."""
    text = (SUITES / "README.md").read_text(encoding="utf-8")
    return {name: [cell.strip() for cell in rest.split("|")] for name, rest in _ROW.findall(text)}


def is_fine(record: Record) -> bool:
    return "fine" in record["tags"]


def missing_numbers(text: str, other: str) -> list[str]:
    """Numbers of `text` that `other` has neither in digits nor, up to twenty, in words."""
    missing = Counter(_NUMBER.findall(text)) - Counter(_NUMBER.findall(other))
    spelled = {str(value) for value, word in enumerate(_WORDS) if word in other.lower().split()}
    return [number for number in missing if number not in spelled]


def is_balanced(text: str) -> bool:
    opened: list[str] = []
    for character in text:
        if character in _CLOSERS.values():
            opened.append(character)
        elif character in _CLOSERS and (not opened or opened.pop() != _CLOSERS[character]):
            return False
    return not opened and text.count('"') % 2 == 0


ALL = [record for name in FILES for record in read(name)]
IN_DOCUMENTS = [record for name in FILES[:2] for record in read(name)]
REFERENCES = [(record, reference) for record in ALL for reference in record["references"]]


@pytest.mark.parametrize("name", FILES)
def test_records_follow_the_schema(name: str) -> None:
    place = set() if name == "hard_facts.jsonl" else {"document", "position"}
    for record in read(name):
        assert set(record) == {"id", "source", "references", "tags"} | place, record["id"]
        texts = [record["source"], *record["references"]]
        assert all(isinstance(text, str) and text and text == text.strip() for text in texts), record["id"]
        assert 1 <= len(record["references"]) <= 3, record["id"]
        assert len(set(record["references"])) == len(record["references"]), record["id"]
        assert record["tags"] and len(set(record["tags"])) == len(record["tags"]), record["id"]


@pytest.mark.parametrize("field", ["id", "source"])
def test_no_record_comes_twice(field: str) -> None:
    counts = Counter(record[field] for record in ALL)
    assert [value for value, count in counts.items() if count > 1] == []


def test_documents_are_whole_and_in_order() -> None:
    documents: dict[str, list[Record]] = defaultdict(list)
    for record in IN_DOCUMENTS:
        documents[record["document"]].append(record)
        assert record["id"] == f"{record['document']}:{record['position']}"
    for name, records in documents.items():
        assert [record["position"] for record in records] == list(range(len(records))), name
        assert 10 <= len(records) <= 16, name


def test_suites_are_as_large_as_promised() -> None:
    documents = {record["document"] for record in IN_DOCUMENTS}
    assert len(IN_DOCUMENTS) >= 400
    assert len(documents) >= 32
    assert sum(name.startswith("zh-") for name in documents) >= 12
    assert sum(map(is_fine, IN_DOCUMENTS)) >= 90
    assert len(read("hard_facts.jsonl")) >= 120


@pytest.mark.parametrize("name", FILES)
def test_readme_counts_the_file(name: str) -> None:
    records = read(name)
    sizes = Counter(len(record["references"]) for record in records if not is_fine(record))
    documents = {record["document"] for record in records if "document" in record}
    expected = [len(documents), len(records), sum(map(is_fine, records)), sizes[1], sizes[2], sizes[3]]
    assert readme_rows()[name] == [str(count) for count in expected]


def test_readme_counts_the_flavours() -> None:
    segments = Counter(record["document"][:2] for record in IN_DOCUMENTS)
    documents = Counter(name[:2] for name in {record["document"] for record in IN_DOCUMENTS})
    rows = readme_rows()
    for flavour, count in segments.items():
        assert rows[flavour][1:] == [str(documents[flavour]), str(count)], flavour


def test_readme_lists_and_counts_every_tag() -> None:
    counts = Counter(tag for record in ALL for tag in record["tags"])
    rows = readme_rows()
    for tag, count in counts.items():
        assert tag in rows, tag
        assert rows[tag][-1] == str(count), tag


def test_only_fine_segments_stay_as_they_are() -> None:
    for record, reference in REFERENCES:
        assert (reference == record["source"]) == is_fine(record), record["id"]


def test_fact_tags_appear_on_every_hard_fact_only() -> None:
    text = (SUITES / "README.md").read_text(encoding="utf-8")
    table = text.split("| fact tag", 1)[1].split("\n\n", 1)[0]
    facts = {name for name, _ in _ROW.findall(table)}
    hard = {record["id"] for record in read("hard_facts.jsonl")}
    assert {record["id"] for record in ALL if facts & set(record["tags"])} == hard


def test_references_keep_every_number() -> None:
    for record, reference in REFERENCES:
        source = record["source"]
        assert missing_numbers(source, reference) == [], record["id"]
        assert missing_numbers(reference, source) == [], record["id"]


def test_references_keep_placeholders_addresses_and_markup() -> None:
    literals = [(record, text) for record in ALL for text in _LITERAL.findall(record["source"])]
    assert literals
    for record, literal in literals:
        literal = literal.rstrip(",.")
        assert all(literal in reference for reference in record["references"]), (record["id"], literal)


def test_references_close_what_they_open() -> None:
    for record, reference in REFERENCES:
        assert is_balanced(reference), (record["id"], reference)


@pytest.mark.parametrize("artefact", ["  ", " ,", " .", " ;", "..", ",,", "�"])
def test_references_are_tidy(artefact: str) -> None:
    assert [record["id"] for record, reference in REFERENCES if artefact in reference] == []
