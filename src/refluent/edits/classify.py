"""The kind of one edit, from its words alone: closed word lists and simple morphology, no parser.

White space, casing and punctuation count only where no word changes. Then words are aligned, each change gets
a kind, and an edit whose changes are of different kinds is a rewording.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from refluent.edits.lexicon import word_class
from refluent.edits.morphology import form_change, is_respelling, is_typo
from refluent.edits.units import FUNCTION_WORDS
from refluent.text.align import align
from refluent.text.tokens import tokenize
from refluent.types import Category, Span

__all__ = ["classify"]

# Symbols that are read aloud, unlike punctuation.
_SPOKEN_SYMBOLS = frozenset("%$€£¥&+=°#@")
# Function words that may come or go while the others change their order.
_MAX_MOVE_CHANGES = 2
# Longest replacement, in words on either side, that is a choice of words rather than a rewording.
_MAX_CHOICE_WORDS = 2


def classify(source: str, span: Span, replacement: str) -> Category:
    """The kind of change that puts a replacement in a range of a text.

    >>> classify("He go home.", Span(3, 5), "goes").value
    'agreement'
    """
    start, end = _whole_words(source, span, replacement)
    old = source[start:end]
    new = f"{source[start : span.start]}{replacement}{source[span.end : end]}"
    joined_old, joined_new = "".join(old.split()), "".join(new.split())
    if joined_old == joined_new:
        return Category.SPACING
    if joined_old.lower() == joined_new.lower():
        return Category.CASING if len(old.split()) == len(new.split()) else Category.SPACING
    old_words, new_words = _words(old), _words(new)
    if old_words == new_words or "".join(old_words) == "".join(new_words):
        return Category.PUNCTUATION
    if _is_moved(old_words, new_words):
        return Category.WORD_ORDER
    kinds = set(_changes(old_words, new_words))
    return kinds.pop() if len(kinds) == 1 else Category.REWORDING


def _whole_words(source: str, span: Span, replacement: str) -> tuple[int, int]:
    """The range, extended to whole words where it begins or ends inside one: "go|es"."""
    start, end = span.start, span.end
    changed = source[start:end] or replacement
    if changed[:1].isalnum() or replacement[:1].isalnum():
        while start > 0 and source[start - 1].isalnum():
            start -= 1
    if changed[-1:].isalnum() or replacement[-1:].isalnum():
        while end < len(source) and source[end].isalnum():
            end += 1
    return start, end


def _words(text: str) -> list[str]:
    return [
        token.text.lower().replace("’", "'")
        for token in tokenize(text)
        if token.text[0].isalnum() or token.text[0] == "_" or token.text in _SPOKEN_SYMBOLS
    ]


def _is_moved(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether the same words stand in another order, give or take a function word: "car red" -> "red car"."""
    if sorted(old) == sorted(new):
        return True
    content_old = [word for word in old if word not in FUNCTION_WORDS]
    content_new = [word for word in new if word not in FUNCTION_WORDS]
    if content_old == content_new or sorted(content_old) != sorted(content_new):
        return False
    left, right = Counter(old), Counter(new)
    return ((left - right) + (right - left)).total() <= _MAX_MOVE_CHANGES


def _changes(old: Sequence[str], new: Sequence[str]) -> Iterator[Category]:
    for change in align(old, new):
        removed = old[change.source_start : change.source_end]
        added = new[change.target_start : change.target_end]
        yield from _of_change(removed, added)


def _of_change(removed: Sequence[str], added: Sequence[str]) -> set[Category]:
    """The kinds of one change of words next to each other."""
    kind = _of_function_words(removed, added)
    if kind is not None:
        return {kind}
    if not added:
        return {Category.DELETION}
    if not removed:
        return {Category.INSERTION}
    if _is_verb_group(removed, added):
        return {Category.TENSE}
    is_choice = max(len(removed), len(added)) <= _MAX_CHOICE_WORDS
    if len(removed) == len(added):
        pairs = _of_pairs(removed, added)
        return pairs if is_choice or Category.WORD_CHOICE not in pairs else {Category.REWORDING}
    for name, kind in (("article", Category.ARTICLE), ("preposition", Category.PREPOSITION)):
        left = [word for word in removed if word not in word_class(name)]
        right = [word for word in added if word not in word_class(name)]
        pairs = _of_pairs(left, right) if len(left) == len(right) else set()
        # "book" -> "the books"; but "carry out" -> "perform" is one choice.
        if pairs and Category.WORD_CHOICE not in pairs:
            return pairs | {kind}
    return {Category.WORD_CHOICE if is_choice else Category.REWORDING}


def _of_function_words(removed: Sequence[str], added: Sequence[str]) -> Category | None:
    """The kind of a change among articles, prepositions or auxiliaries alone."""
    words = {*removed, *added}
    articles = word_class("article")
    is_swap = len(removed) == len(added) == 1 and words & articles
    if words <= articles or (is_swap and words <= articles | word_class("determiner")):
        return Category.ARTICLE
    if words <= word_class("preposition"):
        return Category.PREPOSITION
    if not (removed and added) and words <= word_class("auxiliary"):
        return Category.TENSE
    return None


def _is_verb_group(removed: Sequence[str], added: Sequence[str]) -> bool:
    """Whether one verb changes its auxiliaries, perhaps its form: "was go" -> "went", "to go" -> "going"."""
    auxiliaries = word_class("auxiliary") | {"to"}
    left = [word for word in removed if word not in auxiliaries]
    right = [word for word in added if word not in auxiliaries]
    if len(left) == len(removed) and len(right) == len(added):
        return False
    if not left and not right:
        return len(removed) != len(added)
    return len(left) == len(right) == 1 and (left == right or form_change(left[0], right[0]) is not None)


def _of_pairs(removed: Sequence[str], added: Sequence[str]) -> set[Category]:
    return {_of_pair(old, new) for old, new in zip(removed, added, strict=True) if old != new}


def _of_pair(old: str, new: str) -> Category:
    kind = _of_function_words([old], [new])
    if kind is not None:
        return kind
    if is_respelling(old, new):
        return Category.SPELLING
    return form_change(old, new) or (Category.SPELLING if is_typo(old, new) else Category.WORD_CHOICE)
