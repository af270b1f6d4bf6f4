"""From a recipe and corpora to a model folder, one finished file after another.

    output/tokenizer.json           the decoder's subwords
    output/<stage>/packed.npz       the stage's examples: all that travels to a GPU machine
    output/<stage>/checkpoint.pt    where training stands
    output/<stage>/weights.safetensors   the finished stage
    output/model/                   the calibrated model

What is finished is not made again, so a run that was stopped, by whatever, goes on where it was.
"""

from __future__ import annotations

import hashlib
import random
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import distributed

from refluent import __version__
from refluent.errors import TrainingError
from refluent.modeling.features import Vocabulary
from refluent.modeling.network import RefluentModel
from refluent.modeling.storage import save_model
from refluent.training.calibrate import calibrate, judge
from refluent.training.corpora import CorpusOptions, select
from refluent.training.examples import PackedExamples, make_example, pack
from refluent.training.loop import train_stage
from refluent.training.noise import Noise
from refluent.training.noise.authored import AuthoredNoise
from refluent.training.noise.phrases import PhraseNoise
from refluent.training.pairs import HeldOut, Pair, read_pairs, read_rows
from refluent.training.parent import PARENT, start_model, vocabulary
from refluent.training.recipe import Recipe, Stage
from refluent.training.tokenizer import train_tokenizer
from refluent.training.workers import default_workers, fast_dtype, run_workers

__all__ = ["Trainer"]

Note = Callable[[str], None]


