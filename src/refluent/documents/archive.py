"""Files that are ZIP archives: some of their parts hold text, all others are copied.

An archive is hostile until shown otherwise. Nothing is ever unpacked to disk; what claims to become too
large, has names that lead out of a folder, the same name twice, or is encrypted, is refused.
"""

from __future__ import annotations

import copy
import shutil
import zipfile
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

from refluent.documents.base import Change, Document, splice
from refluent.documents.builder import Builder
from refluent.documents.encoding import Decoded
from refluent.errors import DocumentError

__all__ = ["Archive", "Part", "document_of"]

_MAX_MEMBERS = 20_000
_MAX_BYTES = 1 << 30
_MAX_TEXT_BYTES = 64 << 20
_OLE = b"\xd0\xcf\x11\xe0"
_IS_ENCRYPTED = 0x1


class Archive:
    """A ZIP archive in memory.

    Args:
        data: its bytes.
        subject: what to call it in an error.

    Raises:
        DocumentError: it is not a ZIP archive, or is one that may do harm.
    """

    def __init__(self, data: bytes, subject: str) -> None:
        self.subject = subject
        self._data = data
        self._n_bytes = 0
        if data.startswith(_OLE):
            remedy = "open it, and save it without a password in the new format"
            raise DocumentError("is encrypted, or of an old format", subject=subject, remedy=remedy)
        try:
            self._file = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            raise self.broken("is not a ZIP archive") from error
        self._members = {info.filename: info for info in self._file.infolist()}
        self._check()

    def _check(self) -> None:
        infos = self._file.infolist()
        if len(infos) > _MAX_MEMBERS or sum(info.file_size for info in infos) > _MAX_BYTES:
            raise DocumentError(f"unpacks to more than {_MAX_BYTES >> 20} MiB", subject=self.subject)
        if len(infos) != len(self._members):
            raise self.broken("has two parts of one name")
        for info in infos:
            parts = info.filename.replace("\\", "/").split("/")
            if ".." in parts or parts[0] == "" or ":" in parts[0]:
                raise self.broken(f"has a part with the name {info.filename!r}, which leads out of it")
            if info.flag_bits & _IS_ENCRYPTED:
                raise DocumentError("is encrypted", subject=self.subject, remedy="save it without a password")

    def broken(self, problem: str) -> DocumentError:
        """The error for an archive that is not what it should be."""
        return DocumentError(problem, subject=self.subject, remedy="is it what its name says?")

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str) -> bytes:
        """The content of a part that holds text or describes others.

        Raises:
            DocumentError: it is missing, damaged or too large.
        """
        info = self._members.get(name)
        if info is None:
            raise self.broken(f"has no part {name}")
        self._n_bytes += info.file_size
        if self._n_bytes > _MAX_TEXT_BYTES:
            raise DocumentError(f"has more than {_MAX_TEXT_BYTES >> 20} MiB of text", subject=self.subject)
        try:
            return self._file.read(info)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise self.broken(f"is damaged in {name}") from error

    def rebuilt(self, new: Mapping[str, bytes]) -> bytes:
        """The archive with some parts replaced or added; all others are copied in their order.

        Raises:
            DocumentError: a part is damaged.
        """
        target = BytesIO()
        try:
            with zipfile.ZipFile(target, "w") as file:
                file.comment = self._file.comment
                for name, info in self._members.items():
                    # Writing changes sizes and offsets in the record.
                    record = copy.copy(info)
                    if name in new:
                        file.writestr(record, new[name])
                    else:
                        with self._file.open(info) as old, file.open(record, "w") as copied:
                            shutil.copyfileobj(old, copied)
                for name in new.keys() - self._members.keys():
                    record = zipfile.ZipInfo(name)
                    record.compress_type = zipfile.ZIP_DEFLATED
                    file.writestr(record, new[name])
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise self.broken("is damaged") from error
        return target.getvalue()


@dataclass(frozen=True)
class Part:
    """A part that holds text.

    Attributes:
        name: its name in the archive.
        stored: its content.
    """

    name: str
    stored: Decoded

    def spliced(self, new: Iterable[tuple[int, int, str]]) -> bytes:
        """The part with some stretches rewritten."""
        return self.stored.encode(splice(self.stored.text, new), errors="xmlcharrefreplace")


ByPart = Mapping[str, Sequence[Change]]


def document_of(
    archive: Archive,
    data: bytes,
    parts: Sequence[Part],
    *,
    hand_over: Callable[[Part, Builder], None],
    rewrite: Callable[[ByPart], Mapping[str, bytes]],
) -> Document:
    """The document of an archive.

    Args:
        archive: the archive.
        data: its bytes, which stay if nothing changes.
        parts: those that hold text, in reading order.
        hand_over: hands the pieces of a part to a builder; offsets count in that part.
        rewrite: gives the parts that become others, from the changes in each; offsets count in that part.
    """
    builder = Builder()
    bases: dict[str, int] = {}
    for part in parts:
        bases[part.name] = builder.base
        hand_over(part, builder)
        builder.end_block()
        builder.base += len(part.stored.text)

    def build(changes: Sequence[Change]) -> bytes:
        by_part: dict[str, list[Change]] = {}
        names, starts = list(bases), list(bases.values())
        for change in changes:
            number = bisect_right(starts, change.start) - 1
            base = starts[number]
            local = change._replace(start=change.start - base, end=change.end - base)
            by_part.setdefault(names[number], []).append(local)
        return archive.rebuilt(rewrite(by_part)) if by_part else data

    return Document("".join(part.stored.text for part in parts), builder.pieces(), build)
