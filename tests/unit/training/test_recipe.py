"""Recipes: what they say is done, and a typo is no silent default."""

from __future__ import annotations

from pathlib import Path

import pytest

from refluent.errors import TrainingError
from refluent.training.recipe import read_recipe

RECIPES = Path(__file__).parents[3] / "models" / "recipes"
SMALL = """
seed = 7
held_out = []
[tokenizer]
size = 300
corpora = [{ files = "a.jsonl" }]
[[stage]]
name = "pairs"
steps = 3
corpora = [{ files = "a.jsonl", repeat = 2 }]
[calibration]
files = ["dev.jsonl"]
"""


def read(folder: Path, text: str):
    path = folder / "recipe.toml"
    path.write_text(text, encoding="utf-8")
    return read_recipe(path)


def test_recipe_is_read(tmp_path: Path):
    recipe = read(tmp_path, SMALL)
    assert recipe.seed == recipe.stages[0].options.seed == 7
    assert recipe.stages[0].corpora[0].repeat == 2
    assert recipe.folder == tmp_path
    assert recipe.noise is None


@pytest.mark.parametrize("path", sorted(RECIPES.glob("*.toml")), ids=lambda path: path.stem)
def test_shipped_recipes_are_sound(path: Path):
    recipe = read_recipe(path)
    assert recipe.held_out
    assert all(stage.corpora for stage in recipe.stages)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("steps = 3", "step = 3", "has no setting 'step'; did you mean steps?"),
        ("size = 300", "sise = 300", "did you mean size?"),
        ("repeat = 2", "repat = 2", "did you mean repeat?"),
        ("seed = 7", "sede = 7", "did you mean seed?"),
        ('name = "pairs"', 'name = "a b"', "needs a name"),
        ("steps = 3", "", "missing"),
        ("[tokenizer]", "[tokenizer", "is not TOML"),
    ],
)
def test_mistake_in_a_recipe_is_named(tmp_path: Path, old: str, new: str, message: str):
    with pytest.raises(TrainingError, match=r"recipe\.toml") as caught:
        read(tmp_path, SMALL.replace(old, new))
    assert message in str(caught.value)


def test_missing_recipe_is_named(tmp_path: Path):
    with pytest.raises(TrainingError, match=r"none\.toml: cannot be read"):
        read_recipe(tmp_path / "none.toml")
