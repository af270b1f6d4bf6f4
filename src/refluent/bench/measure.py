"""Measures one system in a process of its own: start, speed, memory.

A slow system is given fewer texts, as many as fit into the time allowed; texts are ordered so that any first
few of them are of about average length, so speeds in words per second stay comparable.
"""

from __future__ import annotations

import os
import re
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

from refluent.bench.systems import Case, Rewrite, load
from refluent.errors import RefluentError

__all__ = ["Measurement", "measure", "spread"]

# Texts at once for a system that makes its own batches.
_OWN_BATCHES = 1024
_FAILURES = (ArithmeticError, ImportError, LookupError, MemoryError, OSError, RuntimeError, ValueError)


@dataclass(frozen=True)
class Measurement:
    """What was measured of one case.

    Attributes:
        case: what ran.
        n_texts: texts in each repetition.
        n_words: words in them, between white space.
        seconds: duration of each repetition.
        first_result_ms: from the start of the process to the first repaired text.
        memory_mib: the most memory that the process, or one that it started, held.
        problem: why there is no measurement; empty where there is one.
    """

    case: Case
    n_texts: int = 0
    n_words: int = 0
    seconds: tuple[float, ...] = ()
    first_result_ms: float = 0.0
    memory_mib: float = 0.0
    problem: str = ""

    @property
    def words_per_s(self) -> float:
        """Median over the repetitions."""
        return self.n_words / median(self.seconds)

    @property
    def texts_per_s(self) -> float:
        """Median over the repetitions."""
        return self.n_texts / median(self.seconds)

    def cost(self, price: float) -> float:
        """Of a million words, at a price for an hour of one core."""
        return price * self.case.threads * 1e6 / self.words_per_s / 3600


def spread(texts: Sequence[str]) -> list[str]:
    """The texts in an order in which any first few are of about average length.

    Sorted by length, then the middle, the quarters, the eighths, ... (van der Corput 1935).

    >>> spread(["a", "bb", "ccc", "dddd"])
    ['ccc', 'bb', 'dddd', 'a']
    """
    ordered = sorted(texts, key=lambda text: (len(text), text))
    bits = max(1, (len(ordered) - 1).bit_length())
    numbers = [*range(1, 2**bits), 0]
    shares = [int(f"{number:0{bits}b}"[::-1], 2) / 2**bits for number in numbers]
    places = dict.fromkeys(int(share * len(ordered)) for share in shares)
    return [ordered[place] for place in places] if ordered else []


def measure(case: Case, texts: Sequence[str], *, repetitions: int, seconds: float) -> Measurement:
    """The measurement of a case; one that fails says why.

    Args:
        case: what to run.
        texts: in the order of `spread`.
        repetitions: how often.
        seconds: how long one repetition may take, about; a single batch is always run to its end.
    """
    context = get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    worker = context.Process(target=_work, args=(case, texts, repetitions, seconds, time.time(), sender))
    worker.start()
    sender.close()
    try:
        found: Measurement = receiver.recv()
    except EOFError:
        worker.join()
        return Measurement(case, problem=f"ended with status {worker.exitcode}")
    worker.join()
    return found


def _work(
    case: Case,
    texts: Sequence[str],
    repetitions: int,
    seconds: float,
    started: float,
    results: Connection,
) -> None:
    """Runs in the process of the case."""
    # Read by torch, CTranslate2 and the BLAS libraries when they are imported.
    os.environ["OMP_NUM_THREADS"] = str(case.threads)
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    try:
        rewrite = load(case)
        rewrite(texts[:1])
        first_result_ms = (time.time() - started) * 1000
        chosen = _affordable(rewrite, texts, case, seconds)
        durations = tuple(_duration(rewrite, chosen, case.batch) for _ in range(repetitions))
    except RefluentError as error:
        results.send(Measurement(case, problem=str(error)))
        return
    except _FAILURES as error:
        results.send(Measurement(case, problem=f"{type(error).__name__}: {error}".splitlines()[0]))
        return
    n_words = sum(len(text.split()) for text in chosen)
    results.send(Measurement(case, len(chosen), n_words, durations, first_result_ms, _memory_mib()))


def _affordable(rewrite: Rewrite, texts: Sequence[str], case: Case, seconds: float) -> list[str]:
    """As many texts as fit into the time, whole batches, at least one."""
    batch = case.batch or min(_OWN_BATCHES, len(texts))
    taken = min(batch, len(texts))
    duration = _duration(rewrite, texts[:taken], batch)
    n_batches = max(1, int(seconds / max(duration, 1e-6)))
    return list(texts[: min(len(texts), batch * n_batches)])


def _duration(rewrite: Rewrite, texts: Sequence[str], batch: int) -> float:
    """Of rewriting all texts in batches of similar length."""
    size = batch or _OWN_BATCHES
    ordered = sorted(texts, key=len, reverse=True)
    start = time.perf_counter()
    for first in range(0, len(ordered), size):
        rewrite(ordered[first : first + size])
    return time.perf_counter() - start


def _memory_mib() -> float:
    """The most memory that this process or one of its children held."""
    if not Path("/proc/self/status").is_file():
        unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    # Not ru_maxrss: Linux counts what the parent held before this process began.
    children = [path.read_text().split() for path in Path("/proc/self/task").glob("*/children")]
    processes = ["self", *(child for some in children for child in some)]
    peaks = [re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{name}/status").read_text()) for name in processes]
    return max(int(peak[1]) for peak in peaks if peak is not None) / 1024
