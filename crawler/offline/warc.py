"""The pages of WARC files others wrote (Common Crawl's CC-NEWS), cut off and broken ones too."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from crawler.article import Page
from crawler.errors import CrawlerError
from crawler.formats.charset import charset_of
from crawler.net.reservations import read_headers

MAX_PAGE_BYTES = 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A page somebody kept. reserved: where its headers reserve text and data mining, or None."""

    page: Page
    reserved: str | None = None


def warc_pages(file: Path, *, agent: str, on_progress: Callable[[str], object]) -> Iterator[Kept]:
    """The answers with status 200 that are HTML. on_progress: gets where the file breaks off.

    agent: our name in robots.txt files and headers. Raises: CrawlerError when it is no WARC file.
    """
    records = 0
    try:
        with file.open("rb") as stream:
            archive = ArchiveIterator(stream)
            for record in archive:
                if record.format != "warc":
                    break
                kept = _kept(record, agent)
                if _is_cut(record):
                    break
                records += 1
                if kept is not None:
                    yield kept
            if records and archive.offset < file.stat().st_size:
                on_progress(f"{file} breaks off after record {records}: read up to there")
    except (ArchiveLoadFailed, EOFError, ValueError) as error:
        if not records:
            raise CrawlerError(f"{file} is no WARC file: give one as .warc or .warc.gz") from error
        on_progress(f"{file} is broken after record {records}: read up to there")
    except OSError as error:
        raise CrawlerError(f"{file} cannot be read: {error}") from error
    if not records:
        raise CrawlerError(f"{file} is no WARC file: give one as .warc or .warc.gz")


def _kept(record: Any, agent: str) -> Kept | None:
    answer = record.http_headers
    if record.rec_type != "response" or answer is None or answer.get_statuscode() != "200":
        return None
    kind = (answer.get_header("Content-Type") or "").lower()
    url = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
    fetched_at = _moment(record.rec_headers.get_header("WARC-Date"))
    if "html" not in kind or not url.startswith(("http://", "https://")) or fetched_at is None:
        return None
    body = record.content_stream().read(MAX_PAGE_BYTES + 1)
    if len(body) > MAX_PAGE_BYTES:
        return None
    headers: dict[str, list[str]] = defaultdict(list)
    for name, value in answer.headers:
        headers[name.lower()].append(value)
    encoding = charset_of(kind)
    page = Page(url=url, body=body, encoding=encoding, fetched_at=fetched_at)
    return Kept(page=page, reserved=read_headers(headers, agent))


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
