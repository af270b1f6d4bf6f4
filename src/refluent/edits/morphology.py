"""How two words are related: forms of one word, or two spellings of it.

Suffix rules and a table of irregular forms propose bases without knowing whether they exist: "used" may come
from "us", "use" or "used". That is harmless where two forms are compared, because both must share a base.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache

from rapidfuzz.distance import OSA

from refluent.edits.lexicon import Form, common_words, irregular_forms, spelling_pairs
from refluent.types import Category

__all__ = ["form_change", "is_respelling", "is_typo", "without_diacritics"]

# Kinds of forms that differ in number, person or case; the other kinds differ in time.
_NUMBER = frozenset(["plain", "s", "first", "possessive", "object"])
_PAST = frozenset(["past-s", "past-plain"])
_VOWELS = frozenset("aeiouy")
_SIBILANTS = ("s", "x", "z", "ch", "sh", "o")


def _regular(word: str) -> Iterator[Form]:
    """Readings by suffix: "studies" -> studie, study."""
    yield Form(word, "plain")
    if word.endswith(("'s", "’s")):
        yield Form(word[:-2], "possessive")
    elif word.endswith("s") and not word.endswith("ss"):
        yield Form(word[:-1], "s")
        if word.endswith("ies"):
            yield Form(word[:-3] + "y", "s")
        elif word.endswith("es") and word[:-2].endswith(_SIBILANTS):
            yield Form(word[:-2], "s")
    elif word.endswith("ed"):
        yield Form(word[:-1], "past")
        yield from (Form(stem, "past") for stem in _stems(word[:-2]))
        if word.endswith("ied"):
            yield Form(word[:-3] + "y", "past")
    elif word.endswith("ing"):
        yield Form(word[:-3] + "e", "ing")
        yield from (Form(stem, "ing") for stem in _stems(word[:-3]))


def _stems(stem: str) -> Iterator[str]:
    """The stem, and without a doubled last consonant: "stopp" -> stop."""
    yield stem
    if len(stem) > 2 and stem[-1] == stem[-2]:
        yield stem[:-1]


@cache
def _readings(word: str) -> frozenset[Form]:
    regular = (
        form
        for form in _regular(word)
        if form.kind in ("plain", "possessive") or (len(form.base) > 2 and _VOWELS.intersection(form.base))
    )
    return irregular_forms().get(word, frozenset()) | frozenset(regular)


def form_change(old: str, new: str) -> Category | None:
    """Agreement or tense where two lower-case words are forms of one word.

    >>> form_change("goes", "went"), form_change("book", "books"), form_change("book", "booklet")
    (<Category.TENSE: 'tense'>, <Category.AGREEMENT: 'agreement'>, None)
    """
    found: set[Category] = set()
    for left in _readings(old):
        for right in _readings(new):
            is_other_spelling = left.kind == right.kind and not irregular_forms().keys() & {old, new}
            if left.base == right.base and not is_other_spelling:
                kinds = {left.kind, right.kind}
                is_number = kinds <= _NUMBER or kinds <= _PAST
                found.add(Category.AGREEMENT if is_number else Category.TENSE)
    if Category.AGREEMENT in found:
        return Category.AGREEMENT
    return Category.TENSE if found else None


def without_diacritics(text: str) -> str:
    """Letters without accents: "Café" -> "Cafe"."""
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


@cache
def _transatlantic() -> frozenset[tuple[str, str]]:
    pairs = [(pair.british, pair.american) for pair in spelling_pairs()]
    return frozenset([*pairs, *((american, british) for british, american in pairs)])


def is_respelling(old: str, new: str) -> bool:
    """Whether two lower-case words differ by apostrophes, accents, or the Atlantic."""
    return _letters(old) == _letters(new) or (old, new) in _transatlantic()


def _letters(word: str) -> str:
    return without_diacritics(word.replace("'", "").replace("’", ""))


def is_typo(old: str, new: str) -> bool:
    """Whether a lower-case word that is not a common one is a slip of the keyboard away from another."""
    if min(len(old), len(new)) < 3 or not (old.isalpha() and new.isalpha()) or old in common_words():
        return False
    if len(old) == 3:
        return OSA.distance(old, new) == 1 and sorted(old) == sorted(new)
    return int(OSA.distance(old, new)) <= (1 if len(old) < 7 else 2)
