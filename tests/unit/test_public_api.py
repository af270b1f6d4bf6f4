"""The names that other programs rely on."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path

import pytest

import refluent


def test_public_names_resolve_to_their_own_objects():
    for name in refluent.__all__:
        assert getattr(refluent, name) is not None
    for name in ("Edit", "Finding", "Repair", "RepairConfig", "Repairer", "RefluentError"):
        value = getattr(refluent, name)
        assert getattr(importlib.import_module(value.__module__), name) is value


def test_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Corrector'"):
        refluent.Corrector  # noqa: B018


def test_version_is_that_of_the_distribution():
    project = (Path(__file__).resolve().parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    assert f'\nversion = "{refluent.__version__}"\n' in project


def test_load_signature_is_the_contract():
    parameters = inspect.signature(refluent.Repairer.load).parameters
    assert next(iter(parameters)) == "model"
    assert parameters["model"].default is None
    assert parameters["device"].default == "auto"
    assert all(
        parameter.kind is parameter.KEYWORD_ONLY for name, parameter in parameters.items() if name != "model"
    )


def test_every_public_name_has_a_docstring():
    for name in refluent.__all__:
        if name != "__version__":
            assert inspect.getdoc(getattr(refluent, name))
