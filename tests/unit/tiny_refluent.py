"""A network of the default model's architecture, small enough to train inside a test."""

from __future__ import annotations

import random
import string
from pathlib import Path

import torch

from refluent.modeling.confidence import Calibration
from refluent.modeling.configuration import RefluentConfig
from refluent.modeling.features import Vocabulary
from refluent.modeling.inference import MEASURES
from refluent.modeling.network import RefluentModel
from refluent.modeling.storage import save_model
from refluent.training.examples import ExampleOptions, PackedExamples, make_example, pack
from refluent.training.loop import StageOptions, train_stage
from refluent.training.pairs import Pair
from refluent.training.tokenizer import train_tokenizer

__all__ = ["LESSONS", "examples", "network", "save", "train", "vocabulary"]

# Awkward and fluent: agreement, a missing article, a wrong preposition, a doubled word, nothing to repair.
LESSONS = (
    ("He go to the market.", "He goes to the market."),
    ("She go to the office.", "She goes to the office."),
    ("They live in small town.", "They live in a small town."),
    ("We depend from the rain.", "We depend on the rain."),
    ("The price price fell.", "The price fell."),
    ("The rain fell.", "The rain fell."),
    ("They go to the market.", "They go to the market."),
    ("The old town depends on the river.", "The old town depends on the river."),
)
_CHARACTERS = string.ascii_lowercase + string.digits + string.punctuation
_N_EVIDENCE = len(Calibration.evidence([0.0] * len(MEASURES)))


def vocabulary() -> Vocabulary:
    words = sorted({word.strip(".").lower() for pair in LESSONS for text in pair for word in text.split()})
    pieces = [*_CHARACTERS, *(f"##{character}" for character in _CHARACTERS)]
    whole = [word for word in words if len(word) > 1]
    decoder = train_tokenizer((target for _, target in LESSONS), size=300)
    return Vocabulary(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *pieces, *whole], decoder)


def network(words: Vocabulary, *, seed: int = 1) -> RefluentModel:
    torch.manual_seed(seed)
    config = RefluentConfig(
        vocab_size=len(words.wordpieces),
        output_vocab_size=words.size,
        hidden_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=96,
        decoder_layers=1,
        decoder_intermediate_size=96,
        max_position_embeddings=64,
        dropout=0.0,
    )
    return RefluentModel(config)


def save(model: RefluentModel, words: Vocabulary, folder: Path) -> Path:
    """A model folder whose confidence is near 1 wherever the model detects a fault."""
    save_model(model, folder, metadata={})
    words.save(folder)
    weights = tuple(float(place == 0) for place in range(_N_EVIDENCE))
    Calibration(weights, 0.0, 0.5, 0.5).save(folder)
    return folder


def examples(words: Vocabulary) -> PackedExamples:
    rng = random.Random(1)
    made = (make_example(Pair(*lesson, "lessons"), words, rng, ExampleOptions()) for lesson in LESSONS)
    return pack(example for example in made if example is not None)


def train(folder: Path, steps: int = 40) -> None:
    """Some steps from the same start, with checkpoints; what a process of its own can be told to do."""
    torch.set_num_threads(1)
    words = vocabulary()
    model = network(words)
    options = StageOptions(steps, batch_pieces=48, warmup=5, checkpoint_every=3, average_last=2)
    train_stage(model, examples(words), options, folder=folder)
    torch.save(model.state_dict(), folder / "final.pt")
