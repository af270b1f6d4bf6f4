"""What became of each document, in one place; it alone decides the exit status."""

from __future__ import annotations

from dataclasses import dataclass, field

from refluent.errors import RefluentError
from refluent.types import Repair

__all__ = ["Report"]

EXIT_OK = 0
EXIT_ERROR = 2
EXIT_SOME_FAILED = 3


@dataclass
class Report:
    """Counts over the documents of one run.

    Attributes:
        n_repaired: documents that were repaired.
        n_accepted: edits made in them.
        n_rejected: edits that were proposed and not made.
        failures: errors, one for each document that could not be repaired.
        findings: remarks on whole documents.
        warnings: remarks on what was left alone, each with its document.
    """

    n_repaired: int = 0
    n_accepted: int = 0
    n_rejected: int = 0
    failures: list[RefluentError] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def add(self, name: str, repair: Repair) -> None:
        """Count one repaired document."""
        self.n_repaired += 1
        self.n_accepted += len(repair.accepted)
        self.n_rejected += len(repair.rejected)
        self.findings += (f"{name}: {finding.kind}: {finding.message}" for finding in repair.findings)
        self.warnings += (f"{name}: {warning}" for warning in repair.warnings)

    def fail(self, error: RefluentError) -> None:
        """Record a document that could not be repaired."""
        self.failures.append(error)

    @property
    def exit_status(self) -> int:
        """0 when all went well, 3 when some documents failed, 2 when none was repaired."""
        if not self.failures:
            return EXIT_OK
        return EXIT_SOME_FAILED if self.n_repaired else EXIT_ERROR

    def summary(self) -> str:
        """One line for a person."""
        documents = f"{self.n_repaired} document{'' if self.n_repaired == 1 else 's'}"
        counts = f"{documents}: {self.n_accepted} edits made, {self.n_rejected} rejected"
        return f"{counts}, {len(self.failures)} failed" if self.failures else counts
