"""Configuration of the default model, in the shape transformers saves and loads."""

from __future__ import annotations

from typing import Any

from transformers import PretrainedConfig

__all__ = ["RefluentConfig"]


class RefluentConfig(PretrainedConfig):  # type: ignore[misc]
    """Sizes of the span-rewriting encoder-decoder.

    Args:
        vocab_size: entries of the encoder's WordPiece vocabulary.
        output_vocab_size: entries of the decoder's byte-level BPE vocabulary.
        hidden_size: width of encoder and decoder.
        num_hidden_layers: encoder layers.
        num_attention_heads: heads in encoder and decoder.
        intermediate_size: width of the encoder's feed-forward layers.
        decoder_layers: decoder layers.
        decoder_intermediate_size: width of the decoder's feed-forward layers.
        max_position_embeddings: longest input in pieces, with the two special ones.
        max_output_tokens: longest replacement of one span, in decoder tokens.
    """

    model_type = "refluent"

    def __init__(
        self,
        *,
        vocab_size: int = 30522,
        output_vocab_size: int = 12000,
        hidden_size: int = 384,
        num_hidden_layers: int = 6,
        num_attention_heads: int = 12,
        intermediate_size: int = 1536,
        decoder_layers: int = 2,
        decoder_intermediate_size: int = 1024,
        max_position_embeddings: int = 512,
        max_output_tokens: int = 40,
        dropout: float = 0.1,
        **kwargs: Any,
    ) -> None:
        self.vocab_size = vocab_size
        self.output_vocab_size = output_vocab_size
        self.hidden_size = hidden_size
        self.num_hidden_layers = num_hidden_layers
        self.num_attention_heads = num_attention_heads
        self.intermediate_size = intermediate_size
        self.decoder_layers = decoder_layers
        self.decoder_intermediate_size = decoder_intermediate_size
        self.max_position_embeddings = max_position_embeddings
        self.max_output_tokens = max_output_tokens
        self.dropout = dropout
        super().__init__(**kwargs)
