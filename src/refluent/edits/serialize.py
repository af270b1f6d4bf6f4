"""Edits as JSON records and back; the schema is documented in docs/edits-json.md.

Reading is strict: a record that a reviewer damaged must not become another edit than the one they saw.
"""

from __future__ import annotations

from collections.abc import Mapping

from refluent.types import Category, Edit, Span, Status

__all__ = ["SCHEMA_VERSION", "from_json", "to_json"]

# Goes up when a program that reads the old records could misread the new ones.
SCHEMA_VERSION = 1

_TEXTS = ("original", "replacement", "category", "status", "reason", "origin")
_KEYS = ("start", "end", *_TEXTS, "confidence")


def to_json(edit: Edit) -> dict[str, object]:
    """The record of an edit: every field, with names of categories and statuses as a person reads them."""
    return {
        "start": edit.span.start,
        "end": edit.span.end,
        "original": edit.original,
        "replacement": edit.replacement,
        "category": edit.category.value,
        "confidence": edit.confidence,
        "status": edit.status.value,
        "reason": edit.reason,
        "origin": edit.origin,
    }


def from_json(record: object) -> Edit:
    """The edit of a record.

    A reviewer who accepts a rejected edit only changes its status: the reason is dropped then.

    Raises:
        KeyError: a field is missing.
        TypeError: a field, or the record, is of the wrong type.
        ValueError: a field is unknown or has a value that an edit cannot have.
    """
    if not isinstance(record, Mapping):
        raise TypeError(f"an edit must be an object, not {type(record).__name__}")
    unknown = sorted(str(name) for name in record if name not in _KEYS)
    if unknown:
        raise ValueError(f"an edit has no field {unknown[0]!r}; it has {', '.join(_KEYS)}")
    texts = {name: _text(record, name) for name in _TEXTS}
    status = Status(texts["status"])
    return Edit(
        span=Span(_offset(record, "start"), _offset(record, "end")),
        original=texts["original"],
        replacement=texts["replacement"],
        category=Category(texts["category"]),
        confidence=_number(record, "confidence"),
        status=status,
        reason=texts["reason"] if status is Status.REJECTED else "",
        origin=texts["origin"],
    )


def _text(record: Mapping[str, object], name: str) -> str:
    value = record[name]
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a string, not {value!r}")
    return value


def _offset(record: Mapping[str, object], name: str) -> int:
    value = record[name]
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} must be a whole number, not {value!r}")
    return value


def _number(record: Mapping[str, object], name: str) -> float:
    value = record[name]
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise TypeError(f"{name} must be a number, not {value!r}")
    return float(value)
