"""The model folder: what lies in it, and how a network gets in and out.

``config.json`` and ``model.safetensors`` (bfloat16) as transformers writes them, ``encoder_vocab.txt`` and
``decoder_tokenizer.json`` (`Vocabulary`), ``calibration.json`` (`Calibration`), ``training.json`` (where the
weights come from).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

from refluent.errors import ModelError
from refluent.modeling.configuration import RefluentConfig
from refluent.modeling.network import RefluentModel

__all__ = ["load_model", "save_model"]


def load_model(folder: Path) -> RefluentModel:
    """The network of a model folder, in float32, ready to rewrite.

    Weights are put into the modules directly: at this size the general loading machinery of transformers
    would take longer than the weights themselves.

    Raises:
        ModelError: a file is missing or does not fit the configuration.
    """
    try:
        config = RefluentConfig.from_dict(json.loads((folder / "config.json").read_text(encoding="utf-8")))
        stored = load_file(folder / "model.safetensors")
    except (OSError, ValueError) as error:
        raise ModelError(
            f"cannot be read ({error})", subject=str(folder), remedy="install it again"
        ) from error
    with torch.device("meta"):
        model = RefluentModel(config)
    weights = {name: value.float() for name, value in stored.items()}
    try:
        model.load_state_dict(weights, strict=False, assign=True)
    except RuntimeError as error:
        raise ModelError(f"weights do not fit config.json ({error})", subject=str(folder)) from error
    missing = set(model.state_dict()) - set(weights)
    if missing:
        raise ModelError(f"weights are missing: {', '.join(sorted(missing))}", subject=str(folder))
    _restore_buffers(model, config)
    model.eval()
    return model


def _restore_buffers(model: RefluentModel, config: RefluentConfig) -> None:
    """Fill the encoder's constant buffers, which are not stored and were created without memory."""
    positions = torch.arange(config.max_position_embeddings).unsqueeze(0)
    model.encoder.embeddings.position_ids = positions
    model.encoder.embeddings.token_type_ids = torch.zeros_like(positions)


def save_model(model: RefluentModel, folder: Path, *, metadata: Mapping[str, Any]) -> None:
    """Write configuration, weights in bfloat16 and ``training.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    model.config.architectures = ["RefluentModel"]
    model.config.save_pretrained(folder)
    weights = {
        name: value.detach().cpu().to(torch.bfloat16).contiguous()
        for name, value in model.state_dict().items()
    }
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "training.json").write_text(json.dumps(dict(metadata), indent=1) + "\n", encoding="utf-8")
