"""Input-guided decoding: what greedy search writes, in fewer passes."""

from __future__ import annotations

import random
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from tiny_models import FAMILIES, LESSONS, build

from refluent.engines.guided import GuidedDecoder
from refluent.engines.speller import Written
from refluent.engines.torch_engine import TorchEngine

pytestmark = [
    pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]


class CopyingModel:
    """Stands for a checkpoint: copies its input with changes that depend on all it has read and written.

    Its cache holds the token ids themselves, so that a token kept at the wrong place changes the output.
    """

    START, END, PADDING, SIZE = 0, 1, 2, 40

    class Config:
        vocab_size = 40

    config = Config()

    def next_token(self, source: list[int], written: list[int]) -> int:
        chooser = random.Random(f"{source} {written}")
        place = len(written) + sum(token == 3 for token in written) - sum(token == 4 for token in written)
        if place >= len(source):
            return self.END
        return chooser.choice([*[source[place]] * 9, 3, 4, chooser.randrange(5, self.SIZE)])

    def greedy(self, source: list[int], limit: int) -> list[int]:
        written: list[int] = []
        while len(written) < limit:
            token = self.next_token(source, written)
            if token == self.END:
                break
            written.append(token)
        return written

    def get_encoder(self) -> Any:
        return lambda input_ids, attention_mask: SimpleNamespace(last_hidden_state=input_ids.unsqueeze(-1))

    def get_decoder(self) -> Any:
        return self.decode

    def decode(
        self,
        *,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        encoder_hidden_states: torch.Tensor,
        encoder_attention_mask: torch.Tensor,
        past_key_values: Any,
        use_cache: bool,
    ) -> Any:
        ids = input_ids[:, None, :, None].float()
        keys, _ = past_key_values.self_attention_cache.update(ids, ids, 0)
        hidden = torch.zeros((*input_ids.shape, self.SIZE))
        n_cached = keys.size(2) - input_ids.size(1)
        for row in range(len(input_ids)):
            source = encoder_hidden_states[row, encoder_attention_mask[row].bool(), 0].tolist()
            for step in range(input_ids.size(1)):
                seen = attention_mask[row, : n_cached + step + 1].bool()
                tokens = keys[row, 0, : n_cached + step + 1, 0][seen].int().tolist()
                hidden[row, step, self.next_token(source, tokens[1:])] = 1.0
        return SimpleNamespace(last_hidden_state=hidden)

    def lm_head(self, hidden: torch.Tensor) -> torch.Tensor:
        return hidden.clone()


@pytest.mark.parametrize("size", [1, 7, 64])
def test_guided_decoding_follows_a_model_through_every_change(size: int):
    chooser = random.Random(size)
    model = CopyingModel()
    settings = SimpleNamespace(
        eos_token_id=model.END,
        decoder_start_token_id=model.START,
        forced_bos_token_id=None,
        pad_token_id=model.PADDING,
    )
    decoder = GuidedDecoder(model, settings)
    sources = [chooser.choices(range(5, model.SIZE), k=chooser.randint(1, 30)) for _ in range(size)]
    limits = [len(source) + chooser.choice([0, 1, 16]) for source in sources]
    longest = max(len(source) for source in sources)
    ids = torch.tensor([source + [model.PADDING] * (longest - len(source)) for source in sources])
    found = decoder.decode(ids, (ids != model.PADDING).long(), sources, limits)
    expected = [model.greedy(source, limit) for source, limit in zip(sources, limits, strict=True)]
    assert [written.tokens for written in found] == expected
    assert [written.is_ended for written in found] == [
        len(tokens) < limit for tokens, limit in zip(expected, limits, strict=True)
    ]


