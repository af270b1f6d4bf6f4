"""From sentences to proposals: detect spans, write their replacements, measure how sure the model is.

One encoder pass reads every sentence; the decoder then writes all replacements of all sentences side by side,
and scores keeping each span as it is. A sentence in which nothing is detected costs no decoder step at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from refluent.modeling.features import END_ID, SentenceFeatures, Vocabulary
from refluent.modeling.network import BEGIN, KEEP, LEFT_OF_GAP, REWRITTEN, RIGHT_OF_GAP, RefluentModel, SpanBatch
from refluent.modeling.program import Rewrite
from refluent.text.tokens import Token

__all__ = ["MEASURES", "Proposal", "propose"]

# What is measured of a proposal, in the order of `Proposal.measures`.
MEASURES = (
    "detection",  # mean log-odds that the words of the span change (that something is missing, for a gap)
    "weakest",  # lowest log-odds of a word of the span
    "rewrite",  # log-probability of the replacement
    "keep",  # log-probability of keeping the span
    "length",  # words of the span
    "is_gap",  # 1 for an insertion
    "is_deletion",  # 1 for a deletion
    "sentence",  # mean log-odds over the sentence: how bad it looks as a whole
)
_ROWS_AT_ONCE = 512


@dataclass(frozen=True)
class Proposal:
    """A rewrite of words ``[start, end)`` that the model would make.

    Attributes:
        start: first word; the word before which to insert, for an insertion.
        end: after the last word.
        replacement: the characters that replace the span and the white space before it.
        measures: evidence for and against, see `MEASURES`.
    """

    start: int
    end: int
    replacement: str
    measures: tuple[float, ...]


@dataclass(frozen=True)
class _Row:
    """A span to rewrite: sentence number, words, and its detection evidence."""

    sentence: int
    start: int
    end: int
    detection: float
    weakest: float


@dataclass(frozen=True)
class _Encoded:
    """Encoder results of one batch; see `RefluentModel` for shapes."""

    states: Tensor
    words: Tensor
    mask: Tensor
    piece_words: Tensor
    word_mask: Tensor


def _log_odds(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    clipped = np.clip(probability, 1e-6, 1 - 1e-6)
    odds: NDArray[np.float64] = np.log(clipped / (1 - clipped))
    return odds


def _encode(model: RefluentModel, features: Sequence[SentenceFeatures]) -> _Encoded:
    device = model.device
    length = max(len(item.pieces) for item in features)
    places = max(len(item.heads) for item in features)
    pieces = torch.zeros((len(features), length), dtype=torch.long)
    shapes, mask, piece_words = torch.zeros_like(pieces), torch.zeros_like(pieces), torch.zeros_like(pieces)
    heads = torch.zeros((len(features), places), dtype=torch.long)
    word_mask = torch.zeros_like(heads)
    for row, item in enumerate(features):
        size, n_places = len(item.pieces), len(item.heads)
        pieces[row, :size] = torch.tensor(item.pieces)
        shapes[row, :size] = torch.tensor(item.shapes)
        mask[row, :size] = 1
        heads[row, :n_places] = torch.tensor(item.heads)
        word_mask[row, : n_places - 1] = 1
        piece_words[row, :size] = torch.searchsorted(heads[row, :n_places], torch.arange(size), right=True) - 1
    piece_words.clamp_(min=0)
    states = model.encode(pieces.to(device), shapes.to(device), mask.to(device))
    words = model.words(states, heads.to(device))
    return _Encoded(states, words, mask.to(device), piece_words.to(device), word_mask.to(device))


def _spans(change: NDArray[np.float64], floor: float) -> Iterator[tuple[int, int]]:
    """Runs of words whose probability to change is at least ``floor``, cut where a new span begins.

    change (W, 3): probabilities of keep, begin, inside.
    """
    start: int | None = None
    for index, (keep, begin, inside) in enumerate(change):
        is_changed = 1 - keep >= floor
        if start is not None and (not is_changed or begin > inside):
            yield start, index
            start = None
        if is_changed and start is None:
            start = index
    if start is not None:
        yield start, len(change)


def _detect(
    model: RefluentModel, encoded: _Encoded, sentences: Sequence[Sequence[Token]], floor: float
) -> tuple[list[_Row], list[float]]:
    change_logits, insert_logits = model.detect(encoded.words)
    change = torch.softmax(change_logits.double(), -1).cpu().numpy()
    insert = torch.softmax(insert_logits.double(), -1).cpu().numpy()[:, :, 1]
    rows, levels = [], []
    for number, tokens in enumerate(sentences):
        size = len(tokens)
        odds = _log_odds(1 - change[number, :size, KEEP])
        levels.append(float(odds.mean()) if size else 0.0)
        for start, end in _spans(change[number, :size], floor):
            rows.append(_Row(number, start, end, float(odds[start:end].mean()), float(odds[start:end].min())))
        gaps = _log_odds(insert[number, : size + 1])
        for gap in np.flatnonzero(insert[number, : size + 1] >= floor):
            rows.append(_Row(number, int(gap), int(gap), float(gaps[gap]), float(gaps[gap])))
    return rows, levels


def _batch(rows: Sequence[_Row], places: int, device: torch.device) -> SpanBatch:
    roles = torch.zeros((len(rows), places), dtype=torch.long)
    for number, row in enumerate(rows):
        if row.start < row.end:
            roles[number, row.start : row.end] = REWRITTEN
        else:
            roles[number, row.start] = RIGHT_OF_GAP
            if row.start:
                roles[number, row.start - 1] = LEFT_OF_GAP
    return SpanBatch(torch.tensor([row.sentence for row in rows], device=device), roles.to(device))


def _write(model: RefluentModel, encoded: _Encoded, rows: Sequence[_Row]) -> tuple[list[list[int]], list[float]]:
    """Greedy replacements and their log-probabilities; one that does not end in time is None-like: empty and -inf."""
    batch = _batch(rows, encoded.words.size(1), model.device)
    memory = model.memory(encoded.states, encoded.mask, encoded.piece_words, batch)
    outputs = torch.zeros((len(rows), 0), dtype=torch.long, device=model.device)
    totals = torch.zeros(len(rows), dtype=torch.float64, device=model.device)
    is_open = torch.ones(len(rows), dtype=torch.bool, device=model.device)
    for _ in range(model.config.max_output_tokens):
        states = model.decode(outputs, encoded.words, memory, batch)[:, -1:]
        logits = model.score(states, encoded.words, encoded.word_mask, batch)[:, 0].float()
        best, choice = torch.log_softmax(logits, -1).max(-1)
        totals += torch.where(is_open, best.double(), 0.0)
        choice = torch.where(is_open, choice, END_ID)
        outputs = torch.cat([outputs, choice.unsqueeze(1)], dim=1)
        is_open &= choice != END_ID
        if not bool(is_open.any()):
            break
    totals = totals.masked_fill(is_open, float("-inf"))
    ends = [row.index(END_ID) if END_ID in row else len(row) for row in outputs.tolist()]
    return [row[:end] for row, end in zip(outputs.tolist(), ends, strict=True)], totals.tolist()


def _keep(
    model: RefluentModel, encoded: _Encoded, rows: Sequence[_Row], copies: Sequence[list[int]]
) -> list[float]:
    """Log-probability of writing each span as it stands."""
    batch = _batch(rows, encoded.words.size(1), model.device)
    memory = model.memory(encoded.states, encoded.mask, encoded.piece_words, batch)
    length = max(len(copy) for copy in copies)
    targets = torch.full((len(rows), length), -1, dtype=torch.long)
    for number, copy in enumerate(copies):
        targets[number, : len(copy)] = torch.tensor(copy)
    targets = targets.to(model.device)
    states = model.decode(targets[:, :-1].clamp(min=0), encoded.words, memory, batch)
    logits = model.score(states, encoded.words, encoded.word_mask, batch).float()
    chosen = torch.log_softmax(logits, -1).gather(-1, targets.clamp(min=0).unsqueeze(-1)).squeeze(-1)
    kept: list[float] = (chosen.double() * (targets >= 0)).sum(1).tolist()
    return kept


@torch.inference_mode()
def propose(
    model: RefluentModel, vocabulary: Vocabulary, sentences: Sequence[Sequence[Token]], *, floor: float
) -> list[list[Proposal]]:
    """Proposals for each tokenized sentence, ordered by span and not overlapping.

    Args:
        model: the network, in evaluation mode.
        vocabulary: its vocabularies.
        sentences: tokens of each sentence.
        floor: lowest probability of change at which a span is looked at; recall costs decoder rows.
    """
    found: list[list[Proposal]] = [[] for _ in sentences]
    numbers = [number for number, tokens in enumerate(sentences) if tokens]
    if not numbers:
        return found
    filled = [sentences[number] for number in numbers]
    encoded = _encode(model, [vocabulary.read(tokens) for tokens in filled])
    rows, levels = _detect(model, encoded, filled, floor)
    for first in range(0, len(rows), _ROWS_AT_ONCE):
        part = rows[first : first + _ROWS_AT_ONCE]
        copies = []
        for row in part:
            tokens = filled[row.sentence]
            words = tuple((token.text, token.is_spaced) for token in tokens[row.start : row.end])
            copies.append(vocabulary.write(tokens, Rewrite(row.start, row.end, words)))
        written, scores = _write(model, encoded, part)
        kept = _keep(model, encoded, part, copies)
        for row, outputs, copy, score, keep in zip(part, written, copies, scores, kept, strict=True):
            if score == float("-inf") or [*outputs, END_ID] == copy:
                continue
            length = row.end - row.start
            flags = (float(length), float(length == 0), float(not outputs))
            measures = (row.detection, row.weakest, score, keep, *flags, levels[row.sentence])
            replacement = vocabulary.spell(filled[row.sentence], outputs)
            found[numbers[row.sentence]].append(Proposal(row.start, row.end, replacement, measures))
    return [sorted(proposals, key=lambda proposal: (proposal.start, proposal.end)) for proposals in found]
