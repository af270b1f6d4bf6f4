"""Marks of another script, marks written twice, and hyphens that stand for dashes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from refluent.text.rules.change import Change
from refluent.text.wordlists import words

__all__ = ["dash_between_clauses", "doubled_punctuation", "full_width_punctuation"]

_MARKS = dict(zip("，、。．；：？！（）％", ",,..;:?!()%", strict=True))
_FULL_WIDTH = re.compile(rf"(?<![ ])[ ]*(?P<mark>[{''.join(_MARKS)}])[ ]*")
# Han, kana, hangul and other full-width characters: there the marks are at home.
_EAST_ASIAN = re.compile(
    r"[\u1100-\u11ff\u2e80-\u2fff\u3003-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc]"
)
_FOREIGN_BRACKET = re.compile(rf"{_EAST_ASIAN.pattern}[（）]|[（）]{_EAST_ASIAN.pattern}")
_DOUBLED = (
    (re.compile(r"(?<=[\w)\"”’]),(?:[ ]?,)+(?=[ ]|$)"), ","),
    (re.compile(r"(?<=[\w)\"”’]),[ ]?\.(?=$|[ ][A-Z])"), "."),
    (re.compile(r"(?<=[a-z][a-z)\"”’])\.(?:[ ]+\.)(?=$|[ ]+[A-Z][a-z ])"), "."),
    (re.compile(r"(?<=[\w)\"”’])!(?:[ ]+!)+(?=$|[ ]+[\"“‘A-Z])"), "!"),
    (re.compile(r"(?<=[\w)\"”’])\?(?:[ ]+\?)+(?=$|[ ]+[\"“‘A-Z])"), "?"),
)
_CLAUSE_DASH = re.compile(r"(?<=[ ])[a-z]{4,}-(?=(?P<right>[A-Z][a-z]+)[ ][a-z]{2,}[ ])")


def full_width_punctuation(line: str) -> Iterator[Change]:
    """Writes marks the English way: "in 2020，prices rose。", not "中国，日本" nor "the sign ，"."""
    has_foreign_brackets = _FOREIGN_BRACKET.search(line) is not None
    for match in _FULL_WIDTH.finditer(line):
        before, after = line[match.start() - 1 : match.start()], line[match.end() : match.end() + 1]
        is_foreign = _EAST_ASIAN.match(before) or _EAST_ASIAN.match(after) or match["mark"] in before + after
        is_quoted = before in tuple("\"“'‘") and after in tuple("\"”'’")
        if is_foreign or is_quoted or (has_foreign_brackets and match["mark"] in "（）"):
            continue
        written = _written(match.group(), match["mark"], before, after)
        if written is not None and written != match.group():
            yield Change(match.start(), match.end(), written)


def doubled_punctuation(line: str) -> Iterator[Change]:
    """Takes away a mark written twice: "prices,, and", "law. .", "so! !", not "...", "?!", "I. . . see"."""
    for pattern, single in _DOUBLED:
        for match in pattern.finditer(line):
            yield Change(match.start(), match.end(), single)


def dash_between_clauses(line: str) -> Iterator[Change]:
    """Writes a dash for a hyphen before a new sentence: "of development-This is why", not "Uni-The"."""
    for match in _CLAUSE_DASH.finditer(line):
        if match["right"].lower() in words("dash_words.txt"):
            dash = "—" if "—" in line else " – " if "–" in line else " - "
            yield Change(match.end() - 1, match.end(), dash)


def _written(found: str, mark: str, before: str, after: str) -> str | None:
    """A full-width mark as English has it, with its spaces; None where that is not sure."""
    plain = _MARKS[mark]
    if plain == "(":
        return " (" if before.isalnum() or before in tuple(",.;:)%") else "("
    if not before:
        return None
    if before.isdigit() and after.isdigit():
        # "3：2", "3．5"; but "1，000" may be a number or two.
        return plain if plain in ":." and found == mark else None
    is_followed = after.isalnum() or after in tuple("\"“'‘($")
    return f"{plain} " if is_followed else plain
