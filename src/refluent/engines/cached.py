"""A store of hypotheses on disk: a segment that was rewritten once is never rewritten again.

The key is a digest of the wrapped engine's signature and the text, so another model, device or decoding
finds nothing of this one. Each call is one transaction: whatever ends the process, at most the batch at
work is lost. SQLite's write-ahead log lets several processes use one store.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

from refluent.edits.serialize import SCHEMA_VERSION, from_json, to_json
from refluent.engines.base import Engine
from refluent.errors import DocumentError
from refluent.types import Hypothesis

__all__ = ["CachedEngine"]

_TABLE = "CREATE TABLE IF NOT EXISTS hypotheses (key BLOB PRIMARY KEY, edits TEXT NOT NULL) WITHOUT ROWID"
# How long to wait for another process that is writing.
_TIMEOUT_S = 60.0
# SQLite takes at most 999 variables in a query everywhere.
_KEYS_AT_ONCE = 500


class CachedEngine:
    """An engine that asks another one only for what the store lacks.

    Args:
        engine: the engine that rewrites.
        path: the file of the store; it and its folder are made if they are missing.

    Raises:
        DocumentError: the file cannot be used as a store.
    """

    def __init__(self, engine: Engine, path: Path) -> None:
        self._engine = engine
        self._path = path
        self._prefix = json.dumps([SCHEMA_VERSION, dict(engine.signature())], sort_keys=True)
        self.n_found = 0
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._store = sqlite3.connect(path, timeout=_TIMEOUT_S, isolation_level=None)
            self._store.execute("PRAGMA journal_mode=WAL")
            # Safe in WAL mode: a power cut may lose the last batch, nothing else.
            self._store.execute("PRAGMA synchronous=NORMAL")
            self._store.execute(_TABLE)
        except (OSError, sqlite3.Error) as error:
            raise self._unusable(error) from error

    def __enter__(self) -> CachedEngine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the store."""
        self._store.close()

    @property
    def max_pieces(self) -> int:
        """Longest text that the wrapped engine takes."""
        return self._engine.max_pieces

    @property
    def min_confidence(self) -> float:
        """Threshold of the wrapped engine."""
        return self._engine.min_confidence

    def count_pieces(self, text: str) -> int:
        """Length of a text for the wrapped engine."""
        return self._engine.count_pieces(text)

    def rewrite(self, texts: Sequence[str]) -> list[Hypothesis]:
        """One hypothesis for each text, in the same order.

        Raises:
            DocumentError: the store is damaged or cannot be written.
        """
        keys = {text: self._key(text) for text in texts}
        try:
            found = self._read(keys)
            self.n_found += len(found)
            missing = [text for text in keys if text not in found]
            made = dict(zip(missing, self._engine.rewrite(missing), strict=True)) if missing else {}
            self._write(keys, made)
        except sqlite3.Error as error:
            raise self._unusable(error) from error
        return [found[text] if text in found else made[text] for text in texts]

    def signature(self) -> Mapping[str, str]:
        """That of the wrapped engine: the store changes no result."""
        return self._engine.signature()

    def _key(self, text: str) -> bytes:
        return hashlib.sha256(f"{self._prefix}\n{text}".encode("utf-8", "surrogatepass")).digest()

    def _read(self, keys: Mapping[str, bytes]) -> dict[str, Hypothesis]:
        texts = {key: text for text, key in keys.items()}
        wanted = list(texts)
        found: dict[str, Hypothesis] = {}
        for start in range(0, len(wanted), _KEYS_AT_ONCE):
            group = wanted[start : start + _KEYS_AT_ONCE]
            marks = ", ".join("?" * len(group))
            rows = self._store.execute(f"SELECT key, edits FROM hypotheses WHERE key IN ({marks})", group)
            for key, edits in rows:
                text = texts[key]
                found[text] = Hypothesis(text, tuple(from_json(edit) for edit in json.loads(edits)))
        return found

    def _write(self, keys: Mapping[str, bytes], made: Mapping[str, Hypothesis]) -> None:
        rows = [
            (keys[text], json.dumps([to_json(edit) for edit in hypothesis.edits], ensure_ascii=False))
            for text, hypothesis in made.items()
        ]
        if not rows:
            return
        with self._store:
            self._store.execute("BEGIN IMMEDIATE")
            self._store.executemany("INSERT OR REPLACE INTO hypotheses VALUES (?, ?)", rows)

    def _unusable(self, error: Exception) -> DocumentError:
        remedy = "delete it, name another with --cache, or use --no-cache"
        return DocumentError(f"cannot be used as a cache ({error})", subject=str(self._path), remedy=remedy)
