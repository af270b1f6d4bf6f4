"""Evaluation suites: source texts with the reference edits that a system's output is compared with.

A suite is read anew each time it is iterated, so that one of any length fits into memory. The first pass
checks every record, counts, and computes the digest that identifies the suite in signatures and baselines.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from refluent.errors import SuiteError

__all__ = ["Example", "Suite", "SuiteFacts", "example_of"]

FINE = "fine"
# More than one number of references in a suite; the value that sacrebleu prints as "var".
VARIOUS = -1


@dataclass(frozen=True)
class Example:
    """A segment to repair, with acceptable repairs.

    Attributes:
        id: unique in its suite.
        source: the machine-translated text.
        references: one or more edits by a person, each acceptable by itself.
        document: name of the text the segment belongs to; empty for a sentence by itself.
        position: its place there, from 0; -1 for a sentence by itself.
        tags: what is wrong with the source; ``"fine"`` where nothing is.
    """

    id: str
    source: str
    references: tuple[str, ...]
    document: str = ""
    position: int = -1
    tags: tuple[str, ...] = ()

    @property
    def is_fine(self) -> bool:
        """Whether the source must stay as it is."""
        return FINE in self.tags


@dataclass(frozen=True)
class SuiteFacts:
    """What the first pass over a suite finds out.

    Attributes:
        name: its files, for a reader.
        digest: sha256 of ids, sources, references and tags, in hexadecimal.
        n_examples: segments.
        n_documents: documents; sentences by themselves do not count.
        n_fine: segments that must stay as they are.
        n_several: segments with more than one reference.
        n_references: references of each segment, -1 where it varies.
        n_words: words of the sources, between white space.
    """

    name: str
    digest: str
    n_examples: int
    n_documents: int
    n_fine: int
    n_several: int
    n_references: int
    n_words: int


def example_of(record: object) -> Example:
    """The example in a record ``{id, source, references[], document?, position?, tags?}``.

    Raises:
        ValueError: a field is missing or of the wrong type; the message says which.
    """
    if not isinstance(record, Mapping):
        raise ValueError("is not an object with source and references")
    references = record.get("references")
    if isinstance(references, str) or not isinstance(references, Sequence):
        raise ValueError("has no list of references")
    texts = {
        "source": record.get("source"),
        **{f"reference {n + 1}": text for n, text in enumerate(references)},
    }
    for name, text in texts.items():
        if not isinstance(text, str) or not text.strip():
            raise ValueError(f"has no text as its {name}")
    if not references:
        raise ValueError("has an empty list of references")
    position = record.get("position")
    if position is not None and not isinstance(position, int):
        raise ValueError("has a position that is not a whole number")
    return Example(
        id=str(record.get("id") or ""),
        source=str(record["source"]),
        references=tuple(references),
        document=str(record.get("document") or ""),
        position=-1 if position is None else position,
        tags=_tags(record.get("tags")),
    )


def _tags(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if (
        isinstance(value, str)
        or not isinstance(value, Sequence)
        or not all(isinstance(tag, str) for tag in value)
    ):
        raise ValueError("has tags that are not a list of words")
    return tuple(value)


class Suite:
    """A named sequence of examples, read anew at each iteration.

    Args:
        name: what to call it.
        read: opens the records; called once for each iteration.
    """

    def __init__(self, name: str, read: Callable[[], Iterator[Example]]) -> None:
        self._name = name
        self._read = read
        self._facts: SuiteFacts | None = None

    def __iter__(self) -> Iterator[Example]:
        """The examples, in order; one without an id gets its number, from 1."""
        for number, example in enumerate(self._read(), start=1):
            yield example if example.id else replace(example, id=str(number))

    @property
    def facts(self) -> SuiteFacts:
        """Counts and digest; the first call reads the whole suite.

        Raises:
            SuiteError: a record is malformed, an id comes twice, or there is no record at all.
        """
        if self._facts is None:
            self._facts = self._survey()
        return self._facts

    def _survey(self) -> SuiteFacts:
        digest = hashlib.sha256()
        ids: set[str] = set()
        documents: set[str] = set()
        counts: Counter[str] = Counter()
        sizes: set[int] = set()
        for example in self:
            if example.id in ids:
                raise SuiteError(f"the id {example.id} comes twice", subject=self._name)
            ids.add(example.id)
            fields = [example.id, example.source, example.references, example.tags]
            digest.update(json.dumps(fields, ensure_ascii=True).encode() + b"\n")
            documents.update([example.document] if example.document else [])
            sizes.add(len(example.references))
            counts.update(
                fine=example.is_fine, several=len(example.references) > 1, words=len(example.source.split())
            )
        if not ids:
            raise SuiteError("has no record", subject=self._name)
        return SuiteFacts(
            name=self._name,
            digest=digest.hexdigest(),
            n_examples=len(ids),
            n_documents=len(documents),
            n_fine=counts["fine"],
            n_several=counts["several"],
            n_references=sizes.pop() if len(sizes) == 1 else VARIOUS,
            n_words=counts["words"],
        )
