"""Deterministic repairs that need no model, each a named rule."""

from refluent.text.rules.proposing import propose
from refluent.text.rules.table import RULES

__all__ = ["RULES", "propose"]
