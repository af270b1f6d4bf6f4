"""The records that travel down the pipeline: frozen, self-checking, and nothing else.

Glossary (used with these meanings in code, flags, JSON and reports):
    source: the English text given to us, usually raw machine translation.
    segment: the unit a model rewrites, mostly one sentence; segments tile the source.
    hypothesis: what an engine proposes for a segment, before the guards.
    edit: one change a person would accept or reject; its span points into the text of the caller.
    repair: the final text with its edits, after the guards.
    finding: a remark about the whole document, with all its places.

All offsets are code points of the caller's text; spans are half-open.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = ["Category", "Edit", "Finding", "Hypothesis", "Repair", "Segment", "Span", "Status"]


@dataclass(frozen=True, order=True)
class Span:
    """A half-open range ``[start, end)`` of code points."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"a span needs 0 <= start <= end, not {self.start}, {self.end}")

    def __len__(self) -> int:
        return self.end - self.start

    def shift(self, offset: int) -> Span:
        """The same range, ``offset`` code points further on."""
        return Span(self.start + offset, self.end + offset)

    def of(self, text: str) -> str:
        """The characters of ``text`` in this range."""
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        """Whether the two ranges share a character, or one is an insertion point inside the other."""
        if self.start == self.end or other.start == other.end:
            return self.start <= other.end and other.start <= self.end
        return self.start < other.end and other.start < self.end


class Category(str, Enum):
    """What kind of change an edit is."""

    ARTICLE = "article"
    PREPOSITION = "preposition"
    AGREEMENT = "agreement"
    TENSE = "tense"
    WORD_ORDER = "word order"
    WORD_CHOICE = "word choice"
    PUNCTUATION = "punctuation"
    SPACING = "spacing"
    CASING = "casing"
    SPELLING = "spelling"
    DELETION = "deletion"
    INSERTION = "insertion"
    REWORDING = "rewording"


class Status(str, Enum):
    """Where an edit stands: proposed by an engine or a rule, then accepted or rejected by the guards."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Edit:
    """One change that a person would accept or reject as a whole.

    Attributes:
        span: the range of the source that is replaced; empty for an insertion.
        original: the characters of the source in ``span``, so that an edit can be read and checked alone.
        replacement: what stands there afterwards; empty for a deletion.
        category: the kind of change.
        confidence: probability in [0, 1] that the edit improves the text.
        status: proposed, accepted or rejected.
        reason: why it was rejected; empty otherwise.
        origin: ``"model"``, or ``"rule:<name>"`` for a deterministic repair.
    """

    span: Span
    original: str
    replacement: str
    category: Category = Category.REWORDING
    confidence: float = 1.0
    status: Status = Status.PROPOSED
    reason: str = ""
    origin: str = "model"

    def __post_init__(self) -> None:
        if len(self.original) != len(self.span):
            raise ValueError(f"the original {self.original!r} does not fill the span {self.span}")
        if self.original == self.replacement:
            raise ValueError(f"an edit must change something: {self.original!r} at {self.span}")
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"confidence must lie in [0, 1], not {self.confidence}")
        if self.reason and self.status is not Status.REJECTED:
            raise ValueError(f"only a rejected edit has a reason, this one is {self.status.value}")


@dataclass(frozen=True)
class Segment:
    """A stretch of the source that is rewritten as one, with its place.

    Attributes:
        text: the characters to rewrite, without the white space around them.
        start: offset of the first character in the source.
        warning: why the segment must be passed through unchanged; empty where it can be rewritten.
    """

    text: str
    start: int
    warning: str = ""

    @property
    def span(self) -> Span:
        """The range of the source that the segment covers."""
        return Span(self.start, self.start + len(self.text))


@dataclass(frozen=True)
class Hypothesis:
    """What an engine proposes for one text.

    Attributes:
        source: the text given to the engine.
        edits: proposed edits, in order, not overlapping; offsets count from the start of ``source``.
    """

    source: str
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True)
class Finding:
    """A remark about the whole document.

    Attributes:
        kind: short name of the check, for instance ``"name variants"``.
        message: what was found, for a person.
        places: every place it was found at, in the source.
        suggestion: the form to use throughout; empty where there is none.
    """

    kind: str
    message: str
    places: tuple[Span, ...]
    suggestion: str = ""


@dataclass(frozen=True)
class Repair:
    """The result for one text.

    Attributes:
        source: the text as given.
        text: the repaired text.
        edits: all edits, accepted and rejected, ordered by span.
        findings: remarks about the whole text.
        warnings: what could not be looked at, and why, for instance a sentence too long for the model.
    """

    source: str
    text: str
    edits: tuple[Edit, ...] = ()
    findings: tuple[Finding, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def accepted(self) -> tuple[Edit, ...]:
        """The edits that are in ``text``."""
        return tuple(edit for edit in self.edits if edit.status is Status.ACCEPTED)

    @property
    def rejected(self) -> tuple[Edit, ...]:
        """The edits that were proposed and not made, each with its reason."""
        return tuple(edit for edit in self.edits if edit.status is Status.REJECTED)
