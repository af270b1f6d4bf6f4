"""Where suites come from: the shipped files, JSON lines, plain line files, and anything `datasets` can read.

The shipped suites are package data of an installed wheel (``refluent/_suites``) and lie under
``eval/suites`` in a source tree, where an editable install finds them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from refluent.errors import SuiteError
from refluent.evaluation.suite import Example, Suite, example_of

__all__ = ["SHIPPED", "open_lines", "open_suite", "read_lines", "shipped_folder"]

SHIPPED = ("news.jsonl", "documents.jsonl", "hard_facts.jsonl")

_PACKAGE = Path(__file__).resolve().parent.parent
_FOLDERS = (_PACKAGE / "_suites", _PACKAGE.parent.parent / "eval" / "suites")
_JSON_LINES = (".jsonl", ".ndjson")
# What datasets raises; the first line of its message says enough.
_DATA_FAILURES = (OSError, ValueError, RuntimeError, ImportError)
_SCHEMA = "a line is {id, source, references[], document?, position?, tags?}"


def shipped_folder() -> Path:
    """The folder of the suites that Refluent brings along.

    Raises:
        SuiteError: this installation has none.
    """
    for folder in _FOLDERS:
        if all((folder / name).is_file() for name in SHIPPED):
            return folder
    raise SuiteError(
        "are not part of this installation", subject="the shipped suites", remedy="name one with --suite"
    )


def open_suite(names: Sequence[str] = (), *, split: str | None = None) -> Suite:
    """The suite made of files, folders or hub data sets, one after another; by default the shipped one.

    Args:
        names: JSON lines are read as they are, everything else through `datasets`.
        split: of a data set with several.

    Raises:
        SuiteError: there is no such file.
    """
    if not names:
        folder = shipped_folder()
        paths = [folder / name for name in SHIPPED]
        return Suite("shipped", lambda: chain.from_iterable(map(_json_lines, paths)))
    readers = []
    for name in names:
        path = Path(name)
        if path.suffix in _JSON_LINES:
            if not path.is_file():
                raise SuiteError("there is no such file", subject=name)
            readers.append(partial(_json_lines, path))
        else:
            readers.append(partial(_data_set, name, split))
    label = " + ".join(Path(name).name for name in names)
    return Suite(label, lambda: chain.from_iterable(reader() for reader in readers))


def open_lines(source: Path, references: Sequence[Path]) -> Suite:
    """The suite in plain files with one segment a line: one file of sources, one or more of references.

    Raises:
        SuiteError: a file cannot be read, or they differ in their number of lines.
    """
    columns = [source, *references]
    counts = {path: sum(1 for _ in read_lines(path)) for path in columns}
    if len(set(counts.values())) > 1:
        listed = ", ".join(f"{path} has {count}" for path, count in counts.items())
        raise SuiteError(f"the files differ in their number of lines: {listed}")
    return Suite(source.name, partial(_rows, columns))


def _rows(columns: Sequence[Path]) -> Iterator[Example]:
    for number, (source, *references) in enumerate(zip(*map(read_lines, columns), strict=True), start=1):
        # A reference may be missing: sacrebleu's convention for a varying number of them is an empty line.
        present = [reference for reference in references if reference.strip()]
        yield _checked({"source": source, "references": present}, f"{columns[0]}:{number}")


def read_lines(path: Path) -> Iterator[str]:
    """The lines of a UTF-8 file without their ends.

    Raises:
        SuiteError: it cannot be read or is not UTF-8.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as file:
            for line in file:
                yield line.rstrip("\r\n")
    except OSError as error:
        raise SuiteError(f"cannot be read: {error.strerror}", subject=str(path)) from error
    except UnicodeDecodeError as error:
        raise SuiteError("is not UTF-8", subject=str(path), remedy="convert it first") from error


def _json_lines(path: Path) -> Iterator[Example]:
    for number, line in enumerate(read_lines(path), start=1):
        place = f"{path}:{number}"
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as error:
            raise SuiteError(f"is not JSON ({error})", subject=place) from error
        yield _checked(record, place)


def _checked(record: object, place: str) -> Example:
    try:
        return example_of(record)
    except ValueError as error:
        raise SuiteError(str(error), subject=place, remedy=_SCHEMA) from error


def _data_set(name: str, split: str | None) -> Iterator[Example]:
    """Records of a data set, streamed: a file (parquet, CSV), a folder, or a name on the hub."""
    try:
        for number, row in enumerate(_load(name, split), start=1):
            yield _checked(row, f"{name}, row {number}")
    except _DATA_FAILURES as error:
        remedy = "name a .jsonl or .parquet file, a folder, or a data set of the hub"
        reason = str(error).partition("\n")[0]
        raise SuiteError(f"cannot be read ({reason})", subject=name, remedy=remedy) from error


def _load(name: str, split: str | None) -> Any:
    import datasets

    path = Path(name)
    if path.is_file():
        found = datasets.load_dataset(_builder(path), data_files=str(path), streaming=True)
    else:
        found = datasets.load_dataset(name, streaming=True)
    splits = sorted(found)
    chosen = split or (splits[0] if len(splits) == 1 else "test")
    if chosen not in splits:
        raise SuiteError(
            f"has no split {chosen}", subject=name, remedy=f"name one with --split: {', '.join(splits)}"
        )
    return found[chosen]


def _builder(path: Path) -> str:
    return {".parquet": "parquet", ".csv": "csv", ".json": "json", ".arrow": "arrow"}.get(path.suffix, "text")
