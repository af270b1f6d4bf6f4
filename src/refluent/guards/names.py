"""Names keep their spelling, and none is lost, invented or put in the place of another.

A name is a word with a capital where grammar asks for none, an acronym, or letters with digits (``G20``). A
common word with a capital is one only in a row of others ("Supreme Court"), and at the start of a sentence
none. Case may change ("The Country" -> "the country"), so may a possessive or plural, and the forms of one
country may stand for each other ("China government" -> "Chinese government", see ``data/same_names.txt``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from refluent.edits.lexicon import common_words
from refluent.guards.context import Context, Violation, edited, window
from refluent.text.lexicon import load
from refluent.text.numbers import roman
from refluent.text.quantities import fold
from refluent.types import Edit

__all__ = ["check"]

_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+(?:['’][^\W\d_]+)*|[^\w\s]|\n")
# After these a capital is a matter of grammar; quotation marks only where they open.
_SENTENCE_END = frozenset(".!?:;…\n([{*•–—-|")
_OPENING_MARK = re.compile(r"(?<![\w.,!?])[\"'“‘„«]\Z|[“‘„«]\Z")
_LINKS = frozenset({"of", "the", "and", "for", "de", "-", "'", "&"})
_STEM_LETTERS = 4
# iPhone, McDonald, G20
_MIXED = re.compile(r"[^\W\d_]['’]?[^\W\d_]*(?<=[^\W\d_A-Z])[A-Z]|\d")
_PLURAL = re.compile(r"(?<=[sxzh])es$|(?<!s)s$")
_SUFFIXES = ("s", "es", "ed", "d", "ing", "ly", "er", "est", "ness", "'s", "n't", "'re", "'ve", "'ll", "'d")


class _Name(NamedTuple):
    """A name in a sentence.

    Attributes:
        key: what must survive of it.
        text: as written.
        is_certain: whether it is no common word.
    """

    key: str
    text: str
    is_certain: bool


def check(edit: Edit, sentence: str, context: Context) -> Violation | None:
    """Fires if a name is lost, added, spelled otherwise, or changes places with another one."""
    if all(text == text.lower() for text in window(edit, sentence, reach=0)):
        return None
    texts = _settled(sentence, context.preferred), _settled(edited(edit, sentence), context.preferred)
    lost, added = _changes(*texts)
    if lost or added:
        lost, added = _changes(_canonical(texts[0]), _canonical(texts[1]))
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
    """Names lost and added; one may be said once less, but not once more: that is half of a move."""
    old, old_words = _names(before)
    new, new_words = _names(after)
    lost = [name.text for name in old if not _is_among(name, new_words)]
    added = [
        name.text
        for name in new
        if not _is_among(name, old_words) or (name.is_certain and new_words[name.key] > old_words[name.key])
    ]
    return list(dict.fromkeys(lost)), list(dict.fromkeys(added))


def _is_among(name: _Name, words: Counter[str]) -> bool:
    """Whether a name survives; of a common word with a capital any form does: Responsibility, Responsible."""
    if name.key in words:
        return True
    stem = name.key[:_STEM_LETTERS]
    return not name.is_certain and len(stem) == _STEM_LETTERS and any(word.startswith(stem) for word in words)


@lru_cache(maxsize=1024)
def _names(text: str) -> tuple[list[_Name], Counter[str]]:
    """The names of a text, and how often each key stands in it, whichever case its word has."""
    text = fold(text)
    matches = list(_TOKEN.finditer(text))
    tokens = [match.group() for match in matches]
    words = [token for token in tokens if token[0].isalnum()]
    is_shouted = sum(word.isupper() and len(word) > 1 for word in words) > len(words) / 2
    counts = Counter(key for word in words for key in _keys(word))
    names: list[_Name] = []
    for place, match in enumerate(matches):
        token = match.group()
        if token[0].isalpha() and token != token.lower() and not _is_number(text, match):
            is_first = is_shouted or _is_first(text, matches, place)
            if _is_certain(token, is_first=is_first, is_shouted=is_shouted):
                names.append(_Name(_key(token, is_acronym=not is_shouted), token, True))
            elif not is_first and token.lower() not in _classes()["word"] and _is_in_row(tokens, place):
                names.append(_Name(_key(token, is_acronym=False), token, False))
    return names, counts


def _is_number(text: str, match: re.Match[str]) -> bool:
    """Whether capitals belong to a number, which another guard protects: XIX, US$."""
    letters = match.group().removesuffix("th")
    return (len(letters) > 1 and roman(letters) > 0) or text.startswith("$", match.end())


def _is_first(text: str, matches: list[re.Match[str]], place: int) -> bool:
    if place == 0:
        return True
    mark = matches[place - 1]
    return mark.group() in _SENTENCE_END or bool(
        _OPENING_MARK.search(text, max(0, mark.start() - 1), mark.end())
    )


def _is_certain(token: str, *, is_first: bool, is_shouted: bool) -> bool:
    if not is_shouted and (_is_acronym(token) or _MIXED.search(token)):
        # Not the plural of a word such as "CEO" and "TV".
        return token.removesuffix("s").lower() not in _classes()["word"]
    return not _is_common(token.lower(), is_first=is_first)


def _is_acronym(word: str) -> bool:
    """Whether capitals say more than loudness: WHO, USA, but not BREAKING."""
    capitals = word.removesuffix("s")
    return (
        len(capitals) > 1
        and capitals.isupper()
        and not (len(word) > 3 and _is_common(word.lower(), is_first=True))
    )


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
    if word in _classes()["name"]:
        return is_first
    stems = [word, *(word.removesuffix(suffix) for suffix in _SUFFIXES if word.endswith(suffix))]
    return any(stem in common_words() or stem in _ordinary_words() for stem in stems)


@cache
def _classes() -> Mapping[str, frozenset[str]]:
    return load("refluent.guards", "capitalized_words.txt").classes


@cache
def _ordinary_words() -> frozenset[str]:
    text = (files("refluent.guards") / "data" / "ordinary_words.txt").read_text(encoding="utf-8")
    listed = frozenset(line for line in text.splitlines() if not line.startswith("#"))
    return listed | _classes()["word"]


def _key(word: str, *, is_acronym: bool = True) -> str:
    """What makes two writings one name: letters without case; of an acronym also its capitals."""
    word = word.replace("’", "'").removesuffix("'s").removesuffix("'").replace(".", "")
    if is_acronym and _is_acronym(word):
        return word.removesuffix("s")
    return _PLURAL.sub("", word.lower())


@lru_cache(maxsize=4096)
def _keys(word: str) -> frozenset[str]:
    """The keys that a word can satisfy; "covid" also that of COVID, but "us" has a meaning of its own."""
    acronym = set() if _is_common(word.lower(), is_first=True) else {word.upper()}
    return frozenset({_key(word), _key(word, is_acronym=False)} | acronym)


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
