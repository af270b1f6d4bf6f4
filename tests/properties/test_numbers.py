"""Numbers: what is written in words, digits or both has one value."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from refluent.text.numbers import Kind, find, roman
from refluent.text.quantities import quantities

SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
SCALES = [(10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (1000, "thousand")]
ROMAN = [
    *[(1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL")],
    *[(10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")],
]
repeatable = settings(derandomize=True, max_examples=300, deadline=None)


def in_words(number: int, *, joint: str = "-", link: str = " and ") -> str:
    """A number below a quadrillion as a person writes it."""
    if number < 20:
        return SMALL[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return TENS[tens] + (joint + SMALL[ones] if ones else "")
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        tail = link + in_words(rest, joint=joint, link=link) if rest else ""
        return f"{SMALL[hundreds]} hundred{tail}"
    for scale, name in SCALES:
        if number >= scale:
            count, rest = divmod(number, scale)
            between = link if rest < 100 else " "
            tail = between + in_words(rest, joint=joint, link=link) if rest else ""
            return f"{in_words(count, joint=joint, link=link)} {name}{tail}"
    raise AssertionError(number)


def in_roman(number: int) -> str:
    text = ""
    for value, letters in ROMAN:
        count, number = divmod(number, value)
        text += letters * count
    return text


def values(text: str) -> list[Fraction]:
    return [numeral.value for numeral in find(text)]


@repeatable
@given(
    number=st.integers(2, 10**15 - 1),
    joint=st.sampled_from(["-", " "]),
    link=st.sampled_from([" and ", " "]),
)
def test_find_reads_words_as_digits(number: int, joint: str, link: str):
    sentence = f"They saw {in_words(number, joint=joint, link=link)} of them."
    assert values(sentence) == [number]
    assert values(f"They saw {number} of them.") == [number]
    assert values(f"They saw {number:,} of them.") == [number]


@repeatable
@given(number=st.integers(2, 999), scale=st.sampled_from(SCALES))
def test_find_reads_digits_with_a_scale_in_words(number: int, scale: tuple[int, str]):
    assert (
        values(f"{number} {scale[1]} people")
        == values(f"{number * scale[0]:,} people")
        == [number * scale[0]]
    )
    assert values(f"{number / 10:.1f} {scale[1]} people") == [Fraction(number, 10) * scale[0]]


@repeatable
@given(number=st.integers(1, 3999))
def test_roman_reads_what_is_written(number: int):
    assert roman(in_roman(number)) == number


@repeatable
@given(text=st.text(alphabet="0123456789.,:-−$%€½ aAndoftw hmillionXVI３٣²'/\u200b\u00a0", max_size=60))
def test_find_gives_ordered_places_in_any_text(text: str):
    numerals = find(text)
    places = [place for numeral in numerals for place in (numeral.start, numeral.end)]
    assert places == sorted(places)
    assert all(0 <= place <= len(text) for place in places)
    assert all(numeral.end > numeral.start for numeral in numerals)
    assert isinstance(quantities(text), tuple)


@repeatable
@given(digits=st.text(alphabet="0123456789", min_size=1, max_size=5000))
def test_find_survives_endless_digits(digits: str):
    assert all(numeral.kind in set(Kind) for numeral in find(digits))
