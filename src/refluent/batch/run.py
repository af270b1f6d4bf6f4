"""Documents one after another: read, repair, and hand each result on as soon as it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from refluent.batch.report import Report
from refluent.documents.plain import PlainText, read
from refluent.errors import DocumentError
from refluent.types import Repair

__all__ = ["Job", "Result", "load", "run"]


@dataclass(frozen=True)
class Job:
    """A document to repair.

    Attributes:
        name: what to call it, usually its path.
        document: its text and how it is stored.
    """

    name: str
    document: PlainText


@dataclass(frozen=True)
class Result:
    """A repaired document.

    Attributes:
        name: what to call it.
        repair: its repair.
        data: the repaired file.
    """

    name: str
    repair: Repair
    data: bytes


def load(name: str, data: bytes | None = None, *, encoding: str | None = None) -> Job:
    """The job for a file, or for bytes that have been read already.

    Raises:
        DocumentError: the file is missing, unreadable, empty, binary or in another encoding.
    """
    if data is None:
        try:
            data = Path(name).read_bytes()
        except OSError as error:
            raise DocumentError(f"cannot be read: {error.strerror}", subject=name) from error
    return Job(name, read(data, subject=name, encoding=encoding))


def run(
    names: Iterable[str], repair: Callable[[str], Repair], report: Report, *, open_job: Callable[[str], Job]
) -> Iterator[Result]:
    """Repair documents in order; one that cannot be read or stored is recorded and the others go on.

    Args:
        names: names of the documents.
        repair: repairs a text.
        report: collects counts and failures.
        open_job: reads the document of a name.
    """
    for name in names:
        try:
            job = open_job(name)
            repaired = repair(job.document.text)
            result = Result(name, repaired, job.document.encode(repaired.text))
        except DocumentError as error:
            report.fail(error)
            continue
        report.add(name, repaired)
        yield result
