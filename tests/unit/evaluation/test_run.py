"""Running systems: numbers do not depend on batches, an interrupted run goes on, a failing one says so."""

from __future__ import annotations

import json
import tracemalloc
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from toy_suite import RECORDS, TableSystem, toy_suite

from refluent.errors import ConfigError, DocumentError, SuiteError
from refluent.evaluation.evaluate import evaluate, scorer_with
from refluent.evaluation.metrics.external import External
from refluent.evaluation.run import Outcome, run
from refluent.evaluation.scorer import Scorer
from refluent.evaluation.sources import open_suite
from refluent.evaluation.store import Store
from refluent.evaluation.suite import Suite
from refluent.evaluation.systems import System, do_nothing, from_lines, from_model, from_texts
from refluent.types import Repair

TABLE = {"go": "goes", "do": "does", "helps": "help"}
SCORER = scorer_with()


def outcome(suite: Suite, system: System, store: Store | None = None) -> Outcome:
    with closing(store or Store()) as used:
        return run(suite, system, SCORER, used)


def test_doing_nothing_is_always_the_first_row(tmp_path: Path):
    results = evaluate(toy_suite(tmp_path), [TableSystem(TABLE).system()], n_resamples=20)
    assert [system.name for system in results.systems] == ["copy", "table"]
    copy, table = results.systems
    assert copy.scores["ter_gain"].value == 0
    assert copy.scores["overcorrection"].value == 0
    assert table.scores["improved"].value == 0.5
    assert table.scores["worsened"].value == 0.25
    assert table.scores["overcorrection"].value == 0.5
    assert table.scores["precision"].value == pytest.approx(200 / 3)
    assert results.comparison("table", "copy") is not None


def test_copy_is_the_untouched_source(tmp_path: Path):
    assert from_model("copy").name == "copy"
    with closing(Store()) as store:
        run(toy_suite(tmp_path), from_model("copy"), SCORER, store)
        assert store.texts("copy", {0, 3}) == {0: RECORDS[0]["source"], 3: RECORDS[3]["source"]}


def test_scores_do_not_depend_on_batches(tmp_path: Path):
    suite = toy_suite(tmp_path)
    found = [outcome(suite, TableSystem(TABLE, batch=batch).system()).statistics for batch in (1, 2, 100)]
    assert all(np.array_equal(found[0], other, equal_nan=True) for other in found[1:])


def test_calibration_counts_what_came_of_edits(tmp_path: Path):
    (found,) = outcome(toy_suite(tmp_path), TableSystem(TABLE).system()).calibration
    assert (found.low, found.n_edits, found.n_good) == (0.8, 3, 2)
    assert found.mean_confidence == pytest.approx(0.85)


def test_speed_is_measured_for_models_only(tmp_path: Path):
    suite = toy_suite(tmp_path)
    speed = outcome(suite, TableSystem(TABLE).system()).speed
    assert speed.words_per_s is not None and speed.words_per_s > 0
    assert speed.load_s is not None and speed.load_s >= 0
    assert outcome(suite, do_nothing()).speed.words_per_s is None


def test_human_bound_judges_references_against_the_others(tmp_path: Path):
    results = evaluate(toy_suite(tmp_path), [], n_resamples=20)
    # The two references of the first segment differ in one word of eight.
    assert results.human["ter"] == pytest.approx(12.5)
    assert results.systems[0].held_out["ter"] == pytest.approx(25)


def test_run_keeps_numbers_and_no_texts(tmp_path: Path):
    path, n_examples = tmp_path / "long.jsonl", 1000
    with path.open("w") as file:
        for number in range(n_examples):
            text = f"Segment {number} {'is long and ' * 40}over."
            file.write(json.dumps({"id": str(number), "source": text, "references": [text]}) + "\n")
    suite, scorer = open_suite([str(path)]), Scorer([External("other")])
    with closing(Store()) as store:
        tracemalloc.start()
        run(suite, do_nothing(), scorer, store)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    # The sources alone have half a megabyte.
    assert peak < 300_000


def test_file_of_repairs_has_a_header_and_a_line_for_each_segment(tmp_path: Path):
    path = tmp_path / "repairs.jsonl"
    outcome(toy_suite(tmp_path), TableSystem(TABLE).system(), Store(path))
    header, *lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert header["schema_version"] == 1
    assert header["system"] == "table"
    assert [line["id"] for line in lines] == [record["id"] for record in RECORDS]
    assert lines[2]["text"] == "She does not sleep."
    assert lines[2]["scores"]["f05"] == 100
    assert lines[2]["edits"][0]["replacement"] == "does"


def test_interrupted_run_goes_on_where_it_stopped(tmp_path: Path):
    suite, path = toy_suite(tmp_path), tmp_path / "repairs.jsonl"
    whole = outcome(suite, TableSystem(TABLE).system())
    with pytest.raises(RuntimeError, match="out of memory"):
        outcome(suite, TableSystem(TABLE, batch=1, breaks_at=2).system(), Store(path))
    with path.open("ab") as file:
        file.write(b'{"id": "b", "te')
    second = TableSystem(TABLE)
    resumed = outcome(suite, second.system(), Store(path, is_resumed=True))
    assert second.seen == [RECORDS[2]["source"], RECORDS[3]["source"]]
    assert np.array_equal(resumed.statistics, whole.statistics, equal_nan=True)
    assert resumed.calibration == whole.calibration
    third = TableSystem(TABLE)
    outcome(suite, third.system(), Store(path, is_resumed=True))
    assert third.seen == []


