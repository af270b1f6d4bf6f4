"""Noise that makes fluent sentences awkward, for denoising: learned from real pairs, and authored."""

from __future__ import annotations

import random

from refluent.training.noise.authored import AuthoredNoise
from refluent.training.noise.phrases import PhraseNoise

__all__ = ["Noise"]


class Noise:
    """Both tables, one after the other: first what systems were seen to write, then what editors know.

    Args:
        learned: inverse phrase table of real pairs.
        authored: hand-written phrase table.
        authored_rate: share of matching places at which the authored table is used, in [0, 1].
    """

    def __init__(self, learned: PhraseNoise, authored: AuthoredNoise, *, authored_rate: float) -> None:
        self._learned = learned
        self._authored = authored
        self._authored_rate = authored_rate

    def corrupt(self, text: str, rng: random.Random, *, strength: float = 1.0) -> str:
        """An awkward version of a fluent sentence; ``strength`` makes it more or less so."""
        awkward = self._learned.corrupt(text, rng, strength=strength)
        return self._authored.corrupt(awkward, rng, rate=min(1.0, strength * self._authored_rate))
