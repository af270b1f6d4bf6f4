"""Documents one after another: read, repair, and hand each result on as soon as it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from refluent.batch.report import Report
from refluent.documents.base import Document, Options
from refluent.documents.registry import Format, documents_of, format_of
from refluent.documents.rewrite import rewrite
from refluent.errors import DocumentError, RefluentError
from refluent.types import Repair

__all__ = ["Job", "Result", "load", "open_job", "results", "run"]

# Records repaired together: enough to fill batches of a model, few enough to keep memory flat.
_RECORDS_AT_ONCE = 256

RepairBatch = Callable[[Sequence[str]], Sequence[Repair]]
Deliver = Callable[["Job"], AbstractContextManager[Callable[["Result"], None]]]


@dataclass(frozen=True)
class Job:
    """A file to repair.

    Attributes:
        name: what to call it, usually its path.
        format: what it is.
        documents: what it holds: one document, or one for each record, read when asked for.
    """

    name: str
    format: Format
    documents: Iterator[Document]


@dataclass(frozen=True)
class Result:
    """A repaired document or record.

    Attributes:
        name: what to call it.
        repair: its repair.
        data: the repaired file, or this record's part of it.
    """

    name: str
    repair: Repair
    data: bytes


def open_job(
    name: str, options: Options, *, file: BinaryIO | None = None, chosen_format: str | None = None
) -> Job:
    """The job for a file.

    Args:
        name: its path; what to call it where ``file`` is given.
        options: what its reader must be told.
        file: the open file, for instance standard input.
        chosen_format: name of its format; by its suffix where nothing is said.

    Raises:
        ConfigError: there is no format of the chosen name.
    """
    made = format_of(name, chosen_format)
    return Job(name, made, _documents(name, made, options, file))


def _documents(name: str, made: Format, options: Options, file: BinaryIO | None) -> Iterator[Document]:
    try:
        if file is not None:
            yield from documents_of(file, made, options)
        else:
            with Path(name).open("rb") as opened:
                yield from documents_of(opened, made, options)
    except OSError as error:
        raise DocumentError(f"cannot be read: {error.strerror}", subject=name) from error


def load(
    name: str, options: Options, *, data: bytes | None = None, chosen_format: str | None = None
) -> Document:
    """The one document of a file, or of bytes that have been read already.

    Raises:
        DocumentError: it cannot be read, or is a table of records.
    """
    job = open_job(name, options, file=None if data is None else BytesIO(data), chosen_format=chosen_format)
    if job.format.has_records:
        raise DocumentError(f"{job.format.name} holds records, not one text", subject=name)
    return next(job.documents)


def results(job: Job, repair_batch: RepairBatch) -> Iterator[Result]:
    """The repaired documents of a file, in order.

    Raises:
        DocumentError: the file cannot be read, or not be made again.
    """
    number = 0
    while group := list(islice(job.documents, _RECORDS_AT_ONCE)):
        texts = [document.text for document in group if document.pieces]
        repairs = iter(repair_batch(texts) if texts else ())
        for document in group:
            number += bool(document.pieces)
            repair = next(repairs) if document.pieces else Repair("", "")
            done = rewrite(document, repair)
            name = f"{job.name}:{number}" if job.format.has_records else job.name
            yield Result(name, done.repair, done.data)


def run(
    jobs: Iterable[Callable[[], Job]], repair_batch: RepairBatch, report: Report, *, deliver: Deliver
) -> None:
    """Repair files in order; one that cannot be read or stored is recorded and the others go on.

    Args:
        jobs: each opens a file.
        repair_batch: repairs texts.
        report: collects counts and failures.
        deliver: called for each file; gives a function that takes its results one after another, and keeps
            nothing of them where an exception ends the file early.

    Raises:
        ConfigError: an option is wrong for a file; that is no matter of the one file.
    """
    for opener in jobs:
        name = ""
        try:
            job = opener()
            name = job.name
            is_changed = False
            with deliver(job) as take:
                for result in results(job, repair_batch):
                    report.add(result.name, result.repair)
                    is_changed = is_changed or bool(result.repair.accepted)
                    take(result)
            report.finish(is_changed=is_changed)
        except DocumentError as error:
            report.fail(_named(error, name))


def _named(error: DocumentError, name: str) -> RefluentError:
    """The error with the name of the file, where it has none."""
    return error if error.subject else DocumentError(error.problem, subject=name, remedy=error.remedy)
