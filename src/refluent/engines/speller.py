"""The tokenizer of a checkpoint: what it reads, what its outputs spell, and how sure each edit is.

The same for every engine that runs whole-sentence checkpoints. The confidence of an edit is the lowest
probability among the tokens that write it (for a deletion: of the token that comes instead).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from math import exp
from pathlib import Path

from transformers import AutoConfig, AutoTokenizer, BatchEncoding, GenerationConfig

from refluent.edits.extract import extract
from refluent.engines import presets
from refluent.types import Edit, Hypothesis

__all__ = ["Speller", "Written"]

# English among the languages of multilingual checkpoints: mBART, NLLB, M2M100.
_ENGLISH_TOKENS = (("en_XX", "en_XX"), ("eng_Latn", "eng_Latn"), ("en", "__en__"))
_DEFAULT_MAX_PIECES = 512
# Tokenizers without a limit of their own store a huge number.
_NO_LIMIT = 100_000


@dataclass(frozen=True)
class Written:
    """What a decoder wrote for one text.

    Attributes:
        tokens: ids between start and end.
        scores: log-probability of each, and of the end.
        is_ended: False where the decoder ran on to its limit; what it wrote is no sentence then.
    """

    tokens: list[int]
    scores: list[float]
    is_ended: bool = True


class Speller:
    """Texts to ids and back, for one checkpoint.

    Args:
        folder: configuration and tokenizer as `save_pretrained` writes them.

    Raises:
        ValueError: the tokenizer cannot spell English.
    """

    def __init__(self, folder: Path) -> None:
        self.preset = presets.find(folder)
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self._config = AutoConfig.from_pretrained(folder)
        self._check_tokenizer()
        self.english = self._set_english()
        self._forced: int | None = None

    def _check_tokenizer(self) -> None:
        """Where tokenizer files are missing, transformers makes one that knows no word, and says nothing."""
        pieces = self.tokenizer("the", add_special_tokens=False).input_ids
        if not pieces or set(pieces) == {self.tokenizer.unk_token_id}:
            raise ValueError("its tokenizer cannot spell an English word")

    def _set_english(self) -> int | None:
        """Tell a multilingual tokenizer that texts are English; the id of its language token."""
        if not hasattr(self.tokenizer, "src_lang"):
            return None
        for language, token in _ENGLISH_TOKENS:
            number = self.tokenizer.convert_tokens_to_ids(token)
            if number is not None and number != self.tokenizer.unk_token_id:
                self.tokenizer.src_lang = self.tokenizer.tgt_lang = language
                return int(number)
        return None

    def generation(self, stored: GenerationConfig) -> GenerationConfig:
        """Own settings instead of the checkpoint's: those may sample, or force a minimum length."""
        start, first = stored.decoder_start_token_id, stored.forced_bos_token_id
        english = self.english
        if english is not None and type(self.tokenizer).__name__.startswith("MBartTokenizer"):
            # The first mBART begins with the language; its successors begin with </s> and force the language.
            start = english if start is None else start
        elif english is not None:
            first = english if first is None else first
        self._forced = first
        preset = self.preset
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

    def signature(self) -> dict[str, str]:
        """Decoding and prefix, as an engine signs them."""
        beams = self.preset.num_beams
        return {"decoding": "greedy" if beams == 1 else f"beam{beams}", "prefix": self.preset.prefix.strip()}

    @property
    def max_pieces(self) -> int:
        """The positions the model has, or was trained with where it has no fixed number."""
        limits = [
            getattr(self._config, "max_position_embeddings", None),
            getattr(self._config, "n_positions", None),
            self.tokenizer.model_max_length,
        ]
        return min(
            (int(limit) for limit in limits if limit and limit < _NO_LIMIT), default=_DEFAULT_MAX_PIECES
        )

    def count_pieces(self, text: str) -> int:
        """Subwords of a text, with instruction and special tokens."""
        return len(self.tokenizer(self.preset.prefix + text).input_ids)

    def read(self, texts: Sequence[str]) -> BatchEncoding:
        """Ids and mask of a padded batch, as tensors.

        Raises:
            ValueError: a text is longer than the model takes.
        """
        inputs = self.tokenizer(
            [self.preset.prefix + text for text in texts], padding=True, return_tensors="pt"
        )
        longest = int(inputs.attention_mask.sum(1).max())
        if longest > self.max_pieces:
            raise ValueError(f"a text has {longest} pieces, the model takes {self.max_pieces}")
        return inputs

    def budget(self, length: int) -> int:
        """Most tokens that a decoder may write for a text of so many pieces, the end included."""
        return min(length + length // 2 + 16, self.max_pieces - 1)

    def copy(self, text: str) -> list[int]:
        """The ids a decoder writes to leave a text as it is, before the end."""
        ids: list[int] = self.tokenizer(text_target=text).input_ids
        # Some checkpoints begin with a special token; mBART has its language behind the end.
        return list(takewhile(lambda token: token != self.tokenizer.eos_token_id, ids))

    def decode(self, tokens: Sequence[int]) -> str:
        """The text that ids spell."""
        # M2M100 does not count its language tokens among the special ones.
        words = [token for token in tokens if token != self._forced]
        text: str = self.tokenizer.decode(words, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return text.strip()

    def rewritten(self, text: str, written: Written) -> str:
        """What was made of a text; empty where that is nothing, or nothing new."""
        hypothesis = self.decode(written.tokens) if written.is_ended else ""
        return "" if hypothesis == text else hypothesis

    def hypothesis(self, text: str, written: Written) -> Hypothesis:
        """The edits that lead from a text to what was written, each with its confidence."""
        rewritten = self.rewritten(text, written)
        if not rewritten:
            return Hypothesis(text)
        edits = _rate(extract(text, rewritten), self._ends(written.tokens), written.scores)
        return Hypothesis(text, tuple(self._without_losses(text, edits)))

    def _ends(self, tokens: Sequence[int]) -> list[int]:
        """For each token the end of the text that it and those before it spell.

        Prefixes are decoded, because subwords join by rules that differ between tokenizers; a character whose
        bytes are not complete yet shows as one replacement character.
        """
        ends: list[int] = []
        for count in range(1, len(tokens) + 1):
            length = len(self.decode(tokens[:count]))
            ends.append(max(length, ends[-1] if ends else 0))
        return ends

    def _without_losses(self, text: str, edits: Sequence[Edit]) -> list[Edit]:
        """Leave out edits where the tokenizer itself cannot spell the source.

        T5 has no curly brackets: "{name}" comes back as "name" however good the model is.
        """
        spelled = self.decode(self.tokenizer(text, add_special_tokens=False).input_ids)
        if spelled == text:
            return list(edits)
        losses = extract(text, spelled)
        return [edit for edit in edits if not any(edit.span.overlaps(loss.span) for loss in losses)]


def _rate(edits: Sequence[Edit], ends: Sequence[int], scores: Sequence[float]) -> list[Edit]:
    """The edits with their confidences.

    ends: for each token the end of its text in the hypothesis; scores: log-probabilities, the end's included.
    """
    rated: list[Edit] = []
    growth = 0
    begins = [0, *ends]
    for edit in edits:
        start = edit.span.start + growth
        end = start + len(edit.replacement)
        growth += len(edit.replacement) - len(edit.original)
        used = [place for place in range(len(ends)) if begins[place] < end and ends[place] > start]
        if not used:
            used = [next((place for place in range(len(ends)) if ends[place] > start), len(ends))]
        lowest = min(min(scores[place] for place in used), 0.0)
        rated.append(replace(edit, confidence=round(exp(lowest), 4)))
    return rated
