"""The page archive: fetched pages as WARC files, so that a new rule needs no new fetch.

A worker process writes what it reads into a file of its own (one a day and process, gzip a record),
named by its machine, so that many may share a folder; where each page stands is in the state
database. Old days expire, the oldest first when the archive
outgrows its limit. Standard WARC: other tools read these files too.
"""

import gzip
import io
import os
import re
import secrets
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, String, Table, Text, delete, select
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.article import Entry, Page
from crawler.state.seen import entry_from_json, entry_to_json
from crawler.urls import document_id
from indexer.database import METADATA
from indexer.statements import upsert

KEEP = timedelta(days=30)
SUFFIX = ".warc.gz"
MAX_ARCHIVE_BYTES = 20_000_000_000
STORED, COMPRESSED = 0, 6  # levels of zlib; what is compressed shrinks no further

ARCHIVED = Table(
    "archived",
    METADATA,
    Column("url_id", String(64), primary_key=True),  # of the entry's canonical URL
    Column("source_id", String(128), nullable=False, index=True),
    Column("fetched_at", BigInteger, nullable=False, index=True),  # UNIX seconds
    Column("file", Text, nullable=False),  # name inside the archive's folder
    Column("place", BigInteger, nullable=False),  # byte offset of the record
    Column("entry", Text, nullable=False),  # JSON
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where a page stands: file name inside the archive and byte offset."""

    file: str
    place: int

    @property
    def machine(self) -> str:
        """The machine that wrote it; "" when the name tells none."""
        return self.file.removesuffix(SUFFIX)[len("2026-01-01-") :].rpartition(".")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedPage:
    """An entry whose page is archived, and where."""

    entry: Entry
    location: Location


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
        encoding=kind.partition("charset=")[2].partition(";")[0].strip(" \"'") or None,
        fetched_at=when if when.tzinfo else when.replace(tzinfo=UTC),
    )


def note(connection: Connection, entry: Entry, location: Location, *, now: datetime) -> None:
    """Write down where an entry's page stands, inside the caller's transaction."""
    row = {
        "url_id": document_id(entry.url),
        "source_id": entry.source_id,
        "fetched_at": int(now.timestamp()),
        "file": location.file,
        "place": location.place,
        "entry": entry_to_json(entry),
    }
    upsert(connection, ARCHIVED, row)


def place_of(connection: Connection, url: str) -> Location | None:
    """Where the page of an entry stands, or None."""
    query = select(ARCHIVED.c.file, ARCHIVED.c.place).where(ARCHIVED.c.url_id == document_id(url))
    row = connection.execute(query).first()
    return None if row is None else Location(file=row.file, place=row.place)


def archived_rows(
    connection: Connection, *, since: datetime | None = None, sources: tuple[str, ...] = ()
) -> list[ArchivedPage]:
    """What the archive holds, oldest first, narrowed by fetch time and sources."""
    query = select(ARCHIVED).order_by(ARCHIVED.c.fetched_at, ARCHIVED.c.url_id)
    if since is not None:
        query = query.where(ARCHIVED.c.fetched_at >= int(since.timestamp()))
    if sources:
        query = query.where(ARCHIVED.c.source_id.in_(sources))
    return [
        ArchivedPage(
            entry=entry_from_json(row.entry), location=Location(file=row.file, place=row.place)
        )
        for row in connection.execute(query)
    ]


def expire(
    connection: Connection,
    folder: Path,
    *,
    now: datetime,
    keep: timedelta = KEEP,
    max_bytes: int = MAX_ARCHIVE_BYTES,
) -> int:
    """Delete files older than `keep`, then the oldest until `max_bytes` hold. Returns: how many."""
    oldest_day = f"{now - keep:%Y-%m-%d}"
    files = sorted(folder.glob(f"*{SUFFIX}"), reverse=True)  # newest day first
    total = deleted = 0
    for path in files:
        total += path.stat().st_size
        if path.name[:10] < oldest_day or total > max_bytes:
            connection.execute(delete(ARCHIVED).where(ARCHIVED.c.file == path.name))
            path.unlink(missing_ok=True)  # a machine that shares the folder was quicker
            deleted += 1
    gone = ARCHIVED.c.fetched_at < int((now - keep - timedelta(days=1)).timestamp())
    connection.execute(delete(ARCHIVED).where(gone))  # also of machines that are no more
    return deleted
