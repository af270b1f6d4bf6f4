"""The engine of the default model: proposals with calibrated confidences, as edits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from refluent.edits.extract import edit_of_words
from refluent.edits.units import key
from refluent.engines.checkpoint import weights_digest
from refluent.modeling.confidence import Calibration
from refluent.modeling.features import Vocabulary
from refluent.modeling.inference import Proposal, propose
from refluent.modeling.storage import load_model
from refluent.text.tokens import Token, tokenize
from refluent.types import Edit, Hypothesis

# The parent encoder was trained on up to 256 pieces; sentences beyond this are split at a clause.
MAX_PIECES = 192
# No space stands after these.
_OPENING = frozenset("([{“‘«\"'¿¡$£€#@")

__all__ = ["SpanEngine", "edit_of"]


def edit_of(source: str, tokens: Sequence[Token], proposal: Proposal, confidence: float) -> Edit | None:
    """A proposal as an edit of the source's characters, trimmed to what really changes; None if nothing does.

    A proposal has its white space before its words. At the start of a text it stands after them: words put
    there push the first word away, words deleted there let the next one move up.
    """
    end = proposal.end
    words = [key(word) for word in tokenize(proposal.replacement)]
    if proposal.start == 0 and end < len(tokens):
        if end == 0 and words:
            words.append((tokens[0].text, words[-1][0] not in _OPENING))
            end = 1
        elif not words:
            words.append((tokens[end].text, False))
            end += 1
    edit = edit_of_words(source, tokens, proposal.start, end, words)
    return None if edit is None else replace(edit, confidence=confidence)


class SpanEngine:
    """Rewrites spans with the default model, on CPU in float32 or on a GPU.

    Args:
        folder: a model folder (`RefluentModel`, `Vocabulary` and `Calibration` files).
        device: ``"cpu"``, ``"cuda"`` or ``"mps"``.
    """

    def __init__(self, folder: Path, device: str = "cpu") -> None:
        self._folder = folder
        self._device = device
        self._vocabulary = Vocabulary.load(folder)
        self._calibration = Calibration.load(folder)
        self._model = load_model(folder).to(device)

    @property
    def max_pieces(self) -> int:
        """Longest text in pieces."""
        return MAX_PIECES

    @property
    def min_confidence(self) -> float:
        """The threshold chosen at calibration."""
        return self._calibration.min_confidence

    def count_pieces(self, text: str) -> int:
        """WordPieces of a text, with the two special ones."""
        return len(self._vocabulary.read(tokenize(text)).pieces)

    def rewrite(self, texts: Sequence[str]) -> list[Hypothesis]:
        """One hypothesis for each text; edits are ordered, apart, and carry calibrated confidences."""
        sentences = [tokenize(text) for text in texts]
        found = propose(self._model, self._vocabulary, sentences, floor=self._calibration.floor)
        return [
            Hypothesis(text, self._edits(text, tokens, proposals))
            for text, tokens, proposals in zip(texts, sentences, found, strict=True)
        ]

    def _edits(self, text: str, tokens: Sequence[Token], proposals: Sequence[Proposal]) -> tuple[Edit, ...]:
        edits: list[Edit] = []
        for proposal in proposals:
            confidence = round(self._calibration.confidence(proposal.measures), 4)
            edit = edit_of(text, tokens, proposal, confidence)
            if edit is None:
                continue
            if edits and edits[-1].span.overlaps(edit.span):
                # A gap beside a rewritten span is asked for twice; the surer answer stays.
                if edits[-1].confidence >= edit.confidence:
                    continue
                edits.pop()
            edits.append(edit)
        return tuple(edits)

    def signature(self) -> Mapping[str, str]:
        """Engine, digest of the weights and device."""
        return {"engine": "span", "model": weights_digest(self._folder), "device": self._device}
