"""Input-guided decoding: greedy output, found in a few passes of the decoder instead of one for each token.

A repair mostly copies its input, so the input itself is the draft: one pass of the decoder over all of it
shows what greedy search would write after every prefix. The longest prefix that agrees is kept, with the one
token that the model wrote instead of the next; the draft then goes on in the input where the output has got
to. A sentence that stays as it is costs one pass. Aggressive decoding: Sun et al. 2021, "Instantaneous
Grammatical Error Correction with Shallow Aggressive Decoding"; Ge et al. 2022, "Lossless Acceleration for
Seq2seq Generation with Aggressive Decoding". Deviations: whole batches, from which finished rows leave; after
a disagreement drafts are short and grow again while they are right; a token that has just been written is
looked up near the place reached, instead of a unique suffix anywhere.

Every token is the argmax of the model after the tokens before it, so the output is that of greedy search, but
for ties within the last bits of float arithmetic.

Shapes: R rows, T tokens of this pass, C cached tokens, D width, H heads, K width of a head. Rows have cached
prefixes of different lengths: they end at the same place of the cache, what stands before them is masked.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from transformers import DynamicCache, EncoderDecoderCache, GenerationConfig

from refluent.engines.speller import Written

__all__ = ["MODEL_TYPES", "GuidedDecoder"]

# Architectures whose decoders are driven here; in all others the position of a token is not known.
MODEL_TYPES = frozenset({"bart", "m2m_100", "marian", "mbart", "mt5", "pegasus", "t5"})
# So far behind the place reached in the input a written token is looked up; farther, it is hardly the same.
_REACH = 8
_SHORTEST_DRAFT = 4
_LOGIT_ELEMENTS = 32 * 1024 * 1024


class _Row:
    """One text at work.

    Args:
        number: its place in the batch.
        source: the draft, the end included.
        limit: most tokens to write, the end included.
    """

    def __init__(self, number: int, source: list[int], limit: int) -> None:
        self.number = number
        self.tokens: list[int] = []
        self.scores: list[float] = []
        self.n_cached = 0
        self._source = source
        self._limit = limit
        # The input up to here is dealt with; so many tokens since then have no counterpart in it.
        self._reached = 0
        self._n_strange = 0
        self._longest = limit

    def draft(self) -> list[int]:
        """What the decoder will probably write next."""
        start = min(self._reached + self._n_strange, len(self._source) - 1)
        length = min(self._longest, self._limit - len(self.tokens))
        return self._source[start : start + length]

    def take(self, drafted: Sequence[int], written: Sequence[int], scores: Sequence[float]) -> int:
        """Keep what agrees with the draft and one token more.

        Args:
            drafted: the draft.
            written: what greedy search writes after each of its prefixes, one more than the draft.
            scores: their log-probabilities.

        Returns:
            How many tokens of the draft were right.
        """
        agreed = 0
        while agreed < len(drafted) and drafted[agreed] == written[agreed]:
            agreed += 1
        self.tokens += written[: agreed + 1]
        self.scores += scores[: agreed + 1]
        if agreed:
            self._reached = min(self._reached + self._n_strange, len(self._source) - 1) + agreed
            self._n_strange = 0
        ahead = self._source[self._reached : self._reached + _REACH]
        if written[agreed] in ahead:
            self._reached += ahead.index(written[agreed]) + 1
            self._n_strange = 0
        else:
            self._n_strange += 1
        self._longest = max(_SHORTEST_DRAFT, 2 * (agreed + 1))
        return agreed

    def end(self, stops: Sequence[int]) -> Written | None:
        """The result once it is there: the tokens before the first end, or as many as the limit allows."""
        written = self.tokens[: self._limit]
        end = next((place for place, token in enumerate(written) if token in stops), None)
        if end is not None:
            return Written(written[:end], self.scores[: end + 1])
        is_full = len(written) == self._limit
        return Written(written, self.scores[: self._limit], is_ended=False) if is_full else None


class _Positions(nn.Module):
    """Position embeddings that are told for each row where it is.

    Args:
        original: the module of the checkpoint.
    """

    def __init__(self, original: Any) -> None:
        super().__init__()
        if hasattr(original, "weights"):
            # M2M100 counts positions from behind its padding index.
            self._table = original.weights[original.padding_idx + 1 :]
        else:
            self._table = original.weight[getattr(original, "offset", 0) :]
        self.places = torch.zeros((1, 1), dtype=torch.long)

    def forward(self, *_: object, **__: object) -> Tensor:
        """Embeddings (R, T, D) of the places (R, T)."""
        found: Tensor = self._table[self.places.clamp(max=len(self._table) - 1)]
        return found


class GuidedDecoder:
    """Greedy decoding of one checkpoint.

    Args:
        model: the checkpoint, of one of `MODEL_TYPES`, in evaluation mode.
        settings: start, forced, suppressed and end tokens.
    """

    def __init__(self, model: Any, settings: GenerationConfig) -> None:
        self._model = model
        # A shallow copy shares all weights; the model itself keeps its own position embeddings.
        self._decoder = copy.copy(model.get_decoder())
        self._positions: _Positions | None = None
        if hasattr(self._decoder, "embed_positions"):
            self._decoder._modules = dict(self._decoder._modules)
            self._positions = self._decoder.embed_positions = _Positions(self._decoder.embed_positions)
        stops = settings.eos_token_id
        self._stops: list[int] = stops if isinstance(stops, list) else [stops]
        self._start = settings.decoder_start_token_id
        self._first: int | None = settings.forced_bos_token_id
        self._padding: int = settings.pad_token_id

    def decode(
        self, ids: Tensor, mask: Tensor, drafts: Sequence[Sequence[int]], limits: Sequence[int]
    ) -> list[Written]:
        """What greedy search writes for each text.

        Args:
            ids: the texts (R, S).
            mask: 1 where ``ids`` is no padding (R, S).
            drafts: the ids that would leave each text as it is, without the end.
            limits: most tokens to write for each text, the end included.
        """
        rows = [
            _Row(number, [*draft, self._stops[0]], limit)
            for number, (draft, limit) in enumerate(zip(drafts, limits, strict=True))
        ]
        states = self._model.get_encoder()(input_ids=ids, attention_mask=mask).last_hidden_state
        cache = EncoderDecoderCache(DynamicCache(), DynamicCache())
        done: dict[int, Written] = {}
        while rows:
            n_cached = cache.get_seq_length()
            agreed = self._advance(rows, states, mask, cache)
            ends = [row.end(self._stops) for row in rows]
            done |= {row.number: end for row, end in zip(rows, ends, strict=True) if end is not None}
            left = [place for place, end in enumerate(ends) if end is None]
            valid = [n_cached + agreed[place] + 1 for place in left]
            rows = [rows[place] for place in left]
            if rows:
                kept = torch.tensor(left, device=ids.device)
                states, mask = states[kept], mask[kept]
                cache.cross_attention_cache.batch_select_indices(kept)
                _keep(cache.self_attention_cache, kept, valid, [row.n_cached for row in rows])
        return [done[number] for number in range(len(drafts))]

    def _advance(
        self, rows: Sequence[_Row], states: Tensor, mask: Tensor, cache: EncoderDecoderCache
    ) -> list[int]:
        """One pass over the drafts of all rows; how many tokens of each were right."""
        drafts = [row.draft() for row in rows]
        inputs, places, seen = self._inputs(rows, drafts, cache.get_seq_length(), states.device)
        if self._positions is not None:
            self._positions.places = places
        hidden = self._decoder(
            input_ids=inputs,
            attention_mask=seen,
            encoder_hidden_states=states,
            encoder_attention_mask=mask,
            past_key_values=cache,
            use_cache=True,
        ).last_hidden_state
        real = [(number, step) for number, draft in enumerate(drafts) for step in range(len(draft) + 1)]
        written, scores = self._choose(hidden[tuple(torch.tensor(real).T)])
        agreed: list[int] = []
        begin = 0
        for row, draft in zip(rows, drafts, strict=True):
            end = begin + len(draft) + 1
            if self._first is not None and not row.tokens:
                written[begin], scores[begin] = self._first, 0.0
            agreed.append(row.take(draft, written[begin:end], scores[begin:end]))
            row.n_cached += agreed[-1] + 1
            begin = end
        return agreed

    def _inputs(
        self, rows: Sequence[_Row], drafts: Sequence[list[int]], n_cached: int, device: torch.device
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Token ids and their positions (R, T), and which cached and new places hold tokens (R, C + T)."""
        length = 1 + max(len(draft) for draft in drafts)
        inputs = torch.full((len(rows), length), self._padding, dtype=torch.long)
        seen = torch.ones((len(rows), n_cached + length), dtype=torch.long)
        starts = torch.tensor([row.n_cached for row in rows])
        for number, (row, draft) in enumerate(zip(rows, drafts, strict=True)):
            last = row.tokens[-1] if row.tokens else self._start
            inputs[number, : len(draft) + 1] = torch.tensor([last, *draft])
            seen[number, : n_cached - row.n_cached] = 0
        places = starts.unsqueeze(1) + torch.arange(length)
        return inputs.to(device), places.to(device), seen.to(device)

    def _choose(self, hidden: Tensor) -> tuple[list[int], list[float]]:
        """The likeliest token after each decoder state (N, D), and its log-probability."""
        config = self._model.config
        if getattr(config, "scale_decoder_outputs", False):
            hidden = hidden * config.d_model**-0.5
        bias = getattr(self._model, "final_logits_bias", None)
        tokens: list[int] = []
        scores: list[float] = []
        for part in torch.split(hidden, max(1, _LOGIT_ELEMENTS // config.vocab_size)):
            logits = self._model.lm_head(part)
            logits = (logits if bias is None else logits + bias).float()
            total = logits.logsumexp(-1)
            logits[:, self._padding] = float("-inf")
            best, choice = logits.max(-1)
            tokens += choice.tolist()
            scores += (best - total).tolist()
        return tokens, scores


def _keep(cache: DynamicCache, rows: Tensor, ends: Sequence[int], lengths: Sequence[int]) -> None:
    """Keep some rows of a cache, and of each the tokens before an end, shifted to end at the same place.

    cache: keys and values (R, H, C, K); ends, lengths: where the valid tokens of a row end, and their number.
    """
    longest = max(lengths)
    last = torch.tensor(ends, device=rows.device).unsqueeze(1)
    index = (last - longest + torch.arange(longest, device=rows.device)).clamp(min=0)[:, None, :, None]
    for layer in cache.layers:
        _, heads, _, width = layer.keys.shape
        index_of_all = index.expand(-1, heads, -1, width)
        layer.keys = layer.keys[rows].gather(2, index_of_all)
        layer.values = layer.values[rows].gather(2, index_of_all)
