"""Any seq2seq checkpoint that writes whole sentences: T5, BART, Marian, Pegasus, mBART, M2M100 and relatives.

A sentence is rewritten by greedy or beam search without sampling, then compared with the source. Greedy
search is guided by the input where the architecture allows (`refluent.engines.guided`): the same output in
fewer passes.

Padding is masked, so neighbours in a batch do not change a result. In float32 the last bits of a sum still
depend on the batch's shape; a flip needs two continuations whose log-probabilities agree to about six digits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor
from transformers import AutoModelForSeq2SeqLM, BatchEncoding
from transformers.utils import logging

from refluent.engines.checkpoint import weights_digest
from refluent.engines.guided import MODEL_TYPES, GuidedDecoder
from refluent.engines.speller import Speller, Written
from refluent.types import Hypothesis

__all__ = ["TorchEngine"]

_SCORE_ELEMENTS = 32 * 1024 * 1024


@contextmanager
def _without_progress_bars() -> Iterator[None]:
    """A library call must not draw on the terminal of its caller."""
    is_shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if is_shown:
            logging.enable_progress_bar()


class TorchEngine:
    """Rewrites sentences with a checkpoint of transformers, in float32.

    Args:
        folder: configuration, weights and tokenizer as `save_pretrained` writes them.
        device: a torch device, for instance ``"cpu"`` or ``"cuda:0"``.
    """

    min_confidence = 0.0

    def __init__(self, folder: Path, device: str = "cpu") -> None:
        self._folder = folder
        self._device = device
        with _without_progress_bars():
            self._speller = Speller(folder)
            model = AutoModelForSeq2SeqLM.from_pretrained(folder, dtype=torch.float32)
        model.generation_config = self._speller.generation(model.generation_config)
        self._model = model.to(device).eval()
        preset = self._speller.preset
        is_greedy = preset.num_beams == 1 and preset.no_repeat_ngram_size == 0
        is_guided = is_greedy and model.config.model_type in MODEL_TYPES
        self._guided = GuidedDecoder(self._model, model.generation_config) if is_guided else None

    @property
    def max_pieces(self) -> int:
        """Longest text in pieces."""
        return self._speller.max_pieces

    def count_pieces(self, text: str) -> int:
        """Subwords of a text, with instruction and special tokens."""
        return self._speller.count_pieces(text)

    @torch.inference_mode()
    def rewrite(self, texts: Sequence[str]) -> list[Hypothesis]:
        """One hypothesis for each text."""
        if not texts:
            return []
        inputs = self._speller.read(texts).to(self._device)
        limits = [self._speller.budget(length) for length in inputs.attention_mask.sum(1).tolist()]
        if self._guided is not None:
            drafts = [self._speller.copy(text) for text in texts]
            written = self._guided.decode(inputs.input_ids, inputs.attention_mask, drafts, limits)
        else:
            written = self._search(texts, inputs, limits)
        return [self._speller.hypothesis(text, one) for text, one in zip(texts, written, strict=True)]

    def _search(self, texts: Sequence[str], inputs: BatchEncoding, limits: Sequence[int]) -> list[Written]:
        """Greedy or beam search by transformers; scores where the text changes."""
        ids, mask = inputs.input_ids, inputs.attention_mask
        sequences = self._model.generate(input_ids=ids, attention_mask=mask, max_new_tokens=max(limits))
        written = [self._written(row, limit) for row, limit in zip(sequences, limits, strict=True)]
        changed = [row for row, text in enumerate(texts) if self._speller.rewritten(text, written[row])]
        scores = self._score(ids, mask, sequences, changed)
        return [replace(one, scores=scores.get(row, [])) for row, one in enumerate(written)]

    def _written(self, sequence: Tensor, limit: int) -> Written:
        """The tokens between start and end, without scores."""
        stops = self._model.generation_config.eos_token_id
        stops = stops if isinstance(stops, list) else [stops]
        tokens: list[int] = sequence[1 : limit + 1].tolist()
        end = next((place for place, token in enumerate(tokens) if token in stops), None)
        return Written(tokens[:end], [], is_ended=end is not None)

    def _score(self, ids: Tensor, mask: Tensor, sequences: Tensor, rows: list[int]) -> dict[int, list[float]]:
        """Log-probabilities of the tokens that some rows wrote, from a forward pass over them.

        ids, mask (B, S): the sources; sequences (B, T): start token and outputs.
        """
        found: dict[int, list[float]] = {}
        size = max(1, _SCORE_ELEMENTS // (sequences.size(1) * self._model.config.vocab_size))
        for first in range(0, len(rows), size):
            part = rows[first : first + size]
            outputs = sequences[part]
            logits = self._model(
                input_ids=ids[part], attention_mask=mask[part], decoder_input_ids=outputs[:, :-1]
            ).logits
            every = torch.log_softmax(logits.float(), -1)
            chosen = every.gather(-1, outputs[:, 1:].unsqueeze(-1)).squeeze(-1)
            found |= dict(zip(part, chosen.tolist(), strict=True))
        return found

    def signature(self) -> Mapping[str, str]:
        """Engine, digest of the weights, device type and decoding."""
        return {
            "engine": "torch",
            "model": weights_digest(self._folder),
            "device": self._device.partition(":")[0],
            **self._speller.signature(),
        }
