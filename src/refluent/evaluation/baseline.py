"""Baselines: the stored repairs of an accepted system, which a later one is compared with.

Texts are stored and not only scores: they are measured again with the metrics of today, so a new version of
a metric cannot pass for a change of the model, and the difference of two baselines in version control shows
what changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from refluent.batch.write import write
from refluent.errors import BaselineError
from refluent.evaluation.results import Results
from refluent.evaluation.suite import Suite
from refluent.evaluation.systems import System, from_texts

__all__ = ["BASELINE", "read_baseline", "write_baseline"]

# The name of a baseline among the systems.
BASELINE = "baseline"
SCHEMA_VERSION = 1
_REMEDY = "make it with --update-baseline"


def read_baseline(path: Path, suite: Suite) -> System:
    """The stored system, to be compared with.

    Raises:
        BaselineError: the file is missing, is no baseline, or was made for another suite.
    """
    subject = str(path)
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BaselineError(f"cannot be read: {error.strerror}", subject=subject, remedy=_REMEDY) from error
    except ValueError as error:
        raise BaselineError(f"is no baseline ({error})", subject=subject, remedy=_REMEDY) from error
    version = record.get("schema_version") if isinstance(record, dict) else None
    if version != SCHEMA_VERSION:
        reason = f"has schema_version {version}, this program reads {SCHEMA_VERSION}"
        raise BaselineError(reason, subject=subject, remedy=_REMEDY)
    texts = record.get("texts")
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise BaselineError("has no list of texts", subject=subject, remedy=_REMEDY)
    facts = suite.facts
    if record.get("suite_sha256") != facts.digest or len(texts) != facts.n_examples:
        reason = f"was made for another suite than {facts.name}, or for another state of it"
        raise BaselineError(reason, subject=subject, remedy="accept the new one with --update-baseline")
    return from_texts(BASELINE, texts, _signature(record, subject))


def _signature(record: Mapping[str, object], subject: str) -> dict[str, str]:
    signature = record.get("signature")
    if not isinstance(signature, dict):
        raise BaselineError("has no signature", subject=subject, remedy=_REMEDY)
    return {str(name): str(value) for name, value in signature.items()}


def write_baseline(path: Path, results: Results, system: str, texts: Iterable[str]) -> None:
    """Store the repairs of a system.

    Raises:
        DocumentError: the file cannot be written.
    """
    result = results.system(system)
    record = {
        "schema_version": SCHEMA_VERSION,
        "suite": results.suite.name,
        "suite_sha256": results.suite.digest,
        "system": system,
        "signature": dict(result.signature),
        "scores": {name: round(score.value, 4) for name, score in result.scores.items()},
        "texts": list(texts),
    }
    write(path, f"{json.dumps(record, ensure_ascii=False, indent=1)}\n".encode())
