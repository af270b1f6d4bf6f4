"""Text that was decoded with the wrong table ("GonzÃ¡lez"), put right by ftfy."""

from __future__ import annotations

import re
from collections.abc import Iterator

from refluent.text.rules.change import Change

__all__ = ["mojibake"]

# Mojibake is a run of at least two characters beyond ASCII.
_SUSPECT = re.compile(r"[^\x00-\x7f ]{2,}")


def mojibake(line: str) -> Iterator[Change]:
    """Undoes a wrong decoding: "GonzÃ¡lez", "itâ€™s", not "González", "—”", "São"."""
    end = 0
    for match in () if line.isascii() else _SUSPECT.finditer(line):
        if match.start() < end:
            continue
        import ftfy

        # ftfy judges a whole word better than two characters.
        start = line.rfind(" ", 0, match.start()) + 1
        end = line.find(" ", match.end())
        end = len(line) if end < 0 else end
        word = line[start:end]
        fixed = ftfy.fix_encoding(word, uncurl_quotes=False, fix_latin_ligatures=False)
        if fixed != word and fixed.isprintable():
            yield Change(start, end, fixed)
