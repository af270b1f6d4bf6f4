"""The report for a terminal: plain text, measures down, systems across."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from refluent.evaluation.gate import Verdict
from refluent.evaluation.report.tables import (
    HUMAN_MEASURES,
    cost_rows,
    figure,
    label,
    p_value,
    score_cell,
    title,
)
from refluent.evaluation.results import Results
from refluent.evaluation.systems import COPY

__all__ = ["render_terminal", "suite_line"]

_MARK = "*"
_WIDEST_NAME = 24


def render_terminal(results: Results, verdicts: Sequence[Verdict]) -> str:
    """Everything a person wants to know first, as lines."""
    blocks = [[suite_line(results)], _scores(results), list(_human(results)), list(_pairs(results))]
    blocks += [list(_remarks(results)), list(_gates(verdicts))]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def suite_line(results: Results) -> str:
    """What was evaluated on, in one line."""
    suite = results.suite
    documents = f"{_count(suite.n_documents, 'document')}, " if suite.n_documents else ""
    return (
        f"{suite.name}: {_count(suite.n_examples, 'segment')}, {documents}{suite.n_words:,} words; "
        f"{suite.n_fine:,} fine as they are, {suite.n_several:,} with several references"
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _short(name: str) -> str:
    return name if len(name) <= _WIDEST_NAME else f"…{name[1 - _WIDEST_NAME :]}"


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns as wide as needed, figures to the right; what goes beyond the first row is a remark."""
    n_columns = len(rows[0])
    widths = [max(len(row[n]) for row in rows if n < len(row)) for n in range(n_columns)]
    lines: list[str] = []
    for row in rows:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:n_columns], widths[1:], strict=True)]
        lines.append("  ".join([*cells, *row[n_columns:]]).rstrip())
    return lines


def _scores(results: Results) -> list[str]:
    rows: list[list[str]] = [["", *(_short(title(system.name)) for system in results.systems)]]
    for measure in results.measures.values():
        row = [label(measure)]
        for system in results.systems:
            cell = score_cell(results, system, measure)
            interval = f" ±{cell.half_width}" if cell.half_width else ""
            row.append(f"{cell.text}{interval}{_MARK if cell.is_significant else ' '}")
        rows.append([*row, measure.purpose])
    rows += [[name, *(f"{value} " for value in values)] for name, values in cost_rows(results).items()]
    note = f"± half of the 95 % interval; {_MARK} differs from doing nothing (p < 0.05); ↓ lower is better"
    return [*_table(rows), note]


def _human(results: Results) -> Iterator[str]:
    if not results.human:
        return
    yield (
        f"People: on {_count(results.suite.n_several, 'segment')} with several references, "
        "each text against all of them but one"
    )
    rows = [["", "a reference", *(_short(title(system.name)) for system in results.systems)]]
    for name in HUMAN_MEASURES:
        measure = results.measures[name]
        values = [results.human.get(name), *(system.held_out.get(name) for system in results.systems)]
        rows.append([label(measure), *(figure(measure, value) for value in values)])
    yield from _table(rows)


def _pairs(results: Results) -> Iterator[str]:
    pairs = [comparison for comparison in results.comparisons if comparison.other != COPY]
    if not pairs:
        return
    rows = [["difference", "", "", "p bootstrap", "p randomization"]]
    for comparison in pairs:
        heading = f"{_short(comparison.system)} - {_short(comparison.other)}"
        for name in (*HUMAN_MEASURES, "faithful"):
            difference = comparison.differences.get(name)
            if difference is None:
                continue
            measure = results.measures[name]
            value = f"{'+' if difference.value > 0 else ''}{figure(measure, difference.value)}"
            ps = (p_value(difference.p_bootstrap), p_value(difference.p_randomization))
            rows.append([heading, label(measure), value, *ps])
    yield from _table(rows)


def _remarks(results: Results) -> Iterator[str]:
    for system in results.systems:
        settings = ", ".join(f"{name} {value}" for name, value in system.signature.items())
        yield f"{title(system.name)}: {settings}"
        if system.n_warnings:
            yield f"{system.name}: {system.n_warnings} segments with warnings; the first: {system.warning}"
    yield ", ".join(f"{name} {value}" for name, value in results.environment.items())


def _gates(verdicts: Sequence[Verdict]) -> Iterator[str]:
    for verdict in verdicts:
        outcome = "holds" if verdict.is_met else "FAILS"
        yield f"{outcome}  {verdict.gate}  {title(verdict.system)}: {verdict.reason}"
