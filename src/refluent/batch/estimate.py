"""What a run would have to do, and about how long it would take on this machine."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from refluent.batch.run import Job
from refluent.text.segment import split

if TYPE_CHECKING:
    from refluent.repairer import Repairer

__all__ = ["Survey"]

# Enough to fill a batch; the first ones, so that an estimate can be repeated.
_SAMPLE_SIZE = 32
# Only counted: a segment the model would cut counts as one.
_MAX_WORDS = 10_000


@dataclass
class Survey:
    """Counts over the files of a run.

    Attributes:
        n_documents: files.
        n_segments: sentences and the like, repeated ones once.
        n_words: words in all of them.
        sample: the first segments.
    """

    n_documents: int = 0
    n_segments: int = 0
    n_words: int = 0
    sample: list[str] = field(default_factory=list)

    def add(self, job: Job) -> str:
        """Count one file.

        Returns:
            A line about it.

        Raises:
            DocumentError: it cannot be read.
        """
        seen: set[int] = set()
        n_segments, n_words = 0, 0
        for document in job.documents:
            for segment in split(document.text, count_pieces=_count_words, max_pieces=_MAX_WORDS):
                n_words += _count_words(segment.text)
                n_segments += hash(segment.text) not in seen
                seen.add(hash(segment.text))
                if len(self.sample) < _SAMPLE_SIZE:
                    self.sample.append(segment.text)
        self.n_documents += 1
        self.n_segments += n_segments
        self.n_words += n_words
        return f"{job.name}: {job.format.name}, {n_segments} segments, {n_words} words"

    def seconds(self, repairer: Repairer) -> float:
        """About how long the segments would take, by the time that the first ones take.

        Args:
            repairer: one that keeps nothing of an earlier run.
        """
        if not self.sample:
            return 0.0
        repairer.repair_batch(self.sample[:1])
        start = time.perf_counter()
        repairer.repair_batch(self.sample)
        n_distinct = len(set(self.sample))
        return (time.perf_counter() - start) / n_distinct * self.n_segments

    def summary(self, seconds: float) -> str:
        """One line for a person."""
        documents = f"{self.n_documents} document{'' if self.n_documents == 1 else 's'}"
        return f"{documents}: {self.n_segments} segments, {self.n_words} words, about {_duration(seconds)}"


def _count_words(text: str) -> int:
    return len(text.split())


def _duration(seconds: float) -> str:
    """A time as a person says it.

    >>> _duration(3.2), _duration(95), _duration(9000)
    ('4 s', '2 min', '2.5 h')
    """
    for unit, length, digits in (("h", 3600, 1), ("min", 60, 0)):
        if seconds >= length:
            return f"{seconds / length:.{digits}f} {unit}"
    return f"{int(seconds) + 1} s"
