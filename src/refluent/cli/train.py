"""The command ``refluent train``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from refluent.cli.console import note, write_stdout
from refluent.errors import ConfigError

__all__ = ["train"]

_PRESETS = ("fine-tune",)


def train(
    recipe: Annotated[
        Path, typer.Argument(metavar="FILE", help="A recipe (TOML); with --preset fine-tune, your pairs.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the model and the run's state.")],
    data: Annotated[Path | None, typer.Option(help="Folder with the corpora that the recipe names.")] = None,
    preset: Annotated[
        str | None,
        typer.Option(help="fine-tune: train a copy of --model on pairs (CSV, JSONL or parquet)."),
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="With --preset: the model to start from; the default one by default.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in --output.")] = False,
    prepare_only: Annotated[
        bool, typer.Option("--prepare-only", help="Pack the examples and stop: the rest needs no corpora.")
    ] = False,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    workers: Annotated[int, typer.Option(help="Processes that train together; 0: one a core or GPU.")] = 0,
    seed: Annotated[int, typer.Option(help="With --preset: decides the split and the order.")] = 1,
) -> None:
    """Train a model from a recipe, or fine-tune one on your own post-edits."""
    if preset is not None and preset not in _PRESETS:
        raise ConfigError(f"must be {' or '.join(_PRESETS)}, not {preset!r}", subject="--preset")
    if preset is None and (data is None or model is not None):
        problem = "is needed by a recipe" if data is None else "goes with --preset"
        raise ConfigError(problem, subject="--data" if data is None else "--model")
    if not resume and output.is_dir() and any(output.iterdir()):
        raise ConfigError("is not empty", subject=str(output), remedy="use --resume or another folder")
    from refluent.engines.device import resolve

    place = resolve(device).partition(":")[0]
    if preset is None and data is not None:
        _from_recipe(recipe, data, output, device=place, workers=workers, prepare_only=prepare_only)
    else:
        _fine_tune(recipe, output, model=model, device=place, seed=seed)


def _from_recipe(
    path: Path, data: Path, output: Path, *, device: str, workers: int, prepare_only: bool
) -> None:
    from refluent.training.recipe import read_recipe
    from refluent.training.run import Trainer

    trainer = Trainer(read_recipe(path), data, output, device=device, workers=workers, note=note)
    if prepare_only:
        trainer.prepare()
    else:
        note(f"the model lies in {trainer.run()}")


def _fine_tune(pairs: Path, output: Path, *, model: str | None, device: str, seed: int) -> None:
    from refluent.training.fine_tune import fine_tune

    base = None if model in (None, "default") else model
    result = fine_tune(pairs, output, model=base, device=device, seed=seed, note=note)
    lines = [
        f"held out: {result.n_held_out} pairs (trained on {result.n_trained})",
        "system      TER   changes to fluent text",
        f"source    {result.ter_source:5.1f}   0.0 %",
        f"base      {result.ter_base:5.1f}   {100 * result.changed_base:.1f} %",
        f"tuned     {result.ter_tuned:5.1f}   {100 * result.changed_tuned:.1f} %",
    ]
    for source, before, after in result.samples:
        lines += ["", f"source: {source}", f"base:   {before}", f"tuned:  {after}"]
    write_stdout("\n".join([*lines, ""]).encode())
    note(f"the model lies in {result.folder}")
