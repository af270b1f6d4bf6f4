"""Sentences as numbers: what the encoder reads and what the decoder writes.

The encoder's WordPiece vocabulary is uncased (its weights started from an uncased parent), so every piece
also carries the shape of its word: lower case, capitalized, upper case, mixed or no letters, and whether
white space stands before it. The decoder writes cased byte-level BPE, so it can produce any character, and
pointers to source words, so names, figures and rare words are copied and never spelt anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import WordPiece

from refluent.modeling.program import Rewrite
from refluent.text.tokens import Token

__all__ = ["END_ID", "N_SHAPES", "SentenceFeatures", "Vocabulary", "shape"]

END_ID = 0
N_SHAPES = 10
_RARE_PIECES = 3


def shape(token: Token) -> int:
    """Case class of a word (0-4), plus 5 where white space stands before it; below `N_SHAPES`."""
    text = token.text
    if text.islower():
        kind = 0
    elif text.isupper() and len(text) > 1:
        kind = 2
    elif text[:1].isupper() and (len(text) == 1 or text[1:].islower()):
        kind = 1
    elif any(character.isalpha() for character in text):
        kind = 3
    else:
        kind = 4
    return kind + 5 * token.is_spaced


@dataclass(frozen=True)
class SentenceFeatures:
    """One sentence for the encoder.

    Attributes:
        pieces: WordPiece ids with the two special ones, length L.
        shapes: `shape` of the word each piece belongs to, length L.
        heads: index into ``pieces`` of each word's first piece, then of the closing piece; length W + 1.
    """

    pieces: list[int]
    shapes: list[int]
    heads: list[int]


class Vocabulary:
    """Both vocabularies of a model.

    Files in the model folder: ``encoder_vocab.txt`` (one WordPiece per line) and ``decoder_tokenizer.json``
    (byte-level BPE; id 0 ends a replacement).
    """

    def __init__(self, wordpieces: Sequence[str], decoder: Tokenizer) -> None:
        self.wordpieces = list(wordpieces)
        ids = {piece: index for index, piece in enumerate(self.wordpieces)}
        self._encoder = Tokenizer(WordPiece(ids, unk_token="[UNK]", max_input_chars_per_word=100))
        self._encoder.normalizer = normalizers.BertNormalizer(lowercase=True)
        self._encoder.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        self._unknown, self._open, self._close = ids["[UNK]"], ids["[CLS]"], ids["[SEP]"]
        self.decoder = decoder
        self.size = decoder.get_vocab_size()

    @classmethod
    def load(cls, folder: Path) -> Vocabulary:
        """Read both vocabularies from a model folder."""
        wordpieces = (folder / "encoder_vocab.txt").read_text(encoding="utf-8").splitlines()
        return cls(wordpieces, Tokenizer.from_file(str(folder / "decoder_tokenizer.json")))

    def save(self, folder: Path) -> None:
        """Write both vocabularies into a model folder."""
        (folder / "encoder_vocab.txt").write_text("\n".join(self.wordpieces) + "\n", encoding="utf-8")
        self.decoder.save(str(folder / "decoder_tokenizer.json"))

    def read(self, tokens: Sequence[Token]) -> SentenceFeatures:
        """Features of one tokenized sentence."""
        words = [token.text for token in tokens]
        # A pre-tokenized word may split further (BERT splits at "'" and "."): word_ids still name our word.
        encoding = self._encoder.encode(words, is_pretokenized=True, add_special_tokens=False)
        by_word: list[list[int]] = [[] for _ in words]
        for piece, word in zip(encoding.ids, encoding.word_ids, strict=True):
            if word is not None:
                by_word[word].append(piece)
        pieces, shapes, heads = [self._open], [4], []
        for token, ids in zip(tokens, by_word, strict=True):
            heads.append(len(pieces))
            # Characters the normalizer drops leave a word without pieces; it must keep its place.
            pieces += ids or [self._unknown]
            shapes += [shape(token)] * (len(ids) or 1)
        return SentenceFeatures([*pieces, self._close], [*shapes, 4], [*heads, len(pieces)])

    def write(self, tokens: Sequence[Token], step: Rewrite) -> list[int]:
        """Decoder targets for one rewrite: subword ids, ``size + i`` to copy source word i, then `END_ID`."""
        unused = {
            index: (tokens[index].text, tokens[index].is_spaced) for index in range(step.start, step.end)
        }
        targets: list[int] = []
        for text, is_spaced in step.words:
            ids = self.decoder.encode(f" {text}" if is_spaced else text).ids
            copied = next((index for index, word in unused.items() if word == (text, is_spaced)), None)
            if copied is None and (len(ids) >= _RARE_PIECES or text[:1].isupper() or text[:1].isdigit()):
                copied = self._nearest(tokens, (text, is_spaced), step)
            if copied is None:
                targets += ids
            else:
                unused.pop(copied, None)
                targets.append(self.size + copied)
        return [*targets, END_ID]

    @staticmethod
    def _nearest(tokens: Sequence[Token], word: tuple[str, bool], step: Rewrite) -> int | None:
        places = [index for index, token in enumerate(tokens) if (token.text, token.is_spaced) == word]
        return min(places, key=lambda index: abs(index - step.start), default=None)

    def spell(self, tokens: Sequence[Token], outputs: Sequence[int]) -> str:
        """Characters that decoder outputs stand for, the white space before the first word included."""
        text: list[str] = []
        pending: list[int] = []
        for output in outputs:
            if output < self.size:
                pending.append(output)
                continue
            if pending:
                text.append(self.decoder.decode(pending))
                pending = []
            token = tokens[output - self.size]
            text.append(f" {token.text}" if token.is_spaced else token.text)
        if pending:
            text.append(self.decoder.decode(pending))
        return "".join(text)
