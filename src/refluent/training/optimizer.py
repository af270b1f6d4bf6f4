"""AdamW with float32 master weights, and gradients added up over worker processes."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, distributed

__all__ = ["MasterAdamW"]


class MasterAdamW:
    """AdamW (Loshchilov & Hutter 2019) over float32 copies; float32 weights are their own copies.

    Args:
        groups: parameters with their peak learning rate.
        weight_decay: applied to matrices, not to biases and norms.
    """

    def __init__(self, groups: list[tuple[list[torch.nn.Parameter], float]], *, weight_decay: float) -> None:
        self._weights = [weight for weights, _ in groups for weight in weights]
        self._masters = [weight.detach().float() for weight in self._weights]
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
        self._gather()
        norm = torch.nn.utils.clip_grad_norm_(self._masters, max_norm)
        for group in self._adam.param_groups:
            group["lr"] = group["peak"] * factor
        self._adam.step()
        self._publish()
        return float(norm)

    def _gather(self) -> None:
        """Gradients of the masters: those of the weights, summed over all workers in one message."""
        gradients = []
        for weight in self._weights:
            gradients.append(torch.zeros_like(weight) if weight.grad is None else weight.grad)
            weight.grad = None
        if distributed.is_initialized():
            flat = torch.cat([gradient.flatten().float() for gradient in gradients])
            distributed.all_reduce(flat)
            parts = torch.split(flat, [gradient.numel() for gradient in gradients])
            gradients = [part.view(weight.shape) for part, weight in zip(parts, self._weights, strict=True)]
        for master, gradient in zip(self._masters, gradients, strict=True):
            master.grad = gradient.float()

    @torch.no_grad()
    def _publish(self) -> None:
        for weight, master in zip(self._weights, self._masters, strict=True):
            if weight.dtype != master.dtype:
                weight.copy_(master)

    def state_dict(self) -> dict[str, Any]:
        """Master weights and moments."""
        return {"masters": self._masters, "adam": self._adam.state_dict()}

    @torch.no_grad()
    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore what `state_dict` gave, the model's weights included."""
        stored: Tensor
        for master, stored in zip(self._masters, state["masters"], strict=True):
            master.copy_(stored)
        self._publish()
        self._adam.load_state_dict(state["adam"])
