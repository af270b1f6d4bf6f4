"""Addresses, code and placeholders stay character for character: they are read by machines."""

from __future__ import annotations

import re
from collections import Counter

from refluent.guards.context import Context, Violation, edited
from refluent.types import Edit

__all__ = ["check"]

_CODE = re.compile(
    r"""
    `[^`]+`                                              # code in Markdown
    | (?:https?|ftp|file|mailto)://?[^\s<>"“”]*[\w/#=&+~-]   # https://example.org/a?b=c
    | www\.[^\s<>"“”]*[\w/]
    | [\w.+-]+@[\w-]+(?:\.[\w-]+)+                       # someone@example.org
    | (?<![\w.])(?:[a-z0-9-]+\.)+(?:com|org|net|edu|gov|info|io|cn|ru|de|uk|eu|ee|ro|jp)\b
        (?:/[^\s<>"“”]*[\w/])?                          # example.org/a
    | (?<!\w)[@\#][A-Za-z_]\w*                           # @handle, #tag
    | (?<![\w/])(?:[A-Za-z]:\\|\\\\)[\w\\.$-]+               # C:\folder\file
    | (?<![\w/.<])(?:~|\.{1,2})?/[\w.-]+(?:/[\w.-]+)*/?  # /usr/bin, ./run
    | (?<![\w/])\w[\w.-]*(?:/[\w.-]+){2,}                # src/a/b.py
    | (?<!\w)[\w-]+\.(?:py|js|ts|c|h|cpp|rs|go|java|rb|sh|txt|md|rst|html?|css|json|xml|ya?ml|toml|ini|csv
        |tsv|pdf|docx?|xlsx?|pptx?|odt|png|jpe?g|gif|svg|mp[34]|wav|zip|gz|tar|exe|dll|log|cfg|conf|sql|po|xliff|tmx|srt)\b
    | \{\{[^{}]*\}\} | \$?\{[^{}]*\}                     # {{name}}, {0}, ${VAR}
    | (?<![\d\w])%(?:\(\w+\)|\d+\$)?[-+0\#]?\d*(?:\.\d+)?[sdiufgGeExXr](?!\w)   # %s, %(name)d, %1$s
    | %[A-Za-z_]\w*%                                     # %PATH%
    | (?<![\w$])\$[A-Za-z_]\w*(?!\w)                      # $VAR
    | </?[A-Za-z][^<>]*>                                 # <b>, <x id="1"/>
    | \[\[[^\[\]]*\]\]                                   # [[x]]
    | (?<!\w)__\w+?__(?!\w)                              # __x__
    | &(?:\w+|\#\d+|\#x[0-9a-fA-F]+);                    # &amp;
    | (?<!\w)--?[a-z][\w-]*=\S+ | (?<!\w)--[a-z][\w-]+   # --flag, -O=2
    | (?<!\w)\w+(?:\.\w+)*\(\)                            # run(), os.getcwd()
    | (?<!\w)[A-Za-z]+(?:_[A-Za-z0-9]+)+(?!\w)           # snake_case
    | \\[nrt](?!\w)                                      # an escaped line break
    | (?<![\w.])(?!\d{1,3}(?:\.\d{3})+(?![.\d]))\d+(?:\.\d+){2,}(?![\w.])   # 1.2.3, but not 1.000.000
    | \d{40,}
    | [\ue000-\uf8ff]+                                   # private characters that stand for something
    """,
    re.VERBOSE,
)
_HINT = re.compile(r"[`@#/\\{}%$<>\[_&\ue000-\uf8ff]|\w\.\w|--|\(\)|\d{40}")


def check(edit: Edit, sentence: str, context: Context) -> Violation | None:
    """Fires if one is lost, changed, added or changes places with another."""
    if not (_HINT.search(sentence) or _HINT.search(edit.replacement)):
        return None
    before, after = _CODE.findall(sentence), _CODE.findall(edited(edit, sentence))
    if before == after:
        return None
    lost = list((Counter(before) - Counter(after)).elements())
    added = list((Counter(after) - Counter(before)).elements())
    if lost:
        change = f"would become {', '.join(added)}" if added else "would be lost"
        return Violation("codes", lost[0], f"{', '.join(lost)} {change}")
    if added:
        return Violation("codes", "", f"{', '.join(added)} would be added")
    return Violation("codes", ", ".join(before), f"{', '.join(before)} would change places")
