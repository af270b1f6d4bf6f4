"""The options of ``refluent repair``: what each is called and what the help says about it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from refluent.documents.registry import FORMATS
from refluent.engines.registry import CHOICES

_WHERE = "Where results go"
_LOOK = "Looking instead of writing"
_FORMAT = "Formats"
_EDITS = "Which edits are made"
_RUN = "Running"


def _option(panel: str, help_text: str, *names: str) -> Any:
    return typer.Option(*names, help=help_text, rich_help_panel=panel)


Files = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE...", help="Files, folders, or patterns such as '**/*.md'; - for standard input."
    ),
]
Include = Annotated[list[str] | None, _option(_WHERE, "Take such files from folders; may be repeated.")]
Exclude = Annotated[list[str] | None, _option(_WHERE, "Leave such files out; may be repeated.")]
Output = Annotated[
    Path | None, _option(_WHERE, "Write the repaired file here, not to standard output.", "--output", "-o")
]
OutputDir = Annotated[
    Path | None, _option(_WHERE, "Write the repaired files into this folder, in the same tree.")
]
InPlace = Annotated[bool, _option(_WHERE, "Replace each file that changes.", "--in-place", "-i")]
Backup = Annotated[
    bool, _option(_WHERE, "Keep the old file as <name>.bak with --in-place.", "--backup/--no-backup")
]
Force = Annotated[bool, _option(_WHERE, "Overwrite files that exist.", "--force")]

Diff = Annotated[bool, _option(_LOOK, "Show what changes instead of the text.", "--diff")]
DiffFormat = Annotated[str, _option(_LOOK, "word, unified or html.")]
Json = Annotated[bool, _option(_LOOK, "Write one JSON object per document instead of the text.", "--json")]
Edits = Annotated[Path | None, _option(_LOOK, "Write the edits here as JSON, for review and refluent apply.")]
Check = Annotated[bool, _option(_LOOK, "Write nothing; status 1 if anything would change.", "--check")]
DryRun = Annotated[bool, _option(_LOOK, "Only count, and say how long it would take.", "--dry-run")]

Format = Annotated[
    str | None, _option(_FORMAT, f"Of all files, instead of by their suffix: {', '.join(FORMATS)}.")
]
Column = Annotated[
    list[str] | None, _option(_FORMAT, "Column of a table that holds the text; may be repeated.")
]
Field = Annotated[
    list[str] | None, _option(_FORMAT, "Field of JSON records that holds the text; may be repeated.")
]
State = Annotated[str, _option(_FORMAT, "State of changed segments in XLIFF: needs-review or translated.")]
TrackChanges = Annotated[
    bool, _option(_FORMAT, "Mark changes for review in docx, odt and html.", "--track-changes")
]
Encoding = Annotated[
    str | None, _option(_FORMAT, "Of text files; UTF-8, or what they say themselves, by default.")
]

Model = Annotated[
    str | None, _option(_EDITS, "Folder or hub id of a seq2seq model, or copy for the rules alone.")
]
MinConfidence = Annotated[
    float | None, _option(_EDITS, "Make only edits at least this sure, 0 to 1; the model's own by default.")
]
Consistency = Annotated[str, _option(_EDITS, "report, fix or off: what the text does not do alike.")]
Glossary = Annotated[list[str] | None, _option(_EDITS, "A term that must stay as it is; may be repeated.")]

Device = Annotated[str, _option(_RUN, "auto, cpu, cuda or mps.")]
Engine = Annotated[
    str, _option(_RUN, f"What runs a checkpoint that writes whole sentences: {', '.join(CHOICES)}.")
]
BatchPieces = Annotated[int, _option(_RUN, "Subwords the model sees at once; less needs less memory.")]
Cache = Annotated[
    Path | None, _option(_RUN, "Store of segments that were repaired before; in the user's cache by default.")
]
NoCache = Annotated[bool, _option(_RUN, "Neither read nor write the store.", "--no-cache")]
Quiet = Annotated[bool, _option(_RUN, "Only errors on standard error.", "--quiet", "-q")]
Verbose = Annotated[
    bool, _option(_RUN, "A line for each file, and why edits were rejected.", "--verbose", "-v")
]
