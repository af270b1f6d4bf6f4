"""The command line as a user meets it: text on standard output, one line for each failure, whole files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tiny_models import LESSONS, build

from refluent.cli.app import main
from refluent.cli.console import has_color
from refluent.engines.copy import CopyEngine

SOURCE = "He went home.She stayed.\n\nNothing else.\n"
REPAIRED = "He went home. She stayed.\n\nNothing else.\n"
BASE = ["repair", "--model", "copy"]


def refluent(*arguments: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "refluent", *map(str, arguments)]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
    return subprocess.run(command, input=stdin, capture_output=True, env=environment, check=False)


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.txt"
    path.write_bytes(SOURCE.encode())
    return path


def test_repair_writes_the_text_alone_to_standard_output(article: Path):
    result = refluent(*BASE, article)
    assert result.returncode == 0
    assert result.stdout.decode() == REPAIRED
    assert result.stderr.decode() == "refluent: 1 document: 1 edits made, 0 rejected\n"


def test_repair_reads_standard_input():
    result = refluent(*BASE, "--quiet", "-", stdin=SOURCE.encode())
    assert (result.returncode, result.stdout.decode(), result.stderr) == (0, REPAIRED, b"")


def test_repair_writes_a_file_and_nothing_beside_it(article: Path):
    output = article.with_name("fixed.txt")
    result = refluent(*BASE, article, "-o", output)
    assert (result.returncode, result.stdout) == (0, b"")
    assert output.read_bytes() == REPAIRED.encode()
    assert article.read_bytes() == SOURCE.encode()
    assert sorted(article.parent.iterdir()) == [article, output]


def test_repair_may_write_to_the_file_it_reads(article: Path):
    article.chmod(0o640)
    assert refluent(*BASE, article, "-o", article).returncode == 0
    assert article.read_bytes() == REPAIRED.encode()
    assert article.stat().st_mode & 0o777 == 0o640


def test_diff_marks_the_words_that_change_without_colors_in_a_pipe(article: Path):
    result = refluent(*BASE, "--diff", article)
    assert result.stdout.decode().splitlines() == ["1: He went home[-.-]{+. +}She stayed."]
    assert b"\x1b" not in result.stdout


def test_json_has_text_edits_and_signature(article: Path):
    result = refluent(*BASE, "--json", article, article)
    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(records) == 2
    assert records[0]["schema_version"] == 1
    assert records[0]["document"] == str(article)
    assert records[0]["text"] == REPAIRED
    assert len(records[0]["edits"]) == 1
    assert records[0]["signature"]["engine"] == "copy"


@pytest.mark.parametrize(
    "data",
    [
        SOURCE.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + SOURCE.encode(),
        b"\xff\xfe" + SOURCE.encode("utf-16-le"),
        "Caf\u00e9.\u00a0\u201cYes\u201d \U0001f600\r\rNo end of line".encode(),
    ],
    ids=["windows line ends", "byte order mark", "utf-16", "other characters"],
)
def test_repair_keeps_line_ends_marks_and_encoding(tmp_path: Path, data: bytes):
    path = tmp_path / "file.txt"
    path.write_bytes(data)
    result = refluent(*BASE, path)
    wide = data.startswith(b"\xff\xfe")
    full_stop, space = (".".encode("utf-16-le"), " ".encode("utf-16-le")) if wide else (b".", b" ")
    she = "She".encode("utf-16-le") if wide else b"She"
    assert result.stdout == data.replace(full_stop + she, full_stop + space + she)


def test_repair_takes_a_named_encoding(tmp_path: Path):
    path = tmp_path / "file.txt"
    path.write_bytes("Caf\u00e9 closed.".encode("cp1252"))
    assert refluent(*BASE, "--encoding", "cp1252", path).stdout == path.read_bytes()


def failing(name: str, data: bytes | None, tmp_path: Path) -> Path:
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("missing.txt", None, "cannot be read: No such file or directory"),
        (".", None, "has no document to repair"),
        ("empty.txt", b"", "is empty"),
        ("blank.txt", b" \n\t\n", "is empty"),
        ("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is a binary file"),
        (
            "latin.txt",
            "Caf\u00e9".encode("latin-1"),
            "is not UTF-8 (byte 3); name its encoding with --encoding",
        ),
    ],
)
def test_unusable_file_gives_one_line_and_status_2(
    tmp_path: Path, name: str, data: bytes | None, message: str
):
    path = failing(name, data, tmp_path)
    output = tmp_path / "out.txt"
    result = refluent(*BASE, path, "-o", output)
    lines = result.stderr.decode().splitlines()
    assert (result.returncode, result.stdout, len(lines)) == (2, b"", 1)
    assert lines[0].startswith(f"refluent: {path}: {message}")
    assert not output.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--model", "nobody/no-such-model"],
            "nobody/no-such-model: is no folder, and the hub has no such model",
        ),
        (["--model", "./nowhere/at/all"], "./nowhere/at/all: is neither a folder nor a hub id"),
        (["--model", "copy", "--min-confidence", "2"], "min_confidence: must lie between 0 and 1, not 2.0"),
        (["--model", "copy", "--consistency", "maybe"], "consistency: must be"),
        (["--model", "copy", "--encoding", "klingon"], "klingon is not an encoding"),
    ],
)
def test_unusable_option_gives_one_line_and_status_2(article: Path, arguments: list[str], message: str):
    result = refluent("repair", *arguments, article)
    lines = result.stderr.decode().splitlines()
    assert (result.returncode, result.stdout, len(lines)) == (2, b"", 1)
    assert message in lines[0]


def test_missing_device_gives_one_line_and_status_2(article: Path, tmp_path: Path):
    (tmp_path / "config.json").write_text('{"model_type": "bart"}', encoding="utf-8")
    result = refluent("repair", "--model", tmp_path, "--device", "cuda:99", article)
    assert result.returncode == 2
    assert result.stderr.decode().startswith("refluent: cuda:99: there is no such device here; use one of")


def test_unknown_command_and_option_give_status_2():
    result = refluent("repare")
    assert result.returncode == 2
    assert "repair" in result.stderr.decode()
    assert refluent("repair", "--frobnicate", "x.txt").returncode == 2
    assert refluent("repair").returncode == 2


@pytest.mark.parametrize("output", [".", "no/such/folder/out.txt"])
def test_unwritable_output_fails_before_any_work(article: Path, output: str):
    result = refluent(*BASE, article, "-o", article.parent / output)
    assert result.returncode == 2
    assert "cannot be written" in result.stderr.decode()
    assert list(article.parent.iterdir()) == [article]


def test_output_may_be_a_device(article: Path):
    assert refluent(*BASE, article, "-o", os.devnull).returncode == 0
    assert not Path(os.devnull).is_file()


def test_one_file_that_fails_does_not_stop_the_others(article: Path):
    missing = article.with_name("missing.txt")
    result = refluent(*BASE, missing, article)
    assert result.returncode == 3
    assert result.stdout.decode() == REPAIRED
    assert f"refluent: {missing}: cannot be read" in result.stderr.decode()


def test_a_character_the_encoding_lacks_leaves_the_old_file(article: Path, monkeypatch: pytest.MonkeyPatch):
    article.write_bytes(SOURCE.encode("ascii"))
    monkeypatch.setattr("refluent.repairer.Repairer.repair_batch", lambda self, texts: [_with_dash(texts[0])])
    assert main([*BASE, "--encoding", "ascii", str(article), "-o", str(article)]) == 2
    assert article.read_bytes() == SOURCE.encode("ascii")


def _with_dash(source: str):
    from refluent.types import Edit, Repair, Span, Status

    edit = Edit(Span(0, 0), "", "\u2014", status=Status.ACCEPTED)
    return Repair(source, f"\u2014{source}", (edit,))


def test_interrupt_during_the_repair_leaves_nothing(article: Path, monkeypatch: pytest.MonkeyPatch):
    def interrupt(self: CopyEngine, texts: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(CopyEngine, "rewrite", interrupt)
    output = article.with_name("out.txt")
    assert main([*BASE, str(article), "-o", str(output)]) == 130
    assert list(article.parent.iterdir()) == [article]


def test_interrupt_while_writing_leaves_the_old_file(article: Path, monkeypatch: pytest.MonkeyPatch):
    def interrupt(handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    assert main([*BASE, str(article), "-o", str(article)]) == 130
    assert article.read_bytes() == SOURCE.encode()
    assert list(article.parent.iterdir()) == [article]


def test_libraries_write_nothing_to_the_terminal(tmp_path: Path):
    sentence = next(iter(LESSONS))
    path = tmp_path / "file.txt"
    path.write_text(sentence, encoding="utf-8")
    result = refluent("repair", "--model", build("bart", tmp_path / "bart"), "--device", "cpu", path)
    assert result.stdout.decode() == LESSONS[sentence]
    assert all(line.startswith("refluent: ") for line in result.stderr.decode().splitlines())


class Terminal:
    def isatty(self) -> bool:
        return True


def test_colors_need_a_terminal_and_no_objection(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert has_color(Terminal())  # type: ignore[arg-type]
    assert not has_color(sys.__stdin__) or sys.__stdin__.isatty()
    monkeypatch.setenv("NO_COLOR", "1")
    assert not has_color(Terminal())  # type: ignore[arg-type]
