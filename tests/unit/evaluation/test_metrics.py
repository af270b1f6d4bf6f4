"""Every metric against an outside oracle: sacrebleu, the gleu package, or a calculation done by hand."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import sacrebleu

from refluent.evaluation.metrics import metrics
from refluent.evaluation.metrics.base import Metric
from refluent.evaluation.metrics.distance import Distance
from refluent.evaluation.metrics.edit_f import EditF
from refluent.evaluation.metrics.faithfulness import Faithfulness
from refluent.evaluation.metrics.gleu import Gleu
from refluent.evaluation.metrics.surface import TranslationEditRate, bleu, chrf
from refluent.evaluation.scorer import Scorer
from refluent.evaluation.suite import Example, example_of

CASES = Path(__file__).parents[2] / "cases" / "evaluation"
# One reference each, so that the command line of sacrebleu and the gleu package can be asked.
SOURCES = (
    "The quick brown fox jump over lazy dog .",
    "He go to school yesterday .",
    "In 2024 , the company it sold 350,000 of cars .",
    "This are good .",
    "Nothing is wrong here .",
)
REFERENCES = (
    "The quick brown fox jumps over the lazy dog .",
    "He went to school yesterday .",
    "In 2024 the company sold 350,000 cars .",
    "This is good .",
    "Nothing is wrong here .",
)
HYPOTHESES = (
    "The quick brown fox jumps over a lazy dog .",
    "He go to the school yesterday .",
    "The company sold 350,000 cars in 2024 .",
    "This is good .",
    "Nothing here is wrong .",
)
EXAMPLES = [
    Example(str(n), source, (reference,))
    for n, (source, reference) in enumerate(zip(SOURCES, REFERENCES, strict=True))
]
SEVERAL = [
    replace(EXAMPLES[0], references=(REFERENCES[0], "A fast fox jumped over the lazy dog .")),
    *EXAMPLES[1:],
]


def total(metric: Metric, hypotheses: tuple[str, ...], examples: list[Example]) -> np.ndarray:
    rows = [metric.count(text, example) for text, example in zip(hypotheses, examples, strict=True)]
    assert all(len(row) == metric.size for row in rows)
    return np.sum(np.array(rows, dtype=float), axis=0)


def scores(metric: Metric, hypotheses: tuple[str, ...], examples: list[Example]) -> dict[str, float]:
    values = metric.score(total(metric, hypotheses, examples))
    return {measure.name: float(value) for measure, value in zip(metric.measures, values, strict=True)}


def streams(examples: list[Example]) -> list[list[str | None]]:
    """References as sacrebleu wants them: one stream for each, None where a segment has fewer."""
    longest = max(len(example.references) for example in examples)
    return [
        [example.references[n] if n < len(example.references) else None for example in examples]
        for n in range(longest)
    ]


@pytest.mark.parametrize("examples", [EXAMPLES, SEVERAL], ids=["one reference", "several"])
def test_surface_metrics_equal_the_public_scores_of_sacrebleu(examples: list[Example]):
    references = streams(examples)
    for own, public in (
        (bleu(), sacrebleu.BLEU(force=True)),
        (chrf(), sacrebleu.CHRF()),
        (TranslationEditRate(), sacrebleu.TER()),
    ):
        name = own.measures[0].name
        expected = public.corpus_score(list(HYPOTHESES), references)
        assert scores(own, HYPOTHESES, examples)[name] == pytest.approx(expected.score, abs=1e-9)
        n_references = 1 if examples is EXAMPLES else -1
        assert own.signature(n_references) == str(public.get_signature())


def test_surface_metrics_equal_the_command_line_of_sacrebleu(tmp_path: Path):
    (tmp_path / "hyp").write_text("\n".join(HYPOTHESES) + "\n")
    (tmp_path / "ref").write_text("\n".join(REFERENCES) + "\n")
    command = [
        sys.executable,
        "-m",
        "sacrebleu",
        "ref",
        "-i",
        "hyp",
        "-m",
        "bleu",
        "chrf",
        "ter",
        "-w",
        "6",
        "--force",
    ]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    expected = [record["score"] for record in json.loads(result.stdout)]
    own = [scores(metric, HYPOTHESES, EXAMPLES) for metric in (bleu(), chrf(), TranslationEditRate())]
    assert [own[0]["bleu"], own[1]["chrf"], own[2]["ter"]] == pytest.approx(expected, abs=1e-6)


def test_ter_gain_and_distance_closed_follow_from_ter():
    before = scores(TranslationEditRate(), SOURCES, EXAMPLES)
    after = scores(TranslationEditRate(), HYPOTHESES, EXAMPLES)
    assert after["ter_gain"] == pytest.approx(before["ter"] - after["ter"])
    assert after["distance_closed"] == pytest.approx(1 - after["ter"] / before["ter"])
    assert (before["ter_gain"], before["distance_closed"]) == (0, 0)


def package_gleu(
    sources: list[str], references: list[list[str]], texts: list[str], folder: Path, *flags: str
) -> float:
    """What the gleu package says, from 0 to 100; references[n] is the n-th reference of every segment."""
    for name, lines in [
        ("src", sources),
        ("out", texts),
        *((f"ref{n}", lines) for n, lines in enumerate(references)),
    ]:
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    command = [
        sys.executable,
        "-c",
        "from gleu.main import gleu; gleu()",
        "-d",
        "4",
        "-i",
        "200",
        "-s",
        "src",
    ]
    command += ["-r", *(f"ref{n}" for n in range(len(references))), "-o", "out", *flags]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return float(result.stdout.split("\t")[1])


def test_gleu_equals_the_gleu_package_with_one_reference(tmp_path: Path):
    pytest.importorskip("gleu")
    for texts in (SOURCES, HYPOTHESES, REFERENCES):
        expected = package_gleu(list(SOURCES), [list(REFERENCES)], list(texts), tmp_path)
        assert scores(Gleu(str.split), texts, EXAMPLES)["gleu"] == pytest.approx(expected, abs=1e-4)


def test_gleu_is_what_the_draws_of_the_gleu_package_converge_to(tmp_path: Path):
    pytest.importorskip("gleu")
    texts = list(HYPOTHESES) * 20
    others = ["The quick fox leaps over the lazy dog .", *REFERENCES[1:]]
    examples = [
        replace(one, references=(one.references[0], other))
        for one, other in zip(EXAMPLES, others, strict=True)
    ]
    expected = package_gleu(list(SOURCES) * 20, [list(REFERENCES) * 20, others * 20], texts, tmp_path, "-f")
    own = scores(Gleu(str.split), tuple(texts), examples * 20)["gleu"]
    assert own == pytest.approx(expected, abs=0.25)


@pytest.mark.skipif("REFLUENT_JFLEG" not in os.environ, reason="REFLUENT_JFLEG names jfleg_dev.jsonl")
def test_gleu_reproduces_jfleg(tmp_path: Path):
    lines = Path(os.environ["REFLUENT_JFLEG"]).read_text(encoding="utf-8").splitlines()
    examples = [example_of(json.loads(line)) for line in lines]
    sources = tuple(example.source for example in examples)
    own = scores(Gleu(str.split), sources, examples)["gleu"]
    references = [[example.references[n] for example in examples] for n in range(4)]
    assert own == pytest.approx(
        package_gleu(list(sources), references, list(sources), tmp_path, "-f"), abs=0.15
    )
    for n, texts in enumerate(references):
        one = [replace(example, references=(example.references[n],)) for example in examples]
        expected = package_gleu(list(sources), [texts], list(sources), tmp_path)
        assert scores(Gleu(str.split), sources, one)["gleu"] == pytest.approx(expected, abs=1e-4)


def test_gleu_punishes_what_stays_wrong():
    example = Example("1", "He go home now with his old dog .", ("He goes home now with his old dog .",))
    kept = scores(Gleu(), ("He go home now with his old dog .",), [example])["gleu"]
    other = scores(Gleu(), ("He run home now with his old dog .",), [example])["gleu"]
    # By hand, orders 1 to 4. Shared: 8, 6, 5, 4 of 9, 8, 7, 6. Kept though no reference has it: 1, 2, 2, 2.
    assert kept == pytest.approx(100 * (7 / 9 * 4 / 8 * 3 / 7 * 2 / 6) ** 0.25)
    assert other == pytest.approx(100 * (8 / 9 * 6 / 8 * 5 / 7 * 4 / 6) ** 0.25)


def test_edit_f_is_what_one_counts_by_hand():
    source = "He go to the old school every morning by the bus."
    reference = "He goes to the old school every morning by bus."
    examples = [Example("1", source, (reference,)), Example("2", "All is well.", ("All is well.",))]
    # Made: go -> goes, which is right, and every -> each, which is wrong. Missing: the deletion of "the".
    texts = ("He goes to the old school each morning by the bus.", "All is well.")
    assert scores(EditF(), texts, examples) == pytest.approx({"precision": 50, "recall": 50, "f05": 50})
    # One right edit, nothing wrong, one missing: F0.5 = 1.25 / (1.25 + 0.25).
    texts = ("He goes to the old school every morning by the bus.", "All is well.")
    expected = {"precision": 100, "recall": 50, "f05": 100 * 1.25 / 1.5}
    assert scores(EditF(), texts, examples) == pytest.approx(expected)


def test_edit_f_takes_the_reference_that_is_followed():
    example = Example("1", "He go home.", ("He went home.", "He goes home."))
    assert scores(EditF(), ("He goes home.",), [example])["f05"] == 100
    assert scores(EditF(), ("He went home.",), [example])["f05"] == 100
    assert scores(EditF(), ("He gone home.",), [example])["f05"] == 0


def test_edit_precision_of_doing_nothing_is_not_a_number():
    found = scores(EditF(), SOURCES, EXAMPLES)
    assert math.isnan(found["precision"])
    assert (found["recall"], found["f05"]) == (0, 0)


def test_distance_counts_segments_by_what_became_of_them():
    examples = [
        Example("1", "He go home.", ("He goes home.",)),
        Example("2", "She sleep well.", ("She sleeps well.",)),
        Example("3", "It rain .", ("It rains.",)),
        Example("4", "All is well.", ("All is well.",), tags=("fine",)),
        Example("5", "All was well.", ("All was well.",), tags=("fine",)),
    ]
    texts = ("He goes home.", "She sleep.", "It rain.", "All is well.", "All was good.")
    found = scores(Distance(), texts, examples)
    # The space before the stop of the third counts: it is nearer without it.
    assert found == pytest.approx({"improved": 0.4, "worsened": 0.4, "unchanged": 0.2, "overcorrection": 0.5})
    assert math.isnan(scores(Distance(), texts[:1], examples[:1])["overcorrection"])


def faithfulness_cases() -> list[tuple[str, Example, str]]:
    text = (CASES / "faithfulness.txt").read_text(encoding="utf-8")
    cases = []
    for block in "\n".join(line for line in text.splitlines() if not line.startswith("##")).split("==="):
        lines = [line for line in block.splitlines() if line]
        if not lines:
            continue
        expected, source, *references, repair = lines
        assert all(line.startswith("= ") for line in references) and repair.startswith("> "), block
        example = Example(source, source, tuple(line[2:] for line in references))
        cases.append((expected, example, repair[2:]))
    return cases


@pytest.mark.parametrize(("expected", "example", "text"), faithfulness_cases())
def test_faithfulness_finds_what_is_lost(expected: str, example: Example, text: str):
    found = scores(Faithfulness(), (text,), [example])
    lost = {name.removesuffix("_kept") for name, value in found.items() if value < 1 and name != "faithful"}
    assert lost == ({expected} - {"nothing", "invented"})
    assert (found["faithful"] == 1) == (expected == "nothing")


def test_every_reference_is_faithful_to_itself():
    for example in SEVERAL:
        for text in (example.source, *example.references):
            assert scores(Faithfulness(), (text,), [example])["faithful"] == 1


def test_scorer_keeps_each_measure_apart():
    scorer = Scorer(metrics())
    rows = np.array([scorer.count(text, one) for text, one in zip(HYPOTHESES, SEVERAL, strict=True)])
    together = scorer.score(rows.sum(axis=0))
    for metric in metrics():
        for name, value in scores(metric, HYPOTHESES, SEVERAL).items():
            assert float(together[name]) == pytest.approx(value, nan_ok=True)
    # The same from a stack of sums, as a resampling test asks for.
    stacked = scorer.score(np.stack([rows.sum(axis=0), rows[0]]))
    assert all(values.shape == (2,) for values in stacked.values())
    assert stacked["chrf"][0] == pytest.approx(float(together["chrf"]))
