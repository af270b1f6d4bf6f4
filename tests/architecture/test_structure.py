"""The rules of the code base that a machine can check."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "refluent"
MODULES = sorted(PACKAGE.rglob("*.py"))
MAX_LINES = 400
MAX_FUNCTION_LINES = 40


def names(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def imported(code: str) -> set[str]:
    """Top-level packages that Python imports for a piece of code."""
    command = [sys.executable, "-X", "importtime", "-c", code]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    return {
        line.rpartition("|")[2].strip().partition(".")[0]
        for line in result.stderr.splitlines()
        if "|" in line
    }


def test_import_loads_nothing_heavy():
    assert not imported("import refluent") & {"torch", "transformers", "typer", "rich", "datasets", "numpy"}


def test_repairer_name_loads_no_torch_before_a_model_is_loaded():
    assert not imported("from refluent import Repairer") & {"torch", "transformers", "datasets"}


def test_help_loads_nothing_heavy():
    code = "from refluent.cli.app import main; main(['--help'])"
    assert not imported(code) & {"torch", "transformers", "datasets", "sacrebleu"}


@pytest.mark.parametrize("path", MODULES, ids=names)
def test_module_is_small_and_says_what_it_is_for(path: Path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MAX_LINES
    assert ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("path", MODULES, ids=names)
def test_functions_are_short(path: Path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not names(path).startswith("cli/"):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            length = body[-1].end_lineno - body[0].lineno + 1 if body else 0
            assert length <= MAX_FUNCTION_LINES, f"{node.name} has {length} lines"


@pytest.mark.parametrize("path", MODULES, ids=names)
def test_only_the_command_line_prints_and_exits(path: Path):
    if names(path).startswith("cli/") or path.name == "__main__.py":
        return
    called = {
        ast.unparse(node.func)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    }
    assert not called & {"print", "sys.exit", "exit", "input"}


def test_package_map_in_contributing_matches_the_tree():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    block = text.split("<!-- package map -->")[1]
    listed = set(re.findall(r"^\| `([\w./]+)`", block, flags=re.MULTILINE))
    present = {path.name for path in PACKAGE.iterdir() if path.suffix == ".py"}
    present |= {f"{path.name}/" for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}
    assert listed == present


def test_every_direct_dependency_is_explained_in_contributing():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = project.split("[project.optional-dependencies]")
    core = block[0].split("dependencies = [")[1]
    extras = block[1].split("\n[tool")[0]
    for name in re.findall(r'"([A-Za-z0-9_-]+)\s*[>=;]', core + extras):
        assert f"| {name} |" in text, name


def test_constraints_pin_every_direct_dependency():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {line.partition("==")[0] for line in lines if not line.startswith("#")}
    core = project.split("dependencies = [")[1].split("]")[0]
    assert set(re.findall(r'"([A-Za-z0-9_-]+)\s*>=', core)) - {"tomli"} <= pinned
