"""Which options of ``refluent repair`` go together."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import SimpleNamespace

from refluent.batch.plan import Task
from refluent.batch.write import check_writable
from refluent.documents.base import STATES
from refluent.documents.registry import format_of
from refluent.errors import ConfigError

__all__ = ["check_usage"]

_DIFF_FORMATS = ("word", "unified", "html")


def check_usage(chosen: SimpleNamespace, tasks: Sequence[Task]) -> None:
    """Refuse options that do not go together, before any work.

    Raises:
        ConfigError: they do not.
        DocumentError: the file of --edits could not be written.
    """
    looks = [name for name in ("diff", "json", "check", "dry_run") if getattr(chosen, name)]
    writes = [name for name in ("output", "output_dir", "in_place") if getattr(chosen, name)]
    if looks and writes:
        look, flag = looks[0].replace("_", "-"), writes[0].replace("_", "-")
        raise ConfigError(f"writes the text, --{look} does not", subject=f"--{flag}", remedy="choose one")
    if chosen.diff and chosen.json:
        raise ConfigError("does not go with --json", subject="--diff", remedy="choose one")
    if chosen.diff_format not in _DIFF_FORMATS:
        raise ConfigError(f"must be one of {', '.join(_DIFF_FORMATS)}", subject="diff_format")
    if chosen.state not in STATES:
        raise ConfigError(f"must be one of {', '.join(STATES)}", subject="state")
    formats = [format_of(task.name, chosen.format) for task in tasks]
    if chosen.edits is not None:
        if len(tasks) > 1 or formats[0].has_records:
            problem, remedy = "takes the edits of one text", "--json writes those of many"
            raise ConfigError(problem, subject="--edits", remedy=remedy)
        check_writable(chosen.edits)
    if looks or writes:
        return
    remedy = "use --output-dir, --in-place or --output"
    if len(tasks) > len(chosen.files):
        raise ConfigError("many files do not go to standard output", subject="files", remedy=remedy)
    if sys.stdout.isatty() and any(made.is_binary for made in formats):
        raise ConfigError("this format is not for a terminal", subject="files", remedy=remedy)
