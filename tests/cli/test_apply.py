"""Applying a reviewed selection: exactly the accepted edits, and only to the text they were made for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from refluent.cli.app import main

SOURCE = "He went home.She stayed.And they left.\r\n"


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.txt"
    path.write_bytes(SOURCE.encode())
    return path


@pytest.fixture
def record(article: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> dict[str, object]:
    path = article.with_name("edits.json")
    assert main(["repair", "--model", "copy", "--edits", str(path), str(article)]) == 0
    assert capfdbinary.readouterr().out.decode() == SOURCE.replace(".She", ". She").replace(".And", ". And")
    found: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return found


def save(record: object, folder: Path) -> str:
    path = folder / "edits.json"
    path.write_text(json.dumps(record), encoding="utf-8")
    return str(path)


def test_all_accepted_edits_give_the_repair(article: Path, record: dict, tmp_path: Path):
    output = tmp_path / "out.txt"
    assert main(["apply", save(record, tmp_path), str(article), "-o", str(output)]) == 0
    assert output.read_bytes().decode() == record["text"] != SOURCE


def test_a_rejected_edit_is_not_made(article: Path, record: dict, capfdbinary: pytest.CaptureFixture[bytes]):
    assert len(record["edits"]) == 2
    record["edits"][0]["status"] = "rejected"
    assert main(["apply", save(record, article.parent), str(article)]) == 0
    assert capfdbinary.readouterr().out.decode() == "He went home.She stayed. And they left.\r\n"


def test_rejecting_all_gives_the_source(
    article: Path, record: dict, capfdbinary: pytest.CaptureFixture[bytes]
):
    for edit in record["edits"]:
        edit["status"] = "rejected"
    assert main(["apply", save(record, article.parent), str(article)]) == 0
    assert capfdbinary.readouterr().out == SOURCE.encode()


@pytest.mark.parametrize("change", ["text", "version", "edit", "syntax", "missing"])
def test_unusable_edits_give_one_line_and_leave_the_file(
    article: Path, record: dict, capfdbinary: pytest.CaptureFixture[bytes], change: str
):
    if change == "text":
        article.write_text("Another text altogether, quite long enough.", encoding="utf-8")
    if change == "version":
        record["schema_version"] = 99
    if change == "edit":
        record["edits"][0] = {"nothing": True}
    path = save(record, article.parent)
    if change == "syntax":
        Path(path).write_text("{", encoding="utf-8")
    if change == "missing":
        Path(path).unlink()
    before = article.read_bytes()
    assert main(["apply", path, str(article), "-o", str(article)]) == 2
    captured = capfdbinary.readouterr()
    assert captured.out == b""
    assert captured.err.decode().count("\n") == 1
    assert article.read_bytes() == before
