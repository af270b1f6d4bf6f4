"""Which device a model runs on."""

from __future__ import annotations

import torch

from refluent.errors import DeviceError

__all__ = ["resolve"]


def _available() -> list[str]:
    devices = (
        [f"cuda:{number}" for number in range(torch.cuda.device_count())] if torch.cuda.is_available() else []
    )
    if torch.backends.mps.is_available():
        devices.append("mps")
    return [*devices, "cpu"]


def resolve(name: str) -> str:
    """The device for a name; ``"auto"`` takes the first of GPU, Apple GPU and CPU that is there.

    Raises:
        DeviceError: there is no such device here.
    """
    devices = _available()
    if name == "auto":
        return devices[0]
    wanted = "cuda:0" if name == "cuda" else name
    if wanted not in devices:
        remedy = f"use one of {', '.join(devices)}, or auto"
        raise DeviceError("there is no such device here", subject=name, remedy=remedy)
    return wanted
