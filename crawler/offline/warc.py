"""The pages of WARC files others wrote (Common Crawl's CC-NEWS), and of WACZ, which packs them.

A damaged place costs what stands in it: reading goes on at the next record.
"""

import gzip
import re
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed

from crawler.article import Page
from crawler.errors import CompressionError, CrawlerError
from crawler.formats.charset import charset_of
from crawler.formats.compression import inflate
from crawler.rights.pages import read_headers

WARC_NAMES = (".warc", ".warc.gz")
WACZ_NAMES = (".wacz",)
MAX_PAGE_BYTES = 20_000_000
MOST_BEGINNINGS = 1_000  # of records that are tried behind damage
_PIECE = 1 << 20
_BROKEN = (ArchiveLoadFailed, EOFError, ValueError, zlib.error)
_BEGINNINGS = {True: re.compile(rb"\x1f\x8b\x08"), False: re.compile(rb"WARC/[01]\.\d+\r?\n")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A page somebody kept, with what its headers say of its use."""

    page: Page


def warc_pages(file: Path, *, agent: str, on_damage: Callable[[str], object]) -> Iterator[Kept]:
    """The answers with status 200 that are HTML. on_damage: gets what could not be read, in a line.

    agent: our name in robots.txt files and headers. Raises: CrawlerError when it is no WARC file.
    """
    try:
        with file.open("rb") as stream:
            yield from _pages(stream, str(file), agent, on_damage)
    except OSError as error:
        raise CrawlerError(f"{file} cannot be read: {error}") from error


def wacz_pages(file: Path, *, agent: str, on_damage: Callable[[str], object]) -> Iterator[Kept]:
    """The same of all WARC files that a WACZ packs. Raises: CrawlerError when it is none."""
    try:
        with zipfile.ZipFile(file) as packed:
            names = [name for name in packed.namelist() if name.endswith(WARC_NAMES)]
            if not names:
                raise CrawlerError(f"{file} is no WACZ: it holds no .warc or .warc.gz")
            for name in sorted(names):
                with packed.open(name) as stream:
                    yield from _pages(stream, f"{file}/{name}", agent, on_damage)
    except zipfile.BadZipFile as error:
        raise CrawlerError(f"{file} is no WACZ, which is a zip: {error}") from error
    except OSError as error:
        raise CrawlerError(f"{file} cannot be read: {error}") from error


class _OneMember(Exception):
    """All records stand in one gzip member, as other tools than archives write them."""


def _pages(
    stream: IO[bytes], name: str, agent: str, on_damage: Callable[[str], object]
) -> Iterator[Kept]:
    archive = _Archive(stream, name, agent, on_damage)
    try:
        yield from archive.pages()
    except _OneMember:
        stream.seek(0)
        with gzip.GzipFile(fileobj=stream) as plain:
            whole = _Archive(plain, name, agent, on_damage)
            yield from islice(whole.pages(), archive.given, None)


class _Archive:
    """One WARC stream, read once from its beginning to its end."""

    def __init__(
        self,
        stream: IO[bytes] | gzip.GzipFile,
        name: str,
        agent: str,
        on_damage: Callable[[str], object],
    ) -> None:
        self._packed = stream.read(2) == b"\x1f\x8b"
        self._stream = stream
        self._name = name
        self._agent = agent
        self._tell = on_damage
        self.given = 0
        self._records = 0
        self._unread = 0  # pages in codings we do not know, or broken ones
        self._damages = 0
        self._behind_damage = False  # and no record read since
        self._beginnings = 0  # that were tried behind damage
        self._ends_whole = True

    def pages(self) -> Iterator[Kept]:
        """Raises: CrawlerError when it holds no record."""
        start: int | None = 0
        while start is not None:
            start = yield from self._from(start)
        if not self._records:
            raise CrawlerError(f"{self._name} is no WARC file: give one as .warc or .warc.gz")
        if self._beginnings > MOST_BEGINNINGS:
            self._tell(
                f"{self._name} is damaged too much behind record {self._records}: unread there"
            )
        elif self._damages:
            places = "a place" if self._damages == 1 else f"{self._damages} places"
            end = "" if self._ends_whole else f", and breaks off after record {self._records}"
            self._tell(f"{self._name} is damaged in {places}{end}: what stood there is lost")
        elif not self._ends_whole:
            self._tell(f"{self._name} breaks off after record {self._records}: read up to there")
        if self._unread:
            self._tell(f"{self._name}: {self._unread} pages could not be unpacked")

    def _from(self, start: int) -> Generator[Kept, None, int | None]:
        """Read on from a record's beginning. Returns: where to go on behind damage, or None."""
        self._stream.seek(start)
        reached = start
        archive = ArchiveIterator(self._stream)
        try:
            with closing(archive):
                for record in archive:
                    reached = archive.offset
                    kept = self._kept(record)
                    if record.format != "warc" or _is_cut(record):
                        break
                    self._records += 1
                    self._damages += self._behind_damage
                    self._behind_damage = False
                    if kept is not None:
                        self.given += 1
                        yield kept
                else:
                    self._ends_whole = self._is_at_end(archive.offset)
                    return None
        except _BROKEN as error:
            if "non-chunked gzip" in str(error):
                raise _OneMember from error
        found = self._next_beginning(reached + 1) if self._records else None
        if found is None:
            self._ends_whole = False
            return None
        self._behind_damage = True
        self._beginnings += 1
        return found if self._beginnings <= MOST_BEGINNINGS else None

    def _is_at_end(self, read_to: int) -> bool:
        try:
            self._stream.read(1)
        except _BROKEN:
            return False
        return read_to >= self._stream.tell()

    def _next_beginning(self, start: int) -> int | None:
        """Where the next record may begin; what only looks so fails and is passed over."""
        beginning = _BEGINNINGS[self._packed]
        self._stream.seek(start)
        before, at = b"", start
        with suppress(*_BROKEN):
            while piece := self._stream.read(_PIECE):
                found = beginning.search(before + piece)
                if found:
                    return at - len(before) + found.start()
                at += len(piece)
                before = (before + piece)[-16:]
        return None

    def _kept(self, record: Any) -> Kept | None:
        answer = record.http_headers
        if record.rec_type != "response" or answer is None or answer.get_statuscode() != "200":
            return None
        kind = (answer.get_header("Content-Type") or "").lower()
        url = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
        fetched_at = _moment(record.rec_headers.get_header("WARC-Date"))
        if "html" not in kind or not url.startswith(("http://", "https://")) or fetched_at is None:
            return None
        body = self._body(record)
        if body is None:
            return None
        headers: dict[str, list[str]] = defaultdict(list)
        for name, value in answer.headers:
            headers[name.lower()].append(value)
        encoding = charset_of(kind)
        rights = tuple(read_headers(headers, url, self._agent))
        page = Page(url=url, body=body, encoding=encoding, fetched_at=fetched_at, rights=rights)
        return Kept(page=page)

    def _body(self, record: Any) -> bytes | None:
        """A page's bytes out of what they travelled in; None of what is too large or broken."""
        answer, stream = record.http_headers, record.raw_stream
        if (answer.get_header("Transfer-Encoding") or "").lower() == "chunked":
            stream = ChunkedDataReader(stream)
        body = b""
        while len(body) <= MAX_PAGE_BYTES and (piece := stream.read(_PIECE)):
            body += piece
        coding = (answer.get_header("Content-Encoding") or "").strip().lower()
        if coding and coding != "identity" and body:
            try:
                body = inflate(body, coding, limit=MAX_PAGE_BYTES).body
            except CompressionError:
                if body.lstrip()[:1] != b"<":  # kept unpacked, with the header as it was
                    self._unread += 1
                    return None
        return body if len(body) <= MAX_PAGE_BYTES else None


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _is_cut(record: Any) -> bool:
    """Whether the file ends before the record does."""
    while record.raw_stream.read(1_000_000):
        pass
    return bool(getattr(record.raw_stream, "limit", 0) > 0)
