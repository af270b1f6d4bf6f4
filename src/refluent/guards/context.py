"""What every guard is given beside the edit and its sentence, and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from refluent.types import Edit

__all__ = ["Context", "Violation", "edited"]


@dataclass(frozen=True)
class Context:
    """What guards need to know of the whole document and of the user's wishes.

    Attributes:
        min_confidence: edits less sure than this are rejected, in [0, 1].
        glossary: terms that no edit may change.
        preferred: variant spelling of a name in this document -> the document's majority spelling; the one
            change of a name's spelling that is allowed.
    """

    min_confidence: float = 0.0
    glossary: tuple[str, ...] = ()
    preferred: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Violation:
    """Why an edit must not be made.

    Attributes:
        guard: name of the guard that fired.
        protected: the words of the sentence that it protects; empty where the edit would only add something.
        message: what would happen, for a person.
    """

    guard: str
    protected: str
    message: str

    def __str__(self) -> str:
        """The reason as it stands in a report, for instance ``numbers: 350 billion would become 35 billion``."""
        return f"{self.guard}: {self.message}"


def edited(edit: Edit, sentence: str) -> str:
    """The sentence with this one edit made."""
    return sentence[: edit.span.start] + edit.replacement + sentence[edit.span.end :]
