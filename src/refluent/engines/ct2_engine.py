"""Whole-sentence checkpoints on CTranslate2: int8 weights on a CPU, float16 with int8 on CUDA.

A checkpoint is converted on first use into the user's cache folder, under the digest of its weights, the
version of CTranslate2 and the quantization: another of these finds nothing of this one, and a conversion that
was interrupted leaves nothing behind. Results differ from those of `TorchEngine` where int8 rounding turns a
close decision; confidences come from the same quantized model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

import ctranslate2
from ctranslate2.converters import TransformersConverter
from transformers import AutoConfig, GenerationConfig

from refluent.engines.checkpoint import cache_folder, model_type, weights_digest
from refluent.engines.speller import Speller, Written
from refluent.errors import DeviceError
from refluent.types import Hypothesis

__all__ = ["Ct2Engine"]

_QUANTIZATIONS = {"cpu": "int8", "cuda": "int8_float16"}
# Whether layers normalize their inputs, and whether embeddings are normalized: the converter looks for it in
# the configuration, transformers 5 has it in the code of each architecture.
_NORMALIZATION = {"bart": (False, True), "mbart": (True, True), "pegasus": (True, False)}
# CTranslate2 cuts longer inputs silently unless told not to.
_NO_LIMIT = 0


class _Converter(TransformersConverter):  # type: ignore[misc]
    """Converts a checkpoint as transformers 5 understands it."""

    def load_model(self, model_class: Any, folder: str, **options: Any) -> Any:
        """The model to convert."""
        model = model_class.from_pretrained(folder, **options)
        config = model.config
        if hasattr(config, "scale_decoder_outputs"):
            # Of T5 the converter asks whether output embeddings are tied, to know whether to scale outputs;
            # transformers 5 answers that they always are, and keeps the answer in another field.
            config.tie_word_embeddings = config.scale_decoder_outputs
        if config.model_type in _NORMALIZATION:
            config.normalize_before, config.normalize_embedding = _NORMALIZATION[config.model_type]
        if config.model_type == "marian" and model.get_input_embeddings().weight[config.pad_token_id].any():
            raise ValueError("CTranslate2 would start from zeros, this checkpoint starts from an embedding")
        self._vocab_size: int = config.vocab_size
        return model

    def load_tokenizer(self, tokenizer_class: Any, folder: str, **options: Any) -> Any:
        """Its tokenizer; M2M100's does not list its languages in its vocabulary."""
        tokenizer = tokenizer_class.from_pretrained(folder, **options)
        if hasattr(tokenizer, "lang_token_to_id"):
            vocabulary = {**tokenizer.get_vocab(), **tokenizer.lang_token_to_id}
            tokenizer.get_vocab = lambda: vocabulary
            tokenizer.num_madeup_words = self._vocab_size - len(vocabulary)
        return tokenizer


def converted(folder: Path, quantization: str, *, digest: str) -> Path:
    """The folder with a converted checkpoint, made if it is not there.

    Raises:
        ValueError: CTranslate2 does not know the architecture.
        OSError: the cache cannot be written.
    """
    target = cache_folder() / "ctranslate2" / f"{digest[:32]}-{ctranslate2.__version__}-{quantization}"
    if (target / "model.bin").is_file():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    made = Path(mkdtemp(prefix=".converting-", dir=target.parent))
    try:
        _Converter(str(folder)).convert(str(made), quantization=quantization, force=True)
        made.rename(target)
    except OSError:
        # Another process may have been faster; what it made is the same.
        if not (target / "model.bin").is_file():
            raise
    finally:
        rmtree(made, ignore_errors=True)
    return target


