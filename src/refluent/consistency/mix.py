"""One thing written in several forms: the forms with their places, and what to do about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from refluent.consistency.page import Page
from refluent.edits.classify import classify
from refluent.types import Edit, Finding, Span

__all__ = ["Mix", "Usage", "majority", "mixes"]

ORIGIN = "rule:consistency"
# A form is the document's own where it is at least this many times as frequent as the next.
_CLEAR = 2


@dataclass(frozen=True)
class Usage:
    """One place and the form it has."""

    span: Span
    form: str


@dataclass(frozen=True)
class Mix:
    """A thing that a document writes in several forms.

    Attributes:
        kind: name of the check.
        subject: what is written differently, for a person.
        usages: every place, in order.
        rewrite: what to write at a place to have the majority form there, None for as it is; without it the
            forms are not safe to exchange.
    """

    kind: str
    subject: str
    usages: tuple[Usage, ...]
    rewrite: Callable[[Page, Usage, str], str | None] | None = None

    @property
    def preferred(self) -> str:
        """The form of a clear majority, or nothing."""
        return majority(usage.form for usage in self.usages)

    def finding(self) -> Finding:
        """The remark to report."""
        counts = Counter(usage.form for usage in self.usages)
        ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        forms = ", ".join(f"{form} ({count})" for form, count in ranked)
        places = tuple(usage.span for usage in self.usages)
        suggestion = self.preferred if len(counts) > 1 else ""
        return Finding(self.kind, f"{self.subject}: {forms}", places, suggestion)

    def edits(self, page: Page) -> Iterator[Edit]:
        """The changes to the majority form, where it is safe and the author's own text."""
        preferred = self.preferred
        if self.rewrite is None or not preferred:
            return
        for usage in self.usages:
            if usage.form == preferred or not page.is_own(usage.span):
                continue
            replacement = self.rewrite(page, usage, preferred)
            original = usage.span.of(page.text)
            if replacement is not None and replacement != original:
                category = classify(page.text, usage.span, replacement)
                yield Edit(usage.span, original, replacement, category, origin=ORIGIN)


def majority(forms: Iterable[str]) -> str:
    """The form that more than half of the places have, at least twice as many as the next, or nothing.

    >>> majority(["US", "U.S.", "US"]), majority(["US", "U.S."])
    ('US', '')
    """
    counts = Counter(forms)
    if not counts:
        return ""
    (form, count), *others = counts.most_common()
    is_clear = 2 * count > counts.total() and all(count >= _CLEAR * other for _, other in others)
    return form if is_clear else ""


def mixes(
    kind: str,
    subject: str,
    usages: Sequence[Usage],
    rewrite: Callable[[Page, Usage, str], str | None] | None = None,
) -> Iterator[Mix]:
    """A mix, if the usages have more than one form."""
    if len({usage.form for usage in usages}) > 1:
        yield Mix(kind, subject, tuple(sorted(usages, key=lambda usage: usage.span)), rewrite)
