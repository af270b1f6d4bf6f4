"""Names in a text, and forms of one name that differ in hyphens, spaces, accents or capitals.

"Lee Jae-myung", "Lee Jae Myung" and "Lee Jaemyung" have the same letters, so they are one name. Words from
the dictionary are left out: "vice-president" and "vice president" may both be right, and so may "African
American" and "African-American".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from refluent.consistency.mix import Mix, Usage, mixes
from refluent.consistency.page import Page
from refluent.edits.lexicon import common_words, rows
from refluent.edits.morphology import without_diacritics
from refluent.edits.units import FUNCTION_WORDS
from refluent.types import Span

__all__ = [
    "NAME_VARIANTS",
    "Chain",
    "Part",
    "chains",
    "is_common",
    "is_no_name",
    "name_variants",
    "span_of",
    "written",
]

NAME_VARIANTS = "name variants"
# A capital of the scripts that have them, or an Arabic article.
_PART = re.compile(
    r"""
    (?<![\w'’-]) (?:(?=[A-Z\u00c0-\u00de\u0100-\u024f\u0370-\u052f\u1e00-\u1eff]) | (?=[ae][a-z]h?-[A-Z]))
    [^\W\d_]+ (?:['’][^\W\d_]+)* (?:[-\u2010\u2011] [^\W\d_]+ (?:['’][^\W\d_]+)*)*
    """,
    re.VERBOSE,
)
_POSSESSIVE = re.compile(r"['’]s?$")
_HYPHEN = re.compile(r"[-\u2010\u2011]")
_ARABIC_ARTICLE = re.compile(r"(?:[Aa](?:l|d|n|r|sh?|t|z)|[Ee]l)-[A-Z]")
# "LU-pus" and "Al-ber-ti-na" show how to say it.
_SYLLABLES = re.compile(r"(?:^|-)[A-Z]{2,}(?:-|$)|-[a-z]+-[a-z]+")
_NO_LETTER = re.compile(r"[\W\d_]+")
_MAX_PARTS = 4
# Ends of names of peoples: "African American" is a noun, "African-American" mostly an adjective.
_PEOPLE = ("an", "ish", "ese", "ic")


@dataclass(frozen=True)
class Part:
    """One word of a name, with its hyphens, without a possessive ending.

    Attributes:
        text: as it is written, with plain hyphens and apostrophes.
        letters: what is the same in all its spellings.
        start: offset of its first character.
        end: offset after its last character.
    """

    text: str
    letters: str
    start: int
    end: int


Chain = list[Part]
# Chain number, first part, end part.
_Place = tuple[int, int, int]


def chains(page: Page) -> list[Chain]:
    """Runs of capitalized words with one space between them; words all in capitals are no names here."""
    found: list[Chain] = []
    for match in _PART.finditer(page.prose):
        raw = _POSSESSIVE.sub("", match.group())
        if not _is_name_part(raw):
            continue
        start, end = match.start(), match.start() + len(raw)
        text = _HYPHEN.sub("-", raw).replace("’", "'")
        if _ARABIC_ARTICLE.match(text):
            # "Al-Aqsa" at the start of a sentence is "al-Aqsa" elsewhere.
            text = text[0].lower() + text[1:]
        part = Part(text, _NO_LETTER.sub("", without_diacritics(text.casefold())), start, end)
        if found and start == found[-1][-1].end + 1 and page.prose[start - 1] in " \u00a0":
            found[-1].append(part)
        else:
            found.append([part])
    return found


def _is_name_part(text: str) -> bool:
    # Words all in capitals are headings and abbreviations.
    is_heading = len(text) > 1 and (text.isupper() or _SYLLABLES.search(text) is not None)
    return not is_heading and (text[0].isupper() or _ARABIC_ARTICLE.match(text) is not None)


def written(parts: Sequence[Part]) -> str:
    """A name as it is written, with single spaces."""
    return " ".join(part.text for part in parts)


def span_of(parts: Sequence[Part]) -> Span:
    """The range of a name."""
    return Span(parts[0].start, parts[-1].end)


def name_variants(found: Sequence[Chain]) -> Iterator[Mix]:
    """Names that differ in hyphens, spaces, accents or capitals only; the shortest part that differs."""
    reported: set[_Place] = set()
    for places in sorted(_variants(found), key=lambda places: max(end - start for _, start, end in places)):
        if all(_holds(place, reported) for place in places):
            # "President Lee Jae Myung", where "Lee Jae Myung" was reported.
            continue
        reported.update(places)
        usages = [
            Usage(span_of(parts), written(parts))
            for parts in (found[number][start:end] for number, start, end in _widened(found, places))
        ]
        yield from mixes(NAME_VARIANTS, "one name is written differently", usages, _rewrite)


def _rewrite(page: Page, usage: Usage, form: str) -> str:
    return form


def _variants(found: Sequence[Chain]) -> Iterator[list[_Place]]:
    """Places of names of the same letters that are written in several ways."""
    first: dict[str, str] = {}
    several: dict[str, list[_Place]] = {}
    for _, letters, parts in _windows(found):
        if first.setdefault(letters, written(parts)) != written(parts):
            several[letters] = []
    for place, letters, _ in _windows(found):
        if letters in several:
            several[letters].append(place)
    for places in several.values():
        forms = {written(found[number][start:end]) for number, start, end in places}
        if _is_name(forms) and not _are_several(found, places):
            yield places


def _windows(found: Sequence[Chain]) -> Iterator[tuple[_Place, str, Sequence[Part]]]:
    """All parts of all chains that may be a name, with their letters."""
    for number, chain in enumerate(found):
        for start in range(len(chain)):
            letters = ""
            for end in range(start + 1, min(start + _MAX_PARTS, len(chain)) + 1):
                letters += chain[end - 1].letters
                yield (number, start, end), letters, chain[start:end]


def _is_name(forms: set[str]) -> bool:
    if any(all(is_common(atom) for atom in re.split("[ -]", form)) for form in forms):
        return False
    without_hyphens = {form.replace("-", " ") for form in forms}
    return len(without_hyphens) > 1 or not without_hyphens.pop().endswith(_PEOPLE)


def is_common(word: str) -> bool:
    """Whether a word is in the dictionary, however it is written here; "I'm" is because "I" is."""
    plain = word.lower().partition("'")[0]
    return plain in common_words() or plain in FUNCTION_WORDS


def is_no_name(word: str) -> bool:
    """Whether a capitalized word before a name is not part of it: a title, or the beginning of a sentence."""
    return word.lower() in _titles() or is_common(word)


@cache
def _titles() -> frozenset[str]:
    return frozenset(row[0].lower() for row in rows("refluent.consistency", "titles.txt"))


def _are_several(found: Sequence[Chain], places: Sequence[_Place]) -> bool:
    """Whether a single word belongs to different people, by the other words of their names.

    "Maria Smith" and "María García" are two; "President Erdogan" and "Recep Erdoğan" may be one.
    """
    if any(end - start > 1 for _, start, end in places):
        return False
    sides: dict[str, tuple[set[str], set[str]]] = {}
    for number, start, end in places:
        chain = found[number]
        left, right = sides.setdefault(chain[start].text, (set(), set()))
        left.update(part.text for part in chain[max(0, start - 1) : start] if not is_no_name(part.text))
        right.update(part.text for part in chain[end : end + 1])
    return any(_are_apart(words) for words in zip(*sides.values(), strict=True))


def _are_apart(sets: Sequence[set[str]]) -> bool:
    return all(sets) and len(set().union(*sets)) == sum(map(len, sets))


def _holds(place: _Place, reported: set[_Place]) -> bool:
    number, first, last = place
    return any(
        (number, start, end) in reported
        for start in range(first, last)
        for end in range(start + 1, last + 1)
        if (start, end) != (first, last)
    )


def _widened(found: Sequence[Chain], places: Sequence[_Place]) -> list[_Place]:
    """The places with the words around them that are the same everywhere: "Jae-myung" -> "Lee Jae-myung"."""
    current = list(places)
    while True:
        left = {found[n][start - 1].text if start else "" for n, start, _ in current}
        right = {found[n][end].text if end < len(found[n]) else "" for n, _, end in current}
        if len(left) == 1 and "" not in left:
            current = [(n, start - 1, end) for n, start, end in current]
        elif len(right) == 1 and "" not in right:
            current = [(n, start, end + 1) for n, start, end in current]
        else:
            return current
