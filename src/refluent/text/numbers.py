"""The value of a number, whichever way it is written: digits, words, both mixed, Roman numerals.

``350 billion``, ``350,000,000,000`` and ``three hundred and fifty billion`` have one value, so a rewrite may
turn one into the other and into nothing else. What a number counts (dates, money, units) is added by `quantities`.

Each word that may belong to a number is given a letter (its role, see ``data/numerals.tsv``), and the grammar of
numbers is a handful of regular expressions over the string of letters. Digits are read the English way:
``1,000`` is a thousand and ``1.000`` is one, but ``1.000.000`` and ``18 000`` can only be grouped.
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
        kind: ``MANY`` for an uncertain amount ("hundreds of"); ``BARE`` for a scale without a number, which may be
            one or the other ("hundred people"); ``LOOSE`` for a word that may stand for a number and need not ("one",
            "both").
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
    (?: \d{1,3}(?:,\d{3})+ | \d{1,2}(?:,\d{2})+,\d{3} | \d{1,3}(?:[ \u00a0\u202f\u2009]\d{3})+ )(?:\.\d+)?(?!\d)
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
_JOINT = re.compile(r"\s|\s?[-‐‑]\s?|")
_ORDINAL_TAILS = {"st", "nd", "rd", "th"}
_ROMAN = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
# After these a single letter is a number: "Part I", "World War I"; elsewhere "I" is a person.
_BEFORE_ROMAN = re.compile(
    r"\b(?:war|part|chapter|phase|act|book|volume|vol\.|type|class|level|grade|tier|stage|title|article)\s\Z",
    re.IGNORECASE,
)

# Roles: d digits, u one to nine, e zero and ten to nineteen, t tens, h hundred, s scale, m many, o first to
# nineteenth, O twentieth to ninetieth, p hundredth, f half or quarter, F thirds, a "a", & "and", ~ "of", - "minus",
# l loose, n 3rd, y decade, r Roman, v ½.
_SMALL = "(?:tu|t|u|e)"
_GROUP = rf"(?:d|v|{_SMALL}|a(?=[hs]))(?:h(?:&?{_SMALL}(?!h))?)?(?:&v|&a?f|&uf)?"
_TERM = re.compile(rf"{_GROUP}s*")
_NEXT_TERM = re.compile(rf"(?:&(?!d))?({_GROUP}s*)")
_ORDINAL = re.compile(rf"(?:(?:d|{_SMALL}|a)h&?)?(?:to|o|O)|(?:d|{_SMALL})?p")
_YEAR = re.compile(r"([et])(tu|t|e)(?![hs])")
_SHARE = re.compile(r"(?:(?:[au]|d)(?P<parts>[fF])|(?:[au])(?P<part>o)|(?P<half>f)|v)(?P<of>~?a?s+)?")
_MANY = re.compile(r"[hsm](?:~[ms])*")
_ALONE = {"l": Kind.LOOSE, "n": Kind.ORDINAL, "y": Kind.DECADE, "r": Kind.ROMAN}


@lru_cache(maxsize=1)
def _table() -> dict[str, tuple[str, Fraction]]:
    """Word -> role, value."""
    lines = (files("refluent.text") / "data" / "numerals.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {word: (role, Fraction(value)) for word, role, value in rows}


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
    """The words of a text with their roles, and a gap wherever more than a space or hyphen stands between two."""
    words: list[_Word] = []
    for match in _TOKEN.finditer(text):
        if words and not _JOINT.fullmatch(text, words[-1].end, match.start()):
            words.append(_Word(words[-1].end, match.start(), "|"))
        if match["digits"]:
            words += _from_digits(match)
        elif match["part"]:
            words.append(_Word(match.start(), match.end(), "v", Fraction(*_VULGAR[match["part"]])))
        else:
            words.append(_from_letters(text, match, words))
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
    role, multiplier = ("s", scale) if scale else _table().get(tail, (".", Fraction(0)))
    return [digits, _Word(end, match.end(), "s", multiplier)] if role == "s" else [digits]


def _digits_value(digits: str) -> Fraction | None:
    """The value of digits with separators; None for a version or an address such as 1.2.3, and for endless digits."""
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
    role, value = _table().get(word.lower(), (".", Fraction(0)))
    if role == "." and word.endswith("s"):
        single, value = _table().get(word[:-1].lower(), (".", Fraction(0)))
        # "seconds" are time.
        role = "F" if single in {"o", "O", "p"} and word.lower() != "seconds" else "."
    if word.lower() == "second" and before and before[-1].role in {"d", "u", "e", "t"}:
        role = "."
    if role == "s" and len(word) == 1:
        role = "."
    if (
        role == "."
        and (letters := roman(word))
        and (len(word) > 1 or _BEFORE_ROMAN.search(text, 0, match.start()))
    ):
        role, value = "r", Fraction(letters)
    return _Word(match.start(), match.end(), role, value)


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
    """ "half a million", "two-thirds", "a third of"; None for "one third party" and for "two halves" of a match."""
    first, last = words[match.start()], words[match.end() - 1]
    value = first.value if first.role in {"u", "d", "v"} else Fraction(1)
    if match["half"]:
        value = 1 / first.value
        if value != Fraction(1, 2):
            return None
    elif match["part"]:
        second = words[match.start() + 1]
        joined = "-" in text[first.end : second.start] or text[second.end : second.end + 4] == " of "
        if value != 1 or not joined or text[second.start : second.end].lower() == "second":
            return None
        value /= second.value
    elif match["parts"]:
        value /= words[match.start() + 1].value
    elif not match["of"]:
        return value
    scales = words[match.start("of") : match.end("of")] if match["of"] else []
    return (
        value * prod((word.value for word in scales if word.role == "s"), start=Fraction(1)) if last else None
    )


def _sum(words: list[_Word], roles: str, first: re.Match[str]) -> tuple[Fraction, int]:
    """A number of several terms, each smaller than the scale before: two million | three hundred thousand | and five.

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
    return words[-1].value if words[-1].role == "s" else Fraction(1)


def _value(words: list[_Word]) -> Fraction:
    """The value of one term: "three hundred and fifty" "billion", "two and a half" "million", "twenty-first"."""
    value = Fraction(0)
    for word in words:
        if word.role in {"h", "s", "p"}:
            value = (value or Fraction(1)) * word.value
        elif word.role == "f":
            value += 1 / word.value
        elif word.role not in {"a", "&"}:
            value += word.value
    return value
