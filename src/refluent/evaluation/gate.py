"""Gates: what a system must reach, and whether it did. Where nothing can be said, a gate fails.

``min`` and ``max`` bound a score. ``max_drop`` bounds how much worse a score may be than that of the
baseline, in the direction in which the measure gets worse; it fails only if the drop is larger than that
and significant by approximate randomization, so that noise does not stop a change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Literal

from refluent.errors import ConfigError
from refluent.evaluation.baseline import BASELINE
from refluent.evaluation.metrics.base import Measure
from refluent.evaluation.results import Results
from refluent.evaluation.run import Speed

__all__ = ["Gate", "Verdict", "judge", "parse"]

Kind = Literal["min", "max", "max_drop"]
_COSTS = tuple(field.name for field in fields(Speed))


@dataclass(frozen=True)
class Gate:
    """One condition.

    Attributes:
        kind: how it bounds the measure.
        measure: name of a score, or of a field of `Speed`.
        limit: the bound, in the unit of the measure.
    """

    kind: Kind
    measure: str
    limit: float

    def __str__(self) -> str:
        return f"--{self.kind.replace('_', '-')} {self.measure}={self.limit:g}"


@dataclass(frozen=True)
class Verdict:
    """Whether a system holds a gate.

    Attributes:
        gate: the condition.
        system: who was judged.
        is_met: whether it holds.
        reason: the figures behind it, for a reader.
    """

    gate: Gate
    system: str
    is_met: bool
    reason: str


def parse(kind: Kind, texts: Iterable[str], measures: Mapping[str, Measure]) -> list[Gate]:
    """Gates from ``measure=value`` as a user types them.

    Raises:
        ConfigError: the measure is unknown, the value is no number, or a drop is asked for of a measure
        that knows
            no better and worse, or that is no score of segments.
    """
    if kind == "max_drop":
        known = [name for name, measure in measures.items() if measure.is_higher_better is not None]
    else:
        known = [*measures, *_COSTS]
    option = f"--{kind.replace('_', '-')}"
    gates: list[Gate] = []
    for text in texts:
        name, _, value = text.partition("=")
        if name not in known:
            nearest = get_close_matches(name, known, n=1, cutoff=0.0)
            remedy = f"did you mean {nearest[0]}?" if nearest else ""
            raise ConfigError(f"knows no measure {name!r}", subject=f"{option} {text}", remedy=remedy)
        try:
            limit = float(value)
        except ValueError as error:
            raise ConfigError("needs measure=number", subject=f"{option} {text}") from error
        if limit != limit or (kind == "max_drop" and limit < 0):
            raise ConfigError("is no bound that can hold", subject=f"{option} {text}")
        gates.append(Gate(kind, name, limit))
    return gates


def judge(results: Results, systems: Sequence[str], gates: Sequence[Gate], *, alpha: float) -> list[Verdict]:
    """Every gate for every system.

    Args:
        results: what was found out.
        systems: names of those that are judged.
        gates: the conditions.
        alpha: a drop is significant if its p is smaller.
    """
    return [_judge(results, system, gate, alpha) for system in systems for gate in gates]


def _judge(results: Results, system: str, gate: Gate, alpha: float) -> Verdict:
    if gate.kind == "max_drop":
        return _judge_drop(results, system, gate, alpha)
    value = _value(results, system, gate.measure)
    if value is None:
        return Verdict(gate, system, False, f"{gate.measure} was not measured")
    is_met = value >= gate.limit if gate.kind == "min" else value <= gate.limit
    return Verdict(gate, system, is_met, f"{gate.measure} is {value:.4g}")


def _value(results: Results, system: str, measure: str) -> float | None:
    result = results.system(system)
    if measure in _COSTS:
        cost: float | None = getattr(result.speed, measure)
        return cost
    score = result.scores.get(measure)
    return None if score is None else score.value


def _judge_drop(results: Results, system: str, gate: Gate, alpha: float) -> Verdict:
    comparison = results.comparison(system, BASELINE)
    difference = comparison.differences.get(gate.measure) if comparison else None
    if difference is None:
        return Verdict(gate, system, False, f"{gate.measure} cannot be compared with the baseline")
    is_better = results.measures[gate.measure].is_higher_better
    drop = -difference.value if is_better else difference.value
    p = difference.p_randomization
    is_met = drop <= gate.limit or p >= alpha
    verb = "worse" if drop > 0 else "better"
    reason = f"{gate.measure} is {abs(drop):.4g} {verb} than the baseline (p = {p:.2g})"
    return Verdict(gate, system, is_met, reason)
