"""He stays he and she stays she; a gender that the sentence does not show is not made up.

A person may become unsaid ("that he had seen" -> "having seen"), but no thing: "he" does not turn into "it".
"""

from __future__ import annotations

from refluent.guards.context import Context, Violation, edited
from refluent.text.lexicon import load
from refluent.types import Edit

__all__ = ["check"]

# A word for a man or woman shows which pronoun is right.
_SHOWS = {"man": "he", "woman": "she"}


def check(edit: Edit, sentence: str, context: Context) -> Violation | None:
    """Fires if a gender appears in the sentence, or gives way to the other one or to a thing."""
    lexicon = load("refluent.guards", "pronouns.txt")
    lost, added = lexicon.changes(sentence, edited(edit, sentence))
    if not added:
        return _check_order(edit)
    shown = {_SHOWS.get(match.name, match.name) for match in lexicon.find(sentence)}
    persons = [match for match in lost if match.name in _SHOWS.values()]
    for match in (match for match in added if match.name not in _SHOWS):
        gone = next((other for other in persons if other.name != match.name), None)
        if gone:
            return Violation("pronouns", gone.text, f"{gone.text!r} would become {match.text!r}")
        if match.name != "it" and match.name not in shown:
            return Violation("pronouns", "", f"{match.text!r} would be added")
    return None


def _check_order(edit: Edit) -> Violation | None:
    """Two persons must not change places: "He told her" is not "She told him"."""
    swapped = load("refluent.guards", "pronouns.txt").swapped(edit.original, edit.replacement)
    persons = [match.text for match in swapped if match.name in _SHOWS.values()]
    if len({match.name for match in swapped if match.name in _SHOWS.values()}) < 2:
        return None
    return Violation("pronouns", ", ".join(persons), f"{', '.join(persons)} would change places")
