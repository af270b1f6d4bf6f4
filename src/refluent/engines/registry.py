"""Engines by name, imported on first use, and the choice among them for a model folder."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from refluent.engines.base import Engine
from refluent.engines.checkpoint import locate, model_type
from refluent.engines.copy import CopyEngine
from refluent.errors import ModelError

__all__ = ["ENGINES", "load"]

# Each is called with a model folder and a device.
ENGINES = {
    "span": "refluent.engines.span_engine:SpanEngine",
    "torch": "refluent.engines.torch_engine:TorchEngine",
}
_COPY = "copy"


def load(model: str | Path | None = None, *, device: str = "auto") -> Engine:
    """The engine for a model.

    Args:
        model: a folder, a hub id, ``"copy"`` to change nothing, or None for the default model.
        device: ``"auto"``, ``"cpu"``, ``"cuda"`` (also ``"cuda:1"``) or ``"mps"``.

    Raises:
        ModelError: the model cannot be found or read.
        DeviceError: the device is not there.
    """
    if model == _COPY:
        return CopyEngine()
    folder = locate(model)
    from safetensors import SafetensorError

    from refluent.engines.device import resolve

    name = "span" if model_type(folder) == "refluent" else "torch"
    module, _, attribute = ENGINES[name].partition(":")
    factory = getattr(import_module(module), attribute)
    try:
        engine: Engine = factory(folder, resolve(device))
    except (OSError, ValueError, KeyError, RuntimeError, ImportError, SafetensorError) as error:
        # Only the first line: transformers goes on to list every architecture it knows.
        reason = f"cannot be loaded ({str(error).partition(chr(10))[0]})"
        raise ModelError(reason, subject=str(model or folder), remedy="is the folder complete?") from error
    return engine
