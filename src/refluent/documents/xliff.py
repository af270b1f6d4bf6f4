"""XLIFF 1.2 and 2: the target side.

Units that a person approved, and those with ``translate="no"``, are left alone. A changed unit gets a
state, and its raw text is kept so that nothing is lost: as ``alt-trans`` in 1.2, as a match in 2.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from refluent.documents.base import Change, Document, Options, splice
from refluent.documents.builder import Builder
from refluent.documents.inline import SegmentReader
from refluent.documents.language import check_english
from refluent.documents.xml import Token, decode_xml, escape_text, local, tokens
from refluent.errors import DocumentError

__all__ = ["read"]

_MATCHES = "urn:oasis:names:tc:xliff:matches:2.0"
_STATE_1 = {"needs-review": "needs-review-translation", "translated": "translated"}
_STATE_2 = {"needs-review": ' subState="refluent:needs-review"', "translated": ""}
_DONE = ("final", "signed-off")
_CONTAINERS = ("file", "group", "unit", "trans-unit")


@dataclass
class _Range:
    """An element: its start tag, its content, its end tag."""

    tag: str
    start: int
    inner_start: int
    inner_end: int = 0
    end: int = 0

    def inner(self, raw: str) -> str:
        """What stands between the tags."""
        return raw[self.inner_start : self.inner_end]


@dataclass
class _Unit:
    """A unit of translation with what is needed to keep its raw text.

    In 2 it is a segment of a unit; all segments of a unit share ``around``, the unit itself.
    """

    target: _Range
    around: _Range
    segment: _Range | None = None
    identifier: str = ""
    source: _Range | None = None
    original_data: _Range | None = None
    matches: _Range | None = None


def read(data: bytes, options: Options) -> Document:
    """The document of an XLIFF file.

    Raises:
        DocumentError: it is not well-formed XML or not XLIFF, or its target language is not English.
    """
    decoded = decode_xml(data, subject=options.subject, encoding=options.encoding)
    reader = _Reader(decoded.text, options)
    for token in tokens(decoded.text, subject=options.subject):
        reader.handle(token)
    if not reader.version:
        raise DocumentError("is not XLIFF", subject=options.subject, remedy="is it what its name says?")

    def build(changes: Sequence[Change]) -> bytes:
        new = [(change.start, change.end, escape_text(change.new)) for change in changes]
        places = sorted(change.start for change in changes)
        changed = [unit for unit in reader.units if _has_one(places, unit.target)]
        keep = _kept_1 if reader.version == "1" else _kept_2
        new += keep(decoded.text, changed, options)
        return decoded.encode(splice(decoded.text, new), errors="xmlcharrefreplace")

    return Document(decoded.text, reader.builder.pieces(), build)


class _Reader:
    """Finds the units and hands their targets to a builder."""

    def __init__(self, raw: str, options: Options) -> None:
        self.version = ""
        self.units: list[_Unit] = []
        self.builder = Builder()
        self._raw = raw
        self._options = options
        self._names: list[str] = []
        self._locks = [False]
        self._ranges: dict[str, _Range] = {}
        self._target: SegmentReader | None = None
        self._is_done = False
        self._identifier = ""

    def handle(self, token: Token) -> None:
        """Take the next token."""
        name = local(token.name) if token.kind in ("start", "end") else ""
        if self._target is not None and name != "target":
            self._target.handle(token)
        elif token.kind == "start":
            self._start(name, token)
            self._names.append(name)
        elif token.kind == "end":
            self._names.pop()
            self._end(name, token)

    def _start(self, name: str, token: Token) -> None:
        attributes = token.attributes
        parent = self._names[-1] if self._names else ""
        if name == "xliff":
            self.version = attributes.get("version", "1")[:1]
            check_english(attributes.get("trgLang", ""), self._options.subject)
        elif name == "file":
            check_english(attributes.get("target-language", ""), self._options.subject)
        if name in _CONTAINERS:
            is_open = attributes.get("translate", "no" if self._locks[-1] else "yes") != "no"
            self._locks.append(not is_open or attributes.get("approved") == "yes")
            self._ranges.pop("matches", None)
            self._ranges.pop("originalData", None)
        if name == "segment":
            self._identifier = attributes.get("id", "")
        if name in ("segment", "trans-unit"):
            self._is_done = attributes.get("state") in _DONE
            self._ranges.pop("source", None)
        if parent in ("trans-unit", "unit", "segment") or name in _CONTAINERS:
            tag = self._raw[token.start : token.end]
            self._ranges[name] = _Range(tag, token.start, token.end, token.end, token.end)
        if name == "target" and parent in ("trans-unit", "segment"):
            self._is_done = self._is_done or attributes.get("state") in _DONE
            if not self._locks[-1] and not self._is_done:
                self._target = SegmentReader(self._raw, self.builder)

    def _end(self, name: str, token: Token) -> None:
        parent = self._names[-1] if self._names else ""
        found = self._ranges.get(name)
        if found is not None and (parent in ("trans-unit", "unit", "segment") or name in _CONTAINERS):
            found.inner_end, found.end = token.start, token.end
        if name in _CONTAINERS:
            self._locks.pop()
        if name == "target" and self._target is not None and found is not None:
            self._target = None
            self.builder.end_block()
            self.units.append(self._unit(found, parent))

    def _unit(self, target: _Range, parent: str) -> _Unit:
        ranges = self._ranges
        if parent == "trans-unit":
            return _Unit(target, ranges["trans-unit"])
        return _Unit(
            target,
            ranges["unit"],
            ranges["segment"],
            self._identifier,
            ranges.get("source"),
            ranges.get("originalData"),
            ranges.get("matches"),
        )


def _kept_1(raw: str, changed: Sequence[_Unit], options: Options) -> Iterator[tuple[int, int, str]]:
    for unit in changed:
        target = unit.target
        yield target.start, target.inner_start, _with_state(target.tag, _STATE_1[options.state])
        prefix = _prefix(target.tag)
        old = f"<{prefix}target>{target.inner(raw)}</{prefix}target>"
        origin = 'alttranstype="previous-version" origin="refluent"'
        yield target.end, target.end, f"<{prefix}alt-trans {origin}>{old}</{prefix}alt-trans>"


def _kept_2(raw: str, changed: Sequence[_Unit], options: Options) -> Iterator[tuple[int, int, str]]:
    around: dict[int, list[str]] = {}
    for number, unit in enumerate(changed, start=1):
        segment = unit.segment or unit.around
        tag = re.sub(r"""\ssubState\s*=\s*("[^"]*"|'[^']*')""", "", _with_state(segment.tag, "translated"))
        identifier = unit.identifier or f"refluent-{number}"
        added = ("" if unit.identifier else f' id="{identifier}"') + _STATE_2[options.state]
        yield segment.start, segment.inner_start, f"{tag[:-1]}{added}>"
        around.setdefault(unit.around.start, []).append(_match(raw, unit, identifier))
    units = {unit.around.start: unit for unit in changed}
    for start, matches in around.items():
        unit = units[start]
        if unit.matches is not None and unit.matches.inner_end < unit.matches.end:
            yield unit.matches.inner_end, unit.matches.inner_end, "".join(matches)
        else:
            place = unit.around.inner_start
            yield place, place, f'<mtc:matches xmlns:mtc="{_MATCHES}">{"".join(matches)}</mtc:matches>'


