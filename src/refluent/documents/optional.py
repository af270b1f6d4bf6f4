"""Libraries that only some formats need."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from refluent.errors import DocumentError

__all__ = ["require"]


def require(module: str, *, subject: str, extra: str = "docs") -> ModuleType:
    """A library that a format needs.

    Raises:
        DocumentError: it is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        reason = f"this format needs the package {module.partition('.')[0].replace('_', '-')}"
        raise DocumentError(reason, subject=subject, remedy=f'pip install "refluent[{extra}]"') from error
