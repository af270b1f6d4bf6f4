"""Files that are either the old one or the whole new one, whatever happens in between."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from refluent.errors import DocumentError

__all__ = ["check_writable", "write"]


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
    """Put ``data`` into a file: first into a temporary one beside it, which then takes its place.

    A reader sees the old content or the new, never a part. Pipes and devices are written directly: replacing
    ``/dev/null`` by a file would harm the machine.

    Raises:
        DocumentError: the file cannot be written; the old content is untouched.
    """
    check_writable(path)
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)
        else:
            _replace(path.resolve(), data)
    except OSError as error:
        raise DocumentError(f"cannot be written: {error.strerror}", subject=str(path)) from error


def _replace(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(path.stat().st_mode if path.exists() else 0o666 & ~_umask())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
