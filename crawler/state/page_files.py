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
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.article import Page
from crawler.formats.charset import charset_of

SUFFIX = ".warc.gz"
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

    def whereabouts(self, location: Location) -> str:
        """Where a page is, for people: "on this machine", "on the machine ant" ..."""
        if (self.folder / location.file).exists():
            return "on this machine"
        if location.machine in ("", machine_name()):
            return "in no file of this machine"
        return f"on the machine {location.machine}"

    def close(self) -> None:
        """Close the file being written."""
        if self._file is not None:
            self._file.close()
            self._file = None


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
