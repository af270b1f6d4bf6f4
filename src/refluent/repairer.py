"""The sequence of stages from a text to its repair; no linguistic rule lives here.

text -> segments -> hypotheses of the engine, and deterministic rules -> guards -> edits applied -> repair.
All edits point into the text of the caller, so stages never translate offsets of each other. Where an edit of
the model and one of a rule meet, the model's is made if the guards accept it, else the rule's.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from refluent import __version__, consistency, guards
from refluent.config import RepairConfig
from refluent.edits.apply import apply
from refluent.engines import registry
from refluent.engines.base import Engine
from refluent.engines.batching import BatchedEngine
from refluent.guards.context import Context
from refluent.text import rules
from refluent.text.segment import split
from refluent.types import Edit, Hypothesis, Repair, Segment, Status

__all__ = ["Repairer"]

# Segments handed to the engine together: enough to sort by length, few enough to keep memory flat.
_SEGMENTS_AT_ONCE = 1024
_TEXTS_AT_ONCE = 256
# What numerical libraries raise when one batch does not fit or a model breaks on an input.
_ENGINE_FAILURES = (ArithmeticError, LookupError, MemoryError, RuntimeError, ValueError)


@dataclass(frozen=True)
class _Plan:
    """A text, its segments, the rule edits inside each, and what the guards need to know of the whole."""

    text: str
    segments: list[Segment]
    rule_edits: dict[int, list[Edit]]
    context: Context


class Repairer:
    """Repairs texts with one engine.

    Args:
        engine: rewrites segments; `load` makes one for a model.
        config: settings.
    """

    def __init__(self, engine: Engine, config: RepairConfig | None = None) -> None:
        self.config = config or RepairConfig()
        self._engine = BatchedEngine(engine, batch_pieces=self.config.batch_pieces)
        chosen = self.config.min_confidence
        self.min_confidence = engine.min_confidence if chosen is None else chosen
        self._signature: dict[str, str] | None = None

    @classmethod
    def load(
        cls,
        model: str | Path | None = None,
        *,
        device: str = "auto",
        engine: str = "auto",
        min_confidence: float | None = None,
        batch_pieces: int = RepairConfig.batch_pieces,
        consistency: str = RepairConfig.consistency,
        glossary: Sequence[str] = (),
    ) -> Repairer:
        """A repairer for a model.

        Args:
            model: a folder or hub id of any seq2seq checkpoint, ``"copy"`` for the rules alone, None for the
                model that Refluent brings along.
            device: ``"auto"``, ``"cpu"``, ``"cuda"`` or ``"mps"``.
            engine: what runs a checkpoint that writes whole sentences, see `refluent.engines.registry.load`.
            min_confidence: see `RepairConfig`.
            batch_pieces: see `RepairConfig`.
            consistency: see `RepairConfig`.
            glossary: see `RepairConfig`.

        Raises:
            ModelError: the model cannot be found or read.
            DeviceError: the device is not there.
            ConfigError: a setting is out of range.
        """
        config = RepairConfig(
            min_confidence=min_confidence,
            batch_pieces=batch_pieces,
            consistency=consistency,
            glossary=tuple(glossary),
        )
        return cls(registry.load(model, device=device, engine=engine), config)

    def repair(self, text: str) -> Repair:
        """The repair of a sentence, paragraph or document; what stands between sentences stays."""
        return self.repair_batch([text])[0]

    def repair_batch(self, texts: Sequence[str]) -> list[Repair]:
        """The repair of each text, in the same order."""
        if isinstance(texts, str):
            raise TypeError("repair_batch takes a list of texts; for one text call repair")
        return list(self.repair_stream(texts))

    def repair_stream(self, texts: Iterable[str]) -> Iterator[Repair]:
        """Like `repair_batch`, for more texts than memory holds: reads a few hundred ahead."""
        iterator = iter(texts)
        while group := list(islice(iterator, _TEXTS_AT_ONCE)):
            plans = [self._plan(text) for text in group]
            rewritten = self._rewrite(
                segment.text for plan in plans for segment in plan.segments if not segment.warning
            )
            for plan in plans:
                yield self._assemble(plan, rewritten)

    def signature(self) -> dict[str, str]:
        """What determines the repairs besides the texts."""
        if self._signature is None:
            # Once: it hashes the weights.
            own = {"refluent": __version__, "min_confidence": f"{self.min_confidence:g}"}
            own |= {"consistency": self.config.consistency} if self.config.consistency == "fix" else {}
            self._signature = {**own, **self._engine.signature()}
        return dict(self._signature)

    def _plan(self, text: str) -> _Plan:
        _check_text(text)
        count, longest = self._engine.count_pieces, self._engine.max_pieces
        segments = split(text, count_pieces=count, max_pieces=longest)
        context = consistency.survey(text, min_confidence=self.min_confidence, glossary=self.config.glossary)
        rule_edits = rules.propose(text)
        if self.config.consistency == "fix":
            rule_edits = sorted([*rule_edits, *consistency.unify(text)], key=_place)
        return _Plan(text, segments, _by_segment(rule_edits, segments), context)

    def _rewrite(self, texts: Iterable[str]) -> Iterator[Hypothesis | str]:
        """Hypotheses in order, in chunks; in the place of one that failed, what went wrong."""
        iterator = iter(texts)
        while chunk := list(islice(iterator, _SEGMENTS_AT_ONCE)):
            yield from self._attempt(chunk)

    def _attempt(self, texts: list[str]) -> list[Hypothesis | str]:
        """Rewrite; after a failure the halves, so that one bad segment costs no other text."""
        try:
            return list(self._engine.rewrite(texts))
        except _ENGINE_FAILURES as error:
            if len(texts) == 1:
                return [f"the model failed on it ({type(error).__name__}: {error})"]
        middle = len(texts) // 2
        return self._attempt(texts[:middle]) + self._attempt(texts[middle:])

    def _assemble(self, plan: _Plan, rewritten: Iterator[Hypothesis | str]) -> Repair:
        parts: list[str] = []
        edits: list[Edit] = []
        warnings: list[str] = []
        end = 0
        for number, segment in enumerate(plan.segments):
            outcome: Hypothesis | str = segment.warning or next(rewritten)
            if isinstance(outcome, str):
                warnings.append(f"characters {segment.span.start}-{segment.span.end} left alone: {outcome}")
                outcome = Hypothesis(segment.text)
            found = _review(segment.text, outcome.edits, plan.rule_edits.get(number, []), plan.context)
            parts += plan.text[end : segment.start], apply(segment.text, found)
            edits += (_shift(edit, segment.start) for edit in found)
            end = segment.span.end
        text = "".join(parts) + plan.text[end:]
        if apply(plan.text, edits) != text:
            raise AssertionError(f"edits do not lead from the source to the repair: {plan.text[:80]!r}")
        findings = consistency.find(plan.text) if self.config.consistency != "off" else []
        return Repair(plan.text, text, tuple(edits), tuple(findings), tuple(warnings))


def _check_text(text: object) -> None:
    if not isinstance(text, str):
        remedy = "decode bytes first, for instance data.decode('utf-8')"
        raise TypeError(f"a text must be str, not {type(text).__name__}; {remedy}")


def _shift(edit: Edit, offset: int) -> Edit:
    return replace(edit, span=edit.span.shift(offset))


def _by_segment(edits: Iterable[Edit], segments: Sequence[Segment]) -> dict[int, list[Edit]]:
    """Edits by number of the segment they lie in, with offsets from its start.

    One that reaches into the white space between segments is left out: line structure is the caller's.
    """
    starts = [segment.start for segment in segments]
    found: dict[int, list[Edit]] = {}
    for edit in edits:
        number = bisect_right(starts, edit.span.start) - 1
        if number >= 0 and edit.span.end <= segments[number].span.end:
            found.setdefault(number, []).append(_shift(edit, -segments[number].start))
    return found


def _clear(edits: Iterable[Edit], taken: Sequence[Edit]) -> list[Edit]:
    """The edits that meet none of those already taken, nor each other."""
    free: list[Edit] = []
    for edit in edits:
        if not any(edit.span.overlaps(other.span) for other in (*taken, *free)):
            free.append(edit)
    return free


def _review(
    sentence: str, proposed: Sequence[Edit], rule_edits: Sequence[Edit], context: Context
) -> list[Edit]:
    """Every edit of a sentence with its status; rules stand in where the model's edit is rejected."""
    together = [*proposed, *_clear(rule_edits, proposed)]
    found = guards.review(sentence, sorted(together, key=_place), context) if together else []
    accepted = [edit for edit in found if edit.status is Status.ACCEPTED]
    waiting = [edit for edit in rule_edits if edit not in together]
    late = _clear(waiting, accepted)
    if late:
        found = [*found, *guards.review(sentence, sorted(late, key=_place), context)]
    return sorted(found, key=_place)


def _place(edit: Edit) -> tuple[int, int]:
    return edit.span.start, edit.span.end