class Trainer:
    """Carries out a recipe.

    Args:
        recipe: what to do.
        data: folder with the corpora.
        output: folder for everything that is made.
        device: ``"cpu"`` or ``"cuda"``.
        workers: processes that train together; 0 for one a core or GPU.
        note: called with a line about every step.
    """

    def __init__(
        self,
        recipe: Recipe,
        data: Path,
        output: Path,
        *,
        device: str,
        workers: int = 0,
        note: Note = lambda line: None,
    ) -> None:
        self.recipe = recipe
        self.output = output
        self._data = data
        self._device = device
        self._workers = workers or default_workers(device)
        self._note = note
        self._held_out: HeldOut | None = None
        self._noise: Noise | None = None

    def run(self) -> Path:
        """Everything that is not done yet; returns the model's folder."""
        self.prepare()
        for place, stage in enumerate(self.recipe.stages):
            if not self._weights(stage).exists():
                self._note(f"stage {stage.name}: {stage.options.steps} steps, {self._workers} workers")
                arguments = (self.recipe, place, self.output, self._device)
                run_workers(_train_stage, arguments, device=self._device, workers=self._workers)
        return self.export()

    def prepare(self) -> None:
        """Tokenizer and packed examples: all the work that needs the corpora and no accelerator."""
        self.output.mkdir(parents=True, exist_ok=True)
        tokenizer = self.output / "tokenizer.json"
        if not tokenizer.exists():
            self._note("learning the decoder's subwords")
            texts = (pair.target for pair in self._select(self.recipe.tokenizer.corpora))
            trained = train_tokenizer(texts, size=self.recipe.tokenizer.size)
            trained.save(str(tokenizer))
        words = vocabulary(Tokenizer.from_file(str(tokenizer)))
        for stage in self.recipe.stages:
            self._pack(stage, words)

    def _pack(self, stage: Stage, words: Vocabulary) -> None:
        path = self.output / stage.name / "packed.npz"
        if path.exists():
            return
        path.parent.mkdir(exist_ok=True)
        rng = random.Random(self.recipe.seed)
        pairs = self._select(stage.corpora)
        rng.shuffle(pairs)
        made = (make_example(pair, words, rng, self.recipe.examples) for pair in pairs)
        packed = pack(example for example in made if example is not None)
        if not len(packed):
            raise TrainingError(f"stage {stage.name} has no example left", subject=str(self.recipe.folder))
        partial = path.with_suffix(".partial.npz")
        packed.save(partial)
        partial.replace(path)
        self._note(
            f"stage {stage.name}: {len(packed)} examples of {len(pairs)} pairs, {packed.lengths.sum()} pieces"
        )

    def _select(self, corpora: Iterable[CorpusOptions]) -> list[Pair]:
        pairs: list[Pair] = []
        for number, options in enumerate(corpora):
            if options.kind == "noise" and self._noise is None:
                self._noise = self._learn_noise()
            found = select(
                options,
                self._data,
                self.recipe.folder,
                held_out=self._covered(),
                noise=self._noise,
                seed=self.recipe.seed + number,
            )
            self._note(f"{options.files} ({options.kind}): {len(found)} pairs")
            pairs += found
        return pairs

    def _covered(self) -> HeldOut:
        """All text that must never be trained on."""
        if self._held_out is None:
            rows = (
                row
                for pattern in self.recipe.held_out
                for path in CorpusOptions(pattern).paths(self._data, self.recipe.folder)
                for row in read_rows(path)
            )
            self._held_out = HeldOut(
                text for row in rows for text in (row["source"], *row.get("references", ()))
            )
        return self._held_out

    def _learn_noise(self) -> Noise:
        options = self.recipe.noise
        if options is None:
            raise TrainingError(
                "has no [noise]", subject=str(self.recipe.folder), remedy="noise corpora need it"
            )
        pairs = self._select(options.corpora)
        learned = PhraseNoise.learn(((p.source, p.target) for p in pairs), min_count=options.min_count)
        (path,) = CorpusOptions(options.authored).paths(self._data, self.recipe.folder)
        self._note(f"noise: {len(learned)} learned and authored phrases from {path.name}")
        return Noise(learned, AuthoredNoise.read(path), authored_rate=options.authored_rate)

    def _weights(self, stage: Stage) -> Path:
        return self.output / stage.name / "weights.safetensors"

    def export(self) -> Path:
        """The model of the last stage, calibrated, as a folder that `Repairer.load` takes."""
        folder = self.output / "model"
        words = vocabulary(Tokenizer.from_file(str(self.output / "tokenizer.json")))
        model = start_model(self.recipe.model, output_vocab_size=words.size, seed=self.recipe.seed)
        last = self._weights(self.recipe.stages[-1])
        model.load_state_dict(load_file(last))
        model.eval()
        save_model(model, folder, metadata=self._metadata(last))
        words.save(folder)
        options = self.recipe.calibration
        files = [
            path
            for name in options.files
            for path in CorpusOptions(name).paths(self._data, self.recipe.folder)
        ]
        pairs = [(pair.source, pair.target) for path in files for pair in read_pairs(path)]
        judged = judge(model, words, pairs, floor=options.floor, max_pieces=self.recipe.examples.max_pieces)
        calibration = calibrate(judged, floor=options.floor, max_worse_share=options.max_worse_share)
        calibration.save(folder)
        self._note(f"calibrated on {len(judged)} sentences: min_confidence {calibration.min_confidence}")
        return folder

    def _metadata(self, weights: Path) -> dict[str, object]:
        """Where the weights come from; a seed and digests, so that anybody can tell two models apart."""
        stages = {
            stage.name: {
                "packed_sha256": _digest(self.output / stage.name / "packed.npz"),
                "steps": stage.options.steps,
            }
            for stage in self.recipe.stages
        }
        return {
            "parent": PARENT,
            "refluent": __version__,
            "revision": _revision(self.recipe.folder),
            "seed": self.recipe.seed,
            "stages": stages,
            "weights_sha256": _digest(weights),
        }


def _revision(folder: Path) -> str:
    """The git revision that a recipe lies in; empty outside a repository."""
    command = ["git", "-C", str(folder), "rev-parse", "HEAD"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _train_stage(recipe: Recipe, place: int, output: Path, device: str) -> None:
    """One stage in one worker; the first worker writes the weights."""
    stage = recipe.stages[place]
    words = Tokenizer.from_file(str(output / "tokenizer.json")).get_vocab_size()
    model = start_model(recipe.model, output_vocab_size=words, seed=recipe.seed)
    if place:
        model.load_state_dict(load_file(output / recipe.stages[place - 1].name / "weights.safetensors"))
    model = model.to(device=device, dtype=fast_dtype(device))
    packed = PackedExamples.load(output / stage.name / "packed.npz")
    train_stage(model, packed, stage.options, folder=output / stage.name)
    if not distributed.is_initialized() or distributed.get_rank() == 0:
        _save_weights(model, output / stage.name / "weights.safetensors")


def _save_weights(model: RefluentModel, path: Path) -> None:
    partial = path.with_suffix(".partial")
    save_file({name: value.cpu().float().contiguous() for name, value in model.state_dict().items()}, partial)
    partial.replace(path)
