"""Repairs for people and programs: differences as marked words, as a patch and as a page, and JSON."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from difflib import unified_diff
from html import escape
from itertools import groupby

from refluent.edits.serialize import SCHEMA_VERSION, to_json
from refluent.types import Edit, Finding, Repair

__all__ = [
    "PAGE_END",
    "PAGE_START",
    "render_diff",
    "render_html",
    "render_json",
    "render_patch",
    "source_digest",
]

_RED, _GREEN, _DIM, _RESET = "\x1b[31m", "\x1b[32m", "\x1b[2m", "\x1b[0m"

PAGE_START = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Refluent: what changes</title><style>
body { font: 1em/1.5 sans-serif; max-width: 50em; margin: 2em auto; padding: 0 1em }
p { white-space: pre-wrap } del { background: #fdd } ins { background: #dfd; text-decoration: none }
</style></head><body>
"""
PAGE_END = "</body></html>\n"


def render_diff(repair: Repair, *, has_color: bool = False) -> str:
    """The lines that changed, each with its number and its changes marked ``[-old-]{+new+}``.

    Args:
        repair: what to show.
        has_color: color the changes as well, for a terminal.
    """
    red, green, reset = (_RED, _GREEN, _RESET) if has_color else ("", "", "")

    def mark(edit: Edit) -> str:
        old = f"{red}[-{edit.original}-]{reset}" if edit.original else ""
        return old + (f"{green}{{+{edit.replacement}+}}{reset}" if edit.replacement else "")

    rows: list[str] = []
    for number, parts in _changed_lines(repair):
        marked = "".join(part if isinstance(part, str) else mark(part) for part in parts)
        label = f"{_DIM}{number}:{_RESET}" if has_color else f"{number}:"
        rows.append(f"{label} {marked.rstrip()}\n")
    return "".join(rows)


def render_html(name: str, repair: Repair) -> str:
    """The lines that changed as a part of a page, with category and confidence of each edit at hand."""

    def mark(edit: Edit) -> str:
        title = f'title="{escape(edit.category.value)}, confidence {edit.confidence:.2f}"'
        old = f"<del {title}>{escape(edit.original)}</del>" if edit.original else ""
        return old + (f"<ins {title}>{escape(edit.replacement)}</ins>" if edit.replacement else "")

    rows: list[str] = []
    for number, parts in _changed_lines(repair):
        marked = "".join(escape(part) if isinstance(part, str) else mark(part) for part in parts)
        rows.append(f"<p>{number}: {marked.rstrip()}</p>\n")
    return f"<h2>{escape(name)}</h2>\n{''.join(rows)}" if rows else ""


def render_patch(name: str, repair: Repair) -> str:
    """A unified diff of the lines of the text, which for a text file is a patch."""
    old, new = (text.splitlines(keepends=True) for text in (repair.source, repair.text))
    rows = unified_diff(old, new, f"a/{name}", f"b/{name}")
    return "".join(row if row.endswith("\n") else f"{row}\n\\ No newline at end of file\n" for row in rows)


def _changed_lines(repair: Repair) -> Iterator[tuple[int, list[str | Edit]]]:
    """The number of each line that changed, from 1, and its unchanged parts and edits in order."""
    lines = repair.source.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))

    def line_of(edit: Edit) -> int:
        return min(bisect_right(starts, edit.span.start), len(lines)) - 1

    for number, edits in groupby(repair.accepted, key=line_of):
        parts: list[str | Edit] = []
        end = starts[number]
        for edit in edits:
            parts += repair.source[end : edit.span.start], edit
            end = edit.span.end
        yield number + 1, [*parts, repair.source[end : starts[number + 1]]]


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
