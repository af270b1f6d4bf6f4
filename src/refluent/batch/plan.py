"""Which files to repair and where each result goes, decided and checked before any work begins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path, PurePath

from refluent.batch.write import check_writable
from refluent.documents.registry import FORMATS
from refluent.errors import ConfigError, DocumentError

__all__ = ["STDIN", "Target", "Task", "plan"]

STDIN = "-"


@dataclass(frozen=True)
class Target:
    """Where results go; to standard output where nothing is said.

    Attributes:
        output: the one file to write.
        output_dir: a folder in which the tree of the input is made again.
        in_place: whether each file takes its own place.
        backup: whether the old content is kept in ``<name>.bak`` then.
        force: whether files that exist may be overwritten.
    """

    output: Path | None = None
    output_dir: Path | None = None
    in_place: bool = False
    backup: bool = True
    force: bool = False

    def __post_init__(self) -> None:
        chosen = [self.output is not None, self.output_dir is not None, self.in_place]
        if sum(chosen) > 1:
            raise ConfigError("choose one of --output, --output-dir and --in-place", subject="output")


@dataclass(frozen=True)
class Task:
    """One file to repair.

    Attributes:
        name: what to call it, usually its path; ``-`` for standard input.
        relative: its path below the argument that named it, by which its output is placed.
        output: where its result goes; None for standard output.
    """

    name: str
    relative: PurePath
    output: Path | None = None

    @property
    def is_stdin(self) -> bool:
        """Whether it is standard input."""
        return self.name == STDIN


def plan(
    arguments: Sequence[str], target: Target, *, include: Sequence[str] = (), exclude: Sequence[str] = ()
) -> list[Task]:
    """The files that arguments name, each with its output.

    Args:
        arguments: files, folders and patterns such as ``**/*.md``; ``-`` is standard input.
        target: where results go.
        include: patterns of the files to take from folders; those with a known suffix by default.
        exclude: patterns of files to leave out; a pattern is compared with the path and with the name.

    Raises:
        ConfigError: the arguments and the target do not go together.
        DocumentError: a result could not be written, or would overwrite something.
    """
    tasks = [task for argument in arguments for task in _expand(argument, include, exclude)]
    if target.output is not None and len(tasks) > 1:
        raise ConfigError("takes the text of one file", subject="--output", remedy="--output-dir takes many")
    placed = [_place(task, target) for task in tasks]
    counts = Counter(task.output for task in placed if task.output is not None)
    twice = next((path for path, count in counts.items() if count > 1), None)
    if twice is not None:
        raise ConfigError("two files would be written there", subject=str(twice), remedy="repair them apart")
    for task in placed:
        _check(task, target)
    return placed


def _expand(argument: str, include: Sequence[str], exclude: Sequence[str]) -> Iterator[Task]:
    path = Path(argument)
    if argument != STDIN and path.is_dir():
        names = sorted(path.rglob("*"))
        found = [
            name for name in names if name.is_file() and _is_wanted(name.relative_to(path), include, exclude)
        ]
        if not found:
            remedy = "name files, or widen --include"
            raise DocumentError("has no document to repair", subject=argument, remedy=remedy)
        yield from (Task(str(name), name.relative_to(path)) for name in found)
    elif argument != STDIN and _has_wildcard(argument) and not path.exists():
        base = _fixed_part(path)
        names = sorted(base.glob(str(path.relative_to(base))))
        found = [name for name in names if name.is_file() and not _matches(name, exclude)]
        if not found:
            raise DocumentError("no file matches", subject=argument, remedy="check the pattern")
        yield from (Task(str(name), name.relative_to(base)) for name in found)
    else:
        yield Task(argument, PurePath(path.name))


def _has_wildcard(text: str) -> bool:
    return any(mark in text for mark in "*?[")


def _fixed_part(pattern: Path) -> Path:
    """The folder in front of the first wildcard."""
    parts = pattern.parts
    number = next(number for number, part in enumerate(parts) if _has_wildcard(part))
    return Path(*parts[:number])


def _is_wanted(relative: Path, include: Sequence[str], exclude: Sequence[str]) -> bool:
    if any(part.startswith(".") for part in relative.parts) or _matches(relative, exclude):
        return False
    if include:
        return _matches(relative, include)
    return any(relative.suffix.lower() in made.suffixes for made in FORMATS.values())


def _matches(path: Path, patterns: Sequence[str]) -> bool:
    return any(fnmatch(str(path), pattern) or fnmatch(path.name, pattern) for pattern in patterns)


def _place(task: Task, target: Target) -> Task:
    output = target.output
    if target.output_dir is not None:
        name = PurePath("stdin.txt") if task.is_stdin else task.relative
        output = target.output_dir / name
    elif target.in_place:
        if task.is_stdin:
            raise ConfigError("standard input has no place", subject="--in-place", remedy="name files")
        output = Path(task.name)
    return Task(task.name, task.relative, output)


def _check(task: Task, target: Target) -> None:
    output = task.output
    if output is None:
        return
    if target.output_dir is None:
        check_writable(output)
    elif target.output_dir.exists() and not target.output_dir.is_dir():
        raise DocumentError("is not a folder", subject=str(target.output_dir))
    is_itself = (
        not task.is_stdin and output.exists() and Path(task.name).exists() and output.samefile(task.name)
    )
    if is_itself and target.output_dir is not None:
        raise ConfigError("is the folder of the input", subject="--output-dir", remedy="use --in-place")
    if output.is_file() and not is_itself and not target.force:
        raise DocumentError("exists already", subject=str(output), remedy="--force overwrites it")
