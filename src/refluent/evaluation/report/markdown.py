"""The report for GitHub: a table for the summary of a job, and workflow commands for what failed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from refluent.evaluation.gate import Verdict
from refluent.evaluation.report.tables import cost_rows, label, score_cell, title
from refluent.evaluation.report.terminal import suite_line
from refluent.evaluation.results import Results

__all__ = ["render_commands", "render_markdown"]


def render_markdown(results: Results, verdicts: Sequence[Verdict]) -> str:
    """Gates and scores as Markdown tables."""
    lines = ["## Refluent evaluation", "", suite_line(results), ""]
    if verdicts:
        lines += ["| gate | system | | |", "|---|---|---|---|"]
        lines += (
            f"| `{verdict.gate}` | {_cell(title(verdict.system))} | {'✅' if verdict.is_met else '❌'} "
            f"| {_cell(verdict.reason)} |"
            for verdict in verdicts
        )
        lines.append("")
    lines += _scores(results)
    lines += [
        "",
        "± half of the 95 % interval; bold: differs from doing nothing (p < 0.05); ↓ lower is better",
        "",
    ]
    return "\n".join(lines)


def _scores(results: Results) -> Iterator[str]:
    names = [_cell(title(system.name)) for system in results.systems]
    yield f"| | {' | '.join(names)} | |"
    yield f"|---|{'---:|' * len(names)}---|"
    for measure in results.measures.values():
        cells = [score_cell(results, system, measure) for system in results.systems]
        texts = [f"**{cell.text}**" if cell.is_significant else cell.text for cell in cells]
        texts = [
            f"{text} ±{cell.half_width}" if cell.half_width else text
            for text, cell in zip(texts, cells, strict=True)
        ]
        yield f"| {_cell(label(measure))} | {' | '.join(texts)} | {measure.purpose} |"
    for name, values in cost_rows(results).items():
        yield f"| {name} | {' | '.join(values)} | |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def render_commands(verdicts: Sequence[Verdict]) -> str:
    """An ``::error`` line for each gate that failed."""
    return "".join(
        f"::error title=refluent eval::{_escaped(f'{one.system} fails {one.gate}: {one.reason}')}\n"
        for one in verdicts
        if not one.is_met
    )


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
