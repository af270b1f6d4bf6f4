"""The training loop: one stage of packed examples, on CPU or GPU, resumable to the bit.

A step computes the gradient of one batch in equal shares, one for each worker process, and adds the shares
up: losses are sums divided by the counts of the whole batch, so neither sharing nor padding changes them.
Two single-threaded workers on two cores are faster than one process with two threads, most of all on a busy
machine.

Where the device multiplies bfloat16 fast, weights and activations are bfloat16 and the optimizer keeps
float32 master weights (Micikevicius et al. 2018); elsewhere all is float32. Everything that decides the
next step is in a checkpoint or follows from the seed and the number of the step: order of batches, dropout,
learning rate.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, distributed

from refluent.modeling.network import RefluentModel
from refluent.training.batches import collate, order
from refluent.training.examples import IGNORED, PackedExamples
from refluent.training.optimizer import MasterAdamW

__all__ = ["StageOptions", "batch_loss", "train_stage"]

_LOG_EVERY = 25
_LOSSES = ("change", "insert", "rewrite")


@dataclass(frozen=True)
class StageOptions:
    """How one stage is trained.

    Attributes:
        steps: optimizer steps.
        batch_pieces: padded pieces in a batch.
        lr_encoder: peak learning rate of the encoder.
        lr_new: peak learning rate of everything that started from random weights.
        warmup: steps of linear warm-up; afterwards the rate falls linearly to a twentieth.
        weight_decay: decoupled weight decay of matrices.
        detection_weight: weight of the two detection losses beside the rewriting loss.
        average_last: number of evenly spaced snapshots from the last fifth that are averaged at the end.
        seed: decides the order of batches and the dropout.
        checkpoint_every: steps between checkpoints.
    """

    steps: int
    batch_pieces: int = 4096
    lr_encoder: float = 1.5e-4
    lr_new: float = 6e-4
    warmup: int = 200
    weight_decay: float = 0.01
    detection_weight: float = 2.0
    average_last: int = 5
    seed: int = 1
    checkpoint_every: int = 200


@dataclass(frozen=True)
class _Counts:
    """Labelled places of a whole batch: words, gaps, decoder steps."""

    change: int
    insert: int
    rewrite: int

    @classmethod
    def of(cls, packed: PackedExamples, batch: NDArray[np.int64]) -> _Counts:
        words = sum(int((packed.part("tags", index) != IGNORED).sum()) for index in batch)
        gaps = sum(int((packed.part("gaps", index) != IGNORED).sum()) for index in batch)
        outputs = sum(len(packed.part("targets", row)) for index in batch for row in packed.rows(index))
        return cls(max(1, words), max(1, gaps), max(1, outputs))


def _groups(model: RefluentModel, options: StageOptions) -> list[tuple[list[torch.nn.Parameter], float]]:
    """Trainable parameters by learning rate."""
    encoder = [weight for weight in model.encoder.parameters() if weight.requires_grad]
    inside = {id(weight) for weight in model.encoder.parameters()}
    rest = [weight for weight in model.parameters() if weight.requires_grad and id(weight) not in inside]
    return [(encoder, options.lr_encoder), (rest, options.lr_new)]


def _rate(step: int, options: StageOptions) -> float:
    if step < options.warmup:
        return (step + 1) / options.warmup
    left = (options.steps - step) / max(1, options.steps - options.warmup)
    return max(0.05, left)


def _batches(packed: PackedExamples, options: StageOptions, first: int) -> Iterator[NDArray[np.int64]]:
    """Batches from step ``first`` on, epoch after epoch."""
    epoch, skipped = 0, 0
    while True:
        batches = order(packed, batch_pieces=options.batch_pieces, seed=options.seed * 1000 + epoch)
        yield from batches[max(0, first - skipped) :]
        skipped += len(batches)
        epoch += 1


def batch_loss(
    model: RefluentModel,
    packed: PackedExamples,
    batch: NDArray[np.int64],
    options: StageOptions,
    *,
    share: int,
    shares: int,
) -> tuple[Tensor, dict[str, float]]:
    """The part of a batch's loss that falls to one share of it; the shares add up to the loss of the batch.

    Args:
        model: the network.
        packed: the examples.
        batch: numbers of the examples of the whole batch.
        options: weights of the losses.
        share: which share, from 0.
        shares: how many there are.

    Returns:
        the loss to differentiate, and its three parts unweighted.
    """
    counts = _Counts.of(packed, batch)
    mine = batch[share::shares]
    if not len(mine):
        zero = sum(weight.sum() for weight in model.parameters() if weight.requires_grad) * 0.0
        return torch.as_tensor(zero), dict.fromkeys(_LOSSES, 0.0)
    tensors = collate(packed, mine, output_size=model.config.output_vocab_size)
    losses = model(**{name: value.to(model.device) for name, value in tensors.items()})
    parts = {name: losses[name] / getattr(counts, name) for name in _LOSSES}
    total = options.detection_weight * (parts["change"] + parts["insert"]) + parts["rewrite"]
    return total, {name: value.item() for name, value in parts.items()}


class _Log:
    """Speed and mean losses, every few steps, as JSON lines."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reset()

    def _reset(self) -> None:
        self._since, self._n_pieces, self._n_steps = time.perf_counter(), 0, 0
        self._sums = dict.fromkeys(_LOSSES, 0.0)

    def add(self, step: int, n_pieces: int, parts: dict[str, float], norm: float) -> None:
        """Count one step; ``norm`` is that of the gradient."""
        self._n_pieces += n_pieces
        self._n_steps += 1
        for name in _LOSSES:
            self._sums[name] += parts[name]
        if step % _LOG_EVERY:
            return
        speed = round(self._n_pieces / (time.perf_counter() - self._since))
        record: dict[str, Any] = {"step": step, "pieces_per_s": speed, "norm": round(norm, 3)}
        record |= {name: round(value / self._n_steps, 4) for name, value in self._sums.items()}
        with self._path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(record) + "\n")
        self._reset()


