"""Tiny checkpoints of the seq2seq families, randomly initialized and then taught a few sentences by heart.

Everything is made here: tokenizers from the sentences below, weights from a seed. No network.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import sentencepiece
import torch
import transformers
from tokenizers import ByteLevelBPETokenizer

# What the models learn: sentence -> rewritten sentence.
LESSONS = {
    "He go to school every day.": "He goes to school every day.",
    "The price of oil has risen strongly.": "The price of oil has risen sharply.",
    "She is very very tired.": "She is very tired.",
    "We waited for the bus.": "We waited for the bus.",
}
FAMILIES = ("t5", "bart", "marian", "pegasus", "mbart", "m2m100")
_SIZE = 64
_CODER: dict[str, Any] = {
    "d_model": _SIZE,
    "encoder_layers": 1,
    "decoder_layers": 1,
    "encoder_attention_heads": 2,
    "decoder_attention_heads": 2,
    "encoder_ffn_dim": 64,
    "decoder_ffn_dim": 64,
    "max_position_embeddings": 64,
    "dropout": 0.0,
}


def _sentences() -> list[str]:
    return [*LESSONS, *LESSONS.values(), "Fix grammatical errors in this sentence: grammar:"]


def _sentencepiece(folder: Path) -> tuple[Path, list[tuple[str, float]]]:
    """Subwords of the lessons, and its pieces after the three special ones."""
    prefix = folder / "pieces"
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(_sentences()),
        model_prefix=str(prefix),
        model_type="bpe",
        vocab_size=150,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    model = sentencepiece.SentencePieceProcessor(model_file=f"{prefix}.model")
    pieces = [
        (model.id_to_piece(number), model.get_score(number)) for number in range(3, model.get_piece_size())
    ]
    return Path(f"{prefix}.model"), pieces


def _vocabulary_file(folder: Path, tokens: list[str]) -> Path:
    path = folder / "vocabulary.json"
    path.write_text(json.dumps({token: number for number, token in enumerate(tokens)}), encoding="utf-8")
    return path


def _tokenizer(family: str, folder: Path) -> Any:
    if family == "bart":
        trained = ByteLevelBPETokenizer()
        specials = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
        trained.train_from_iterator(
            _sentences(), vocab_size=400, special_tokens=specials, show_progress=False
        )
        trained.save_model(str(folder))
        merges = [tuple(line.split()) for line in (folder / "merges.txt").read_text().splitlines()[1:]]
        return transformers.BartTokenizer(vocab=trained.get_vocab(), merges=merges)
    model, pieces = _sentencepiece(folder)
    names = [piece for piece, _ in pieces]
    if family == "t5":
        return transformers.T5Tokenizer(
            vocab=[("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), *pieces], extra_ids=0
        )
    if family == "pegasus":
        first = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("<mask_2>", 0.0)]
        return transformers.PegasusTokenizer(vocab=[*first, *pieces])
    if family == "mbart":
        first = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
        return transformers.MBartTokenizer(vocab=[*first, *pieces, ("en_XX", 0.0), ("<mask>", 0.0)])
    if family == "marian":
        vocabulary = _vocabulary_file(folder, ["</s>", "<unk>", *names, "<pad>"])
        return transformers.MarianTokenizer(str(model), str(model), str(vocabulary))
    vocabulary = _vocabulary_file(folder, ["<s>", "<pad>", "</s>", "<unk>", *names])
    return transformers.M2M100Tokenizer(str(vocabulary), str(model))


def _model(family: str, tokenizer: Any) -> Any:
    ids = {"pad_token_id": tokenizer.pad_token_id, "eos_token_id": tokenizer.eos_token_id}
    # M2M100 numbers its hundred languages after the vocabulary without listing them there.
    size = max(tokenizer.get_vocab().values()) + (120 if family == "m2m100" else 1)
    if family == "t5":
        config = transformers.T5Config(
            vocab_size=size, d_model=_SIZE, d_kv=32, d_ff=64, num_layers=1, num_heads=2, n_positions=64,
            dropout_rate=0.0, decoder_start_token_id=tokenizer.pad_token_id, **ids,
        )  # fmt: skip
        return transformers.T5ForConditionalGeneration(config)
    names = {"bart": "Bart", "marian": "Marian", "pegasus": "Pegasus", "mbart": "MBart", "m2m100": "M2M100"}
    starts = {
        "bart": tokenizer.eos_token_id,
        "m2m100": tokenizer.eos_token_id,
        "mbart": tokenizer.convert_tokens_to_ids("en_XX"),
    }
    start = starts.get(family, tokenizer.pad_token_id)
    config = getattr(transformers, f"{names[family]}Config")(
        vocab_size=size, decoder_start_token_id=start, **_CODER, **ids
    )
    suffix = "MTModel" if family == "marian" else "ForConditionalGeneration"
    return getattr(transformers, f"{names[family]}{suffix}")(config)


def _teach(model: Any, tokenizer: Any, prefix: str) -> None:
    inputs = tokenizer([prefix + source for source in LESSONS], padding=True, return_tensors="pt")
    labels = tokenizer(text_target=list(LESSONS.values()), padding=True, return_tensors="pt").input_ids
    labels = labels.masked_fill(labels == tokenizer.pad_token_id, -100)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    model.train()
    for _ in range(150):
        loss = model(input_ids=inputs.input_ids, attention_mask=inputs.attention_mask, labels=labels).loss
        if loss.item() < 0.02:
            break
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def build(family: str, folder: Path, *, prefix: str = "") -> Path:
    """Make, teach and save a checkpoint; returns its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(7)
    tokenizer = _tokenizer(family, folder)
    if hasattr(tokenizer, "src_lang"):
        language = "en_XX" if family == "mbart" else "en"
        tokenizer.src_lang = tokenizer.tgt_lang = language
    model = _model(family, tokenizer)
    _teach(model, tokenizer, prefix)
    saved = folder / "model"
    model.save_pretrained(saved)
    tokenizer.save_pretrained(saved)
    return saved
