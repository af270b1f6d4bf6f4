"""Reading suites: what is accepted, what is refused and where the error points."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from toy_suite import RECORDS, toy_suite

from refluent.errors import SuiteError
from refluent.evaluation import sources
from refluent.evaluation.sources import open_lines, open_suite
from refluent.evaluation.suite import Example, Suite


def test_suite_reads_records_and_counts_them(tmp_path: Path):
    suite = toy_suite(tmp_path)
    first, second, *_ = suite
    assert first == Example(
        "a:0",
        "He go to school by the bus in 2024.",
        ("He goes to school by bus in 2024.", "He went to school by bus in 2024."),
        "a",
        0,
        ("agreement", "article"),
    )
    assert second.is_fine
    facts = suite.facts
    assert (facts.n_examples, facts.n_documents, facts.n_fine, facts.n_several) == (4, 1, 2, 1)
    assert (facts.n_words, facts.n_references) == (19, -1)


def test_suite_can_be_read_twice(tmp_path: Path):
    suite = toy_suite(tmp_path)
    assert list(suite) == list(suite)


def test_shipped_suite_is_the_default():
    facts = open_suite().facts
    assert facts.name == "shipped"
    assert facts.n_examples >= 400


def test_installed_suites_are_found_before_those_of_a_source_tree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for name in sources.SHIPPED:
        (tmp_path / name).write_text(json.dumps(RECORDS[0] | {"id": name}) + "\n")
    monkeypatch.setattr(sources, "_FOLDERS", (tmp_path, *sources._FOLDERS))
    assert open_suite().facts.n_examples == 3
    monkeypatch.setattr(sources, "_FOLDERS", (tmp_path / "none",))
    with pytest.raises(SuiteError, match="not part of this installation; name one with --suite"):
        open_suite()


@pytest.mark.parametrize("field", ["id", "source", "references", "tags"])
def test_digest_depends_on_what_scores_depend_on(tmp_path: Path, field: str):
    before = toy_suite(tmp_path).facts.digest
    changed = [dict(record) for record in RECORDS]
    changed[1][field] = ["other"] if field in ("references", "tags") else "other"
    (tmp_path / "toy.jsonl").write_text("".join(f"{json.dumps(record)}\n" for record in changed))
    assert open_suite([str(tmp_path / "toy.jsonl")]).facts.digest != before


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "is not JSON"),
        ("[]", "is not an object"),
        ('{"source": "A."}', "has no list of references"),
        ('{"source": "A.", "references": "B."}', "has no list of references"),
        ('{"source": "A.", "references": []}', "has an empty list of references"),
        ('{"source": "A.", "references": [""]}', "has no text as its reference 1"),
        ('{"source": "  ", "references": ["A."]}', "has no text as its source"),
        ('{"source": 3, "references": ["A."]}', "has no text as its source"),
        ('{"source": "A.", "references": ["A."], "tags": "fine"}', "has tags that are not a list"),
        ('{"source": "A.", "references": ["A."], "position": "one"}', "has a position that is not"),
    ],
)
def test_malformed_record_is_one_line_with_file_and_line(tmp_path: Path, line: str, problem: str):
    path = tmp_path / "bad.jsonl"
    path.write_text(f"{json.dumps(RECORDS[0])}\n\n{line}\n")
    with pytest.raises(SuiteError) as caught:
        _ = open_suite([str(path)]).facts
    assert str(caught.value).startswith(f"{path}:3: {problem}")
    assert "\n" not in str(caught.value)


def test_id_that_comes_twice_is_an_error(tmp_path: Path):
    path = tmp_path / "twice.jsonl"
    path.write_text(f"{json.dumps(RECORDS[0])}\n" * 2)
    with pytest.raises(SuiteError, match="the id a:0 comes twice"):
        _ = open_suite([str(path)]).facts


def test_record_without_id_gets_its_number():
    suite = Suite("plain", lambda: iter([Example("", "A.", ("B.",)), Example("x", "C.", ("D.",))]))
    assert [example.id for example in suite] == ["1", "x"]


@pytest.mark.parametrize("content", ["", "\n"])
def test_empty_suite_is_an_error(tmp_path: Path, content: str):
    path = tmp_path / "empty.jsonl"
    path.write_text(content)
    with pytest.raises(SuiteError, match="has no record"):
        _ = open_suite([str(path)]).facts


def test_missing_suite_is_an_error_before_anything_is_read(tmp_path: Path):
    with pytest.raises(SuiteError, match="there is no such file"):
        open_suite([str(tmp_path / "none.jsonl")])


def parquet_file(folder: Path) -> str:
    import pyarrow
    import pyarrow.parquet

    path = folder / "suite.parquet"
    rows = [{"source": record["source"], "references": record["references"]} for record in RECORDS]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), path)
    return str(path)


def folder_of_json(folder: Path) -> str:
    path = folder / "set"
    path.mkdir()
    rows = [{"source": record["source"], "references": record["references"]} for record in RECORDS]
    (path / "test.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return str(path)


@pytest.mark.parametrize("make", [parquet_file, folder_of_json])
def test_data_sets_are_read_like_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], str]
):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    suite = open_suite([make(tmp_path)])
    assert [example.source for example in suite] == [record["source"] for record in RECORDS]
    assert [list(example.references) for example in suite] == [record["references"] for record in RECORDS]
    assert suite.facts.n_examples == 4


@pytest.mark.parametrize("name", ["empty", "damaged.parquet"])
def test_data_set_that_cannot_be_read_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    (tmp_path / "empty").mkdir()
    (tmp_path / "damaged.parquet").write_bytes(b"PAR1 and then something else")
    with pytest.raises(SuiteError, match="cannot be read") as caught:
        _ = open_suite([str(tmp_path / name)]).facts
    assert "\n" not in str(caught.value)


def test_lines_make_a_suite(tmp_path: Path):
    for name, lines in (("src", "A b.\nC d.\n"), ("one", "A b!\nC d!\n"), ("two", "A, b.\n\n")):
        (tmp_path / name).write_text(lines)
    suite = open_lines(tmp_path / "src", [tmp_path / "one", tmp_path / "two"])
    assert [(example.source, example.references) for example in suite] == [
        ("A b.", ("A b!", "A, b.")),
        ("C d.", ("C d!",)),
    ]


def test_ragged_line_files_are_named_with_their_counts(tmp_path: Path):
    (tmp_path / "src").write_text("A.\nB.\nC.\n")
    (tmp_path / "ref").write_text("A.\nB.\n")
    with pytest.raises(SuiteError) as caught:
        open_lines(tmp_path / "src", [tmp_path / "ref"])
    assert str(caught.value) == (
        f"the files differ in their number of lines: {tmp_path / 'src'} has 3, {tmp_path / 'ref'} has 2"
    )


@pytest.mark.parametrize("data", [b"Caf\xe9\n", None])
def test_unreadable_line_file_is_an_error(tmp_path: Path, data: bytes | None):
    if data is not None:
        (tmp_path / "src").write_bytes(data)
    with pytest.raises(SuiteError, match=r"is not UTF-8|cannot be read: No such file"):
        open_lines(tmp_path / "src", [])


def test_long_suite_is_streamed(tmp_path: Path):
    path = tmp_path / "long.jsonl"
    with path.open("w") as file:
        for number in range(5_000):
            file.write(
                f'{{"id": "{number}", "source": "Sentence {number} x.", "references": ["Sentence."]}}\n'
            )
    suite = open_suite([str(path)])
    tracemalloc.start()
    count = sum(1 for _ in suite)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 5_000
    assert peak < 300_000