def _place() -> tuple[int, int]:
    """Number of this worker and how many there are."""
    if not distributed.is_initialized():
        return 0, 1
    return distributed.get_rank(), distributed.get_world_size()


def _save(path: Path, state: dict[str, Any]) -> None:
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    partial.replace(path)


def train_stage(model: RefluentModel, packed: PackedExamples, options: StageOptions, *, folder: Path) -> None:
    """Train one stage; resumes where ``folder/checkpoint.pt`` left off.

    In a process group, every worker calls it with the same arguments; the first one writes.

    Args:
        model: the network on its device; trained in place, at the end its weights are averaged.
        packed: examples of the stage.
        options: how to train.
        folder: where checkpoint and log go.

    Raises:
        FloatingPointError: the gradient is not finite.
    """
    worker, workers = _place()
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint = folder / "checkpoint.pt"
    optimizer = MasterAdamW(_groups(model, options), weight_decay=options.weight_decay)
    first, snapshots = 0, []
    with suppress(FileNotFoundError):
        state = torch.load(checkpoint, map_location="cpu", weights_only=True)
        optimizer.load_state_dict(state["optimizer"])
        first, snapshots = state["step"], state["snapshots"]
    (folder / "options.json").write_text(json.dumps(asdict(options), indent=1), encoding="utf-8")
    log = _Log(folder / "log.jsonl")
    model.train()
    every = max(1, options.steps // 5 // options.average_last)
    for step, batch in enumerate(_batches(packed, options, first), start=first):
        if step == options.steps:
            break
        torch.manual_seed((options.seed * 1_000_003 + step) * workers + worker)
        loss, parts = batch_loss(model, packed, batch, options, share=worker, shares=workers)
        loss.backward()  # type: ignore[no-untyped-call]
        norm = optimizer.step(_rate(step, options))
        if not math.isfinite(norm):
            raise FloatingPointError(f"the gradient is not finite at step {step}")
        done = step + 1
        if worker:
            continue
        log.add(
            done,
            int(packed.lengths[batch].sum()),
            {name: value * workers for name, value in parts.items()},
            norm,
        )
        if done > options.steps - every * options.average_last and (options.steps - done) % every == 0:
            snapshots.append({name: value.cpu().clone() for name, value in model.state_dict().items()})
        if done % options.checkpoint_every == 0 or done == options.steps:
            _save(checkpoint, {"optimizer": optimizer.state_dict(), "step": done, "snapshots": snapshots})
    _load_average(model, snapshots)


def _load_average(model: RefluentModel, snapshots: list[dict[str, Tensor]]) -> None:
    """Replace the weights by the mean of the snapshots (Vaswani et al. 2017, section 6.1)."""
    if not snapshots:
        return
    mean = {name: torch.stack([s[name].float() for s in snapshots]).mean(0) for name in snapshots[0]}
    model.load_state_dict({name: value.to(snapshots[0][name].dtype) for name, value in mean.items()})
