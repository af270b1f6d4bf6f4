"""The store of segments: found again after a kill, apart by signature, and never in the way of a result."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from fake_engines import TableEngine

from refluent.engines.cached import CachedEngine
from refluent.errors import DocumentError

TEXTS = ["I goed home.", "Nothing else.", "He said \ud800 goed."]


class OtherEngine(TableEngine):
    def signature(self) -> dict[str, str]:
        return {"engine": "other"}


def test_a_text_is_rewritten_once_and_the_hypotheses_are_the_same(tmp_path: Path):
    engine = TableEngine({"goed": "went"}, confidence=0.7)
    wanted = TableEngine({"goed": "went"}, confidence=0.7).rewrite(TEXTS)
    with CachedEngine(engine, tmp_path / "deep" / "store.sqlite") as cached:
        assert cached.rewrite(TEXTS) == wanted
        assert cached.rewrite([*TEXTS, *TEXTS]) == wanted * 2
    with CachedEngine(engine, tmp_path / "deep" / "store.sqlite") as cached:
        assert cached.rewrite(TEXTS[::-1]) == wanted[::-1]
        assert cached.n_found == len(TEXTS)
    assert engine.seen == TEXTS


def test_another_signature_finds_nothing(tmp_path: Path):
    path = tmp_path / "store.sqlite"
    with CachedEngine(TableEngine({"goed": "went"}), path) as cached:
        cached.rewrite(TEXTS)
    with CachedEngine(OtherEngine({}), path) as cached:
        assert not any(hypothesis.edits for hypothesis in cached.rewrite(TEXTS))
        assert cached.n_found == 0
        assert cached.signature() == {"engine": "other"}


def test_many_texts_are_looked_up_in_parts(tmp_path: Path):
    texts = [f"text {number}" for number in range(1203)]
    engine = TableEngine({})
    with CachedEngine(engine, tmp_path / "store.sqlite") as cached:
        assert [hypothesis.source for hypothesis in cached.rewrite(texts)] == texts
        cached.rewrite(texts)
        assert cached.n_found == len(texts)
    assert len(engine.seen) == len(texts)


def test_nothing_is_stored_of_a_batch_that_fails(tmp_path: Path):
    class Failing(TableEngine):
        def rewrite(self, texts: list[str]) -> list:
            raise RuntimeError("out of memory")

    with CachedEngine(Failing({}), tmp_path / "store.sqlite") as cached, pytest.raises(RuntimeError):
        cached.rewrite(TEXTS)
    with sqlite3.connect(tmp_path / "store.sqlite") as store:
        assert store.execute("SELECT count(*) FROM hypotheses").fetchone() == (0,)
    store.close()


@pytest.mark.parametrize("content", [b"not a database at all " * 100, None])
def test_a_file_that_is_no_store_gives_one_error(tmp_path: Path, content: bytes | None):
    path = tmp_path / "store.sqlite"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    with pytest.raises(DocumentError, match=r"store\.sqlite: cannot be used as a cache .*; delete it"):
        CachedEngine(TableEngine({}), path)
