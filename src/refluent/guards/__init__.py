"""What an edit must not change: one check per module, and the review that gives every edit its status.

A guard is a function ``check(edit, sentence, context)`` that gives a `Violation` or None, knows no other
guard and can be tested alone. `GUARDS` lists them in the order in which they are asked; the first that
fires gives the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from refluent.guards import (
    brackets,
    codes,
    content,
    directions,
    glossary,
    hedges,
    length,
    modality,
    names,
    negation,
    numbers,
    pronouns,
    quantifiers,
    quotations,
    spacing,
)
from refluent.guards.context import Context, Violation
from refluent.types import Category, Edit, Span, Status

__all__ = ["GUARDS", "Guard", "review"]

Guard = Callable[[Edit, str, Context], Violation | None]

GUARDS: Mapping[str, Guard] = {
    "codes": codes.check,
    "glossary": glossary.check,
    "numbers": numbers.check,
    "names": names.check,
    "spacing": spacing.check,
    "negation": negation.check,
    "modality": modality.check,
    "directions": directions.check,
    "quantifiers": quantifiers.check,
    "hedges": hedges.check,
    "pronouns": pronouns.check,
    "quotations": quotations.check,
    "brackets": brackets.check,
    "length": length.check,
    "content": content.check,
}

# Limits of one edit; a sentence with many small repairs may well have many words replaced.
_SINGLY = frozenset({"content"})


def review(sentence: str, edits: Sequence[Edit], context: Context) -> list[Edit]:
    """Every edit with its status and, if rejected, the reason; in the order given.

    An edit is rejected if it is not sure enough, overlaps a surer one, or trips a guard. One that trips a
    guard alone and none together with another is half of a move: both are made, or none. Of edits that are
    harmless one by one and not together, the least sure are dropped.
    """
    reasons: dict[int, str] = {}
    for place, edit in enumerate(edits):
        if edit.confidence < context.min_confidence:
            reasons[place] = f"confidence {edit.confidence:.2f} is below {context.min_confidence:.2f}"
    surest_first = sorted(range(len(edits)), key=lambda place: (-edits[place].confidence, edits[place].span))
    chosen: list[int] = []
    for place in surest_first:
        if place in reasons:
            continue
        if any(edits[place].span.overlaps(edits[other].span) for other in chosen):
            reasons[place] = "overlaps an edit that is surer"
        else:
            chosen.append(place)
    reasons |= _violations(sentence, edits, sorted(chosen, key=lambda place: edits[place].span), context)
    return [_judged(edit, reasons.get(place, "")) for place, edit in enumerate(edits)]


def _judged(edit: Edit, reason: str) -> Edit:
    return replace(edit, status=Status.REJECTED if reason else Status.ACCEPTED, reason=reason)


def _violations(
    sentence: str, edits: Sequence[Edit], places: Sequence[int], context: Context
) -> dict[int, str]:
    """Reasons against edits, by place; ``places`` are in the order of the sentence and do not overlap."""
    reasons: dict[int, str] = {}
    for place in places:
        if violation := _first_violation(edits[place], sentence, context):
            reasons[place] = str(violation)
    moves: list[list[int]] = []
    for place in list(reasons):
        nearest = sorted(places, key=lambda other: abs(places.index(other) - places.index(place)))
        taken = {taken for move in moves for taken in move}
        for other in nearest:
            pair = sorted((place, other), key=lambda each: edits[each].span)
            if other != place and not taken & {place, other} and _is_move(edits, pair, sentence, context):
                moves.append(pair)
                break
    moved = {place for move in moves for place in move}
    reasons = {place: reason for place, reason in reasons.items() if place not in moved}
    units = [*moves, *([place] for place in places if place not in reasons and place not in moved)]
    return reasons | _combined_violations(sentence, edits, units, context)


def _is_move(edits: Sequence[Edit], places: Sequence[int], sentence: str, context: Context) -> bool:
    """Whether two edits, one of which trips a guard, do no harm together: what one cuts the other pastes."""
    pair = [edits[place] for place in places]
    if _first_violation(_joined(pair, sentence), sentence, context):
        return False
    cut, pasted = (
        " ".join(texts) for texts in zip(*((edit.original, edit.replacement) for edit in pair), strict=True)
    )
    if cut == pasted:
        return True
    # What stands between them gives no allowance.
    together = Edit(Span(0, len(cut)), cut, pasted)
    return not any(GUARDS[name](together, cut, context) for name in _SINGLY)


def _combined_violations(
    sentence: str, edits: Sequence[Edit], units: list[list[int]], context: Context
) -> dict[int, str]:
    """Reasons against edits that are harmless alone: the surest are made as long as the sentence holds."""

    def violation(chosen: list[list[int]]) -> Violation | None:
        places = sorted((place for unit in chosen for place in unit), key=lambda place: edits[place].span)
        whole = _joined([edits[place] for place in places], sentence)
        return _first_violation(whole, sentence, context, leave_out=_SINGLY)

    if len(units) < 2 or not violation(units):
        return {}
    reasons: dict[int, str] = {}
    kept: list[list[int]] = []
    for unit in sorted(units, key=lambda unit: (-_confidence(unit, edits), edits[unit[0]].span)):
        if found := violation([*kept, unit]):
            reasons |= dict.fromkeys(unit, f"together with other edits, {found}")
        else:
            kept.append(unit)
    return reasons


def _confidence(places: Sequence[int], edits: Sequence[Edit]) -> float:
    return min(edits[place].confidence for place in places)


def _first_violation(
    edit: Edit, sentence: str, context: Context, *, leave_out: frozenset[str] = frozenset()
) -> Violation | None:
    for name, check in GUARDS.items():
        if name not in leave_out and (violation := check(edit, sentence, context)):
            return violation
    return None


def _joined(edits: Sequence[Edit], sentence: str) -> Edit:
    """One edit that does what several do, from the first to the last."""
    if len(edits) == 1:
        return edits[0]
    span = Span(edits[0].span.start, edits[-1].span.end)
    pieces: list[str] = []
    end = span.start
    for edit in edits:
        pieces += sentence[end : edit.span.start], edit.replacement
        end = edit.span.end
    categories = {edit.category for edit in edits}
    category = categories.pop() if len(categories) == 1 else Category.REWORDING
    return Edit(span, span.of(sentence), "".join(pieces), category, min(edit.confidence for edit in edits))
