"""Archives made of case files: their parts one after another, each under a line ``=== its/name``.

What every file of a format has, such as content types, is added here, so that a case shows only what matters.
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

__all__ = ["archive", "parts_of"]

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def parts_of(case: str) -> dict[str, str]:
    """Names and contents of the parts of a case file."""
    pieces = re.split(r"^=== (.+)\n", case, flags=re.MULTILINE)
    return {
        name: content.removesuffix("\n") for name, content in zip(pieces[1::2], pieces[2::2], strict=True)
    }


def archive(kind: str, case: str) -> bytes:
    """The file of a case; ``kind`` is docx, odt or epub."""
    parts = parts_of(case)
    added = {"docx": _docx, "odt": _odt, "epub": _epub}[kind](parts)
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        file.comment = b"informations"
        for name, content in {**added, **parts}.items():
            record = zipfile.ZipInfo(name, date_time=(2001, 2, 3, 4, 5, 6))
            record.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            record.external_attr = 0o640 << 16
            file.writestr(record, content if isinstance(content, bytes) else content.encode())
    return target.getvalue()


def _docx(parts: dict[str, str]) -> dict[str, str | bytes]:
    kinds = {"word/document.xml": "document.main", "word/styles.xml": "styles"}
    for name in parts:
        stem = re.sub(r"\d+$", "", name.removeprefix("word/").removesuffix(".xml"))
        if stem in ("header", "footer", "footnotes", "endnotes", "comments"):
            kinds[name] = stem
    types = "".join(
        f'<Override PartName="/{name}" ContentType="{_WORD}.{kind}+xml"/>' for name, kind in kinds.items()
    )
    types += '<Default Extension="xml" ContentType="application/xml"/>'
    types += '<Default Extension="png" ContentType="image/png"/>'
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    types += f'<Default Extension="rels" ContentType="{rels}"/>'
    links = "".join(
        _link(f"r{number}", kinds[name], name.removeprefix("word/"))
        for number, name in enumerate(kinds)
        if name != "word/document.xml"
    )
    links += _link("h1", "hyperlink", 'http://informations.org" TargetMode="External')
    main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">{types}</Types>',
        "_rels/.rels": _links(_link("a", "officeDocument", "word/document.xml")),
        "word/_rels/document.xml.rels": _links(links),
        "word/styles.xml": f'{_HEAD}<w:styles xmlns:w="{main}"><w:style w:type="paragraph" w:default="1" '
        'w:styleId="Normal"><w:name w:val="informations"/></w:style></w:styles>',
        "word/media/image1.png": b"\x89PNG informations",
    }


def _link(identifier: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{identifier}" Type="{_LINKS}/{kind}" Target="{target}"/>'


def _links(links: str) -> str:
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'


def _odt(parts: dict[str, str]) -> dict[str, str | bytes]:
    kind = "application/vnd.oasis.opendocument.text"
    entry = '<manifest:file-entry manifest:full-path="{}" manifest:media-type="{}"/>'
    entries = "".join(entry.format(name, "text/xml") for name in parts)
    # LibreOffice takes an archive with a part that is not listed for a broken one.
    entries += entry.format("Pictures/informations.png", "image/png")
    return {
        "mimetype": kind,
        "META-INF/manifest.xml": f'{_HEAD}<manifest:manifest manifest:version="1.2" '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f"{entry.format('/', kind)}{entries}</manifest:manifest>",
        "Pictures/informations.png": b"\x89PNG informations",
    }


def _epub(parts: dict[str, str]) -> dict[str, str | bytes]:
    return {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": f'{_HEAD}<container version="1.0" '
        'xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile '
        'full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
        "OEBPS/images/cover.jpg": b"\xff\xd8 informations",
    }
