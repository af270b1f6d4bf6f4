"""Many files at once: where results go, what is refused, settings, and what a kill leaves behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fake_engines import TableEngine

from refluent.cli.app import main

SOURCE, REPAIRED = b"I goed home.\n", b"I went home.\n"
PAGE, REPAIRED_PAGE = b"<p>I <b>goed</b> home.</p>", b"<p>I <b>went</b> home.</p>"


@pytest.fixture(autouse=True)
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TableEngine:
    """Every test has its own engine, cache and working directory."""
    made = TableEngine({"goed": "went"})
    monkeypatch.setattr("refluent.engines.registry.load", lambda model, device, engine: made)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return made


@pytest.fixture
def tree() -> Path:
    """Two documents in a tree, and files that are none."""
    for name, data in {
        "in/a.txt": SOURCE,
        "in/deep/b.html": PAGE,
        "in/same.txt": b"Nothing here.\n",
        "in/picture.png": b"\x89PNG\0",
        "in/.hidden/c.txt": SOURCE,
    }.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return Path("in")


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_output_dir_mirrors_the_tree(tree: Path, capfd: pytest.CaptureFixture[str]):
    assert main(["repair", "in", "--output-dir", "out"]) == 0
    assert files(Path("out")) == {
        "a.txt": REPAIRED,
        "deep/b.html": REPAIRED_PAGE,
        "same.txt": b"Nothing here.\n",
    }
    assert (tree / "a.txt").read_bytes() == SOURCE
    assert capfd.readouterr() == ("", "refluent: 3 documents: 2 edits made, 0 rejected\n")


def test_in_place_changes_what_changes_and_keeps_the_old_file(tree: Path):
    before = files(tree)
    same = (tree / "same.txt").stat().st_mtime_ns
    assert main(["repair", "in", "--in-place"]) == 0
    changed = {"a.txt": REPAIRED, "a.txt.bak": SOURCE, "deep/b.html": REPAIRED_PAGE, "deep/b.html.bak": PAGE}
    assert files(tree) == {**before, **changed}
    assert (tree / "same.txt").stat().st_mtime_ns == same


def test_an_old_backup_is_not_overwritten(tree: Path, capfd: pytest.CaptureFixture[str]):
    (tree / "a.txt.bak").write_bytes(b"precious")
    assert main(["repair", "in", "-i"]) == 3
    assert (tree / "a.txt").read_bytes() == SOURCE
    assert (tree / "a.txt.bak").read_bytes() == b"precious"
    assert "a.txt.bak: exists already; move it away, or use --no-backup or --force" in capfd.readouterr().err
    assert main(["repair", "in", "-i", "--no-backup"]) == 0
    assert (tree / "a.txt").read_bytes() == REPAIRED


def test_patterns_choose_files(tree: Path):
    assert main(["repair", "in", "--include", "*.html", "--output-dir", "one"]) == 0
    assert main(["repair", "in", "--exclude", "deep/*", "--output-dir", "two"]) == 0
    assert main(["repair", "in/**/*.html", "--output-dir", "three"]) == 0
    assert [list(files(Path(name))) for name in ("one", "two", "three")] == [
        ["deep/b.html"],
        ["a.txt", "same.txt"],
        ["deep/b.html"],
    ]


def test_check_says_by_its_status_whether_anything_would_change(
    tree: Path, capfd: pytest.CaptureFixture[str]
):
    assert main(["repair", "--check", "in"]) == 1
    assert main(["repair", "--check", "in/same.txt"]) == 0
    assert capfd.readouterr().out == ""
    assert (tree / "a.txt").read_bytes() == SOURCE


@pytest.mark.parametrize(
    ("how", "shown"),
    [
        ("word", "1: I [-goed-]{+went+} home.\n"),
        ("unified", "--- a/in/a.txt\n+++ b/in/a.txt\n@@ -1 +1 @@\n-I goed home.\n+I went home.\n"),
    ],
)
def test_differences_have_three_forms(how: str, shown: str, tree: Path, capfd: pytest.CaptureFixture[str]):
    assert main(["repair", "--diff", "--diff-format", how, "in/a.txt", "in/same.txt"]) == 0
    assert capfd.readouterr().out == shown


def test_a_difference_as_a_page_can_be_opened(tree: Path, capfd: pytest.CaptureFixture[str]):
    assert main(["repair", "--diff", "--diff-format", "html", "in/a.txt", "in/same.txt"]) == 0
    page = capfd.readouterr().out
    title = 'title="rewording, confidence 0.90"'
    assert f"<h2>in/a.txt</h2>\n<p>1: I <del {title}>goed</del><ins {title}>went</ins> home.</p>" in page
    assert page.startswith("<!DOCTYPE html>")
    assert page.endswith("</html>\n")
    assert "same.txt" not in page


def test_dry_run_counts_and_estimates(tree: Path, capfd: pytest.CaptureFixture[str]):
    assert main(["repair", "--dry-run", "in"]) == 0
    out = capfd.readouterr().out.splitlines()
    assert out[0] == "in/a.txt: txt, 1 segments, 3 words"
    assert out[-1].startswith("3 documents: 3 segments, 8 words, about ")


def test_what_would_be_overwritten_is_refused_before_any_work(tree: Path, engine: TableEngine):
    Path("out").mkdir()
    Path("out/a.txt").write_bytes(b"precious")
    for target in (["--output-dir", "out"], ["-o", "out/a.txt"]):
        assert main(["repair", "in/a.txt", *target]) == 2
        assert Path("out/a.txt").read_bytes() == b"precious"
    assert engine.seen == []
    assert main(["repair", "in/a.txt", "-o", "out/a.txt", "--force"]) == 0
    assert Path("out/a.txt").read_bytes() == REPAIRED


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["in", "-o", "x"], "--output: takes the text of one file"),
        (["in", "--diff", "-i"], "--in-place: writes the text, --diff does not; choose one"),
        (["in/a.txt", "--diff", "--json"], "--diff: does not go with --json"),
        (["in", "-i", "--output-dir", "x"], "choose one of --output, --output-dir and --in-place"),
        (["in"], "many files do not go to standard output; use --output-dir, --in-place or --output"),
        (["in", "--output-dir", "in"], "--output-dir: is the folder of the input"),
        (["in/a.txt", "in/../in/a.txt", "--output-dir", "x"], "two files would be written there"),
        (["in/a.txt", "--diff", "--diff-format", "odd"], "diff_format: must be one of word, unified, html"),
        (["in/a.txt", "--format", "odd"], "format: odd is not a format; use txt, md,"),
        (["in/a.txt", "--track-changes"], "in/a.txt: txt has no tracked changes"),
        (["in", "--include", "*.odd", "-i"], "in: has no document to repair"),
        (["in/*.odd", "-i"], "in/*.odd: no file matches"),
        (["-", "-i"], "--in-place: standard input has no place"),
        (["in/a.txt", "in/same.txt", "--edits", "x"], "--edits: takes the edits of one text"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    arguments: list[str], message: str, tree: Path, capfd: pytest.CaptureFixture[str]
):
    before = files(Path())
    assert main(["repair", *arguments]) == 2
    captured = capfd.readouterr()
    assert captured.out == ""
    assert message in captured.err
    assert files(Path()) == before


def test_a_file_that_fails_costs_no_other(tree: Path, capfd: pytest.CaptureFixture[str]):
    (tree / "bad.docx").write_bytes(b"no archive")
    (tree / "bad.txt").write_bytes(b"\xff\xfe\xff")
    assert main(["repair", "in", "--output-dir", "out"]) == 3
    assert set(files(Path("out"))) == {"a.txt", "deep/b.html", "same.txt"}
    errors = [line for line in capfd.readouterr().err.splitlines() if "bad" in line]
    assert len(errors) == 2
    assert errors[0].startswith("refluent: in/bad.docx: is not a ZIP archive")


def test_records_are_shown_with_their_numbers(tree: Path, capfd: pytest.CaptureFixture[str]):
    Path("x.jsonl").write_text('{"t": "I goed."}\n{"t": "Fine."}\n', encoding="utf-8")
    assert main(["repair", "x.jsonl", "--field", "t", "--json"]) == 0
    records = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [record["document"] for record in records] == ["x.jsonl:1", "x.jsonl:2"]
    assert main(["repair", "x.jsonl", "--field", "t"]) == 0
    assert capfd.readouterr().out == '{"t": "I went."}\n{"t": "Fine."}\n'


def test_verbose_says_why_an_edit_was_rejected(capfd: pytest.CaptureFixture[str]):
    Path("x.html").write_bytes(b"<p>I <code>goed</code> goed home.</p>")
    assert main(["repair", "-v", "x.html"]) == 0
    assert "x.html: 'goed' stays, not 'went': touches 'goed', which must stay" in capfd.readouterr().err


def test_settings_come_from_flag_environment_and_file_in_that_order(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    Path("pyproject.toml").write_text(
        "[tool.refluent]\ndiff = true\ndiff_format = 'unified'\n", encoding="utf-8"
    )
    main(["repair", "in/a.txt"])
    assert capfd.readouterr().out.startswith("--- a/in/a.txt")
    monkeypatch.setenv("REFLUENT_DIFF_FORMAT", "html")
    main(["repair", "in/a.txt"])
    assert capfd.readouterr().out.startswith("<!DOCTYPE html>")
    main(["repair", "in/a.txt", "--diff-format", "word"])
    assert capfd.readouterr().out.startswith("1: I")
    # The nearest file counts, and refluent.toml before pyproject.toml.
    Path("refluent.toml").write_text("glossary = ['goed']\n", encoding="utf-8")
    main(["repair", "in/a.txt"])
    assert capfd.readouterr().out.encode() == SOURCE


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("min_confidense = 1", "min_confidense is not a setting; did you mean min_confidence?"),
        ("min_confidence = 'high'", "min_confidence must be a number, not 'high'"),
        ("glossary = 'one'", "glossary must be a list of strings, not 'one'"),
        ("quiet = 1", "quiet must be true or false, not 1"),
        ("broken", "cannot be read as TOML"),
    ],
)
def test_a_wrong_setting_is_named(content: str, message: str, tree: Path, capfd: pytest.CaptureFixture[str]):
    Path("refluent.toml").write_text(content, encoding="utf-8")
    assert main(["repair", "in/a.txt"]) == 2
    assert message in capfd.readouterr().err


def test_a_second_run_asks_the_model_nothing(tree: Path, engine: TableEngine):
    assert main(["repair", "in", "--output-dir", "one"]) == 0
    n_seen = len(engine.seen)
    assert main(["repair", "in", "--output-dir", "two"]) == 0
    assert len(engine.seen) == n_seen
    assert files(Path("one")) == files(Path("two"))
    assert main(["repair", "in", "--output-dir", "three", "--no-cache"]) == 0
    assert len(engine.seen) == n_seen + 3


def test_an_interrupt_leaves_whole_files_only(
    tree: Path, engine: TableEngine, monkeypatch: pytest.MonkeyPatch
):
    rewrite = engine.rewrite

    def interrupt(texts: list[str]):
        if "Nothing here." in texts:
            raise KeyboardInterrupt
        return rewrite(texts)

    monkeypatch.setattr(engine, "rewrite", interrupt)
    assert main(["repair", "in", "--output-dir", "out"]) == 130
    assert files(Path("out")) == {"a.txt": REPAIRED, "deep/b.html": REPAIRED_PAGE}


WORKER = """
import sys, time
from fake_engines import TableEngine
from refluent.engines import registry
from refluent.cli.app import main

