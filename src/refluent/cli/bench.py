"""The command ``refluent bench``."""

from __future__ import annotations

import os
import platform
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from refluent.batch.write import check_writable, write
from refluent.bench.measure import Measurement, measure, spread
from refluent.bench.report import render_json, render_markdown, render_svg
from refluent.bench.systems import SYSTEMS, UNBATCHED, Case
from refluent.cli.console import note, write_stdout
from refluent.errors import ConfigError
from refluent.evaluation.sources import open_suite, read_lines

__all__ = ["bench"]

File = Path | None
_DEFAULT_SYSTEMS = ("refluent", "engine")


def bench(
    src: Annotated[
        File, typer.Option(help="Texts to repair, one a line; those of the shipped suite by default.")
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="Folder or hub id; the default model where nothing is said.")
    ] = None,
    system: Annotated[list[str] | None, typer.Option(help=f"May be repeated: {', '.join(SYSTEMS)}.")] = None,
    batch: Annotated[
        list[int] | None, typer.Option(help="Texts at once; may be repeated. 1, 8, 32, 128 by default.")
    ] = None,
    texts: Annotated[int, typer.Option(help="How many texts at most.")] = 512,
    repetitions: Annotated[int, typer.Option(help="How often; medians are shown.")] = 3,
    seconds: Annotated[
        float, typer.Option(help="How long a repetition may take; a slower system gets fewer texts.")
    ] = 10.0,
    threads: Annotated[int | None, typer.Option(help="Cores to use; all by default.")] = None,
    device: Annotated[str, typer.Option(help="cpu, cuda or mps.")] = "cpu",
    price: Annotated[float, typer.Option(help="Of one core for one hour, in any currency.")] = 0.05,
    harper: Annotated[
        str | None, typer.Option(help="Folder in which npm install harper.js was called.")
    ] = None,
    json: Annotated[File, typer.Option(help="Write all measurements here.")] = None,
    plot: Annotated[File, typer.Option(help="Draw words per second here, as SVG.")] = None,
) -> None:
    """Measure systems side by side on the same text: words per second, first result, memory, cost."""
    for path in (json, plot):
        if path is not None:
            check_writable(path)
    if min(texts, repetitions, threads or 1, *(batch or [1])) < 1 or seconds <= 0 or price < 0:
        raise ConfigError("--texts, --repetitions, --threads, --batch and --seconds must be positive")
    chosen = spread(_sources(src))[:texts]
    cases = _cases(
        system or list(_DEFAULT_SYSTEMS),
        batch or [1, 8, 32, 128],
        Case("", model=model, device=device, threads=threads or os.cpu_count() or 1, harper=harper),
    )
    found: list[Measurement] = []
    for case in cases:
        note(f"measuring {case.system}{f' in batches of {case.batch}' if case.batch else ''}")
        found.append(measure(case, chosen, repetitions=repetitions, seconds=seconds))
    machine = {
        "processor": platform.processor() or platform.machine(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "threads": str(cases[0].threads),
    }
    if json is not None:
        write(json, render_json(found, machine=machine, price=price).encode())
    if plot is not None:
        write(plot, render_svg(found).encode())
    write_stdout(render_markdown(found, price=price).encode())


def _sources(path: Path | None) -> list[str]:
    if path is None:
        return [example.source for example in open_suite()]
    found = [line for line in read_lines(path) if line.strip()]
    if not found:
        raise ConfigError("holds no text", subject=str(path))
    return found


def _cases(systems: list[str], batches: list[int], base: Case) -> list[Case]:
    unknown = next((name for name in systems if name not in SYSTEMS), None)
    if unknown is not None:
        remedy = f"use {', '.join(SYSTEMS)}"
        raise ConfigError("there is no such system", subject=unknown, remedy=remedy)
    return [
        replace(base, system=name, batch=size)
        for name in systems
        for size in ([0] if name in UNBATCHED else batches)
    ]
