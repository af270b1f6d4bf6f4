"""Calibration: from the model's evidence to a probability, and the threshold that keeps repairs safe.

The model proposes on post-edits that it never saw. A proposal is good when making it alone brings the
sentence closer to the editor's version in word edit distance. Logistic regression turns the evidence into
the probability of that. The threshold is the lowest at which, with all proposals above it made together,
fewer than a given share of the changed sentences get worse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein
from torch.nn import functional as F

from refluent.modeling.confidence import Calibration
from refluent.modeling.features import Vocabulary
from refluent.modeling.inference import Proposal, propose
from refluent.modeling.network import RefluentModel
from refluent.text.tokens import Token, tokenize

__all__ = ["Judged", "calibrate", "expected_calibration_error", "judge", "outcome"]

_BATCH = 32
_RIDGE = 1e-3


@dataclass(frozen=True)
class Judged:
    """A sentence with the model's proposals and what each does.

    Attributes:
        tokens: the source's tokens.
        reference: the words of the editor's version.
        proposals: what the model would change.
        gains: by how many word edits each proposal, made alone, brings the source closer; negative is
            farther.
    """

    tokens: list[Token]
    reference: list[str]
    proposals: list[Proposal]
    gains: list[int]


def _words(tokens: Sequence[Token], proposals: Sequence[Proposal]) -> list[str]:
    """The words of a sentence after some proposals."""
    words: list[str] = []
    position = 0
    for proposal in proposals:
        words += [token.text for token in tokens[position : proposal.start]]
        words += [token.text for token in tokenize(proposal.replacement)]
        position = proposal.end
    return words + [token.text for token in tokens[position:]]


def judge(
    model: RefluentModel,
    vocabulary: Vocabulary,
    pairs: Sequence[tuple[str, str]],
    *,
    floor: float,
    max_pieces: int,
) -> list[Judged]:
    """Proposals for (source, reference) pairs, with their gains; over-long sources are left out."""
    usable = [
        (tokens, [token.text for token in tokenize(reference)])
        for source, reference in pairs
        if (tokens := tokenize(source)) and len(vocabulary.read(tokens).pieces) <= max_pieces
    ]
    usable.sort(key=lambda item: len(item[0]))
    judged: list[Judged] = []
    for first in range(0, len(usable), _BATCH):
        part = usable[first : first + _BATCH]
        found = propose(model, vocabulary, [tokens for tokens, _ in part], floor=floor)
        for (tokens, reference), proposals in zip(part, found, strict=True):
            before = Levenshtein.distance([token.text for token in tokens], reference)
            gains = [before - Levenshtein.distance(_words(tokens, [p]), reference) for p in proposals]
            judged.append(Judged(tokens, reference, proposals, gains))
    return judged


def _fit(evidence: NDArray[np.float64], labels: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Weights and bias of a ridge-penalized logistic regression, on the scale of the raw evidence."""
    mean, spread = evidence.mean(0), evidence.std(0) + 1e-6
    inputs = torch.from_numpy((evidence - mean) / spread)
    goals = torch.from_numpy(labels)
    weights = torch.zeros(inputs.shape[1], dtype=torch.float64, requires_grad=True)
    bias = torch.zeros((), dtype=torch.float64, requires_grad=True)
    solver = torch.optim.LBFGS([weights, bias], max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        solver.zero_grad()
        loss = (
            F.binary_cross_entropy_with_logits(inputs @ weights + bias, goals)
            + _RIDGE * weights.square().sum()
        )
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    solver.step(closure)  # type: ignore[no-untyped-call]
    scaled = weights.detach().numpy() / spread
    return scaled, float(bias.detach()) - float(scaled @ mean)


def accepted(judged: Judged, calibration: Calibration) -> list[Proposal]:
    """The proposals at or above the threshold."""
    return [p for p in judged.proposals if calibration.confidence(p.measures) >= calibration.min_confidence]


def outcome(sentences: Sequence[Judged], calibration: Calibration) -> dict[str, float]:
    """What making all accepted proposals does to the sentences.

    Returns:
        changed, better, worse: numbers of sentences; before, after: summed word edits to the references.
    """
    result = dict.fromkeys(("changed", "better", "worse", "before", "after"), 0.0)
    for judged in sentences:
        before = Levenshtein.distance([token.text for token in judged.tokens], judged.reference)
        chosen = accepted(judged, calibration)
        after = Levenshtein.distance(_words(judged.tokens, chosen), judged.reference) if chosen else before
        result["changed"] += bool(chosen)
        result["better"] += after < before
        result["worse"] += after > before
        result["before"] += before
        result["after"] += after
    return result


def calibrate(sentences: Sequence[Judged], *, floor: float, max_worse_share: float) -> Calibration:
    """Fit confidences and choose the threshold.

    Args:
        sentences: judged sentences, never trained on.
        floor: the floor they were proposed with.
        max_worse_share: largest tolerated share of worse sentences among changed ones.
    """
    rows = [
        (Calibration.evidence(p.measures), gain > 0)
        for s in sentences
        for p, gain in zip(s.proposals, s.gains, strict=True)
    ]
    evidence = np.array([row[0] for row in rows], dtype=np.float64)
    weights, bias = _fit(evidence, np.array([row[1] for row in rows], dtype=np.float64))
    fitted = Calibration(tuple(float(w) for w in weights), bias, floor, 1.0)
    best = fitted
    for threshold in np.arange(0.95, 0.29, -0.025):
        candidate = replace(fitted, min_confidence=round(float(threshold), 3))
        result = outcome(sentences, candidate)
        if result["worse"] <= max_worse_share * result["changed"]:
            best = candidate
    return best


def expected_calibration_error(
    sentences: Sequence[Judged], calibration: Calibration, *, bins: int = 10
) -> float:
    """Mean distance of confidence and share of good proposals over equal bins (Naeini et al. 2015)."""
    confidences = np.array([calibration.confidence(p.measures) for s in sentences for p in s.proposals])
    good = np.array([gain > 0 for s in sentences for gain in s.gains], dtype=float)
    places = np.minimum((confidences * bins).astype(int), bins - 1)
    error = sum(
        abs(confidences[places == place].mean() - good[places == place].mean()) * (places == place).mean()
        for place in np.unique(places)
    )
    return float(error)
