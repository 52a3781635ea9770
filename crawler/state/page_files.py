"""The files of the page archive: fetched pages as WARC, one file a day and process.

Each record is gzip of its own, so that one page is read by its place alone. Named by their machine,
since many may share the folder. Other tools read these files too. Worker processes write them:
where each page stands is written into the state database by `archive`.
"""

import gzip
import io
import os
import re
import secrets
import socket
import struct
import zlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.article import Page
from crawler.formats.charset import charset_of
from crawler.urls import document_id

SUFFIX = ".warc.gz"
_GZIP = 16 + zlib.MAX_WBITS
_HEAD = b"\x1f\x8b\x08\x10\0\0\0\0\0\xff"  # of a gzip member with a comment (RFC 1952)
STORED, COMPRESSED = 0, 6  # levels of zlib; what is compressed shrinks no further


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where a page stands: file name inside the archive and byte offset."""

    file: str
    place: int

    @property
    def machine(self) -> str:
        """The machine that wrote it; "" when the name tells none."""
        return self.file.removesuffix(SUFFIX)[len("2026-01-01-") :].rpartition(".")[0]


class PageFiles:
    """Writes and reads the archive's files; one process writes one file a day."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file: Any = None
        self._name = ""
        # the last part: two machines may bear one name, and a process id comes again
        self._writer = f"{machine_name()}.{os.getpid()}{secrets.token_hex(3)}"

    def write(self, page: Page) -> Location:
        """Append a page. Returns: where it stands."""
        name = f"{page.fetched_at:%Y-%m-%d}-{self._writer}{SUFFIX}"
        if name != self._name:
            self.close()
            self.folder.mkdir(parents=True, exist_ok=True)
            self._file = (self.folder / name).open("ab")
            self._name = name
        place = self._file.seek(0, io.SEEK_END)
        kind = "text/html" + (f"; charset={page.encoding}" if page.encoding else "")
        fields = [("Content-Type", kind)]
        if page.coding:  # kept as it travelled
            fields.append(("Content-Encoding", page.coding))
        plain = io.BytesIO()
        writer = WARCWriter(plain, gzip=False)
        record = writer.create_warc_record(
            page.url,
            "response",
            payload=io.BytesIO(page.body),
            length=len(page.body),  # else warcio goes by way of a temporary file
            http_headers=StatusAndHeaders("200 OK", fields, protocol="HTTP/1.1"),
            warc_headers_dict={"WARC-Date": page.fetched_at.strftime("%Y-%m-%dT%H:%M:%SZ")},
        )
        writer.write_record(record)
        level = STORED if page.coding else COMPRESSED
        self._file.write(gzip.compress(plain.getvalue(), level, mtime=0))
        self._file.flush()
        return Location(file=name, place=place)

    def read(self, location: Location) -> Page | None:
        """A page back from the archive, or None when its file is gone or broken there."""
        try:
            with (self.folder / location.file).open("rb") as stream:
                stream.seek(location.place)
                record = next(iter(ArchiveIterator(stream)), None)
                return None if record is None else page_from_record(record)
        except (OSError, ValueError):
            return None

    def find(
        self, ids: Collection[str], *, on_broken: Callable[[str], object]
    ) -> Iterator[Location]:
        """Every page of this machine's files whose address has one of these ids.

        on_broken: gets which file could not be looked through.
        """
        for path in sorted(self.folder.glob(f"*{SUFFIX}")):
            try:
                with path.open("rb") as stream:
                    records = ArchiveIterator(stream)
                    for record in records:
                        url = record.rec_headers.get_header("WARC-Target-URI") or ""
                        if url and document_id(url) in ids:
                            yield Location(file=path.name, place=records.get_record_offset())
                    whole = records.offset >= path.stat().st_size
            except (ValueError, EOFError, OSError, ArchiveLoadFailed):
                whole = False
            if not whole:  # as a kill leaves it, at its end
                on_broken(f"{path} cannot be read to its end: what stands there is not erased")

    def erase(self, location: Location) -> bool:
        """Overwrite a page by an empty record of its length: all others stay where they are.

        Returns: False when no page of this machine stands there.
        """
        try:
            with (self.folder / location.file).open("r+b") as file:
                length = _length_of_member(file, location.place)
                if not length:
                    return False
                file.seek(location.place)
                file.write(_empty_member(length))
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            return False
        return True

    def whereabouts(self, location: Location) -> str:
        """Where a page is, for people: "on this machine", "on the machine ant" ..."""
        if self.has_lost(location):
            return "in no file of this machine"
        if (self.folder / location.file).exists():
            return "on this machine"
        return f"on the machine {location.machine}"

    def has_lost(self, location: Location) -> bool:
        """Whether a page's file was this machine's and is there no more."""
        ours = location.machine in ("", machine_name())
        return ours and not (self.folder / location.file).exists()

    def close(self) -> None:
        """Close the file being written."""
        if self._file is not None:
            self._file.close()
            self._file = None


_EMPTY_RECORD = (
    b"WARC/1.0\r\nWARC-Type: metadata\r\nContent-Type: text/plain\r\n"
    b"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000000>\r\n"
    b"WARC-Date: 1970-01-01T00:00:00Z\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
)


def _length_of_member(file: BinaryIO, place: int) -> int:
    """Bytes of the gzip member that begins at a place; 0 where none ends."""
    file.seek(place)
    reading, length = zlib.decompressobj(_GZIP), 0
    while not reading.eof:
        piece = file.read(1 << 16)
        if not piece:
            return 0
        try:
            reading.decompress(piece)
        except zlib.error:
            return 0
        length += len(piece)
    return length - len(reading.unused_data)


def _empty_member(length: int) -> bytes:
    """An empty WARC record as a gzip member of just this length, filled up by its comment."""
    for record in (_EMPTY_RECORD, b""):  # nothing, in the place of the smallest of pages
        packing = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
        packed = packing.compress(record) + packing.flush()
        end = struct.pack("<II", zlib.crc32(record), len(record))
        fill = length - len(_HEAD) - 1 - len(packed) - len(end)
        if fill >= 0:
            return _HEAD + b" " * fill + b"\0" + packed + end
    raise ValueError(f"no gzip member has {length} bytes")


def machine_name() -> str:
    """This machine's name as it stands in names of files."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", socket.gethostname())[:64] or "machine"


def page_from_record(record: Any) -> Page | None:
    """A WARC response record as a page; None when it is no HTML answer."""
    if record.rec_type != "response" or record.http_headers is None:
        return None
    kind = (record.http_headers.get_header("Content-Type") or "").lower()
    if "html" not in kind:
        return None
    when = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date"))
    return Page(
        url=record.rec_headers.get_header("WARC-Target-URI"),
        body=record.content_stream().read(),
        encoding=charset_of(kind),
        fetched_at=when if when.tzinfo else when.replace(tzinfo=UTC),
    )
