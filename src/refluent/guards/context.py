"""What every guard is given beside the edit and its sentence, what it gives back, and what several need."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from refluent.edits.morphology import form_change, is_respelling
from refluent.text.lexicon import load
from refluent.types import Edit

__all__ = ["Context", "Violation", "content_changes", "edited", "window"]

# "develop" and "development" share so many letters, and all but so many of the shorter one.
_STEM_LETTERS = 5
_ENDING_LETTERS = 2
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


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
        """The reason as a report has it, for instance ``numbers: 350 billion would become 35 billion``."""
        return f"{self.guard}: {self.message}"


def edited(edit: Edit, sentence: str) -> str:
    """The sentence with this one edit made."""
    return sentence[: edit.span.start] + edit.replacement + sentence[edit.span.end :]


def window(edit: Edit, sentence: str, *, reach: int = 60) -> tuple[str, str]:
    """The surroundings of an edit before and after it is made: whole words, at least ``reach`` characters.

    Enough for whatever reads a phrase and not the sentence. Both are cut at the same places and differ only
    by the edit.
    """
    start = sentence.rfind(" ", 0, max(0, edit.span.start - reach)) + 1
    end = sentence.find(" ", min(len(sentence), edit.span.end + reach))
    end = len(sentence) if end < 0 else end
    head, tail = sentence[start : edit.span.start], sentence[edit.span.end : end]
    return head + edit.original + tail, head + edit.replacement + tail


def content_changes(
    before: str, after: str, *, free: Sequence[str] = ("grammar", "pronoun")
) -> tuple[list[str], list[str]]:
    """The words with a meaning that ``before`` loses and ``after`` adds; forms of a word are that word.

    Args:
        before: words as they are.
        after: words as they would be.
        free: classes of ``data/grammar_words.txt`` that do not count.
    """
    classes = load("refluent.guards", "grammar_words.txt").classes
    ignored = frozenset().union(*(classes[name] for name in free))
    lost, added = _content(before, ignored), _content(after, ignored)
    for is_same in (str.__eq__, _is_form):
        for word in list(lost):
            other = next((other for other in added if is_same(word, other)), None)
            if other is not None:
                lost.remove(word)
                added.remove(other)
    return lost, added


def _content(text: str, ignored: frozenset[str]) -> list[str]:
    words = [word.replace("’", "'").removesuffix("'s") for word in _WORD.findall(text.lower())]
    return [word for word in words if word not in ignored]


def _is_form(word: str, other: str) -> bool:
    """Whether two lower-case words are forms, spellings or derivations of one: develop, development."""
    if form_change(word, other) is not None or is_respelling(word, other):
        return True
    shared = next(
        (place for place, (left, right) in enumerate(zip(word, other, strict=False)) if left != right),
        min(len(word), len(other)),
    )
    return shared >= _STEM_LETTERS and shared >= min(len(word), len(other)) - _ENDING_LETTERS
