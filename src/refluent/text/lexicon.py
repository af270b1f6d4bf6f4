"""Finding the words and phrases of a list in a text.

A list is a text file: a heading ``[name]`` opens a class, each line below is a word or phrase of that
class, ``#`` starts a comment. A phrase matches whole words without regard to case; the longest phrase at a
place wins. ``N`` at the end of a phrase stands for a number that follows: ``about N`` finds the "about" of
"about 300", not of "talk about it".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

__all__ = ["Lexicon", "Match", "Word", "load", "vocabulary", "words"]

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[^\w\s]")
# A digit, with a currency sign or not, a number word, or a period of time: "over a year".
_NUMBER = re.compile(
    r"\s+(?:(?:US|the )?[^\w\s]?\d|(?:an? )?(?:hundred|thousand|million|billion|dozen|half|third|quarter)\b"
    r"|an? (?:decade|century|year|month|week|day|hour)\b"
    r"|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty"
    r"|seventy|eighty|ninety)\b)",
    re.IGNORECASE,
)


class Word(NamedTuple):
    """A word or symbol in lower case, with its place."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Match:
    """One phrase found.

    Attributes:
        name: its class.
        text: as written in the text.
    """

    name: str
    text: str


@lru_cache(maxsize=1024)
def words(text: str) -> tuple[Word, ...]:
    """The words and symbols of a text; numbers come in pieces.

    >>> [word.text for word in words("Don’t re-read 3.5")]
    ["don't", 're', '-', 'read', '3', '.', '5']
    """
    return tuple(
        Word(match.group().lower().replace("’", "'"), match.start(), match.end())
        for match in _WORD.finditer(text)
    )


@lru_cache(maxsize=1024)
def vocabulary(text: str) -> frozenset[str]:
    """The different words and symbols of a text, in lower case."""
    return frozenset(_forms(text))


@lru_cache(maxsize=1024)
def _forms(text: str) -> list[str]:
    return _WORD.findall(text.lower().replace("’", "'"))


class Lexicon:
    """Phrases by class.

    Args:
        classes: name -> phrases, as `load` reads them.
    """

    def __init__(self, classes: Mapping[str, Sequence[str]]) -> None:
        self.classes = {name: frozenset(phrases) for name, phrases in classes.items()}
        by_first: dict[str, list[tuple[tuple[str, ...], bool, str]]] = {}
        for name, phrases in classes.items():
            for phrase in phrases:
                parts = tuple(word.text for word in words(phrase.removesuffix(" N")))
                by_first.setdefault(parts[0], []).append((parts, phrase.endswith(" N"), name))
        self._words = frozenset(
            word for found in by_first.values() for parts, _, _ in found for word in parts
        )
        # Longest first; at the same length the one that asks for a number.
        self._phrases = {
            first: sorted(found, key=lambda phrase: (-len(phrase[0]), not phrase[1]))
            for first, found in by_first.items()
        }

    def find(self, text: str) -> list[Match]:
        """The phrases in a text, in order, none inside another."""
        found: list[Match] = []
        if self._phrases.keys().isdisjoint(vocabulary(text)):
            return found
        tokens = words(text)
        end = 0
        for place, token in enumerate(tokens):
            if place < end:
                continue
            for parts, is_before_number, name in self._phrases.get(token.text, ()):
                last = place + len(parts)
                if len(parts) > 1 and tuple(word.text for word in tokens[place:last]) != parts:
                    continue
                if not is_before_number or _NUMBER.match(text, tokens[last - 1].end):
                    found.append(Match(name, text[token.start : tokens[last - 1].end]))
                    end = last
                    break
        return found

    def find_both(self, before: str, after: str) -> tuple[list[Match], list[Match]]:
        """The phrases of two texts; none at all if the words of the list are the same in both."""
        known = self._words
        if [word for word in _forms(before) if word in known] == [
            word for word in _forms(after) if word in known
        ]:
            return [], []
        return self.find(before), self.find(after)

    def changes(self, before: str, after: str) -> tuple[list[Match], list[Match]]:
        """The phrases of the classes that became rarer, and of those that became more frequent.

        A class is as frequent as the phrases it has: "nearly 300" for "almost 300" changes nothing.
        """
        old, new = self.find_both(before, after)
        if old == new:
            return [], []
        counts = [Counter(match.name for match in matches) for matches in (old, new)]
        return _most_telling(old, new, counts[0] - counts[1]), _most_telling(new, old, counts[1] - counts[0])

    def swapped(self, before: str, after: str) -> list[Match]:
        """The phrases of ``before`` if ``after`` has phrases of the same classes in another order.

        >>> Lexicon({"all": ["all"], "some": ["some"]}).swapped("all of some", "some of all")
        [Match(name='all', text='all'), Match(name='some', text='some')]
        """
        old, new = self.find_both(before, after)
        names = [[match.name for match in matches] for matches in (old, new)]
        return old if names[0] != names[1] and sorted(names[0]) == sorted(names[1]) else []


def _most_telling(matches: Sequence[Match], others: Sequence[Match], counts: Counter[str]) -> list[Match]:
    """So many matches of each class, those first whose wording the other side lacks."""
    known = Counter((match.name, match.text.lower()) for match in others)
    chosen: list[Match] = []
    spare: list[Match] = []
    for match in matches:
        key = (match.name, match.text.lower())
        (spare if known[key] > 0 else chosen).append(match)
        known[key] -= 1
    left = Counter(counts)
    kept: list[Match] = []
    for match in [*chosen, *spare]:
        left[match.name] -= 1
        if left[match.name] >= 0:
            kept.append(match)
    return kept


@cache
def load(package: str, name: str) -> Lexicon:
    """The lexicon in file ``data/<name>`` of a package.

    Raises:
        ValueError: a phrase stands before the first heading or in two classes.
    """
    classes: dict[str, list[str]] = {}
    heading = ""
    seen: dict[str, str] = {}
    lines = (files(package) / "data" / name).read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        phrase = line.partition("#")[0].strip()
        if phrase.startswith("["):
            heading = phrase.strip("[]")
            classes.setdefault(heading, [])
        elif phrase:
            if not heading or seen.setdefault(phrase.lower(), heading) != heading:
                raise ValueError(f"{name}, line {number}: {phrase!r} has no class or a second one")
            classes[heading].append(phrase)
    return Lexicon(classes)
