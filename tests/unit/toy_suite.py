"""A suite of four segments and systems for it, small enough to count by hand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from refluent.evaluation.sources import open_suite
from refluent.evaluation.suite import Suite
from refluent.evaluation.systems import System
from refluent.types import Edit, Repair, Span, Status

__all__ = ["RECORDS", "TableSystem", "toy_suite"]

RECORDS = [
    {
        "id": "a:0",
        "source": "He go to school by the bus in 2024.",
        "references": ["He goes to school by bus in 2024.", "He went to school by bus in 2024."],
        "document": "a",
        "position": 0,
        "tags": ["agreement", "article"],
    },
    {
        "id": "a:1",
        "source": "All is well.",
        "references": ["All is well."],
        "document": "a",
        "tags": ["fine"],
    },
    {"id": "b", "source": "She do not sleep.", "references": ["She does not sleep."], "tags": ["agreement"]},
    {"id": "c", "source": "Nothing helps here.", "references": ["Nothing helps here."], "tags": ["fine"]},
]


def toy_suite(folder: Path) -> Suite:
    path = folder / "toy.jsonl"
    path.write_text("".join(f"{json.dumps(record)}\n" for record in RECORDS), encoding="utf-8")
    return open_suite([str(path)])


class TableSystem:
    """Replaces words by a table, each time with the same confidence, a few texts at once as a model does.

    Args:
        table: word -> replacement.
        batch: texts that are read before the first is answered.
        breaks_at: fails when it has answered so many.
    """

    def __init__(self, table: Mapping[str, str], *, batch: int = 3, breaks_at: int | None = None) -> None:
        self.table = dict(table)
        self.batch = batch
        self.breaks_at = breaks_at
        self.seen: list[str] = []

    def system(self, name: str = "table") -> System:
        return System(name, lambda: self, is_timed=True)

    def repair_stream(self, texts: Iterable[str]) -> Iterator[Repair]:
        waiting: list[str] = []
        for text in texts:
            waiting.append(text)
            if len(waiting) == self.batch:
                yield from map(self._repair, waiting)
                waiting = []
        yield from map(self._repair, waiting)

    def _repair(self, text: str) -> Repair:
        if len(self.seen) == self.breaks_at:
            raise RuntimeError("out of memory")
        self.seen.append(text)
        edits = tuple(
            Edit(
                Span(*match.span()),
                match.group(),
                self.table[match.group()],
                confidence=0.85,
                status=Status.ACCEPTED,
            )
            for match in re.finditer(r"\w+", text)
            if match.group() in self.table
        )
        repaired = re.sub(r"\w+", lambda match: self.table.get(match.group(), match.group()), text)
        return Repair(text, repaired, edits)

    def signature(self) -> Mapping[str, str]:
        return {"engine": "table", "table": json.dumps(self.table)}
