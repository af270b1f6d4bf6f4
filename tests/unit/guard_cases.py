"""Reads tests/cases/guards/*.txt: one case a line, a sentence with its edits in place.

    # must stop
    The group lent [350 billion->35 billion] yuan last year.
    # must pass
    The case of [Wei Xiaobo->Wei Sanlo] is over. | preferred: Wei Xiaobo = Wei Sanlo

After `` | `` stands what the guards know of the document: ``glossary: term, term`` or ``preferred: variant
= majority``. A character that the format needs or that nobody can see is written ``\\u200b``. Other lines
with ``#`` are comments.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from refluent.edits.classify import classify
from refluent.guards.context import Context
from refluent.types import Edit, Span

FOLDER = Path(__file__).resolve().parents[1] / "cases" / "guards"
HEADINGS = {"# must stop": True, "# must pass": False}
EDIT = re.compile(r"\[([^\[\]]*?)->([^\[\]]*?)\]")
ESCAPE = re.compile(r"\\u([0-9a-f]{4})")


@dataclass(frozen=True)
class GuardCase:
    sentence: str
    edits: tuple[Edit, ...]
    context: Context
    must_stop: bool


def unescaped(text: str) -> str:
    return ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)


def read_context(text: str) -> Context:
    name, _, value = text.partition(":")
    if name == "glossary" and value.strip():
        return Context(glossary=tuple(term.strip() for term in value.split(",")))
    variant, is_given, majority = value.partition("=")
    if name == "preferred" and is_given:
        return Context(preferred={variant.strip(): majority.strip()})
    raise ValueError(f"neither 'glossary: term' nor 'preferred: variant = majority': {text!r}")


def read_case(line: str, *, must_stop: bool) -> GuardCase:
    marked, is_given, note = line.partition(" | ")
    if "[" in EDIT.sub("", marked) or not EDIT.search(marked):
        raise ValueError("needs edits written [old->new]")
    sentence = ""
    found: list[tuple[Span, str, str]] = []
    end = 0
    for match in EDIT.finditer(marked):
        sentence += unescaped(marked[end : match.start()])
        old, new = unescaped(match[1]), unescaped(match[2])
        found.append((Span(len(sentence), len(sentence) + len(old)), old, new))
        sentence += old
        end = match.end()
    sentence += unescaped(marked[end:])
    edits = tuple(Edit(span, old, new, classify(sentence, span, new)) for span, old, new in found)
    return GuardCase(sentence, edits, read_context(note) if is_given else Context(), must_stop)


def read_cases(path: Path) -> list[tuple[str, GuardCase]]:
    """Place and case for every case of a file.

    Raises:
        ValueError: a line is no case, or stands before the first heading.
    """
    cases: list[tuple[str, GuardCase]] = []
    heading = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        place = f"{path.name}:{number}"
        if line.startswith("# must") and line not in HEADINGS:
            raise ValueError(f"{place}: {line!r} is no heading; write one of {', '.join(HEADINGS)}")
        if line in HEADINGS:
            heading = line
        elif line.strip() and not line.startswith("#"):
            if not heading:
                raise ValueError(f"{place}: stands before the first heading")
            try:
                cases.append((place, read_case(line, must_stop=HEADINGS[heading])))
            except ValueError as error:
                raise ValueError(f"{place}: {error}") from error
    return cases
