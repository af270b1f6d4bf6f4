"""Any seq2seq checkpoint that writes whole sentences: T5, BART, Marian, Pegasus, mBART, M2M100 and relatives.

A sentence is rewritten by greedy or beam search without sampling, then compared with the source. The
confidence of an edit is the lowest probability among the tokens that write it (for a deletion: of the token
that comes instead), from one more pass of the decoder over the finished hypothesis.

Padding is masked, so neighbours in a batch do not change a result. In float32 the last bits of a sum still
depend on the batch's shape; a flip needs two continuations whose log-probabilities agree to about six digits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from math import exp
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer, GenerationConfig
from transformers.utils import logging

from refluent.edits.extract import extract
from refluent.engines import presets
from refluent.engines.checkpoint import weights_digest
from refluent.types import Edit, Hypothesis

__all__ = ["TorchEngine"]

# English among the languages of multilingual checkpoints: mBART, NLLB, M2M100.
_ENGLISH_TOKENS = (("en_XX", "en_XX"), ("eng_Latn", "eng_Latn"), ("en", "__en__"))
_DEFAULT_MAX_PIECES = 512
# Tokenizers without a limit of their own store a huge number.
_NO_LIMIT = 100_000
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
        self._preset = presets.find(folder)
        with _without_progress_bars():
            self._tokenizer = AutoTokenizer.from_pretrained(folder)
            model = AutoModelForSeq2SeqLM.from_pretrained(folder, dtype=torch.float32)
        self._check_tokenizer()
        model.generation_config = self._generation(model)
        self._model = model.to(device).eval()

    def _check_tokenizer(self) -> None:
        """Where tokenizer files are missing, transformers makes one that knows no word, and says nothing."""
        pieces = self._tokenizer("the", add_special_tokens=False).input_ids
        if not pieces or set(pieces) == {self._tokenizer.unk_token_id}:
            raise ValueError("its tokenizer cannot spell an English word")

    def _generation(self, model: Any) -> GenerationConfig:
        """Own settings instead of the checkpoint's: those may sample, or force a minimum length."""
        stored = model.generation_config
        start, first = stored.decoder_start_token_id, stored.forced_bos_token_id
        english = self._set_english()
        if english is not None and type(self._tokenizer).__name__.startswith("MBartTokenizer"):
            # The first mBART begins with the language; its successors begin with </s> and force the language.
            start = english if start is None else start
        elif english is not None:
            first = english if first is None else first
        preset = self._preset
        return GenerationConfig(
            do_sample=False,
            num_beams=preset.num_beams,
            no_repeat_ngram_size=preset.no_repeat_ngram_size,
            early_stopping=preset.num_beams > 1,
            # Padding is no word; Marian checkpoints give it a high probability.
            suppress_tokens=[stored.pad_token_id],
            pad_token_id=stored.pad_token_id,
            eos_token_id=stored.eos_token_id,
            bos_token_id=stored.bos_token_id,
            decoder_start_token_id=start,
            forced_bos_token_id=first,
        )

    def _set_english(self) -> int | None:
        """Tell a multilingual tokenizer that texts are English; the id of its language token."""
        if not hasattr(self._tokenizer, "src_lang"):
            return None
        for language, token in _ENGLISH_TOKENS:
            number = self._tokenizer.convert_tokens_to_ids(token)
            if number is not None and number != self._tokenizer.unk_token_id:
                self._tokenizer.src_lang = language
                return int(number)
        return None

    @property
    def max_pieces(self) -> int:
        """The positions the model has, or was trained with where it has no fixed number."""
        config = self._model.config
        limits = [
            getattr(config, "max_position_embeddings", None),
            getattr(config, "n_positions", None),
            self._tokenizer.model_max_length,
        ]
        return min(
            (int(limit) for limit in limits if limit and limit < _NO_LIMIT), default=_DEFAULT_MAX_PIECES
        )

    def count_pieces(self, text: str) -> int:
        """Subwords of a text, with instruction and special tokens."""
        return len(self._tokenizer(self._preset.prefix + text).input_ids)

    @torch.inference_mode()
    def rewrite(self, texts: Sequence[str]) -> list[Hypothesis]:
        """One hypothesis for each text."""
        if not texts:
            return []
        inputs = self._tokenizer(
            [self._preset.prefix + text for text in texts], padding=True, return_tensors="pt"
        )
        lengths = inputs.attention_mask.sum(1).tolist()
        if max(lengths) > self.max_pieces:
            raise ValueError(f"a text has {max(lengths)} pieces, the model takes {self.max_pieces}")
        ids, mask = inputs.input_ids.to(self._device), inputs.attention_mask.to(self._device)
        budgets = [min(length + length // 2 + 16, self.max_pieces - 1) for length in lengths]
        sequences = self._model.generate(input_ids=ids, attention_mask=mask, max_new_tokens=max(budgets))
        found = [Hypothesis(text) for text in texts]
        changed: dict[int, tuple[list[int], str]] = {}
        for row, (text, budget) in enumerate(zip(texts, budgets, strict=True)):
            tokens = self._written(sequences[row], budget)
            hypothesis = self._decode(tokens)
            if hypothesis and hypothesis != text:
                changed[row] = tokens, hypothesis
        scores = self._score(ids, mask, sequences, list(changed))
        for row, (tokens, hypothesis) in changed.items():
            edits = extract(texts[row], hypothesis)
            edits = self._rate(edits, self._ends(tokens), scores[row])
            found[row] = Hypothesis(texts[row], tuple(self._without_losses(texts[row], edits)))
        return found

    def _written(self, sequence: Tensor, budget: int) -> list[int]:
        """Tokens between start and end; none where the model did not come to an end in time, or ran away."""
        stops = self._model.generation_config.eos_token_id
        stops = stops if isinstance(stops, list) else [stops]
        tokens = sequence[1:].tolist()
        end = next((place for place, token in enumerate(tokens) if token in stops), None)
        return tokens[:end] if end is not None and end < budget else []

    def _decode(self, tokens: list[int]) -> str:
        # M2M100 does not count its language tokens among the special ones.
        language = self._model.generation_config.forced_bos_token_id
        words = [token for token in tokens if token != language]
        text: str = self._tokenizer.decode(
            words, skip_special_tokens=True, clean_up_tokenization_spaces=False
        )
        return text.strip()

    def _ends(self, tokens: list[int]) -> list[int]:
        """For each token the end of the text that it and those before it spell.

        Prefixes are decoded, because subwords join by rules that differ between tokenizers; a character whose
        bytes are not complete yet shows as one replacement character.
        """
        ends: list[int] = []
        for count in range(1, len(tokens) + 1):
            length = len(self._decode(tokens[:count]))
            ends.append(max(length, ends[-1] if ends else 0))
        return ends

    def _score(self, ids: Tensor, mask: Tensor, sequences: Tensor, rows: list[int]) -> dict[int, list[float]]:
        """Probabilities of the tokens that some rows wrote, from a forward pass over them.

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
            chosen = (
                torch.log_softmax(logits.float(), -1).gather(-1, outputs[:, 1:].unsqueeze(-1)).squeeze(-1)
            )
            for row, values in zip(part, chosen.tolist(), strict=True):
                found[row] = [exp(min(value, 0.0)) for value in values]
        return found

    def _rate(self, edits: Sequence[Edit], ends: Sequence[int], scores: Sequence[float]) -> list[Edit]:
        """The edits with their confidences.

        ends: for each token the end of its text in the hypothesis; scores: probabilities, the end's included.
        """
        rated: list[Edit] = []
        growth = 0
        for edit in edits:
            start = edit.span.start + growth
            end = start + len(edit.replacement)
            growth += len(edit.replacement) - len(edit.original)
            begins = [0, *ends]
            used = [place for place in range(len(ends)) if begins[place] < end and ends[place] > start]
            if not used:
                used = [next((place for place in range(len(ends)) if ends[place] > start), len(ends))]
            rated.append(replace(edit, confidence=round(min(scores[place] for place in used), 4)))
        return rated

    def _without_losses(self, text: str, edits: Sequence[Edit]) -> list[Edit]:
        """Leave out edits where the tokenizer itself cannot spell the source.

        T5 has no curly brackets: "{name}" comes back as "name" however good the model is.
        """
        pieces = self._tokenizer(text, add_special_tokens=False).input_ids
        spelled = self._decode(pieces)
        if spelled == text:
            return list(edits)
        losses = extract(text, spelled)
        return [edit for edit in edits if not any(edit.span.overlaps(loss.span) for loss in losses)]

    def signature(self) -> Mapping[str, str]:
        """Engine, digest of the weights, device type and decoding."""
        preset = self._preset
        decoding = "greedy" if preset.num_beams == 1 else f"beam{preset.num_beams}"
        return {
            "engine": "torch",
            "model": weights_digest(self._folder),
            "device": self._device.partition(":")[0],
            "decoding": decoding,
            "prefix": preset.prefix.strip(),
        }
