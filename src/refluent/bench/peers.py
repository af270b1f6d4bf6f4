"""Checkers of other makers that run offline, where they are installed.

Harper (Automattic, Apache-2.0) is a rule-based grammar checker in WebAssembly; symspellpy (MIT) looks up
spelling. Each makes its first suggestion, as a program without a person would.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path

from refluent.errors import ConfigError

__all__ = ["Harper", "symspell"]

_SCRIPT = "harper.mjs"
_UNKNOWN_WORD = re.compile(r"(?<![\w'’])[a-z]{4,}(?![\w'’])")


class Harper:
    """A process of node with harper.js; texts go in and out as JSON lines.

    Args:
        folder: where ``npm install harper.js`` was called.

    Raises:
        ConfigError: node or harper.js is not installed.
    """

    def __init__(self, folder: Path) -> None:
        node = shutil.which("node")
        if node is None or not (folder / "node_modules" / "harper.js").is_dir():
            remedy = "install node, and npm install harper.js in a folder"
            raise ConfigError("is not installed", subject="harper.js", remedy=remedy)
        script = resources.files("refluent.bench").joinpath(_SCRIPT).read_text(encoding="utf-8")
        # Standard input carries the texts, so node gets the script as an argument; modules are looked up from
        # the working directory then.
        self._process = subprocess.Popen(
            [node, "--input-type=module", "--eval", script],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def rewrite(self, texts: Sequence[str]) -> list[str]:
        """The corrected texts."""
        if self._process.stdin is None or self._process.stdout is None:
            raise AssertionError("the process has no pipes")
        found: list[str] = []
        for text in texts:
            self._process.stdin.write(json.dumps(text) + "\n")
            self._process.stdin.flush()
            found.append(json.loads(self._process.stdout.readline()))
        return found


def symspell() -> Callable[[Sequence[str]], list[str]]:
    """Replaces unknown lower-case words by the most frequent near one.

    Raises:
        ConfigError: symspellpy is not installed.
    """
    try:
        from symspellpy import SymSpell, Verbosity
    except ImportError as error:
        raise ConfigError(
            "is not installed", subject="symspellpy", remedy="pip install symspellpy"
        ) from error
    spell = SymSpell(max_dictionary_edit_distance=2, prefix_length=7)
    dictionary = resources.files("symspellpy").joinpath("frequency_dictionary_en_82_765.txt")
    with resources.as_file(dictionary) as path:
        spell.load_dictionary(str(path), 0, 1)

    def corrected(match: re.Match[str]) -> str:
        term: str = spell.lookup(match[0], Verbosity.TOP, include_unknown=True)[0].term
        return term

    return lambda texts: [_UNKNOWN_WORD.sub(corrected, text) for text in texts]
