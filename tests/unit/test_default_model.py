"""The model that comes along, on real sentences: it repairs, it is careful, it is the same every time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from refluent import Repairer
from refluent.engines.checkpoint import default_model
from refluent.text.tokens import tokenize

ROOT = Path(__file__).resolve().parents[2]
ROWS = [
    json.loads(line)
    for name in ("news", "documents")
    for line in (ROOT / "eval" / "suites" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
]
SOURCES = [row["source"] for row in ROWS if "fine" not in row["tags"]]
FINE = [row["source"] for row in ROWS if "fine" in row["tags"]]
MAX_BYTES = 64 << 20


@pytest.fixture(scope="module")
def repairer() -> Repairer:
    return Repairer.load(device="cpu")


def test_model_files_are_within_their_limit():
    assert sum(path.stat().st_size for path in default_model().iterdir()) <= MAX_BYTES


def test_model_says_where_it_comes_from():
    record = json.loads((default_model() / "training.json").read_text(encoding="utf-8"))
    assert record["stages"]
    assert record["parent"]


def test_model_repairs_more_where_the_user_asks_for_more():
    bold = Repairer.load(device="cpu", min_confidence=0.4)
    edits = [edit for repair in bold.repair_batch(SOURCES[:60]) for edit in repair.accepted]
    assert any(edit.origin == "model" for edit in edits)


def test_model_leaves_good_sentences_alone(repairer: Repairer):
    changed = [repair.source for repair in repairer.repair_batch(FINE[:60]) if repair.text != repair.source]
    assert len(changed) <= 0.05 * 60, changed


def test_no_repair_changes_a_figure(repairer: Repairer):
    def figures(text: str) -> list[str]:
        return sorted(token.text for token in tokenize(text) if token.text[0].isdigit())

    for repair in repairer.repair_batch(SOURCES[200:260]):
        assert figures(repair.text) == figures(repair.source)


def test_the_same_text_gets_the_same_repair_alone_and_in_a_batch(repairer: Repairer):
    texts = SOURCES[:24]
    small = Repairer.load(device="cpu", batch_pieces=128)
    together = [repair.text for repair in repairer.repair_batch(texts)]
    assert [repair.text for repair in small.repair_batch(texts[::-1])][::-1] == together
    assert [repairer.repair(text).text for text in texts[:10]] == together[:10]


def test_an_article_keeps_its_lines(repairer: Repairer):
    article = (ROOT / "eval" / "demo" / "article.txt").read_text(encoding="utf-8")
    repair = repairer.repair(article)
    assert repair.text != article
    assert repair.text.count("\n") == article.count("\n")


def test_repairing_a_repair_finds_nothing_for_the_rules(repairer: Repairer):
    for repair in repairer.repair_batch(SOURCES[:30]):
        again = repairer.repair(repair.text)
        assert not [edit for edit in again.accepted if edit.origin.startswith("rule:")], repair.text
