"""Reports: each says the same figures, is valid in its format, and stands by itself."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from toy_suite import TableSystem, toy_suite

from refluent.evaluation.calibration import Bin
from refluent.evaluation.evaluate import evaluate
from refluent.evaluation.gate import Gate, Verdict, judge
from refluent.evaluation.report.charts import calibration_chart, histogram_chart
from refluent.evaluation.report.html import render_html
from refluent.evaluation.report.json import render_json
from refluent.evaluation.report.junit import render_junit
from refluent.evaluation.report.markdown import render_commands, render_markdown
from refluent.evaluation.report.pieces import difference
from refluent.evaluation.report.terminal import render_terminal
from refluent.evaluation.results import Results

GATES = [Gate("min", "ter_gain", 0.1), Gate("max", "overcorrection", 0.25)]
EMPTY_TAGS = {"meta"}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    suite = toy_suite(tmp_path_factory.mktemp("suite"))
    first = TableSystem({"go": "goes", "do": "does", "helps": "<help>&'"}).system("a<b>|c")
    return evaluate(suite, [first, TableSystem({"do": "does"}).system("second")], n_resamples=20)


@pytest.fixture(scope="module")
def verdicts(results: Results) -> list[Verdict]:
    return judge(results, ["a<b>|c", "second"], GATES, alpha=0.05)


def test_terminal_shows_every_measure_and_system(results: Results, verdicts: list[Verdict]):
    text = render_terminal(results, verdicts)
    assert (
        "toy.jsonl: 4 segments, 1 document, 19 words; 2 fine as they are, 1 with several references" in text
    )
    for measure in results.measures.values():
        assert re.search(rf"^{re.escape(measure.label)}\b.*{re.escape(measure.purpose)}$", text, re.MULTILINE)
    assert re.search(r"^ +do nothing +a<b>\|c +second$", text, re.MULTILINE)
    assert re.search(r"^over-correction ↓ +0\.000 +0\.500 +0\.000 +share", text, re.MULTILINE)
    assert "FAILS  --max overcorrection=0.25  a<b>|c: overcorrection is 0.5" in text
    assert "holds  --min ter_gain=0.1  second: ter_gain is " in text
    assert "seed 12345" in text


def test_terminal_gives_people_only_where_there_are_several_references(results: Results):
    assert "People: on 1 segment with" in render_terminal(results, [])
    alone = replace(results, human={})
    assert "People" not in render_terminal(alone, [])


def test_json_has_version_signature_scores_and_gates(results: Results, verdicts: list[Verdict]):
    record = json.loads(render_json(results, verdicts))
    assert record["schema_version"] == 1
    assert record["suite"]["digest"] == results.suite.digest
    assert record["environment"]["seed"] == "12345"
    assert record["measures"]["chrf"]["signature"].startswith("nrefs:var|case:mixed")
    assert record["measures"]["chrf"]["purpose"]
    first = record["systems"][1]
    assert first["name"] == "a<b>|c"
    assert first["signature"]["engine"] == "table"
    assert set(first["scores"]["chrf"]) == {"value", "interval"}
    assert first["calibration"][0]["n_edits"] == 3
    assert record["comparisons"][0]["differences"]["ter"].keys() == {
        "value",
        "p_bootstrap",
        "p_randomization",
    }
    assert [gate["is_met"] for gate in record["gates"]] == [True, False, True, True]


def test_json_is_the_same_for_the_same_run(tmp_path: Path):
    found = []
    for _ in range(2):
        again = evaluate(toy_suite(tmp_path), [TableSystem({"do": "does"}).system()], n_resamples=20)
        record = json.loads(render_json(again, []))
        for system in record["systems"]:
            del system["speed"]
        found.append(record)
    assert found[0] == found[1]


def test_junit_has_a_case_for_each_gate(results: Results, verdicts: list[Verdict]):
    root = ElementTree.fromstring(render_junit(results, verdicts))
    assert (root.tag, root.get("tests"), root.get("failures")) == ("testsuite", "4", "1")
    failed = [case for case in root if case.find("failure") is not None]
    assert [case.get("name") for case in failed] == ["--max overcorrection=0.25"]
    assert failed[0].get("classname") == "refluent.eval.a<b>|c"


def test_junit_without_gates_says_that_the_run_ended(results: Results):
    root = ElementTree.fromstring(render_junit(results, []))
    assert (root.get("tests"), root.get("failures")) == ("1", "0")


def test_markdown_is_one_table_with_equal_rows(results: Results, verdicts: list[Verdict]):
    text = render_markdown(results, verdicts)
    rows = [line for line in text.splitlines() if line.startswith("| ") or line.startswith("|---")]
    scores = rows[-len(results.measures) - 2 :]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in scores} == {6}
    assert "a<b>\\|c" in text
    assert "❌ | overcorrection is 0.5" in text


def test_error_commands_name_what_failed(verdicts: list[Verdict]):
    text = render_commands(verdicts)
    assert (
        text == "::error title=refluent eval::a<b>|c fails --max overcorrection=0.25: overcorrection is 0.5\n"
    )
    noisy = Verdict(GATES[0], "a\nb", False, "100 % wrong")
    assert render_commands([noisy]).count("\n") == 1
    assert "100 %25 wrong" in render_commands([noisy])


class Page(HTMLParser):
    """Checks that tags are nested and collects what a page would load."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loaded: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs) -> None:
        self.loaded += [value for name, value in attrs if name in ("src", "href")]
        if tag not in EMPTY_TAGS:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_page_is_whole_and_loads_nothing(results: Results, verdicts: list[Verdict]):
    html = render_html(results, verdicts)
    page = Page()
    page.feed(html)
    page.close()
    assert page.open == []
    assert page.loaded == []
    assert not re.search(r"url\(|@import|<script|https?://", html)
    assert "prefers-color-scheme: dark" in html
    assert 'name="viewport"' in html


def test_page_shows_figures_charts_and_segments(results: Results, verdicts: list[Verdict]):
    html = render_html(results, verdicts)
    assert "1 of 4 gates fail" in html
    assert "a&lt;b&gt;|c, looked at closely" in html
    assert "<b>|c" not in html
    assert html.count("<svg") == 4
    assert "<del>helps</del><ins>&lt;help&gt;&amp;&#x27;</ins>" in html
    assert "second against a&lt;b&gt;|c" in html
    assert results.suite.digest in html
    for measure in results.measures.values():
        assert measure.label in html


def test_page_of_doing_nothing_alone_can_be_made(tmp_path: Path):
    html = render_html(evaluate(toy_suite(tmp_path), [], n_resamples=20), [])
    assert "looked at closely" not in html
    assert "do nothing" in html


@pytest.mark.parametrize(
    ("source", "text", "expected"),
    [
        ("He go home.", "He goes home.", "He <del>go</del><ins>goes</ins> home."),
        ("It is is so.", "It is so.", "It is<del> is</del> so."),
        ("A < b.", "A < b.", "A &lt; b."),
    ],
)
def test_difference_marks_words(source: str, text: str, expected: str):
    assert difference(source, text) == expected


def test_charts_draw_what_they_are_given():
    chart = calibration_chart([Bin(0.5, 8, 4, 0.55), Bin(0.9, 2, 2, 0.95)], "c")
    assert chart.count("<circle") == 2
    assert "confidence 0.5–0.6: 4 of 8 edits are good" in chart
    assert histogram_chart([0, 3, 1], [1, 1, 2], "h").count("<rect") == 3
    assert histogram_chart([0, 0], [0, 0], "nothing").startswith("<svg")
