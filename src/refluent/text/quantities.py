"""What the numbers of a text say: amounts with their units, percentages, money, dates, times of day.

``$3bn``, ``3 billion US dollars`` and ``USD 3,000,000,000`` are one quantity; ``the 5th of May``, ``May 5``
and ``5 May`` give one day; ``17:30`` and ``5:30 p.m.`` one time. Texts are folded first: full-width digits
and signs are plain ones, and characters of no width do not count.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from importlib.resources import files

from refluent.text.numbers import Kind, Numeral, find

__all__ = ["Quantity", "fold", "quantities"]

_MINUTES = Fraction(60)
_NOON = Fraction(12 * 60)
_CLOCK = "clock"
_DAY_OF_MONTH = "day of month"
_YEAR = "year of our era"

_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?"
    r"|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_MONTH_AFTER = re.compile(rf"\s(?:of\s)?{_MONTH}(?!\w)")
_MONTH_BEFORE = re.compile(rf"(?<!\w){_MONTH}\s(?:the\s)?\Z")
_SPACES = re.compile(r"[^\S\n]+")
_TIME = re.compile(r"(?<![\d:.,])(\d{1,3}):([0-5]\d)(?::([0-5]\d))?(?![\d:])")
# "11.45 am" and "20: 00"
_ODD_TIME = re.compile(
    r"(?<![\d.,:])(\d{1,2})(?:: |\.(?=[0-5]\d\s?[ap]\.?m\b))([0-5]\d)(?!\d)", re.IGNORECASE
)
_HALF_OF_DAY = re.compile(
    r"\s?(?:(?P<clock>o['’]clock)\s?)?(?P<half>a\.?m\b\.?|p\.?m\b\.?|in the morning|in the afternoon"
    r"|in the evening|at night)?",
    re.IGNORECASE,
)
# Characters of "US$ -".
_LONGEST_SIGN = 7
_AGED = re.compile(r"\baged?\s(?:of\s)?\Z", re.IGNORECASE)


@dataclass(frozen=True)
class Quantity:
    """One number with what it counts.

    Attributes:
        value: in the unit; of a time of day, minutes since midnight.
        kind: cardinal, ordinal and so on.
        unit: canonical name, empty where none is known.
        text: as written.
        is_strict: whether the unit is money or a share, which a number may not lose or gain.
    """

    value: Fraction
    kind: Kind
    unit: str
    text: str = field(compare=False)
    is_strict: bool = False

    def agrees(self, other: Quantity) -> bool:
        """Whether both can be ways to write one thing.

        A unit may go unsaid, "one" and "both" are numbers or not, and XIX is 19 or 19th.
        """
        if self.value != other.value:
            return False
        kinds = {self.kind, other.kind}
        if len(kinds) == 2 and not any(kinds <= allowed for allowed in _SAME_KINDS):
            return False
        if self.unit == other.unit or Kind.LOOSE in kinds:
            return True
        return not (self.unit and other.unit) and not (self.is_strict or other.is_strict)


_SAME_KINDS = (
    {Kind.ROMAN, Kind.CARDINAL},
    {Kind.ROMAN, Kind.ORDINAL},
    {Kind.LOOSE, Kind.CARDINAL},
    {Kind.BARE, Kind.CARDINAL},
    {Kind.BARE, Kind.MANY},
)


def fold(text: str) -> str:
    """The text with full-width forms as plain ones and without characters of no width.

    >>> fold("３５０\u200b％")
    '350%'
    """
    if text.isascii():
        return text
    return "".join(
        unicodedata.normalize("NFKC", char) if "\uff00" <= char <= "\uff5e" or char == "\u3000" else char
        for char in text
        if unicodedata.category(char) != "Cf"
    )


@lru_cache(maxsize=4096)
def quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities of a text, in order.

    >>> found = quantities("US$3bn on May 5 at 5:30 pm, up 20 per cent")
    >>> [(str(quantity.value), quantity.unit) for quantity in found]
    [('3000000000', 'dollar'), ('5', 'day of month'), ('1050', 'clock'), ('20', 'percent')]
    """
    text = _ODD_TIME.sub(r"\1:\2", _SPACES.sub(" ", fold(text)))
    times = list(_TIME.finditer(text))
    taken = [match.span() for match in times]
    found = [(match.start(), _time(text, match)) for match in times]
    for numeral in find(text):
        if not any(start <= numeral.start < end for start, end in taken):
            found.append((numeral.start, _quantity(text, numeral)))
    return tuple(quantity for _, quantity in sorted(found, key=lambda item: item[0]))


