"""Settings: ranges, and names that do not exist."""

from __future__ import annotations

import pytest

from refluent.config import RepairConfig
from refluent.errors import ConfigError


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"min_confidence": 1.5}, "min_confidence: must lie between 0 and 1, not 1.5"),
        ({"min_confidence": -0.1}, "min_confidence: must lie between 0 and 1"),
        ({"batch_pieces": 0}, "batch_pieces: must be at least 1, not 0"),
        ({"consistency": "fixx"}, "consistency: must be"),
        ({"glossary": "GDP"}, "glossary: must be a list of terms"),
        ({"min_confidense": 0.5}, "min_confidense: is not a setting; did you mean min_confidence?"),
        ({"min_confidence": "high"}, "settings: a value has the wrong type"),
    ],
)
def test_config_refuses_and_says_why(settings: dict[str, object], message: str):
    with pytest.raises(ConfigError) as caught:
        RepairConfig.from_mapping(settings)
    assert str(caught.value).startswith(message)


def test_config_from_a_mapping_equals_one_from_keywords():
    made = RepairConfig.from_mapping({"min_confidence": 0.5, "glossary": ["GDP"]})
    assert made == RepairConfig(min_confidence=0.5, glossary=("GDP",))
