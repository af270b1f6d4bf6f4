"""Repairs for people and programs: word-by-word differences and JSON."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from refluent.edits.serialize import SCHEMA_VERSION, to_json
from refluent.types import Edit, Finding, Repair

__all__ = ["render_diff", "render_json", "source_digest"]

_RED, _GREEN, _DIM, _RESET = "\x1b[31m", "\x1b[32m", "\x1b[2m", "\x1b[0m"


def render_diff(repair: Repair, *, has_color: bool = False) -> str:
    """The lines that changed, each with its number and its changes marked ``[-old-]{+new+}``.

    Args:
        repair: what to show.
        has_color: color the changes as well, for a terminal.
    """
    lines = repair.source.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))

    def line_of(edit: Edit) -> int:
        return min(bisect_right(starts, edit.span.start), len(lines)) - 1

    rows: list[str] = []
    for number, edits in groupby(repair.accepted, key=line_of):
        marked = "".join(_marked(repair.source, starts[number], starts[number + 1], list(edits), has_color))
        label = f"{_DIM}{number + 1}:{_RESET}" if has_color else f"{number + 1}:"
        rows.append(f"{label} {marked.rstrip()}\n")
    return "".join(rows)


def _marked(source: str, start: int, end: int, edits: Sequence[Edit], has_color: bool) -> Iterator[str]:
    red, green, reset = (_RED, _GREEN, _RESET) if has_color else ("", "", "")
    for edit in edits:
        yield source[start : edit.span.start]
        if edit.original:
            yield f"{red}[-{edit.original}-]{reset}"
        if edit.replacement:
            yield f"{green}{{+{edit.replacement}+}}{reset}"
        start = edit.span.end
    yield source[start:end]


def _finding(finding: Finding) -> dict[str, object]:
    places = [[span.start, span.end] for span in finding.places]
    return {
        "kind": finding.kind,
        "message": finding.message,
        "places": places,
        "suggestion": finding.suggestion,
    }


def source_digest(text: str) -> str:
    """What identifies the text that edits point into: sha256 of its UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def render_json(name: str, repair: Repair, signature: Mapping[str, str]) -> str:
    """One JSON object on one line: the text, every edit with its status, findings, warnings and signature."""
    record = {
        "schema_version": SCHEMA_VERSION,
        "document": name,
        "source_sha256": source_digest(repair.source),
        "text": repair.text,
        "edits": [to_json(edit) for edit in repair.edits],
        "findings": [_finding(finding) for finding in repair.findings],
        "warnings": list(repair.warnings),
        "signature": dict(signature),
    }
    return json.dumps(record, ensure_ascii=False)