class Checkpoint:
    """A tiny checkpoint with both ways to decode it."""

    def __init__(self, folder: Path) -> None:
        engine = TorchEngine(folder)
        self.model: Any = engine._model
        self.speller = engine._speller
        self.guided = GuidedDecoder(self.model, self.model.generation_config)

    def prepare(self, texts: list[str]) -> tuple[Any, list[int]]:
        inputs = self.speller.read(texts)
        return inputs, [self.speller.budget(length) for length in inputs.attention_mask.sum(1).tolist()]

    @torch.inference_mode()
    def guided_tokens(self, texts: list[str]) -> list[Written]:
        inputs, limits = self.prepare(texts)
        drafts = [self.speller.copy(text) for text in texts]
        return self.guided.decode(inputs.input_ids, inputs.attention_mask, drafts, limits)

    @torch.inference_mode()
    def greedy_tokens(self, texts: list[str]) -> list[list[int]]:
        inputs, limits = self.prepare(texts)
        sequences = self.model.generate(**inputs, max_new_tokens=max(limits))
        end = self.model.generation_config.eos_token_id
        rows = [row[1 : limit + 1].tolist() for row, limit in zip(sequences, limits, strict=True)]
        return [row[: row.index(end)] if end in row else row for row in rows]


@pytest.fixture(scope="module", params=FAMILIES)
def checkpoint(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    return Checkpoint(build(request.param, tmp_path_factory.mktemp(request.param)))


def sentences(count: int) -> list[str]:
    """Words of the lessons in any order: the models copy some, repeat some and lose their way in others."""
    chooser = random.Random(5)
    words = sorted({word for lesson in LESSONS for word in lesson.split()})
    made = [" ".join(chooser.choices(words, k=chooser.randint(1, 12))) for _ in range(count)]
    mixed = [chooser.choice([*LESSONS]).replace(" ", f" {chooser.choice(words)} ", 1) for _ in range(count)]
    return [*LESSONS, *made, *mixed]


def test_guided_decoding_writes_what_greedy_search_writes(checkpoint: Checkpoint):
    texts = sentences(40)
    expected = checkpoint.greedy_tokens(texts)
    assert [written.tokens for written in checkpoint.guided_tokens(texts)] == expected
    assert len({tuple(tokens) for tokens in expected}) > 3


def test_guided_decoding_does_not_depend_on_the_batch(checkpoint: Checkpoint):
    texts = sentences(5)
    alone = [checkpoint.guided_tokens([text])[0].tokens for text in texts]
    assert [written.tokens for written in checkpoint.guided_tokens(texts)] == alone


@torch.inference_mode()
def test_guided_decoding_scores_as_a_forward_pass_does(checkpoint: Checkpoint):
    texts = [*LESSONS]
    inputs, _ = checkpoint.prepare(texts)
    settings = checkpoint.model.generation_config
    for row, written in enumerate(checkpoint.guided_tokens(texts)):
        outputs = [settings.decoder_start_token_id, *written.tokens, settings.eos_token_id]
        logits = checkpoint.model(
            input_ids=inputs.input_ids[row : row + 1],
            attention_mask=inputs.attention_mask[row : row + 1],
            decoder_input_ids=torch.tensor([outputs[:-1]]),
        ).logits
        every = torch.log_softmax(logits[0], -1)
        expected = [float(every[place, token]) for place, token in enumerate(outputs[1:])]
        first = 1 if settings.forced_bos_token_id is not None else 0
        assert written.scores[first:] == pytest.approx(expected[first:], abs=1e-3)


def test_guided_decoding_takes_one_pass_for_a_sentence_that_stays(
    checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch
):
    passes = []
    advance = checkpoint.guided._advance

    def count(rows: Any, *others: Any) -> list[int]:
        passes.append(len(rows))
        return advance(rows, *others)

    monkeypatch.setattr(checkpoint.guided, "_advance", count)
    checkpoint.guided_tokens(["We waited for the bus."])
    assert passes == [1]
    passes.clear()
    checkpoint.guided_tokens(["We waited for the bus.", "She is very very tired."])
    assert passes[0] == 2
    assert set(passes[1:]) == {1}
    assert len(passes) <= 3


def test_guided_decoding_leaves_the_model_as_it_was(checkpoint: Checkpoint):
    before = checkpoint.greedy_tokens([*LESSONS])
    checkpoint.guided_tokens([*LESSONS])
    assert checkpoint.greedy_tokens([*LESSONS]) == before
