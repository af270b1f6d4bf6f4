"""Pieces of the page: tables, bars and word-by-word differences, each from a part of the results."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from refluent.edits.extract import extract
from refluent.evaluation.report.tables import (
    HUMAN_MEASURES,
    Cell,
    cost_rows,
    figure,
    label,
    p_value,
    score_cell,
    style,
    title,
)
from refluent.evaluation.results import Case, CategoryCounts, Comparison, Results

__all__ = [
    "case_list",
    "category_bars",
    "difference",
    "human_table",
    "pair_table",
    "score_table",
    "signature_list",
    "stacked_bar",
]


def _row(cells: Sequence[str], tag: str = "td") -> str:
    return f"<tr>{''.join(f'<{tag}>{cell}</{tag}>' for cell in cells)}</tr>"


def _table(head: Sequence[str], rows: Sequence[str]) -> str:
    return f"<table><thead>{_row(head, 'th')}</thead><tbody>{''.join(rows)}</tbody></table>"


def _names(results: Results) -> list[str]:
    return [escape(title(system.name)) for system in results.systems]


def _cell(cell: Cell) -> str:
    interval = f" <small>±{cell.half_width}</small>" if cell.half_width else ""
    return f"{_colored(cell.text, cell.style)}{interval}"


def _colored(text: str, style: str) -> str:
    return f'<span class="{style}">{text}</span>' if style else text


def score_table(results: Results) -> str:
    """Measures down, systems across, and what each measure is for."""
    rows: list[str] = []
    for measure in results.measures.values():
        cells = [_cell(score_cell(results, system, measure)) for system in results.systems]
        purpose = f'<td class="purpose">{escape(measure.purpose)}</td></tr>'
        rows.append(_row([escape(label(measure)), *cells]).removesuffix("</tr>") + purpose)
    rows += [_row([name, *values, ""]) for name, values in cost_rows(results).items()]
    return _table(["", *_names(results), ""], rows)


def human_table(results: Results) -> str:
    """References beside systems, with one reference held out."""
    rows: list[str] = []
    for name in HUMAN_MEASURES:
        measure = results.measures[name]
        values = [results.human.get(name), *(system.held_out.get(name) for system in results.systems)]
        rows.append(_row([escape(label(measure)), *(figure(measure, value) for value in values)]))
    return _table(["", "a reference", *_names(results)], rows)


def pair_table(results: Results, comparison: Comparison) -> str:
    """Differences of two systems with both tests."""
    rows: list[str] = []
    for name, found in comparison.differences.items():
        measure = results.measures[name]
        value = f"{'+' if found.value > 0 else ''}{figure(measure, found.value)}"
        ps = [escape(p_value(p)) for p in (found.p_bootstrap, found.p_randomization)]
        rows.append(_row([escape(label(measure)), _colored(value, style(measure, found)), *ps]))
    return _table(["", "difference", "p, paired bootstrap", "p, randomization"], rows)


def stacked_bar(parts: Sequence[float], styles: Sequence[str], *, total: float) -> str:
    """Parts side by side in one bar; ``total`` is what its whole width stands for."""
    pieces = "".join(
        f'<i class="{style}" style="width:{100 * part / total:.2f}%"></i>'
        for part, style in zip(parts, styles, strict=True)
    )
    return f'<div class="stack">{pieces}</div>'


def category_bars(categories: Sequence[CategoryCounts]) -> str:
    """Right, wrong and missing edits of each category, most frequent first."""

    def size(one: CategoryCounts) -> int:
        return one.n_right + one.n_wrong + one.n_missing

    ordered = sorted(categories, key=size, reverse=True)
    total = float(size(ordered[0]))
    rows: list[str] = []
    for one in ordered:
        counts = (one.n_right, one.n_wrong, one.n_missing)
        hint = f"{one.n_right} right, {one.n_wrong} wrong, {one.n_missing} missing"
        bar = stacked_bar(counts, ("good", "bad", "none"), total=total)
        rows.append(f'<div class="category" title="{hint}"><span>{one.category.value}</span>{bar}</div>')
    return "".join(rows)


def difference(source: str, text: str) -> str:
    """A text with what was deleted and inserted marked, word by word.

    >>> difference("He go home.", "He goes home.")
    'He <del>go</del><ins>goes</ins> home.'
    """
    parts: list[str] = []
    end = 0
    for edit in extract(source, text):
        parts.append(escape(source[end : edit.span.start]))
        parts.append(f"<del>{escape(edit.original)}</del>" if edit.original else "")
        parts.append(f"<ins>{escape(edit.replacement)}</ins>" if edit.replacement else "")
        end = edit.span.end
    return "".join([*parts, escape(source[end:])])


def case_list(cases: Sequence[Case], *, labels: tuple[str, str] = ("", "")) -> str:
    """Segments with their changes marked, and the nearest reference below.

    Args:
        cases: the segments.
        labels: what stands before the text of the system and that of the other one.
    """
    rows: list[str] = []
    for case in cases:
        direction = "nearer" if case.gain > 0 else "farther"
        words = f"{abs(case.gain)} word{'' if abs(case.gain) == 1 else 's'} {direction}"
        lines = [f"<p><b>{escape(case.id)} · {words}</b></p>"]
        lines.append(f"<p>{labels[0]}{difference(case.source, case.text)}</p>")
        if case.other:
            lines.append(f"<p>{labels[1]}{difference(case.source, case.other)}</p>")
        lines.append(f'<p class="reference">reference: {escape(case.reference)}</p>')
        rows.append(f'<div class="case">{"".join(lines)}</div>')
    return "".join(rows)


def signature_list(results: Results) -> str:
    """Everything that determined the figures."""
    lines = [f"suite {results.suite.name}, sha256 {results.suite.digest}"]
    for system in results.systems:
        settings = ", ".join(f"{name} {value}" for name, value in system.signature.items())
        lines.append(f"{title(system.name)}: {settings}")
    lines.append(", ".join(f"{name} {value}" for name, value in results.environment.items()))
    lines += dict.fromkeys(results.metric_signatures.values())
    return "".join(f"<p><code>{escape(line)}</code></p>" for line in lines)
