"""Documents in a row: differences for people, counts, and whole files."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from phrasebook import repair

from refluent.batch.outputs import Outputs
from refluent.batch.plan import Target, Task
from refluent.batch.render import render_diff
from refluent.batch.report import Report
from refluent.batch.run import Job, Result, open_job, run
from refluent.batch.write import write
from refluent.documents.base import Options
from refluent.errors import DocumentError
from refluent.types import Edit, Repair, Span, Status


def accepted(start: int, original: str, replacement: str) -> Edit:
    return Edit(Span(start, start + len(original)), original, replacement, status=Status.ACCEPTED)


REPAIR = Repair(
    "one two\n\nthree four five\nsix",
    "ONE two\n\nthree, five\nsix seven",
    (accepted(0, "one", "ONE"), accepted(14, "", ","), accepted(14, " four", ""), accepted(28, "", " seven")),
)


def test_diff_shows_changed_lines_with_their_numbers():
    assert render_diff(REPAIR).splitlines() == [
        "1: [-one-]{+ONE+} two",
        "3: three{+,+}[- four-] five",
        "4: six{+ seven+}",
    ]


def test_diff_on_a_terminal_colors_changes_and_nothing_else():
    plain = render_diff(REPAIR, has_color=True)
    for code in ("\x1b[31m", "\x1b[32m", "\x1b[2m", "\x1b[0m"):
        assert code in plain
        plain = plain.replace(code, "")
    assert plain == render_diff(REPAIR)


def test_diff_of_an_unchanged_text_is_empty():
    assert render_diff(Repair("same", "same")) == ""


@pytest.mark.parametrize(("n_good", "n_bad", "status"), [(2, 0, 0), (1, 1, 3), (0, 1, 2), (0, 0, 0)])
def test_report_decides_the_exit_status(n_good: int, n_bad: int, status: int):
    report = Report()
    for _ in range(n_good):
        report.add("good.txt", REPAIR)
        report.finish(is_changed=True)
    for _ in range(n_bad):
        report.fail(DocumentError("is empty", subject="bad.txt"))
    assert report.exit_status() == status
    assert report.exit_status(is_check=True) == (status or bool(n_good))
    assert report.n_accepted == 4 * n_good


def test_run_goes_on_after_a_document_that_cannot_be_read(tmp_path: Path):
    good = tmp_path / "good.txt"
    good.write_text("fine", encoding="utf-8")
    names = [str(tmp_path / "missing.txt"), str(good)]
    report = Report()
    taken: list[Result] = []

    @contextmanager
    def deliver(job: Job) -> Iterator[Callable[[Result], None]]:
        yield taken.append

    jobs = [partial(open_job, name, Options(subject=name)) for name in names]
    run(jobs, lambda texts: [Repair(text, text) for text in texts], report, deliver=deliver)
    assert [(result.name, result.data) for result in taken] == [(str(good), b"fine")]
    assert [error.subject for error in report.failures] == [names[0]]
    assert report.n_repaired == 1


def test_write_goes_through_a_link_to_the_file_it_names(tmp_path: Path):
    file, link = tmp_path / "file.txt", tmp_path / "link.txt"
    file.write_bytes(b"old")
    link.symlink_to(file)
    write(link, b"new")
    assert link.is_symlink()
    assert file.read_bytes() == b"new"


def test_write_leaves_no_trace_of_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def fail(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(DocumentError, match=r"file\.txt: cannot be written: No space left on device"):
        write(tmp_path / "file.txt", b"new")
    assert list(tmp_path.iterdir()) == []


def streamed(folder: Path, count: int) -> int:
    """The most memory that repairing so many records took, in bytes."""
    source, output = folder / "x.jsonl", folder / "y.jsonl"
    with source.open("w", encoding="utf-8") as file:
        file.writelines(
            f'{{"t": "I goed {number} times.", "pad": "{"x" * 400}"}}\n' for number in range(count)
        )
    outputs = Outputs({str(source): Task(str(source), source, output)}, Target(force=True), lambda data: None)
    report = Report()
    job = partial(open_job, str(source), Options(columns=("t",)))
    tracemalloc.start()
    run([job], lambda texts: [repair(text) for text in texts], report, deliver=outputs.deliver)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert report.n_accepted == count
    assert output.read_text(encoding="utf-8") == source.read_text(encoding="utf-8").replace("goed", "went")
    return most


def test_memory_does_not_grow_with_the_number_of_records(tmp_path: Path):
    streamed(tmp_path, 10)
    few, many = streamed(tmp_path, 500), streamed(tmp_path, 2_500)
    # Two thousand records are a million bytes.
    assert many - few < 400_000
