"""From sentences to proposals: detect spans, write their replacements, measure how sure the model is.

One encoder pass reads every sentence; the decoder then writes the replacements of many sentences side by
side, and scores keeping each span that it would change. A sentence in which nothing is detected costs no
decoder step at all; a replacement that is written leaves the others to go on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from refluent.modeling.features import END_ID, SentenceFeatures, Vocabulary
from refluent.modeling.network import (
    KEEP,
    LEFT_OF_GAP,
    REWRITTEN,
    RIGHT_OF_GAP,
    RefluentModel,
    SpanBatch,
)
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
# Rows written side by side, times the pieces each looks at: memory for their keys and values, and for logits.
_PLACES_AT_ONCE = 4096


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


@dataclass(frozen=True)
class _Task:
    """What the decoder needs to write some rows; see `RefluentModel` for shapes."""

    words: Tensor
    word_mask: Tensor
    rows: SpanBatch
    memory: tuple[list[Tensor], Tensor]

    def only(self, kept: Tensor) -> _Task:
        """The same for some of the rows, given by number; sentences without any are left out."""
        used, sentence = torch.unique(self.rows.sentence[kept], return_inverse=True)
        keys_values, additive = self.memory
        memory = [layer[kept] for layer in keys_values], additive[kept]
        rows = SpanBatch(sentence, self.rows.word_roles[kept])
        return _Task(self.words[used], self.word_mask[used], rows, memory)


def _log_odds(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    clipped = np.clip(probability, 1e-6, 1 - 1e-6)
    odds: NDArray[np.float64] = np.log(clipped / (1 - clipped))
    return odds


def _encode(model: RefluentModel, features: Sequence[SentenceFeatures]) -> _Encoded:
    length = max(len(item.pieces) for item in features)
    places = max(len(item.heads) for item in features)
    pieces, shapes, mask, piece_words = np.zeros((4, len(features), length), dtype=np.int64)
    heads, word_mask = np.zeros((2, len(features), places), dtype=np.int64)
    for row, item in enumerate(features):
        size, n_places = len(item.pieces), len(item.heads)
        pieces[row, :size] = item.pieces
        shapes[row, :size] = item.shapes
        mask[row, :size] = 1
        heads[row, :n_places] = item.heads
        word_mask[row, : n_places - 1] = 1
        piece_words[row, :size] = np.searchsorted(item.heads, np.arange(size), side="right") - 1
    piece_words = np.maximum(piece_words, 0)
    arrays = (pieces, shapes, mask, piece_words, heads, word_mask)
    ids, kinds, is_real, words_of_pieces, firsts, is_word = (
        torch.from_numpy(array).to(model.device) for array in arrays
    )
    states = model.encode(ids, kinds, is_real)
    words = model.words(states, firsts)
    return _Encoded(states, words, is_real, words_of_pieces, is_word)


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


def _chunks(rows: Sequence[_Row], length: int) -> Iterator[Sequence[_Row]]:
    size = max(1, _PLACES_AT_ONCE // length)
    for first in range(0, len(rows), size):
        yield rows[first : first + size]


def _task(model: RefluentModel, encoded: _Encoded, rows: Sequence[_Row]) -> _Task:
    """The task of writing some rows, which are in the order of their sentences."""
    first, last = rows[0].sentence, rows[-1].sentence + 1
    words = encoded.words[first:last]
    roles = torch.zeros((len(rows), words.size(1)), dtype=torch.long)
    for number, row in enumerate(rows):
        if row.start < row.end:
            roles[number, row.start : row.end] = REWRITTEN
        else:
            roles[number, row.start] = RIGHT_OF_GAP
            if row.start:
                roles[number, row.start - 1] = LEFT_OF_GAP
    sentence = torch.tensor([row.sentence - first for row in rows], device=model.device)
    batch = SpanBatch(sentence, roles.to(model.device))
    memory = model.memory(
        encoded.states[first:last], encoded.mask[first:last], encoded.piece_words[first:last], batch
    )
    return _Task(words, encoded.word_mask[first:last], batch, memory)


def _write(model: RefluentModel, task: _Task) -> list[tuple[list[int], float] | None]:
    """Greedy replacements and their log-probabilities; None for one that does not end in time."""
    n_rows = len(task.rows.sentence)
    found: list[tuple[list[int], float] | None] = [None] * n_rows
    numbers = torch.arange(n_rows)
    outputs = torch.zeros((n_rows, 0), dtype=torch.long, device=model.device)
    totals = torch.zeros(n_rows, dtype=torch.float64, device=model.device)
    for _ in range(model.config.max_output_tokens):
        states = model.decode(outputs, task.words, task.memory, task.rows)[:, -1:]
        logits = model.score(states, task.words, task.word_mask, task.rows)[:, 0].float()
        best, choice = logits.max(-1)
        totals = totals + (best - logits.logsumexp(-1)).double()
        is_done = choice == END_ID
        for row in is_done.nonzero().squeeze(1).tolist():
            found[numbers[row]] = outputs[row].tolist(), float(totals[row])
        kept = (~is_done).nonzero().squeeze(1)
        if not len(kept):
            break
        outputs = torch.cat([outputs, choice.unsqueeze(1)], dim=1)[kept]
        if len(kept) < len(numbers):
            totals, numbers, task = totals[kept], numbers[kept.cpu()], task.only(kept)
    return found


def _keep(model: RefluentModel, task: _Task, copies: Sequence[list[int]]) -> list[float]:
    """Log-probability of writing each span as it stands."""
    length = max(len(copy) for copy in copies)
    targets = torch.full((len(copies), length), -1, dtype=torch.long)
    for number, copy in enumerate(copies):
        targets[number, : len(copy)] = torch.tensor(copy)
    targets = targets.to(model.device)
    is_real = targets >= 0
    states = model.decode(targets[:, :-1].clamp(min=0), task.words, task.memory, task.rows)
    logits = model.score(states, task.words, task.word_mask, task.rows, is_real).float()
    chosen = logits.gather(-1, targets[is_real].unsqueeze(-1)).squeeze(-1) - logits.logsumexp(-1)
    scores = torch.zeros(targets.shape, dtype=torch.float64, device=model.device)
    scores[is_real] = chosen.double()
    kept: list[float] = scores.sum(1).tolist()
    return kept


def _copy(row: _Row, tokens: Sequence[Token], vocabulary: Vocabulary) -> list[int]:
    """Decoder ids that write a span as it stands."""
    words = tuple((token.text, token.is_spaced) for token in tokens[row.start : row.end])
    return vocabulary.write(tokens, Rewrite(row.start, row.end, words))


def _propose(
    model: RefluentModel,
    vocabulary: Vocabulary,
    sentences: Sequence[Sequence[Token]],
    encoded: _Encoded,
    rows: Sequence[_Row],
) -> Iterator[tuple[_Row, list[int], float, float]]:
    """The rows that would change: what is written, its log-probability, and that of keeping."""
    copies = [_copy(row, sentences[row.sentence], vocabulary) for row in rows]
    # A span longer than any replacement may be is no local repair, and the decoder has no steps to score it.
    fits = [len(copy) <= model.config.max_output_tokens for copy in copies]
    rows, copies = list(compress(rows, fits)), list(compress(copies, fits))
    if not rows:
        return
    task = _task(model, encoded, rows)
    written = _write(model, task)
    changed = [
        number
        for number, (one, copy) in enumerate(zip(written, copies, strict=True))
        if one is not None and [*one[0], END_ID] != copy
    ]
    if not changed:
        return
    kept = _keep(model, task.only(torch.tensor(changed, device=model.device)), [copies[n] for n in changed])
    for number, keep in zip(changed, kept, strict=True):
        one = written[number]
        if one is not None:
            yield rows[number], *one, keep


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
    for part in _chunks(rows, encoded.states.size(1)):
        for row, outputs, score, keep in _propose(model, vocabulary, filled, encoded, part):
            length = row.end - row.start
            flags = (float(length), float(length == 0), float(not outputs))
            measures = (row.detection, row.weakest, score, keep, *flags, levels[row.sentence])
            replacement = vocabulary.spell(filled[row.sentence], outputs)
            found[numbers[row.sentence]].append(Proposal(row.start, row.end, replacement, measures))
    return [sorted(proposals, key=lambda proposal: (proposal.start, proposal.end)) for proposals in found]
