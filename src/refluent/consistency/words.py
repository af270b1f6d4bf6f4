"""Spellings that word lists know: abbreviations with and without full stops, British and American words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from refluent.consistency.mix import Mix, Usage, mixes
from refluent.consistency.page import Page
from refluent.edits.lexicon import rows, spelling_pairs
from refluent.types import Span

__all__ = ["abbreviations", "expanded", "transatlantic"]

_WORD = re.compile(r"(?<![\w'’-])[a-z]{4,}(?!\w)")
_NEXT_CAPITALS = re.compile(r"[\s,.!?]{1,3}[A-Z]{2,}\b")
_LAST_CAPITALS = re.compile(r"\b[A-Z]{2,}[\s,.!?]{1,3}$")
_PARAGRAPH_END = re.compile(r"[\"'”’)\]]*\s*(?:$|(?<=\n)\s*\n)")
_SPACED_CAPITAL = re.compile(r"[\"'”’)\]]*\s+[\"'“‘(\[]*[A-Z0-9]")
_BRITISH, _AMERICAN = "British spelling", "American spelling"
_MAX_EXAMPLES = 3


@cache
def _things() -> Mapping[str, str]:
    """Abbreviation -> what it stands for."""
    table = rows("refluent.consistency", "abbreviations.tsv")
    return {form: thing for thing, *forms in table for form in forms}


def expanded(text: str) -> str:
    """The text with what its abbreviations stand for."""
    return _abbreviation().sub(lambda match: _things()[match.group()], text)


@cache
def _abbreviation() -> re.Pattern[str]:
    forms = "|".join(map(re.escape, sorted(_things(), key=len, reverse=True)))
    # "US$" is money, "U.S.S." a ship, "US-VISIT" a name.
    return re.compile(rf"(?<![\w.&/])(?<!\ben-)(?:{forms})(?![\w$]|\.\w|-[A-Z]{{2}})")


def abbreviations(page: Page) -> Iterator[Mix]:
    """US beside U.S. and USA."""
    found: dict[str, list[Usage]] = {}
    for match in _abbreviation().finditer(page.own):
        start, end = match.span()
        has_capitals_around = _LAST_CAPITALS.search(page.own[max(0, start - 12) : start])
        # "ABOUT US": capitals say nothing there.
        if not (has_capitals_around or _NEXT_CAPITALS.match(page.own, end)):
            found.setdefault(_things()[match.group()], []).append(Usage(Span(start, end), match.group()))
    for thing, usages in found.items():
        yield from mixes("abbreviations", f"{thing} is abbreviated differently", usages, _abbreviate)


def _abbreviate(page: Page, usage: Usage, form: str) -> str | None:
    """The majority form of the same letters, with the full stop of a sentence where there was one."""
    if usage.form.replace(".", "") != form.replace(".", ""):
        return None
    end = usage.span.end
    if not usage.form.endswith(".") or form.endswith("."):
        # "in the US." has the full stop already.
        return form.removesuffix(".") if page.text[end : end + 1] == "." else form
    if _PARAGRAPH_END.match(page.text, end):
        return f"{form}."
    # "in the U.S. Prices rose": nobody knows whose full stop that is. "Mr. Li" is clear.
    return None if form[-1].isupper() and _SPACED_CAPITAL.match(page.text, end) else form


def transatlantic(page: Page) -> Iterator[Mix]:
    """British beside American spelling; capitalized words may be names and do not count."""
    sides = _sides()
    usages: list[Usage] = []
    waiting: list[tuple[str, Usage]] = []
    words: set[str] = set()
    for match in _WORD.finditer(page.own):
        word = match.group()
        side = sides.get(word)
        if side is None:
            continue
        usage = Usage(Span(match.start(), match.end()), side.form)
        if side.is_evidence:
            usages.append(usage)
        elif side.counterpart:
            waiting.append((side.counterpart, usage))
        words.add(word)
    usages += (usage for counterpart, usage in waiting if counterpart in words)
    yield from mixes(
        "spelling", f"British and American spelling are mixed ({_examples(page, usages)})", usages
    )


def _examples(page: Page, usages: Sequence[Usage]) -> str:
    """The first words of each side."""
    found: dict[str, dict[str, None]] = {}
    for usage in usages:
        found.setdefault(usage.form, {})[usage.span.of(page.text)] = None
    return ", ".join(word for words in found.values() for word in list(words)[:_MAX_EXAMPLES])


class _Side(NamedTuple):
    """What a word says about its text: its side, whether alone, and else beside which counterpart."""

    form: str
    is_evidence: bool
    counterpart: str


@cache
def _sides() -> Mapping[str, _Side]:
    found: dict[str, _Side] = {}
    for british, american, evidence in spelling_pairs():
        # "organise" beside "organize" is a mix; "check" beside "cheque" are two words.
        is_same_word = evidence in ("oxford", "none")
        found[british] = _Side(
            _BRITISH, evidence in ("both", "british", "oxford"), american if is_same_word else ""
        )
        found[american] = _Side(_AMERICAN, evidence in ("both", "american"), british if is_same_word else "")
    return found
