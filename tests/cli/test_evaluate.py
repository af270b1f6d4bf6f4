"""``refluent eval`` as a user meets it: a table, files, gates, and an exit status that a CI run can trust."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from toy_suite import RECORDS, TableSystem

from refluent.cli import evaluate as command
from refluent.cli.app import main
from refluent.evaluation.sources import open_suite, shipped_folder
from refluent.evaluation.systems import System

FAST = ["--resamples", "20", "--quiet"]
RIGHT = ["He goes to school by bus in 2024.", "All is well.", "She does not sleep.", "Nothing helps here."]


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)
    lines("toy.jsonl", [json.dumps(record) for record in RECORDS])
    lines("right.txt", RIGHT)
    lines("copy.txt", [record["source"] for record in RECORDS])


def lines(name: str, texts: list[str]) -> None:
    Path(name).write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")


def evaluate(*arguments: str) -> int:
    return main(["eval", *FAST, *arguments])


def toy(*arguments: str) -> int:
    return evaluate("--suite", "toy.jsonl", *arguments)


def fake_model(monkeypatch: pytest.MonkeyPatch, table: dict[str, str], **settings) -> TableSystem:
    """In the place of every model; the first answer comes at once."""
    fake = TableSystem(table, batch=1, **settings)

    def from_model(model: str | None, **_: object) -> System:
        return fake.system(model or "default")

    monkeypatch.setattr(command, "from_model", from_model)
    return fake


def test_table_goes_to_standard_output_with_doing_nothing_beside_the_system(
    capsys: pytest.CaptureFixture[str],
):
    assert toy("--hyp", "right.txt") == 0
    out, err = capsys.readouterr()
    assert "toy.jsonl: 4 segments" in out
    assert "do nothing" in out and "right.txt" in out
    assert err == ""


def test_default_is_the_default_model_on_the_shipped_suite(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    lines("small.jsonl", [json.dumps(RECORDS[0])])
    monkeypatch.setattr(
        command, "open_suite", lambda names, split: open_suite(names or ["small.jsonl"], split=split)
    )
    fake = fake_model(monkeypatch, {"go": "goes"})
    assert evaluate() == 0
    assert fake.seen == [RECORDS[0]["source"]]
    assert "default" in capsys.readouterr().out


def test_gate_that_holds_gives_0_and_one_that_fails_gives_1(capsys: pytest.CaptureFixture[str]):
    assert toy("--hyp", "right.txt", "--min", "ter_gain=1", "--max", "overcorrection=0") == 0
    assert toy("--hyp", "right.txt", "--min", "ter_gain=1", "--min", "ter_gain=99") == 1
    out = capsys.readouterr().out
    assert "FAILS  --min ter_gain=99" in out


@pytest.mark.parametrize("system", [["--model", "copy"], ["--hyp", "copy.txt"]], ids=["copy", "copied file"])
def test_copy_fails_a_gate_on_gain(system: list[str]):
    assert toy(*system, "--min", "ter_gain=0.1") == 1


def test_rules_are_a_system_apart_from_doing_nothing(capsys: pytest.CaptureFixture[str]):
    record = {"source": "He went home.She stayed.", "references": ["He went home. She stayed."]}
    lines("toy.jsonl", [json.dumps(record)])
    assert toy("--model", "rules", "--min", "ter_gain=1", "--min", "words_per_s=0") == 0
    assert toy("--model", "copy", "--min", "ter_gain=1") == 1
    assert "engine copy" in capsys.readouterr().out


def test_every_named_system_is_judged(capsys: pytest.CaptureFixture[str]):
    assert toy("--hyp", "right.txt", "--hyp", "copy.txt", "--min", "ter_gain=1") == 1
    out = capsys.readouterr().out
    assert "holds  --min ter_gain=1  right.txt" in out
    assert "FAILS  --min ter_gain=1  copy.txt" in out


def test_deleting_every_fifth_word_fails_the_gate_on_the_shipped_suite():
    """On its first sixteen segments, so that the test takes a second or two."""
    records = (shipped_folder() / "news.jsonl").read_text(encoding="utf-8").splitlines()[:16]
    lines("part.jsonl", records)
    sources = [json.loads(record)["source"].split() for record in records]
    lines("sources.txt", [" ".join(words) for words in sources])
    lines("worse.txt", [" ".join(word for n, word in enumerate(words) if n % 5 != 4) for words in sources])
    base = ["--suite", "part.jsonl", "--baseline", "base.json"]
    assert evaluate(*base, "--hyp", "sources.txt", "--update-baseline") == 0
    assert evaluate(*base, "--hyp", "sources.txt", "--max-drop", "chrf=0.5") == 0
    assert evaluate(*base, "--hyp", "worse.txt", "--max-drop", "chrf=0.5") == 1
    assert evaluate("--suite", "part.jsonl", "--hyp", "worse.txt", "--min", "faithful=0.95") == 1


def test_baseline_is_written_only_if_the_bounds_hold():
    assert toy("--hyp", "copy.txt", "--baseline", "b.json", "--update-baseline", "--min", "ter_gain=1") == 1
    assert not Path("b.json").exists()
    assert toy("--hyp", "right.txt", "--baseline", "b.json", "--update-baseline", "--min", "ter_gain=1") == 0
    assert json.loads(Path("b.json").read_text())["texts"] == RIGHT


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--baseline", "none.json"], "none.json: cannot be read: No such file or directory; make it with"),
        (["--max-drop", "chrf=1"], "--max-drop: needs --baseline"),
        (["--update-baseline"], "--update-baseline: needs --baseline"),
        (["--min", "chr=1"], "--min chr=1: knows no measure 'chr'; did you mean chrf?"),
        (["--alpha", "2"], "--alpha: must lie between 0 and 1, not 2.0"),
        (["--resume"], "--resume: needs --jsonl, the file to go on with"),
        (["--src", "copy.txt", "--ref", "right.txt"], "--suite: cannot be combined with --src"),
        (["--scores", "comet"], "--scores comet: needs NAME=FILE"),
        (["--scores", "chrf=right.txt"], "--scores: chrf is measured already; choose another name"),
        (["--hyp", "right.txt"], "right.txt: is named twice; name each system once"),
        (["--json", "none/out.json"], "none/out.json: cannot be written: there is no such folder"),
        (["--hyp", "toy.txt"], "toy.txt: cannot be read: No such file or directory"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
):
    assert toy("--hyp", "right.txt", *arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"refluent: {message}")
    assert err.count("\n") == 1


def test_baseline_of_another_suite_fails_closed(capsys: pytest.CaptureFixture[str]):
    assert toy("--hyp", "right.txt", "--baseline", "b.json", "--update-baseline") == 0
    lines("toy.jsonl", [json.dumps(record | {"tags": []}) for record in RECORDS])
    assert toy("--hyp", "right.txt", "--baseline", "b.json", "--max-drop", "chrf=50") == 2
    assert "was made for another suite than toy.jsonl" in capsys.readouterr().err


def test_ragged_files_are_an_error_with_their_counts(capsys: pytest.CaptureFixture[str]):
    lines("short.txt", RIGHT[:2])
    assert evaluate("--src", "copy.txt", "--ref", "short.txt", "--hyp", "right.txt") == 2
    assert "copy.txt has 4, short.txt has 2" in capsys.readouterr().err
    assert evaluate("--src", "copy.txt", "--ref", "right.txt", "--hyp", "short.txt") == 2
    assert "short.txt: has 2 lines, the suite has 4 segments" in capsys.readouterr().err


def test_line_files_are_scored_without_a_model(capsys: pytest.CaptureFixture[str]):
    assert (
        evaluate("--src", "copy.txt", "--ref", "right.txt", "--hyp", "right.txt", "--min", "bleu=99.9") == 0
    )
    assert "copy.txt: 4 segments, 19 words" in capsys.readouterr().out


def test_malformed_suite_is_one_line_with_its_place(capsys: pytest.CaptureFixture[str]):
    lines("toy.jsonl", [json.dumps(RECORDS[0]), '{"source": "A."}'])
    assert toy("--hyp", "right.txt") == 2
    assert capsys.readouterr().err.startswith("refluent: toy.jsonl:2: has no list of references")


def test_model_that_breaks_is_status_3_and_its_run_goes_on_with_resume(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    fake_model(monkeypatch, {"do": "does"}, breaks_at=2)
    assert toy("--jsonl", "repairs.jsonl") == 3
    assert capsys.readouterr().err == "refluent: the run failed: RuntimeError: out of memory\n"
    fake = fake_model(monkeypatch, {"do": "does"})
    assert toy("--jsonl", "repairs.jsonl", "--resume") == 0
    assert fake.seen == [record["source"] for record in RECORDS[2:]]
    fake_model(monkeypatch, {})
    assert toy("--jsonl", "repairs.jsonl", "--resume") == 2


def test_interrupted_run_says_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    class Interrupted(TableSystem):
        def _repair(self, text: str):
            raise KeyboardInterrupt

    monkeypatch.setattr(command, "from_model", lambda *_, **__: Interrupted({}).system())
    assert toy("--jsonl", "repairs.jsonl") == 130
    assert "the same command with --resume goes on with repairs.jsonl" in capsys.readouterr().err


def test_missing_model_is_status_2(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert toy("--model", "no/such-model") == 2
    assert capsys.readouterr().err.startswith("refluent: no/such-model: is no folder")


def test_files_have_the_same_figures(capsys: pytest.CaptureFixture[str]):
    arguments = ["--json", "out.json", "--html", "out.html", "--junit", "out.xml", "--jsonl", "out.jsonl"]
    assert toy("--hyp", "right.txt", "--min", "f05=99", *arguments) == 0
    record = json.loads(Path("out.json").read_text(encoding="utf-8"))
    chrf = record["systems"][1]["scores"]["chrf"]["value"]
    assert chrf == pytest.approx(100)
    assert f"{chrf:.2f}" in capsys.readouterr().out
    assert f">{chrf:.2f}<" in Path("out.html").read_text(encoding="utf-8")
    assert ElementTree.parse("out.xml").getroot().get("failures") == "0"
    assert len(Path("out.jsonl").read_text(encoding="utf-8").splitlines()) == 10


def test_github_gets_a_summary_and_errors(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    Path("summary.md").write_text("before\n")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    assert toy("--hyp", "copy.txt", "--min", "ter_gain=0.1") == 1
    assert (
        "::error title=refluent eval::copy.txt fails --min ter_gain=0.1: ter_gain is 0\n"
        in capsys.readouterr().out
    )
    summary = Path("summary.md").read_text(encoding="utf-8")
    assert summary.startswith("before\n## Refluent evaluation")
    assert "❌" in summary


def test_scores_of_other_metrics_can_be_gated():
    lines("right.comet", ["0.9"] * 4)
    assert toy("--hyp", "right.txt", "--scores", "comet=right.comet", "--min", "comet=0.85") == 0
    assert toy("--hyp", "right.txt", "--scores", "comet=right.comet", "--min", "comet=0.95") == 1
    twice = ["--scores", "comet=right.comet"] * 2
    assert toy("--hyp", "right.txt", *twice) == 2


def test_figures_are_the_same_in_every_process():
    arguments = ["eval", *FAST, "--suite", "toy.jsonl", "--hyp", "right.txt", "--json"]
    assert main([*arguments, "one.json"]) == 0
    subprocess.run(
        [sys.executable, "-m", "refluent", *arguments, "two.json"], check=True, capture_output=True
    )
    assert Path("one.json").read_bytes() == Path("two.json").read_bytes()
