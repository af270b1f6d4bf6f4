"""Worker processes that train one model together, and what kind of numbers they compute with.

On a CPU each worker is single-threaded: two of them use two cores better than one process with two threads,
which wait for each other after every operation. Gradients travel by gloo on CPUs and by NCCL between GPUs.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import distributed
from torch.multiprocessing.spawn import spawn

__all__ = ["default_workers", "fast_dtype", "run_workers"]

_SIZE = 512
_REPETITIONS = 4


def default_workers(device: str) -> int:
    """One for each GPU, one for each core the process may use on a CPU."""
    if device == "cuda":
        return max(1, torch.cuda.device_count())
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def fast_dtype(device: str) -> torch.dtype:
    """bfloat16 where the device multiplies it faster than float32, else float32.

    Measured, not looked up: some CPUs only emulate it, a hundred times slower.
    """
    times: dict[torch.dtype, float] = {}
    for dtype in (torch.float32, torch.bfloat16):
        matrix = torch.ones((_SIZE, _SIZE), dtype=dtype, device=device)
        float((matrix @ matrix)[0, 0])
        start = time.perf_counter()
        for _ in range(_REPETITIONS):
            product = matrix @ matrix
        float(product[0, 0])
        times[dtype] = time.perf_counter() - start
    return min(times, key=lambda dtype: times[dtype])


def run_workers(work: Callable[..., None], arguments: tuple[Any, ...], *, device: str, workers: int) -> None:
    """Call ``work(*arguments)`` in a group of processes; in this process for one worker."""
    if workers == 1:
        work(*arguments)
        return
    with tempfile.TemporaryDirectory() as folder:
        place = f"file://{Path(folder) / 'group'}"
        spawn(  # type: ignore[no-untyped-call]
            _join, (workers, place, device, work, arguments), nprocs=workers
        )


def _join(
    worker: int, workers: int, place: str, device: str, work: Callable[..., None], arguments: tuple[Any, ...]
) -> None:
    torch.set_num_threads(max(1, default_workers("cpu") // workers))
    if device == "cuda":
        torch.cuda.set_device(worker)
    backend = "nccl" if device == "cuda" else "gloo"
    distributed.init_process_group(backend, init_method=place, rank=worker, world_size=workers)
    try:
        work(*arguments)
        distributed.barrier()
    finally:
        distributed.destroy_process_group()
