"""From the outcomes of systems to results: scores with intervals, paired tests, segments to look at."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import sacrebleu

from refluent import __version__
from refluent.evaluation.metrics.base import Array
from refluent.evaluation.metrics.distance import Distance, nearest
from refluent.evaluation.metrics.edit_f import CATEGORIES, EditF, by_category
from refluent.evaluation.resampling import SEED, bootstrap, bootstrap_p, interval, randomization_p
from refluent.evaluation.results import (
    Case,
    CategoryCounts,
    Comparison,
    Difference,
    Results,
    Score,
    SystemResult,
)
from refluent.evaluation.run import Outcome, held_out
from refluent.evaluation.scorer import Scorer
from refluent.evaluation.store import Store
from refluent.evaluation.suite import Example, Suite

__all__ = ["TRIALS_PER_RESAMPLE", "compare"]

# sacrebleu: 1,000 resamples, 10,000 shuffles.
TRIALS_PER_RESAMPLE = 10
N_CASES = 10
N_PAIR_CASES = 5
N_BINS = 20


def compare(
    suite: Suite,
    outcomes: Sequence[Outcome],
    scorer: Scorer,
    store: Store,
    *,
    n_resamples: int,
) -> Results:
    """The results of systems on a suite; every system is compared with every earlier one.

    Args:
        suite: what they repaired.
        outcomes: of each system, doing nothing first.
        scorer: what was measured.
        store: where their texts are.
        n_resamples: bootstrap resamples; there are ten times as many randomization trials.
    """
    resampled = {outcome.name: bootstrap(outcome.statistics, scorer, n_resamples) for outcome in outcomes}
    cases = _Cases(suite, outcomes, scorer, store)
    systems = tuple(_system(outcome, scorer, resampled[outcome.name], cases) for outcome in outcomes)
    comparisons = tuple(
        Comparison(
            outcome.name,
            other.name,
            _differences(outcome, other, scorer, resampled, n_resamples * TRIALS_PER_RESAMPLE),
            better=cases.between(outcome.name, other.name, 1),
            worse=cases.between(outcome.name, other.name, -1),
        )
        for other, outcome in combinations(outcomes, 2)
    )
    return Results(
        suite=suite.facts,
        measures=scorer.measures,
        metric_signatures=scorer.signatures(suite.facts.n_references),
        systems=systems,
        comparisons=comparisons,
        human=_human(suite, scorer),
        environment=_environment(n_resamples),
    )


def _environment(n_resamples: int) -> dict[str, str]:
    return {
        "refluent": __version__,
        "sacrebleu": sacrebleu.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
        "seed": str(SEED),
        "bootstrap_resamples": str(n_resamples),
        "randomization_trials": str(n_resamples * TRIALS_PER_RESAMPLE),
    }


def _finite(scores: Mapping[str, Array]) -> dict[str, float]:
    return {name: float(value) for name, value in scores.items() if np.isfinite(value)}


def _system(outcome: Outcome, scorer: Scorer, resampled: Mapping[str, Array], cases: _Cases) -> SystemResult:
    scores = {
        name: Score(value, interval(resampled[name]))
        for name, value in _finite(scorer.score(outcome.totals)).items()
    }
    return SystemResult(
        name=outcome.name,
        signature=outcome.signature,
        scores=scores,
        held_out=_finite(scorer.score(outcome.held_out)) if outcome.held_out.any() else {},
        categories=_categories(outcome.totals[scorer.columns(EditF)]),
        calibration=outcome.calibration,
        histogram=_histogram(outcome, scorer),
        speed=outcome.speed,
        n_warnings=outcome.n_warnings,
        warning=outcome.warning,
        best=cases.of(outcome.name, 1),
        worst=cases.of(outcome.name, -1),
    )


def _categories(totals: Array) -> tuple[CategoryCounts, ...]:
    right, wrong, missing = by_category(totals).round().astype(int)
    return tuple(
        CategoryCounts(category, int(right[n]), int(wrong[n]), int(missing[n]))
        for n, category in enumerate(CATEGORIES)
        if right[n] or wrong[n] or missing[n]
    )


def _histogram(outcome: Outcome, scorer: Scorer) -> tuple[int, ...]:
    scores = scorer.score(outcome.statistics.astype(np.float64))["chrf"]
    counts, _ = np.histogram(scores, bins=N_BINS, range=(0, 100))
    return tuple(int(count) for count in counts)


def _human(suite: Suite, scorer: Scorer) -> dict[str, float]:
    """Each reference against the others of its segment: as well as a person does."""
    if not suite.facts.n_several:
        return {}
    totals = sum(
        (held_out(scorer, list(example.references), example) for example in suite), np.zeros(scorer.size)
    )
    return _finite(scorer.score(totals))


def _differences(
    outcome: Outcome,
    other: Outcome,
    scorer: Scorer,
    resampled: Mapping[str, Mapping[str, Array]],
    n_trials: int,
) -> dict[str, Difference]:
    mine, theirs = scorer.score(outcome.totals), scorer.score(other.totals)
    shuffled = randomization_p(outcome.statistics, other.statistics, scorer, n_trials)
    differences: dict[str, Difference] = {}
    for name, p_randomization in shuffled.items():
        value = float(mine[name] - theirs[name])
        pair = resampled[outcome.name][name], resampled[other.name][name]
        is_whole = all(np.isfinite(scores).all() for scores in pair)
        p_bootstrap = bootstrap_p(*pair, value) if is_whole else None
        differences[name] = Difference(value, p_bootstrap, p_randomization)
    return differences


class _Cases:
    """The segments that are shown, chosen by word distance; their texts are read from the store once."""

    def __init__(self, suite: Suite, outcomes: Sequence[Outcome], scorer: Scorer, store: Store) -> None:
        columns = scorer.columns(Distance)
        self._after = {
            outcome.name: outcome.statistics[:, columns.start + 2].astype(int) for outcome in outcomes
        }
        self._before = outcomes[0].statistics[:, columns.start + 1].astype(int)
        wanted = {number for numbers in self._choices().values() for number in numbers}
        self._examples = {n: example for n, example in enumerate(suite) if n in wanted}
        self._texts = {outcome.name: store.texts(outcome.name, wanted) for outcome in outcomes}

    def of(self, system: str, direction: int) -> tuple[Case, ...]:
        """Where a system did best (1) or worst (-1)."""
        numbers = _top(direction * (self._before - self._after[system]), N_CASES)
        return tuple(self._case(number, system, "") for number in numbers)

    def between(self, system: str, other: str, direction: int) -> tuple[Case, ...]:
        """Where a system is nearer to a reference than another (1), or farther (-1)."""
        numbers = _top(direction * (self._after[other] - self._after[system]), N_PAIR_CASES)
        return tuple(self._case(number, system, other) for number in numbers)

    def _choices(self) -> dict[tuple[str, str, int], list[int]]:
        found: dict[tuple[str, str, int], list[int]] = {}
        for direction in (1, -1):
            for system, after in self._after.items():
                found[system, "", direction] = _top(direction * (self._before - after), N_CASES)
            for other, system in combinations(self._after, 2):
                gain = direction * (self._after[other] - self._after[system])
                found[system, other, direction] = _top(gain, N_PAIR_CASES)
        return found

    def _case(self, number: int, system: str, other: str) -> Case:
        example: Example = self._examples[number]
        text = self._texts[system][number]
        _, reference = nearest(text, example.references)
        before = self._after[other][number] if other else self._before[number]
        return Case(
            id=example.id,
            source=example.source,
            text=text,
            other=self._texts[other][number] if other else "",
            reference=reference,
            gain=int(before - self._after[system][number]),
        )


def _top(gains: np.typing.NDArray[np.int_], count: int) -> list[int]:
    """Numbers of the segments with the largest gains above zero; of equal ones the first."""
    order = np.argsort(-gains, kind="stable")[:count]
    return [int(number) for number in order if gains[number] > 0]
