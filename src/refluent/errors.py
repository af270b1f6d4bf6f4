"""The one exception family: every error a caller or a person at the terminal has to act on.

Fields say what and where; the sentence that a person reads is composed here and nowhere else, so the
command line prints ``str(error)`` on one line and nothing more.
"""

from __future__ import annotations

__all__ = [
    "BaselineError",
    "ConfigError",
    "DeviceError",
    "DocumentError",
    "ModelError",
    "RefluentError",
    "SuiteError",
    "TrainingError",
]


class RefluentError(Exception):
    """Root of all errors that Refluent raises on purpose.

    Attributes:
        subject: the file, model, option or segment the error is about; empty where there is none.
        problem: what is wrong with it.
        remedy: what the reader can do about it; may be empty.
    """

    def __init__(self, problem: str, *, subject: str = "", remedy: str = "") -> None:
        super().__init__(problem)
        self.subject = subject
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        """One line: subject, problem, remedy."""
        head = f"{self.subject}: {self.problem}" if self.subject else self.problem
        text = f"{head}; {self.remedy}" if self.remedy else head
        return " ".join(text.split())


class ModelError(RefluentError):
    """A model cannot be found, read or used."""


class DeviceError(RefluentError):
    """The requested device does not exist or cannot be used."""


class DocumentError(RefluentError):
    """A document cannot be read, is not what it says it is, or cannot be written."""


class ConfigError(RefluentError):
    """A setting is unknown or out of range."""


class SuiteError(RefluentError):
    """An evaluation suite is missing or malformed."""


class BaselineError(RefluentError):
    """A baseline is missing, malformed or was made for another suite."""


class TrainingError(RefluentError):
    """Training cannot start or go on."""
