"""Finding the words and phrases of a list in a text.

A list is a text file: a heading ``[name]`` opens a class, each line below is a word or phrase of that class,
``#`` starts a comment. A phrase matches whole words without regard to case; the longest phrase at a place wins.
``N`` in a phrase stands for a number that follows and is not part of the match: ``about N`` finds the "about" of
"about 300", not of "talk about it".
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

__all__ = ["Lexicon", "Match", "load"]

# A digit, with a currency sign or not, or a number word; "a" only before a scale.
_NUMBER = (
    r"(?:(?:US|the )?[^\w\s]?\d|(?:an? )?(?:hundred|thousand|million|billion|dozen|half|third|quarter)\b"
    r"|an? (?:decade|century|year|month|week|day|hour)\b"
    r"|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty"
    r"|seventy|eighty|ninety)\b)"
)


@dataclass(frozen=True)
class Match:
    """One phrase found.

    Attributes:
        name: its class.
        text: as written in the text.
        start: offset of its first character.
        end: offset after its last character.
    """

    name: str
    text: str
    start: int
    end: int


class Lexicon:
    """Phrases by class.

    Args:
        classes: name -> phrases, as `load` reads them.
    """

    def __init__(self, classes: dict[str, list[str]]) -> None:
        self.classes = {name: frozenset(phrases) for name, phrases in classes.items()}
        self._names = {phrase.lower(): name for name, phrases in classes.items() for phrase in phrases}
        before_number = [phrase.removesuffix(" n") for phrase in self._names if phrase.endswith(" n")]
        others = [phrase for phrase in self._names if not phrase.endswith(" n")]
        self._pattern = re.compile(
            rf"(?<!\w)(?:(?P<number>{_alternatives(before_number)})(?=\s+{_NUMBER})|{_alternatives(others)})(?!\w)",
            re.IGNORECASE,
        )

    def find(self, text: str) -> list[Match]:
        """The phrases in a text, in order, none inside another."""
        found = []
        for match in self._pattern.finditer(text.replace("’", "'")):
            written = " ".join(match.group().lower().split()) + (" n" if match["number"] else "")
            found.append(Match(self._names[written], match.group(), match.start(), match.end()))
        return found

    def changes(self, before: str, after: str) -> tuple[list[Match], list[Match]]:
        """The phrases of the classes that became rarer, and of those that became more frequent.

        A class is as frequent as the phrases it has: "nearly 300" for "almost 300" changes nothing.
        """
        old, new = self.find(before), self.find(after)
        rarer = Counter(match.name for match in old) - Counter(match.name for match in new)
        more = Counter(match.name for match in new) - Counter(match.name for match in old)
        return _touched(old, new, rarer), _touched(new, old, more)


def _touched(matches: list[Match], others: list[Match], names: Counter[str]) -> list[Match]:
    """Of each class as many matches as it lost, those first whose wording the other side lacks."""
    kept = Counter((match.name, match.text.lower()) for match in others)
    found: list[Match] = []
    spare: list[Match] = []
    for match in matches:
        key = (match.name, match.text.lower())
        (spare if kept[key] > 0 else found).append(match)
        kept[key] -= 1
    left = Counter(names)
    chosen: list[Match] = []
    for match in [*found, *spare]:
        if left[match.name] > 0:
            left[match.name] -= 1
            chosen.append(match)
    return sorted(chosen, key=lambda match: match.start)


def _alternatives(phrases: list[str]) -> str:
    """A pattern for the longest of some phrases; one that never matches where there are none."""
    longest_first = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return "|".join(r"\s+".join(map(re.escape, phrase.split())) for phrase in longest_first) or r"(?!)"


@lru_cache(maxsize=None)
def load(package: str, name: str) -> Lexicon:
    """The lexicon in file ``data/<name>`` of a package.

    Raises:
        ValueError: a phrase stands before the first heading or in two classes.
    """
    classes: dict[str, list[str]] = {}
    heading = ""
    seen: dict[str, str] = {}
    for number, line in enumerate(
        (files(package) / "data" / name).read_text(encoding="utf-8").splitlines(), 1
    ):
        phrase = line.partition("#")[0].strip()
        if phrase.startswith("["):
            heading = phrase.strip("[]")
            classes.setdefault(heading, [])
        elif phrase:
            key = phrase.lower()
            if not heading or seen.setdefault(key, heading) != heading:
                raise ValueError(f"{name}, line {number}: {phrase!r} has no class or a second one")
            classes[heading].append(phrase)
    return Lexicon(classes)
