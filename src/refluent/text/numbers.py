"""The value of a number, whichever way it is written: digits, words, both mixed, Roman numerals.

``350 billion``, ``350,000,000,000`` and ``three hundred and fifty billion`` have one value, so a rewrite
may turn one into the other and into nothing else. What a number counts (dates, money, units) is added by
`quantities`.

Each word that may belong to a number is given a letter (its role, see ``data/numerals.tsv``), and the
grammar of numbers is a handful of regular expressions over the string of letters. Digits are read the
English way: ``1,000`` is a thousand and ``1.000`` is one, but ``1.000.000`` and ``18 000`` can only be
grouped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from importlib.resources import files
from math import prod
from typing import NamedTuple

from refluent.text.lexicon import vocabulary

__all__ = ["Kind", "Numeral", "find", "roman"]


class Kind(str, Enum):
    """How a number is meant."""

    CARDINAL = "cardinal"
    ORDINAL = "ordinal"
    ROMAN = "roman"
    DECADE = "decade"
    MANY = "many"
    BARE = "bare"
    LOOSE = "loose"


@dataclass(frozen=True)
class Numeral:
    """One number in a text.

    Attributes:
        start: offset of its first digit or letter; a sign of minus or money before it is not part of it.
        end: offset after its last character; a unit attached to it (``5km``) is not part of it.
        value: its exact value; of a decade its first year, with or without the century.
        kind: ``MANY`` for an uncertain amount ("hundreds of"); ``BARE`` for a scale without a number, which
        may
            be one or the other ("hundred people"); ``LOOSE`` for a word that may stand for a number and
            need not ("one", "both").
    """

    start: int
    end: int
    value: Fraction
    kind: Kind = Kind.CARDINAL


class _Word(NamedTuple):
    """A token with its role in a number: one letter, "." for none, "|" for a gap that no number spans."""

    start: int
    end: int
    role: str
    value: Fraction = Fraction(0)


_VULGAR = {"½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅛": (1, 8)}
# Grouped, grouped with spaces, grouped with full stops, a version or address, plain or with decimals.
_DIGITS = r"""
    (?: \d{1,3}(?:,\d{3})+ | \d{1,2}(?:,\d{2})+,\d{3} | \d{1,3}(?:[ \u00a0\u202f\u2009]\d{3})+ )
      (?:\.\d+)?(?!\d)
    | \d+(?:\.\d+){2,}
    | \d+(?:\.\d+ | ,\d{1,2}(?![\d,]))?
    | \.\d+"""
_TOKEN = re.compile(
    rf"""(?P<code>[^\W\d_]+\d\w*)
    | (?P<sign>(?<![\w)\]%])(?<!\d\s)[-−](?=[$€£¥]?\d))?(?P<currency>[$€£¥]\ ?)?
      (?P<digits>{_DIGITS})(?P<vulgar>[½⅓⅔¼¾⅕⅛])?(?P<tail>\ ?(?:st|nd|rd|th)\b|['’]?s\b|[^\W\d_]+)?
    | (?P<part>[½⅓⅔¼¾⅕⅛])
    | (?P<word>[^\W\d_]+)""",
    re.VERBOSE | re.IGNORECASE,
)
# Longer ones count nothing, and Python refuses to convert very long ones.
_MAX_DIGITS = 100
_JOINT = re.compile(r"\s*[-‐‑]?\s*")
_ORDINAL_TAILS = {"st", "nd", "rd", "th"}
_ROMAN = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
# After these a single letter is a number: "Part I", "World War I"; elsewhere "I" is a person.
_BEFORE_ROMAN = re.compile(
    r"\b(?:war|part|chapter|phase|act|book|volume|vol\.|type|class|level|grade|tier|stage|title|article)\s\Z",
    re.IGNORECASE,
)
_AFTER_ROMAN = re.compile(r"\s(?:century|centuries)\b")
_NO_ROLE = (".", Fraction(0))
# Where none of these is and no word of the table, there is no number.
_HINT = re.compile(r"\d|[½⅓⅔¼¾⅕⅛]|\b[IVXLCDM]+\b")
_NO_HINTS = frozenset({"a", "an", "and", "of", "minus"})

# Roles: d digits, u one to nine, e zero and ten to nineteen, t tens, h hundred, s scale, m many, o first to
# nineteenth, O twentieth to ninetieth, p hundredth, f half or quarter, F thirds, a "a", & "and", ~ "of",
# - "minus", l loose, n 3rd, y decade, r Roman, v ½.
_SMALL = "(?:tu|t|u|e)"
_GROUP = rf"(?:d|v|{_SMALL}|a(?=[hs]))(?:h(?:&?{_SMALL}(?!h))?)?(?:&v|&a?f|&uf)?"
_TERM = re.compile(rf"{_GROUP}[sm]*")
_NEXT_TERM = re.compile(rf"(?:&(?!d))?({_GROUP}[sm]*)")
_ORDINAL = re.compile(rf"(?:(?:d|{_SMALL}|a)h&?)?(?:to|o|O)|(?:d|{_SMALL})?p")
_YEAR = re.compile(r"([et])(tu|t|e)(?![hs])")
_SHARE = re.compile(r"(?:[aud](?P<parts>[fF])|[aud](?P<part>o)|(?P<half>f)|v)(?P<of>~?a?s+)?")
_MANY = re.compile(r"[hsm](?:~[ms])*")
_PATTERNS = (
    (_ORDINAL, Kind.ORDINAL),
    (_YEAR, Kind.CARDINAL),
    (_TERM, Kind.CARDINAL),
    (_MANY, Kind.MANY),
)
_ALONE = {"l": Kind.LOOSE, "n": Kind.ORDINAL, "y": Kind.DECADE, "r": Kind.ROMAN}


@lru_cache(maxsize=1)
def _table() -> dict[str, tuple[str, Fraction]]:
    """Word -> role, value."""
    lines = (files("refluent.text") / "data" / "numerals.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {word: (role, Fraction(value)) for word, role, value in rows}


@lru_cache(maxsize=1)
def _number_words() -> frozenset[str]:
    found = frozenset(_table()) - _NO_HINTS
    return found | {f"{word}s" for word in found}


def roman(text: str) -> int:
    """The value of a Roman numeral in capitals, 0 if it is none.

    >>> roman("XIV"), roman("IIII")
    (14, 0)
    """
    if not text or not _ROMAN.fullmatch(text):
        return 0
    values = [_ROMAN_DIGITS[letter] for letter in text]
    return sum(
        -value if value < after else value for value, after in zip(values, [*values[1:], 0], strict=True)
    )


def find(text: str) -> list[Numeral]:
    """The numbers of a text, in order.

    >>> [str(numeral.value) for numeral in find("two and a half million or 350 billion, two-thirds, the 3rd")]
    ['2500000', '350000000000', '2/3', '3']
    """
    if not _HINT.search(text) and vocabulary(text).isdisjoint(_number_words()):
        return []
    words = _words(text)
    roles = "".join(word.role for word in words)
    found: list[Numeral] = []
    at = 0
    while at < len(words):
        numeral, end = _read(text, words, roles, at)
        if numeral is not None:
            if at and roles[at - 1] == "-":
                numeral = Numeral(words[at - 1].start, numeral.end, -numeral.value, numeral.kind)
            found.append(numeral)
        at = max(end, at + 1)
    return found


def _words(text: str) -> list[_Word]:
    """The words of a text with their roles, and a gap where more than space or hyphen stands between two."""
    words: list[_Word] = []
    for match in _TOKEN.finditer(text):
        if match["digits"]:
            found = _from_digits(match)
        elif match["part"]:
            found = [_Word(match.start(), match.end(), "v", Fraction(*_VULGAR[match["part"]]))]
        else:
            found = [_from_letters(text, match, words)]
        is_apart = words and not _JOINT.fullmatch(text, words[-1].end, match.start())
        if is_apart and found[0].role != "." and words[-1].role != ".":
            words.append(_Word(words[-1].end, match.start(), "|"))
        words += found
    return words


def _from_digits(match: re.Match[str]) -> list[_Word]:
    """Digits, and the multiplier or ordinal ending attached to them."""
    value = _digits_value(match["digits"])
    if value is None:
        return [_Word(match.start(), match.end(), ".")]
    value += Fraction(*_VULGAR[match["vulgar"]]) if match["vulgar"] else 0
    value = -value if match["sign"] else value
    tail = (match["tail"] or "").strip().lower()
    if tail in _ORDINAL_TAILS:
        return [_Word(match.start("digits"), match.end(), "n", value)]
    if tail.lstrip("'’") == "s" and value >= 10 and value % 10 == 0:
        return [_Word(match.start(), match.end(), "y", value)]
    end = match.end("vulgar") if match["vulgar"] else match.end("digits")
    digits = _Word(match.start("digits"), end, "d", value)
    # 20m are meters, $20m are millions.
    scale = {"m": Fraction(10**6), "b": Fraction(10**9)}.get(tail) if match["currency"] else None
    role, multiplier = ("s", scale) if scale else _table().get(tail, _NO_ROLE)
    return [digits, _Word(end, match.end(), "s", multiplier)] if role == "s" else [digits]


def _digits_value(digits: str) -> Fraction | None:
    """The value of digits with separators; None for a version such as 1.2.3, and for endless digits."""
    plain = "".join(digits.split())
    if len(plain) > _MAX_DIGITS:
        return None
    if re.fullmatch(r"\d{1,3}(?:\.\d{3}){2,}", plain):
        plain = plain.replace(".", "")
    elif plain.count(".") > 1:
        return None
    elif re.fullmatch(r"\d+,\d{1,2}", plain):
        # "3,5" as in most of Europe; a group of thousands has three digits.
        plain = plain.replace(",", ".")
    whole, _, decimals = plain.replace(",", "").partition(".")
    return Fraction(int(whole or "0")) + (Fraction(int(decimals), 10 ** len(decimals)) if decimals else 0)


def _from_letters(text: str, match: re.Match[str], before: list[_Word]) -> _Word:
    word = match.group()
    lower = word.lower()
    role, value = _table().get(lower, _NO_ROLE)
    if role == "." and lower.endswith("s") and _table().get(lower[:-1], _NO_ROLE)[0] in {"o", "O", "p"}:
        # "two thirds"; "seconds" are time.
        role, value = ("F" if lower != "seconds" else "."), _table()[lower[:-1]][1]
    is_time = lower == "second" and before and before[-1].role in {"d", "u", "e", "t"}
    if is_time or (role == "s" and len(word) == 1) or text.startswith("-hand", match.end()):
        role = "."
    if role == "." and word.endswith("th") and (letters := roman(word[:-2])):
        # "the XXth century"
        return _Word(match.start(), match.end(), "n", Fraction(letters))
    if role == "." and word.isupper() and (letters := roman(word)) and _is_roman(text, match):
        role, value = "r", Fraction(letters)
    return _Word(match.start(), match.end(), role, value)


def _is_roman(text: str, match: re.Match[str]) -> bool:
    """Whether Roman digits are a number: two and more, or one where it must be."""
    if len(match.group()) > 1:
        return True
    before = _BEFORE_ROMAN.search(text, max(0, match.start() - 9), match.start())
    return bool(before or _AFTER_ROMAN.match(text, match.end()))


def _read(text: str, words: list[_Word], roles: str, at: int) -> tuple[Numeral | None, int]:
    """The number that starts at a word, if one does, and the word after it."""
    share = _SHARE.match(roles, at)
    if share and (value := _share_value(text, words, share)):
        return Numeral(words[at].start, words[share.end() - 1].end, value), share.end()
    for pattern, kind in (
        (_ORDINAL, Kind.ORDINAL),
        (_YEAR, Kind.CARDINAL),
        (_TERM, Kind.CARDINAL),
        (_MANY, Kind.MANY),
    ):
        match = pattern.match(roles, at)
        if not match:
            continue
        value, end = _value(words[at : match.end()]), match.end()
        if pattern is _YEAR:
            # "nineteen eighty-four"; "ten twenty" is a time or two numbers.
            if not 10 < words[at].value <= 20:
                continue
            value = words[at].value * 100 + _value(words[at + 1 : end])
        elif pattern is _TERM:
            value, end = _sum(words, roles, match)
            kind = (
                Kind.LOOSE
                if end == at + 1 and text[words[at].start : words[at].end].lower() == "one"
                else kind
            )
        elif pattern is _MANY:
            value = prod((word.value for word in words[at:end] if word.role != "~"), start=Fraction(1))
            kind = kind if end > at + 1 or roles[at] == "m" else Kind.BARE
        return Numeral(words[at].start, words[end - 1].end, value, kind), end
    if roles[at] in _ALONE:
        return Numeral(words[at].start, words[at].end, words[at].value, _ALONE[roles[at]]), at + 1
    return None, at + 1


def _share_value(text: str, words: list[_Word], match: re.Match[str]) -> Fraction | None:
    """The value of half a million, two-thirds, a third of; None for "a third party" and a lone "quarter"."""
    first = words[match.start()]
    value = first.value if first.role in {"u", "d", "v"} else Fraction(1)
    if match["half"]:
        value = 1 / first.value
        if value != Fraction(1, 2):
            return None
    elif match["part"]:
        second = words[match.start() + 1]
        is_joined = "-" in text[first.end : second.start] or text.startswith(" of ", second.end)
        # "two third" is a slip for two thirds, "a third party" none for a third.
        if (value == 1 and not is_joined) or text[second.start : second.end].lower() == "second":
            return None
        value /= second.value
    elif match["parts"]:
        value /= words[match.start() + 1].value
    elif not match["of"]:
        return value
    scales = words[match.start("of") : match.end("of")] if match["of"] else []
    return value * prod((word.value for word in scales if word.role == "s"), start=Fraction(1))


def _sum(words: list[_Word], roles: str, first: re.Match[str]) -> tuple[Fraction, int]:
    """A number of several terms, each below the scale before: two million, three hundred thousand and five.

    "five hundred and six hundred" are two numbers.
    """
    total, end = _value(words[first.start() : first.end()]), first.end()
    scale = _scale(words[first.start() : end])
    while scale > 1 and (match := _NEXT_TERM.match(roles, end)):
        value = _value(words[match.start(1) : match.end(1)])
        if not value < scale:
            break
        total, end = total + value, match.end()
        scale = _scale(words[match.start(1) : end])
    return total, end


def _scale(words: list[_Word]) -> Fraction:
    """What the last word of a term multiplies by, 1 if nothing."""
    return words[-1].value if words[-1].role in {"s", "m"} else Fraction(1)


def _value(words: list[_Word]) -> Fraction:
    """The value of one term: three hundred and fifty billion, two and a half million, twenty-first."""
    value = Fraction(0)
    for word in words:
        if word.role in {"h", "s", "m", "p"}:
            value = (value or Fraction(1)) * word.value
        elif word.role == "f":
            value += 1 / word.value
        elif word.role not in {"a", "&"}:
            value += word.value
    return value
