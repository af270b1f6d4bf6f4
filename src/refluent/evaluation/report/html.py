"""The report as one page that stands by itself: no network, no script, light and dark, for a telephone too.

The page is a template with its style sheet (page.html); what stands in it is put together here from strings.
A template engine would be one more dependency for a single page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from html import escape
from importlib import resources
from string import Template

from refluent.evaluation.gate import Verdict
from refluent.evaluation.report.charts import calibration_chart, histogram_chart
from refluent.evaluation.report.pieces import (
    case_list,
    category_bars,
    human_table,
    pair_table,
    score_table,
    signature_list,
    stacked_bar,
)
from refluent.evaluation.report.tables import figure, title
from refluent.evaluation.report.terminal import suite_line
from refluent.evaluation.results import Comparison, Results, SystemResult
from refluent.evaluation.systems import COPY

__all__ = ["render_html"]

# The figures that stand large at the top.
_FIRST = ("ter_gain", "f05", "overcorrection", "faithful")


@cache
def _template() -> Template:
    return Template(resources.files(__package__).joinpath("page.html").read_text(encoding="utf-8"))


def render_html(results: Results, verdicts: Sequence[Verdict]) -> str:
    """The whole page."""
    systems = [system for system in results.systems if system.name != COPY]
    parts = ["<h1>Refluent evaluation</h1>", f'<p class="soft">{escape(suite_line(results))}</p>']
    parts += _verdict(verdicts)
    if systems:
        parts.append(f'<div class="grid">{"".join(_summary(results, system) for system in systems)}</div>')
    parts += _scores(results)
    for system in systems:
        parts += _system(results, system)
    for comparison in results.comparisons:
        if comparison.other != COPY:
            parts += _pair(results, comparison)
    parts += ["<h2>How these figures came about</h2>", f'<div class="card">{signature_list(results)}</div>']
    heading = f"Refluent evaluation: {results.suite.name}"
    return _template().substitute(title=escape(heading), body="\n".join(parts))


def _verdict(verdicts: Sequence[Verdict]) -> Iterator[str]:
    if not verdicts:
        return
    n_failed = sum(not verdict.is_met for verdict in verdicts)
    head = "All gates hold" if not n_failed else f"{n_failed} of {len(verdicts)} gates fail"
    yield f'<div class="card verdict{" fails" if n_failed else ""}"><strong>{head}</strong><ul>'
    for verdict in verdicts:
        mark = '<span class="up">✓</span>' if verdict.is_met else '<span class="down">✗</span>'
        text = escape(f"{title(verdict.system)}: {verdict.reason}")
        yield f"<li>{mark} <code>{escape(str(verdict.gate))}</code> {text}</li>"
    yield "</ul></div>"


def _summary(results: Results, system: SystemResult) -> str:
    figures = "".join(
        f"<div><dt>{escape(results.measures[name].label)}</dt>"
        f"<dd>{figure(results.measures[name], system.scores[name].value)}</dd></div>"
        for name in _FIRST
        if name in system.scores
    )
    shares = [system.scores[name].value for name in ("improved", "unchanged", "worsened")]
    bar = stacked_bar(shares, ("good", "none", "bad"), total=1.0)
    legend = "".join(
        f'<span><i class="{style}"></i>{share:.0%} {text}</span>'
        for share, style, text in zip(
            shares, ("good", "none", "bad"), ("improved", "unchanged", "worsened"), strict=True
        )
    )
    head = f"<h3>{escape(title(system.name))}</h3>"
    content = f'{head}<dl class="figures">{figures}</dl>{bar}<div class="legend">{legend}</div>'
    return f'<div class="card">{content}</div>'


def _scores(results: Results) -> Iterator[str]:
    yield "<h2>Scores</h2>"
    yield (
        '<p class="soft">± half of the 95 % interval. In color where a system differs significantly from '
        "doing nothing (p &lt; 0.05): green for better, red for worse. ↓ lower is better.</p>"
    )
    yield f'<div class="card scroll">{score_table(results)}</div>'
    if results.human:
        yield "<h2>Beside people</h2>"
        yield (
            f'<p class="soft">The {results.suite.n_several:,} segments with several references. Each one '
            "is judged against the others like a system, and the systems with one reference less.</p>"
        )
        yield f'<div class="card scroll">{human_table(results)}</div>'


def _system(results: Results, system: SystemResult) -> Iterator[str]:
    name = escape(title(system.name))
    yield f"<h2>{name}, looked at closely</h2>"
    if system.n_warnings:
        yield f'<p class="soft">{system.n_warnings} segments with warnings; {escape(system.warning)}</p>'
    yield f'<div class="grid">{"".join(_charts(results, system))}</div>'
    for heading, cases in (("Best segments", system.best), ("Worst segments", system.worst)):
        if cases:
            yield f"<details{' open' if cases is system.worst else ''}><summary>{heading}</summary>"
            yield f'<div class="card">{case_list(cases)}</div></details>'


def _charts(results: Results, system: SystemResult) -> Iterator[str]:
    nothing = results.systems[0].histogram
    chart = histogram_chart(system.histogram, nothing, f"Segments of {title(system.name)} by chrF")
    yield _figure(
        "Scores of segments", chart, "Bars: this system. Line: doing nothing. Farther right is better."
    )
    if system.calibration:
        chart = calibration_chart(system.calibration, f"Calibration of {title(system.name)}")
        text = (
            "Share of proposed edits, made or not, that alone bring a segment nearer to a reference. "
            "References show only some of the good edits, so the true curve lies higher."
        )
        yield _figure("Is it right when it is sure?", chart, text)
    if system.categories:
        legend = "Green: as in a reference. Red: in none. Pale: in the reference, not made."
        yield _figure("Edits by category", category_bars(system.categories), legend)


def _figure(heading: str, content: str, caption: str) -> str:
    return (
        f'<figure class="card"><h3>{heading}</h3>{content}<figcaption>{escape(caption)}</figcaption></figure>'
    )


def _pair(results: Results, comparison: Comparison) -> Iterator[str]:
    system, other = escape(title(comparison.system)), escape(title(comparison.other))
    yield f"<h2>{system} against {other}</h2>"
    yield f'<div class="card scroll">{pair_table(results, comparison)}</div>'
    for name, cases in ((system, comparison.better), (other, comparison.worse)):
        if cases:
            yield f"<details><summary>Where {name} is nearer to a reference</summary>"
            labels = (f"{system}: ", f"{other}: ")
            yield f'<div class="card">{case_list(cases, labels=labels)}</div></details>'
