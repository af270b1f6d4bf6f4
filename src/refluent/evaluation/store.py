"""The repairs of a run, line by line in a file: for a reader, and for an interrupted run to go on from.

For each system a header, ``{schema_version, system, suite, signature}``, then one line for each segment:
``{id, text, edits, warnings, scores}``. Texts are kept here and not in memory.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from refluent.edits.serialize import from_json, to_json
from refluent.errors import DocumentError
from refluent.types import Repair

__all__ = ["Header", "Store"]

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Header:
    """What the repairs after it are of; a run goes on only where all of it is the same.

    Attributes:
        system: its name.
        suite: digest of the suite.
        signature: of the system.
    """

    system: str
    suite: str
    signature: Mapping[str, str]

    def to_json(self) -> dict[str, object]:
        """The line in the file."""
        return {
            "schema_version": SCHEMA_VERSION,
            "system": self.system,
            "suite": self.suite,
            "signature": dict(self.signature),
        }


@dataclass
class _Section:
    """The lines of one system: header, offset of the first line after it, and how many there are."""

    header: object
    start: int
    count: int = 0


class Store:
    """Repairs in a file.

    Args:
        path: the file; None for a temporary one.
        is_resumed: go on with what is there instead of starting anew.

    Raises:
        DocumentError: the file cannot be opened, or what is there cannot be read.
    """

    def __init__(self, path: Path | None = None, *, is_resumed: bool = False) -> None:
        self._name = str(path or "temporary file")
        self._sections: dict[str, _Section] = {}
        try:
            self._file: BinaryIO = _open(path, is_resumed=is_resumed)
        except OSError as error:
            raise DocumentError(f"cannot be opened: {error.strerror}", subject=self._name) from error
        try:
            self._scan()
        except DocumentError:
            self.close()
            raise

    def begin(self, header: Header) -> int:
        """Start the lines of a system, or go on with them.

        Returns:
            How many segments are there already.

        Raises:
            DocumentError: they are of another suite, model or setting, or of a run with other systems.
        """
        section = self._sections.get(header.system)
        if section is None:
            self._append(header.to_json())
            self._sections[header.system] = _Section(header.to_json(), self._file.tell())
            return 0
        if section.header != header.to_json():
            raise DocumentError(
                f"has repairs of {header.system} made with another suite, model or setting",
                subject=self._name,
                remedy="leave out --resume to start anew, or name another file",
            )
        return section.count

    def add(self, system: str, id: str, repair: Repair, scores: Mapping[str, float]) -> None:
        """Write the line of the next segment; it is on disk when this returns.

        Raises:
            DocumentError: lines of another system have been written since.
        """
        if system != next(reversed(self._sections)):
            reason = f"has an unfinished part of {system} before that of another system"
            raise DocumentError(
                reason, subject=self._name, remedy="name the systems in the order of the first run"
            )
        self._append(
            {
                "id": id,
                "text": repair.text,
                "edits": [to_json(edit) for edit in repair.edits],
                "warnings": list(repair.warnings),
                "scores": scores,
            }
        )
        self._sections[system].count += 1

    def read(self, system: str, sources: Iterator[str]) -> Iterator[Repair]:
        """The repairs of a system so far; ``sources`` are those of the suite, from the first segment on."""
        section = self._sections[system]
        place = section.start
        for _ in range(section.count):
            # Somebody may write between two lines: every reader keeps its own place.
            self._file.seek(place)
            line = self._file.readline()
            place += len(line)
            yield self._repair(line, next(sources))

    def texts(self, system: str, numbers: Collection[int]) -> dict[int, str]:
        """The texts of some segments by number, from 0."""
        section = self._sections[system]
        self._file.seek(section.start)
        found: dict[int, str] = {}
        for number in range(section.count):
            line = self._file.readline()
            if number in numbers:
                found[number] = str(json.loads(line)["text"])
        return found

    def close(self) -> None:
        """Close the file; a temporary one is gone then."""
        self._file.close()

    def _append(self, record: Mapping[str, object]) -> None:
        self._file.seek(0, 2)
        self._file.write(json.dumps(record, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")
        self._file.flush()

    def _repair(self, line: bytes, source: str) -> Repair:
        try:
            record = json.loads(line)
            edits = tuple(from_json(edit) for edit in record["edits"])
            return Repair(source, str(record["text"]), edits, warnings=tuple(record["warnings"]))
        except (KeyError, TypeError, ValueError) as error:
            raise DocumentError(f"has a line that cannot be read ({error})", subject=self._name) from error

    def _scan(self) -> None:
        """Find the parts; cut off a last line that an interruption left incomplete."""
        self._file.seek(0)
        section: _Section | None = None
        place = 0
        while (line := self._file.readline()).endswith(b"\n"):
            place += len(line)
            if line.startswith(b'{"schema_version"'):
                header = self._header(line)
                section = self._sections.setdefault(str(header["system"]), _Section(header, place))
            elif section is None:
                raise DocumentError(
                    "is no file of eval --jsonl", subject=self._name, remedy="name another file"
                )
            else:
                section.count += 1
        self._file.truncate(place)

    def _header(self, line: bytes) -> dict[str, object]:
        try:
            header = json.loads(line)
            if header["schema_version"] != SCHEMA_VERSION or "system" not in header:
                raise ValueError("another schema version")
        except (KeyError, ValueError) as error:
            raise DocumentError(f"has a header that cannot be read ({error})", subject=self._name) from error
        return dict(header)


def _open(path: Path | None, *, is_resumed: bool) -> BinaryIO:
    if path is None:
        return tempfile.TemporaryFile()
    if is_resumed and path.exists():
        return path.open("r+b")
    return path.open("w+b")
