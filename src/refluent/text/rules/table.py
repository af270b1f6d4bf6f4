"""All rules, in the order in which they are asked: where two meet, the earlier one is made first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from refluent.text.rules import articles, casing, encoding, phrases, punctuation, repeats, spacing
from refluent.text.rules.change import Change
from refluent.types import Category

__all__ = ["RULES", "Rule"]


@dataclass(frozen=True)
class Rule:
    """What a rule does and how sure it is.

    Attributes:
        find: the changes it proposes in one line.
        category: the kind of change.
        confidence: of its edits, in [0, 1].
    """

    find: Callable[[str], Iterator[Change]]
    category: Category
    confidence: float


RULES = {
    "mojibake": Rule(encoding.mojibake, Category.SPELLING, 0.98),
    "full_width_punctuation": Rule(punctuation.full_width_punctuation, Category.PUNCTUATION, 0.97),
    "space_at_apostrophe": Rule(spacing.space_at_apostrophe, Category.SPACING, 0.98),
    "doubled_word": Rule(repeats.doubled_word, Category.DELETION, 0.97),
    "doubled_punctuation": Rule(punctuation.doubled_punctuation, Category.PUNCTUATION, 0.96),
    "dash_between_clauses": Rule(punctuation.dash_between_clauses, Category.PUNCTUATION, 0.93),
    "space_after_sentence": Rule(spacing.space_after_sentence, Category.SPACING, 0.98),
    "space_after_comma": Rule(spacing.space_after_comma, Category.SPACING, 0.98),
    "space_before_punctuation": Rule(spacing.space_before_punctuation, Category.SPACING, 0.97),
    "space_inside_brackets": Rule(spacing.space_inside_brackets, Category.SPACING, 0.97),
    "space_inside_quotes": Rule(spacing.space_inside_quotes, Category.SPACING, 0.96),
    "space_around_brackets": Rule(spacing.space_around_brackets, Category.SPACING, 0.96),
    "space_around_quotes": Rule(spacing.space_around_quotes, Category.SPACING, 0.95),
    "capital_after_sentence": Rule(casing.capital_after_sentence, Category.CASING, 0.95),
    "article_by_sound": Rule(articles.article_by_sound, Category.ARTICLE, 0.97),
    "phrase": Rule(phrases.phrase, Category.REWORDING, 0.95),
}
