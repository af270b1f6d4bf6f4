"""Fine-tuning on a user's own post-edits: a few hundred pairs, two minutes on a CPU.

Four fifths of the pairs are trained on, the last fifth is held out and tells whether it helped. Some fluent
references are trained on as they are, so that the model does not learn to change everything. Calibration and
vocabulary stay those of the base model.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import sacrebleu
import torch

from refluent.engines.checkpoint import locate, model_type
from refluent.errors import TrainingError
from refluent.modeling.features import Vocabulary
from refluent.modeling.storage import load_model, save_model
from refluent.repairer import Repairer
from refluent.training.examples import ExampleOptions, make_example, pack
from refluent.training.loop import StageOptions, train_stage
from refluent.training.pairs import Pair, read_pairs
from refluent.training.workers import fast_dtype

__all__ = ["FineTuned", "fine_tune"]

_MIN_PAIRS = 50
_IDENTITY_SHARE = 0.25
_EPOCHS = 4
_BATCH_PIECES = 1024


@dataclass(frozen=True)
class FineTuned:
    """What fine-tuning gave.

    Attributes:
        folder: the new model.
        n_trained: pairs trained on.
        n_held_out: pairs it was measured on.
        ter_source: TER of the held-out sources as they are, 0-100, lower is better.
        ter_base: TER of the base model's repairs.
        ter_tuned: TER of the new model's repairs.
        changed_base: share of held-out references, fluent as they are, that the base model changes.
        changed_tuned: the same of the new model.
        samples: source, base repair and new repair of held-out pairs on which the two differ.
    """

    folder: Path
    n_trained: int
    n_held_out: int
    ter_source: float
    ter_base: float
    ter_tuned: float
    changed_base: float
    changed_tuned: float
    samples: tuple[tuple[str, str, str], ...]


def fine_tune(
    pairs_file: Path,
    output: Path,
    *,
    model: str | Path | None = None,
    device: str = "cpu",
    seed: int = 1,
    note: Callable[[str], None] = lambda line: None,
) -> FineTuned:
    """Train a copy of a model on pairs of a file and measure both on the held-out fifth.

    Args:
        pairs_file: parquet, JSONL or CSV with ``source`` and ``target`` or ``references``.
        output: folder for the new model; with the state of a run that was stopped in ``training/``.
        model: folder of a model of the default architecture, or None for the default model.
        device: ``"cpu"`` or ``"cuda"``.
        seed: decides the split and the order.
        note: called with a line about every step.

    Raises:
        TrainingError: too few pairs, or a model of another architecture.
    """
    base = locate(model)
    if model_type(base) != "refluent":
        raise TrainingError(
            "has another architecture", subject=str(base), remedy="fine-tune the default model"
        )
    pairs = [pair for pair in read_pairs(pairs_file) if pair.source.strip() and pair.target.strip()]
    if len(pairs) < _MIN_PAIRS:
        reason = f"has {len(pairs)} usable pairs, fine-tuning needs {_MIN_PAIRS}"
        raise TrainingError(reason, subject=str(pairs_file), remedy="columns are source and target")
    random.Random(seed).shuffle(pairs)
    n_held_out = len(pairs) // 5
    held_out, trained = pairs[:n_held_out], pairs[n_held_out:]
    note(f"training on {len(trained)} pairs, {n_held_out} held out")
    _train(trained, base, output, device=device, seed=seed)
    note("measuring on the held-out pairs")
    return _measure(held_out, base, output, device=device, n_trained=len(trained))


def _train(pairs: Sequence[Pair], base: Path, output: Path, *, device: str, seed: int) -> None:
    vocabulary = Vocabulary.load(base)
    rng = random.Random(seed)
    kept = rng.sample(list(pairs), int(_IDENTITY_SHARE * len(pairs)))
    identity = [Pair(pair.target, pair.target, pair.corpus) for pair in kept]
    made = (make_example(pair, vocabulary, rng, ExampleOptions()) for pair in [*pairs, *identity])
    packed = pack(example for example in made if example is not None)
    if not len(packed):
        raise TrainingError("no pair differs by local repairs", remedy="pair each source with its own edit")
    steps = max(20, _EPOCHS * int(packed.lengths.sum()) // _BATCH_PIECES)
    options = StageOptions(
        steps=steps,
        batch_pieces=_BATCH_PIECES,
        lr_encoder=2e-5,
        lr_new=1e-4,
        warmup=min(20, steps // 4),
        average_last=3,
        seed=seed,
        checkpoint_every=25,
    )
    network = load_model(base).to(device=device, dtype=fast_dtype(device))
    network.encoder.embeddings.word_embeddings.weight.requires_grad_(False)
    train_stage(network, packed, options, folder=output / "training")
    save_model(network.to(torch.float32), output, metadata={"base": str(base), "seed": seed, "steps": steps})
    vocabulary.save(output)
    shutil.copy(base / "calibration.json", output / "calibration.json")


def _measure(held_out: Sequence[Pair], base: Path, tuned: Path, *, device: str, n_trained: int) -> FineTuned:
    sources = [pair.source for pair in held_out]
    targets = [pair.target for pair in held_out]
    before, after = Repairer.load(base, device=device), Repairer.load(tuned, device=device)
    repaired = [[repair.text for repair in one.repair_batch(sources)] for one in (before, after)]
    changed = [
        sum(repair.text != repair.source for repair in one.repair_batch(targets)) / len(targets)
        for one in (before, after)
    ]
    differ = [rows for rows in zip(sources, *repaired, strict=True) if rows[1] != rows[2]]
    return FineTuned(
        folder=tuned,
        n_trained=n_trained,
        n_held_out=len(held_out),
        ter_source=_ter(sources, held_out),
        ter_base=_ter(repaired[0], held_out),
        ter_tuned=_ter(repaired[1], held_out),
        changed_base=changed[0],
        changed_tuned=changed[1],
        samples=tuple(differ[:5]),
    )


def _ter(hypotheses: Sequence[str], pairs: Sequence[Pair]) -> float:
    return float(sacrebleu.TER().corpus_score(list(hypotheses), [[pair.target for pair in pairs]]).score)
