"""Numbers, amounts, dates and times keep their value, unit and order; how they are written may change."""

from __future__ import annotations

from collections.abc import Sequence

from refluent.guards.context import Context, Violation, window
from refluent.text.numbers import Kind
from refluent.text.quantities import Quantity, quantities
from refluent.types import Edit

__all__ = ["check"]


def check(edit: Edit, sentence: str, context: Context) -> Violation | None:
    """Fires if a number is lost, added, changed or swapped with another."""
    source, target = window(edit, sentence)
    before, after = quantities(source), quantities(target)
    lost, added = _unpaired(before, after)
    strict_lost = [quantity for quantity in lost if quantity.kind is not Kind.LOOSE]
    strict_added = [quantity for quantity in added if quantity.kind is not Kind.LOOSE]
    if strict_lost or strict_added:
        lost, added = strict_lost or lost, strict_added or added
    elif not (lost and added):
        # "one" and "both" may come and go, but not turn into each other.
        return _check_order(before, after)
    protected, invented = _words(lost), _words(added)
    if lost and added:
        message = f"{protected} would become {invented}"
    else:
        message = f"{protected} would be lost" if lost else f"{invented} would be added"
    return Violation("numbers", protected, message)


def _unpaired(before: Sequence[Quantity], after: Sequence[Quantity]) -> tuple[list[Quantity], list[Quantity]]:
    """The quantities that have no counterpart on the other side; equal ones pair first."""
    lost, added = list(before), list(after)
    for is_pair in (Quantity.__eq__, Quantity.agrees):
        for quantity in list(lost):
            other = next((other for other in added if is_pair(quantity, other)), None)
            if other is not None:
                lost.remove(quantity)
                added.remove(other)
    return lost, added


def _check_order(before: Sequence[Quantity], after: Sequence[Quantity]) -> Violation | None:
    """Two numbers of one kind must not change places: "from 3% to 5%" is not "from 5% to 3%"."""
    for quantity in before:
        same = [
            [other for other in side if (other.unit, other.kind) == (quantity.unit, quantity.kind)]
            for side in (before, after)
        ]
        if quantity.kind is Kind.LOOSE or len(same[0]) != len(same[1]):
            continue
        if [other.value for other in same[0]] != [other.value for other in same[1]]:
            words = _words(same[0])
            return Violation("numbers", words, f"{words} would change places")
    return None


def _words(quantities: Sequence[Quantity]) -> str:
    return ", ".join(quantity.text for quantity in quantities)
