"""Repair on a Ray cluster: a local one with two workers."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("ray")

import ray

from refluent.cluster import SETTINGS_NAME, ClusterJob, repair_files
from refluent.config import RepairConfig
from refluent.documents.base import Options
from refluent.errors import ConfigError

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

N_FILES, N_ROWS = 12, 400
JOB = ClusterJob(model="copy", n_actors=2, options=Options(columns=("text",)))


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    os.environ["RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO"] = "0"
    ray.init(num_cpus=2, include_dashboard=False, logging_level="ERROR", log_to_driver=False)
    yield
    ray.shutdown()


def write_parts(folder: Path) -> None:
    folder.mkdir()
    for part in range(N_FILES):
        rows = ({"id": f"{part}-{row}", "text": f"Row {row} of {part} ,he said ."} for row in range(N_ROWS))
        lines = "".join(f"{json.dumps(row)}\n" for row in rows)
        (folder / f"part{part:02}.jsonl").write_text(lines, encoding="utf-8")


def ids(folder: Path) -> list[str]:
    return [
        json.loads(line)["id"]
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def kill_a_worker(output: Path) -> list[int]:
    """Kill an actor of this run as soon as the first result is there; its process id."""
    killed: list[int] = []
    deadline = time.monotonic() + 300
    while not killed and time.monotonic() < deadline:
        if any(output.glob("*.jsonl")):
            names = [(path, path.read_bytes()) for path in Path("/proc").glob("[0-9]*/cmdline")]
            workers = [int(path.parent.name) for path, name in names if b"MapWorker" in name]
            if workers:
                os.kill(workers[0], signal.SIGKILL)
                killed.append(workers[0])
        time.sleep(0.02)
    return killed


def test_cluster_loses_and_doubles_nothing_when_a_worker_dies(cluster: None, tmp_path: Path):
    write_parts(tmp_path / "in")
    output = tmp_path / "out"
    killed: list[int] = []
    killer = threading.Thread(target=lambda: killed.extend(kill_a_worker(output)))
    killer.start()
    repair_files([str(tmp_path / "in")], output, JOB)
    killer.join()
    assert killed
    assert ids(output) == ids(tmp_path / "in")
    first = json.loads((output / "part00.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert first == {"id": "0-0", "text": "Row 0 of 0, he said."}
    assert not [path for path in output.iterdir() if path.suffix == ".part"]


def test_cluster_goes_on_with_the_files_that_are_missing(cluster: None, tmp_path: Path):
    write_parts(tmp_path / "in")
    output = tmp_path / "out"
    assert repair_files([str(tmp_path / "in")], output, JOB).n_repaired == N_FILES
    done = output / "part03.jsonl"
    before = done.stat().st_mtime_ns
    (output / "part05.jsonl").unlink()
    report = repair_files([str(tmp_path / "in")], output, JOB)
    assert (report.n_repaired, report.n_changed) == (1, 1)
    assert report.n_accepted >= N_ROWS
    assert done.stat().st_mtime_ns == before
    assert ids(output) == ids(tmp_path / "in")


def test_cluster_reports_a_file_that_cannot_be_read_and_repairs_the_others(cluster: None, tmp_path: Path):
    write_parts(tmp_path / "in")
    (tmp_path / "in" / "part07.jsonl").write_text("{not json\n", encoding="utf-8")
    report = repair_files([str(tmp_path / "in")], tmp_path / "out", JOB)
    assert report.n_repaired == N_FILES - 1
    assert [Path(error.subject.partition(":")[0]).name for error in report.failures] == ["part07.jsonl"]


def test_cluster_says_which_setting_is_missing(cluster: None, tmp_path: Path):
    write_parts(tmp_path / "in")
    with pytest.raises(ConfigError, match=r"part\d\d\.jsonl: needs the name of the field"):
        repair_files([str(tmp_path / "in")], tmp_path / "out", ClusterJob(model="copy", n_actors=1))


def test_cluster_refuses_to_mix_results_of_different_settings(tmp_path: Path):
    write_parts(tmp_path / "in")
    output = tmp_path / "out"
    output.mkdir()
    (output / SETTINGS_NAME).write_text(json.dumps({"refluent": "0.0.1"}), encoding="utf-8")
    job = ClusterJob(model="copy", config=RepairConfig(min_confidence=0.9))
    with pytest.raises(ConfigError, match="holds results of other settings; name another folder"):
        repair_files([str(tmp_path / "in")], output, job)
