"""The benchmark: order of texts, measuring in a process of its own, report."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from statistics import mean
from xml.etree import ElementTree

import pytest

from refluent.bench.measure import Measurement, measure, spread
from refluent.bench.report import render_json, render_markdown, render_svg
from refluent.bench.systems import SYSTEMS, Case

TEXTS = ["word " * length for length in range(1, 101)]
FOUND = [
    Measurement(Case("fast", batch=8, threads=2), 10, 200, (1.0, 2.0, 4.0), 500.0, 300.0),
    Measurement(Case("slow & old"), 1, 20, (2.0,), 9000.0, 3000.0),
    Measurement(Case("absent"), problem="is not installed"),
]


def test_spread_keeps_every_text_once():
    for count in (0, 1, 2, 3, 7, 100):
        assert sorted(spread(TEXTS[:count])) == sorted(TEXTS[:count])


def test_spread_puts_texts_of_average_length_first():
    average = mean(len(text) for text in TEXTS)
    for count in (1, 3, 7, 15, 40):
        assert mean(len(text) for text in spread(TEXTS)[:count]) == pytest.approx(average, rel=0.1)


def test_measurement_takes_the_median_and_counts_all_cores():
    fast = FOUND[0]
    assert fast.words_per_s == 100
    assert fast.texts_per_s == 5
    # 10,000 seconds on two cores at 0.36 an hour.
    assert fast.cost(0.36) == pytest.approx(2.0)


def test_measure_runs_a_system_in_its_own_process():
    found = measure(Case("refluent", model="copy"), TEXTS[:20], repetitions=2, seconds=0.5)
    assert found.problem == ""
    assert len(found.seconds) == 2
    assert found.n_texts == 20
    assert found.n_words == sum(len(text.split()) for text in TEXTS[:20])
    assert found.first_result_ms > 10
    assert 10 < found.memory_mib < 2000


def test_measure_says_why_a_system_cannot_run(tmp_path: Path):
    assert "npm install" in measure(Case("harper"), TEXTS, repetitions=1, seconds=1).problem
    missing = measure(Case("refluent", model=str(tmp_path)), TEXTS, repetitions=1, seconds=1)
    assert "config.json" in missing.problem
    assert "there is no such system" in measure(Case("magic"), TEXTS, repetitions=1, seconds=1).problem


def test_markdown_has_a_row_for_each_measurement():
    lines = render_markdown(FOUND, price=0.36).splitlines()
    assert lines[2] == "| fast | 8 | 100 | 5.0 | 500 | 300 | 2.000 |"
    assert lines[4] == "| absent | – | is not installed | | | | |"


def test_json_has_every_repetition():
    data = json.loads(render_json(FOUND, machine={"threads": "2"}, price=0.36))
    assert data["machine"] == {"threads": "2"}
    assert data["measurements"][0]["seconds"] == [1.0, 2.0, 4.0]
    assert data["measurements"][0]["words_per_s"] == 100
    assert data["measurements"][2]["problem"] == "is not installed"


def test_plot_is_well_formed_and_has_a_bar_for_each_measurement():
    root = ElementTree.fromstring(render_svg(FOUND))
    bars = root.findall("{http://www.w3.org/2000/svg}rect")
    assert len(bars) == 2
    assert float(bars[0].get("width", 0)) == pytest.approx(10 * float(bars[1].get("width", 0)))


def test_command_writes_table_json_and_plot(tmp_path: Path):
    texts = tmp_path / "texts.txt"
    texts.write_text("The first line .\n\nThe second line .\n", encoding="utf-8")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "refluent", "bench", "--src", texts, "--model", "copy"),
            *("--system", "refluent", "--system", "engine", "--batch", "2", "--seconds", "0.1"),
            *("--json", tmp_path / "b.json", "--plot", tmp_path / "b.svg"),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert [line.split("|")[1].strip() for line in done.stdout.splitlines()[2:]] == ["refluent", "engine"]
    rows = json.loads((tmp_path / "b.json").read_text())["measurements"]
    assert [(row["n_texts"], row["n_words"]) for row in rows] == [(2, 8), (2, 8)]
    assert (tmp_path / "b.svg").read_text().startswith("<svg")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--system", "magic"], "magic: there is no such system; use refluent"),
        (["--batch", "0"], "must be positive"),
        (["--src", "no-such-file.txt"], "no-such-file.txt: cannot be read"),
    ],
)
def test_command_explains_wrong_usage(arguments: list[str], problem: str):
    command = [sys.executable, "-m", "refluent", "bench", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert problem in done.stderr
    assert "Traceback" not in done.stderr


def test_every_system_is_named_in_the_help():
    done = subprocess.run(
        [sys.executable, "-m", "refluent", "bench", "--help"], capture_output=True, text=True, check=True
    )
    assert all(name in done.stdout for name in SYSTEMS)
