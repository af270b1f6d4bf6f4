"""The command ``refluent repair``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import typer

from refluent.batch.estimate import Survey
from refluent.batch.outputs import Outputs
from refluent.batch.plan import Target, Task, plan
from refluent.batch.render import PAGE_END, PAGE_START, render_diff, render_html, render_json, render_patch
from refluent.batch.report import Report
from refluent.batch.run import Job, Result, open_job, run
from refluent.batch.session import Session
from refluent.batch.write import write
from refluent.cli import options as o
from refluent.cli.console import has_color, note, write_stdout
from refluent.cli.progress import Bar
from refluent.cli.settings import cache_file, resolve
from refluent.cli.usage import check_usage
from refluent.config import RepairConfig
from refluent.documents.base import Options
from refluent.errors import DocumentError

__all__ = ["repair"]


def repair(
    context: typer.Context,
    files: o.Files,
    output: o.Output = None,
    output_dir: o.OutputDir = None,
    in_place: o.InPlace = False,
    backup: o.Backup = True,
    force: o.Force = False,
    include: o.Include = None,
    exclude: o.Exclude = None,
    diff: o.Diff = False,
    diff_format: o.DiffFormat = "word",
    json: o.Json = False,
    edits: o.Edits = None,
    check: o.Check = False,
    dry_run: o.DryRun = False,
    format: o.Format = None,
    column: o.Column = None,
    field: o.Field = None,
    state: o.State = Options.state,
    track_changes: o.TrackChanges = False,
    encoding: o.Encoding = None,
    model: o.Model = None,
    min_confidence: o.MinConfidence = None,
    consistency: o.Consistency = RepairConfig.consistency,
    glossary: o.Glossary = None,
    device: o.Device = "auto",
    engine: o.Engine = "auto",
    batch_pieces: o.BatchPieces = RepairConfig.batch_pieces,
    cache: o.Cache = None,
    no_cache: o.NoCache = False,
    quiet: o.Quiet = False,
    verbose: o.Verbose = False,
) -> None:
    """Repair documents: fluent text on standard output or in files, everything else on standard error."""
    chosen = SimpleNamespace(**resolve(context, repair))
    target = Target(chosen.output, chosen.output_dir, chosen.in_place, chosen.backup, chosen.force)
    config = RepairConfig(
        chosen.min_confidence, chosen.batch_pieces, chosen.consistency, chosen.glossary or ()
    )
    tasks = plan(files, target, include=chosen.include or (), exclude=chosen.exclude or ())
    check_usage(chosen, tasks)
    # An estimate must not be that of a store.
    store = None if chosen.no_cache or chosen.dry_run else chosen.cache or cache_file()
    report = Report()
    with (
        Bar(len(tasks), is_wanted=not chosen.quiet) as bar,
        Session(
            config,
            model=chosen.model,
            device=chosen.device,
            engine=chosen.engine,
            cache=store,
            notify=bar.count,
        ) as session,
    ):
        if chosen.dry_run:
            _survey(_jobs(tasks, chosen, bar), session, report)
        else:
            show, tell = _show(chosen, session), partial(_tell, chosen, session)
            outputs = Outputs({task.name: task for task in tasks}, target, write_stdout, show, tell)
            is_page = chosen.diff and chosen.diff_format == "html"
            write_stdout(PAGE_START.encode() if is_page else b"")
            run(_jobs(tasks, chosen, bar), session.repair_batch, report, deliver=outputs.deliver)
            write_stdout(PAGE_END.encode() if is_page else b"")
    _close(report, chosen)
    raise typer.Exit(report.exit_status(is_check=chosen.check))


def _jobs(tasks: Sequence[Task], chosen: SimpleNamespace, bar: Bar) -> Iterator[Callable[[], Job]]:
    options = Options(
        encoding=chosen.encoding,
        columns=(*(chosen.column or ()), *(chosen.field or ())),
        is_tracked=chosen.track_changes,
        state=chosen.state,
    )
    for number, task in enumerate(tasks):
        bar.begin(task.name, number)
        file, named = sys.stdin.buffer if task.is_stdin else None, replace(options, subject=task.name)
        yield partial(open_job, task.name, named, file=file, chosen_format=chosen.format)


def _survey(jobs: Iterator[Callable[[], Job]], session: Session, report: Report) -> None:
    """Say what there is to do and how long it would take."""
    survey = Survey()
    for opener in jobs:
        try:
            write_stdout(f"{survey.add(opener())}\n".encode())
            report.finish(is_changed=False)
        except DocumentError as error:
            report.fail(error)
    if survey.n_documents:
        write_stdout(f"{survey.summary(survey.seconds(session.repairer))}\n".encode())


def _show(chosen: SimpleNamespace, session: Session) -> Callable[[Result], bytes] | None:
    """What to write instead of the text, if anything."""
    if chosen.json:
        return lambda result: _json(result, session)
    if chosen.diff and chosen.diff_format != "word":
        render = render_html if chosen.diff_format == "html" else render_patch
        return lambda result: render(result.name, result.repair).encode()
    if chosen.diff:
        return lambda result: render_diff(result.repair, has_color=has_color(sys.stdout)).encode()
    return (lambda result: b"") if chosen.check else None


def _json(result: Result, session: Session) -> bytes:
    return f"{render_json(result.name, result.repair, session.repairer.signature())}\n".encode()


def _tell(chosen: SimpleNamespace, session: Session, result: Result) -> None:
    """What is said and kept of one result besides its text."""
    if chosen.edits is not None:
        write(chosen.edits, _json(result, session))
    if chosen.verbose and result.repair.source:
        note(f"{result.name}: {len(result.repair.accepted)} edits made")
        for edit in result.repair.rejected:
            note(f"{result.name}: {edit.original!r} stays, not {edit.replacement!r}: {edit.reason}")


def _close(report: Report, chosen: SimpleNamespace) -> None:
    is_told = report.n_repaired and not chosen.quiet and not chosen.dry_run
    told = [*report.remarks(), report.summary()] if is_told else []
    for line in (*told, *map(str, report.failures)):
        note(line)
