"""The engine of the default model: proposals with calibrated confidences, as edits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from refluent.edits.classify import classify
from refluent.engines.checkpoint import weights_digest
from refluent.modeling.confidence import Calibration
from refluent.modeling.features import Vocabulary
from refluent.modeling.inference import Proposal, propose
from refluent.modeling.storage import load_model
from refluent.text.tokens import Token, tokenize
from refluent.types import Edit, Hypothesis, Span

# The parent encoder was trained on up to 256 pieces; sentences beyond this are split at a clause.
MAX_PIECES = 192

__all__ = ["SpanEngine", "edit_of"]


def edit_of(source: str, tokens: Sequence[Token], proposal: Proposal, confidence: float) -> Edit | None:
    """A proposal as an edit of the source's characters, trimmed to what really changes; None where nothing does.

    Words that the replacement repeats at its ends are not part of the edit, and white space that both have stays
    outside it (in the source it may be a line break).
    """
    first, last = proposal.start, proposal.end
    words = tokenize(proposal.replacement)
    while first < last and words and _same(tokens[first], words[0]):
        first, words = first + 1, words[1:]
    while first < last and words and _same(tokens[last - 1], words[-1]):
        last, words = last - 1, words[:-1]
    replacement = "".join(f" {word.text}" if word.is_spaced else word.text for word in words)
    before = tokens[first - 1].end if first else 0
    start, end = before, tokens[last - 1].end if first < last else before
    if first == 0:
        replacement = replacement.lstrip()
        if last == 0:
            replacement += " "
        elif not words and last < len(tokens):
            end = tokens[last].start
    elif first < last and words and words[0].is_spaced and tokens[first].is_spaced:
        start, replacement = tokens[first].start, replacement[1:]
    original = source[start:end]
    if original == replacement:
        return None
    span = Span(start, end)
    return Edit(span, original, replacement, classify(source, span, replacement), confidence)


def _same(left: Token, right: Token) -> bool:
    return left.text == right.text and left.is_spaced == right.is_spaced


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
