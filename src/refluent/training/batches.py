"""Packed examples as padded tensors, in an order that the seed alone decides."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from refluent.modeling.network import LEFT_OF_GAP, REWRITTEN, RIGHT_OF_GAP
from refluent.training.examples import IGNORED, PackedExamples

__all__ = ["collate", "order", "span_roles"]

_POOL = 4096


def order(packed: PackedExamples, *, batch_pieces: int, seed: int) -> list[NDArray[np.int64]]:
    """One epoch as lists of example numbers, each list at most ``batch_pieces`` padded pieces.

    Examples are shuffled, sorted by length within pools of 4,096 (little padding, still mixed), cut into
    batches, and the batches are shuffled.
    """
    rng = np.random.default_rng(seed)
    shuffled = rng.permutation(len(packed))
    lengths = packed.lengths
    batches: list[NDArray[np.int64]] = []
    for start in range(0, len(shuffled), _POOL):
        pool = shuffled[start : start + _POOL]
        pool = pool[np.argsort(lengths[pool], kind="stable")]
        first = 0
        for last in range(1, len(pool) + 1):
            is_full = last == len(pool) or (last + 1 - first) * lengths[pool[last]] > batch_pieces
            if is_full:
                batches.append(pool[first:last])
                first = last
    return [batches[index] for index in rng.permutation(len(batches))]


def span_roles(start: int, end: int, places: int) -> NDArray[np.int64]:
    """Role of each word place for the row that rewrites ``[start, end)``."""
    roles = np.zeros(places, dtype=np.int64)
    if start < end:
        roles[start:end] = REWRITTEN
    else:
        roles[start] = RIGHT_OF_GAP
        if start:
            roles[start - 1] = LEFT_OF_GAP
    return roles


def _padded(parts: list[NDArray[np.int32]], fill: int) -> Tensor:
    width = max((len(part) for part in parts), default=1)
    padded = np.full((len(parts), width), fill, dtype=np.int64)
    for row, part in enumerate(parts):
        padded[row, : len(part)] = part
    return torch.from_numpy(padded)


def collate(packed: PackedExamples, batch: NDArray[np.int64], *, output_size: int) -> dict[str, Tensor]:
    """One batch for `RefluentModel.forward`.

    Returns:
        pieces, shapes, mask, piece_words (B, L); heads, word_mask, tags, gaps (B, W); row_sentence (R,);
        row_roles (R, W); targets (R, T). Padding has tag, gap and target `IGNORED`.
    """
    pieces = _padded([packed.part("pieces", index) for index in batch], 0)
    heads = [packed.part("heads", index) for index in batch]
    padded_heads = _padded(heads, 0)
    places = padded_heads.size(1)
    piece_words = torch.zeros_like(pieces)
    word_mask = torch.zeros_like(padded_heads)
    sentence, roles, targets = [], [], []
    for row, index in enumerate(batch):
        length = len(packed.part("pieces", index))
        starts = heads[row]
        piece_words[row, :length] = torch.from_numpy(
            np.maximum(np.searchsorted(starts, np.arange(length), side="right") - 1, 0)
        )
        word_mask[row, : len(starts) - 1] = 1
        spans = packed.part("rows", index).reshape(-1, 2)
        for (start, end), number in zip(spans, packed.rows(index), strict=True):
            sentence.append(row)
            roles.append(span_roles(int(start), int(end), places))
            target = packed.part("targets", number)
            targets.append(np.where(target < 0, output_size - 1 - target, target).astype(np.int32))
    return {
        "pieces": pieces,
        "shapes": _padded([packed.part("shapes", index) for index in batch], 0),
        "mask": (torch.arange(pieces.size(1)) < torch.from_numpy(packed.lengths[batch]).unsqueeze(1)).long(),
        "piece_words": piece_words,
        "heads": padded_heads,
        "word_mask": word_mask,
        "tags": _padded([packed.part("tags", index) for index in batch], IGNORED),
        "gaps": _padded([packed.part("gaps", index) for index in batch], IGNORED),
        "row_sentence": torch.tensor(sentence, dtype=torch.long),
        "row_roles": torch.from_numpy(np.stack(roles))
        if roles
        else torch.zeros((0, places), dtype=torch.long),
        "targets": _padded(targets, IGNORED),
    }