def test_resumed_file_of_output_keeps_its_place(tmp_path: Path):
    suite, path = toy_suite(tmp_path), tmp_path / "repairs.jsonl"
    texts = [f"Text {number}." for number in range(4)]
    system = from_texts("fixed", texts, {"file": "fixed"})
    outcome(suite, system, Store(path))
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:3]))
    outcome(suite, system, Store(path, is_resumed=True))
    assert [json.loads(line)["text"] for line in path.read_text().splitlines()[1:]] == texts


def test_resuming_with_another_model_is_refused(tmp_path: Path):
    suite, path = toy_suite(tmp_path), tmp_path / "repairs.jsonl"
    outcome(suite, TableSystem(TABLE).system(), Store(path))
    with pytest.raises(DocumentError, match="made with another suite, model or setting; leave out --resume"):
        outcome(suite, TableSystem({}).system(), Store(path, is_resumed=True))


def test_resuming_in_another_order_is_refused(tmp_path: Path):
    suite, path = toy_suite(tmp_path), tmp_path / "repairs.jsonl"
    store = Store(path)
    run(suite, do_nothing(), SCORER, store)
    with pytest.raises(RuntimeError):
        run(suite, TableSystem(TABLE, breaks_at=0).system("first"), SCORER, store)
    outcome(suite, TableSystem(TABLE).system("second"), store)
    with pytest.raises(DocumentError, match="unfinished part of first"):
        outcome(suite, TableSystem(TABLE).system("first"), Store(path, is_resumed=True))


@pytest.mark.parametrize(
    "content", ["Some text.\n", '{"id": "a"}\n', '{"schema_version": 99, "system": "x"}\n']
)
def test_resuming_with_another_kind_of_file_is_refused(tmp_path: Path, content: str):
    path = tmp_path / "notes.txt"
    path.write_text(content)
    with pytest.raises(DocumentError, match=r"is no file of eval --jsonl|header that cannot be read"):
        Store(path, is_resumed=True)
    assert path.read_text() == content


class FailingSystem(TableSystem):
    def _repair(self, text: str) -> Repair:
        return Repair(text, text, warnings=("the model failed on it",))


def test_model_that_fails_on_every_segment_is_a_failed_run(tmp_path: Path):
    with pytest.raises(RuntimeError, match="table failed on every segment; the first: a:0: the model failed"):
        outcome(toy_suite(tmp_path), FailingSystem({}).system())


def test_lines_must_be_as_many_as_segments(tmp_path: Path):
    path = tmp_path / "out.txt"
    path.write_text("One.\nTwo.\n")
    with pytest.raises(SuiteError, match=r"out\.txt: has 2 lines, the suite has 4 segments"):
        from_lines(path, 4)


def test_two_systems_of_one_name_are_refused(tmp_path: Path):
    with pytest.raises(ConfigError, match="table: is named twice"):
        evaluate(toy_suite(tmp_path), [TableSystem({}).system(), TableSystem(TABLE).system()])


def test_scores_from_a_file_stand_beside_the_others(tmp_path: Path):
    path = tmp_path / "table.comet"
    path.write_text("0.5\n0.7\n0.9\n0.9\n")
    results = evaluate(
        toy_suite(tmp_path), [TableSystem(TABLE).system()], scores={"comet": {"table": path}}, n_resamples=20
    )
    assert results.system("table").scores["comet"].value == pytest.approx(0.75)
    assert "comet" not in results.system("copy").scores
    comparison = results.comparison("table", "copy")
    assert comparison is not None and "comet" not in comparison.differences


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("0.5\n", "has 1 lines with scores, the suite has 4"),
        ("1\n2\nx\n4\n", ":3: is not a number"),
        ("1\n2\nnan\n4\n", "not finite"),
    ],
)
def test_bad_scores_are_refused(tmp_path: Path, content: str, problem: str):
    path = tmp_path / "scores"
    path.write_text(content)
    with pytest.raises(SuiteError, match=problem):
        evaluate(toy_suite(tmp_path), [do_nothing()], scores={"comet": {"copy": path}})


def test_best_and_worst_segments_are_shown_with_their_texts(tmp_path: Path):
    results = evaluate(toy_suite(tmp_path), [TableSystem(TABLE).system()], n_resamples=20)
    table = results.system("table")
    assert [(case.id, case.gain) for case in table.best] == [("a:0", 1), ("b", 1)]
    assert [(case.id, case.gain, case.text) for case in table.worst] == [("c", -1, "Nothing help here.")]
    assert table.best[0].reference == "He goes to school by bus in 2024."
    comparison = results.comparison("table", "copy")
    assert comparison is not None
    assert [case.other for case in comparison.worse] == ["Nothing helps here."]
