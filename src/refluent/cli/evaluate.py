"""The command ``refluent eval``."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from refluent.batch.write import check_writable, write
from refluent.cli.console import note, write_stdout
from refluent.config import RepairConfig
from refluent.errors import ConfigError
from refluent.evaluation.baseline import read_baseline, write_baseline
from refluent.evaluation.evaluate import N_RESAMPLES, scorer_with
from refluent.evaluation.evaluate import evaluate as evaluate_systems
from refluent.evaluation.gate import Verdict, judge, parse
from refluent.evaluation.report.html import render_html
from refluent.evaluation.report.json import render_json
from refluent.evaluation.report.junit import render_junit
from refluent.evaluation.report.markdown import render_commands, render_markdown
from refluent.evaluation.report.terminal import render_terminal
from refluent.evaluation.results import Results
from refluent.evaluation.sources import open_lines, open_suite
from refluent.evaluation.store import Store
from refluent.evaluation.systems import from_lines, from_model

__all__ = ["evaluate"]

EXIT_GATE_FAILED = 1
EXIT_RUN_FAILED = 3
# What numerical libraries raise; a RefluentError is no such failure, the command line shows it as it is.
_FAILURES = (ArithmeticError, LookupError, MemoryError, OSError, RuntimeError, ValueError)
_SECONDS_BETWEEN_NOTES = 10.0

File = Path | None
Texts = list[str] | None


def evaluate(
    suite: Annotated[
        Texts,
        typer.Option(
            help="JSONL file, parquet, folder or hub data set; may be repeated. The shipped one by default."
        ),
    ] = None,
    split: Annotated[str | None, typer.Option(help="Split of a data set that has several.")] = None,
    src: Annotated[File, typer.Option(help="Instead of a suite: the source texts, one a line.")] = None,
    ref: Annotated[
        list[Path] | None, typer.Option(help="With --src: reference edits; may be repeated.")
    ] = None,
    model: Annotated[
        Texts,
        typer.Option(
            help="Folder or hub id, rules for the rules alone, copy for doing nothing; may be repeated."
        ),
    ] = None,
    hyp: Annotated[
        list[Path] | None, typer.Option(help="Output of any system, one text a line; may be repeated.")
    ] = None,
    scores: Annotated[
        Texts,
        typer.Option(metavar="NAME=FILE", help="Scores of another metric, one a line; once for each system."),
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
    min_confidence: Annotated[
        float | None, typer.Option(help="Make only edits at least this sure; the model's own by default.")
    ] = None,
    batch_pieces: Annotated[
        int, typer.Option(help="Subwords the model sees at once; changes no score.")
    ] = RepairConfig.batch_pieces,
    json: Annotated[File, typer.Option(help="Write the results here as JSON.")] = None,
    jsonl: Annotated[File, typer.Option(help="Write every repair here, with its scores.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the file of --jsonl.")] = False,
    html: Annotated[File, typer.Option(help="Write a page to look at here.")] = None,
    junit: Annotated[File, typer.Option(help="Write the gates here as JUnit XML.")] = None,
    min: Annotated[Texts, typer.Option(metavar="MEASURE=X", help="Fail where a score is lower.")] = None,
    max: Annotated[Texts, typer.Option(metavar="MEASURE=X", help="Fail where a score is higher.")] = None,
    max_drop: Annotated[
        Texts,
        typer.Option(
            metavar="MEASURE=X",
            help="Fail where a score is worse than the baseline's by more, significantly.",
        ),
    ] = None,
    baseline: Annotated[File, typer.Option(help="The stored repairs that --max-drop compares with.")] = None,
    alpha: Annotated[float, typer.Option(help="A drop with a smaller p is significant.")] = 0.05,
    update_baseline: Annotated[
        bool,
        typer.Option("--update-baseline", help="Store the repairs as --baseline, if --min and --max hold."),
    ] = False,
    resamples: Annotated[
        int, typer.Option(help="Bootstrap resamples; ten times as many shuffles.")
    ] = N_RESAMPLES,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress on standard error.")] = False,
) -> None:
    """Score systems against reference edits, beside doing nothing, and fail where a gate does not hold.

    Exit status: 0 all gates hold, 1 one does not, 2 wrong usage or no usable baseline, 3 the run failed.
    """
    _check_usage(src=src, ref=ref, suite=suite, split=split, jsonl=jsonl, resume=resume)
    _check_gates(
        max_drop=max_drop, baseline=baseline, update=update_baseline, alpha=alpha, resamples=resamples
    )
    for path in (json, jsonl, html, junit, baseline if update_baseline else None):
        if path is not None:
            check_writable(path)
    named_scores = _by_name(scores or [])
    measures = scorer_with(list(named_scores)).measures
    gates = [*parse("min", min or [], measures), *parse("max", max or [], measures)]
    gates += [] if update_baseline else parse("max_drop", max_drop or [], measures)
    examples = open_lines(src, ref or []) if src is not None else open_suite(suite or [], split=split)
    n_examples = examples.facts.n_examples
    names: list[str | None] = [*(model or [])] if model or hyp else [None]
    systems = [
        from_model(name, device=device, min_confidence=min_confidence, batch_pieces=batch_pieces)
        for name in names
    ]
    systems += [from_lines(path, n_examples) for path in hyp or []]
    judged = [system.name for system in systems]
    if baseline is not None and not update_baseline:
        systems = [read_baseline(baseline, examples), *systems]
    elif update_baseline and len(judged) > 1:
        raise ConfigError("stores one system", subject="--update-baseline", remedy="name one system")
    with closing(Store(jsonl, is_resumed=resume)) as store:
        try:
            results = evaluate_systems(
                examples,
                systems,
                store=store,
                scores={name: _of_systems(name, paths, judged) for name, paths in named_scores.items()},
                n_resamples=resamples,
                progress=None if quiet else _Progress(n_examples),
            )
        except _FAILURES as error:
            note(f"the run failed: {type(error).__name__}: {error}")
            raise typer.Exit(EXIT_RUN_FAILED) from error
        except KeyboardInterrupt:
            if jsonl is not None:
                note(f"interrupted; the same command with --resume goes on with {jsonl}")
            raise
        verdicts = judge(results, judged, gates, alpha=alpha)
        is_passed = all(verdict.is_met for verdict in verdicts)
        if update_baseline and baseline is not None and is_passed:
            repairs = store.read(judged[0], (example.source for example in examples))
            write_baseline(baseline, results, judged[0], (repair.text for repair in repairs))
    for path, render in ((json, render_json), (html, render_html), (junit, render_junit)):
        if path is not None:
            write(path, render(results, verdicts).encode())
    write_stdout(render_terminal(results, verdicts).encode())
    _tell_github(results, verdicts)
    if not is_passed:
        raise typer.Exit(EXIT_GATE_FAILED)


def _check_usage(
    *,
    src: Path | None,
    ref: list[Path] | None,
    suite: list[str] | None,
    split: str | None,
    jsonl: Path | None,
    resume: bool,
) -> None:
    if (src is None) != (not ref):
        raise ConfigError("go together", subject="--src and --ref")
    if src is not None and (suite or split):
        raise ConfigError("cannot be combined with --src", subject="--suite" if suite else "--split")
    if split and not suite:
        raise ConfigError("needs --suite", subject="--split")
    if resume and jsonl is None:
        raise ConfigError("needs --jsonl, the file to go on with", subject="--resume")


def _check_gates(
    *, max_drop: list[str] | None, baseline: Path | None, update: bool, alpha: float, resamples: int
) -> None:
    if baseline is None and (max_drop or update):
        raise ConfigError("needs --baseline", subject="--max-drop" if max_drop else "--update-baseline")
    if not 0 < alpha < 1:
        raise ConfigError(f"must lie between 0 and 1, not {alpha}", subject="--alpha")
    if resamples < 2:
        raise ConfigError(f"must be at least 2, not {resamples}", subject="--resamples")


def _by_name(scores: Sequence[str]) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for text in scores:
        name, equals, path = text.partition("=")
        if not (name and equals and path):
            raise ConfigError("needs NAME=FILE", subject=f"--scores {text}")
        found.setdefault(name, []).append(Path(path))
    return found


def _of_systems(name: str, paths: Sequence[Path], systems: Sequence[str]) -> dict[str, Path]:
    if len(paths) > len(systems):
        reason = f"has {len(paths)} files for {len(systems)} systems"
        raise ConfigError(reason, subject=f"--scores {name}", remedy="name one for each system, in order")
    return dict(zip(systems, paths, strict=False))


class _Progress:
    """A line on standard error now and then."""

    def __init__(self, n_examples: int) -> None:
        self._n_examples = n_examples
        self._last = time.monotonic()

    def __call__(self, system: str, count: int) -> None:
        if time.monotonic() - self._last > _SECONDS_BETWEEN_NOTES:
            self._last = time.monotonic()
            note(f"{system}: {count:,} of {self._n_examples:,} segments")


def _tell_github(results: Results, verdicts: Sequence[Verdict]) -> None:
    """What GitHub Actions shows: errors beside the change, a summary of the job."""
    if os.environ.get("GITHUB_ACTIONS") == "true":
        write_stdout(render_commands(verdicts).encode())
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary:
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(render_markdown(results, verdicts))
