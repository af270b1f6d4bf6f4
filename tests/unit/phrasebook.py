"""A fake repairer for documents: writes one phrase for another, wherever it stands.

A case file is a document in which everything that is to change is marked ``⟦old⇒new⟧``, in the form in which
it is stored; so the same phrase without a mark (in a link, a comment, an attribute) must stay.
"""

from __future__ import annotations

import re
from functools import cache
from io import BytesIO
from pathlib import Path

from refluent.documents.base import Options
from refluent.documents.registry import documents_of, format_of
from refluent.documents.rewrite import rewrite
from refluent.edits.apply import apply
from refluent.types import Category, Edit, Repair, Span, Status

CASES = Path(__file__).parents[1] / "cases" / "documents"
_MARK = re.compile(r"⟦(.*?)⇒(.*?)⟧", re.DOTALL)


@cache
def phrases() -> dict[str, str]:
    lines = (CASES / "phrases.tsv").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if not line.startswith("#"))


def repair(text: str) -> Repair:
    pattern = "|".join(rf"\b{re.escape(phrase)}\b" for phrase in sorted(phrases(), key=len, reverse=True))
    edits = tuple(
        Edit(
            Span(match.start(), match.end()),
            match[0],
            phrases()[match[0]],
            Category.WORD_CHOICE,
            0.75,
            Status.ACCEPTED,
        )
        for match in re.finditer(pattern, text)
    )
    return Repair(text, apply(text, edits), edits)


def repair_batch(texts: list[str]) -> list[Repair]:
    return [repair(text) for text in texts]


def before(case: bytes) -> bytes:
    return _MARK.sub(lambda match: match[1], case.decode()).encode()


def after(case: bytes) -> bytes:
    return _MARK.sub(lambda match: match[2], case.decode()).encode()


def options_of(path: Path) -> Options:
    if path.suffix == ".ndjson":
        return Options(columns=("translation.en",))
    return Options(subject=path.name, columns=("text",))


def rewritten(name: str, data: bytes, options: Options) -> bytes:
    documents = documents_of(BytesIO(data), format_of(name), options)
    return b"".join(rewrite(document, repair(document.text)).data for document in documents)
