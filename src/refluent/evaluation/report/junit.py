"""The gates as JUnit XML, one test case for each gate and system, for the test tab of a CI service."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import quoteattr

from refluent.evaluation.gate import Verdict
from refluent.evaluation.results import Results

__all__ = ["render_junit"]


def render_junit(results: Results, verdicts: Sequence[Verdict]) -> str:
    """One test suite; without gates it has a single case, which says that the run reached its end."""
    cases = [_case(verdict) for verdict in verdicts]
    if not cases:
        cases = ['<testcase classname="refluent.eval" name="runs to its end"/>']
    n_failures = sum(not verdict.is_met for verdict in verdicts)
    counts = f'tests="{len(cases)}" failures="{n_failures}" errors="0" skipped="0"'
    name = quoteattr(f"refluent eval on {results.suite.name}")
    lines = [f"<testsuite name={name} {counts}>", *(f"  {case}" for case in cases), "</testsuite>"]
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + "\n".join(lines) + "\n"


def _case(verdict: Verdict) -> str:
    group, name = quoteattr(f"refluent.eval.{verdict.system}"), quoteattr(str(verdict.gate))
    start = f"<testcase classname={group} name={name}"
    if verdict.is_met:
        return f"{start}/>"
    return f"{start}><failure message={quoteattr(verdict.reason)}/></testcase>"
