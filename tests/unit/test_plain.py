"""Plain text files keep their bytes."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from refluent.documents.base import Options
from refluent.documents.codes import changes_of
from refluent.documents.plain import read
from refluent.errors import DocumentError
from refluent.types import Edit, Span, Status

printable = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(
    lambda text: bool(text.strip())
)
MARKS = {"utf-8": codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE, "utf-32-be": codecs.BOM_UTF32_BE}


@settings(derandomize=True, deadline=None, max_examples=60)
@given(printable, st.sampled_from(["", *MARKS]), st.sampled_from(["\n", "\r\n", "\r", "\n\r\n"]))
def test_reading_and_encoding_gives_the_same_bytes(text: str, marked: str, line_end: str):
    data = MARKS.get(marked, b"") + (text.lstrip("\ufeff") + line_end + "end").encode(marked or "utf-8")
    document = read(data)
    assert document.build([]) == data
    assert document.text.endswith(f"{line_end}end")


def test_form_feeds_and_escapes_are_text():
    assert read(b"one\x0ctwo \x1b[1mthree").text == "one\x0ctwo \x1b[1mthree"


@pytest.mark.parametrize("data", [b"\x00\x01\x02", b"text\x00text", bytes(range(1, 32)) * 4 + b"text"])
def test_binary_is_refused(data: bytes):
    with pytest.raises(DocumentError, match="binary"):
        read(data, Options(subject="file"))


def test_a_character_that_cannot_be_stored_is_named():
    document = read(b"plain", Options(encoding="ascii"))
    edit = Edit(Span(0, 5), "plain", "caf\u00e9", status=Status.ACCEPTED)
    with pytest.raises(DocumentError, match="'\u00e9', which ascii cannot store"):
        document.build(changes_of(document, [edit]))
