"""The report for programs; `SCHEMA_VERSION` goes up when a field changes its meaning or is taken away."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from refluent.evaluation.gate import Verdict
from refluent.evaluation.results import Results

__all__ = ["SCHEMA_VERSION", "render_json"]

SCHEMA_VERSION = 1


def render_json(results: Results, verdicts: Sequence[Verdict]) -> str:
    """One JSON object: everything of `Results` under the same names, and the gates."""
    record: dict[str, object] = {"schema_version": SCHEMA_VERSION, **asdict(results)}
    record["measures"] = {
        name: {**asdict(measure), "signature": results.metric_signatures[name]}
        for name, measure in results.measures.items()
    }
    del record["metric_signatures"]
    record["gates"] = [_gate(verdict) for verdict in verdicts]
    return f"{json.dumps(_rounded(record), ensure_ascii=False, indent=1)}\n"


def _gate(verdict: Verdict) -> dict[str, object]:
    return {
        **asdict(verdict.gate),
        "system": verdict.system,
        "is_met": verdict.is_met,
        "reason": verdict.reason,
    }


def _rounded(value: object) -> object:
    """Figures with six digits after the point: more are noise of the machine."""
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, Mapping):
        return {str(key): _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return value
