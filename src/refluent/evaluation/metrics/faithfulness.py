"""What must survive a repair: numbers, names, negation, placeholders.

The checks are deliberately simple and share no code with the guards, so that a broken guard shows here. A
fact of the source must be in the repair if every reference kept it; where a reference reads differently, so
may a system. A fact is invented if neither the source nor any reference has it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from importlib import resources

import numpy as np

from refluent.evaluation.metrics.base import Array, Measure, ratio
from refluent.evaluation.suite import Example

__all__ = ["Faithfulness"]

Facts = Counter[str]

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_GROUPS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_WORD = re.compile(r"[^\W\d_][\w-]*(?:['’](?!s\b)\w+)?")
# Where a capital says nothing: at the start, after the end of a sentence, a colon, a quote or a bracket.
_SENTENCE_START = re.compile(r"(?:^|[.!?:…][\"'”’)\]]*\s+|[\"“‘(\[]\s*)$")
_PLACEHOLDER = re.compile(
    r"https?://[^\s<>\"]*[^\s<>\".,;:!?)]"  # https://example.org/a
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # info@example.org
    r"|%\(\w+\)[sd]|%\d*\$?[sd]\b"  # %s, %1$s, %(name)s
    r"|[%$]?\{\{?[\w.:]*\}?\}"  # {name}, {{name}}, %{name}, {0}
    r"|</?\w[^<>]*>"  # <b>, </b>
    r"|\[\[\w+\]\]|__\w+__"  # [[NAME]], __NAME__
)


@cache
def _negations() -> frozenset[str]:
    text = resources.files(__package__).joinpath("negations.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


def _numbers(text: str) -> Facts:
    """Numbers in digits, without separators of thousands: 350,000 is 350000."""
    return Counter(_GROUPS.sub("", number) for number in _NUMBER.findall(_PLACEHOLDER.sub(" ", text)))


def _words(text: str) -> Facts:
    return Counter(_WORD.findall(text))


def _names(text: str) -> Facts:
    """Capitalized words inside a sentence, which are names far more often than not."""
    found: Facts = Counter()
    for match in _WORD.finditer(text):
        word = match.group()
        if word[0].isupper() and word != "I" and word[:2] not in {"I'", "I’"}:
            found[word] += not _SENTENCE_START.search(text[: match.start()])
    return +found


def _placeholders(text: str) -> Facts:
    return Counter(_PLACEHOLDER.findall(text))


def _n_negations(text: str) -> int:
    words = [match.group().lower().replace("’", "'") for match in _WORD.finditer(text)]
    return sum(word in _negations() or word.endswith("n't") for word in words)


def _required(
    example: Example, find: Callable[[str], Facts], find_again: Callable[[str], Facts] | None = None
) -> Facts:
    """Facts of the source that every reference kept."""
    facts = find(example.source)
    for reference in example.references if facts else ():
        facts &= (find_again or find)(reference)
    return facts


class Faithfulness:
    """Shares of facts that survived.

    Statistics: numbers, names and placeholders, each required and kept; segments with a negation, and those
    with the right number of them; segments, and those in which nothing was lost or invented.
    """

    measures = (
        Measure("numbers_kept", "numbers kept", "share of the figures that survive", "share"),
        Measure("names_kept", "names kept", "share of the capitalized names that survive", "share"),
        Measure(
            "placeholders_kept", "placeholders kept", "share of placeholders, addresses, markup", "share"
        ),
        Measure("negation_kept", "negation kept", "share of negated segments still negated as much", "share"),
        Measure("faithful", "faithful", "share of segments with no such fact lost or invented", "share"),
    )
    size = 10

    def count(self, hypothesis: str, example: Example) -> Sequence[float]:
        """Required and kept facts of each kind, negation, and whether all is well."""
        kinds = (
            (_required(example, _numbers), _numbers(hypothesis)),
            (_required(example, _names, _words), _words(hypothesis)),
            (_required(example, _placeholders), _placeholders(hypothesis)),
        )
        statistics: list[float] = []
        for required, present in kinds:
            statistics += required.total(), (required & present).total()
        counts = [_n_negations(text) for text in (example.source, *example.references)]
        n_negations = _n_negations(hypothesis)
        is_negated = max(*counts, n_negations) > 0
        is_negation_kept = min(counts) <= n_negations <= max(counts)
        is_complete = statistics[::2] == statistics[1::2]
        is_faithful = is_complete and is_negation_kept and not _invented(hypothesis, example)
        return (*statistics, is_negated, is_negated and is_negation_kept, 1.0, is_faithful)

    def score(self, totals: Array) -> Array:
        """Shares in [0, 1]."""
        return np.stack([ratio(totals[..., n + 1], totals[..., n]) for n in range(0, self.size, 2)], axis=-1)

    def signature(self, n_references: int) -> str:
        """References, and which facts are required."""
        count = "var" if n_references < 0 else n_references
        return f"faithfulness|nrefs:{count}|facts:in all references"


def _invented(hypothesis: str, example: Example) -> bool:
    """Whether there is a number, name or placeholder that neither the source nor a reference has."""
    if hypothesis == example.source:
        return False
    known = "\n".join((example.source, *example.references))
    known_words = {word.lower() for word in _words(known)}
    return bool(
        _numbers(hypothesis).keys() - _numbers(known).keys()
        or _placeholders(hypothesis).keys() - _placeholders(known).keys()
        or {name.lower() for name in _names(hypothesis)} - known_words
    )
