"""Files that are either the old one or the whole new one, whatever happens in between."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from refluent.errors import DocumentError

__all__ = ["Part", "back_up", "check_writable", "replacing", "write"]


@dataclass
class Part:
    """A file that is being written.

    Attributes:
        file: where to write.
        is_wanted: whether it takes the place of the old file when all is written.
    """

    file: BinaryIO
    is_wanted: bool = True


def check_writable(path: Path) -> None:
    """Find out before hours of work that a result could not be written.

    Raises:
        DocumentError: the path is a folder, or its folder is missing or closed.
    """
    folder = path.resolve().parent
    if path.is_dir():
        raise DocumentError("cannot be written: it is a folder", subject=str(path), remedy="name a file")
    if not folder.is_dir():
        raise DocumentError(
            "cannot be written: there is no such folder", subject=str(path), remedy=f"create {folder}"
        )
    if not os.access(folder, os.W_OK | os.X_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise DocumentError("cannot be written: permission denied", subject=str(path))


def write(path: Path, data: bytes) -> None:
    """Put ``data`` into a file, see `replacing`.

    Raises:
        DocumentError: the file cannot be written; the old content is untouched.
    """
    with replacing(path) as part:
        part.file.write(data)


@contextmanager
def replacing(path: Path) -> Iterator[Part]:
    """A temporary file beside ``path`` that takes its place when all of it is written.

    A reader sees the old content or the new, never a part; after an exception, or when the process is killed,
    the old content is still there. Pipes and devices are written directly: replacing ``/dev/null`` by a file
    would harm the machine.

    Raises:
        DocumentError: the file cannot be written; the old content is untouched.
    """
    check_writable(path)
    try:
        if path.exists() and not path.is_file():
            with path.open("wb") as device:
                yield Part(device)
        else:
            with _beside(path.resolve()) as part:
                yield part
    except OSError as error:
        raise DocumentError(f"cannot be written: {error.strerror}", subject=str(path)) from error


@contextmanager
def _beside(path: Path) -> Iterator[Part]:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            part = Part(file)
            yield part
            file.flush()
            os.fsync(file.fileno())
        if part.is_wanted:
            temporary.chmod(path.stat().st_mode if path.exists() else 0o666 & ~_umask())
            temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def back_up(path: Path, *, may_overwrite: bool = False) -> Path:
    """Copy a file to ``<name>.bak`` beside it.

    Raises:
        DocumentError: it cannot be written, or is there already, maybe with the text before an earlier
            repair.
    """
    backup = path.with_name(f"{path.name}.bak")
    if backup.exists() and not may_overwrite:
        remedy = "move it away, or use --no-backup or --force"
        raise DocumentError("exists already", subject=str(backup), remedy=remedy)
    with path.open("rb") as old, replacing(backup) as part:
        shutil.copyfileobj(old, part.file)
    return backup


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
