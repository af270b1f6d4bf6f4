"""The command line: which commands there are, and what a failure looks like.

The module of a command is imported when the command is called; for ``--help`` the table below is enough.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Annotated, Any

import typer

from refluent import __version__
from refluent.cli.console import note, quiet
from refluent.errors import RefluentError

__all__ = ["COMMANDS", "main"]

# name -> (where its function is, what it does)
COMMANDS = {
    "repair": ("refluent.cli.repair:repair", "Repair documents."),
    "apply": ("refluent.cli.apply:apply", "Apply a reviewed selection of edits to a text file."),
    "eval": ("refluent.cli.evaluate:evaluate", "Score systems on an evaluation suite."),
    "bench": ("refluent.cli.bench:bench", "Measure speed, memory and cost side by side."),
    "train": ("refluent.cli.train:train", "Train a model, or fine-tune one on your own post-edits."),
}
EXIT_ERROR = 2
EXIT_INTERRUPTED = 130


def _show_version(is_wanted: bool) -> None:
    if is_wanted:
        print(f"refluent {__version__}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version and exit.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    """Repair machine-translated English: fluent prose, every fact kept."""


def _function(name: str, *, is_called: bool) -> Callable[..., Any]:
    """The function behind a command, or a stand-in where only the table is needed."""
    place, help_text = COMMANDS[name]
    if is_called:
        module, _, attribute = place.partition(":")
        function: Callable[..., Any] = getattr(import_module(module), attribute)
        return function

    def stand_in() -> None: ...

    stand_in.__doc__ = help_text
    return stand_in


def _app(arguments: Sequence[str]) -> typer.Typer:
    app = typer.Typer(
        name="refluent", no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False
    )
    app.callback()(_root)
    called = next((argument for argument in arguments if not argument.startswith("-")), "")
    is_completing = any(name.endswith("_COMPLETE") for name in os.environ)
    for name in COMMANDS:
        app.command(name)(_function(name, is_called=is_completing or name == called))
    return app


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Returns:
        The exit status: 0 done, 1 --check found changes or a gate failed, 2 an error that one line on
        standard error explains, 3 some documents or the run failed, 130 interrupted.
    """
    quiet()
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        _app(arguments)(list(arguments), prog_name="refluent")
    except RefluentError as error:
        note(str(error))
        return EXIT_ERROR
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0
