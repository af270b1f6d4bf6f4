"""Text to standard output, everything else to standard error, and nothing from libraries to either."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from typing import TextIO

__all__ = ["has_color", "note", "quiet", "read_stdin", "write_stdout"]


def quiet() -> None:
    """Keep libraries from writing to the terminal; to be called before they are imported."""
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    warnings.simplefilter("ignore")
    logging.getLogger().addHandler(logging.NullHandler())
    logging.disable(logging.WARNING)


def read_stdin() -> bytes:
    """All of standard input."""
    return sys.stdin.buffer.read()


def write_stdout(data: bytes) -> None:
    """Bytes to standard output, unchanged on every platform."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def note(message: str) -> None:
    """One line to standard error."""
    print(f"refluent: {message}", file=sys.stderr, flush=True)


def has_color(stream: TextIO) -> bool:
    """Whether to write colors: only on a terminal, and not where NO_COLOR is set (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR")
