"""Word lists and tables that several modules look things up in, read from ``edits/data`` on first use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

__all__ = [
    "Form",
    "SpellingPair",
    "common_words",
    "function_words",
    "irregular_forms",
    "spelling_pairs",
    "word_class",
]


class Form(NamedTuple):
    """A reading of a word: ``went`` is the ``past`` of ``go``."""

    base: str
    kind: str


class SpellingPair(NamedTuple):
    """Two spellings of a word, and which of them is used on its own side of the Atlantic only."""

    british: str
    american: str
    evidence: str


def rows(package: str, name: str) -> Iterator[list[str]]:
    """The rows of the table ``data/<name>`` of a package, cells between tabs; # begins a line of comment."""
    text = (files(package) / "data" / name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


@cache
def common_words() -> frozenset[str]:
    """Words that are no misspellings, in lower case."""
    return frozenset(row[0] for row in rows("refluent.edits", "common_words.txt"))


@cache
def function_words() -> frozenset[str]:
    """Words and symbols that carry grammar rather than meaning, in lower case."""
    return frozenset(row[0] for row in rows("refluent.edits", "function_words.txt"))


@cache
def irregular_forms() -> Mapping[str, frozenset[Form]]:
    """Readings of irregular verbs, nouns and pronouns, by form."""
    found: dict[str, set[Form]] = {}
    for form, base, kind in rows("refluent.edits", "irregular_forms.tsv"):
        found.setdefault(form, set()).add(Form(base, kind))
    return {form: frozenset(readings) for form, readings in found.items()}


@cache
def spelling_pairs() -> tuple[SpellingPair, ...]:
    """British and American spellings of the same words."""
    return tuple(SpellingPair(*row) for row in rows("refluent.edits", "british_american.tsv"))


@cache
def word_class(name: str) -> frozenset[str]:
    """The words of a closed class: article, determiner, preposition or auxiliary."""
    return frozenset(word for word, kind in rows("refluent.edits", "word_classes.tsv") if kind == name)