class Slow(TableEngine):
    def rewrite(self, texts: list[str]) -> list:
        time.sleep(0.05)
        with open("seen.txt", "a", encoding="utf-8") as file:
            file.write("".join(f"{text}\\n" for text in texts))
        return super().rewrite(texts)

registry.load = lambda model, device, engine: Slow({"goed": "went"})
sys.exit(main(sys.argv[1:]))
"""


def test_after_a_kill_nothing_is_damaged_and_the_next_run_goes_on(tmp_path: Path):
    records = [json.dumps({"n": number, "t": f"I goed home {number} times."}) for number in range(3000)]
    source, output = Path("x.jsonl"), Path("out.jsonl")
    source.write_text("\n".join(records), encoding="utf-8")
    output.write_text("old", encoding="utf-8")
    Path("worker.py").write_text(WORKER, encoding="utf-8")
    arguments = [
        "repair",
        "x.jsonl",
        "--field",
        "t",
        "-o",
        "out.jsonl",
        "--force",
        "--batch-pieces",
        "320",
        "-q",
    ]
    command = [sys.executable, "worker.py", *arguments]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(command, env=environment)
    seen = Path("seen.txt")
    while process.poll() is None and not (seen.exists() and len(seen.read_bytes().splitlines()) > 200):
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert output.read_text(encoding="utf-8") == "old"
    n_first = len(seen.read_bytes().splitlines())
    assert 200 < n_first < 3000
    subprocess.run(command, env=environment, check=True)
    repaired = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert repaired == [{"n": number, "t": f"I went home {number} times."} for number in range(3000)]
    # One batch may have been rewritten and not stored yet.
    assert len(seen.read_bytes().splitlines()) <= 3000 + 64
