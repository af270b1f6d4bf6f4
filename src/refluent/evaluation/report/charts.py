"""Charts as SVG that stands in a page: colors come from the page, so they follow its light and dark."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from refluent.evaluation.calibration import N_BINS, Bin

__all__ = ["calibration_chart", "histogram_chart"]

# Small in user units and scaled to the page: so the text stays readable on a telephone.
_WIDTH, _HEIGHT = 360, 230
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 348, 12, 188


def _svg(description: str, parts: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(description)}">'
        f"{''.join(parts)}</svg>"
    )


def _x(share: float) -> float:
    return round(_LEFT + share * (_RIGHT - _LEFT), 1)


def _y(share: float) -> float:
    return round(_BOTTOM - share * (_BOTTOM - _TOP), 1)


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'


def _frame(
    x_title: str, x_ticks: Sequence[tuple[float, str]], y_ticks: Sequence[tuple[float, str]]
) -> list[str]:
    parts = [
        f'<line class="grid" x1="{_LEFT}" x2="{_RIGHT}" y1="{_y(share)}" y2="{_y(share)}"/>'
        + _text(_LEFT - 6, _y(share) + 4, text, "end")
        for share, text in y_ticks
    ]
    parts += [_text(_x(share), _BOTTOM + 16, text, "middle") for share, text in x_ticks]
    parts.append(_text((_LEFT + _RIGHT) / 2, _HEIGHT - 6, x_title, "middle"))
    return parts


def histogram_chart(counts: Sequence[int], others: Sequence[int], description: str) -> str:
    """Segments by score, as bars, with another system as an outline.

    Args:
        counts: segments of the system in equal bins from 0 to 100.
        others: those of the other one, in the same bins.
        description: of the chart, for readers who do not see it.
    """
    highest = max(*counts, *others, 1)
    middle = highest // 2
    ticks = [(0.0, "0"), (middle / highest, str(middle)), (1.0, str(highest))]
    parts = _frame("chrF of a segment", [(n / 4, str(25 * n)) for n in range(5)], ticks[: 3 if middle else 1])
    width = (_RIGHT - _LEFT) / len(counts)
    for number, count in enumerate(counts):
        top = _y(count / highest)
        place = f'x="{_LEFT + number * width + 1:.1f}" y="{top}"'
        parts.append(
            f'<rect class="bar" {place} width="{width - 2:.1f}" height="{_BOTTOM - top:.1f}" rx="1.5"/>'
        )
    path = f"M{_LEFT},{_BOTTOM}"
    for number, count in enumerate(others):
        left, right = _LEFT + number * width, _LEFT + (number + 1) * width
        path += f"L{left:.1f},{_y(count / highest)}L{right:.1f},{_y(count / highest)}"
    parts.append(f'<path class="outline" d="{path}L{_RIGHT},{_BOTTOM}"/>')
    return _svg(description, parts)


def calibration_chart(bins: Sequence[Bin], description: str) -> str:
    """Share of good edits by confidence; area of a dot shows how many edits it stands for.

    Args:
        bins: edits by confidence.
        description: of the chart, for readers who do not see it.
    """
    ticks = [(n / 4, f"{n / 4:g}") for n in range(5)]
    parts = _frame("confidence of the model", ticks, ticks)
    parts.append(f'<line class="ideal" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>')
    most = max(one.n_edits for one in bins)
    points = [(_x(one.mean_confidence), _y(one.n_good / one.n_edits)) for one in bins]
    parts.append(f'<polyline class="curve" points="{" ".join(f"{x},{y}" for x, y in points)}"/>')
    for one, (x, y) in zip(bins, points, strict=True):
        radius = 2.5 + 7 * math.sqrt(one.n_edits / most)
        bounds = f"{one.low:.1f}–{one.low + 1 / N_BINS:.1f}"
        hint = f"confidence {bounds}: {one.n_good} of {one.n_edits} edits are good"
        parts.append(f'<circle class="dot" cx="{x}" cy="{y}" r="{radius:.1f}"><title>{hint}</title></circle>')
    return _svg(description, parts)
