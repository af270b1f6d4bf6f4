"""The articles "a" and "an", by the sound of the next word; only where the sound is certain.

The sound comes from a table of words and beginnings of words ("hour*", "union*"), the longest that fits; else
from the first letter. Words with h and u are in the table or left alone, and so is all that may not be an
article: "vitamin A is", "a and b", "a exceeds b".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from refluent.text.rules.change import Change
from refluent.text.wordlists import mapping, words

__all__ = ["article_by_sound"]

_ARTICLE = re.compile(
    r"(?<![^\s(\"“‘—–])(?P<article>[Aa]n?)[ ](?P<next>[\"“]?"
    r"(?:[A-Za-z]+(?![\w'’@/]|\.\w)|\d[\d,.]*(?=-[a-z]|[ ]?%|(?:st|nd|rd|th)\b|[ ]per[ ]?cent)))"
)
# "the a element": a name, no article.
_DETERMINED = re.compile(
    r"\b(?:the|an?|its|their|our|your|each|every|letter|vitamin|type|grade)[ ]$", re.IGNORECASE
)
_BEGINNING = re.compile(r"(?:^|[.!?:;][\"”’)]?[ ])[\"“‘(]*$")
# Eight, eleven and eighteen, alone or before thousands: "an 8-year-old", "an 11,000-ton ship".
_VOWEL_NUMBER = re.compile(r"8\d*(?:,\d{3})*(?:\.\d+)?|1[18](?:,\d{3})*(?:\.\d+)?")
_CONSONANT_NUMBER = re.compile(r"(?:[2-79]\d*|1[02-79]?)(?:,\d{3})*(?:\.\d+)?")
_SPEAKABLE = re.compile(
    r"[bcdfgjklmnpqrstvwyz][aeiouy]|[bcfgps]l[aeiou]|[bcdfgpt]r[aeiouy]|[cstpw]h[aeiouyr]|[gk]n[aeiou]|wr|qu|s[cklmnpqtw]|tw"
)
_MIN_CONSONANT_LETTERS = 4
_MIN_VOWEL_LETTERS = 3


def article_by_sound(line: str) -> Iterator[Change]:
    """Writes "an" before a vowel sound, else "a": "a hour", "an useful", not "a one-day", "vitamin A is"."""
    for match in _ARTICLE.finditer(line):
        article, following = match["article"], match["next"].lstrip('"“')
        is_first = _BEGINNING.search(line, max(0, match.start() - 5), match.start()) is not None
        # "Hepatitis A infection", "A attacked B".
        if article[0] == "A" and (not is_first or following.endswith("ed")):
            continue
        if _DETERMINED.search(line, max(0, match.start() - 12), match.start()):
            continue
        sound = _sound(following)
        if sound and sound != article.lower():
            yield Change(*match.span("article"), article[0] + sound[1:])


def _sound(word: str) -> str | None:
    """The article a word needs; None where it is not sure or may not follow an article."""
    if word[0].isdigit():
        return _number_sound(word)
    table = mapping("article_sounds.txt")
    if not word.islower():
        return table.get(word)
    if word in words("no_article.txt"):
        return None
    listed = table.get(word) or next(
        (table[f"{word[:end]}*"] for end in range(len(word), 0, -1) if f"{word[:end]}*" in table), None
    )
    if listed:
        return None if listed == "?" else listed
    if word[0] in "aeio":
        # "a equals b" has a verb; "a analysis", "a obvious" have none.
        is_noun = not word.endswith("s") or word.endswith(("ss", "sis", "us"))
        return "an" if len(word) >= _MIN_VOWEL_LETTERS and is_noun else None
    if word[0] in "hu":
        return None
    # Others are spelled out, or their readers disagree: "an nginx server", "an fsync call".
    return "a" if len(word) >= _MIN_CONSONANT_LETTERS and _SPEAKABLE.match(word) else None


def _number_sound(number: str) -> str | None:
    number = number.rstrip(",.")
    if _VOWEL_NUMBER.fullmatch(number):
        return "an"
    return "a" if _CONSONANT_NUMBER.fullmatch(number) else None