def _time(text: str, match: re.Match[str]) -> Quantity:
    """A time of day, or a score or ratio that looks like one."""
    half = _HALF_OF_DAY.match(text, match.end())
    minutes = int(match[1]) * _MINUTES + int(match[2]) + Fraction(int(match[3] or 0), 60)
    end = half.end() if half else match.end()
    return Quantity(
        _in_half(minutes, half["half"] if half else None),
        Kind.CARDINAL,
        _CLOCK,
        text[match.start() : end].strip(),
    )


def _in_half(minutes: Fraction, half: str | None) -> Fraction:
    """Minutes since midnight from minutes on the dial."""
    if not half or minutes > _NOON + 59:
        return minutes
    is_morning = (half[0].lower() == "a" and half.lower() != "at night") or half.lower() == "in the morning"
    return minutes % _NOON + (0 if is_morning else _NOON)


def _quantity(text: str, numeral: Numeral) -> Quantity:
    value, kind, unit, is_strict = numeral.value, numeral.kind, "", False
    start, end = numeral.start, numeral.end
    half = _HALF_OF_DAY.match(text, end)
    if (
        kind is Kind.CARDINAL
        and value < 24
        and half
        and (half["clock"] or (half["half"] or "  ")[1] in ".mM")
    ):
        minutes = _in_half(value * _MINUTES, half["half"])
        return Quantity(minutes, kind, _CLOCK, text[start : half.end()])
    if kind is Kind.DECADE:
        return Quantity(value + 1900 if value < 100 else value, kind, "", text[start:end])
    if kind in {Kind.CARDINAL, Kind.ORDINAL} and 1 <= value <= 31 and _is_day(text, start, end):
        return Quantity(value, Kind.CARDINAL, _DAY_OF_MONTH, text[start:end])
    before, after = _unit_patterns()
    if match := before.search(text, max(0, start - _LONGEST_SIGN), start):
        unit, is_strict = _units()[match[1].lower()]
        start = match.start()
    elif match := after.match(text, end):
        unit, is_strict = _units()[match[1].lower()]
        end = match.end()
    elif _AGED.search(text, max(0, start - 9), start):
        unit = "year"
    elif text[start:end].isdecimal() and 1500 <= value < 2100:
        unit = _YEAR
    if unit == "century" and kind is Kind.CARDINAL and not text[:end].endswith("s"):
        # "the 21 century"
        kind = Kind.ORDINAL
    written = text[start:end] if value >= 0 else "-" + text[start:end].lstrip("-−")
    return Quantity(value, kind, unit, written, is_strict)


def _is_day(text: str, start: int, end: int) -> bool:
    return bool(_MONTH_AFTER.match(text, end) or _MONTH_BEFORE.search(text, max(0, start - 14), start))


@lru_cache(maxsize=1)
def _units() -> dict[str, tuple[str, bool]]:
    """Way to write a unit, in lower case -> its name, whether it is strict."""
    found: dict[str, tuple[str, bool]] = {}
    is_strict = False
    for line in (files("refluent.text") / "data" / "units.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            is_strict = line == "[strict]"
        elif line and not line.startswith("#"):
            name, _, ways = line.partition(" = ")
            found.update((way.strip().lower(), (name, is_strict)) for way in ways.split(","))
    return found


@lru_cache(maxsize=1)
def _unit_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Patterns of a unit right before a number (money alone) and right after one."""
    ways = sorted(_units(), key=len, reverse=True)
    any_way = "|".join(map(re.escape, ways))
    money = "|".join(
        re.escape(way)
        for way in ways
        if _units()[way][1] and ("$" in way or not way.isalpha() or len(way) == 3)
    )
    before = re.compile(rf"(?<![^\W\d_])({money})\s?[-−]?\Z", re.IGNORECASE)
    after = re.compile(rf"\s?[-‐‑]?(?:of )?({any_way})(?![^\W\d_])", re.IGNORECASE)
    return before, after
