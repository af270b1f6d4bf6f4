"""A training recipe: one TOML file that says all a run needs besides the corpora.

Sections: ``[tokenizer]``, ``[noise]``, ``[model]``, ``[examples]``, ``[[stage]]`` (in order) and
    ``[calibration]``;
corpora are tables of `CorpusOptions`. Unknown keys are errors: a typo must not change a model silently.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from refluent.errors import TrainingError
from refluent.training.corpora import CorpusOptions
from refluent.training.examples import ExampleOptions
from refluent.training.loop import StageOptions

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["CalibrationOptions", "NoiseOptions", "Recipe", "Stage", "TokenizerOptions", "read_recipe"]

T = TypeVar("T")


@dataclass(frozen=True)
class TokenizerOptions:
    """The decoder's subwords: how many, learned from the targets of which corpora."""

    size: int = 8000
    corpora: tuple[CorpusOptions, ...] = ()


@dataclass(frozen=True)
class NoiseOptions:
    """The noise tables.

    Attributes:
        authored: hand-written phrase table, from the recipe's folder.
        authored_rate: share of matching places at which it is used.
        min_count: rarer rewrites of the learned table are chance.
        corpora: real pairs that the learned table is counted over.
    """

    authored: str
    authored_rate: float = 0.35
    min_count: int = 4
    corpora: tuple[CorpusOptions, ...] = ()


@dataclass(frozen=True)
class Stage:
    """One stage: which pairs, and how to train on them."""

    name: str
    corpora: tuple[CorpusOptions, ...]
    options: StageOptions


@dataclass(frozen=True)
class CalibrationOptions:
    """What the confidences are fitted on: never trained on, and apart from what figures are quoted for.

    Attributes:
        files: pairs of source and reference, from the data folder.
        floor: lowest probability of change at which a span is looked at.
        max_worse_share: largest tolerated share of worse sentences among the changed ones.
    """

    files: tuple[str, ...]
    floor: float = 0.2
    max_worse_share: float = 0.1


@dataclass(frozen=True)
class Recipe:
    """Everything that determines a model besides the corpora.

    Attributes:
        folder: where the recipe lies; paths with a leading ``@`` start here.
        held_out: patterns of files with text that must never be trained on.
        tokenizer: the decoder's subwords.
        noise: noise tables; None where no corpus is noised.
        model: sizes of the network (`RefluentConfig`).
        examples: what becomes an example.
        stages: in order.
        calibration: the confidences.
        seed: decides everything that is drawn.
    """

    folder: Path
    held_out: tuple[str, ...]
    tokenizer: TokenizerOptions
    noise: NoiseOptions | None
    model: Mapping[str, Any]
    examples: ExampleOptions
    stages: tuple[Stage, ...]
    calibration: CalibrationOptions
    seed: int = 1

    def __post_init__(self) -> None:
        if not self.stages:
            raise TrainingError("has no [[stage]]", subject=str(self.folder))
        names = [stage.name for stage in self.stages]
        if len(set(names)) < len(names):
            raise TrainingError("two stages have one name", subject=str(self.folder))


class _Reader:
    """Turns tables into records, naming the file and the key of a mistake."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def make(self, kind: type[T], table: Mapping[str, Any], where: str, **given: Any) -> T:
        names = [entry.name for entry in fields(kind) if entry.name not in given]  # type: ignore[arg-type]
        for key in table:
            if key not in names:
                near = get_close_matches(key, names, n=1)
                remedy = f"did you mean {near[0]}?" if near else f"it takes {', '.join(names)}"
                raise TrainingError(f"{where} has no setting {key!r}", subject=str(self.path), remedy=remedy)
        values = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
        try:
            return kind(**values, **given)
        except TypeError as error:
            raise TrainingError(f"{where}: {error}", subject=str(self.path)) from error

    def corpora(self, table: Mapping[str, Any], where: str) -> tuple[CorpusOptions, ...]:
        return tuple(
            self.make(CorpusOptions, entry, f"{where}.corpora") for entry in table.get("corpora", ())
        )

    def with_corpora(self, kind: type[T], table: Mapping[str, Any], where: str) -> T:
        rest = {key: value for key, value in table.items() if key != "corpora"}
        return self.make(kind, rest, where, corpora=self.corpora(table, where))

    def stage(self, table: Mapping[str, Any], *, seed: int) -> Stage:
        name = str(table.get("name", ""))
        if not name.isidentifier():
            raise TrainingError("[[stage]] needs a name of letters, digits and _", subject=str(self.path))
        rest = {key: value for key, value in table.items() if key not in ("name", "corpora")}
        options = self.make(StageOptions, {"seed": seed, **rest}, f"[[stage]] {name}")
        return Stage(name, self.corpora(table, f"[[stage]] {name}"), options)


def read_recipe(path: Path) -> Recipe:
    """Read a recipe.

    Raises:
        TrainingError: the file is missing, is not TOML, or has a key or value that is none of ours.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise TrainingError(f"cannot be read: {error.strerror}", subject=str(path)) from error
    except ValueError as error:
        raise TrainingError(f"is not TOML ({error})", subject=str(path)) from error
    reader = _Reader(path)
    seed = int(table.get("seed", 1))
    given = {
        "folder": path.parent,
        "tokenizer": reader.with_corpora(TokenizerOptions, table.pop("tokenizer", {}), "[tokenizer]"),
        "noise": reader.with_corpora(NoiseOptions, table.pop("noise"), "[noise]")
        if "noise" in table
        else None,
        "examples": reader.make(ExampleOptions, table.pop("examples", {}), "[examples]"),
        "stages": tuple(reader.stage(stage, seed=seed) for stage in table.pop("stage", ())),
        "calibration": reader.make(CalibrationOptions, table.pop("calibration", {}), "[calibration]"),
        "model": table.pop("model", {}),
    }
    return reader.make(Recipe, table, "the recipe", **given)
