"""Training: exact however it is shared, padded or stopped; and it learns."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from tiny_refluent import LESSONS, examples, network, save, train, vocabulary

from refluent import Repairer
from refluent.modeling.features import Vocabulary
from refluent.training.batches import order
from refluent.training.examples import PackedExamples
from refluent.training.loop import StageOptions, batch_loss, train_stage
from refluent.training.workers import run_workers


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    return vocabulary()


@pytest.fixture(scope="module")
def packed(words: Vocabulary) -> PackedExamples:
    return examples(words)


def gradients(words: Vocabulary, packed: PackedExamples, shares: int) -> list[torch.Tensor]:
    model = network(words)
    batch = np.arange(len(packed))
    for share in range(shares):
        loss, _ = batch_loss(model, packed, batch, StageOptions(1), share=share, shares=shares)
        loss.backward()
    return [weight.grad for weight in model.parameters() if weight.grad is not None]


@pytest.mark.parametrize("shares", [2, 3, 20])
def test_sharing_a_batch_does_not_change_its_gradient(words: Vocabulary, packed: PackedExamples, shares: int):
    whole, parts = gradients(words, packed, 1), gradients(words, packed, shares)
    assert len(whole) == len(parts)
    for one, other in zip(whole, parts, strict=True):
        assert torch.allclose(one, other, atol=2e-6)


def test_padding_does_not_change_the_loss(words: Vocabulary, packed: PackedExamples):
    model = network(words)

    def loss(batch: list[int]) -> float:
        numbers = np.array(batch)
        parts = [
            batch_loss(model, packed, numbers, StageOptions(1), share=n, shares=len(batch))[0]
            for n in range(len(batch))
        ]
        return float(sum(part.item() for part in parts))

    numbers = list(range(len(packed)))
    alone = loss(numbers)
    together = batch_loss(model, packed, np.array(numbers), StageOptions(1), share=0, shares=1)[0].item()
    assert alone == pytest.approx(together, abs=1e-5)


def test_packed_examples_survive_the_disk(packed: PackedExamples, tmp_path: Path):
    packed.save(tmp_path / "packed.npz")
    loaded = PackedExamples.load(tmp_path / "packed.npz")
    assert loaded.arrays.keys() == packed.arrays.keys()
    assert all((loaded.arrays[name] == packed.arrays[name]).all() for name in packed.arrays)


def test_every_example_comes_once_an_epoch_within_the_budget(packed: PackedExamples):
    batches = order(packed, batch_pieces=40, seed=3)
    assert sorted(number for batch in batches for number in batch) == list(range(len(packed)))
    assert all(packed.lengths[batch].max() * len(batch) <= 40 for batch in batches if len(batch) > 1)
    assert [batch.tolist() for batch in order(packed, batch_pieces=40, seed=3)] == [
        b.tolist() for b in batches
    ]


def final(folder: Path) -> dict[str, torch.Tensor]:
    return torch.load(folder / "final.pt", weights_only=True)


def test_a_run_killed_and_resumed_gives_the_same_weights(tmp_path: Path):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    whole.mkdir(), broken.mkdir()
    train(whole)
    process = multiprocessing.get_context("spawn").Process(target=train, args=(broken,))
    process.start()
    deadline = time.monotonic() + 120
    while not (broken / "checkpoint.pt").exists() and time.monotonic() < deadline:
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert (broken / "checkpoint.pt").exists()
    train(broken)
    for name, value in final(whole).items():
        assert torch.equal(value, final(broken)[name]), name


def test_two_workers_give_the_weights_of_one(tmp_path: Path):
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir(), two.mkdir()
    train(one, 6)
    run_workers(train, (two, 6), device="cpu", workers=2)
    for name, value in final(one).items():
        assert torch.allclose(value, final(two)[name], atol=1e-4), name


def test_a_tiny_model_learns_its_lessons(words: Vocabulary, packed: PackedExamples, tmp_path: Path):
    model = network(words)
    options = StageOptions(
        250, batch_pieces=200, lr_encoder=3e-3, lr_new=3e-3, warmup=20, average_last=1, checkpoint_every=1000
    )
    train_stage(model, packed, options, folder=tmp_path / "run")
    repairer = Repairer.load(save(model, words, tmp_path / "model"), device="cpu")
    repaired = [repair.text for repair in repairer.repair_batch([source for source, _ in LESSONS])]
    assert repaired == [target for _, target in LESSONS]
