"""Names keep their spelling, and none is lost, invented or put in the place of another.

A name is a word with a capital where grammar asks for none, an acronym, or letters with digits (``G20``). At the
start of a sentence a capital proves nothing: there a word is a name if it is not a common one, or stands in a row of
names. Case may change ("The Country" -> "the country"), so may a possessive or plural, and the forms of one country
may stand for each other ("China government" -> "Chinese government", see ``data/same_names.txt``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from refluent.edits.lexicon import common_words
from refluent.guards.context import Context, Violation, edited
from refluent.text.lexicon import load
from refluent.text.quantities import fold
from refluent.types import Edit

__all__ = ["check"]

_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+(?:['’][^\W\d_]+)*|[^\w\s]")
_SENTENCE_END = frozenset(".!?:;…\n\"“”‘«»„'([{*•–—-")
_LINKS = frozenset({"of", "the", "and", "for", "de", "-", "'", "&"})
_PLURAL = re.compile(r"(?<=[sxzh])es$|(?<!s)s$")
_SUFFIXES = ("s", "es", "ed", "d", "ing", "ly", "er", "est", "ness", "'s", "n't", "'re", "'ve", "'ll", "'d")


class _Name(NamedTuple):
    """A name in a sentence; ``key`` is what must survive of it."""

    key: str
    text: str


def check(edit: Edit, sentence: str, context: Context) -> Violation | None:
    """Fires if a name is lost, added, spelled otherwise, or changes places with another one."""
    if edit.original == edit.original.lower() and edit.replacement == edit.replacement.lower():
        return None
    texts = _settled(sentence, context.preferred), _settled(edited(edit, sentence), context.preferred)
    found = _changes(*texts)
    if found is not None and any(found):
        found = _changes(*map(_canonical, texts))
    lost, added = found
    if lost and added:
        return Violation("names", lost[0], f"{', '.join(lost)} would become {', '.join(added)}")
    if lost:
        return Violation("names", lost[0], f"{', '.join(lost)} would be lost")
    if added:
        return Violation("names", "", f"{', '.join(added)} would be added")
    return _check_swap(edit)


def _settled(text: str, preferred: Mapping[str, str]) -> str:
    """The text with every name in its document's majority spelling."""
    for variant, majority in preferred.items():
        if variant in text:
            text = re.sub(rf"(?<!\w){re.escape(variant)}(?!\w)", majority.replace("\\", r"\\"), text)
    return text


def _changes(before: str, after: str) -> tuple[list[str], list[str]]:
    """Names lost and added. One more mention is nothing new, unless it stands where another name stood."""
    old, old_words = _names(before)
    new, new_words = _names(after)
    lost = [name.text for name in old if name.key not in new_words]
    added = [name.text for name in new if name.key not in old_words]
    if not lost and not added:
        old_counts, new_counts = (Counter(name.key for name in names) for names in (old, new))
        fewer, more = old_counts - new_counts, new_counts - old_counts
        if fewer and more:
            lost = [name.text for name in old if name.key in fewer]
            added = [name.text for name in new if name.key in more]
    return list(dict.fromkeys(lost)), list(dict.fromkeys(added))


@lru_cache(maxsize=1024)
def _names(text: str) -> tuple[list[_Name], frozenset[str]]:
    """The names of a text, and the keys of all its words, whichever case they have."""
    tokens = [match.group() for match in _TOKEN.finditer(fold(text))]
    words = [token for token in tokens if token[0].isalnum()]
    is_shouted = sum(word.isupper() and len(word) > 1 for word in words) > len(words) / 2
    keys = frozenset(_key(word) for word in words) | {_key(word, is_acronym=False) for word in words if word[0].isupper()}
    names: list[_Name] = []
    for place, token in enumerate(tokens):
        if token[0].isalpha() and _is_name(tokens, place, is_shouted=is_shouted):
            names.append(_Name(_key(token, is_acronym=not is_shouted), token))
    return names, keys


def _is_name(tokens: list[str], place: int, *, is_shouted: bool) -> bool:
    token = tokens[place]
    is_first = place == 0 or tokens[place - 1] in _SENTENCE_END
    if token == token.lower():
        return False
    if not is_shouted and (token[1:] != token[1:].lower() or any(char.isdigit() for char in token)):
        return token[:-1].lower() not in load("refluent.guards", "capitalized_words.txt").classes["word"]
    if not _is_common(token.lower(), is_first=is_first or is_shouted):
        return True
    return not is_first and not is_shouted and _is_in_row(tokens, place)


def _is_in_row(tokens: list[str], place: int) -> bool:
    """Whether another word with a capital stands beside it: Supreme Court, Ministry of Commerce."""
    for step in (-1, 1):
        other = place + step
        while 0 <= other < len(tokens) and tokens[other] in _LINKS:
            other += step
        if 0 <= other < len(tokens) and tokens[other][0].isupper() and len(tokens[other]) > 1:
            return other > 0
    return False


@lru_cache(maxsize=4096)
def _is_common(word: str, *, is_first: bool) -> bool:
    """Whether a lower-case word is one of the language rather than a name."""
    word = word.replace("’", "'")
    classes = load("refluent.guards", "capitalized_words.txt").classes
    if word in classes["name"]:
        return is_first
    stems = [word, *(word.removesuffix(suffix) for suffix in _SUFFIXES if word.endswith(suffix))]
    return any(stem in common_words() or stem in _ordinary_words() for stem in stems)


@cache
def _ordinary_words() -> frozenset[str]:
    lines = (files("refluent.guards") / "data" / "ordinary_words.txt").read_text(encoding="utf-8").splitlines()
    listed = frozenset(line for line in lines if not line.startswith("#"))
    return listed | load("refluent.guards", "capitalized_words.txt").classes["word"]


def _key(word: str, *, is_acronym: bool = True) -> str:
    """What makes two writings one name: letters without case; of an acronym also its capitals."""
    word = word.replace("’", "'").removesuffix("'s").removesuffix("'").replace(".", "")
    if is_acronym and len(word) > 1 and word.removesuffix("s").isupper():
        return word.removesuffix("s")
    return _PLURAL.sub("", word.lower())


@cache
def _forms() -> tuple[re.Pattern[str], dict[str, str]]:
    """Pattern of all forms of names that have several, and each form's first one."""
    text = (files("refluent.guards") / "data" / "same_names.txt").read_text(encoding="utf-8")
    rows = [line.split(", ") for line in text.splitlines() if line and not line.startswith("#")]
    first = {form: row[0] for row in rows for form in row}
    forms = "|".join(re.escape(form) for form in sorted(first, key=len, reverse=True))
    return re.compile(rf"(?<!\w)({forms})(?=s?(?!\w))"), first


def _canonical(text: str) -> str:
    pattern, first = _forms()
    return pattern.sub(lambda match: first[match[1]], text)


def _check_swap(edit: Edit) -> Violation | None:
    """Two names must not change places while all around them stays: "Li beat Zhang"."""
    sides = []
    for text in (edit.original, edit.replacement):
        names = {name.text for name in _names("x " + text)[0]}
        tokens = [match.group() for match in _TOKEN.finditer(text)]
        sides.append(([t for t in tokens if t in names], ["" if t in names else t.lower() for t in tokens]))
    (old, rest), (new, new_rest) = sides
    if old == new or rest != new_rest or sorted(old) != sorted(new):
        return None
    return Violation("names", ", ".join(old), f"{', '.join(old)} would change places")
