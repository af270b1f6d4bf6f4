"""Measurements for people and programs: a Markdown table, JSON, and a plot as SVG."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from html import escape

from refluent.bench.measure import Measurement

__all__ = ["render_json", "render_markdown", "render_svg"]

_BAR_HEIGHT, _BAR_GAP, _LABEL_WIDTH, _PLOT_WIDTH = 18, 6, 220, 420


def _label(measurement: Measurement) -> str:
    batch = measurement.case.batch
    return f"{measurement.case.system}, batch {batch}" if batch else measurement.case.system


def render_markdown(measurements: Sequence[Measurement], *, price: float) -> str:
    """A table with a row for each system and batch size.

    Args:
        measurements: in the order of the rows.
        price: of an hour of one core.
    """
    return "\n".join([*_table(measurements, price), ""])


def _table(measurements: Sequence[Measurement], price: float) -> Iterator[str]:
    yield "| system | batch | words/s | texts/s | first result (ms) | memory (MiB) | cost of 1M words |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for one in measurements:
        head = f"| {one.case.system} | {one.case.batch or '–'} "
        if one.problem:
            yield f"{head}| {one.problem} | | | | |"
            continue
        speed = f"| {one.words_per_s:,.0f} | {one.texts_per_s:,.1f} "
        yield f"{head}{speed}| {one.first_result_ms:,.0f} | {one.memory_mib:,.0f} | {one.cost(price):,.3f} |"


def render_json(measurements: Sequence[Measurement], *, machine: Mapping[str, str], price: float) -> str:
    """Everything that was measured.

    Args:
        measurements: what was measured.
        machine: what it was measured on.
        price: of an hour of one core.
    """
    rows = []
    for one in measurements:
        row = asdict(one)
        if not one.problem:
            row |= {
                "words_per_s": round(one.words_per_s, 2),
                "texts_per_s": round(one.texts_per_s, 3),
                "cost_per_million_words": round(one.cost(price), 4),
            }
        rows.append(row)
    return json.dumps({"machine": dict(machine), "price": price, "measurements": rows}, indent=1) + "\n"


def render_svg(measurements: Sequence[Measurement]) -> str:
    """Bars of words per second, one for each system and batch size."""
    rows = [one for one in measurements if not one.problem]
    fastest = max((one.words_per_s for one in rows), default=1.0)
    step = _BAR_HEIGHT + _BAR_GAP
    width, height = _LABEL_WIDTH + _PLOT_WIDTH + 90, step * len(rows) + _BAR_GAP
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        'font-family="sans-serif" font-size="12">'
    ]
    for number, one in enumerate(rows):
        top = _BAR_GAP + number * step
        length = max(1.0, _PLOT_WIDTH * one.words_per_s / fastest)
        base = top + _BAR_HEIGHT - 5
        parts += [
            f'<text x="{_LABEL_WIDTH - 8}" y="{base}" text-anchor="end">{escape(_label(one))}</text>',
            f'<rect x="{_LABEL_WIDTH}" y="{top}" width="{length:.1f}" height="{_BAR_HEIGHT}" fill="#37a"/>',
            f'<text x="{_LABEL_WIDTH + length + 6:.1f}" y="{base}">{one.words_per_s:,.0f} words/s</text>',
        ]
    return "\n".join([*parts, "</svg>", ""])