class Ct2Engine:
    """Rewrites sentences with a converted checkpoint.

    Args:
        folder: configuration, weights and tokenizer as `save_pretrained` writes them.
        device: ``"cpu"`` or ``"cuda:0"``.
        quantization: of weights and computation, in the words of CTranslate2; by default what is fast.

    Raises:
        DeviceError: CTranslate2 does not run there.
        ValueError: it does not know the architecture.
    """

    min_confidence = 0.0

    def __init__(self, folder: Path, device: str = "cpu", *, quantization: str | None = None) -> None:
        kind, _, index = device.partition(":")
        if kind not in _QUANTIZATIONS:
            raise DeviceError("CTranslate2 does not run there", subject=device, remedy="use --engine torch")
        self._digest = weights_digest(folder)
        self._device = kind
        self._quantization = quantization or _QUANTIZATIONS[kind]
        self._speller = Speller(folder)
        self._is_marian = model_type(folder) == "marian"
        settings = self._speller.generation(_stored_settings(folder))
        is_language = settings.decoder_start_token_id == self._speller.english
        # Multilingual checkpoints begin with the language, in the place of the start or after it.
        self._start = self._name(settings.decoder_start_token_id if is_language else None)
        self._first = self._name(settings.forced_bos_token_id)
        made = converted(folder, self._quantization, digest=self._digest)
        self._translator = ctranslate2.Translator(
            str(made), device=kind, device_index=int(index or 0), compute_type=self._quantization
        )

    @property
    def max_pieces(self) -> int:
        """Longest text in pieces."""
        return self._speller.max_pieces

    def count_pieces(self, text: str) -> int:
        """Subwords of a text, with instruction and special tokens."""
        return self._speller.count_pieces(text)

    def rewrite(self, texts: Sequence[str]) -> list[Hypothesis]:
        """One hypothesis for each text."""
        if not texts:
            return []
        inputs = self._speller.read(texts)
        lengths = inputs.attention_mask.sum(1).tolist()
        limits = [self._speller.budget(length) for length in lengths]
        names = self._speller.tokenizer.convert_ids_to_tokens
        sources = [
            names(ids[mask.bool()].tolist())
            for ids, mask in zip(inputs.input_ids, inputs.attention_mask, strict=True)
        ]
        written = self._search(sources, limits)
        changed = [row for row, text in enumerate(texts) if self._speller.rewritten(text, written[row])]
        scores = self._score([sources[row] for row in changed], [written[row].tokens for row in changed])
        for row, found in zip(changed, scores, strict=True):
            written[row] = replace(written[row], scores=found)
        return [self._speller.hypothesis(text, one) for text, one in zip(texts, written, strict=True)]

    def _name(self, token: int | None) -> list[str]:
        return [] if token is None else [self._speller.tokenizer.convert_ids_to_tokens(token)]

    def _search(self, sources: list[list[str]], limits: Sequence[int]) -> list[Written]:
        """What greedy or beam search writes, without scores."""
        tokenizer, prefix = self._speller.tokenizer, [*self._start, *self._first]
        results = self._translator.translate_batch(
            sources,
            [prefix] * len(sources) if prefix else None,
            beam_size=self._speller.preset.num_beams,
            no_repeat_ngram_size=self._speller.preset.no_repeat_ngram_size,
            # The converter takes padding out of the vocabulary of Marian checkpoints.
            suppress_sequences=None if self._is_marian else [[tokenizer.pad_token]],
            max_input_length=_NO_LIMIT,
            max_decoding_length=max(limits),
            return_end_token=True,
        )
        found: list[Written] = []
        for result, limit in zip(results, limits, strict=True):
            names = result.hypotheses[0]
            tokens = tokenizer.convert_tokens_to_ids(names[:limit])
            is_ended = len(names) <= limit and names[-1:] == [tokenizer.eos_token]
            found.append(Written(tokens[:-1] if is_ended else tokens, [], is_ended))
        return found

    def _score(self, sources: list[list[str]], tokens: Sequence[list[int]]) -> list[list[float]]:
        """Log-probabilities of the tokens written for some texts, and of their ends."""
        names = self._speller.tokenizer.convert_ids_to_tokens
        targets = [[*self._start, *names(row)] for row in tokens]
        if not targets:
            return []
        results = self._translator.score_batch(sources, targets, max_input_length=_NO_LIMIT)
        return [list(result.log_probs) for result in results]

    def signature(self) -> Mapping[str, str]:
        """Engine, digest of the weights, device type, quantization and decoding."""
        return {
            "engine": "ctranslate2",
            "model": self._digest,
            "device": self._device,
            "quantization": self._quantization,
            **self._speller.signature(),
        }


def _stored_settings(folder: Path) -> GenerationConfig:
    """The generation settings of a checkpoint; older ones keep them in their configuration."""
    if (folder / "generation_config.json").is_file():
        return GenerationConfig.from_pretrained(folder)
    return GenerationConfig.from_model_config(AutoConfig.from_pretrained(folder))
