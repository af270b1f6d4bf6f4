"""Gates and baselines: what holds, what fails, and that nothing unclear passes."""

from __future__ import annotations

import json
import random
from contextlib import closing
from pathlib import Path

import pytest
from toy_suite import TableSystem, toy_suite

from refluent.errors import BaselineError, ConfigError
from refluent.evaluation.baseline import BASELINE, read_baseline, write_baseline
from refluent.evaluation.evaluate import evaluate, scorer_with
from refluent.evaluation.gate import Gate, judge, parse
from refluent.evaluation.results import Results
from refluent.evaluation.store import Store
from refluent.evaluation.suite import Example, Suite
from refluent.evaluation.systems import System, from_texts

MEASURES = scorer_with().measures
TABLE = {"go": "goes", "do": "does"}


def long_suite() -> Suite:
    words = ["house", "river", "market", "price", "teacher", "road", "city", "garden", "letter", "winter"]
    draw = random.Random(3)
    examples = []
    for number in range(60):
        text = " ".join(draw.sample(words, 8))
        examples.append(Example(str(number), f"{text} go .", (f"{text} goes .",)))
    return Suite("long", lambda: iter(examples))


def fixed(name: str, suite: Suite, n_right: int) -> System:
    """Output that repairs the first segments and leaves the others alone."""
    texts = [one.references[0] if n < n_right else one.source for n, one in enumerate(suite)]
    return from_texts(name, texts, {"file": name})


def stored(path: Path, suite: Suite, system: System) -> Results:
    with closing(Store()) as store:
        results = evaluate(suite, [system], store=store, n_resamples=20)
        texts = [repair.text for repair in store.read(system.name, (one.source for one in suite))]
    write_baseline(path, results, system.name, texts)
    return results


@pytest.mark.parametrize(
    ("kind", "text", "is_met"),
    [
        ("min", "ter_gain=0.1", True),
        ("min", "ter_gain=1000", False),
        ("max", "overcorrection=0", True),
        ("max", "ter=1", False),
        ("min", "words_per_s=0.001", True),
        ("max", "load_s=1000", True),
    ],
)
def test_bounds_are_judged(tmp_path: Path, kind, text: str, is_met: bool):
    results = evaluate(toy_suite(tmp_path), [TableSystem(TABLE).system()], n_resamples=20)
    (verdict,) = judge(results, ["table"], parse(kind, [text], MEASURES), alpha=0.05)
    assert verdict.is_met == is_met
    assert f"{text.partition('=')[0]} is " in verdict.reason
    assert str(verdict.gate) == f"--{kind} {text}"


def test_what_was_not_measured_fails(tmp_path: Path):
    results = evaluate(toy_suite(tmp_path), [], n_resamples=20)
    gates = [Gate("min", "words_per_s", 0), Gate("min", "precision", 0), Gate("max_drop", "chrf", 100)]
    verdicts = judge(results, ["copy"], gates, alpha=0.05)
    assert [verdict.is_met for verdict in verdicts] == [False, False, False]
    assert "was not measured" in verdicts[0].reason
    assert "cannot be compared" in verdicts[2].reason


@pytest.mark.parametrize(
    ("kind", "text", "problem"),
    [
        ("min", "chrff=1", "knows no measure 'chrff'; did you mean chrf?"),
        ("min", "chrf", "needs measure=number"),
        ("min", "chrf=high", "needs measure=number"),
        ("min", "chrf=nan", "is no bound that can hold"),
        ("max_drop", "chrf=-1", "is no bound that can hold"),
        ("max_drop", "words_per_s=1", "knows no measure"),
        ("max_drop", "unchanged=0.1", "knows no measure"),
    ],
)
def test_gate_that_makes_no_sense_is_refused(kind, text: str, problem: str):
    with pytest.raises(ConfigError) as caught:
        parse(kind, [text], MEASURES)
    assert problem in str(caught.value)
    assert str(caught.value).startswith(f"--{kind.replace('_', '-')} {text}: ")


@pytest.fixture(scope="module")
def drops(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """A baseline that repairs 50 of 60 segments, and systems that repair as many as their name says."""
    suite, path = long_suite(), tmp_path_factory.mktemp("baseline") / "base.json"
    stored(path, suite, fixed("old", suite, 50))
    systems = [fixed(str(count), suite, count) for count in (60, 50, 49, 20)]
    return evaluate(suite, [read_baseline(path, suite), *systems], n_resamples=20)


@pytest.mark.parametrize(
    ("system", "limit", "is_met"),
    [
        ("50", 0.0, True),  # as good as the baseline
        ("60", 0.0, True),  # better
        ("20", 0.5, False),  # much worse
        ("20", 99.0, True),  # much worse, but tolerated
        ("49", 0.0, True),  # worse by one segment: may be chance
    ],
)
@pytest.mark.parametrize("measure", ["chrf", "ter", "recall"])
def test_drop_fails_only_if_it_is_large_and_significant(
    drops: Results, system: str, limit: float, is_met: bool, measure: str
):
    (verdict,) = judge(drops, [system], [Gate("max_drop", measure, limit)], alpha=0.05)
    assert verdict.is_met == is_met, verdict.reason


def test_baseline_is_measured_anew_and_has_its_old_scores(tmp_path: Path):
    suite = toy_suite(tmp_path)
    before = stored(tmp_path / "base.json", suite, TableSystem(TABLE).system())
    record = json.loads((tmp_path / "base.json").read_text())
    assert record["system"] == "table"
    assert record["signature"]["engine"] == "table"
    assert record["texts"][2] == "She does not sleep."
    after = evaluate(suite, [read_baseline(tmp_path / "base.json", suite)], n_resamples=20)
    for name, score in before.system("table").scores.items():
        assert after.system(BASELINE).scores[name].value == pytest.approx(score.value)
        assert record["scores"][name] == pytest.approx(score.value, abs=1e-4)


def damaged(record: dict, what: str) -> str:
    if what == "no JSON":
        return "{"
    if what == "a list":
        return "[]"
    if what == "another version":
        return json.dumps(record | {"schema_version": 99})
    if what == "another suite":
        return json.dumps(record | {"suite_sha256": "0" * 64})
    if what == "too few texts":
        return json.dumps(record | {"texts": record["texts"][:-1]})
    return json.dumps({key: value for key, value in record.items() if key != what})


@pytest.mark.parametrize(
    ("what", "problem"),
    [
        ("no JSON", "is no baseline"),
        ("a list", "has schema_version None"),
        ("another version", "has schema_version 99, this program reads 1"),
        ("another suite", "was made for another suite than toy.jsonl"),
        ("too few texts", "was made for another suite"),
        ("texts", "has no list of texts"),
        ("signature", "has no signature"),
    ],
)
def test_damaged_baseline_is_refused(tmp_path: Path, what: str, problem: str):
    suite, path = toy_suite(tmp_path), tmp_path / "base.json"
    stored(path, suite, TableSystem(TABLE).system())
    path.write_text(damaged(json.loads(path.read_text()), what))
    with pytest.raises(BaselineError) as caught:
        read_baseline(path, suite)
    assert str(caught.value).startswith(f"{path}: {problem}")
    assert "--update-baseline" in str(caught.value)


def test_missing_baseline_is_refused(tmp_path: Path):
    with pytest.raises(BaselineError, match="cannot be read: No such file"):
        read_baseline(tmp_path / "none.json", toy_suite(tmp_path))
