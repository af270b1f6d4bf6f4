"""Noise: what a table says, at the rate it says, and nothing else."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from refluent.errors import TrainingError
from refluent.training.noise import Noise
from refluent.training.noise.authored import AuthoredNoise
from refluent.training.noise.phrases import PhraseNoise

ROOT = Path(__file__).parents[3]
PAIRS = [
    ("He is responsible to the plan.", "He is responsible for the plan."),
    ("She is responsible to safety.", "She is responsible for safety."),
    ("We went to office.", "We went to the office."),
    ("They came to office.", "They came to the office."),
]


def authored(**table: str) -> AuthoredNoise:
    return AuthoredNoise({fluent.replace("_", " "): [awkward] for fluent, awkward in table.items()})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("He listens to music.", "He listens music."),
        ("In recent years, prices rose.", "In these years, prices rose."),
        ("He listens, then goes.", "He listens, then goes."),
        ("Nothing fits here.", "Nothing fits here."),
        ("", ""),
    ],
)
def test_authored_noise_keeps_capitals_punctuation_and_everything_else(before: str, after: str):
    noise = authored(listens_to="listens", in_recent_years="in these years")
    assert noise.corrupt(before, random.Random(1), rate=1.0) == after


def test_authored_noise_takes_the_longest_phrase():
    noise = authored(has="have", has_become="became already")
    assert noise.corrupt("It has become cold.", random.Random(1), rate=1.0) == "It became already cold."


def test_authored_noise_at_rate_zero_changes_nothing():
    noise = authored(listens_to="listens")
    assert noise.corrupt("He listens to music.", random.Random(1), rate=0.0) == "He listens to music."


def test_learned_noise_reads_repairs_backwards():
    noise = PhraseNoise.learn(PAIRS, min_count=2)
    rng = random.Random(3)
    found = {noise.corrupt("They are responsible for schools.", rng, strength=5.0) for _ in range(20)}
    assert found == {"They are responsible to schools."}


def test_learned_noise_is_silent_where_nothing_was_learned():
    noise = PhraseNoise.learn(PAIRS, min_count=3)
    text = "They are responsible for the office."
    assert noise.corrupt(text, random.Random(1), strength=5.0) == text


def test_learned_noise_moves_no_names_or_figures_between_sentences():
    pairs = [("In Pekin 12 people came.", "In Beijing 21 people came.")] * 9
    assert len(PhraseNoise.learn(pairs, min_count=2)) == 0


def test_noise_is_decided_by_the_seed():
    noise = Noise(PhraseNoise.learn(PAIRS, min_count=2), authored(listens_to="listens"), authored_rate=0.5)
    text = "He listens to people responsible for the office."
    drawn = [[noise.corrupt(text, random.Random(seed)) for seed in range(20)] for _ in range(2)]
    assert drawn[0] == drawn[1]
    assert len(set(drawn[0])) > 1


def test_authored_table_names_a_broken_line(tmp_path: Path):
    path = tmp_path / "phrases.tsv"
    path.write_text("fluent\tawkward\tkind\nlisten to\tlisten\tpreposition\nalone\n", encoding="utf-8")
    with pytest.raises(TrainingError, match=r"phrases\.tsv:3: needs a fluent and an awkward phrase"):
        AuthoredNoise.read(path)


def test_shipped_table_is_read_whole():
    path = ROOT / "models" / "data" / "phrases.tsv"
    rows = path.read_text(encoding="utf-8").splitlines()[1:]
    assert len(AuthoredNoise.read(path)) == len(rows)
    assert all(len(set(row.split("\t")[:2])) == 2 for row in rows)