def _match(raw: str, unit: _Unit, identifier: str) -> str:
    prefix = _prefix(unit.target.tag)
    of_matches = "mtc:" if unit.matches is None else _prefix(unit.matches.tag)
    # Where matches have no prefix, plain names would not be those of the core.
    space = "" if prefix or of_matches else f' xmlns="{_core(raw)}"'
    data = "" if unit.original_data is None else raw[unit.original_data.start : unit.original_data.end]
    source = "" if unit.source is None else unit.source.inner(raw)
    texts = (("source", source), ("target", unit.target.inner(raw)))
    inner = data + "".join(f"<{prefix}{name}{space}>{text}</{prefix}{name}>" for name, text in texts)
    return f'<{of_matches}match ref="#{identifier}">{inner}</{of_matches}match>'


def _core(raw: str) -> str:
    match = re.search(r"urn:oasis:names:tc:xliff:document:[\d.]+", raw)
    return match[0] if match else ""


def _prefix(tag: str) -> str:
    """``xlf:`` of ``<xlf:target>``."""
    match = re.match(r"<([\w.-]+:)", tag)
    return match[1] if match else ""


def _with_state(tag: str, state: str) -> str:
    """A start tag with another state."""
    new = f'state="{state}"'
    changed, count = re.subn(r"""(?<=\s)state\s*=\s*("[^"]*"|'[^']*')""", new, tag, count=1)
    return changed if count else f"{tag[:-1].rstrip()} {new}>"


def _has_one(places: Sequence[int], target: _Range) -> bool:
    """Whether one of the places, which ascend, is in a target."""
    number = bisect_left(places, target.inner_start)
    return number < len(places) and places[number] <= target.inner_end
