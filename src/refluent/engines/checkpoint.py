"""Where models lie: the default one, a folder, or the Hugging Face hub; and what identifies their weights.

The default model is package data of an installed wheel (``refluent/_models/default``) and lies under
``models/default`` in a source tree, where an editable install finds it.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path

from refluent.errors import ModelError

__all__ = ["cache_folder", "default_model", "locate", "model_type", "weights_digest"]

_PACKAGE = Path(__file__).resolve().parent.parent
_DEFAULTS = (_PACKAGE / "_models" / "default", _PACKAGE.parent.parent / "models" / "default")
_WEIGHTS = ("*.safetensors", "pytorch_model*.bin")
_FILES = ("*.json", "*.txt", "*.model", "*.spm", "*.safetensors")


def default_model() -> Path:
    """The folder of the model that Refluent brings along.

    Raises:
        ModelError: this installation has none.
    """
    for folder in _DEFAULTS:
        if (folder / "config.json").is_file():
            return folder
    raise ModelError(
        "is not part of this installation", subject="the default model", remedy="name another with --model"
    )


def locate(model: str | Path | None) -> Path:
    """The folder of a model, downloaded from the hub where it is not a folder.

    Raises:
        ModelError: there is no such folder and no such model on the hub, or the hub cannot be reached.
    """
    if model is None:
        return default_model()
    folder = Path(model).expanduser()
    if folder.is_dir():
        if not (folder / "config.json").is_file():
            raise ModelError(
                "has no config.json", subject=str(model), remedy="name a folder with a saved model"
            )
        return folder
    return _download(str(model))


def _download(model: str) -> Path:
    """Hub files of a model; offline (HF_HUB_OFFLINE=1) those of the local cache."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    remedy = "check the name; without a network, name a folder"
    try:
        folder = Path(snapshot_download(model, allow_patterns=list(_FILES)))
        if not _weight_files(folder):
            folder = Path(snapshot_download(model, allow_patterns=[*_FILES, "pytorch_model*.bin"]))
    except HFValidationError as error:
        raise ModelError("is neither a folder nor a hub id", subject=model, remedy=remedy) from error
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        reason = f"is no folder, and the hub has no such model or cannot be reached ({type(error).__name__})"
        raise ModelError(reason, subject=model, remedy=remedy) from error
    if not (folder / "config.json").is_file():
        raise ModelError("has no config.json", subject=model, remedy="name a transformers checkpoint")
    return folder


def model_type(folder: Path) -> str:
    """The ``model_type`` of ``config.json``.

    Raises:
        ModelError: the file cannot be read or does not say.
    """
    try:
        value = json.loads((folder / "config.json").read_text(encoding="utf-8"))["model_type"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"config.json cannot be used ({error})", subject=str(folder)) from error
    return str(value)


def _weight_files(folder: Path) -> list[Path]:
    for pattern in _WEIGHTS:
        files = sorted(folder.glob(pattern))
        if files:
            return files
    return []


def weights_digest(folder: Path) -> str:
    """The sha256 of the weight files, in order of name, in hexadecimal."""
    digest = hashlib.sha256()
    for path in _weight_files(folder):
        with path.open("rb") as file:
            for block in iter(lambda: file.read(1 << 20), b""):
                digest.update(block)
    return digest.hexdigest()


def cache_folder() -> Path:
    """The folder of Refluent where the system keeps caches."""
    if sys.platform == "darwin":
        folder = Path.home() / "Library" / "Caches"
    elif sys.platform == "win32":
        folder = Path(os.environ.get("LOCALAPPDATA") or Path.home())
    else:
        folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return folder / "refluent"
