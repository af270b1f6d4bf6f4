"""Spaces that are missing or too many: at punctuation, brackets, quotation marks and apostrophes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from refluent.text.gaps import gaps
from refluent.text.rules.change import Change
from refluent.text.wordlists import words

__all__ = [
    "space_after_comma",
    "space_after_sentence",
    "space_around_brackets",
    "space_around_quotes",
    "space_at_apostrophe",
    "space_before_punctuation",
    "space_inside_brackets",
    "space_inside_quotes",
]

_COMMA = re.compile(
    r"(?<!\S)[\"“‘(]*(?:[^\W\d_]+[-'’])*(?:[^\W\d_]{2,}|\d+%?)[)\"”’]?[,;](?=(?P<right>[a-z]+|I)[ '’])"
)
# A full stop, question or exclamation mark must end a sentence: "the ? operator", ". NET" are names.
_STRAY = re.compile(
    r"(?<=[\w)\]\"'”’%])(?P<space>[ ]+)(?:,(?=[\s\"”’]|$)|;(?=\s|$)"
    r"|[?!](?=$|[\"”’]|[ ]+[\"“‘(]?[A-Z])|\.(?=$|[\"”’]|[ ]+[\"“‘(]?[A-Z]['a-z ]))"
)
_DOTS = re.compile(r"\.[ ]?\.")
_BRACKET = re.compile(r"[()]")
# "(where)as" and "(s)he" are single words.
_AFTER_BRACKET = re.compile(r"(?<=[ ])\((?P<inner>[^()\n]+)\)(?=(?P<right>[a-z]+)[ ,.;])")
_BEFORE_BRACKET = re.compile(
    r"(?<!\S)[\"“]?(?:[^\W\d_]+[-'’])*[^\W\d_]{3,}"
    r"\((?=(?:such as|including|for example|also called|also known|that is|formerly|especially|see the|in the"
    r"|of the|about the|from the|with the|or the|and the|now the)[ ][^()\n]*\))"
)
_NEGATED = re.compile(
    r"\b(?:don|doesn|didn|isn|aren|wasn|weren|hasn|haven|hadn|wouldn|couldn|shouldn|won|can|mustn|needn|mightn|ain)"
    r"(?P<mark>[ ]['’][ ]?|['’][ ])t(?=[ ][a-z]|[,.;?!])",
    re.IGNORECASE,
)
_CLITIC = re.compile(
    r"\b(?P<word>[a-z]+)(?P<mark>[ ]['’][ ]?|['’][ ])(?P<end>m|re|ve|ll|d|s)(?=[ ]\w)", re.IGNORECASE
)
# What is written together with which words.
_CLITICS = {
    **dict.fromkeys(["i"], ("m", "ve", "ll", "d")),
    **dict.fromkeys(["you", "we", "they"], ("re", "ve", "ll", "d")),
    **dict.fromkeys(["he", "she", "it", "that", "there", "what", "who", "here"], ("s", "ll", "d")),
    "let": ("s",),
}
_GENITIVE = re.compile(r"(?<!\S)(?P<left>[^\W\d_]+[a-rt-zA-RT-Z])(?P<mark>[ ]['’]|['’][ ])s(?=[ ][a-z])")


def space_after_sentence(line: str) -> Iterator[Change]:
    """Adds the space after a sentence: "It was done.This shows", not "Node.js", "refluent.text", "U.S.A"."""
    for place in gaps(line):
        yield Change(place - 1, place, line[place - 1] + " ")


def space_after_comma(line: str) -> Iterator[Change]:
    """Adds the space after a comma or semicolon: "new cases,and then", not "add(int,int)", "1,000"."""
    for match in _COMMA.finditer(line):
        if match["right"] == "I" or match["right"] in words("clause_words.txt"):
            yield Change(match.end() - 1, match.end(), line[match.end() - 1] + " ")


def space_before_punctuation(line: str) -> Iterator[Change]:
    """Takes the space away before a mark: "the same , but", not "the ? operator", ".NET", "I . . . see"."""
    for match in _STRAY.finditer(line):
        mark = match.end("space")
        if not _DOTS.match(line, mark):
            yield Change(match.start(), mark + 1, line[mark])


def space_inside_brackets(line: str) -> Iterator[Change]:
    """Takes spaces away inside brackets: "( in 2020 )", not "a )" in a list, ":( see you )", "( )"."""
    for start, end in _bracket_pairs(line):
        first, last = start + 1, end
        while first < last and line[first] == " ":
            first += 1
        while first < last and line[last - 1] == " ":
            last -= 1
        if first == last or line[max(0, start - 1) : start].strip(" \"'“‘"):
            continue
        if first > start + 1:
            yield Change(start, first, "(")
        if last < end:
            yield Change(last, end + 1, ")")


def space_around_brackets(line: str) -> Iterator[Change]:
    """Adds spaces outside brackets: "goods(such as tea)", "(in 2020)and", not "print(x)", "(where)as"."""
    for match in _AFTER_BRACKET.finditer(line):
        is_word = match["inner"].isalpha() and match["inner"].islower()
        if match["right"] in words("clause_words.txt") and not is_word:
            yield Change(match.end() - 1, match.end(), ") ")
    for match in _BEFORE_BRACKET.finditer(line):
        yield Change(match.end() - 1, match.end(), " (")


def space_inside_quotes(line: str) -> Iterator[Change]:
    """Takes spaces away inside quotation marks: `the " Silk Road "`, not `"a" and "b"`, `5" by 6"`, `" "`."""
    for start, end in _quote_pairs(line):
        inner = line[start + 1 : end]
        core = inner.strip(" ")
        if not core or core[0] in "\"'“‘" or core[-1] in "\"'”’":
            continue
        if inner.startswith(" "):
            yield Change(start, end - len(inner.lstrip(" ")), line[start])
        if inner.endswith(" "):
            yield Change(start + 1 + len(inner.rstrip(" ")), end + 1, line[end])


def space_around_quotes(line: str) -> Iterator[Change]:
    """Adds spaces outside quotation marks: `a "clear bet"in this`, `the"vacuum"`, not `c"abc"`, `"Guru"s`."""
    for start, end in _quote_pairs(line):
        if not line[start + 1 : end].strip():
            continue
        left = re.search(r"(?<!\S)[a-z]+$", line[max(0, start - 20) : start])
        if left and left[0] in words("clause_words.txt"):
            yield Change(start, start + 1, f" {line[start]}")
        right = re.match(r"[a-z]+(?=[ ,.;])", line[end + 1 : end + 20])
        if right and right[0] in words("clause_words.txt"):
            yield Change(end, end + 1, f"{line[end]} ")


def space_at_apostrophe(line: str) -> Iterator[Change]:
    """Closes up contractions and genitives: "don 't", "it' s", "China 's", not "the 's", "rock 'n' roll"."""
    if not any(mark in line for mark in (" '", "' ", " ’", "’ ")):
        return
    for match in _NEGATED.finditer(line):
        yield Change(*match.span("mark"), match["mark"].strip())
    for match in _CLITIC.finditer(line):
        if match["end"].lower() in _CLITICS.get(match["word"].lower(), ()):
            yield Change(*match.span("mark"), match["mark"].strip())
    for match in _GENITIVE.finditer(line):
        if match["left"].lower() not in words("clause_words.txt"):
            yield Change(*match.span("mark"), match["mark"].strip())


def _bracket_pairs(line: str) -> Iterator[tuple[int, int]]:
    """Places of brackets that belong together."""
    opened: list[int] = []
    for match in _BRACKET.finditer(line):
        if match.group() == "(":
            opened.append(match.start())
        elif opened:
            yield opened.pop(), match.start()


def _quote_pairs(line: str) -> list[tuple[int, int]]:
    """Places of quotation marks that belong together; none where it is not sure which are opening ones.

    Straight marks are taken in turn; a mark that by its spaces is the other kind shows that this is wrong.
    """
    curly = [(match.start(), match.end() - 1) for match in re.finditer(r"“[^“”\n]*”", line)]
    straight = [match.start() for match in re.finditer('"', line)]
    is_wrong = any(_side(line, place) == 1 - number % 2 for number, place in enumerate(straight))
    if is_wrong or len(straight) % 2:
        return curly
    return curly + list(zip(straight[::2], straight[1::2], strict=True))


def _side(line: str, place: int) -> int | None:
    """0 for a mark that can only open, 1 for one that can only close, by its surroundings; else None."""
    before = line[place - 1 : place] if place else " "
    after = line[place + 1 : place + 2] or " "
    opens = before in " (['‘“—–-/" and after not in " )].,;:?!"
    closes = after in " )].,;:?!'’”—–-/" and before not in " (["
    return None if opens == closes else int(closes)
