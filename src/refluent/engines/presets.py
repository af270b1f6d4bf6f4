"""How public checkpoints want to be asked: their instruction prefix and generation settings.

Each row follows the model card of the checkpoint. Sampling, where a card uses it, is replaced by its beam
search: the same text must always get the same repair.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

__all__ = ["PRESETS", "Preset", "find"]


@dataclass(frozen=True)
class Preset:
    """Settings for one family of checkpoints.

    Attributes:
        prefix: the instruction before each text, with its trailing space.
        num_beams: width of the beam search; 1 is greedy.
        no_repeat_ngram_size: no n-gram of this size is written twice; 0 for no such limit.
    """

    prefix: str = ""
    num_beams: int = 1
    no_repeat_ngram_size: int = 0


# Pattern of the name without its owner, in lower case; the first that fits.
PRESETS: tuple[tuple[str, Preset], ...] = (
    # grammarly/coedit-large, -xl, -xxl, -xl-composite
    ("coedit-*", Preset("Fix grammatical errors in this sentence: ")),
    # vennify/t5-base-grammar-correction
    ("t5-base-grammar-correction", Preset("grammar: ", num_beams=5)),
    # prithivida/grammar_error_correcter_v1 (Gramformer)
    ("grammar_error_correcter_v1", Preset("gec: ", num_beams=7)),
    # pszemraj/flan-t5-large-grammar-synthesis and its smaller relatives; min_length=8 of their configuration
    # is left out, a short sentence would get words that it does not need
    ("*grammar-synthesis*", Preset(num_beams=2, no_repeat_ngram_size=4)),
    # Unbabel/gec-t5_small
    ("gec-t5_small", Preset("gec: ", num_beams=5)),
    # Modfiededition/t5-base-fine-tuned-on-jfleg
    ("t5-base-fine-tuned-on-jfleg", Preset("grammar: ")),
)
_CACHE_PREFIX = "models--"


def _name(folder: Path) -> str:
    """Name of a model without its owner, from its folder or its place in the hub's cache.

    >>> _name(Path("hub/models--grammarly--coedit-large/snapshots/0ed2393"))
    'coedit-large'
    """
    cached = [part for part in folder.parts if part.startswith(_CACHE_PREFIX)]
    return (cached[-1].split("--")[-1] if cached else folder.name).lower()


def find(folder: Path) -> Preset:
    """The preset for a model folder; greedy without a prefix where none is known."""
    name = _name(folder)
    return next((preset for pattern, preset in PRESETS if fnmatch(name, pattern)), Preset())
