"""What holds for every text: structure, order, replay, and independence of batches."""

from __future__ import annotations

import re
from dataclasses import replace

from fake_engines import TableEngine
from hypothesis import given, settings
from hypothesis import strategies as st

from refluent import RepairConfig, Repairer
from refluent.edits.apply import apply
from refluent.types import Status

TABLE = {"go": "goes", "strongly": "sharply", "the": "a", "very": "", "price": "prices of all"}
WORDS = [
    "He",
    "go",
    "to",
    "the",
    "school",
    "strongly",
    "very",
    "price",
    "Mr.",
    "3.5",
    "U.S.",
    "ok",
    "«no»",
    "e.g.",
]
ENDS = [
    ". ",
    "! ",
    "? ",
    ".",
    "; ",
    ".\n",
    ".\r\n",
    "\n\n",
    "  ",
    ", ",
    "...",
    "\t",
    "\u00a0",
    "\u2028",
    "。",
]

texts = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from([" ", *ENDS])), max_size=30).map(
    lambda parts: "".join(word + end for word, end in parts)
)
anything = st.one_of(texts, st.text(max_size=80))
bounded = settings(derandomize=True, deadline=None, max_examples=120)


def repairer(batch_pieces: int = 64, max_pieces: int = 16) -> Repairer:
    config = RepairConfig(batch_pieces=batch_pieces, consistency="off")
    return Repairer(TableEngine(TABLE, max_pieces=max_pieces), config)


@bounded
@given(anything)
def test_accepted_edits_lead_to_the_text_and_none_to_the_source(text: str):
    repair = repairer().repair(text)
    assert apply(text, repair.edits) == repair.text
    rejected = [replace(edit, status=Status.REJECTED, reason="by the reviewer") for edit in repair.edits]
    assert apply(text, rejected) == text


@bounded
@given(anything)
def test_line_structure_stays(text: str):
    breaks = re.compile(r"\r\n|[\r\n\u2028]")
    assert breaks.findall(repairer().repair(text).text) == breaks.findall(text)


@bounded
@given(anything)
def test_edits_are_ordered_apart_and_true_to_the_source(text: str):
    repair = repairer().repair(text)
    end = 0
    for edit in repair.accepted:
        assert edit.span.start >= end
        end = edit.span.end
    assert all(edit.span.of(text) == edit.original for edit in repair.edits)


@bounded
@given(st.lists(anything, max_size=6), st.integers(1, 200), st.randoms(use_true_random=False))
def test_neither_batch_size_nor_order_matters(batch: list[str], batch_pieces: int, random):
    alone = {text: repairer().repair(text) for text in batch}
    shuffled = list(batch)
    random.shuffle(shuffled)
    for text, repair in zip(shuffled, repairer(batch_pieces).repair_batch(shuffled), strict=True):
        assert repair == alone[text]


@bounded
@given(texts)
def test_the_engine_never_sees_more_than_it_takes(text: str):
    engine = TableEngine(TABLE, max_pieces=5)
    Repairer(engine).repair(text)
    assert all(len(seen.split()) <= 5 for seen in engine.seen)
