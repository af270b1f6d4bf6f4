"""The command ``refluent apply``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from refluent.batch.render import source_digest
from refluent.batch.run import load
from refluent.batch.write import check_writable, write
from refluent.cli import options as o
from refluent.cli.console import note, read_stdin, write_stdout
from refluent.documents.base import Options
from refluent.documents.rewrite import rewrite
from refluent.edits.apply import apply as apply_edits
from refluent.edits.serialize import SCHEMA_VERSION, from_json
from refluent.errors import DocumentError
from refluent.types import Edit, Repair, Status

__all__ = ["apply"]

STDIN = "-"


def apply(
    edits: Annotated[
        Path, typer.Argument(metavar="EDITS", help="JSON of refluent repair --edits or --json, reviewed.")
    ],
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="The text it was made for; - for standard input.")
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the text here, not to standard output.")
    ] = None,
    format: o.Format = None,
    track_changes: o.TrackChanges = False,
    encoding: o.Encoding = None,
) -> None:
    """Make the edits whose status is "accepted", and no others."""
    if output is not None:
        check_writable(output)
    digest, reviewed = _read(edits)
    options = Options(subject=file, encoding=encoding, is_tracked=track_changes)
    document = load(file, options, data=read_stdin() if file == STDIN else None, chosen_format=format)
    if source_digest(document.text) != digest:
        reason = f"was made for another text than {file}"
        raise DocumentError(reason, subject=str(edits), remedy="was the file changed after the repair?")
    accepted = sorted(
        (edit for edit in reviewed if edit.status is Status.ACCEPTED),
        key=lambda edit: (edit.span.start, edit.span.end),
    )
    wanted = Repair(document.text, apply_edits(document.text, accepted), tuple(accepted))
    done = rewrite(document, wanted)
    if done.repair != wanted:
        reason = done.repair.rejected[0].reason
        raise DocumentError(f"has an edit that {reason}", subject=str(edits), remedy="reject that edit")
    if output is None:
        write_stdout(done.data)
    else:
        write(output, done.data)
    note(f"{file}: {len(accepted)} of {len(reviewed)} edits made")


def _read(path: Path) -> tuple[str, list[Edit]]:
    """The digest of the text that a file of edits was made for, and the edits.

    Raises:
        DocumentError: it is missing, is not JSON, or has another schema.
    """
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DocumentError(f"cannot be read: {error.strerror}", subject=str(path)) from error
    except ValueError as error:
        remedy = "it must be one JSON object; --json writes one for each document"
        raise DocumentError(f"is not JSON ({error})", subject=str(path), remedy=remedy) from error
    version = record.get("schema_version") if isinstance(record, dict) else None
    if version != SCHEMA_VERSION:
        reason = f"has schema_version {version}, this program reads {SCHEMA_VERSION}"
        raise DocumentError(reason, subject=str(path))
    try:
        return str(record["source_sha256"]), [from_json(edit) for edit in record["edits"]]
    except (KeyError, TypeError, ValueError) as error:
        raise DocumentError(f"has something that cannot be read ({error})", subject=str(path)) from error
