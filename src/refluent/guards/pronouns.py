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
    after = edited(edit, sentence)
    lost, added = lexicon.changes(sentence, after)
    shown = {_SHOWS.get(match.name, match.name) for match in lexicon.find(sentence)}
    lost = [match for match in lost if match.name not in _SHOWS]
    for match in (match for match in added if match.name not in _SHOWS):
        gone = next((other for other in lost if other.name != match.name and other.name != "it"), None)
        if gone:
            return Violation("pronouns", gone.text, f"{gone.text!r} would become {match.text!r}")
        if match.name != "it" and match.name not in shown:
            return Violation("pronouns", "", f"{match.text!r} would be added")
    return None
