"""Damaged, hostile and mislabelled files: one clear error each, no harm."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from archives import archive

from refluent.documents import archive as archives
from refluent.documents import lines, registry
from refluent.documents.base import Document, Options
from refluent.documents.registry import documents_of, format_of
from refluent.errors import RefluentError

BOMB = """<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<xliff version="1.2"><file><body><trans-unit id="1"><target>&b;</target></trans-unit></body></file></xliff>"""
OUTSIDE = """<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<xliff version="1.2"><file><body><trans-unit id="1"><target>&a;</target></trans-unit></body></file></xliff>"""


def opened(name: str, data: bytes, *columns: str) -> list[Document]:
    return list(documents_of(BytesIO(data), format_of(name), Options(subject=name, columns=columns)))


def zipped(*members: tuple[str, bytes]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members:
            file.writestr(name, data)
    return target.getvalue()


def encrypted() -> bytes:
    data = bytearray(zipped(("word/document.xml", b"x")))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def damaged() -> bytes:
    """A document whose compressed text was overwritten."""
    data = bytearray(archive("docx", f"=== word/document.xml\n<a>{[*range(300)]}</a>\n"))
    place = data.index(b"word/document.xml", data.index(b"word/media")) + len("word/document.xml")
    data[place + 10 : place + 20] = b"\xff" * 10
    return bytes(data)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("x.docx", b"just text", "is not a ZIP archive; is it what its name says"),
        ("x.docx", b"\xd0\xcf\x11\xe0 old", "is encrypted, or of an old format"),
        ("x.docx", encrypted(), "is encrypted; save it without a password"),
        ("x.docx", zipped(("../../etc/passwd", b"x")), "leads out of it"),
        ("x.docx", zipped(("/etc/passwd", b"x")), "leads out of it"),
        ("x.docx", zipped(("c:\\windows", b"x")), "leads out of it"),
        ("x.docx", zipped(("a.txt", b"x")), "has no part \\[Content_Types\\].xml"),
        ("x.docx", archive("odt", "=== content.xml\n<x/>\n"), "has no part \\[Content_Types\\].xml"),
        ("x.docx", damaged(), "is damaged in word/document.xml"),
        ("x.docx", archive("docx", "=== word/document.xml\n<a><b></a>\n"), "is not well-formed XML"),
        ("x.odt", archive("epub", "=== content.xml\n<x/>\n"), "is no OpenDocument text"),
        ("x.odt", zipped(("content.xml", BOMB.encode())), "declares entities"),
        ("x.epub", zipped(("a", b"x")), "has no part META-INF/container.xml"),
        ("x.xlf", BOMB.encode(), "declares entities"),
        ("x.xlf", OUTSIDE.encode(), "declares entities"),
        ("x.xlf", b"<html/>", "is not XLIFF"),
        ("x.xlf", b'<xliff version="2.0" trgLang="de-DE"/>', "has text in the language de-DE"),
        ("x.xlf", b"<xliff>" + b"<g>" * 50_000, "is not well-formed XML"),
        ("x.tmx", b'<tmx><tuv xml:lang="de"><seg>x</seg></tuv></tmx>', "has no English segment"),
        ("x.po", b'msgid ""\nmsgstr "Language: fr\\n"\n', "has text in the language fr"),
        ("x.po", b"nothing of the kind", "has no message"),
        ("x.srt", b"nothing of the kind", "has no cues"),
        ("x.html", b"\x89PNG\r\n\0\0", "is a binary file"),
        ("x.md", b"caf\xe9", "is not UTF-8"),
        ("x.jsonl", b'{"text": "x"}\n{"text": \n', "line 2 is not a JSON object"),
        ("x.jsonl", b'{"a": ' + b"[" * 100_000 + b"\n", "line 1 is not a JSON object"),
        ("x.jsonl", b'{"a": 1}', "no record has text in text"),
        ("x.csv", b'text\n"never closed\n', "a quote in record 2 is not closed"),
        ("x.csv", b'text\n"x" y\n', "has text after a closing quote"),
        ("x.csv", b"a,b\n1,2\n", "has no column 'text'; the columns are a, b"),
    ],
)
def test_an_unusable_file_gives_one_clear_error(name: str, data: bytes, message: str):
    with pytest.raises(RefluentError, match=message) as caught:
        opened(name, data, "text")
    assert str(caught.value).startswith(f"{name}: ")
    assert "\n" not in str(caught.value)


def test_a_zip_bomb_is_refused_by_what_it_claims(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(archives, "_MAX_BYTES", 1 << 20)
    with pytest.raises(RefluentError, match="unpacks to more than 1 MiB"):
        opened("x.docx", zipped(("a", b"0" * (2 << 20))))


def test_a_part_that_is_larger_than_it_claims_is_damaged():
    data = bytearray(archive("docx", f"=== word/document.xml\n<a>{'text ' * 500}</a>\n"))
    place = data.index(b"PK\x01\x02", data.rindex(b"word/document.xml") - 60)
    data[place + 24 : place + 28] = (100).to_bytes(4, "little")
    with pytest.raises(RefluentError, match=r"is damaged in word/document\.xml"):
        opened("x.docx", bytes(data))


def test_a_file_that_is_too_large_is_refused_and_a_table_of_that_size_is_not(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(registry, "MAX_DOCUMENT_BYTES", 1000)
    with pytest.raises(RefluentError, match=r"is larger than .* MiB; split it"):
        opened("x.txt", b"word " * 300)
    assert len(opened("x.jsonl", b'{"text": "word"}\n' * 100, "text")) == 101


def test_a_line_that_never_ends_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lines, "MAX_RECORD_CHARACTERS", 1 << 16)
    with pytest.raises(RefluentError, match="line 1 is longer than"):
        opened("x.jsonl", b'{"text": "' + b"a" * (1 << 20), "text")


@pytest.mark.parametrize("name", ["x.html", "x.md"])
def test_deep_nesting_is_flat_here(name: str):
    for data in (b"<b>" * 20_000 + b"word", b"> " * 200 + b"word", b"*" * 2_000 + b"word" + b"*" * 2_000):
        (document,) = opened(name, data)
        assert document.build([]) == data


def test_an_encrypted_chapter_is_not_opened():
    case = """=== OEBPS/content.opf
<package><manifest><item id="c" href="c.xhtml" media-type="application/xhtml+xml"/></manifest>
<spine><itemref idref="c"/></spine></package>
=== OEBPS/c.xhtml
<html/>
=== META-INF/encryption.xml
<encryption><CipherReference URI="OEBPS/c.xhtml"/></encryption>
"""
    with pytest.raises(RefluentError, match="is encrypted"):
        opened("x.epub", archive("epub", case))
