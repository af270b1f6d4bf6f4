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
    before, after = map(_denials, load("refluent.guards", "negation.txt").find_both(*window(edit, sentence)))
    old, new = map(_words, window(edit, sentence, reach=0))
    denied = sorted(word for word in new - old if _positive(word) in old - new)
    undenied = sorted(word for word in old - new if _positive(word) in new - old)
    difference = len(after) + len(denied) - len(before) - len(undenied)
    if difference == 0:
        return None
    if difference < 0:
        protected = _first_of(before, after) or undenied[0]
        return Violation("negation", protected, f"{protected!r} would be lost")
    invented = denied[0] if denied else _first_of(after, before)
    return Violation("negation", "", f"{invented!r} would be added")


def _denials(found: list[Match]) -> list[Match]:
    """The matches that deny; "nor" does only where nothing before it does."""
    matches = [match for match in found if match.name != "harmless"]
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
    text = (files("refluent.guards") / "data" / "negative_pairs.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {negative: word for word, negative in rows}
