"""Intervals and paired tests against those of sacrebleu."""

from __future__ import annotations

import random

import numpy as np
import pytest
import sacrebleu
from sacrebleu.significance import PairedTest

from refluent.evaluation import resampling
from refluent.evaluation.metrics.surface import TranslationEditRate, bleu, chrf
from refluent.evaluation.resampling import bootstrap, bootstrap_p, interval, randomization_p
from refluent.evaluation.scorer import Scorer
from refluent.evaluation.suite import Example

WORDS = [
    "the",
    "a",
    "of",
    "market",
    "price",
    "house",
    "river",
    "grows",
    "falls",
    "quickly",
    "slowly",
    "new",
    "old",
]
N_SAMPLES = 200


def sentences(seed: int, noise: float) -> list[str]:
    """The same sentences for any noise, of whose words that share is replaced."""
    text, change = random.Random(7), random.Random(seed)
    found = []
    for _ in range(40):
        words = [text.choice(WORDS) for _ in range(text.randint(5, 12))]
        found.append(" ".join(change.choice(WORDS) if change.random() < noise else word for word in words))
    return found


REFERENCES, FIRST, SECOND = sentences(0, 0.0), sentences(1, 0.3), sentences(2, 0.36)
SCORER = Scorer((bleu(), chrf(), TranslationEditRate()))


def statistics(texts: list[str]) -> np.ndarray:
    examples = [Example(str(n), FIRST[n], (reference,)) for n, reference in enumerate(REFERENCES)]
    rows = [SCORER.count(text, example) for text, example in zip(texts, examples, strict=True)]
    return np.array(rows, dtype=np.float32)


def paired_test(kind: str, n_samples: int) -> dict[str, list]:
    public = {"BLEU": sacrebleu.BLEU(force=True), "chrF2": sacrebleu.CHRF(), "TER": sacrebleu.TER()}
    test = PairedTest(
        [("first", FIRST), ("second", SECOND)], public, [REFERENCES], test_type=kind, n_samples=n_samples
    )
    return test()[1]


@pytest.fixture(autouse=True)
def seed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("SACREBLEU_SEED", raising=False)


@pytest.fixture(params=[resampling._DRAWS_AT_ONCE, 40 * 32], ids=["at once", "in parts"])
def draws(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(resampling, "_DRAWS_AT_ONCE", request.param)


@pytest.mark.usefixtures("draws")
def test_bootstrap_equals_that_of_sacrebleu():
    expected = paired_test("bs", N_SAMPLES)
    first, second = (bootstrap(statistics(texts), SCORER, N_SAMPLES) for texts in (FIRST, SECOND))
    for name, column in (("bleu", "BLEU"), ("chrf", "chrF2"), ("ter", "TER")):
        baseline, system = expected[column]
        for scores, result in ((first, baseline), (second, system)):
            found = interval(scores[name])
            assert found is not None
            assert found.half_width == pytest.approx(result.ci, abs=1e-4)
            assert scores[name].mean() == pytest.approx(result.mean, abs=1e-4)
        p = bootstrap_p(second[name], first[name], system.score - baseline.score)
        assert p == pytest.approx(system.p_value, abs=1e-9)


@pytest.mark.usefixtures("draws")
def test_randomization_equals_that_of_sacrebleu():
    expected = paired_test("ar", N_SAMPLES)
    found = randomization_p(statistics(SECOND), statistics(FIRST), SCORER, N_SAMPLES)
    for name, column in (("bleu", "BLEU"), ("chrf", "chrF2")):
        assert found[name] == pytest.approx(expected[column][1].p_value, abs=1e-9)
    # TER is a number of edits, so some shuffles tie; they count here and not there.
    assert expected["TER"][1].p_value <= found["ter"] < expected["TER"][1].p_value + 0.1


def test_systems_that_differ_in_one_segment_are_not_significantly_different():
    other = statistics(FIRST)
    other[0] = statistics(REFERENCES)[0]
    found = randomization_p(other, statistics(FIRST), SCORER, 64)
    assert set(found.values()) == {1.0}


def test_equal_systems_do_not_differ():
    assert set(randomization_p(statistics(FIRST), statistics(FIRST), SCORER, 64).values()) == {1.0}
    scores = bootstrap(statistics(FIRST), SCORER, 50)["chrf"]
    assert bootstrap_p(scores, scores, 0.0) == 1.0


def test_a_measure_without_value_gets_no_interval_and_no_p():
    empty = statistics(FIRST) * 0
    assert interval(bootstrap(empty, SCORER, 20)["ter"]) is None
    assert "ter" not in randomization_p(empty, empty, SCORER, 32)
