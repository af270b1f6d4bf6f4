"""Refluent repairs machine-translated English: fluent prose, every fact kept.

    from refluent import Repairer
    repairer = Repairer.load()
    print(repairer.repair("He have went to home.").text)

Public names are resolved on first use, so that importing the package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from refluent.config import RepairConfig
    from refluent.errors import RefluentError
    from refluent.repairer import Repairer
    from refluent.types import Edit, Finding, Repair

__version__ = "0.1.0"
__all__ = ["Edit", "Finding", "RefluentError", "Repair", "RepairConfig", "Repairer", "__version__"]

_HOMES = {
    "Edit": "refluent.types",
    "Finding": "refluent.types",
    "RefluentError": "refluent.errors",
    "Repair": "refluent.types",
    "RepairConfig": "refluent.config",
    "Repairer": "refluent.repairer",
}


def __getattr__(name: str) -> object:
    """Import a public name from its module."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value
