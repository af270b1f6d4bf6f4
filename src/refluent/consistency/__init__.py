"""What is inconsistent in a whole document: names, abbreviations, spelling, quotation marks, numbers, terms.

Every check goes from a `Page` to mixes: one thing written in several forms, with all its places. A mix is
reported as a finding; where one form has a clear majority and the forms mean exactly the same, the other
places can be changed to it. Quotations, code and addresses are never changed, and mostly do not count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from refluent.consistency.misspellings import misspelled_names
from refluent.consistency.mix import Mix
from refluent.consistency.names import chains, name_variants
from refluent.consistency.page import Page, read
from refluent.consistency.quotes import apostrophes, quotation_marks, quotation_pairs
from refluent.consistency.styles import dashes, dates, numbers, percentages
from refluent.consistency.terms import definitions
from refluent.consistency.words import abbreviations, transatlantic
from refluent.guards.context import Context
from refluent.types import Edit, Finding

__all__ = ["CHECKS", "find", "survey", "unify"]


def _names(page: Page) -> Iterator[Mix]:
    found = chains(page)
    yield from name_variants(found)
    yield from misspelled_names(page, found)


CHECKS: tuple[Callable[[Page], Iterator[Mix]], ...] = (
    _names,
    abbreviations,
    definitions,
    transatlantic,
    quotation_marks,
    apostrophes,
    quotation_pairs,
    numbers,
    percentages,
    dates,
    dashes,
)


def find(text: str) -> list[Finding]:
    """The inconsistencies of a text, each with all its places, in order of their first one."""
    page = read(text)
    findings = [mix.finding() for check in CHECKS for mix in check(page)]
    return sorted(findings, key=lambda finding: finding.places)


def unify(text: str) -> list[Edit]:
    """Edits to the majority form, in order, not overlapping, where that is safe."""
    page = read(text)
    edits: list[Edit] = []
    for edit in sorted(
        (edit for check in CHECKS for mix in check(page) for edit in mix.edits(page)),
        key=lambda edit: edit.span,
    ):
        if not (edits and edits[-1].span.overlaps(edit.span)):
            edits.append(edit)
    return edits


def survey(text: str, *, min_confidence: float, glossary: Sequence[str]) -> Context:
    """What guards must know of a document before it is rewritten."""
    page = read(text)
    preferred: dict[str, str] = {}
    for check in (_names, abbreviations):
        for mix in check(page):
            preferred.update(_preferences(mix))
    return Context(min_confidence, tuple(glossary), preferred)


def _preferences(mix: Mix) -> Mapping[str, str]:
    """Each form that is not the majority's, whole and word by word: "Wei Sanlo" and "Sanlo"."""
    best = mix.preferred
    found: dict[str, str] = {}
    for form in {usage.form for usage in mix.usages} - {best} if best else ():
        found[form] = best
        words, others = form.split(), best.split()
        if len(words) == len(others):
            found.update((word, other) for word, other in zip(words, others, strict=True) if word != other)
    return found
