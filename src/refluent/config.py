"""What a user can set, with its ranges; made from a mapping, never read from disk here.

A setting has one name: the field here, the key in a configuration file, and the flag on the command line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Any

from refluent.errors import ConfigError

__all__ = ["CONSISTENCY_MODES", "RepairConfig"]

CONSISTENCY_MODES = ("report", "fix", "off")


@dataclass(frozen=True)
class RepairConfig:
    """Settings of one repair.

    Attributes:
        min_confidence: edits less sure than this are not made, in [0, 1]; None for the model's own threshold.
        batch_pieces: subwords the model sees at once, padding included; bounds memory, changes no result.
        consistency: ``"report"`` looks for variant names and the like in each text, ``"fix"`` also changes
            them to the majority form where that is safe, ``"off"`` does neither.
        glossary: terms that no edit may change.
    """

    min_confidence: float | None = None
    batch_pieces: int = 4096
    consistency: str = "report"
    glossary: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.min_confidence is not None and not 0.0 <= self.min_confidence <= 1.0:
            raise ConfigError(
                f"must lie between 0 and 1, not {self.min_confidence}", subject="min_confidence"
            )
        if self.batch_pieces < 1:
            raise ConfigError(f"must be at least 1, not {self.batch_pieces}", subject="batch_pieces")
        if self.consistency not in CONSISTENCY_MODES:
            modes = " or ".join(CONSISTENCY_MODES)
            raise ConfigError(f"must be {modes}, not {self.consistency!r}", subject="consistency")
        terms: object = self.glossary
        if isinstance(terms, str):
            raise ConfigError("must be a list of terms, not one string", subject="glossary")
        object.__setattr__(self, "glossary", tuple(self.glossary))

    @classmethod
    def from_mapping(cls, settings: Mapping[str, Any]) -> RepairConfig:
        """Settings by name, for instance from a TOML table.

        Raises:
            ConfigError: a key is unknown or a value is out of range.
        """
        names = [field.name for field in fields(cls)]
        for key in settings:
            if key not in names:
                nearest = get_close_matches(key, names, n=1, cutoff=0.0)[0]
                raise ConfigError("is not a setting", subject=key, remedy=f"did you mean {nearest}?")
        try:
            return cls(**settings)
        except TypeError as error:
            raise ConfigError(f"a value has the wrong type ({error})", subject="settings") from error
