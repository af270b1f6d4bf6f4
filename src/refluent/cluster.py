"""Repair on many machines: files are the partitions of a Ray Data pipeline, each repaired by one warm actor.

An actor loads the model once and then does with each file what ``refluent repair --output-dir`` does. A
result takes its place in one step when it is whole, so a file that is there is done: a run that is started
again goes on with the files that are missing, and one whose actor died is repaired by another, with nothing
lost or written twice. Files must lie where all machines see them under the same path.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path, PurePath
from typing import Any

from refluent import __version__
from refluent.batch.outputs import Outputs
from refluent.batch.plan import Target, Task, plan
from refluent.batch.report import Report
from refluent.batch.run import open_job, run
from refluent.batch.session import Session
from refluent.batch.write import write
from refluent.config import RepairConfig
from refluent.documents.base import Options
from refluent.engines.checkpoint import locate, weights_digest
from refluent.errors import ConfigError, DocumentError, RefluentError

__all__ = ["ClusterJob", "repair_files"]

SETTINGS_NAME = ".refluent.json"
# Enough partitions in each task that a million files do not make a million tasks.
_MAX_TASKS = 10_000


@dataclass(frozen=True)
class ClusterJob:
    """How files are repaired.

    Attributes:
        model: see `refluent.engines.registry.load`.
        device: ``"cpu"`` or ``"cuda"``; each actor has it for itself.
        n_actors: how many work at the same time.
        cpus: cores of one actor.
        gpus: graphics cards of one actor.
        config: settings of the repair.
        options: what readers of files must be told, such as the columns of a table.
    """

    model: str | None = None
    device: str = "cpu"
    n_actors: int = 1
    cpus: float = 1.0
    gpus: float = 0.0
    config: RepairConfig = field(default_factory=RepairConfig)
    options: Options = field(default_factory=Options)

    def signature(self) -> dict[str, Any]:
        """What determines the results besides the files."""
        digest = "copy" if self.model == "copy" else weights_digest(locate(self.model))
        options = {name: str(value) for name, value in asdict(self.options).items()}
        config = {**asdict(self.config), "glossary": list(self.config.glossary)}
        return {"refluent": __version__, "model": digest, "config": config, "options": options}


class _Actor:
    """Repairs one file after another; lives in a process of its own."""

    def __init__(self, job: ClusterJob, output_dir: Path) -> None:
        self._job = job
        self._target = Target(output_dir=output_dir, force=True)
        self._session = Session(job.config, model=job.model, device=job.device)

    def __call__(self, rows: dict[str, Any]) -> dict[str, list[Any]]:
        """Repair the files of a batch; a row for each says what became of it."""
        tasks = [
            Task(str(name), PurePath(relative), self._target.output_dir / relative)
            for name, relative in zip(rows["name"], rows["relative"], strict=True)
            if self._target.output_dir is not None
        ]
        return {"report": [json.dumps(self._repair(task)) for task in tasks]}

    def _repair(self, task: Task) -> dict[str, Any]:
        if task.output is not None and task.output.exists():
            # The block is repeated after a failure; this file was done before it.
            return {}
        report = Report()
        outputs = Outputs({task.name: task}, self._target, emit=_nowhere)
        options = replace(self._job.options, subject=task.name)
        opener = partial(open_job, task.name, options)
        try:
            run([opener], self._session.repair_batch, report, deliver=outputs.deliver)
        except RefluentError as error:
            # Of all files, not of this one: the driver tells, a trace through Ray would bury it.
            return {"refused": (error.subject, error.problem, error.remedy)}
        counts = ("n_repaired", "n_changed", "n_accepted", "n_rejected")
        failures = [(error.subject, error.problem, error.remedy) for error in report.failures]
        return {**{name: getattr(report, name) for name in counts}, "failures": failures}


def _nowhere(data: bytes) -> None:
    raise AssertionError(f"a result has no file: {data[:80]!r}")


def repair_files(
    arguments: Sequence[str], output_dir: Path, job: ClusterJob, *, include: Sequence[str] = ()
) -> Report:
    """Repair files on the cluster that Ray is connected to, on this machine where it is connected to none.

    Args:
        arguments: files, folders and patterns, see `refluent.batch.plan.plan`.
        output_dir: where results go, in the same tree; results that are there are kept.
        job: how to repair.
        include: patterns of the files to take from folders.

    Returns:
        Counts over the files of this run, and what failed.

    Raises:
        ConfigError: Ray is not installed, the folder holds results of other settings, or a setting is wrong.
        DocumentError: there is nothing to repair.
        ModelError: the model cannot be found.
    """
    tasks = plan(arguments, Target(output_dir=output_dir, force=True), include=include)
    _check_settings(output_dir, job.signature())
    left = [task for task in tasks if task.output is not None and not task.output.exists()]
    report = Report()
    for done in _run(left, output_dir, job) if left else ():
        if "refused" in done:
            subject, problem, remedy = done["refused"]
            raise ConfigError(problem, subject=subject, remedy=remedy)
        for name, value in done.items():
            if name == "failures":
                report.failures += (_error(*failure) for failure in value)
            else:
                setattr(report, name, getattr(report, name) + value)
    return report


def _error(subject: str, problem: str, remedy: str) -> RefluentError:
    return DocumentError(problem, subject=subject, remedy=remedy)


def _check_settings(output_dir: Path, signature: dict[str, Any]) -> None:
    """Results of different settings must not lie in one folder: nobody could tell them apart."""
    path = output_dir / SETTINGS_NAME
    output_dir.mkdir(parents=True, exist_ok=True)
    if path.is_file():
        if json.loads(path.read_text(encoding="utf-8")) != signature:
            remedy = "name another folder"
            raise ConfigError("holds results of other settings", subject=str(output_dir), remedy=remedy)
    else:
        write(path, json.dumps(signature, indent=1, sort_keys=True).encode())


def _run(tasks: Sequence[Task], output_dir: Path, job: ClusterJob) -> Iterator[dict[str, Any]]:
    try:
        import ray.data
    except ImportError as error:
        remedy = 'pip install "refluent[ray]"'
        raise ConfigError("is not installed", subject="Ray", remedy=remedy) from error
    # Actors may start in another folder.
    rows = [{"name": str(Path(task.name).resolve()), "relative": str(task.relative)} for task in tasks]
    files = ray.data.from_items(rows, override_num_blocks=min(len(rows), _MAX_TASKS))
    done = files.map_batches(
        _Actor,
        fn_constructor_args=(job, output_dir.resolve()),
        batch_size=1,
        compute=ray.data.ActorPoolStrategy(size=min(job.n_actors, len(rows))),
        num_cpus=job.cpus,
        num_gpus=job.gpus,
    )
    for row in done.iter_rows():
        yield json.loads(row["report"])
