"""Where results go: files that are replaced when they are whole, or standard output."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from refluent.batch.plan import Target, Task
from refluent.batch.run import Job, Result
from refluent.batch.write import back_up, replacing
from refluent.errors import DocumentError

__all__ = ["Outputs"]

Take = Callable[[Result], None]


@dataclass(frozen=True)
class Outputs:
    """Takes the results of files; its `deliver` is handed to `refluent.batch.run.run`.

    Attributes:
        tasks: the file of each name.
        target: how files are written.
        emit: writes to standard output.
        show: what to write there instead of the text; nothing is written to files then.
        tell: told of each result before it is written.
    """

    tasks: dict[str, Task]
    target: Target
    emit: Callable[[bytes], None]
    show: Callable[[Result], bytes] | None = None
    tell: Take | None = None

    @contextmanager
    def deliver(self, job: Job) -> Iterator[Take]:
        """A function that takes the results of one file."""
        output = self.tasks[job.name].output
        if self.show is not None or output is None:
            yield self._emit
        else:
            yield from self._write(output)

    def _emit(self, result: Result) -> None:
        if self.tell is not None:
            self.tell(result)
        if self.show is None:
            self.emit(result.data)
        elif result.repair.source:
            # The header of a table, for instance, has nothing to show.
            self.emit(self.show(result))

    def _write(self, output: Path) -> Iterator[Take]:
        try:
            if self.target.output_dir is not None:
                output.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DocumentError(f"cannot be made: {error.strerror}", subject=str(output.parent)) from error
        with replacing(output) as part:
            is_changed = False

            def take(result: Result) -> None:
                nonlocal is_changed
                if self.tell is not None:
                    self.tell(result)
                is_changed = is_changed or bool(result.repair.accepted)
                part.file.write(result.data)

            yield take
            if self.target.in_place:
                part.is_wanted = is_changed
                if is_changed and self.target.backup:
                    back_up(output, may_overwrite=self.target.force)
