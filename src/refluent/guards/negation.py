"""What a sentence denies it must go on denying; "not possible" may become "impossible"."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from refluent.guards.context import Context, Violation, window
from refluent.text.lexicon import Match, load
from refluent.types import Edit

__all__ = ["check"]

_WORD = re.compile(r"(?:non-)?[^\W\d_]+")


def check(edit: Edit, sentence: str, context: Context) -> Violation | None:
    """Fires if the number of denials changes."""
    source, target = window(edit, sentence)
    before, after = _denials(source), _denials(target)
    source_words, target_words = _words(source), _words(target)
    lost, added = source_words - target_words, target_words - source_words
    denied = [word for word in added if _positive(word) in lost]
    undenied = [word for word in lost if _positive(word) in added]
    difference = len(after) + len(denied) - len(before) - len(undenied)
    if difference == 0:
        return None
    if difference < 0:
        protected = _first_of(before, after) or undenied[0]
        return Violation("negation", protected, f"{protected!r} would be lost")
    invented = denied[0] if denied else _first_of(after, before)
    return Violation("negation", "", f"{invented!r} would be added")


def _denials(text: str) -> list[Match]:
    matches = [
        match for match in load("refluent.guards", "negation.txt").find(text) if match.name != "harmless"
    ]
    return [match for place, match in enumerate(matches) if match.name == "negation" or place == 0]


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower()))


def _first_of(matches: list[Match], others: list[Match]) -> str:
    """The first whose wording the other side lacks."""
    known = {match.text.lower() for match in others}
    texts = [match.text for match in matches]
    return next((text for text in texts if text.lower() not in known), texts[-1] if texts else "")


def _positive(word: str) -> str:
    """The word that a negative one denies; empty if it denies none, or counts as a denial itself."""
    if word in load("refluent.guards", "negation.txt").classes["negation"]:
        return ""
    return word.removeprefix("non-") if word.startswith("non-") else _negative_pairs().get(word, "")


@cache
def _negative_pairs() -> dict[str, str]:
    """Negative word -> the word it denies."""
    lines = (
        (files("refluent.guards") / "data" / "negative_pairs.tsv").read_text(encoding="utf-8").splitlines()
    )
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {negative: word for word, negative in rows}
