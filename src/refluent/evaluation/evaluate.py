"""The whole evaluation: every system over the suite, doing nothing among them, then comparison."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

from refluent.errors import ConfigError
from refluent.evaluation.compare import compare
from refluent.evaluation.metrics import metrics
from refluent.evaluation.metrics.external import External, read_scores
from refluent.evaluation.results import Results
from refluent.evaluation.run import Outcome, Progress, run
from refluent.evaluation.scorer import Scorer
from refluent.evaluation.store import Store
from refluent.evaluation.suite import Suite
from refluent.evaluation.systems import COPY, System, do_nothing

__all__ = ["N_RESAMPLES", "evaluate", "scorer_with"]

N_RESAMPLES = 1000


def scorer_with(names: Sequence[str] = ()) -> Scorer:
    """All metrics, and scores by name that the user brings along.

    Raises:
        ConfigError: a name is taken.
    """
    own = Scorer(metrics())
    for name in names:
        if name in own.measures:
            raise ConfigError(f"{name} is measured already", subject="--scores", remedy="choose another name")
    return Scorer((*metrics(), *map(External, names))) if names else own


def evaluate(
    suite: Suite,
    systems: Sequence[System],
    *,
    store: Store | None = None,
    scores: Mapping[str, Mapping[str, Path]] | None = None,
    n_resamples: int = N_RESAMPLES,
    progress: Progress | None = None,
) -> Results:
    """Score systems on a suite; doing nothing is added where it is not among them.

    Args:
        suite: sources and references.
        systems: what to score.
        store: where repairs are kept; a temporary file by default.
        scores: files with scores of other metrics, by name of the score and then of the system.
        n_resamples: bootstrap resamples.
        progress: see `run`.

    Raises:
        ConfigError: two systems have the same name.
        SuiteError: the suite or a file of scores is malformed.
        RuntimeError: a system failed on every segment.
    """
    ordered = _ordered(systems)
    provided = scores or {}
    scorer = scorer_with(list(provided))
    with ExitStack() as stack:
        used = stack.enter_context(closing(Store())) if store is None else store
        outcomes = [run(suite, system, scorer, used, progress=progress) for system in ordered]
        filled = [_filled(outcome, scorer, provided) for outcome in outcomes]
        return compare(suite, filled, scorer, used, n_resamples=n_resamples)


def _ordered(systems: Sequence[System]) -> list[System]:
    """Doing nothing first, then the others as they were named."""
    counts = Counter(system.name for system in systems)
    for name, count in counts.items():
        if count > 1:
            raise ConfigError("is named twice", subject=name, remedy="name each system once")
    return [do_nothing(), *(system for system in systems if system.name != COPY)]


def _filled(outcome: Outcome, scorer: Scorer, scores: Mapping[str, Mapping[str, Path]]) -> Outcome:
    """The outcome with the scores that files provide for it."""
    statistics = outcome.statistics.copy()
    for name, paths in scores.items():
        if outcome.name in paths:
            statistics[:, scorer.columns(name)] = read_scores(paths[outcome.name], len(statistics))
    return replace(outcome, statistics=statistics)
