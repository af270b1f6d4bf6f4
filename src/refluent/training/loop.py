"""The training loop: one stage of packed examples, on CPU or GPU, resumable to the bit.

Weights and activations are bfloat16; the optimizer keeps float32 master weights (Micikevicius et al. 2018), which
on CPU is several times faster than autocast. Everything that decides the next step is in a checkpoint: step,
weights, optimizer, random state. The order of batches depends on the seed and the epoch alone.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from refluent.modeling.network import RefluentModel
from refluent.training.batches import collate, order
from refluent.training.examples import PackedExamples

__all__ = ["MasterAdamW", "StageOptions", "train_stage"]


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


class MasterAdamW:
    """AdamW (Loshchilov & Hutter 2019) over float32 copies of bfloat16 weights.

    Args:
        groups: parameters with their peak learning rate.
        weight_decay: applied to matrices, not to biases and norms.
    """

    def __init__(self, groups: list[tuple[list[torch.nn.Parameter], float]], *, weight_decay: float) -> None:
        self._weights = [weight for weights, _ in groups for weight in weights]
        self._masters = [weight.detach().float().clone() for weight in self._weights]
        lookup = dict(zip(map(id, self._weights), self._masters, strict=True))
        settings = [
            {
                "params": [lookup[id(w)] for w in weights if (w.dim() > 1) == decays],
                "lr": rate,
                "peak": rate,
                "weight_decay": weight_decay if decays else 0.0,
            }
            for weights, rate in groups
            for decays in (True, False)
        ]
        self._adam = torch.optim.AdamW(settings, betas=(0.9, 0.98), eps=1e-8, fused=True)

    def step(self, factor: float, *, max_norm: float = 1.0) -> float:
        """One update at ``factor`` times the peak rates; returns the gradient norm before clipping."""
        for weight, master in zip(self._weights, self._masters, strict=True):
            master.grad = torch.zeros_like(master) if weight.grad is None else weight.grad.float()
            weight.grad = None
        norm = torch.nn.utils.clip_grad_norm_(self._masters, max_norm)
        for group in self._adam.param_groups:
            group["lr"] = group["peak"] * factor
        self._adam.step()
        with torch.no_grad():
            for weight, master in zip(self._weights, self._masters, strict=True):
                weight.copy_(master)
        return float(norm)

    def state_dict(self) -> dict[str, Any]:
        """Master weights and moments."""
        return {"masters": self._masters, "adam": self._adam.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore what `state_dict` gave, the model's weights included."""
        with torch.no_grad():
            for weight, master, stored in zip(self._weights, self._masters, state["masters"], strict=True):
                master.copy_(stored)
                weight.copy_(master)
        self._adam.load_state_dict(state["adam"])


def _groups(model: RefluentModel, options: StageOptions) -> list[tuple[list[torch.nn.Parameter], float]]:
    encoder = list(model.encoder.parameters())
    inside = {id(weight) for weight in encoder}
    rest = [weight for weight in model.parameters() if id(weight) not in inside]
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
        for batch in batches[max(0, first - skipped) :]:
            yield batch
        skipped += len(batches)
        epoch += 1


def batch_loss(model: RefluentModel, batch: dict[str, Tensor], options: StageOptions) -> tuple[Tensor, dict[str, float]]:
    """Mean losses per labelled place and decoder step, weighted; and their values for the log."""
    losses = model(**batch)
    n_words = (batch["tags"] != -100).sum().clamp(min=1)
    n_gaps = (batch["gaps"] != -100).sum().clamp(min=1)
    n_outputs = (batch["targets"] != -100).sum().clamp(min=1)
    change, insert = losses["change"] / n_words, losses["insert"] / n_gaps
    rewrite = losses["rewrite"] / n_outputs
    total = options.detection_weight * (change + insert) + rewrite
    parts = {"change": change, "insert": insert, "rewrite": rewrite}
    return total, {name: value.item() for name, value in parts.items()}


def _save(path: Path, state: dict[str, Any]) -> None:
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    partial.replace(path)


def train_stage(
    model: RefluentModel,
    packed: PackedExamples,
    options: StageOptions,
    *,
    folder: Path,
    log: Callable[[dict[str, Any]], None] = lambda record: None,
) -> RefluentModel:
    """Train one stage; resumes where ``folder/checkpoint.pt`` left off.

    Args:
        model: bfloat16 model on its device; trained in place.
        packed: examples of the stage.
        options: how to train.
        folder: where checkpoint and log go.
        log: called with every log record as well.

    Returns:
        the model with averaged weights.
    """
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint = folder / "checkpoint.pt"
    device = next(model.parameters()).device
    optimizer = MasterAdamW(_groups(model, options), weight_decay=options.weight_decay)
    torch.manual_seed(options.seed)
    first, snapshots = 0, []
    if checkpoint.exists():
        state = torch.load(checkpoint, map_location="cpu", weights_only=True)
        optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["random"])
        first, snapshots = state["step"], state["snapshots"]
    (folder / "options.json").write_text(json.dumps(asdict(options), indent=1), encoding="utf-8")
    model.train()
    every = max(1, options.steps // 5 // options.average_last)
    since, n_pieces, sums = time.perf_counter(), 0, {"change": 0.0, "insert": 0.0, "rewrite": 0.0}
    for step, chosen in enumerate(_batches(packed, options, first), start=first):
        if step == options.steps:
            break
        batch = collate(packed, chosen, output_size=model.config.output_vocab_size)
        n_pieces += int(batch["mask"].sum())
        loss, parts = batch_loss(model, {name: value.to(device) for name, value in batch.items()}, options)
        loss.backward()
        norm = optimizer.step(_rate(step, options))
        if not math.isfinite(norm):
            raise FloatingPointError(f"the gradient is not finite at step {step}")
        sums = {name: sums[name] + parts[name] for name in sums}
        done = step + 1
        if done > options.steps - every * options.average_last and (options.steps - done) % every == 0:
            snapshots.append({name: value.cpu().clone() for name, value in model.state_dict().items()})
        if done % 50 == 0:
            seconds = time.perf_counter() - since
            record = {"step": done, "pieces_per_s": round(n_pieces / seconds), "norm": round(norm, 3)}
            record |= {name: round(value / 50, 4) for name, value in sums.items()}
            with (folder / "log.jsonl").open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(record) + "\n")
            log(record)
            since, n_pieces, sums = time.perf_counter(), 0, dict.fromkeys(sums, 0.0)
        if done % options.checkpoint_every == 0 or done == options.steps:
            state = {"optimizer": optimizer.state_dict(), "random": torch.get_rng_state(), "step": done}
            _save(checkpoint, state | {"snapshots": snapshots})
    _load_average(model, snapshots)
    return model


def _load_average(model: RefluentModel, snapshots: list[dict[str, Tensor]]) -> None:
    """Replace the weights by the mean of the snapshots (Vaswani et al. 2017, section 6.1)."""
    if not snapshots:
        return
    mean = {name: torch.stack([s[name].float() for s in snapshots]).mean(0) for name in snapshots[0]}
    model.load_state_dict({name: value.to(snapshots[0][name].dtype) for name, value in mean.items()})
