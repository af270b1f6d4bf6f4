"""A progress bar on standard error, where that is a terminal; elsewhere nothing."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

__all__ = ["Bar"]


class Bar:
    """How many files and segments are done.

    Args:
        total: how many files there are.
        is_wanted: False to show nothing on a terminal either.
    """

    def __init__(self, total: int, *, is_wanted: bool) -> None:
        self._total = total
        self._is_shown = is_wanted and sys.stderr.isatty()
        self._progress: Progress | None = None
        self._task: TaskID | None = None
        self._n_segments = 0

    def __enter__(self) -> Bar:
        if self._is_shown:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

            columns = (
                TextColumn("{task.fields[name]}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[segments]} segments"),
                TimeElapsedColumn(),
            )
            # A transient bar leaves the terminal as the text on standard output needs it.
            self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
            self._progress.start()
            self._task = self._progress.add_task("", total=self._total, name="", segments="0")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._progress is not None:
            self._progress.stop()

    def begin(self, name: str, n_done: int) -> None:
        """A file begins."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, completed=n_done, name=name)

    def count(self, n_segments: int) -> None:
        """Some segments are done."""
        self._n_segments += n_segments
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, segments=f"{self._n_segments:,}")
