"""What can be scored: a model, doing nothing, a file with the output of any system.

Segments are repaired as texts by themselves: systems are compared on the same input, and the result does
not depend on the order of a suite. What a document adds to a repair are findings, which no metric scores.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from refluent.config import RepairConfig
from refluent.errors import SuiteError
from refluent.evaluation.sources import read_lines
from refluent.types import Repair

__all__ = ["COPY", "RULES", "Repairs", "System", "do_nothing", "from_lines", "from_model", "from_texts"]

# Names instead of a model: the untouched source, and the deterministic rules without any model.
COPY = "copy"
RULES = "rules"


class Repairs(Protocol):
    """The part of `Repairer` that evaluation needs."""

    def repair_stream(self, texts: Iterable[str]) -> Iterator[Repair]:
        """One repair for each text, in the same order."""
        ...

    def signature(self) -> Mapping[str, str]:
        """What determines the repairs besides the texts."""
        ...


@dataclass(frozen=True)
class System:
    """Something that repairs, loaded when its turn comes.

    Attributes:
        name: in the report.
        load: makes it ready; the time this takes is reported.
        is_positional: whether it answers by the place of a text in the suite and not by the text.
        is_timed: whether its speed means anything.
    """

    name: str
    load: Callable[[], Repairs]
    is_positional: bool = False
    is_timed: bool = False


def from_model(
    model: str | None,
    *,
    device: str = "auto",
    min_confidence: float | None = None,
    batch_pieces: int = RepairConfig.batch_pieces,
) -> System:
    """A model by folder or hub id, None for the default one, ``"copy"`` or ``"rules"``.

    The other settings are those of `Repairer.load`.
    """
    if model == COPY:
        return do_nothing()

    def load() -> Repairs:
        # Not at the top: output in a file is scored without the pipeline.
        from refluent.repairer import Repairer

        # What `Repairer` calls "copy" is the rules alone: its engine copies, the rules still run.
        name = "copy" if model == RULES else model
        return Repairer.load(name, device=device, min_confidence=min_confidence, batch_pieces=batch_pieces)

    return System(model or "default", load, is_timed=True)


class _Copy:
    def repair_stream(self, texts: Iterable[str]) -> Iterator[Repair]:
        for text in texts:
            yield Repair(text, text)

    def signature(self) -> Mapping[str, str]:
        return {"system": COPY}


def do_nothing() -> System:
    """The untouched source: what every system must beat."""
    return System(COPY, _Copy)


class _Fixed:
    def __init__(self, texts: Iterable[str], signature: Mapping[str, str]) -> None:
        self._texts = texts
        self._signature = dict(signature)

    def repair_stream(self, texts: Iterable[str]) -> Iterator[Repair]:
        # Not strict: the suite may end at a limit, and the number of lines has been checked.
        for source, text in zip(texts, self._texts, strict=False):
            yield Repair(source, text)

    def signature(self) -> Mapping[str, str]:
        return dict(self._signature)


def from_texts(name: str, texts: Sequence[str], signature: Mapping[str, str]) -> System:
    """Output that is known already, one text for each segment."""
    return System(name, lambda: _Fixed(texts, signature), is_positional=True)


def from_lines(path: Path, n_examples: int) -> System:
    """Output in a file, one line for each segment.

    Raises:
        SuiteError: the file cannot be read or has another number of lines than the suite has segments.
    """
    digest = hashlib.sha256()
    count = 0
    for line in read_lines(path):
        digest.update(line.encode() + b"\n")
        count += 1
    if count != n_examples:
        reason = f"has {count} lines, the suite has {n_examples} segments"
        raise SuiteError(reason, subject=str(path), remedy="write one line for each segment, in its order")
    signature = {"file": path.name, "sha256": digest.hexdigest()}
    return System(path.name, lambda: _Fixed(read_lines(path), signature), is_positional=True)
