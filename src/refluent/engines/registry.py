"""Engines by name, imported on first use, and the choice among them for a model folder."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from refluent.engines.base import Engine
from refluent.engines.checkpoint import locate, model_type
from refluent.engines.copy import CopyEngine
from refluent.errors import ConfigError, ModelError

__all__ = ["CHOICES", "ENGINES", "load"]

# Each is called with a model folder and a device.
ENGINES = {
    "span": "refluent.engines.span_engine:SpanEngine",
    "torch": "refluent.engines.torch_engine:TorchEngine",
    "ctranslate2": "refluent.engines.ct2_engine:Ct2Engine",
}
# Those that run checkpoints which write whole sentences, by choice; the default model has its own.
CHOICES = ("auto", "torch", "ctranslate2")
_COPY = "copy"


def load(model: str | Path | None = None, *, device: str = "auto", engine: str = "auto") -> Engine:
    """The engine for a model.

    Args:
        model: a folder, a hub id, ``"copy"`` to change nothing, or None for the default model.
        device: ``"auto"``, ``"cpu"``, ``"cuda"`` (also ``"cuda:1"``) or ``"mps"``.
        engine: one of `CHOICES`; ``"auto"`` takes what docs/speed.md found to be fastest.

    Raises:
        ModelError: the model cannot be found or read.
        DeviceError: the device is not there, or not for this engine.
        ConfigError: there is no such engine, or it is not installed, or does not run this model.
    """
    if engine not in CHOICES:
        raise ConfigError("there is no such engine", subject=engine, remedy=f"use {', '.join(CHOICES)}")
    if model == _COPY:
        return CopyEngine()
    folder = locate(model)
    from safetensors import SafetensorError

    from refluent.engines.device import resolve

    factory = _factory(_name(engine, is_default=model_type(folder) == "refluent"))
    try:
        loaded: Engine = factory(folder, resolve(device))
    except (OSError, ValueError, KeyError, RuntimeError, ImportError, SafetensorError) as error:
        # Only the first line: transformers goes on to list every architecture it knows.
        reason = f"cannot be loaded ({str(error).partition(chr(10))[0]})"
        raise ModelError(reason, subject=str(model or folder), remedy="is the folder complete?") from error
    return loaded


def _name(engine: str, *, is_default: bool) -> str:
    """Which engine runs a model."""
    if is_default:
        if engine != "auto":
            raise ConfigError("does not run the default model", subject=engine, remedy="use auto")
        return "span"
    return "torch" if engine == "auto" else engine


def _factory(name: str) -> Callable[[Path, str], Engine]:
    module, _, attribute = ENGINES[name].partition(":")
    if name == "ctranslate2" and find_spec("ctranslate2") is None:
        raise ConfigError("is not installed", subject=name, remedy='pip install "refluent[ct2]"')
    found: Callable[[Path, str], Engine] = getattr(import_module(module), attribute)
    return found
