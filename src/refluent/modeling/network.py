"""The network: a BERT-shaped encoder, two detection heads, and a shallow decoder with a pointer.

Shapes: B sentences, L pieces, W word places (words and the closing place), R rows (spans to rewrite), T
decoder steps, D width, V output vocabulary. Decoder ids below V are subwords; id V + i copies source word i.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import BertConfig, BertModel, PreTrainedModel

from refluent.modeling.configuration import RefluentConfig
from refluent.modeling.features import N_SHAPES

__all__ = ["KEEP", "N_TAGS", "ROLES", "RefluentModel", "SpanBatch"]

KEEP, BEGIN, INSIDE = range(3)
N_TAGS = 3
OUTSIDE, REWRITTEN, LEFT_OF_GAP, RIGHT_OF_GAP = range(4)
ROLES = 4
# Training rows with similar numbers of decoder steps share a padded block.
_ROW_LENGTHS = (0, 2, 4, 8, 10**6)


class SpanBatch:
    """Rows for the decoder.

    Attributes:
        sentence: index of each row's sentence, shape (R,).
        word_roles: role of each word place for each row, shape (R, W).
    """

    def __init__(self, sentence: Tensor, word_roles: Tensor) -> None:
        self.sentence = sentence
        self.word_roles = word_roles


class _DecoderLayer(nn.Module):
    """Pre-norm decoder layer; the memory's keys and values are computed once per sentence, not per row."""

    def __init__(self, config: RefluentConfig) -> None:
        super().__init__()
        width = config.hidden_size
        self.n_heads = config.num_attention_heads
        self.self_norm = nn.LayerNorm(width)
        self.self_qkv = nn.Linear(width, 3 * width)
        self.self_out = nn.Linear(width, width)
        self.cross_norm = nn.LayerNorm(width)
        self.cross_q = nn.Linear(width, width)
        self.cross_kv = nn.Linear(width, 2 * width)
        self.cross_out = nn.Linear(width, width)
        self.ffn_norm = nn.LayerNorm(width)
        self.ffn_in = nn.Linear(width, config.decoder_intermediate_size)
        self.ffn_out = nn.Linear(config.decoder_intermediate_size, width)
        self.dropout = nn.Dropout(config.dropout)

    def _heads(self, states: Tensor) -> Tensor:
        rows, steps, width = states.shape
        return states.view(rows, steps, self.n_heads, width // self.n_heads).transpose(1, 2)

    def _merge(self, states: Tensor) -> Tensor:
        rows, heads, steps, width = states.shape
        return states.transpose(1, 2).reshape(rows, steps, heads * width)

    def forward(self, states: Tensor, memory_kv: Tensor, memory_mask: Tensor) -> Tensor:
        """One layer over all steps; states (R, T, D), memory_kv (R, L, 2D), additive mask (R, 1, 1, L)."""
        q, k, v = self.self_qkv(self.self_norm(states)).chunk(3, dim=-1)
        mixed = F.scaled_dot_product_attention(self._heads(q), self._heads(k), self._heads(v), is_causal=True)
        states = states + self.dropout(self.self_out(self._merge(mixed)))
        k, v = memory_kv.chunk(2, dim=-1)
        q = self.cross_q(self.cross_norm(states))
        mixed = F.scaled_dot_product_attention(
            self._heads(q), self._heads(k), self._heads(v), attn_mask=memory_mask
        )
        states = states + self.dropout(self.cross_out(self._merge(mixed)))
        inner = F.gelu(self.ffn_in(self.ffn_norm(states)), approximate="tanh")
        result: Tensor = states + self.dropout(self.ffn_out(inner))
        return result


class RefluentModel(PreTrainedModel):  # type: ignore[misc]
    """Span-rewriting encoder-decoder; load with ``RefluentModel.from_pretrained(folder)``."""

    config_class = RefluentConfig
    base_model_prefix = "refluent"

    def __init__(self, config: RefluentConfig) -> None:
        super().__init__(config)
        width = config.hidden_size
        bert = BertConfig(
            vocab_size=config.vocab_size,
            hidden_size=width,
            num_hidden_layers=config.num_hidden_layers,
            num_attention_heads=config.num_attention_heads,
            intermediate_size=config.intermediate_size,
            max_position_embeddings=config.max_position_embeddings,
            hidden_dropout_prob=config.dropout,
            attention_probs_dropout_prob=0.0,
        )
        bert._attn_implementation = "sdpa"
        self.encoder = BertModel(bert, add_pooling_layer=False)
        self.shape_embedding = nn.Embedding(N_SHAPES, width)
        self.change_head = nn.Linear(width, N_TAGS)
        self.insert_head = nn.Linear(width, 2)
        self.output_embedding = nn.Embedding(config.output_vocab_size, width)
        self.output_bias = nn.Parameter(torch.zeros(config.output_vocab_size))
        self.position_embedding = nn.Embedding(config.max_output_tokens + 1, width)
        self.role_embedding = nn.Embedding(ROLES, width)
        self.start_projection = nn.Linear(width, width)
        self.copy_projection = nn.Linear(width, width)
        self.layers = nn.ModuleList(_DecoderLayer(config) for _ in range(config.decoder_layers))
        self.final_norm = nn.LayerNorm(width)
        self.pointer_query = nn.Linear(width, width)
        self.pointer_key = nn.Linear(width, width)
        self.dropout = nn.Dropout(config.dropout)
        self.post_init()

    def _init_weights(self, module: nn.Module) -> None:
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=0.02)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        elif isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight, std=0.02)
        elif isinstance(module, nn.LayerNorm):
            nn.init.ones_(module.weight)
            nn.init.zeros_(module.bias)

    def _decoder_layers(self) -> list[_DecoderLayer]:
        return [layer for layer in self.layers if isinstance(layer, _DecoderLayer)]

    def encode(self, pieces: Tensor, shapes: Tensor, mask: Tensor) -> Tensor:
        """Encoder states (B, L, D) from piece ids and shapes (B, L) and their mask (B, L; 1 = real)."""
        embedded = self.encoder.embeddings.word_embeddings(pieces) + self.shape_embedding(shapes)
        states: Tensor = self.encoder(inputs_embeds=embedded, attention_mask=mask).last_hidden_state
        return states

    def words(self, states: Tensor, heads: Tensor) -> Tensor:
        """States of the word places (B, W, D): each word's first piece, at index ``heads`` (B, W)."""
        return states.gather(1, heads.unsqueeze(-1).expand(-1, -1, states.size(-1)))

    def detect(self, words: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of the change tags (B, W, 3) and of an insertion before each word place (B, W, 2)."""
        return self.change_head(words), self.insert_head(words)

    def memory(
        self, states: Tensor, mask: Tensor, piece_words: Tensor, rows: SpanBatch
    ) -> tuple[list[Tensor], Tensor]:
        """Keys and values of every decoder layer for every row, and the additive mask.

        The role of a word is added to its states; keys and values are linear, so they are projected once per
        sentence and once per role instead of once per row. piece_words (B, L): word place of each piece.
        """
        roles = rows.word_roles.gather(1, piece_words[rows.sentence])
        keys_values = []
        for layer in self._decoder_layers():
            by_sentence = layer.cross_kv(states)
            by_role = F.linear(self.role_embedding.weight, layer.cross_kv.weight)
            keys_values.append(by_sentence[rows.sentence] + by_role[roles])
        additive = torch.zeros(mask.shape, dtype=states.dtype, device=states.device)
        additive = additive.masked_fill(mask == 0, torch.finfo(states.dtype).min)
        return keys_values, additive[rows.sentence][:, None, None, :]

    def decode(
        self, tokens: Tensor, words: Tensor, memory: tuple[list[Tensor], Tensor], rows: SpanBatch
    ) -> Tensor:
        """States (R, T + 1, D) after decoder ids ``tokens`` (R, T); step 0 sees only the span itself."""
        row_words = words[rows.sentence]
        inside = (rows.word_roles != OUTSIDE).to(words.dtype).unsqueeze(-1)
        span = (row_words * inside).sum(1) / inside.sum(1).clamp(min=1)
        is_gap = (rows.word_roles == RIGHT_OF_GAP).any(1)
        kind = self.role_embedding.weight[torch.where(is_gap, RIGHT_OF_GAP, REWRITTEN)]
        start = (self.start_projection(span) + kind).unsqueeze(1)
        size = self.config.output_vocab_size
        is_copy = tokens >= size
        subwords = self.output_embedding(tokens.masked_fill(is_copy, 0))
        sources = (tokens - size).clamp(min=0).unsqueeze(-1).expand(-1, -1, row_words.size(-1))
        copies = self.copy_projection(row_words.gather(1, sources))
        inputs = torch.cat([start, torch.where(is_copy.unsqueeze(-1), copies, subwords)], dim=1)
        states = self.dropout(inputs + self.position_embedding.weight[: inputs.size(1)])
        keys_values, additive = memory
        for layer, layer_memory in zip(self._decoder_layers(), keys_values, strict=True):
            states = layer(states, layer_memory, additive)
        final: Tensor = self.final_norm(states)
        return final

    def score(
        self, states: Tensor, words: Tensor, word_mask: Tensor, rows: SpanBatch, chosen: Tensor | None = None
    ) -> Tensor:
        """Logits over subwords and source words for decoder states (R, T, D).

        Args:
            states: decoder states.
            words: states of the word places, (B, W, D).
            word_mask: 1 for words, 0 for the closing place and padding, (B, W).
            rows: the rows of ``states``.
            chosen: steps to score, bool (R, T) with N true values; all where absent. Most steps of a training
                batch are padding, and the vocabulary is the largest matrix: scoring all would double the
                cost.

        Returns:
            logits (N, V + W), or (R, T, V + W) without ``chosen``.
        """
        key = (self.pointer_key(words)[rows.sentence] + self.role_embedding(rows.word_roles)).transpose(1, 2)
        point = self.pointer_query(states) @ key / self.config.hidden_size**0.5
        point = point.masked_fill(word_mask[rows.sentence].unsqueeze(1) == 0, torch.finfo(point.dtype).min)
        if chosen is not None:
            states, point = states[chosen], point[chosen]
        generate = F.linear(states, self.output_embedding.weight, self.output_bias)
        return torch.cat([generate, point], dim=-1)

    def _rewrite_loss(self, batch: dict[str, Tensor], states: Tensor, words: Tensor) -> Tensor:
        """Summed cross-entropy of the replacements; rows of similar length go together to save padding."""
        lengths = (batch["targets"] != -100).sum(1)
        total = words.new_zeros((), dtype=torch.float32)
        for shortest, longest in pairwise(_ROW_LENGTHS):
            chosen = ((lengths > shortest) & (lengths <= longest)).nonzero().squeeze(1)
            if not len(chosen):
                continue
            rows = SpanBatch(batch["row_sentence"][chosen], batch["row_roles"][chosen])
            targets = batch["targets"][chosen][:, : int(lengths[chosen].max())]
            memory = self.memory(states, batch["mask"], batch["piece_words"], rows)
            outputs = self.decode(targets[:, :-1].clamp(min=0), words, memory, rows)
            is_real = targets != -100
            logits = self.score(outputs, words, batch["word_mask"], rows, is_real)
            total = total + F.cross_entropy(logits.float(), targets[is_real], reduction="sum")
        return total

    def forward(self, **batch: Tensor) -> dict[str, Tensor]:
        """Summed losses of one training batch (names and shapes: `refluent.training.batches.collate`)."""
        states = self.encode(batch["pieces"], batch["shapes"], batch["mask"])
        words = self.words(states, batch["heads"])
        change, insert = self.detect(words)
        return {
            "change": _summed_loss(change, batch["tags"]),
            "insert": _summed_loss(insert, batch["gaps"]),
            "rewrite": self._rewrite_loss(batch, states, words),
        }


def _summed_loss(logits: Tensor, labels: Tensor) -> Tensor:
    return F.cross_entropy(logits.flatten(0, 1).float(), labels.flatten(), ignore_index=-100, reduction="sum")
