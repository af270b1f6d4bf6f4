"""Defaults from files and the environment: [tool.refluent] in pyproject.toml, refluent.toml, REFLUENT_...

A setting has the name of its flag with underscores. A flag counts more than the environment, the environment
more than a file. The nearest file above the working directory counts; tables in it are for other commands.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_type_hints

import typer

from refluent.engines.checkpoint import cache_folder
from refluent.errors import ConfigError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["cache_file", "resolve"]

_PREFIX = "REFLUENT_"
_WORDS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
# What only makes sense for one run.
_NOT_SETTINGS = ("context", "files")


def resolve(context: typer.Context, command: Callable[..., None]) -> dict[str, Any]:
    """The value of every option of a command: its flag, else the environment, else a file, else its default.

    Raises:
        ConfigError: a file cannot be read, or has a key or a value that is none.
    """
    types = {
        name: _plain_type(hint)
        for name, hint in get_type_hints(command).items()
        if name not in (*_NOT_SETTINGS, "return")
    }
    found = {**_from_file(types), **_from_environment(types)}
    values = dict(context.params)
    for name, value in found.items():
        source = context.get_parameter_source(name)
        if source is not None and source.name == "DEFAULT":
            values[name] = value
    return values


def _plain_type(hint: Any) -> type:
    """``list[str] | None`` is a list, ``float | None`` a float."""
    if isinstance(hint, UnionType):
        hint = next(part for part in get_args(hint) if part is not type(None))
    origin = getattr(hint, "__origin__", hint)
    plain: type = origin
    return plain


def _from_file(types: Mapping[str, type]) -> dict[str, Any]:
    for folder in (Path.cwd(), *Path.cwd().parents):
        own, shared = folder / "refluent.toml", folder / "pyproject.toml"
        for path in (own, shared):
            if not path.is_file():
                continue
            table = _read(path)
            if path == shared:
                table = table.get("tool", {}).get("refluent")
            if table is not None:
                return _checked(table, types, path)
    return {}


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"cannot be read as TOML ({error})", subject=str(path)) from error


def _checked(table: Mapping[str, Any], types: Mapping[str, type], path: Path) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            continue
        if key not in types:
            nearest = get_close_matches(key, types, n=1, cutoff=0.0)[0]
            raise ConfigError(f"{key} is not a setting", subject=str(path), remedy=f"did you mean {nearest}?")
        try:
            values[key] = _typed(value, types[key], path.parent)
        except TypeError as error:
            raise ConfigError(f"{key} must be {error}, not {value!r}", subject=str(path)) from error
    return values


def _typed(value: object, wanted: type, folder: Path) -> object:
    """A value of a file as an option takes it; a path counts from the folder of the file.

    Raises:
        TypeError: it is of another type; the message names the right one.
    """
    if wanted is Path and isinstance(value, str):
        return folder / value
    if wanted is float and type(value) is int:
        return float(value)
    if isinstance(value, list) and wanted is list and all(isinstance(item, str) for item in value):
        return value
    if type(value) is wanted and wanted is not list:
        return value
    names = {list: "a list of strings", bool: "true or false", float: "a number", int: "a whole number"}
    raise TypeError(names.get(wanted, "a string"))


def _from_environment(types: Mapping[str, type]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, wanted in types.items():
        text = os.environ.get(_PREFIX + name.upper())
        if text:
            values[name] = _parsed(text, wanted, _PREFIX + name.upper())
    return values


def _parsed(text: str, wanted: type, name: str) -> Any:
    """A value from the environment; a list is separated by commas."""
    try:
        if wanted is bool:
            return _WORDS[text.lower()]
        return [part.strip() for part in text.split(",")] if wanted is list else wanted(text)
    except (KeyError, ValueError) as error:
        raise ConfigError(f"must be a {wanted.__name__}, not {text!r}", subject=name) from error


def cache_file() -> Path:
    """The store of segments in the folder where the system keeps caches."""
    return cache_folder() / "segments.sqlite"
