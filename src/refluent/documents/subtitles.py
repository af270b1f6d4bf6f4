"""SubRip and WebVTT: the text of cues; timing, settings, notes, styles and names of speakers stay.

A sentence that goes on in the next cue is shown to the repairer as one, but no edit reaches across the
border. A cue must stay readable: where its new text is longer than its lines or its time allow, the old one
stays. The limits are those of Netflix's style guide for English: 42 characters a line, 20 characters a
second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape, unescape
from typing import NamedTuple

from refluent.documents.base import BLOCK_END, Change, Document, Kind, Options, Piece, splice
from refluent.documents.builder import Builder
from refluent.documents.encoding import decode
from refluent.errors import DocumentError

__all__ = ["read_srt", "read_vtt"]

_MAX_LINE_CHARACTERS = 42
_MAX_CHARACTERS_PER_SECOND = 20
_TIME = r"(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"
_TIMING = re.compile(rf"[ \t]*{_TIME}[ \t]*-->[ \t]*{_TIME}(?:[ \t].*)?")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_CODE = re.compile(r"<(?P<close>/?)(?P<name>[^>\r\n]*)>|\{\\[^}\r\n]*\}|(?P<reference>&#?\w+;)")
# "- Yes." after a line break is another speaker.
_BREAK = re.compile(r"[ \t]*(?:\r\n|\r|\n)(?P<dash>[ \t]*(?:<[^>\r\n]*>)?[-–—])?")
_SENTENCE_END = re.compile(r"[.!?…:;♪\"”’)\]]$")


class _Cue(NamedTuple):
    """The text of a cue: where it is, and how long it is shown."""

    start: int
    end: int
    seconds: float


def read_srt(data: bytes, options: Options) -> Document:
    """The document of a SubRip file.

    Raises:
        DocumentError: it is empty, binary, not in the encoding, or has no cues.
    """
    return _read(data, options, has_references=False)


def read_vtt(data: bytes, options: Options) -> Document:
    """The document of a WebVTT file.

    Raises:
        DocumentError: it is empty, binary, not in the encoding, or has no cues.
    """
    return _read(data, options, has_references=True)


def _read(data: bytes, options: Options, *, has_references: bool) -> Document:
    decoded = decode(data, subject=options.subject, encoding=options.encoding)
    raw = decoded.text
    cues = list(_cues(raw))
    if not cues:
        raise DocumentError("has no cues", subject=options.subject, remedy="is it a subtitle file?")
    builder = Builder(_between)
    shown: list[_Cue] = []
    for cue in cues:
        n_before = builder.end_block()
        _hand_over(raw, cue, builder, has_references=has_references)
        if builder.end_block() > n_before:
            shown.append(cue)
    pieces = builder.pieces()

    def build(changes: Sequence[Change]) -> bytes:
        new = (escape(change.new, quote=False) if has_references else change.new for change in changes)
        return decoded.encode(
            splice(raw, ((*change[:2], text) for change, text in zip(changes, new, strict=True)))
        )

    return Document(raw, pieces, build, accepts=_Limits(shown, pieces).check)


def _cues(raw: str) -> Iterator[_Cue]:
    """The cues, each from the line after its timing to the next blank line."""
    seconds, start, end = -1.0, 0, 0
    for match in _LINE.finditer(raw):
        line = match[0].rstrip("\r\n")
        timing = _TIMING.fullmatch(line)
        if seconds >= 0 and (timing or not line.strip()):
            yield _Cue(start, end, seconds)
            seconds = -1.0
        if timing:
            seconds = max(0.0, _seconds(timing.groups()[4:]) - _seconds(timing.groups()[:4]))
            start = end = match.end()
        elif seconds >= 0:
            end = match.start() + len(line)


def _seconds(parts: Sequence[str | None]) -> float:
    hours, minutes, seconds, fraction = (part or "0" for part in parts)
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{fraction}")


def _between(before: str, after: str) -> str:
    """What is shown between two cues: a space where the sentence goes on."""
    is_going_on = not _SENTENCE_END.search(before) and after[:1].islower()
    return " " if is_going_on else BLOCK_END


def _hand_over(raw: str, cue: _Cue, builder: Builder, *, has_references: bool) -> None:
    end = cue.start
    for match in _CODE.finditer(raw, cue.start, cue.end):
        if match["reference"] and not has_references:
            continue
        _text(raw, end, match.start(), builder)
        end = match.end()
        if match["reference"]:
            builder.add(Kind.ESCAPE, unescape(match[0]), *match.span())
        elif match["name"] is None or match["name"][:1].isdigit():
            builder.add(Kind.POINT, "", *match.span())
        else:
            builder.add(Kind.CLOSE if match["close"] else Kind.OPEN, "", *match.span())
    _text(raw, end, cue.end, builder)


def _text(raw: str, start: int, end: int, builder: Builder) -> None:
    for match in _BREAK.finditer(raw, start, end):
        builder.add(Kind.TEXT, raw[start : match.start()], start, match.start())
        is_speaker = match["dash"] is not None
        stop = match.start("dash") if is_speaker else match.end()
        builder.add(
            Kind.FIXED if is_speaker else Kind.BREAK, "\n" if is_speaker else " ", match.start(), stop
        )
        start = stop
    builder.add(Kind.TEXT, raw[start:end], start, end)


class _Limits:
    """How long the text of each cue may become."""

    def __init__(self, cues: Sequence[_Cue], pieces: Sequence[Piece]) -> None:
        self._limits: list[int] = []
        length, n_lines, number = 0, 1, 0
        for piece in (*pieces, Piece(Kind.SEPARATOR, "", 0, 0)):
            if piece.kind is Kind.SEPARATOR and number < len(cues):
                for_time = int(cues[number].seconds * _MAX_CHARACTERS_PER_SECOND)
                self._limits.append(max(length, min(n_lines * _MAX_LINE_CHARACTERS, for_time)))
                length, n_lines, number = 0, 1, number + 1
            else:
                length += len(piece.text)
                n_lines += piece.kind is Kind.BREAK or piece.text == "\n"

    def check(self, number: int, text: str) -> str:
        """Why a cue cannot have a new text; empty where it can."""
        limit = self._limits[number]
        if len(text) <= limit:
            return ""
        return f"would make the cue {len(text)} characters long, of which {limit} can be read"
