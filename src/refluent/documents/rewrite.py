"""From a document and its repair to the new file, with the proof that it shows exactly the repaired text.

The proof is to read the file again. What a format cannot hold, such as a full stop that turns a line of
Markdown into a list item, is found by it, and the edits of that block are rejected.
"""

from __future__ import annotations

from dataclasses import dataclass

from refluent.documents.base import Document
from refluent.documents.codes import changes_of, fit, reject
from refluent.errors import DocumentError
from refluent.types import Edit, Repair

__all__ = ["Rewritten", "rewrite"]


@dataclass(frozen=True)
class Rewritten:
    """A new file.

    Attributes:
        repair: what was really done; the edits that had no place are rejected.
        data: the file.
    """

    repair: Repair
    data: bytes


def rewrite(document: Document, repair: Repair) -> Rewritten:
    """The file of a document with the accepted edits of a repair.

    Raises:
        DocumentError: the encoding lacks a character, or the proof fails whatever is left out.
    """
    repair = fit(document, repair)
    for _ in range(2):
        changes = changes_of(document, repair.edits)
        data = document.build(changes)
        wrong = _wrong(document, repair, data) if changes else {}
        if not wrong:
            return Rewritten(repair, data)
        repair = reject(repair, wrong)
    raise DocumentError("cannot be rewritten without harm to its structure", remedy="it is left as it is")


def _wrong(document: Document, repair: Repair, data: bytes) -> dict[Edit, str]:
    """The edits of the blocks that the new file does not show as it should."""
    if document.reread is None:
        return {}
    again = document.reread(data)
    if again.text == repair.text:
        return {}
    wanted, found = repair.text.split("\n\n"), again.text.split("\n\n")
    is_apart = len(wanted) == len(found) == document.text.count("\n\n") + 1
    wrong = (
        {number for number in range(len(wanted)) if wanted[number] != found[number]} if is_apart else set()
    )
    reason = "cannot be stored in this format"
    return {
        edit: reason
        for edit in repair.accepted
        if not wrong or document.text.count("\n\n", 0, edit.span.start) in wrong
    }
