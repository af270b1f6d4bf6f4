"""Tracked changes: accepting all gives the repaired document, rejecting all the original one."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

import docx
import pytest
from archives import archive
from lxml import etree
from phrasebook import CASES, before, repair

from refluent.documents.base import Options
from refluent.documents.registry import documents_of, format_of
from refluent.documents.rewrite import rewrite
from refluent.errors import DocumentError

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MACRO = """<?xml version="1.0" encoding="UTF-8"?>
<script:module xmlns:script="http://openoffice.org/2000/script"
 script:name="Module1" script:language="StarBasic">
Sub Run(list)
    Dim loading(0) As New com.sun.star.beans.PropertyValue
    loading(0).Name = "Hidden"
    loading(0).Value = True
    Dim storing(1) As New com.sun.star.beans.PropertyValue
    storing(0).Name = "FilterName"
    storing(0).Value = "Text (encoded)"
    storing(1).Name = "FilterOptions"
    storing(1).Value = "UTF8,LF"
    helper = createUnoService("com.sun.star.frame.DispatchHelper")
    number = FreeFile
    Open list For Input As #number
    Do While Not Eof(number)
        Line Input #number, row
        parts = Split(row, "|")
        document = StarDesktop.loadComponentFromURL(ConvertToURL(parts(0)), "_blank", 0, loading())
        If parts(2) &lt;&gt; "" Then
            helper.executeDispatch(document.CurrentController.Frame, parts(2), "", 0, Array())
        End If
        document.storeToURL(ConvertToURL(parts(1)), storing())
        document.close(True)
    Loop
    Close #number
End Sub
</script:module>
"""


def made(name: str, data: bytes, *, is_tracked: bool) -> bytes:
    (document,) = documents_of(BytesIO(data), format_of(name), Options(is_tracked=is_tracked))
    return rewrite(document, repair(document.text)).data


def source(kind: str, name: str) -> bytes:
    return archive(kind, before((CASES / kind / f"{name}.parts").read_bytes()).decode())


def texts(data: bytes, *, accept: bool | None = None) -> list[str]:
    """The paragraphs that Word would show, after a decision on the changes by refluent."""
    drop, keep = ("del", "ins") if accept else ("ins", "del")
    with zipfile.ZipFile(BytesIO(data)) as file:
        root = etree.fromstring(file.read("word/document.xml"))
    for element in list(root.iter(f"{W}ins", f"{W}del")):
        if element.get(f"{W}author") != "refluent":
            continue
        parent, place = element.getparent(), element.getparent().index(element)
        if element.tag == W + drop:
            assert element.tail is None or not element.tail.strip()
        elif element.tag == W + keep:
            for child in element:
                parent.insert(place, child)
                place += 1
        parent.remove(element)
    shown = (f"{W}t", f"{W}delText") if accept is False else (f"{W}t",)
    return ["".join(text.text or "" for text in paragraph.iter(*shown)) for paragraph in root.iter(f"{W}p")]


@pytest.mark.parametrize("name", ["runs", "word_cuts"])
def test_accepting_all_in_word_gives_the_repair_and_rejecting_all_the_original(name: str):
    data = source("docx", name)
    tracked = made("x.docx", data, is_tracked=True)
    assert texts(tracked, accept=True) == texts(made("x.docx", data, is_tracked=False), accept=True)
    assert texts(tracked, accept=False) == texts(data, accept=False)


def test_word_changes_have_author_format_and_a_comment():
    tracked = made("x.docx", source("docx", "runs"), is_tracked=True)
    document = docx.Document(BytesIO(tracked))
    comments = [comment.text for comment in document.comments]
    assert comments
    assert set(comments) == {"word choice, confidence 0.75"}
    assert {comment.author for comment in document.comments} == {"refluent"}
    xml = zipfile.ZipFile(BytesIO(tracked)).read("word/document.xml").decode()
    assert '<w:r><w:rPr><w:i/></w:rPr><w:delText xml:space="preserve">big</w:delText></w:r>' in xml
    assert '<w:r><w:rPr><w:i/></w:rPr><w:t xml:space="preserve">large</w:t></w:r>' in xml
    numbers = re.findall(r'<w:(?:ins|del) w:id="(\d+)"', xml)
    assert len(numbers) == len(set(numbers))


def test_comments_that_were_there_stay():
    tracked = made("x.docx", source("docx", "structures"), is_tracked=True)
    comments = list(docx.Document(BytesIO(tracked)).comments)
    assert comments[0].text == "informations"
    assert len({comment.comment_id for comment in comments}) == len(comments) > 5


def test_html_changes_are_marked():
    html = made("x.html", b"<p>He goed to <b>childs</b>.</p>", is_tracked=True).decode()
    title = 'title="word choice, confidence 0.75"'
    assert html == (
        f"<p>He <del {title}>goed</del><ins {title}>went</ins> to "
        f"<b><del {title}>childs</del><ins {title}>children</ins></b>.</p>"
    )


def test_a_format_without_tracked_changes_says_so():
    with pytest.raises(DocumentError, match=r"txt has no tracked changes; these have: html, docx, odt"):
        made("x.txt", b"goed", is_tracked=True)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize(
    ("kind", "name"), [("docx", "runs"), ("docx", "structures"), ("odt", "structures"), ("odt", "tracked")]
)
def test_libreoffice_accepts_and_rejects(kind: str, name: str, tmp_path: Path, office: list[str]):
    data = source(kind, name)
    plain = made(f"x.{kind}", data, is_tracked=False)
    if kind == "odt":
        # Changes in headers are not tracked.
        plain = _with_part(plain, "styles.xml", data)
    files = {"original": data, "repaired": plain, "tracked": made(f"x.{kind}", data, is_tracked=True)}
    for stem, content in files.items():
        (tmp_path / f"{stem}.{kind}").write_bytes(content)
    command = {"accepted": ".uno:AcceptAllTrackedChanges", "rejected": ".uno:RejectAllTrackedChanges"}
    rows = [(f"tracked.{kind}", f"{outcome}.txt", command[outcome]) for outcome in command]
    # The same decision on the changes of other people.
    rows += [(f"repaired.{kind}", "repaired.txt", command["accepted"])]
    rows += [(f"original.{kind}", "original.txt", command["rejected"])]
    _review(tmp_path, rows, office)
    assert _text(tmp_path / "accepted.txt") == _text(tmp_path / "repaired.txt")
    assert _text(tmp_path / "rejected.txt") == _text(tmp_path / "original.txt")
    assert _text(tmp_path / "accepted.txt") != _text(tmp_path / "rejected.txt")


def _with_part(data: bytes, name: str, source_data: bytes) -> bytes:
    target = BytesIO()
    other = zipfile.ZipFile(BytesIO(source_data))
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            new.writestr(info, (other if info.filename == name else old).read(info.filename))
    return target.getvalue()


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """LibreOffice with the macro above in its own profile, which the first start makes."""
    profile = tmp_path_factory.mktemp("office")
    command = ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--norestore"]
    subprocess.run([*command, "--terminate_after_init"], check=True, capture_output=True, timeout=150)
    (profile / "user" / "basic" / "Standard" / "Module1.xba").write_text(MACRO, encoding="utf-8")
    return command


def _review(folder: Path, rows: list[tuple[str, str, str]], office: list[str]) -> None:
    listing = folder / "list.txt"
    lines = (f"{folder / old}|{folder / new}|{how}" for old, new, how in rows)
    listing.write_text("\n".join(lines), encoding="utf-8")
    macro = f'macro:///Standard.Module1.Run("{listing}")'
    subprocess.run([*office, macro], check=True, capture_output=True, timeout=150)
