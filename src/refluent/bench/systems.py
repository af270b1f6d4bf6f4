"""The systems that can be measured, each as a function that takes a batch of texts.

Heavy libraries are imported where a system is loaded: each is measured in a process of its own, so that its
memory and its start are its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from refluent.errors import ConfigError

__all__ = ["SYSTEMS", "UNBATCHED", "Case", "load"]

Rewrite = Callable[[Sequence[str]], object]

# Widths, layers and heads of the published sizes (Raffel et al. 2020); later versions of T5 differ little.
_T5_SIZES = {
    "base": {"d_model": 768, "d_ff": 3072, "num_layers": 12, "num_heads": 12},
    "large": {"d_model": 1024, "d_ff": 4096, "num_layers": 24, "num_heads": 16},
}
_T5_VOCABULARY = 32_128
# Subwords of an English word in T5's vocabulary, on average over news.
_PIECES_PER_WORD = 1.35


@dataclass(frozen=True)
class Case:
    """One row of the comparison.

    Attributes:
        system: a name in `SYSTEMS`.
        batch: texts at once; 0 where the system decides.
        model: the model of Refluent's own systems and of transformers; the default model where there is none.
        device: what it runs on.
        threads: cores to use.
        harper: the folder in which ``npm install harper.js`` was called.
    """

    system: str
    batch: int = 0
    model: str | None = None
    device: str = "cpu"
    threads: int = 1
    harper: str | None = None


def _repairer(case: Case) -> Rewrite:
    """Everything: segments, rules, model, guards."""
    from refluent.repairer import Repairer

    return Repairer.load(case.model, device=case.device).repair_batch


def _engine(name: str, case: Case) -> Rewrite:
    """The model alone."""
    from refluent.engines.registry import load as load_engine

    return load_engine(case.model, device=case.device, engine=name).rewrite


def _generate(num_beams: int, case: Case) -> Rewrite:
    """What transformers does with the same weights."""
    import torch
    from transformers import AutoModelForSeq2SeqLM

    from refluent.engines.checkpoint import locate
    from refluent.engines.speller import Speller

    folder = locate(case.model)
    speller = Speller(folder)
    model: Any = AutoModelForSeq2SeqLM.from_pretrained(folder, dtype=torch.float32).to(case.device).eval()
    settings = speller.generation(model.generation_config)
    settings.num_beams = num_beams
    model.generation_config = settings

    @torch.inference_mode()
    def rewrite(texts: Sequence[str]) -> object:
        inputs = speller.read(texts).to(case.device)
        limits = [speller.budget(length) for length in inputs.attention_mask.sum(1).tolist()]
        return speller.tokenizer.batch_decode(model.generate(**inputs, max_new_tokens=max(limits)))

    return rewrite


def _t5(size: str, case: Case) -> Rewrite:
    """A T5 with random weights that writes as many tokens as it reads: its speed, not its output, is real."""
    import torch
    from transformers import T5Config, T5ForConditionalGeneration

    torch.manual_seed(1)
    config = T5Config(vocab_size=_T5_VOCABULARY, decoder_start_token_id=0, **_T5_SIZES[size])
    model: Any = T5ForConditionalGeneration(config).to(case.device).eval()

    @torch.inference_mode()
    def rewrite(texts: Sequence[str]) -> object:
        lengths = [round(_PIECES_PER_WORD * len(text.split())) + 1 for text in texts]
        longest = max(lengths)
        ids = torch.randint(3, _T5_VOCABULARY, (len(texts), longest), device=case.device)
        mask = (torch.arange(longest) < torch.tensor(lengths).unsqueeze(1)).long().to(case.device)
        return model.generate(
            input_ids=ids,
            attention_mask=mask,
            min_new_tokens=longest,
            max_new_tokens=longest,
            do_sample=False,
        )

    return rewrite


def _harper(case: Case) -> Rewrite:
    from refluent.bench.peers import Harper

    if case.harper is None:
        remedy = "npm install harper.js in a folder, and name that with --harper"
        raise ConfigError("has no folder", subject="harper", remedy=remedy)
    return Harper(Path(case.harper)).rewrite


def _symspell(case: Case) -> Rewrite:
    from refluent.bench.peers import symspell

    return symspell()


# What makes its own batches, or takes one text after the other.
UNBATCHED = frozenset({"refluent", "harper", "symspell"})
# name -> what loads it
SYSTEMS: dict[str, Callable[[Case], Rewrite]] = {
    "refluent": _repairer,
    "engine": partial(_engine, "auto"),
    "ctranslate2": partial(_engine, "ctranslate2"),
    "generate-greedy": partial(_generate, 1),
    "generate-beam4": partial(_generate, 4),
    "t5-base-size": partial(_t5, "base"),
    "t5-large-size": partial(_t5, "large"),
    "harper": _harper,
    "symspell": _symspell,
}


def load(case: Case) -> Rewrite:
    """The function of a system.

    Raises:
        ConfigError: the system is not known, or not installed.
    """
    if case.system not in SYSTEMS:
        remedy = f"use {', '.join(SYSTEMS)}"
        raise ConfigError("there is no such system", subject=case.system, remedy=remedy)
    return SYSTEMS[case.system](case)
