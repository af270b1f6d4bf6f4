"""The command ``refluent repair``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from refluent.batch.render import render_diff, render_json
from refluent.batch.report import Report
from refluent.batch.run import Job, load, run
from refluent.batch.write import check_writable, write
from refluent.cli.console import has_color, note, read_stdin, write_stdout
from refluent.config import RepairConfig
from refluent.errors import ConfigError

if TYPE_CHECKING:
    from refluent.repairer import Repairer

__all__ = ["repair"]

STDIN = "-"


def repair(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Text files; - for standard input.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write the repaired text here, not to standard output."),
    ] = None,
    edits: Annotated[
        Path | None,
        typer.Option("--edits", help="Write the edits here as JSON, for review and refluent apply."),
    ] = None,
    diff: Annotated[
        bool, typer.Option("--diff", help="Show what changes, word by word, instead of the text.")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Write one JSON object per document instead of the text.")
    ] = False,
    model: Annotated[
        str | None, typer.Option(help="Folder or hub id of a seq2seq model, or copy for the rules alone.")
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
    min_confidence: Annotated[
        float | None,
        typer.Option(help="Make only edits at least this sure, 0 to 1; the model's own by default."),
    ] = None,
    batch_pieces: Annotated[
        int, typer.Option(help="Subwords the model sees at once; less needs less memory.")
    ] = RepairConfig.batch_pieces,
    consistency: Annotated[str, typer.Option(help="report or off.")] = RepairConfig.consistency,
    glossary: Annotated[
        list[str] | None, typer.Option(help="A term that must stay as it is; may be repeated.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Encoding of the files; UTF-8 or their byte order mark by default.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only errors on standard error.")] = False,
) -> None:
    """Repair text files: fluent text on standard output, everything else on standard error."""
    if output is not None and (len(files) > 1 or diff or json):
        raise ConfigError("takes the text of one file, without --diff and --json", subject="--output")
    if edits is not None and len(files) > 1:
        raise ConfigError(
            "takes the edits of one file", subject="--edits", remedy="--json writes those of many"
        )
    for path in (output, edits):
        if path is not None:
            check_writable(path)
    config = RepairConfig(
        min_confidence=min_confidence,
        batch_pieces=batch_pieces,
        consistency=consistency,
        glossary=tuple(glossary or ()),
    )
    report = Report()

    @cache
    def repairer() -> Repairer:
        """Loaded after the first file was read: a wrong file name must not wait for a model."""
        from refluent.engines.registry import load as load_engine
        from refluent.repairer import Repairer

        return Repairer(load_engine(model, device=device), config)

    for result in run(files, lambda text: repairer().repair(text), report, open_job=_opener(encoding)):
        record = b""
        if json or edits is not None:
            record = f"{render_json(result.name, result.repair, repairer().signature())}\n".encode()
        if edits is not None:
            write(edits, record)
        if json:
            write_stdout(record)
        elif diff:
            write_stdout(render_diff(result.repair, has_color=has_color(sys.stdout)).encode())
        elif output is not None:
            write(output, result.data)
        else:
            write_stdout(result.data)
    if report.n_repaired and not quiet:
        for line in (*report.findings, *report.warnings, report.summary()):
            note(line)
    for error in report.failures:
        note(str(error))
    raise typer.Exit(report.exit_status)


def _opener(encoding: str | None) -> Callable[[str], Job]:
    """Opens a file by name; standard input for ``-``."""

    def open_job(name: str) -> Job:
        return load(name, read_stdin() if name == STDIN else None, encoding=encoding)

    return open_job
