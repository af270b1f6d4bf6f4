"""One system over one suite: repairs go to the store, numbers stay in memory.

A row of statistics for each segment is all that is kept, some four hundred bytes; texts are read again where
a report shows them. So a suite may have any number of segments, and an interrupted run goes on where it
stopped.
"""

from __future__ import annotations

import sys
import time
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from refluent.evaluation.calibration import Bin, Calibration
from refluent.evaluation.metrics.base import Array
from refluent.evaluation.scorer import Scorer
from refluent.evaluation.store import Header, Store
from refluent.evaluation.suite import Example, Suite
from refluent.evaluation.systems import Repairs, System
from refluent.types import Repair

__all__ = ["Outcome", "Speed", "run"]

Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Speed:
    """What a system costs; None where it was not measured.

    Attributes:
        words_per_s: source words repaired in a second, metrics not counted. load_s: seconds until it was
        ready. memory_mib: highest memory of this process so far; with several systems only the first one's
        is its own.
    """

    words_per_s: float | None = None
    load_s: float | None = None
    memory_mib: float | None = None


@dataclass(frozen=True)
class Outcome:
    """What is known of a system after its run.

    Attributes:
        name: the system's. signature: what determines its repairs. statistics: Shape (segments,
        `Scorer.size`). held_out: sums of statistics over segments with several references, against all but
        one of them, each left
            out in turn. Shape (`Scorer.size`,).
        calibration: confidences of its edits and what came of them.
        speed: what it costs.
        n_warnings: segments that could not be repaired as they should.
        warning: the first of them.
    """

    name: str
    signature: dict[str, str]
    statistics: NDArray[np.float32]
    held_out: Array
    calibration: tuple[Bin, ...]
    speed: Speed
    n_warnings: int
    warning: str

    @property
    def totals(self) -> Array:
        """Sums over the segments. Shape (`Scorer.size`,)."""
        totals: Array = self.statistics.sum(axis=0, dtype=np.float64)
        return totals


def run(
    suite: Suite, system: System, scorer: Scorer, store: Store, *, progress: Progress | None = None
) -> Outcome:
    """Repair every segment of a suite, or those that are missing in the store, and measure them.

    Args:
        suite: what to repair.
        system: what repairs.
        scorer: what is measured.
        store: where the repairs go.
        progress: called with the name of the system and the number of segments done.

    Raises:
        RuntimeError: the model failed on every single segment.
    """
    started = time.perf_counter()
    repairs = system.load()
    load_s = time.perf_counter() - started
    signature = dict(repairs.signature())
    n_stored = store.begin(Header(system.name, suite.facts.digest, signature))
    clock = _Clock(_repairs(suite, system, repairs, n_stored))
    rows = _Rows(scorer)
    stored = store.read(system.name, (example.source for example in suite))
    for number, example in enumerate(suite):
        repair = next(stored) if number < n_stored else clock.next(example)
        row = rows.add(repair, example)
        if number >= n_stored:
            store.add(system.name, example.id, repair, _scores(scorer, row))
        if progress is not None:
            progress(system.name, number + 1)
    if rows.n_warnings == suite.facts.n_examples:
        raise RuntimeError(f"{system.name} failed on every segment; the first: {rows.warning}")
    return Outcome(
        name=system.name,
        signature=signature,
        statistics=rows.statistics(),
        held_out=rows.held_out,
        calibration=rows.calibration.bins(),
        speed=Speed(clock.words_per_s, load_s, _memory_mib()) if system.is_timed else Speed(),
        n_warnings=rows.n_warnings,
        warning=rows.warning,
    )


def _repairs(suite: Suite, system: System, repairs: Repairs, start: int) -> Iterator[Repair]:
    """The repairs from number ``start`` on."""
    skipped = 0 if system.is_positional else start
    sources = (example.source for example in islice(suite, skipped, None))
    return islice(repairs.repair_stream(sources), start - skipped, None)


def _scores(scorer: Scorer, row: list[float]) -> dict[str, float]:
    scores = scorer.score(np.array(row))
    return {name: round(float(value), 4) for name, value in scores.items() if np.isfinite(value)}


class _Clock:
    """Times how long repairs take, apart from what is done with them."""

    def __init__(self, repairs: Iterator[Repair]) -> None:
        self._repairs = repairs
        self._n_words = 0
        self._seconds = 0.0

    def next(self, example: Example) -> Repair:
        started = time.perf_counter()
        repair = next(self._repairs)
        self._seconds += time.perf_counter() - started
        self._n_words += len(example.source.split())
        if repair.source != example.source:
            raise RuntimeError(f"the repair of {example.id} is that of another text")
        return repair

    @property
    def words_per_s(self) -> float | None:
        return self._n_words / self._seconds if self._seconds else None


class _Rows:
    """Statistics as they come in."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self._numbers = array("f")
        self.held_out: Array = np.zeros(scorer.size)
        self.calibration = Calibration()
        self.n_warnings = 0
        self.warning = ""

    def add(self, repair: Repair, example: Example) -> list[float]:
        row = self._scorer.count(repair.text, example)
        self._numbers.extend(row)
        self.held_out += held_out(self._scorer, [repair.text] * len(example.references), example)
        self.calibration.add(repair.edits, example)
        if repair.warnings:
            self.n_warnings += 1
            self.warning = self.warning or f"{example.id}: {repair.warnings[0]}"
        return row

    def statistics(self) -> NDArray[np.float32]:
        return np.frombuffer(self._numbers, dtype=np.float32).reshape(-1, self._scorer.size)


def held_out(scorer: Scorer, hypotheses: list[str], example: Example) -> Array:
    """Mean statistics of ``hypotheses[n]`` against all references but the n-th; zero if there is only one."""
    total: Array = np.zeros(scorer.size)
    if len(example.references) < 2:
        return total
    for n, hypothesis in enumerate(hypotheses):
        others = example.references[:n] + example.references[n + 1 :]
        total += scorer.count(hypothesis, replace(example, references=others))
    return total / len(example.references)


def _memory_mib() -> float | None:
    try:
        import resource
    except ImportError:
        # Windows has no such counter in the standard library.
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20) if sys.platform == "darwin" else peak / (1 << 10)
