"""What became of each document, in one place; it alone decides the exit status."""

from __future__ import annotations

from dataclasses import dataclass, field

from refluent.errors import RefluentError
from refluent.types import Repair

__all__ = ["Report"]

EXIT_OK = 0
EXIT_CHANGES = 1
EXIT_ERROR = 2
EXIT_SOME_FAILED = 3
# A table may have millions of records; a person reads the first remarks.
_MAX_REMARKS = 200


@dataclass
class Report:
    """Counts over the documents of one run.

    Attributes:
        n_repaired: documents that were repaired.
        n_changed: those of them that are no longer the same.
        n_accepted: edits made in them.
        n_rejected: edits that were proposed and not made.
        failures: errors, one for each document that could not be repaired.
        findings: remarks on whole documents.
        warnings: remarks on what was left alone, each with its document.
        n_more: remarks beyond the first few hundred, which are not kept.
    """

    n_repaired: int = 0
    n_changed: int = 0
    n_accepted: int = 0
    n_rejected: int = 0
    failures: list[RefluentError] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    n_more: int = 0

    def add(self, name: str, repair: Repair) -> None:
        """Count the repair of a text: a document, or one of its records."""
        self.n_accepted += len(repair.accepted)
        self.n_rejected += len(repair.rejected)
        for finding in repair.findings:
            self._keep(self.findings, f"{name}: {finding.kind}: {finding.message}")
        for warning in repair.warnings:
            self._keep(self.warnings, f"{name}: {warning}")

    def _keep(self, remarks: list[str], remark: str) -> None:
        if len(remarks) < _MAX_REMARKS:
            remarks.append(remark)
        else:
            self.n_more += 1

    def finish(self, *, is_changed: bool) -> None:
        """Count one document that was repaired to its end."""
        self.n_repaired += 1
        self.n_changed += is_changed

    def fail(self, error: RefluentError) -> None:
        """Record a document that could not be repaired."""
        self.failures.append(error)

    def exit_status(self, *, is_check: bool = False) -> int:
        """0 when all went well, 3 when some documents failed, 2 when none was repaired.

        Args:
            is_check: whether a change is a reason for status 1.
        """
        if self.failures:
            return EXIT_SOME_FAILED if self.n_repaired else EXIT_ERROR
        return EXIT_CHANGES if is_check and self.n_changed else EXIT_OK

    def remarks(self) -> list[str]:
        """Findings and warnings for a person."""
        more = [f"and {self.n_more} more remarks"] if self.n_more else []
        return [*self.findings, *self.warnings, *more]

    def summary(self) -> str:
        """One line for a person."""
        documents = f"{self.n_repaired} document{'' if self.n_repaired == 1 else 's'}"
        counts = f"{documents}: {self.n_accepted} edits made, {self.n_rejected} rejected"
        return f"{counts}, {len(self.failures)} failed" if self.failures else counts
